"""The calendar page: days, weeks and months, what may be chosen of them, and what is selected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.views.records import SavedView, ViewKind
from ui.core.buttons import KeyButton, icon_button
from ui.core.inputs import Choice
from ui.core.page import Page
from ui.core.session import Desk
from ui.schedule.calendar_kinds import OF_ONE_DOCTOR, Stand, stepped, title_of
from ui.schedule.calendar_loading import NO_VIEW, Loaded, Wanted, load
from ui.schedule.chosen import Chosen
from ui.schedule.day_desk import DayDesk, DayParts
from ui.schedule.day_view import DayView
from ui.schedule.disruption_desk import DisruptionDesk
from ui.schedule.inspector import Inspector
from ui.schedule.kind_switch import KindSwitch
from ui.schedule.month_view import MonthView
from ui.schedule.move_bar import MoveBar
from ui.schedule.shelf_desk import ShelfDesk
from ui.schedule.side_panel import SidePanel
from ui.schedule.view_keys import ViewKeys
from ui.schedule.waiting_desk import WaitingDesk

WIDE_PX, TIGHT_PX, DOCTOR_PX = 1000, 760, 150
KEEP_AFTER_MS = 1_500


class CalendarPage(Page):
    """Shows days, and hands on what the desk does with their appointments."""

    topics = frozenset(
        {
            Topic.APPOINTMENT,
            Topic.AVAILABILITY,
            Topic.CLINIC,
            Topic.STAFF,
            Topic.PATIENT,
            Topic.HOLD,
            Topic.SHELF,
            Topic.WAITING_LIST,
            Topic.DISRUPTION,
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Calendar")
        theme = desk.theme
        self._day: date | None = None
        self._asked: SavedView | None = None
        self._loaded: Loaded | None = None
        self._is_narrow: bool | None = None
        self._person = desk.actor
        today = clinic_day(desk.clock.now(), "UTC")
        self.side, self.inspector = SidePanel(theme, today=today), Inspector(theme)
        self.view, self.move_bar = DayView(theme, desk.clock), MoveBar(theme)
        self.month = MonthView(theme)
        self.day_desk = DayDesk(self, DayParts(self.view, self.inspector, self.move_bar))
        self.shelf_desk = ShelfDesk(
            self, self.day_desk, shelf=self.side.shelf, month=self.side.month
        )
        self._stack = QStackedWidget()
        self.waiting_desk = WaitingDesk(self, self.side.waiting, over=self._stack)
        self.disruption_desk = DisruptionDesk(self, self.side.out, pointed=self._doctor_pointed_at)
        self.view_keys = ViewKeys(self, present=self._present, bring=self._bring)
        self._keep = QTimer(self)
        self._today = KeyButton(theme, "Today", key="T")
        self._back = icon_button(theme, "chevron-left", "Before", key="Ctrl+Left")
        self._forth = icon_button(theme, "chevron-right", "After", key="Ctrl+Right")
        self._choose = icon_button(theme, "calendar", "Day, clinic and doctors", key="Ctrl+D")
        self.kinds = KindSwitch(theme)
        self.doctor = Choice(theme, name="Doctor")
        self.doctor.setMinimumWidth(theme.px(DOCTOR_PX))
        self._phone = KeyButton(theme, "Phone", key="/", icon="phone")
        self._book = KeyButton(theme, "Book", key="Ctrl+N", kind="primary")
        self._build()
        self._connect()

    def _build(self) -> None:
        middle, row = QVBoxLayout(), QHBoxLayout(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.month)
        middle.addWidget(self.move_bar)
        middle.addWidget(self._stack, 1)
        row.addWidget(self.side)
        row.addLayout(middle, 1)
        row.addWidget(self.inspector)
        for layout in (middle, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        self._keep.setSingleShot(True)
        self._keep.setInterval(KEEP_AFTER_MS)

    def _connect(self) -> None:
        self._today.clicked.connect(lambda: self.show_day(None))
        self._back.clicked.connect(lambda: self._step(-1))
        self._forth.clicked.connect(lambda: self._step(1))
        self._phone.clicked.connect(lambda: self.day_desk.booking.open_phone())  # noqa: PLW0108
        self._book.clicked.connect(self._book_anybody)
        self._choose.clicked.connect(lambda: self.side.setVisible(not self.side.isVisible()))
        self._keep.timeout.connect(self.view_keys.keep_last)
        self.kinds.chosen.connect(lambda kind: self._look(kind=kind))
        self.doctor.activated.connect(
            lambda _number: self._look(doctor_id=self.doctor.currentData())
        )
        self.month.opened.connect(self._open_day)
        self.month.pointed.connect(self.show_day)
        self.month.month_asked.connect(self._step)
        self.side.day_chosen.connect(self.show_day)
        self.side.clinic_chosen.connect(self._choose_clinic)
        self.side.doctors_hidden.connect(self._hide_doctors)
        self.side.views.chosen.connect(self.view_keys.bring)
        self.day_desk.selection_changed.connect(self._fit_inspector)
        self.day_desk.offer_asked.connect(self.waiting_desk.offer_freed)
        self.day_desk.time_freed.connect(self.waiting_desk.tell_freed)
        self.day_desk.day_asked.connect(self._show_whole_day)

    def top_controls(self) -> Sequence[QWidget]:
        """Give the buttons that change what is shown."""
        return (self._choose, self._today, self._back, self._forth, self.kinds, self.doctor)

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
        is_wanted = not is_tight or self.view.selected_id is not None
        self.inspector.setVisible(is_wanted and self._stack.currentWidget() is self.view)

    def first_focus(self) -> QWidget:
        """Give what is shown the keys."""
        return self.month if self._stack.currentWidget() is self.month else self.view

    # --- what is shown ---------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask anew what is shown; selection and scroll position stay."""
        actor = self.desk.actor
        if actor != self._person:
            self._person, self._asked, self._day = actor, None, None
        wanted = Wanted(self._asked, self._day)
        desk = self.desk
        desk.tasks.run(self, lambda: load(desk, actor, wanted), done=self._show, newest="day")

    def _show(self, loaded: Loaded) -> None:
        is_first = self._asked is None
        self._loaded, self._asked = loaded, loaded.view
        clinic, view = loaded.clinic, loaded.view
        self.side.show_clinics(loaded.clinics, clinic.id if clinic else None)
        if clinic is None:
            return
        if self.desk.session.clinic_id != clinic.id:
            self.desk.session.set_clinic(clinic.id)
        if is_first:
            self._take_look(view)
        self._show_head(loaded)
        self.view_keys.views = loaded.views
        self.side.views.show_views(loaded.views)
        self.side.month.show_day(loaded.shown_on, today=loaded.today)
        self.side.show_doctors(loaded.doctors)
        self.waiting_desk.show(clinic, loaded.doctors, today=loaded.today)
        self.disruption_desk.show(clinic, loaded.doctors, today=loaded.today)
        if loaded.month is not None:
            self._turn_to(self.month)
            self.month.show_month(loaded.month, day=loaded.shown_on, today=loaded.today)
        elif loaded.day is not None:
            self._turn_to(self.view)
            self.view.hide_doctors(self.side.hidden if view.kind is ViewKind.DAY else ())
            self.day_desk.show_day(loaded.day, clinic, today=loaded.today)
            self.shelf_desk.show(loaded.day, loaded.cards)

    def _show_head(self, loaded: Loaded) -> None:
        view, doctor = loaded.view, loaded.doctor
        stand = Stand(view.kind, loaded.shown_on, view.doctor_id)
        name = doctor.name if doctor else ""
        self.set_title(title_of(stand, today=loaded.today, doctor_name=name))
        self.kinds.show_kind(view.kind, has_own=self.desk.actor.doctor_id is not None)
        self.doctor.set_entries([(one.name, one.id) for one in loaded.doctors])
        self.doctor.setCurrentIndex(max(self.doctor.findData(view.doctor_id), 0))
        if self.doctor.parentWidget() is not None:
            self.doctor.setVisible(view.kind is ViewKind.WEEK)

    def _turn_to(self, widget: QWidget) -> None:
        before = self._stack.currentWidget()
        if before is not widget:
            had_focus = before is not None and before.hasFocus()
            self._stack.setCurrentWidget(widget)
            if had_focus:
                widget.setFocus()
        self._fit_inspector()

    # --- another view ----------------------------------------------------------------------

    def _present(self) -> SavedView:
        """Give what is shown now, to be kept on a key."""
        hidden, minute = tuple(sorted(self.side.hidden)), self.view.top_minute
        return replace(self._asked or NO_VIEW, hidden=hidden, first_minute=minute)

    def _bring(self, view: SavedView) -> None:
        """Show a view that was kept."""
        self._asked = view
        self._take_look(view)
        self.mark_stale()

    def _take_look(self, view: SavedView) -> None:
        self.side.set_hidden(view.hidden)
        self.view.set_look(least_column_px=view.least_column_px, top_minute=view.first_minute)

    def _look(self, *, kind: ViewKind | None = None, doctor_id: int | None = None) -> None:
        """Show another kind of view, or another doctor's."""
        shown = self._asked or NO_VIEW
        wanted = kind or shown.kind
        doctor_id = doctor_id or self._doctor_at_hand(wanted) or shown.doctor_id
        self._asked = replace(shown, kind=wanted, doctor_id=doctor_id)
        self.day_desk.keep_selected()
        self.mark_stale()
        self._keep.start()

    def _doctor_at_hand(self, kind: ViewKind) -> int | None:
        """Give the doctor whom the keyboard stands on, whose week is then shown."""
        shown = self._asked.kind if self._asked else None
        is_turning = kind in OF_ONE_DOCTOR and shown in (ViewKind.DAY, ViewKind.ROOMS)
        return self._doctor_pointed_at() if is_turning else None

    def _doctor_pointed_at(self) -> int | None:
        at = self.view.pointed_at
        return at[0] if at is not None else None

    def _choose_clinic(self, clinic_id: int) -> None:
        self._asked = replace(self._asked or NO_VIEW, clinic_id=clinic_id)
        self.desk.session.set_clinic(clinic_id)
        self.mark_stale()
        self._keep.start()

    def _hide_doctors(self, hidden: frozenset[int]) -> None:
        shown = self._asked = replace(self._asked or NO_VIEW, hidden=tuple(sorted(hidden)))
        self._keep.start()
        if shown.kind is ViewKind.DAY:
            self.view.hide_doctors(hidden)
        elif shown.kind is ViewKind.MONTH:
            self.mark_stale()

    def show_day(self, day: date | None) -> None:
        """Show another day, or the week or month that holds it; None for today."""
        self._day = day
        self.mark_stale()

    def _open_day(self, day: date) -> None:
        """Show one day of the month whole."""
        self._day = day
        self._look(kind=ViewKind.DAY)

    def _show_whole_day(self, day: date) -> None:
        """Show the day of an appointment, in a view in which it can be seen."""
        if self._asked is not None and self._asked.kind is ViewKind.MONTH:
            self._open_day(day)
        else:
            self.show_day(day)

    def _step(self, steps: int) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        on = stepped(Stand(loaded.view.kind, self._day or loaded.shown_on), steps)
        self.show_day(on)
        self.day_desk.walk_to(on)

    # --- booking ---------------------------------------------------------------------------

    def open_item(self, kind: str, item_id: int) -> None:
        """Book for a patient, or show an appointment."""
        if kind == "booking":
            self.book(patient_id=item_id or None)
        elif kind == "appointment":
            self.day_desk.read(item_id, self._find)

    def _find(self, chosen: Chosen) -> None:
        """Show an appointment among those of all doctors of its clinic."""
        shown = self._asked or NO_VIEW
        kind = ViewKind.DAY if shown.kind is not ViewKind.ROOMS else shown.kind
        self._asked = replace(shown, kind=kind, clinic_id=chosen.details.clinic_id)
        self.desk.session.set_clinic(chosen.details.clinic_id)
        self.day_desk.go_to(chosen)

    def book(self, *, patient_id: int | None = None) -> None:
        """Open the booking dialog, for a patient if one is given."""
        self.day_desk.booking.book(patient_id=patient_id)

    def _book_anybody(self) -> None:
        self.book()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put back, put aside, copy and paste; keep views and bring them."""
        if not self.day_desk.press_key(event) and not self.view_keys.press_key(event):
            super().keyPressEvent(event)
