"""Takes in a patient without an appointment: who, what for, and the doctors' next free times."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clinicdesk.access import Action
from clinicdesk.clinics.records import ServiceRecord
from clinicdesk.clock import clinic_day
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.patients.records import PatientDetails, PatientHit, PatientRecord
from clinicdesk.schedule.errors import PatientOverlapError
from clinicdesk.schedule.records import AppointmentDetails, Slot
from clinicdesk.schedule.rules import is_anyones
from clinicdesk.visits.records import WalkIn
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.hit_list import HitLine, HitList
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.core.typed import optional_date
from ui.visits.patient_pick import PatientPick

NOBODY_FREE = "Nobody is free today for this. Choose another service, or book another day."


@dataclass(frozen=True, slots=True)
class Place:
    """The clinic at which the patient stands."""

    clinic_id: int
    time_zone: str


class WalkInDialog(Dialog):
    """`taken_in` carries the visit and the patient's name."""

    taken_in = Signal(object, str)

    def __init__(self, host: QWidget, desk: Desk, place: Place) -> None:
        super().__init__(host, desk.theme, title="Walk-in", width_px=600)
        self._desk, self._where = desk, place
        self._key = str(uuid.uuid4())
        self._doctors: dict[int, str] = {}
        self._offered: list[int] = []
        self._is_over = False
        self._accepts_overlap = False
        theme = desk.theme
        self.pick = PatientPick(desk)
        self.born_edit, self.phone_edit = QLineEdit(), QLineEdit()
        self.born_edit.setPlaceholderText("14/05/1986")
        self.service = Choice(theme, name="Service")
        self.times = HitList(theme, name="Next free times")
        self.none_free = plain_label(NOBODY_FREE, "warning", wrap=True)
        self.reason_edit = QLineEdit()
        self._edits = (self.pick.edit, self.born_edit, self.phone_edit, self.reason_edit)
        self.over = KeyButton(theme, "Put in now…", key="Ctrl+O")
        self.take = KeyButton(theme, "Take in", key="Return", kind="primary")
        self._build()
        self._connect()
        self._ask()

    def _build(self) -> None:
        self.add_field("Patient", self.pick, name="patient")
        self.new_row = QWidget()
        row = QHBoxLayout(self.new_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.theme.px(12))
        row.addWidget(self.field("Date of birth", self.born_edit, name="born_on"), 1)
        row.addWidget(self.field("Mobile", self.phone_edit, name="phone"), 1)
        self.body.addWidget(self.new_row)
        self.add_field("Service", self.service)
        self.body.addWidget(self.none_free)
        self.body.addWidget(self.times)
        self.reason_box = self.add_field("Why now, over the others", self.reason_edit, name="why")
        for widget in (self.new_row, self.none_free, self.reason_box):
            widget.hide()
        self.add_button(self.over)
        self.over.setVisible(self._desk.session.may(Action.OVERBOOK))
        self.footer.addStretch(1)
        self.add_button(self.take, is_default=True)

    def _connect(self) -> None:
        self.service.currentIndexChanged.connect(lambda _at: self._ask_times())
        self.pick.typed.connect(self._patient_open)
        self.pick.new_asked.connect(self._begin_new)
        self.times.picked.connect(lambda _at: self.submit())
        self.take.clicked.connect(self.submit)
        for edit in self._edits:
            edit.installEventFilter(self)
        self.over.clicked.connect(self._ask_why)

    # --- what can be chosen ------------------------------------------------------------------

    def _ask(self) -> None:
        services, actor = self._desk.services, self._desk.actor

        def work() -> tuple[Sequence[ServiceRecord], dict[int, str]]:
            here = self._where.clinic_id
            doctors = {
                doctor.id: doctor.name
                for doctor in services.staff.doctors(actor)
                if here in doctor.clinic_ids
            }
            return services.clinics.services(actor), doctors

        self._desk.tasks.run(self, work, done=lambda found: self._show_choice(*found))

    def _show_choice(self, services: Sequence[ServiceRecord], doctors: dict[int, str]) -> None:
        self._doctors = doctors
        self.service.set_entries([(service.name, service.id) for service in services])
        self._ask_times()

    def _ask_times(self) -> None:
        services, actor, service_id = self._desk.services, self._desk.actor, self._service_id()
        if service_id is None:
            return
        self._desk.tasks.run(
            self,
            lambda: services.visits.walk_in_times(
                actor, clinic_id=self._where.clinic_id, service_id=service_id
            ),
            done=self._show_times,
            newest="times",
        )

    def _show_times(self, slots: Sequence[Slot]) -> None:
        if self._is_over:
            return
        actor = self._desk.actor
        shown = [slot for slot in slots if is_anyones(actor) or slot.doctor_id == actor.doctor_id]
        self._offered = [slot.doctor_id for slot in shown]
        now = self._desk.clock.now()
        lines = []
        for slot in shown:
            at = slot.starts_at.astimezone(ZoneInfo(self._where.time_zone))
            wait = max(0, round((slot.starts_at - now).total_seconds() / 60))
            words = f"{at:%H:%M} · in {wait} min" if wait else f"{at:%H:%M} · now"
            lines.append(HitLine(self._doctors.get(slot.doctor_id, ""), words))
        self.times.show_lines(lines, "")
        self.times.setVisible(bool(lines))
        self.none_free.setVisible(not lines)

    def _service_id(self) -> int | None:
        chosen = self.service.currentData()
        return chosen if isinstance(chosen, int) else None

    # --- the patient ---------------------------------------------------------------------------

    def _patient_open(self) -> None:
        self.new_row.hide()
        self._accepts_overlap = False
        self.clear_problem()

    def _begin_new(self) -> None:
        self.new_row.show()
        self.born_edit.setFocus()

    def _new_patient(self) -> PatientDetails:
        given, _, family = " ".join(self.pick.edit.text().split()).rpartition(" ")
        if not given:
            raise InvalidInputError(
                "Please enter the given name and the family name.", field="patient"
            )
        today = clinic_day(self._desk.clock.now(), self._where.time_zone)
        born_on = optional_date(self.born_edit.text(), today=today, field="born_on")
        return PatientDetails(given, family, born_on, phone=self.phone_edit.text().strip())

    # --- taking in -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose a time with the arrows from every field to type in."""
        is_press = event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        is_searching = watched is self.pick.edit and self.pick.list.isVisible()
        if is_press and isinstance(event, QKeyEvent) and watched in self._edits:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and not is_searching:
                self.times.walk(step)
                return True
        return super().eventFilter(watched, event)

    def _ask_why(self) -> None:
        """Offer every doctor, also one who has no free time left, and ask for the reason."""
        actor = self._desk.actor
        self._is_over = True
        self._offered = [
            number for number in self._doctors if is_anyones(actor) or number == actor.doctor_id
        ]
        self.times.show_lines(
            [HitLine(self._doctors[number], "now, in between") for number in self._offered], ""
        )
        self.times.show()
        self.none_free.hide()
        self.reason_box.show()
        self.take.set_text("Put in now")
        self.reason_edit.setFocus()

    def submit(self) -> None:
        """Take the patient in; a new one is added to the records first."""
        if self.is_busy:
            return
        try:
            self._demand_reason()
            if self.pick.is_new:
                self._add(self._new_patient())
            elif self.pick.patient is None:
                raise InvalidInputError("Please choose the patient.", field="patient")  # noqa: TRY301
            else:
                self._take_in(self.pick.patient.id, self.pick.patient.name)
        except InvalidInputError as error:
            self.show_problem(error)

    def _demand_reason(self) -> None:
        if self._is_over and not self.reason_edit.text().strip():
            raise InvalidInputError("Please say why, in a few words.", field="why")

    def _add(self, details: PatientDetails) -> None:
        services, actor = self._desk.services, self._desk.actor

        def added(patient: PatientRecord) -> None:
            self.pick.take(
                PatientHit(patient.id, patient.number, patient.name, patient.born_on, patient.phone)
            )
            self.new_row.hide()
            self._take_in(patient.id, patient.name)

        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: services.patients.add(actor, details),
            done=added,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _take_in(self, patient_id: int, name: str) -> None:
        services, actor, service_id = self._desk.services, self._desk.actor, self._service_id()
        if service_id is None:
            return
        at = self.times.current
        lit = self._offered[at] if at < len(self._offered) else actor.doctor_id
        walk_in = WalkIn(
            self._key,
            self._where.clinic_id,
            patient_id,
            service_id,
            lit,
            overbook_reason=self.reason_edit.text().strip(),
            accept_patient_overlap=self._accepts_overlap,
        )

        def done(visit: AppointmentDetails) -> None:
            self.finish()
            self.taken_in.emit(visit, name)

        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: services.visits.walk_in(actor, walk_in),
            done=done,
            failed=self._refuse,
            settled=lambda: self.set_busy(False),
        )

    def _refuse(self, error: ClinicDeskError) -> None:
        """Say why not; what was typed stays, and fresh times are asked."""
        self.show_problem(error)
        if isinstance(error, PatientOverlapError):
            self._accepts_overlap = True
            self.take.set_text("Take in anyway")
        self._ask_times()
