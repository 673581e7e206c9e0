"""Holds an appointment over the day: dragged, stretched, and springing back when refused."""

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPointF, QTimer, QVariantAnimation, Signal
from PySide6.QtWidgets import QApplication

from ui.schedule.day_drag import Drag, Stretch, landing_box
from ui.schedule.day_scene import DayScene
from ui.schedule.day_surface import Held
from ui.schedule.day_walk import Place
from ui.schedule.layout import Box, Card

SPRING_MS = 140
REST_MS = 600
KEYS_REST_MS = 700


class DayPointer(QObject):
    """Follows mouse and keys while they hold an appointment, or rest on a time.

    `dropped` carries a Card and the Place it was put on, `stretched` a Card and its new end;
    `carried` and `put_out` a Card and a point of the screen outside the day; `rested` the Place on
    which the mouse has stood still, `roamed` that it left.
    """

    changed = Signal()
    dropped = Signal(object, object)
    stretched = Signal(object, int)
    carried = Signal(object, QPoint)
    put_out = Signal(object, QPoint)
    rested = Signal(object)
    roamed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._drag: Drag | None = None
        self._stretch: Stretch | None = None
        self._parked: Held | None = None
        self._by_keys = False
        self._last_end: tuple[int, int] | None = None
        self._is_outside = False
        self._rests_on: Place | None = None
        self._spring = QVariantAnimation(self)
        self._spring.setDuration(SPRING_MS)
        self._spring.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._spring.setStartValue(0.0)
        self._spring.setEndValue(1.0)
        self._spring.valueChanged.connect(lambda _value: self.changed.emit())
        self._spring.finished.connect(self.settle)
        self._home: Box | None = None
        self._rest = self._single_shot(REST_MS, self._tell_rest)
        self._keys_rest = self._single_shot(KEYS_REST_MS, self.finish_keys)

    def _single_shot(self, after_ms: int, done: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(done)
        return timer

    @property
    def is_holding(self) -> bool:
        """Whether mouse or keys hold an appointment now."""
        return self._drag is not None or self._stretch is not None

    @property
    def held_card(self) -> Card | None:
        """The appointment that is held, as it stood when it was taken."""
        held = self._drag or self._stretch
        return held.card if held else None

    def held(self, scene: DayScene) -> Held | None:
        """Give how the appointment that is held, or springs back, is painted now."""
        stretch, drag = self._stretch, self._drag
        if stretch is not None and stretch.has_moved:
            return Held(stretch.landing, landing_box(scene, stretch.landing), stretch.words)
        if drag is not None and drag.landing is not None and not self._is_outside:
            return Held(drag.landing, landing_box(scene, drag.landing), drag.words)
        parked, home = self._parked, self._home
        if parked is None or home is None:
            return parked
        part = float(self._spring.currentValue() or 0.0)
        between = [a + (b - a) * part for a, b in zip(parked.box, home, strict=True)]
        left, top, width, height = (round(value) for value in between)
        return Held(parked.card, (left, top, width, height), "")

    # --- the mouse -------------------------------------------------------------------------

    def press(self, scene: DayScene, at: QPointF) -> None:
        """Take the appointment under the mouse, at its lower edge to stretch it."""
        self.settle()
        self.forget_rest()
        edge, card = scene.edge_at(at.x(), at.y()), scene.card_at(at.x(), at.y())
        if edge is not None:
            self._stretch, self._by_keys = Stretch(edge, edge.end), False
        elif card is not None:
            self._drag = Drag(card, at.x(), at.y(), QApplication.startDragDistance())

    def move(self, scene: DayScene, at: QPointF, *, is_inside: bool, on_screen: QPoint) -> None:
        """Follow the mouse with what it holds."""
        if self._stretch is not None and not self._by_keys:
            self._stretch.move(scene, at.y())
            self.changed.emit()
        elif self._drag is not None:
            self._drag.move(scene, at.x(), at.y())
            self._is_outside = not is_inside and self._drag.place is not None
            if self._drag.place is not None:
                self.carried.emit(self._drag.card, on_screen)
            self.changed.emit()
        else:
            self._rest_on(scene.place_at(at.x(), at.y()))

    def release(self, scene: DayScene, on_screen: QPoint) -> None:
        """Let go; what lands elsewhere stays painted there until somebody settles it."""
        drag, stretch, is_outside = self._drag, self._stretch, self._is_outside
        self._parked = self.held(scene)
        self._drag = self._stretch = None
        self._is_outside = False
        if drag is not None and drag.place is not None and is_outside:
            self._parked = None
            self.put_out.emit(drag.card, on_screen)
        elif drag is not None and drag.place is not None and drag.is_elsewhere:
            self.dropped.emit(drag.card, drag.place)
        elif stretch is not None and stretch.is_other:
            self.stretched.emit(stretch.card, stretch.end)
        else:
            self._parked = None
        self.changed.emit()

    def _rest_on(self, place: Place) -> None:
        if place != self._rests_on:
            self._rests_on = place
            self.roamed.emit()
            self._rest.start()

    def _tell_rest(self) -> None:
        if self._rests_on is not None and not self.is_holding:
            self.rested.emit(self._rests_on)

    def forget_rest(self) -> None:
        """Take no note of where the mouse stands."""
        self._rest.stop()
        self._rests_on = None
        self.roamed.emit()

    # --- the keyboard ----------------------------------------------------------------------

    def stretch_by_steps(self, scene: DayScene, card: Card, steps: int) -> None:
        """Move the end of a card; it counts when no further key comes, or with `finish_keys`.

        Keys that come before the day shows the last end go on from there.
        """
        number = card.appointment.id
        if self._stretch is None or self._stretch.card.appointment.id != number:
            last = self._last_end
            self.settle()
            end = last[1] if last is not None and last[0] == number else card.end
            self._stretch, self._by_keys = Stretch(card, end), True
        self._stretch.by_steps(scene, steps)
        self._keys_rest.start()
        self.changed.emit()

    def finish_keys(self) -> bool:
        """Take the end that the keys have chosen; tells whether there was one."""
        stretch = self._stretch
        if stretch is None or not self._by_keys:
            return False
        self._keys_rest.stop()
        self._stretch = None
        if stretch.is_other:
            self._last_end = (stretch.card.appointment.id, stretch.end)
            self.stretched.emit(stretch.card, stretch.end)
        self.changed.emit()
        return True

    # --- the end of it ---------------------------------------------------------------------

    def cancel(self) -> None:
        """Let the appointment be where it was."""
        self._keys_rest.stop()
        self._drag = self._stretch = None
        self._is_outside = False
        self.changed.emit()

    def settle(self) -> None:
        """Paint nothing more of what was dropped."""
        self._spring.stop()
        self._last_end = None
        if self._parked is not None:
            self._parked = self._home = None
            self.changed.emit()

    def spring_back(self, scene: DayScene | None) -> None:
        """Let what was dropped run back to its place."""
        self._last_end = None
        card = scene.find(self._parked.card.appointment.id) if scene and self._parked else None
        if scene is None or card is None:
            self.settle()
            return
        self._home = scene.grid.box(card)
        self._spring.start()
