"""What the desk does with the day: select, step on, lift and put down, stretch, copy and book."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day, local_instant, local_minute
from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.records import CalendarDay, Slot
from ui.core.page import Page
from ui.schedule.appointment_words import inspected
from ui.schedule.booking_start import BookingStart
from ui.schedule.carried import Carried
from ui.schedule.chosen import Chosen, read_chosen
from ui.schedule.day_booking import DayBooking
from ui.schedule.day_view import DayView
from ui.schedule.day_why import DayWhy
from ui.schedule.inspector import Inspector
from ui.schedule.move_bar import MoveBar
from ui.schedule.note_keeper import NoteKeeper
from ui.schedule.outlet import Outlet
from ui.schedule.placing import Placing
from ui.schedule.steps import DONE_WORDS, Steps

CLOCK_MS = 20_000


@dataclass(frozen=True)
class DayParts:
    """The widgets that the desk works with."""

    view: DayView
    inspector: Inspector
    move_bar: MoveBar


class DayDesk(QObject):
    """Connects the day view and the inspector with what is done to appointments.

    `day_asked` wants another day shown, `selection_changed` tells that the inspector has more or
    less to say, `shelf_asked` that what is carried or selected should go to the shelf,
    `offer_asked` that the time an appointment left should be offered, `time_freed` that it left.
    """

    day_asked = Signal(object)
    selection_changed = Signal()
    shelf_asked = Signal(int)
    offer_asked = Signal(int)
    time_freed = Signal(int)

    def __init__(self, page: Page, parts: DayParts) -> None:
        super().__init__(page)
        self._page, self.desk = page, page.desk
        self.view, self.inspector, self.move_bar = parts.view, parts.inspector, parts.move_bar
        self._day: CalendarDay | None = None
        self._today: date | None = None
        self._chosen: Chosen | None = None
        self.carried: Carried | None = None
        self._to_select: int | None = None
        say, undo = page.message_posted.emit, page.undo_offered.emit
        outlet = Outlet(page.mark_stale, say, undo, self.time_freed.emit)
        self.steps = Steps(page, page.desk, outlet)
        self.placing = Placing(page, page.desk, outlet, refused=self.view.spring_back)
        self.booking = DayBooking(page, self.placing)
        self.booking.booked.connect(self.go_to)
        self.notes = NoteKeeper(page, self.inspector.note, outlet)
        self.why = DayWhy(
            page.desk,
            self.view,
            carried=lambda: self.carried,
            go=self._go_to_slot,
            override=self._book_over,
        )
        self._connect()
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.follow_clock)
        self._clock.start()

    def _connect(self) -> None:
        view = self.view
        view.selected.connect(self._select)
        view.opened.connect(self._open)
        view.booking_started.connect(self._time_pointed_at)
        view.dropped.connect(self._dropped)
        view.room_dropped.connect(self._room_dropped)
        view.resized.connect(self._resized)
        self.inspector.acted.connect(self._act)
        self.inspector.note.finished.connect(self._leave_note)
        self.move_bar.given_up.connect(self.put_back)
        self.move_bar.shelf_asked.connect(self._put_aside)

    # --- what is shown ---------------------------------------------------------------------

    def show_day(self, day: CalendarDay, clinic: ClinicRecord | None, *, today: date) -> None:
        """Show a day as it stands now; selection and scroll position stay."""
        self._today = today
        self._day, self.booking.clinic, self.why.clinic_id = day, clinic, day.clinic_id
        self.view.show_day(day)
        wanted, self._to_select = self._to_select, None
        if wanted is not None:
            self.view.select(wanted)
        if self.view.selected_id is not None:
            self._select(self.view.selected_id)

    def keep_selected(self) -> None:
        """Select the same appointment in whatever is shown next."""
        self._to_select = self.view.selected_id

    def follow_clock(self) -> None:
        """Let the inspector offer what the time of day allows by now; at midnight turn the leaf."""
        if self._chosen is not None:
            self._inspect(self._chosen)
        day = self._day
        if day is not None and clinic_day(self.desk.clock.now(), day.time_zone) != self._today:
            self._page.mark_stale()

    # --- the appointment selected ----------------------------------------------------------

    def _select(self, appointment_id: int | None) -> None:
        self.selection_changed.emit()
        if appointment_id is None:
            self._chosen = None
            if self.carried is None:
                self.inspector.show_nothing()
            return
        self.read(appointment_id, self._take_chosen, newest="inspect")

    def _take_chosen(self, chosen: Chosen) -> None:
        if chosen.details.id == self.view.selected_id:
            self._chosen = chosen
            self._inspect(chosen)

    def _inspect(self, chosen: Chosen) -> None:
        shown = inspected(chosen, actor=self.desk.actor, now=self.desk.clock.now())
        self.inspector.show_appointment(shown)

    def _open(self, appointment_id: int) -> None:
        if self._chosen is not None and self._chosen.details.id == appointment_id:
            self._page.patient_asked.emit(self._chosen.details.patient_id)

    def _act(self, name: str) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if name in DONE_WORDS:
            self.steps.run(name, chosen)
        elif name == "cancel":
            self.steps.cancel(chosen)
        elif name == "move":
            self._lift(chosen)
        elif name == "pay":
            self._page.item_asked.emit("payment", chosen.details.id)
        elif name == "offer":
            self.offer_asked.emit(chosen.details.id)
        elif name == "book_again":
            self.booking.book(patient_id=chosen.patient.id)

    def _leave_note(self) -> None:
        if self.inspector.note.text.hasFocus():
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- lifting ---------------------------------------------------------------------------

    def carry(self, carried: Carried, *, by_mouse: bool = False) -> None:
        """Lift something: the arrows walk with it until it is put down or back.

        With `by_mouse` no bar appears, so that the day stays where the mouse aims.
        """
        self.carried = carried
        if not by_mouse:
            self.move_bar.show_moving(carried.name, carried.what, can_shelve=carried.card is None)
        self.view.lift(carried.lifted)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lift(self, chosen: Chosen) -> None:
        """Lift an appointment, and go to its doctor's next free time."""
        self.carry(Carried(chosen))
        details = chosen.details
        self.offer_next(details.service_id, [details.doctor_id], details.ends_at)

    def offer_next(
        self, service_id: int, doctor_ids: list[int] | None, not_before_at: datetime
    ) -> None:
        """Walk to the next free time for what is carried."""
        day, actor, services = self._day, self.desk.actor, self.desk.services
        if day is None:
            return
        from_at = max(not_before_at, self.desk.clock.now())
        self.desk.tasks.run(
            self._page,
            lambda: services.calendar.free_slots(
                actor,
                clinic_ids=[day.clinic_id],
                service_id=service_id,
                doctor_ids=doctor_ids,
                not_before_at=from_at,
                limit=1,
            ),
            done=lambda slots: self._go_to_slot(slots[0]) if slots and self.carried else None,
            newest="slot",
        )

    def _go_to_slot(self, slot: Slot) -> None:
        day = self._day
        on = clinic_day(slot.starts_at, day.time_zone) if day else None
        if day is not None and on is not None and not day.shows(on):
            self.day_asked.emit(on)
        self.view.go_to(slot.doctor_id, slot.starts_at)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def walk_to(self, on: date) -> None:
        """With something lifted, stand at the same time of the same doctor on another day."""
        day, at = self._day, self.view.pointed_at
        if day is not None and at is not None and self.carried is not None:
            minute = local_minute(at[1], clinic_day(at[1], day.time_zone), day.time_zone)
            self.view.go_to(at[0], local_instant(on, minute, day.time_zone))

    def put_down_here(self) -> None:
        """Put what is carried down where the keyboard stands."""
        at = self.view.pointed_at
        if at is not None:
            self._time_pointed_at(at[0], at[1], "")

    def set_down(self) -> Carried | None:
        """Carry nothing any more; gives what it was."""
        carried, self.carried = self.carried, None
        self.move_bar.hide()
        self.view.lift(None)
        return carried

    def put_back(self) -> None:
        """Leave what is carried where it was."""
        carried = self.set_down()
        if carried is not None and carried.chosen is not None:
            self.go_to(carried.chosen)

    def go_to(self, chosen: Chosen) -> None:
        """Show an appointment on its day, selected."""
        self._to_select = chosen.details.id
        self.day_asked.emit(clinic_day(chosen.details.starts_at, chosen.details.time_zone))

    def _put_aside(self) -> None:
        """Put what is carried, or else selected, on the shelf."""
        carried = self.set_down()
        if carried is not None and carried.chosen is not None:
            self.shelf_asked.emit(carried.chosen.details.id)
        elif carried is None and self._chosen is not None:
            self.shelf_asked.emit(self._chosen.details.id)

    def put_down(self, carried: Carried, doctor_id: int, starts_at: datetime) -> None:
        """Give what was carried its place: an appointment is moved, a wish booked."""
        if carried.chosen is not None:
            self._to_select = carried.chosen.details.id
            self.placing.move(carried.chosen, doctor_id, starts_at)
        elif carried.card is not None:
            start = BookingStart(carried.card.patient_id, doctor_id or None, starts_at)
            self.booking.open(start)

    # --- dragging --------------------------------------------------------------------------

    def _dropped(self, appointment_id: int, doctor_id: int, starts_at: datetime) -> None:
        """Move what was dragged; where it may not stand, the reason is told and it stays."""
        self.as_seen(appointment_id, lambda chosen: self.placing.move(chosen, doctor_id, starts_at))

    def _room_dropped(self, appointment_id: int, room_id: int, starts_at: datetime) -> None:
        self.as_seen(
            appointment_id, lambda chosen: self.placing.move_to_room(chosen, room_id, starts_at)
        )

    def _resized(self, appointment_id: int, ends_at: datetime) -> None:
        self.as_seen(appointment_id, lambda chosen: self.placing.resize(chosen, ends_at))

    def as_seen(self, appointment_id: int, done: Callable[[Chosen], None]) -> None:
        """Hand over an appointment with the version that the day shows, so that a change by
        somebody else is noticed.
        """
        day = self._day
        shown: dict[int, int] = {one.id: one.version for one in day.appointments} if day else {}

        def seen(chosen: Chosen) -> None:
            version = shown.get(appointment_id, chosen.details.version)
            version = max(version, self.placing.made.get(appointment_id, 0))
            done(replace(chosen, details=replace(chosen.details, version=version)))

        self.read(appointment_id, seen)

    # --- keys ------------------------------------------------------------------------------

    def press_key(self, event: QKeyEvent) -> bool:
        """Do what a key means for the whole page; tells whether it meant anything."""
        if event.key() == Qt.Key.Key_Escape and self.carried is not None:
            self.put_back()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.booking.copy(self._chosen)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.booking.paste(self.view.pointed_at)
        elif event.key() == Qt.Key.Key_S and not event.modifiers() and self._can_shelve():
            self._put_aside()
        elif event.key() == Qt.Key.Key_O and not event.modifiers() and self._chosen is not None:
            self.offer_asked.emit(self._chosen.details.id)
        else:
            return False
        return True

    def _can_shelve(self) -> bool:
        return self.carried is not None or self.view.selected_id is not None

    def _time_pointed_at(self, doctor_id: int, starts_at: datetime, letter: str) -> None:
        carried = self.set_down()
        if carried is not None:
            self.put_down(carried, doctor_id or self._doctor_of(carried), starts_at)
        else:
            start = BookingStart(doctor_id=doctor_id or None, starts_at=starts_at, text=letter)
            self.booking.open(start)

    def _doctor_of(self, carried: Carried) -> int:
        if carried.chosen is not None:
            return carried.chosen.details.doctor_id
        return (carried.card.doctor_id or 0) if carried.card else 0

    def _book_over(self, doctor_id: int, starts_at: datetime, why: str) -> None:
        """Book over a time on purpose: what is carried with a reason, else in the dialog."""
        carried = self.set_down()
        if carried is not None and carried.chosen is not None:
            self.placing.move_over(carried.chosen, doctor_id, starts_at, why=why)
        else:
            self.booking.open(BookingStart(doctor_id=doctor_id, starts_at=starts_at))

    def read(
        self,
        appointment_id: int,
        done: Callable[[Chosen], None],
        *,
        newest: str = "",
        failed: Callable[[ClinicDeskError], None] | None = None,
    ) -> None:
        """Ask all about an appointment beside the window."""
        actor, services = self.desk.actor, self.desk.services
        self.desk.tasks.run(
            self._page,
            lambda: read_chosen(services, actor, appointment_id),
            done=done,
            failed=failed,
            newest=newest,
        )
