"""The section for doctors' hours: the weekly grid, the place at the clinic, and exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.schedule.health.records import NewWeeklyHours
from clinicdesk.schedule.hours.records import DoctorPlace
from clinicdesk.schedule.records import HoursException, WeeklyHours
from clinicdesk.staff.records import DoctorRecord
from ui.core.buttons import KeyButton
from ui.core.cards import Card
from ui.core.health_flow import CheckedChange, save_checked
from ui.core.inputs import Choice, FieldBox
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk
from ui.core.typed import parse_whole
from ui.core.typed_fields import NumberField
from ui.settings.exceptions_card import ExceptionsCard
from ui.settings.hours_grid import HoursGrid, Texts, texts_of
from ui.settings.section import Section, Setup

NO_HOURS = (
    "No hours at this clinic yet. Add Monday to Friday and change what differs, or add single "
    "hours."
)
NO_DOCTORS = "No doctor works at this clinic yet."
UNSAVED = "Not saved yet."


@dataclass(frozen=True, slots=True)
class _Hours:
    doctor: DoctorRecord | None
    weekly: tuple[WeeklyHours, ...] = ()
    exceptions: tuple[HoursException, ...] = ()
    place: DoctorPlace | None = None
    rooms: tuple[tuple[str, int], ...] = ()


class HoursSection(Section):
    """Weekly hours of one doctor at the clinic chosen; what is typed waits until it is saved."""

    name = "Doctors' hours"
    sentence = (
        "When each doctor sees patients at this clinic. Split shifts are two rows of one day; an "
        "end before the start lies on the next day."
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme = desk.theme
        self.doctor_choice = Choice(theme, name="Doctor")
        self.doctor_choice.setFixedWidth(theme.px(260))
        self.doctor_choice.currentIndexChanged.connect(lambda _row: self._change_doctor())
        self.grid = HoursGrid(theme)
        self.grid.edited.connect(self._note_edit)
        self.state = plain_label("", "faint")
        self.problem = plain_label("", "error", wrap=True)
        self.empty = plain_label(NO_HOURS, "soft", wrap=True)
        self.room_choice = Choice(theme, name="Usual room")
        self.places_edit = NumberField(theme, name="Places kept for the day")
        self.exceptions = ExceptionsCard(desk, self)
        self._shown = _Hours(None)
        self._drafts: dict[tuple[int, int], tuple[Texts, ...]] = {}
        self._build()

    def _build(self) -> None:
        theme = self.desk.theme
        top = QHBoxLayout()
        top.addWidget(self.doctor_choice)
        top.addWidget(self.state)
        top.addStretch(1)
        self.undo = KeyButton(theme, "Take back", kind="quiet")
        self.undo.clicked.connect(self._take_back)
        self.save = KeyButton(theme, "Save the hours", key="Ctrl+S", kind="primary")
        self.save.clicked.connect(self._save)
        top.addWidget(self.undo)
        top.addWidget(self.save)
        self.body.addLayout(top)
        card = Card(theme)
        card.body.setSpacing(theme.px(10))
        card.body.addWidget(self.grid)
        card.body.addWidget(self.empty)
        card.body.addWidget(self.problem)
        self.problem.hide()
        buttons = QHBoxLayout()
        self.add_row = KeyButton(theme, "Add hours", key="Ctrl+Shift+H")
        self.add_row.clicked.connect(partial(self._add, (0,)))
        self.add_week = KeyButton(theme, "Add Monday to Friday")
        self.add_week.clicked.connect(partial(self._add, range(5)))
        buttons.addWidget(self.add_row)
        buttons.addWidget(self.add_week)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        self.body.addWidget(card)
        self.body.addWidget(self._place_card())
        self.body.addWidget(self.exceptions)
        self.body.addStretch(1)

    def _place_card(self) -> Card:
        theme = self.desk.theme
        card = Card(theme)
        card.body.addWidget(section_label("At this clinic"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(14))
        self._places_box = FieldBox("Places kept for the same day", self.places_edit)
        row.addWidget(FieldBox("Usual room", self.room_choice), 1)
        row.addWidget(self._places_box, 1)
        self.save_place = KeyButton(theme, "Save the place")
        self.save_place.clicked.connect(self._save_place)
        row.addWidget(self.save_place, 0, Qt.AlignmentFlag.AlignBottom)
        card.body.addLayout(row)
        return card

    def first_focus(self) -> QWidget:
        """Begin with the doctor."""
        return self.doctor_choice

    # --- reading -----------------------------------------------------------------------------

    def ask(self) -> None:
        """Offer the doctors of the clinic, and read the hours of the one chosen."""
        if self.setup is not None:
            doctors: list[tuple[str, object]] = [(d.name, d.id) for d in self.setup.doctors_here]
            self.doctor_choice.set_entries(doctors)
        super().ask()

    def read(self, setup: Setup) -> _Hours:
        """Read the hours of the doctor chosen."""
        chosen = self.doctor_choice.currentData()
        doctor = next((each for each in setup.doctors_here if each.id == chosen), None)
        if doctor is None:
            return _Hours(None)
        hours, actor = self.desk.services.hours, self.desk.actor
        places = hours.places(actor, doctor.id)
        rooms = self.desk.services.resources.rooms(actor, setup.clinic.id)
        return _Hours(
            doctor,
            hours.weekly_hours(actor, doctor.id),
            hours.exceptions(actor, doctor.id, from_on=setup.today),
            next((each for each in places if each.clinic_id == setup.clinic.id), None),
            tuple((each.name, each.id) for each in rooms if each.is_active),
        )

    def show_data(self, data: object) -> None:
        """Show hours, place and exceptions; what was typed and not saved stays."""
        if not isinstance(data, _Hours) or self.setup is None:
            return
        is_same = data.doctor == self._shown.doctor
        self._shown = data
        key = self._key()
        rows = self._drafts.get(key, self._stored()) if key else ()
        if not (is_same and self.grid.texts() == rows):
            self.grid.fill(rows, today=self.setup.today)
        self._show_place(data)
        self.exceptions.show_exceptions(data.exceptions, data.doctor, self.setup)
        self._show_state()

    def _show_place(self, data: _Hours) -> None:
        self.room_choice.set_entries([("No room of its own", 0), *data.rooms])
        if data.place is not None:
            at = self.room_choice.findData(data.place.room_id or 0)
            self.room_choice.setCurrentIndex(max(0, at))
            self.places_edit.setText(str(data.place.same_day_places))

    def _key(self) -> tuple[int, int] | None:
        if self._shown.doctor is None or self.setup is None:
            return None
        return self._shown.doctor.id, self.setup.clinic.id

    def _stored(self) -> tuple[Texts, ...]:
        key = self._key()
        here = (row for row in self._shown.weekly if key and row.clinic_id == key[1])
        ordered = sorted(here, key=lambda row: (row.weekday, row.starts_minute, row.valid_from_on))
        return tuple(texts_of(row) for row in ordered)

    # --- editing -----------------------------------------------------------------------------

    def _change_doctor(self) -> None:
        self.problem.hide()
        super().ask()

    def _note_edit(self) -> None:
        key = self._key()
        if key is not None:
            texts = self.grid.texts()
            if texts == self._stored():
                self._drafts.pop(key, None)
            else:
                self._drafts[key] = texts
        self.problem.hide()
        self._show_state()

    def _show_state(self) -> None:
        key = self._key()
        is_edited = key in self._drafts
        self.state.setText(UNSAVED if is_edited else "")
        self.save.setEnabled(is_edited)
        self.undo.setVisible(is_edited)
        self.empty.setVisible(not self.grid.texts())
        self.empty.setText(NO_HOURS if key else NO_DOCTORS)
        self.grid.setVisible(bool(self.grid.texts()))
        for button in (self.add_row, self.add_week, self.save_place):
            button.setEnabled(key is not None)

    def _add(self, weekdays: Sequence[int], *_clicked: object) -> None:
        if self.setup is not None:
            last = self.grid.texts()[-1:] or ((0, "09:00", "17:00", "1", "", ""),)
            self.grid.setVisible(True)
            self.grid.add([(day, *last[0][1:4], "", "") for day in weekdays])

    def _take_back(self) -> None:
        key = self._key()
        if key is not None and self.setup is not None:
            self._drafts.pop(key, None)
            self.grid.fill(self._stored(), today=self.setup.today)
            self.problem.hide()
            self._show_state()
            self.doctor_choice.setFocus()

    def _save(self) -> None:
        key = self._key()
        if key is None:
            return
        self.grid.clear_error()
        self.problem.hide()
        typed = self.grid.hours(doctor_id=key[0], clinic_id=key[1])
        if typed is None:
            return
        elsewhere = tuple(row for row in self._shown.weekly if row.clinic_id != key[1])
        hours = (*typed, *elsewhere)
        services, actor = self.desk.services, self.desk.actor
        self.save.setEnabled(False)
        name = self._shown.doctor.name if self._shown.doctor else ""
        change = CheckedChange(
            NewWeeklyHours(key[0], hours),
            store=lambda: services.hours.set_weekly_hours(actor, key[0], hours),
            verb="Save the hours",
            done_text=f"Hours of {name} saved.",
            saved=lambda sentence: self._finish(key, sentence),
            failed=self._show_failure,
            settled=lambda: self.save.setEnabled(True),
        )
        save_checked(self, self.desk, change)

    def _finish(self, key: tuple[int, int], sentence: str) -> None:
        self._drafts.pop(key, None)
        self.told.emit(sentence)
        self.ask()

    def _show_failure(self, error: ClinicDeskError) -> None:
        self.problem.setText(error.sentence)
        self.problem.show()
        self.problem.setFocus()

    def _save_place(self) -> None:
        place = self._shown.place
        if place is None:
            return
        self._places_box.set_error("")
        try:
            kept = parse_whole(self.places_edit.text(), what="a number of places, such as 2")
        except InvalidInputError as error:
            self._places_box.set_error(error.sentence)
            return
        room_id = int(self.room_choice.currentData() or 0) or None
        changed = replace(place, room_id=room_id, same_day_places=kept)
        hours, actor = self.desk.services.hours, self.desk.actor
        self.change(
            lambda: hours.set_place(actor, changed),
            done_text="Place at the clinic saved.",
            failed=lambda error: self._places_box.set_error(error.sentence),
        )
