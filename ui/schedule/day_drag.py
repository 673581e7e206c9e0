"""Dragging an appointment: where it would land, snapped to the clinic's step."""

from dataclasses import dataclass

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

    def box(self, scene: DayScene) -> Box | None:
        """Give where it would land in pixels."""
        if self.place is None:
            return None
        end = self.place.minute + self.card.end - self.card.start
        return scene.grid.cell(self.place.column, self.place.minute, end)

    @property
    def words(self) -> str:
        """The time it would have there, and whose it is."""
        minute = self.place.minute if self.place else self.card.start
        return f"{clock_text(minute)} {self.card.appointment.patient_name}"
