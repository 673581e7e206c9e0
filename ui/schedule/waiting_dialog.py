"""Puts a patient on the waiting list, or changes what they wait for."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.errors import InvalidInputError
from clinicdesk.patients.records import PatientRecord
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.rules import Step, allowed_actions
from clinicdesk.schedule.waiting.records import NewWish, Wish
from clinicdesk.schedule.waiting.rules import DAY_MINUTES, span_words
from clinicdesk.staff.records import DoctorRecord
from ui.core.buttons import KeyButton
from ui.core.closure_dialog import side_by_side
from ui.core.dialogs import Dialog
from ui.core.inputs import CheckMark, Choice, FieldBox
from ui.core.session import Desk
from ui.core.typed import date_text, optional_date, parse_time, time_text
from ui.core.typed_fields import DayField, TimeField
from ui.core.weekday_ticks import WeekdayTicks
from ui.schedule.appointment_words import when_text
from ui.schedule.booking_start import hit_of
from ui.schedule.patient_field import PatientField

NOTICES = (0, 30, 60, 120, 240, DAY_MINUTES, 2 * DAY_MINUTES)
USUAL_NOTICE = 60
ANYONE, ANYWHERE, NO_VISIT = 0, 0, 0
ADD_FIRST = "Please add this patient to the records first, then to the waiting list."
NOBODY = "Please choose a patient: type a part of the name, then press Enter."


@dataclass(frozen=True, slots=True)
class WishStart:
    """What a wish is chosen from, where it begins, and the wish to be changed, if any."""

    clinic: ClinicRecord
    clinics: tuple[ClinicRecord, ...]
    doctors: tuple[DoctorRecord, ...]
    services: tuple[ServiceRecord, ...]
    today: date
    wish: Wish | None = None
    patient: PatientRecord | None = None


class WishDialog(Dialog):
    """Takes a wish; `saved` carries a sentence for the foot of the window, `withdrawn` the Wish."""

    saved = Signal(str)
    withdrawn = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, start: WishStart) -> None:
        title = "Waiting list" if start.wish is None else f"Waiting · {start.wish.patient_name}"
        super().__init__(host, desk.theme, title=title, width_px=620)
        self._desk, self._start = desk, start
        theme, today = desk.theme, start.today
        self.patient = PatientField(desk)
        self.service = Choice(theme, name="Service", entries=[
            (f"{each.name} · {each.duration_minutes} min", each.id) for each in start.services
        ])  # fmt: skip
        self.doctor = Choice(theme, name="Doctor")
        self.place = Choice(theme, name="Clinic", entries=[
            ("Any clinic", ANYWHERE), *((each.name, each.id) for each in start.clinics)
        ])  # fmt: skip
        self.visit = Choice(theme, name="Later visit")
        self.weekdays = WeekdayTicks(theme)
        self.from_edit = TimeField(theme, name="From")
        self.until_edit = TimeField(theme, name="Until")
        self.first_edit = DayField(theme, name="First day", today=today, hint="any day")
        self.last_edit = DayField(theme, name="Last day", today=today, hint="any day")
        for edit in (self.from_edit, self.until_edit):
            edit.setPlaceholderText("any time")
        self.notice = Choice(theme, name="Shortest notice", entries=[
            (span_words(minutes) or "none", minutes) for minutes in NOTICES
        ])  # fmt: skip
        self.urgent = CheckMark(theme, "Urgent: offered first")
        self.note_edit = QLineEdit()
        self.note_edit.setPlaceholderText("such as: rings back at noon")
        self._build()
        self._connect()
        self._offer_doctors()
        self._fill()

    def _build(self) -> None:
        self._add_beside(
            self.field("Patient", self.patient, name="patient_id"),
            self.field("Service", self.service, name="service_id"),
        )
        self.body.addWidget(self.patient.list)
        self._visit_box = self.add_field("Instead of a later visit", self.visit)
        self._add_beside(
            self.field("Doctor", self.doctor, name="doctor_id"),
            self.field("Clinic", self.place, name="clinic_id"),
        )
        self.add_field("On these days", self.weekdays, name="weekdays")
        self._add_beside(
            self.field("From", self.from_edit, name="from_minute"),
            self.field("Until", self.until_edit, name="until_minute"),
            self.field("First day", self.first_edit, name="from_on"),
            self.field("Last day", self.last_edit, name="until_on"),
        )
        self._add_beside(
            self.field("Shortest notice", self.notice, name="notice_minutes"),
            self.field("Note", self.note_edit),
        )
        self.body.addWidget(self.urgent)
        wish = self._start.wish
        if wish is not None:
            off = KeyButton(self.theme, "Take off the list", key="Ctrl+Delete", kind="quiet")
            off.clicked.connect(lambda: self._withdraw(wish))
            self.add_button(off)
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Cancel", key="Escape")
        close.clicked.connect(self.dismiss)
        text = "Add to the list" if wish is None else "Save"
        self.save = KeyButton(self.theme, text, key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._save)
        self.add_button(close)
        self.add_button(self.save, is_default=True)

    def _add_beside(self, *boxes: FieldBox) -> None:
        self.body.addWidget(side_by_side(self._desk, *boxes))

    def _connect(self) -> None:
        self.patient.taken.connect(self._ask_visits)
        self.patient.typed.connect(lambda: self._offer_visits(()))
        self.patient.new_asked.connect(self._refuse_new)
        self.service.activated.connect(lambda _row: self._offer_doctors())

    def _fill(self) -> None:
        wish, start = self._start.wish, self._start
        self.notice.setCurrentIndex(NOTICES.index(USUAL_NOTICE))
        self.place.setCurrentIndex(max(0, self.place.findData(start.clinic.id)))
        self._offer_visits(())
        if start.patient is not None:
            self.patient.show_patient(hit_of(start.patient))
        if wish is None:
            return
        asked = wish.wish
        self.patient.edit.setReadOnly(True)
        for choice, value in (
            (self.service, asked.service_id),
            (self.place, asked.clinic_id or ANYWHERE),
            (self.notice, asked.notice_minutes),
        ):
            choice.setCurrentIndex(max(0, choice.findData(value)))
        self._offer_doctors()
        self.doctor.setCurrentIndex(max(0, self.doctor.findData(asked.doctor_id or ANYONE)))
        self.weekdays.set_weekdays(asked.weekdays)
        self.from_edit.setText(time_text(asked.from_minute) if asked.from_minute else "")
        is_open = asked.until_minute == DAY_MINUTES
        self.until_edit.setText("" if is_open else time_text(asked.until_minute))
        self.first_edit.setText(date_text(asked.from_on))
        self.last_edit.setText(date_text(asked.until_on))
        self.urgent.setChecked(asked.is_urgent)
        self.note_edit.setText(asked.note)

    def _offer_doctors(self) -> None:
        service_id = self.service.currentData()
        given = [one for one in self._start.doctors if service_id in one.service_ids]
        self.doctor.set_entries([("Anyone", ANYONE), *((one.name, one.id) for one in given)])

    def _refuse_new(self) -> None:
        self.patient.begin_search()
        self.show_problem(InvalidInputError(ADD_FIRST, field="patient_id"))

    # --- a later visit ---------------------------------------------------------------------

    def _ask_visits(self) -> None:
        self.clear_problem()
        hit, actor, services = self.patient.patient, self._desk.actor, self._desk.services
        if hit is not None:
            self._desk.tasks.run(
                self,
                lambda: services.calendar.appointments_of_patient(actor, hit.id),
                done=self._offer_visits,
                newest="visits",
            )

    def _offer_visits(self, visits: tuple[AppointmentDetails, ...]) -> None:
        """Offer to move a visit that is to come rather than book another one."""
        now = self._desk.clock.now()
        ahead = [
            each
            for each in visits
            if each.starts_at > now and Step.MOVE in allowed_actions(each.status)
        ]
        entries: list[tuple[str, object]] = [("None: book another visit", NO_VISIT)]
        entries += [(when_text(each), each.id) for each in ahead]
        self.visit.set_entries(entries)
        wish = self._start.wish
        if wish is not None:
            kept = self.visit.findData(wish.wish.appointment_id or NO_VISIT)
            self.visit.setCurrentIndex(max(0, kept))
        self._visit_box.setVisible(bool(ahead))

    # --- saving ----------------------------------------------------------------------------

    def asked(self) -> NewWish:
        """Give the wish typed.

        Raises:
            InvalidInputError: something cannot be read; at its field.
        """
        hit = self.patient.patient
        if hit is None:
            raise InvalidInputError(NOBODY, field="patient_id")
        begins, ends = self.from_edit.text().strip(), self.until_edit.text().strip()
        today = self._start.today
        return NewWish(
            patient_id=hit.id,
            service_id=int(self.service.currentData() or 0),
            clinic_id=int(self.place.currentData()) or None,
            doctor_id=int(self.doctor.currentData()) or None,
            weekdays=self.weekdays.weekdays,
            from_minute=parse_time(begins, field="from_minute") if begins else 0,
            until_minute=parse_time(ends, field="until_minute") if ends else DAY_MINUTES,
            from_on=optional_date(self.first_edit.text(), today=today, field="from_on"),
            until_on=optional_date(self.last_edit.text(), today=today, field="until_on"),
            notice_minutes=int(self.notice.currentData()),
            appointment_id=int(self.visit.currentData() or 0) or None,
            is_urgent=self.urgent.isChecked(),
            note=self.note_edit.text().strip(),
        )

    def _save(self) -> None:
        self.clear_problem()
        try:
            asked = self.asked()
        except InvalidInputError as error:
            self.show_problem(error)
            return
        waiting, actor, wish = self._desk.services.waiting, self._desk.actor, self._start.wish
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: (
                waiting.add(actor, asked)
                if wish is None
                else waiting.change(actor, wish.id, version=wish.version, asked=asked)
            ),
            done=self._done,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _done(self, wish: Wish) -> None:
        self.finish()
        verb = "is on the waiting list" if self._start.wish is None else "waits as changed"
        self.saved.emit(f"{wish.patient_name} {verb}")

    def _withdraw(self, wish: Wish) -> None:
        self.finish()
        self.withdrawn.emit(wish)
