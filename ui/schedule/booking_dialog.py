"""The booking dialog: a patient, a service, and the next free times."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.clock import clinic_day
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.patients.records import PatientDetails, PatientHit, PatientRecord
from clinicdesk.schedule.records import BookingRequest, Slot
from clinicdesk.staff.records import DoctorRecord
from ui.core.buttons import KeyButton
from ui.core.chip import Chip
from ui.core.dialogs import Dialog
from ui.core.inputs import CheckMark, Choice
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.schedule.appointment_words import named_day, short_day, wall
from ui.schedule.chosen import Chosen
from ui.schedule.new_patient import NewPatientFields
from ui.schedule.patient_field import PatientField
from ui.schedule.slot_list import OfferedTime, SlotList

ASKED_SLOTS = 60
NOON = 12


@dataclass(frozen=True, slots=True)
class BookingStart:
    """What is known when the dialog opens: a patient, a time of a doctor, or letters typed."""

    patient_id: int | None = None
    doctor_id: int | None = None
    starts_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the dialog chooses from."""

    clinics: tuple[ClinicRecord, ...]
    services: tuple[ServiceRecord, ...]
    doctors: tuple[DoctorRecord, ...]
    patient: PatientRecord | None


@dataclass(frozen=True, slots=True)
class Booking:
    """What was typed: a request, and a patient to add first, if any."""

    request: BookingRequest
    new: PatientDetails | None


