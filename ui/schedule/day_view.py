"""The day view: one painted surface under frozen names and beside frozen hours."""

from collections.abc import Collection
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from clinicdesk.clock import Clock, clinic_day
from clinicdesk.schedule.records import CalendarDay
from ui.core.theme import Theme
from ui.schedule.day_frame import DayFrame, bring_into_sight, set_bars
from ui.schedule.day_input import DayInput
from ui.schedule.day_marks import closed_sentence
from ui.schedule.day_pointer import DayPointer
from ui.schedule.day_scene import DayScene, Room, lay_out
from ui.schedule.day_surface import DaySurface, Lifted, Shown
from ui.schedule.day_walk import Place
from ui.schedule.day_words import day_summary

LEAST_COLUMN_PX, LEAST_DAY_PX = 132, 108
LEAST_HOUR_PX = 72
NOW_MS = 15_000
COUNTDOWN_MS = 1_000
SLACK_PX = 26


class DayView(QAbstractScrollArea):
    """Shows a CalendarDay, and says what the person points at.

    `selected` carries an appointment's id or None, `opened` an id; `booking_started` carries a
    doctor's id (0 for a room that several use), an instant and the letter typed, "" for none.
    `dropped` carries an appointment's id with the doctor's id and instant it was dragged to,
    `room_dropped` the same with a room's id, `resized` its id and new end. `carried` and `put_out`
    carry an appointment and a point of the screen outside the day. `why_asked` carries a doctor's
    id, an instant, and whether a key asked; `roamed` tells that the mouse has left there.
    """

    selected = Signal(object)
    opened = Signal(int)
    booking_started = Signal(int, object, str)
    dropped = Signal(int, int, object)
    room_dropped = Signal(int, int, object)
    resized = Signal(int, object)
    carried = Signal(object, QPoint)
    put_out = Signal(object, QPoint)
    why_asked = Signal(int, object, bool)
    roamed = Signal()

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._theme, self._clock = theme, clock
        self._day: CalendarDay | None = None
        self._hidden: frozenset[int] = frozenset()
        self._scene: DayScene | None = None
        self._place: Place | None = None
        self._lifted: Lifted | None = None
        self._surface = DaySurface(theme, self.devicePixelRatioF())
        self._least_column_px = LEAST_COLUMN_PX
        self._top_minute: int | None = None
        self._follows_now = True
        self._awaited: tuple[int, datetime] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._frame = DayFrame(theme, self, self.viewport())
        self.pointer = DayPointer(self)
        self.input = DayInput(self, self.pointer)
        self._timer, self._countdown = QTimer(self), QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(NOW_MS)
        self._countdown.timeout.connect(self._count_down)
        theme.changed.connect(self._restyle)
        self._say()

    def show_day(self, day: CalendarDay) -> None:
        """Show a day; of the same day, selection and scroll position stay where they are.

        The very same day again paints nothing.
        """
        before = self._day
        if before == day and self._awaited is None:
            self._tick()
            return
        is_same = before is not None and before.is_of_same(day)
        self._day = day
        if not is_same:
            self._follows_now = True
        self._lay_out(is_same=is_same)
        if self._awaited is not None:
            self.go_to(*self._awaited)

    def hide_doctors(self, doctor_ids: Collection[int]) -> None:
        """Leave out the columns of some doctors; of a day by room, of some rooms."""
        if self._hidden != frozenset(doctor_ids):
            self._hidden = frozenset(doctor_ids)
            self._lay_out()

    def set_look(self, *, least_column_px: int, top_minute: int | None) -> None:
        """Keep columns at least so wide, and begin days at a minute; None follows now."""
        self._least_column_px, self._top_minute = least_column_px, top_minute
        self._follows_now = True
        self._lay_out()

    @property
    def top_minute(self) -> int | None:
        """The minute at the top of what is in sight, None while the view follows now."""
        scene, at = self._scene, self.verticalScrollBar().value()
        is_following = self._follows_now and self._top_minute is None
        return None if scene is None or is_following else scene.grid.minute_at(at, step_minutes=15)

    def lift(self, lifted: Lifted | None) -> None:
        """Show what the keyboard carries over the day; None for nothing."""
        self._lifted = lifted
        self.viewport().update()

    def spring_back(self) -> None:
        """Let what was dropped run back: it may not stand there."""
        self.pointer.spring_back(self._scene)

    @property
    def pointed_at(self) -> tuple[int, datetime] | None:
        """The doctor's id (0 for a room that several use) and instant that the keyboard is on."""
        if self._scene is None or self._place is None or not self._scene.columns:
            return None
        scene, place = self._scene, self._place
        return scene.doctor_at(place.column), scene.instant(place.column, place.minute)

    @property
    def scene(self) -> DayScene | None:
        """The day as it is laid out."""
        return self._scene

    @property
    def place(self) -> Place | None:
        """Where the keyboard stands."""
        return self._place

    @property
    def is_carrying(self) -> bool:
        """Whether the keyboard carries an appointment."""
        return self._lifted is not None

    @property
    def selected_id(self) -> int | None:
        """The id of the selected appointment."""
        card = self._place.card if self._place else None
        return card.appointment.id if card else None

    def select(self, appointment_id: int | None) -> None:
        """Select an appointment of the day and bring it into sight; None selects nothing."""
        card = self._scene.find(appointment_id) if self._scene else None
        self.go(self._scene.walk.on(card) if self._scene and card else None)

    def go_to(self, doctor_id: int, starts_at: datetime) -> None:
        """Put the keyboard on a time of a doctor, now or as soon as that day is shown."""
        scene = self._scene
        self._awaited = (doctor_id, starts_at)
        if scene is not None and scene.day.shows(clinic_day(starts_at, scene.day.time_zone)):
            self._awaited = None
            self.go(scene.place_of(doctor_id, starts_at))

    def box_of(self, appointment_id: int) -> QRectF | None:
        """Give where an appointment is painted, in the viewport's pixels; None if it is not."""
        card = self._scene.find(appointment_id) if self._scene else None
        if self._scene is None or card is None:
            return None
        return QRectF(*self._scene.grid.box(card)).translated(-self.scrolled())

    def box_at(self, doctor_id: int, at: datetime) -> QRectF | None:
        """Give where a doctor's time is painted, in the viewport's pixels; None if it is not."""
        scene = self._scene
        place = scene.place_of(doctor_id, at) if scene else None
        if scene is None or place is None:
            return None
        return QRectF(*scene.box(place)).translated(-self.scrolled())

    def show_now(self) -> None:
        """Put the line of now where it belongs; until somebody scrolls, the view follows it."""
        scene = self._scene
        minute = scene.minute_of(self._clock.now()) if scene else None
        self._frame.show_now(minute)
        if scene is None or minute is None:
            return
        shift = self.scrolled()
        words = scene.faded_at(self._clock.now(), self._surface.line_px)
        faded = [(left - shift.x(), right - shift.x()) for left, right in words]
        y = scene.grid.y(minute) - shift.y()
        self._frame.now_line.show_at(y, self.viewport().width(), faded)

    # --- laying out ------------------------------------------------------------------------

    def _lay_out(self, *, is_same: bool = True) -> None:
        day = self._day
        if day is None:
            return
        if self._frame.show_closed(closed_sentence(day)):
            self._fit_frame()
        px, area = self._theme.px, self.viewport().size()
        room = Room(
            area.width(),
            area.height(),
            px(min(self._least_column_px, LEAST_DAY_PX) if day.by_day else self._least_column_px),
            px(LEAST_HOUR_PX),
            self._surface.line_px,
        )
        chosen, before = self.selected_id, self._scene
        scene = self._scene = lay_out(day, self._hidden, room)
        self._frame.show_day(scene.columns, scene.grid)
        self._set_bars(scene)
        self._place = scene.found_again(self._place, chosen if is_same else None)
        if chosen is not None and self.selected_id is None:
            self.selected.emit(None)
        self._follow_now()
        self.show_now()
        self._say()
        if self._countdown.isActive() != bool(scene.ghosts):
            self._countdown.start(COUNTDOWN_MS) if scene.ghosts else self._countdown.stop()
        if before is None or scene.looks_unlike(before):
            self.pointer.settle()
            self.viewport().update()

    def _set_bars(self, scene: DayScene) -> None:
        follows_now = self._follows_now
        set_bars(self, scene.grid, step_px=self._theme.px(24))
        self._follows_now = follows_now

    def _follow_now(self) -> None:
        scene, height = self._scene, self.viewport().height()
        if scene is None or not self._follows_now or not self.isVisible():
            return
        top = self._top_minute
        if top is not None:
            self.verticalScrollBar().setValue(round(scene.grid.y(top)))
        else:
            minute = scene.opening_minute(self._clock.now())
            self.verticalScrollBar().setValue(round(scene.grid.y(minute) - height / 3))
        self._follows_now = True

    def _tick(self) -> None:
        self._follow_now()
        self.show_now()

    def _count_down(self) -> None:
        if self._scene is not None:
            for box in self._surface.ghost_boxes(self._scene):
                self.viewport().update(box.translated(-self.scrolled()).toAlignedRect())

    def _fit_frame(self) -> None:
        self.setViewportMargins(*self._frame.size, 0, 0)
        self._frame.place(self.viewport().geometry())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit columns and hours to the room."""
        super().resizeEvent(event)
        self._fit_frame()
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring now into sight."""
        super().showEvent(event)
        self._follow_now()
        self.show_now()

    def _restyle(self) -> None:
        self._surface = DaySurface(self._theme, self.devicePixelRatioF())
        self._lay_out()
        self.viewport().update()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Move the surface, and the names and hours with it."""
        self._follows_now = False
        self._frame.scroll_to(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        self.show_now()
        self.viewport().update()

    def scrolled(self) -> QPointF:
        """Give how far the surface is scrolled to the left and up, in pixels."""
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def go(self, place: Place | None) -> None:
        """Stand on a place, bring it into sight, and tell when another appointment is selected."""
        before, was = self.selected_id, self._place
        self._place = place
        if place is not None and self._scene is not None:
            bring_into_sight(self, self._scene.box(place))
        for each in (was, place):
            self._repaint(each)
        self._say()
        if self.selected_id != before:
            self.selected.emit(self.selected_id)

    def event(self, event: QEvent) -> bool:
        """Claim letters typed on a free time, so that no button's key takes them."""
        if isinstance(event, QKeyEvent) and self.input.takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, open with Enter, book by typing, stretch with Shift and arrows."""
        if not self.input.press_key(event):
            super().keyPressEvent(event)

    def first_place(self, scene: DayScene) -> Place:
        """Give where the keyboard begins: in the first column, at now or the first visit."""
        minute = scene.opening_minute(self._clock.now())
        return scene.walk.at(0, minute - minute % scene.day.step_minutes)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight."""
        painter = QPainter(self.viewport())
        painter.translate(-self.scrolled())
        visible = QRectF(event.rect()).translated(self.scrolled())
        if self._scene is None:
            self._surface.paint_empty(painter, visible)
        else:
            self._surface.paint(painter, self._scene, self._moment(self._scene), visible)

    def _moment(self, scene: DayScene) -> Shown:
        held = self.pointer.held(scene)
        return Shown(self._place, self.hasFocus(), held, self._lifted, self._clock.now())

    def _repaint(self, place: Place | None) -> None:
        """Paint the box of a place anew, and with something lifted all it may cover."""
        if place is None or self._scene is None or self._lifted is not None:
            self.viewport().update()
            return
        box = QRectF(*self._scene.box(place)).adjusted(-4, -4, 4, SLACK_PX)
        self.viewport().update(box.translated(-self.scrolled()).toAlignedRect())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard stands."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _say(self) -> None:
        self.setAccessibleName(day_summary(self._scene, self._place))
