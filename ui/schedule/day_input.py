"""What mouse and keys do in the day view."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from ui.schedule.day_keys import STEPS, is_why_key, stretch_steps, typed_letter
from ui.schedule.day_pointer import DayPointer
from ui.schedule.day_scene import DayScene
from ui.schedule.day_walk import Place
from ui.schedule.layout import Card

if TYPE_CHECKING:
    from ui.schedule.day_view import DayView


class DayInput(QObject):
    """Turns the events of a day's surface into places and appointments, and tells through it."""

    def __init__(self, view: "DayView", pointer: DayPointer) -> None:
        super().__init__(view)
        self._view, self._pointer = view, pointer
        pointer.changed.connect(view.viewport().update)
        pointer.dropped.connect(self._drop)
        pointer.stretched.connect(self._stretch)
        pointer.carried.connect(lambda card, at: view.carried.emit(card.appointment, at))
        pointer.put_out.connect(lambda card, at: view.put_out.emit(card.appointment, at))
        pointer.rested.connect(lambda place: self._ask_why(place, by_key=False))
        pointer.roamed.connect(view.roamed)
        view.viewport().setMouseTracking(True)
        view.viewport().installEventFilter(self)

    # --- the mouse -------------------------------------------------------------------------

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the mouse on the surface."""
        scene = self._view.scene
        if event.type() is QEvent.Type.Leave:
            self._pointer.forget_rest()
        if not isinstance(event, QMouseEvent) or scene is None or not scene.columns:
            return False
        at = event.position() + self._view.scrolled()
        is_left = event.button() is Qt.MouseButton.LeftButton
        if event.type() is QEvent.Type.MouseButtonPress and is_left:
            self._press(scene, at)
        elif event.type() is QEvent.Type.MouseButtonDblClick and is_left:
            self._press(scene, at)
            self._pointer.cancel()
            self._open()
        elif event.type() is QEvent.Type.MouseMove:
            self._move(scene, event, at)
        elif event.type() is QEvent.Type.MouseButtonRelease and is_left:
            self._pointer.release(scene, event.globalPosition().toPoint())
        return False

    def _press(self, scene: DayScene, at: QPointF) -> None:
        self._view.go(scene.place_at(at.x(), at.y()))
        self._pointer.press(scene, at)

    def _move(self, scene: DayScene, event: QMouseEvent, at: QPointF) -> None:
        viewport = self._view.viewport()
        is_inside = viewport.rect().contains(event.position().toPoint())
        on_screen = event.globalPosition().toPoint()
        self._pointer.move(scene, at, is_inside=is_inside, on_screen=on_screen)
        if self._pointer.is_holding:
            return
        has_edge = scene.edge_at(at.x(), at.y()) is not None
        shape = Qt.CursorShape.SizeVerCursor if has_edge else Qt.CursorShape.ArrowCursor
        if viewport.cursor().shape() is not shape:
            viewport.setCursor(shape)

    def point_at(self, on_screen: QPoint) -> bool:
        """Put the keyboard on the time under a point of the screen; tells whether it is here."""
        viewport, scene = self._view.viewport(), self._view.scene
        point = viewport.mapFromGlobal(on_screen)
        if scene is None or not scene.columns or not viewport.rect().contains(point):
            return False
        at = QPointF(point) + self._view.scrolled()
        minute = scene.grid.minute_at(at.y(), step_minutes=scene.day.step_minutes)
        self._view.go(Place(scene.grid.column_at(at.x()), minute))
        return True

    def _drop(self, card: Card, place: Place) -> None:
        view, scene = self._view, self._view.scene
        if scene is None:
            return
        column, starts_at = scene.columns[place.column], scene.instant(place.column, place.minute)
        if column.room_id is not None:
            view.room_dropped.emit(card.appointment.id, column.room_id, starts_at)
        else:
            view.dropped.emit(card.appointment.id, column.doctor_id, starts_at)

    def _stretch(self, card: Card, end: int) -> None:
        scene = self._view.scene
        if scene is not None:
            self._view.resized.emit(card.appointment.id, scene.instant(card.column, end))

    def _ask_why(self, place: Place, *, by_key: bool) -> None:
        scene = self._view.scene
        if scene is not None and place.card is None and scene.columns:
            doctor_id = scene.doctor_at(place.column)
            at = scene.instant(place.column, place.minute)
            self._view.why_asked.emit(doctor_id, at, by_key)

    # --- the keyboard ----------------------------------------------------------------------

    def takes(self, event: QKeyEvent) -> bool:
        """Claim a key that is meant for the day, whatever button shows the same one."""
        is_shift_up = event.key() == Qt.Key.Key_Shift and not event.isAutoRepeat()
        if event.type() is QEvent.Type.KeyRelease and is_shift_up:
            self._pointer.finish_keys()
        if event.type() is not QEvent.Type.ShortcutOverride:
            return False
        is_asking = self._view.place is not None and is_why_key(event)
        return is_asking or self._is_booking_key(event)

    def _is_booking_key(self, event: QKeyEvent) -> bool:
        """Tell whether a letter begins a booking: on free time, and with nothing lifted."""
        place = self._view.place
        is_free = place is not None and place.card is None and not self._view.is_carrying
        return is_free and bool(typed_letter(event))

    def press_key(self, event: QKeyEvent) -> bool:
        """Do what a key means; tells whether it meant anything here."""
        scene, place = self._view.scene, self._view.place
        if scene is None or not scene.columns:
            return False
        return (
            self._stretch_by(scene, place, event)
            or self._walk(scene, place, event)
            or self._escape(place, event)
            or self._say_on(scene, place, event)
        )

    def _stretch_by(self, scene: DayScene, place: Place | None, event: QKeyEvent) -> bool:
        steps = stretch_steps(event)
        if not steps or place is None or place.card is None or self._view.is_carrying:
            return False
        self._pointer.stretch_by_steps(scene, place.card, steps)
        return True

    def _walk(self, scene: DayScene, place: Place | None, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key not in STEPS or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        self._pointer.finish_keys()
        step = STEPS[key]
        self._view.go(step(scene.walk, place) if place else self._view.first_place(scene))
        return True

    def _escape(self, place: Place | None, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            return False
        if self._pointer.is_holding:
            self._pointer.cancel()
            return True
        if place is None or self._view.is_carrying:
            return False
        self._view.go(None)
        return True

    def _say_on(self, scene: DayScene, place: Place | None, event: QKeyEvent) -> bool:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not self._pointer.finish_keys():
                self._open()
            return True
        if place is not None and is_why_key(event):
            self._ask_why(place, by_key=True)
            return True
        if place is not None and self._is_booking_key(event):
            self._start_booking(scene, place, typed_letter(event))
            return True
        return False

    def _open(self) -> None:
        view, scene, place = self._view, self._view.scene, self._view.place
        if scene is None or place is None:
            return
        if place.card is not None and not view.is_carrying:
            view.opened.emit(place.card.appointment.id)
        else:
            self._start_booking(scene, place, "")

    def _start_booking(self, scene: DayScene, place: Place, letter: str) -> None:
        doctor_id = scene.doctor_at(place.column)
        at = scene.instant(place.column, place.minute)
        self._view.booking_started.emit(doctor_id, at, letter)
