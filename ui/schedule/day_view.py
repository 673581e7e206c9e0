"""The day view: one painted surface under frozen names and beside frozen hours."""

from collections.abc import Collection
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame

from clinicdesk.clock import Clock, clinic_day
from clinicdesk.schedule.records import CalendarAppointment, CalendarDay
from ui.core.theme import Theme
from ui.schedule.day_drag import Drag
from ui.schedule.day_frame import DayFrame, bring_into_sight
from ui.schedule.day_keys import STEPS, typed_letter
from ui.schedule.day_painter import DayPainter
from ui.schedule.day_scene import DayScene, Room, lay_out
from ui.schedule.day_walk import Place
from ui.schedule.day_words import day_summary
from ui.schedule.layout import clock_text

LEAST_COLUMN_PX = 132
LEAST_HOUR_PX = 72
NOW_MS = 15_000


class DayView(QAbstractScrollArea):
    """Shows a CalendarDay, and says what the person points at.

    `selected` carries an appointment's id or None, `opened` an id; `booking_started` carries a
    doctor's id, an instant and the letter typed, "" for none; `dropped` an appointment's id with
    the doctor's id and instant it was dragged to.
    """

    selected = Signal(object)
    opened = Signal(int)
    booking_started = Signal(int, object, str)
    dropped = Signal(int, int, object)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._theme, self._clock = theme, clock
        self._day: CalendarDay | None = None
        self._hidden: frozenset[int] = frozenset()
        self._scene: DayScene | None = None
        self._place: Place | None = None
        self._painter = DayPainter(theme, self.devicePixelRatioF())
        self._follows_now = True
        self._awaited: tuple[int, datetime] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._frame = DayFrame(theme, self, self.viewport())
        self._drag: Drag | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(NOW_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        theme.changed.connect(self._restyle)
        self._say()

    # --- what is shown ---------------------------------------------------------------------

    def show_day(self, day: CalendarDay) -> None:
        """Show a day; of the same day, selection and scroll position stay where they are."""
        before = self._day
        is_same = before is not None and (before.day, before.clinic_id) == (day.day, day.clinic_id)
        self._day = day
        if not is_same:
            self._follows_now = True
        self._lay_out(is_same=is_same)
        if self._awaited is not None:
            self.go_to(*self._awaited)

    def hide_doctors(self, doctor_ids: Collection[int]) -> None:
        """Leave out the columns of some doctors."""
        self._hidden = frozenset(doctor_ids)
        self._lay_out()

    @property
    def selected_appointment(self) -> CalendarAppointment | None:
        """The selected appointment."""
        card = self._place.card if self._place else None
        return card.appointment if card else None

    @property
    def selected_id(self) -> int | None:
        """The id of the selected appointment."""
        appointment = self.selected_appointment
        return appointment.id if appointment else None

    def select(self, appointment_id: int | None) -> None:
        """Select an appointment of the day and bring it into sight; None selects nothing."""
        card = self._scene.find(appointment_id) if self._scene else None
        self._go(self._scene.walk.on(card) if self._scene and card else None)

    def go_to(self, doctor_id: int, starts_at: datetime) -> None:
        """Put the keyboard on a time of a doctor, now or as soon as that day is shown."""
        scene = self._scene
        self._awaited = (doctor_id, starts_at)
        if scene is not None and scene.day.day == clinic_day(starts_at, scene.day.time_zone):
            self._awaited = None
            self._go(scene.place_of(doctor_id, starts_at))

    def box_of(self, appointment_id: int) -> QRectF | None:
        """Give where an appointment is painted, in the viewport's pixels; None if it is not."""
        card = self._scene.find(appointment_id) if self._scene else None
        if self._scene is None or card is None:
            return None
        return QRectF(*self._scene.grid.box(card)).translated(-self._scrolled())

    def show_now(self) -> None:
        """Put the line of now where it belongs; until somebody scrolls, the view follows it."""
        scene = self._scene
        minute = scene.minute_of(self._clock.now()) if scene else None
        self._frame.show_now(minute)
        if scene is None or minute is None:
            return
        shift = self._scrolled()
        words = scene.words_at(minute, self._painter.line_px)
        faded = [(left - shift.x(), right - shift.x()) for left, right in words]
        y = scene.grid.y(minute) - shift.y()
        self._frame.now_line.show_at(y, self.viewport().width(), faded)

    # --- laying out ------------------------------------------------------------------------

    def _lay_out(self, *, is_same: bool = True) -> None:
        if self._day is None:
            return
        px, area = self._theme.px, self.viewport().size()
        room = Room(
            area.width(),
            area.height(),
            px(LEAST_COLUMN_PX),
            px(LEAST_HOUR_PX),
            self._painter.line_px,
        )
        chosen = self.selected_id
        scene = self._scene = lay_out(self._day, self._hidden, room)
        self._frame.show_day(scene.columns, scene.grid)
        self._set_bars(scene)
        self._find_again(scene, chosen if is_same else None)
        if chosen is not None and self.selected_id is None:
            self.selected.emit(None)
        self._follow_now()
        self.show_now()
        self._say()
        self.viewport().update()

    def _set_bars(self, scene: DayScene) -> None:
        area, follows_now = self.viewport().size(), self._follows_now
        for bar, whole, page in (
            (self.verticalScrollBar(), scene.grid.height, area.height()),
            (self.horizontalScrollBar(), scene.grid.width, area.width()),
        ):
            bar.setRange(0, max(whole - page, 0))
            bar.setPageStep(page)
            bar.setSingleStep(self._theme.px(24))
        self._follows_now = follows_now

    def _find_again(self, scene: DayScene, appointment_id: int | None) -> None:
        before, card = self._place, scene.find(appointment_id)
        if card is not None:
            self._place = scene.walk.on(card)
        elif before is not None and before.card is None and before.column < len(scene.columns):
            self._place = scene.walk.at(before.column, before.minute)
        else:
            self._place = None

    def _follow_now(self) -> None:
        scene, height = self._scene, self.viewport().height()
        if scene is None or not self._follows_now or not self.isVisible():
            return
        minute = scene.opening_minute(self._clock.now())
        self.verticalScrollBar().setValue(round(scene.grid.y(minute) - height / 3))
        self._follows_now = True

    def _tick(self) -> None:
        self._follow_now()
        self.show_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit columns and hours to the room."""
        super().resizeEvent(event)
        self.setViewportMargins(*self._frame.size, 0, 0)
        self._frame.place(self.viewport().geometry())
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring now into sight."""
        super().showEvent(event)
        self._follow_now()
        self.show_now()

    def _restyle(self) -> None:
        self._painter = DayPainter(self._theme, self.devicePixelRatioF())
        self._lay_out()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Move the surface, and the names and hours with it."""
        self._follows_now = False
        self._frame.scroll_to(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        self.show_now()
        self.viewport().update()

    def _scrolled(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    # --- pointing --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the appointment, or the free time, under the mouse."""
        if event.button() is Qt.MouseButton.LeftButton and self._scene and self._scene.columns:
            at = event.position() + self._scrolled()
            place = self._scene.place_at(at.x(), at.y())
            self._go(place)
            if place.card is not None:
                least_px = QApplication.startDragDistance()
                self._drag = Drag(place.card, at.x(), at.y(), least_px)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the appointment under the mouse, and show where it would land."""
        if self._drag is not None and self._scene is not None:
            at = event.position() + self._scrolled()
            self._drag.move(self._scene, at.x(), at.y())
            self.viewport().update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go: whoever listens to `dropped` moves the appointment, or it stays."""
        drag, scene, self._drag = self._drag, self._scene, None
        self.viewport().update()
        if drag is not None and scene is not None and drag.place is not None and drag.is_elsewhere:
            doctor_id = scene.columns[drag.place.column].doctor_id
            starts_at = scene.instant(drag.place.minute)
            self.dropped.emit(drag.card.appointment.id, doctor_id, starts_at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the appointment under the mouse, or begin to book at the free time."""
        self.mousePressEvent(event)
        self._open()

    def _go(self, place: Place | None) -> None:
        before = self.selected_id
        self._place = place
        if place is not None and self._scene is not None:
            bring_into_sight(self, self._scene.box(place))
        self.viewport().update()
        self._say()
        if self.selected_id != before:
            self.selected.emit(self.selected_id)

    # --- the keyboard ----------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Claim letters typed on a free time, so that no button's key takes them."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            on_free_time = self._place is not None and self._place.card is None
            if on_free_time and typed_letter(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, open with Enter, begin to book by typing."""
        key, letter = Qt.Key(event.key()), typed_letter(event)
        scene, place = self._scene, self._place
        if scene is None or not scene.columns:
            super().keyPressEvent(event)
        elif key in STEPS:
            self._go(STEPS[key](scene.walk, place) if place else self._first_place(scene))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open()
        elif key == Qt.Key.Key_Escape and (place is not None or self._drag is not None):
            self._go(None if self._drag is None else place)
            self._drag = None
        elif letter and place is not None and place.card is None:
            self._start_booking(scene, place, letter)
        else:
            super().keyPressEvent(event)

    def _first_place(self, scene: DayScene) -> Place:
        minute = scene.opening_minute(self._clock.now())
        return scene.walk.at(0, minute - minute % scene.day.step_minutes)

    def _open(self) -> None:
        scene, place = self._scene, self._place
        if scene is None or place is None:
            return
        if place.card is not None:
            self.opened.emit(place.card.appointment.id)
        else:
            self._start_booking(scene, place, "")

    def _start_booking(self, scene: DayScene, place: Place, letter: str) -> None:
        doctor_id = scene.columns[place.column].doctor_id
        self.booking_started.emit(doctor_id, scene.instant(place.minute), letter)

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight."""
        painter = QPainter(self.viewport())
        painter.translate(-self._scrolled())
        visible = QRectF(event.rect()).translated(self._scrolled())
        scene, chosen = self._scene, self.selected_id
        if scene is None:
            painter.fillRect(visible, self._theme.colour("panel"))
            return
        self._painter.paint_ground(painter, scene.grid, scene.closed, visible)
        for card in scene.cards:
            box = scene.grid.box(card)
            if visible.intersects(QRectF(*box)):
                is_selected = card.appointment.id == chosen
                self._painter.paint_card(painter, card, box, is_selected=is_selected)
        if self._place is not None and self._place.card is None:
            words = clock_text(self._place.minute)
            self._painter.paint_cursor(
                painter, scene.box(self._place), words, has_focus=self.hasFocus()
            )
        landing = self._drag.box(scene) if self._drag else None
        if self._drag is not None and landing is not None:
            self._painter.paint_cursor(painter, landing, self._drag.words, has_focus=True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard stands."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _say(self) -> None:
        scene = self._scene
        self.setAccessibleName(day_summary(scene, self._place))
