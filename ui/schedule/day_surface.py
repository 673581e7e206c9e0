"""Paints the surface of a day: the ground, what stands on it, and what is held over it."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.core.theme import Theme
from ui.schedule.day_mark_painter import MarkPainter
from ui.schedule.day_painter import DayPainter
from ui.schedule.day_scene import DayScene
from ui.schedule.day_walk import Place
from ui.schedule.layout import Box, Card, clock_text

LEFT_BEHIND = 0.35
HELD = 0.92


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment that is dragged, stretched or springs back: how it would stand, and where."""

    card: Card
    box: Box
    words: str


@dataclass(frozen=True, slots=True)
class Lifted:
    """An appointment that the keyboard carries to another place."""

    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a moment adds to a scene: where the keyboard stands, and what is held."""

    place: Place | None
    has_focus: bool
    held: Held | None
    lifted: Lifted | None
    now: datetime


class DaySurface:
    """Puts the painters of one theme and size together."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self._theme = theme
        self._cards = DayPainter(theme, ratio)
        self._marks = MarkPainter(theme, ratio)

    @property
    def line_px(self) -> float:
        """The height of a line of a card's words."""
        return self._cards.line_px

    def paint_empty(self, painter: QPainter, visible: QRectF) -> None:
        """Paint what stands there before the first day."""
        painter.fillRect(visible, self._theme.colour("panel"))

    def paint(self, painter: QPainter, scene: DayScene, shown: Shown, visible: QRectF) -> None:
        """Paint what lies in `visible`, in pixels of the surface."""
        self._cards.paint_ground(painter, scene.grid, scene.closed, visible)
        self._marks.paint_marks(painter, scene, visible)
        held_id = shown.held.card.appointment.id if shown.held else None
        chosen = shown.place.card.appointment.id if shown.place and shown.place.card else None
        top, bottom = visible.top(), visible.bottom()
        left, right = visible.left(), visible.right()
        seen = [
            (card, box)
            for card, box in zip(scene.cards, scene.boxes, strict=True)
            if box[0] < right
            and box[0] + box[2] > left
            and box[1] < bottom
            and box[1] + box[3] > top
        ]
        here = [each for each in seen if each[0].appointment.id != held_id]
        self._cards.paint_cards(painter, here)
        for card, box in here:
            if card.appointment.id == chosen:
                self._cards.paint_ring(painter, box)
        painter.setOpacity(LEFT_BEHIND)
        self._cards.paint_cards(
            painter, [each for each in seen if each[0].appointment.id == held_id]
        )
        painter.setOpacity(1.0)
        self._marks.paint_ghosts(painter, scene, visible, shown.now)
        self._paint_cursor(painter, scene, shown)
        if shown.held is not None:
            self._paint_held(painter, shown.held)

    def ghost_boxes(self, scene: DayScene) -> list[QRectF]:
        """Give where the times about to be booked are painted: they count down by themselves."""
        return [QRectF(*self._marks.ghost_box(scene, ghost)) for ghost in scene.ghosts]

    def cursor_box(self, scene: DayScene, shown: Shown) -> Box | None:
        """Give where the keyboard stands on free time, as long as what it carries."""
        place, lifted = shown.place, shown.lifted
        if place is None or (place.card is not None and lifted is None):
            return None
        if lifted is None:
            return scene.box(place)
        end = min(place.minute + lifted.minutes, scene.grid.last_minute)
        return scene.grid.cell(place.column, place.minute, end)

    def _paint_cursor(self, painter: QPainter, scene: DayScene, shown: Shown) -> None:
        box, place = self.cursor_box(scene, shown), shown.place
        if box is None or place is None:
            return
        words = clock_text(place.minute)
        if shown.lifted is not None:
            words = f"{words} {shown.lifted.name}"
            painter.setOpacity(HELD)
        self._cards.paint_cursor(painter, box, words, has_focus=shown.has_focus)
        painter.setOpacity(1.0)

    def _paint_held(self, painter: QPainter, held: Held) -> None:
        painter.setOpacity(HELD)
        self._cards.paint_card(painter, held.card, held.box, is_selected=True)
        painter.setOpacity(1.0)
        if held.words:
            self._cards.paint_badge(painter, held.box, held.words)
