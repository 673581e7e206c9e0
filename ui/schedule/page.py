"""The calendar page: a clinic's day, what may be chosen of it, and the appointment selected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.records import CalendarDay, Slot
from ui.core.buttons import KeyButton, icon_button
from ui.core.day_text import long_day_text
from ui.core.page import Page
from ui.core.session import Desk
from ui.schedule.appointment_words import inspected, when_text
from ui.schedule.booking_dialog import BookingDialog, BookingStart
from ui.schedule.chosen import Chosen, read_chosen
from ui.schedule.day_view import DayView
from ui.schedule.inspector import Inspector
from ui.schedule.move_bar import MoveBar
from ui.schedule.side_panel import SidePanel
from ui.schedule.steps import DONE_WORDS, Outlet, Steps

WIDE_PX, TIGHT_PX = 1000, 760


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one refresh brings; `day` is None while there is no clinic."""

    clinics: tuple[ClinicRecord, ...]
    clinic: ClinicRecord | None
    today: date
    day: CalendarDay | None


class CalendarPage(Page):
    """Shows a day, and hands on what the desk does with its appointments."""

    topics = frozenset(
        {Topic.APPOINTMENT, Topic.AVAILABILITY, Topic.CLINIC, Topic.STAFF, Topic.PATIENT}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Calendar")
        theme = desk.theme
        self._day: date | None = None
        self._loaded: Loaded | None = None
        self._chosen: Chosen | None = None
        self._lifted: Chosen | None = None
        self._to_select: int | None = None
        self._draft = ""
        self._is_narrow: bool | None = None
        self._steps = Steps(
            self, desk, Outlet(self.mark_stale, self.message_posted.emit, self.undo_offered.emit)
        )
        today = clinic_day(desk.clock.now(), "UTC")
        self.side, self.inspector = SidePanel(theme, today=today), Inspector(theme)
        self.view, self.move_bar = DayView(theme, desk.clock), MoveBar(theme)
        self._today = KeyButton(theme, "Today", key="T")
        self._back = icon_button(theme, "chevron-left", "Day before", key="Ctrl+Left")
        self._forth = icon_button(theme, "chevron-right", "Day after", key="Ctrl+Right")
        self._choose = icon_button(theme, "calendar", "Day, clinic and doctors", key="Ctrl+D")
        self._book = KeyButton(theme, "Book", key="Ctrl+N", kind="primary")
        self._build()
        self._connect()

    def _build(self) -> None:
        middle, row = QVBoxLayout(), QHBoxLayout(self)
        middle.addWidget(self.move_bar)
        middle.addWidget(self.view, 1)
        row.addWidget(self.side)
        row.addLayout(middle, 1)
        row.addWidget(self.inspector)
        for layout in (middle, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)

    def _connect(self) -> None:
        self._today.clicked.connect(lambda: self.show_day(None))
        self._back.clicked.connect(lambda: self._step_day(-1))
        self._forth.clicked.connect(lambda: self._step_day(1))
        self._book.clicked.connect(self._book_anybody)
        self._choose.clicked.connect(lambda: self.side.setVisible(not self.side.isVisible()))
        self.side.day_chosen.connect(self.show_day)
        self.side.clinic_chosen.connect(self.desk.session.set_clinic)
        self.side.doctors_hidden.connect(self.view.hide_doctors)
        self.view.selected.connect(self._select)
        self.view.opened.connect(self._open)
        self.view.booking_started.connect(self._time_pointed_at)
        self.view.dropped.connect(self._dropped)
        self.inspector.acted.connect(self._act)
        self.move_bar.given_up.connect(self.put_back)

    def top_controls(self) -> Sequence[QWidget]:
        """Give the buttons that change the day."""
        return (self._choose, self._today, self._back, self._forth)

    def top_actions(self) -> Sequence[KeyButton]:
        """Give the button that books, to those who may."""
        return (self._book,) if self.desk.session.may(Action.BOOK) else ()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window, leave the room to the day; the panels come when asked for."""
        super().resizeEvent(event)
        is_narrow = self.width() < self.desk.theme.px(WIDE_PX)
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            if self._choose.parentWidget() is not None or not is_narrow:
                self._choose.setVisible(is_narrow)  # without a parent it would be a window
            self.side.setVisible(not is_narrow)
        self._fit_inspector()

    def _fit_inspector(self) -> None:
        is_tight = self.width() < self.desk.theme.px(TIGHT_PX)
        self.inspector.setVisible(not is_tight or self.view.selected_id is not None)

    def first_focus(self) -> QWidget:
        """Give the day view the keys."""
        return self.view

    # --- what is shown ---------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the day anew; selection and scroll position stay."""
        self.desk.tasks.run(self, self._load, done=self._show, newest="day")

    def _load(self) -> Loaded:
        services, actor = self.desk.services, self.desk.actor
        clinics = services.clinics.clinics(actor)
        wanted = [clinic for clinic in clinics if clinic.id == self.desk.session.clinic_id]
        clinic = next(iter(wanted or clinics), None)
        now = self.desk.clock.now()
        if clinic is None:
            return Loaded(clinics, None, clinic_day(now, "UTC"), None)
        today = clinic_day(now, clinic.time_zone)
        shown = services.calendar.calendar_day(actor, clinic_id=clinic.id, day=self._day or today)
        return Loaded(clinics, clinic, today, shown)

    def _show(self, loaded: Loaded) -> None:
        is_first = self._loaded is None
        self._loaded = loaded
        self.side.show_clinics(loaded.clinics, loaded.clinic.id if loaded.clinic else None)
        if loaded.day is None:
            return
        day = loaded.day
        self.set_title(long_day_text(day.day) + self._year(day.day))
        self.side.month.show_day(day.day, today=loaded.today)
        own = self.desk.actor.doctor_id if is_first else None
        others = [c.doctor_id for c in day.columns if own and c.doctor_id != own]
        self.side.show_doctors(day.columns, others if len(others) < len(day.columns) else ())
        if self.side.hidden:
            self.view.hide_doctors(self.side.hidden)
        self.view.show_day(day)
        wanted, self._to_select = self._to_select, None
        if wanted is not None:
            self.view.select(wanted)
        if self.view.selected_id is not None:
            self._select(self.view.selected_id)

    def _year(self, day: date) -> str:
        is_this_year = self._loaded is not None and self._loaded.today.year == day.year
        return "" if is_this_year else f" {day.year}"

    def show_day(self, day: date | None) -> None:
        """Show another day; None for today."""
        self._day = day
        self.mark_stale()

    def _step_day(self, days: int) -> None:
        shown = self._loaded.day.day if self._loaded and self._loaded.day else None
        if shown is not None:
            self.show_day((self._day or shown) + timedelta(days=days))

    # --- the appointment selected ----------------------------------------------------------

    def _select(self, appointment_id: int | None) -> None:
        self._fit_inspector()
        if appointment_id is None:
            self._chosen = None
            if self._lifted is None:
                self.inspector.show_nothing()
            return
        self._read(appointment_id, self._inspect, newest="inspect")

    def _inspect(self, chosen: Chosen) -> None:
        if chosen.details.id != self.view.selected_id:
            return
        self._chosen = chosen
        shown = inspected(chosen, actor=self.desk.actor, now=self.desk.clock.now())
        self.inspector.show_appointment(shown)

    def _open(self, appointment_id: int) -> None:
        is_chosen = self._chosen is not None and self._chosen.details.id == appointment_id
        if self._chosen is not None and is_chosen and self._lifted is None:
            self.patient_asked.emit(self._chosen.details.patient_id)

    def _act(self, name: str) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if name in DONE_WORDS:
            self._steps.run(name, chosen)
        elif name == "cancel":
            self._steps.cancel(chosen)
        elif name == "move":
            self._lift(chosen)
        elif name == "pay":
            self.item_asked.emit("payment", chosen.details.id)
        elif name == "book_again":
            self.book(patient_id=chosen.patient.id)

    # --- moving ----------------------------------------------------------------------------

    def _lift(self, chosen: Chosen) -> None:
        """Lift an appointment, and go to its doctor's next free time."""
        self._lifted = chosen
        self.move_bar.show_moving(chosen.patient.name, when_text(chosen.details))
        details, actor, services = chosen.details, self.desk.actor, self.desk.services
        not_before_at = max(details.ends_at, self.desk.clock.now())
        self.desk.tasks.run(
            self,
            lambda: services.calendar.free_slots(
                actor,
                clinic_ids=[details.clinic_id],
                service_id=details.service_id,
                doctor_ids=[details.doctor_id],
                not_before_at=not_before_at,
                limit=1,
            ),
            done=self._offer_slot,
            newest="slot",
        )

    def _offer_slot(self, slots: Sequence[Slot]) -> None:
        if not slots or self._lifted is None:
            return
        slot = slots[0]
        day = clinic_day(slot.starts_at, self._lifted.details.time_zone)
        if self._loaded and self._loaded.day and self._loaded.day.day != day:
            self.show_day(day)
        self.view.go_to(slot.doctor_id, slot.starts_at)

    def _dropped(self, appointment_id: int, doctor_id: int, starts_at: datetime) -> None:
        """Move what was dragged; where it may not stand, the reason is told and it stays."""
        self._read(appointment_id, lambda chosen: self._steps.move(chosen, doctor_id, starts_at))

    def put_back(self) -> None:
        """Leave the lifted appointment where it was."""
        lifted, self._lifted = self._lifted, None
        self.move_bar.hide()
        if lifted is not None:
            self._go_to(lifted)

    def _go_to(self, chosen: Chosen) -> None:
        self._to_select = chosen.details.id
        self.show_day(clinic_day(chosen.details.starts_at, chosen.details.time_zone))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put a lifted appointment back on Escape."""
        if event.key() == Qt.Key.Key_Escape and self._lifted is not None:
            self.put_back()
        else:
            super().keyPressEvent(event)

    # --- booking ---------------------------------------------------------------------------

    def _time_pointed_at(self, doctor_id: int, starts_at: datetime, letter: str) -> None:
        lifted = self._lifted
        if lifted is not None:
            self._lifted = None
            self.move_bar.hide()
            self._to_select = lifted.details.id
            self._steps.move(lifted, doctor_id, starts_at)
        elif self.desk.session.may(Action.BOOK):
            self._open_booking(BookingStart(doctor_id=doctor_id, starts_at=starts_at, text=letter))

    def book(self, *, patient_id: int | None = None) -> None:
        """Open the booking dialog, for a patient if one is given."""
        self._open_booking(BookingStart(patient_id=patient_id, text=self._draft))

    def _book_anybody(self) -> None:
        self.book()

    def open_item(self, kind: str, item_id: int) -> None:
        """Book for a patient, or show an appointment."""
        if kind == "booking":
            self.book(patient_id=item_id or None)
        elif kind == "appointment":
            self._find(item_id)

    def _find(self, appointment_id: int) -> None:
        def found(chosen: Chosen) -> None:
            self.desk.session.set_clinic(chosen.details.clinic_id)
            self._go_to(chosen)

        self._read(appointment_id, found)

    def _read(
        self, appointment_id: int, done: Callable[[Chosen], None], *, newest: str = ""
    ) -> None:
        actor, services = self.desk.actor, self.desk.services
        self.desk.tasks.run(
            self,
            lambda: read_chosen(services, actor, appointment_id),
            done=done,
            newest=newest,
        )

    def _open_booking(self, start: BookingStart) -> None:
        if self._loaded is None or self._loaded.clinic is None:
            return
        dialog = BookingDialog(self, self.desk, clinic=self._loaded.clinic, start=start)
        dialog.booked.connect(self._booked)
        dialog.left.connect(self._keep_draft)
        dialog.open()

    def _keep_draft(self, text: str) -> None:
        self._draft = text

    def _booked(self, chosen: Chosen) -> None:
        self._draft = ""
        self.message_posted.emit(f"Booked · {chosen.patient.name}, {when_text(chosen.details)}")
        self._go_to(chosen)
