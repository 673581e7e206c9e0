"""Dragging and stretching an appointment: where it would land, snapped to the clinic's step."""

from dataclasses import dataclass, replace

from ui.schedule.day_scene import DayScene
from ui.schedule.day_walk import Place
from ui.schedule.layout import Box, Card, clock_text


@dataclass(slots=True)
class Drag:
    """An appointment held by the mouse; `place` is None until it has been moved far enough."""

    card: Card
    from_x: float
    from_y: float
    least_px: int
    place: Place | None = None

    def move(self, scene: DayScene, x: float, y: float) -> None:
        """Follow the mouse; a small tremble is no drag."""
        distance = abs(x - self.from_x) + abs(y - self.from_y)
        if self.place is None and distance < self.least_px:
            return
        top = scene.grid.y(self.card.start) + y - self.from_y
        step = scene.day.step_minutes
        minute = scene.grid.minute_at(top + scene.grid.hour_px * step / 120, step_minutes=step)
        self.place = Place(scene.grid.column_at(x), minute)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it would land anywhere but where it came from."""
        place = self.place
        came_from = (self.card.column, self.card.start)
        return place is not None and (place.column, place.minute) != came_from

    @property
    def landing(self) -> Card | None:
        """The card as it would stand after the drop."""
        if self.place is None:
            return None
        return moved_card(self.card, self.place.column, self.place.minute)

    @property
    def words(self) -> str:
        """The time it would have there."""
        card = self.landing or self.card
        return f"{clock_text(card.start)}–{clock_text(card.end)}"


@dataclass(slots=True)
class Stretch:
    """An appointment whose end is being moved, by its lower edge or from the keyboard."""

    card: Card
    end: int
    has_moved: bool = False
    from_end: int = 0

    def __post_init__(self) -> None:
        """Remember from where the end was taken."""
        self.from_end = self.end

    def move(self, scene: DayScene, y: float) -> None:
        """Follow the mouse with the end; it stays a step after the start at least."""
        step = scene.day.step_minutes
        near = scene.grid.minute_at(y + scene.grid.hour_px * step / 120, step_minutes=1)
        self._end_at(scene, round(near / step) * step)

    def by_steps(self, scene: DayScene, steps: int) -> None:
        """Move the end by steps of the clinic's."""
        step = scene.day.step_minutes
        self._end_at(scene, (self.end + steps * step) // step * step)

    def _end_at(self, scene: DayScene, end: int) -> None:
        least = self.card.start + scene.day.step_minutes
        self.end = max(least, min(end, scene.day.last_minute))
        self.has_moved = True

    @property
    def is_other(self) -> bool:
        """Whether the end would be another than it was."""
        return self.has_moved and self.end != self.from_end

    @property
    def landing(self) -> Card:
        """The card as it would stand then."""
        return replace(self.card, end=self.end)

    @property
    def words(self) -> str:
        """The time it would have, and how long that is."""
        span = f"{clock_text(self.card.start)}–{clock_text(self.end)}"
        return f"{span} · {self.end - self.card.start} min"


def moved_card(card: Card, column: int, start: int) -> Card:
    """Give a card at another place, as long as it is."""
    return replace(card, column=column, start=start, end=start + card.end - card.start)


def landing_box(scene: DayScene, card: Card) -> Box:
    """Give where a card that is held would stand: the whole width of its column."""
    left, top, width, height = scene.grid.cell(card.column, card.start, card.end)
    return round(left + 5), round(top), round(width - 10), max(round(height - 2), 8)