class BookingDialog(Dialog):
    """Books one appointment; `booked` carries it, `left` what was typed and not booked."""

    booked = Signal(object)
    left = Signal(str)

    def __init__(
        self, host: QWidget, desk: Desk, *, clinic: ClinicRecord, start: BookingStart
    ) -> None:
        super().__init__(host, desk.theme, title="Book an appointment", width_px=720)
        self._desk, self._clinic, self._start = desk, clinic, start
        self._request_key = str(uuid.uuid4())
        self._offer: Offer | None = None
        self._slots: Sequence[Slot] | None = None
        theme = desk.theme
        self.patient_field = PatientField(desk)
        self.new_patient = NewPatientFields(self, theme)
        self.service = Choice(theme, name="Service")
        self.slots = SlotList(theme)
        self.any_clinic, self.mornings = Chip(theme, "Any clinic"), Chip(theme, "Mornings")
        self.one_doctor = Chip(theme, "This doctor only", is_on=start.doctor_id is not None)
        self.confirm_now = CheckMark(theme, "Confirm now")
        self.confirm_now.setChecked(True)
        self._count = plain_label("", "faint")
        self.book_button = KeyButton(theme, "Book", key="Return", kind="primary")
        self._build()
        self._connect()
        self._ask_offer()

    def _build(self) -> None:
        top, chips, px = QHBoxLayout(), QHBoxLayout(), self.theme.px
        top.setSpacing(px(12))
        self.service.setMinimumHeight(self.patient_field.sizeHint().height())
        top.addWidget(self.field("Patient", self.patient_field, name="patient"), 1)
        top.addWidget(self.field("Service", self.service, name="service"), 1)
        chips.setSpacing(px(8))
        for chip in (self.one_doctor, self.any_clinic, self.mornings):
            chips.addWidget(chip)
        if self._start.doctor_id is None:
            self.one_doctor.hide()
        chips.addStretch(1)
        chips.addWidget(self._count)
        times = QVBoxLayout()
        times.setSpacing(px(6))
        times.addLayout(chips)
        times.addWidget(self.slots)
        self.body.addLayout(top)
        self.body.addWidget(self.patient_field.list)
        self.body.addWidget(self.new_patient)
        self.body.addLayout(times)
        self.footer.addWidget(self.confirm_now)
        self.footer.addStretch(1)
        self.add_button(self.book_button, is_default=True)

    def _connect(self) -> None:
        self.patient_field.taken.connect(self._patient_taken)
        self.patient_field.new_asked.connect(self._new_asked)
        self.patient_field.typed.connect(self._say_button)
        self.service.activated.connect(lambda _n: self._ask_slots())
        self.one_doctor.toggled.connect(lambda _on: self._ask_slots())
        self.any_clinic.toggled.connect(lambda _on: self._ask_slots())
        self.mornings.toggled.connect(lambda _on: self._show_slots(self._slots))
        self.slots.lit.connect(self._say_button)
        self.slots.picked.connect(self._book)
        self.book_button.clicked.connect(self._book)

    # --- what is offered -------------------------------------------------------------------

    def _ask_offer(self) -> None:
        actor, services, patient_id = self._desk.actor, self._desk.services, self._start.patient_id

        def load() -> Offer:
            patient = services.patients.patient(actor, patient_id) if patient_id else None
            return Offer(
                services.clinics.clinics(actor),
                services.clinics.services(actor),
                services.staff.doctors(actor),
                patient,
            )

        self._desk.tasks.run(self, load, done=self._show_offer)

    def _show_offer(self, offer: Offer) -> None:
        self._offer = offer
        doctor = next((d for d in offer.doctors if d.id == self._start.doctor_id), None)
        given = [s for s in offer.services if doctor is None or s.id in doctor.service_ids]
        self.service.set_entries(
            [(f"{s.name} · {s.duration_minutes} min · {s.price}", s.id) for s in given]
        )
        self.any_clinic.setVisible(len(offer.clinics) > 1)
        if doctor is not None:
            self.one_doctor.setText(f"{doctor.name} only")
            self.one_doctor.updateGeometry()
        self._ask_slots()
        if offer.patient is not None:
            self._know(offer.patient)
        elif self._start.text and not self.patient_field.edit.text():
            self.patient_field.start(self._start.text)
            if self._start.doctor_id is None:
                self.patient_field.edit.selectAll()

    def _ask_slots(self) -> None:
        service_id = self.service.currentData()
        if self._offer is None or service_id is None:
            self._show_slots(())
            return
        is_one = self.one_doctor.isChecked() and self._start.doctor_id is not None
        clinics = self._offer.clinics if self.any_clinic.isChecked() else (self._clinic,)
        now = self._desk.clock.now()
        not_before_at = max(self._start.starts_at, now) if is_one and self._start.starts_at else now
        actor, services = self._desk.actor, self._desk.services
        doctor_ids = [self._start.doctor_id] if is_one and self._start.doctor_id else None
        self._desk.tasks.run(
            self,
            lambda: services.calendar.free_slots(
                actor,
                clinic_ids=[clinic.id for clinic in clinics],
                service_id=service_id,
                doctor_ids=doctor_ids,
                not_before_at=not_before_at,
                limit=ASKED_SLOTS,
            ),
            done=self._show_slots,
            failed=self.show_problem,
            newest="slots",
        )

    def _show_slots(self, slots: Sequence[Slot] | None) -> None:
        self._slots = slots
        if slots is None:
            return
        offers = [self._in_words(slot) for slot in slots]
        if self.mornings.isChecked():
            offers = [offer for offer in offers if int(offer.time[:2]) < NOON]
        many = f"{ASKED_SLOTS} or more" if len(slots) == ASKED_SLOTS else str(len(offers))
        self._count.setText(f"{many} free times" if offers else "")
        self.slots.show_offers(offers)

    def _in_words(self, slot: Slot) -> OfferedTime:
        offer = self._offer
        clinic = next((c for c in offer.clinics if c.id == slot.clinic_id), None) if offer else None
        doctor = next((d for d in offer.doctors if d.id == slot.doctor_id), None) if offer else None
        zone = clinic.time_zone if clinic else self._clinic.time_zone
        start = wall(slot.starts_at, zone)
        today = clinic_day(self._desk.clock.now(), zone)
        return OfferedTime(
            slot,
            named_day(start.date(), today),
            f"{start:%H:%M}",
            doctor.name if doctor else "",
            clinic.name if clinic else "",
        )

    # --- booking ---------------------------------------------------------------------------

    def _patient_taken(self) -> None:
        self.clear_problem()
        self._say_button()
        self.slots.setFocus(Qt.FocusReason.TabFocusReason)

    def _new_asked(self) -> None:
        self.clear_problem()
        self.card.note.setText("New patient · Esc to search instead")
        self.new_patient.show()
        self.new_patient.born_edit.setFocus(Qt.FocusReason.TabFocusReason)

    def _say_button(self) -> None:
        offer = self.slots.current
        if offer is None:
            self.book_button.set_text("Book")
            return
        day = wall(offer.slot.starts_at, self._zone_of(offer.slot)).date()
        self.book_button.set_text(f"Book {short_day(day)} {offer.time}")

    def _zone_of(self, slot: Slot) -> str:
        clinics = self._offer.clinics if self._offer else ()
        zones = [clinic.time_zone for clinic in clinics if clinic.id == slot.clinic_id]
        return zones[0] if zones else self._clinic.time_zone

    def _book(self) -> None:
        if self.is_busy or self._slots is None:
            return  # while the times are still looked for, nothing is booked unseen
        self.clear_problem()
        try:
            booking = self._typed_booking()
        except InvalidInputError as error:
            self.show_problem(error)
        else:
            self._send(booking)

    def _typed_booking(self) -> Booking:
        """Read the dialog.

        Raises:
            InvalidInputError: something is missing or cannot be read; `field` says where.
        """
        patient, offer, new = self.patient_field.patient, self.slots.current, None
        if self.patient_field.is_new:
            today = clinic_day(self._desk.clock.now(), self._clinic.time_zone)
            new = self.new_patient.details(self.patient_field.edit.text(), today=today)
        elif patient is None:
            sentence = "Please choose a patient: type a part of the name, then press Enter."
            raise InvalidInputError(sentence, field="patient")
        if offer is None:
            raise InvalidInputError(
                "There is no free time to book. Try another service, doctor or clinic."
            )
        request = BookingRequest(
            request_key=self._request_key,
            clinic_id=offer.slot.clinic_id,
            doctor_id=offer.slot.doctor_id,
            patient_id=patient.id if patient else 0,
            service_id=self.service.currentData(),
            starts_at=offer.slot.starts_at,
            confirm_now=self.confirm_now.isChecked(),
        )
        return Booking(request, new)

    def _send(self, booking: Booking) -> None:
        if booking.new is None:
            self._send_request(booking.request)
            return
        actor, services, new = self._desk.actor, self._desk.services, booking.new

        def added(patient: PatientRecord) -> None:
            self._know(patient)
            self._send_request(replace(booking.request, patient_id=patient.id))

        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: services.patients.add(actor, new),
            done=added,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _know(self, patient: PatientRecord) -> None:
        """Go on with a patient who is in the records: a second try adds nobody twice."""
        self.patient_field.is_new = False
        self.new_patient.hide()
        self.patient_field.show_patient(
            PatientHit(patient.id, patient.number, patient.name, patient.born_on, patient.phone)
        )

    def _send_request(self, request: BookingRequest) -> None:
        actor, services = self._desk.actor, self._desk.services

        def work() -> Chosen:
            details = services.schedule.book(actor, request)
            return Chosen(details, services.patients.patient(actor, details.patient_id))

        self.set_busy(True)
        self._desk.tasks.run(
            self,
            work,
            done=self._done,
            failed=self._refused,
            settled=lambda: self.set_busy(False),
        )

    def _done(self, chosen: Chosen) -> None:
        self.finish()
        self.booked.emit(chosen)

    def _refused(self, error: ClinicDeskError) -> None:
        """Keep all that was typed, say why, and offer fresh times."""
        self.show_problem(error)
        self._ask_slots()
        self.slots.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Close, and hand over what was typed so that it can be offered again.

        From the fields of a new patient the first Escape leads back to the search.
        """
        if self.patient_field.is_new:
            self.card.note.setText("Esc to close")
            self.new_patient.hide()
            self.patient_field.begin_search()
            return
        self.left.emit("" if self.patient_field.patient else self.patient_field.edit.text())
        super().dismiss()
