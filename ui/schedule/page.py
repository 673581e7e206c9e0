"""The calendar page: a clinic's day, what may be chosen of it, and the appointment selected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.records import CalendarDay
from clinicdesk.schedule.shelf.records import ShelfCard
from ui.core.buttons import KeyButton, icon_button
from ui.core.day_text import long_day_text
from ui.core.page import Page
from ui.core.session import Desk
from ui.schedule.chosen import Chosen
from ui.schedule.day_desk import DayDesk, DayParts
from ui.schedule.day_view import DayView
from ui.schedule.inspector import Inspector
from ui.schedule.move_bar import MoveBar
from ui.schedule.shelf_desk import ShelfDesk
from ui.schedule.side_panel import SidePanel

WIDE_PX, TIGHT_PX = 1000, 760


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one refresh brings; `day` is None while there is no clinic."""

    clinics: tuple[ClinicRecord, ...]
    clinic: ClinicRecord | None
    today: date
    day: CalendarDay | None
    cards: tuple[ShelfCard, ...] = ()


class CalendarPage(Page):
    """Shows a day, and hands on what the desk does with its appointments."""

    topics = frozenset(
        {
            Topic.APPOINTMENT,
            Topic.AVAILABILITY,
            Topic.CLINIC,
            Topic.STAFF,
            Topic.PATIENT,
            Topic.HOLD,
            Topic.SHELF,
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Calendar")
        theme = desk.theme
        self._day: date | None = None
        self._loaded: Loaded | None = None
        self._is_narrow: bool | None = None
        today = clinic_day(desk.clock.now(), "UTC")
        self.side, self.inspector = SidePanel(theme, today=today), Inspector(theme)
        self.view, self.move_bar = DayView(theme, desk.clock), MoveBar(theme)
        self.day_desk = DayDesk(self, DayParts(self.view, self.inspector, self.move_bar))
        self.shelf_desk = ShelfDesk(
            self, self.day_desk, shelf=self.side.shelf, month=self.side.month
        )
        self._today = KeyButton(theme, "Today", key="T")
        self._back = icon_button(theme, "chevron-left", "Day before", key="Ctrl+Left")
        self._forth = icon_button(theme, "chevron-right", "Day after", key="Ctrl+Right")
        self._choose = icon_button(theme, "calendar", "Day, clinic and doctors", key="Ctrl+D")
        self._phone = KeyButton(theme, "Phone", key="/", icon="phone")
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
        self._phone.clicked.connect(lambda: self.day_desk.booking.open_phone())
        self._book.clicked.connect(self._book_anybody)
        self._choose.clicked.connect(lambda: self.side.setVisible(not self.side.isVisible()))
        self.side.day_chosen.connect(self.show_day)
        self.side.clinic_chosen.connect(self.desk.session.set_clinic)
        self.side.doctors_hidden.connect(self.view.hide_doctors)
        self.day_desk.selection_changed.connect(self._fit_inspector)
        self.day_desk.day_asked.connect(self.show_day)

    def top_controls(self) -> Sequence[QWidget]:
        """Give the buttons that change the day."""
        return (self._choose, self._today, self._back, self._forth)

    def top_actions(self) -> Sequence[KeyButton]:
        """Give the buttons that book, to those who may."""
        return (self._phone, self._book) if self.desk.session.may(Action.BOOK) else ()

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
        return Loaded(clinics, clinic, today, shown, services.shelf.cards(actor, clinic.id))

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
        self.day_desk.show_day(day, loaded.clinic, today=loaded.today)
        self.shelf_desk.show(day, loaded.cards)

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
            on = (self._day or shown) + timedelta(days=days)
            self.show_day(on)
            self.day_desk.walk_to(on)

    def open_item(self, kind: str, item_id: int) -> None:
        """Book for a patient, or show an appointment."""
        if kind == "booking":
            self.book(patient_id=item_id or None)
        elif kind == "appointment":
            self.day_desk.read(item_id, self._find)

    def _find(self, chosen: Chosen) -> None:
        self.desk.session.set_clinic(chosen.details.clinic_id)
        self.day_desk.go_to(chosen)

    def book(self, *, patient_id: int | None = None) -> None:
        """Open the booking dialog, for a patient if one is given."""
        self.day_desk.booking.book(patient_id=patient_id)

    def _book_anybody(self) -> None:
        self.book()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put back, put aside, copy and paste."""
        if not self.day_desk.press_key(event):
            super().keyPressEvent(event)
