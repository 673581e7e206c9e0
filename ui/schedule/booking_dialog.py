"""The booking dialog: a patient, a service, and the next free times."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import clinic_day
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.patients.records import PatientRecord
from clinicdesk.schedule.errors import (
    PatientOverlapError,
    SlotTakenError,
    TimeNotOfferedError,
)
from clinicdesk.schedule.holds.records import Hold
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, Slot
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.inputs import CheckMark, Choice
from ui.core.session import Desk
from ui.schedule.appointment_words import short_day
from ui.schedule.booking_sender import BookingSender
from ui.schedule.booking_start import Booking, BookingStart, Offer, hit_of, read_offer
from ui.schedule.chosen import Chosen
from ui.schedule.hold_keeper import HoldKeeper
from ui.schedule.new_patient import NewPatientFields
from ui.schedule.patient_field import PatientField
from ui.schedule.repeat_dialog import RepeatDialog
from ui.schedule.second_thought import SecondThought
from ui.schedule.times_panel import Pointed, TimesPanel
from ui.schedule.times_search import Found

__all__ = ["BookingDialog", "BookingStart"]


class BookingDialog(Dialog):
    """Books one appointment or a series.

    `booked` carries the appointment as a Chosen, `series_booked` all visits of a series; `left`
    what was typed and not booked.
    """

    booked = Signal(object)
    series_booked = Signal(object)
    left = Signal(str)

    def __init__(
        self, host: QWidget, desk: Desk, *, clinic: ClinicRecord, start: BookingStart
    ) -> None:
        super().__init__(host, desk.theme, title="Book an appointment", width_px=720)
        self._host, self._desk, self._clinic, self._start = host, desk, clinic, start
        self._request_key = str(uuid.uuid4())
        self._offer: Offer | None = None
        self._refused_request: BookingRequest | None = None
        theme = desk.theme
        self._sender = BookingSender(self, desk)
        self.holds = HoldKeeper(self, desk)
        self.patient_field = PatientField(desk)
        self.new_patient = NewPatientFields(self, theme)
        self.service = Choice(theme, name="Service")
        pointed = None if start.doctor_id is None else Pointed(start.doctor_id, start.starts_at)
        self.times = TimesPanel(desk, clinic=clinic, pointed=pointed, hold_key=self.holds.hold_key)
        self.slots, self.mornings = self.times.slots, self.times.mornings
        self.second_thought = SecondThought(theme)
        self.confirm_now = CheckMark(theme, "Confirm now")
        self.confirm_now.setChecked(True)
        self.repeat = KeyButton(theme, "Repeat…", key="Ctrl+R", kind="quiet")
        self.book_button = KeyButton(theme, "Book", key="Return", kind="primary")
        self._build()
        self._connect()
        self._ask_offer()

    def _build(self) -> None:
        top, px = QHBoxLayout(), self.theme.px
        top.setSpacing(px(12))
        self.service.setMinimumHeight(self.patient_field.sizeHint().height())
        top.addWidget(self.field("Patient", self.patient_field, name="patient"), 1)
        top.addWidget(self.field("Service", self.service, name="service"), 1)
        self.body.addLayout(top)
        for widget in (self.patient_field.list, self.new_patient, self.times, self.second_thought):
            self.body.addWidget(widget)
        self.footer.addWidget(self.confirm_now)
        self.footer.addWidget(self.repeat)
        self.footer.addStretch(1)
        self.add_button(self.book_button, is_default=True)

    def _connect(self) -> None:
        self.patient_field.taken.connect(self._patient_taken)
        self.patient_field.new_asked.connect(self._new_asked)
        self.patient_field.typed.connect(self._say_button)
        self.service.activated.connect(lambda _n: self._ask_slots())
        self.times.lit.connect(self._lit)
        self.times.picked.connect(self._book)
        self.times.failed.connect(self.show_problem)
        self.times.shown.connect(self._times_shown)
        self.holds.told.connect(self._say_who_else)
        self.second_thought.accepted.connect(self._book_all_the_same)
        self.repeat.clicked.connect(self._repeat)
        self.book_button.clicked.connect(self._book)

    # --- what is offered -------------------------------------------------------------------

    def _ask_offer(self) -> None:
        actor, services, patient_id = self._desk.actor, self._desk.services, self._start.patient_id
        self._desk.tasks.run(
            self,
            lambda: read_offer(services, actor, patient_id=patient_id),
            done=self._show_offer,
        )

    def _show_offer(self, offer: Offer) -> None:
        self._offer = offer
        doctor = next((d for d in offer.doctors if d.id == self._start.doctor_id), None)
        given = [s for s in offer.services if doctor is None or s.id in doctor.service_ids]
        self.service.set_entries(
            [(f"{s.name} · {s.duration_minutes} min · {s.price}", s.id) for s in given]
        )
        self.times.know(offer.clinics, offer.doctors)
        self._ask_slots()
        if offer.patient is not None:
            if offer.last is not None:
                self.patient_field.last_visits = {offer.patient.id: offer.last}
            self._know(offer.patient)
        elif self._start.text and not self.patient_field.edit.text():
            self.patient_field.start(self._start.text)
            if self._start.doctor_id is None:
                self.patient_field.edit.selectAll()

    def _ask_slots(self) -> None:
        self._prefer()
        self.times.ask(self.service.currentData())

    def _prefer(self) -> None:
        """Offer first the doctor who saw the patient last, if they give the service."""
        patient, service_id = self.patient_field.patient, self.service.currentData()
        last = self.patient_field.last_visits.get(patient.id) if patient else None
        doctors = self._offer.doctors if self._offer else ()
        gives = {doctor.id for doctor in doctors if service_id in doctor.service_ids}
        is_fitting = last is not None and last.doctor_id in gives
        self.times.prefer(last.doctor_id if last is not None and is_fitting else None)

    def _times_shown(self, found: Found) -> None:
        """Where the time pointed at is not free, let those who may book over it."""
        start = self._start
        if found.why is None or start.doctor_id is None or start.starts_at is None:
            return
        if found.why.can_overbook and self._desk.session.may(Action.OVERBOOK):
            self._refused_request = self._request(
                Slot(start.doctor_id, self._clinic.id, start.starts_at, start.starts_at)
            )
            self.second_thought.offer_overbooking()

    def _lit(self) -> None:
        offer = self.slots.current
        self.holds.point_at(offer.slot if offer else None)
        self._say_button()

    def _say_who_else(self, rivals: Sequence[Hold]) -> None:
        sentence = "".join(f"{rival.user_name} is booking this time now. " for rival in rivals[:1])
        self.times.say_rival(sentence.strip())

    # --- the patient -----------------------------------------------------------------------

    def _patient_taken(self) -> None:
        self.clear_problem()
        self._prefer()
        self._say_button()
        self.slots.setFocus(Qt.FocusReason.TabFocusReason)

    def _new_asked(self) -> None:
        self.clear_problem()
        self.card.note.setText("New patient · Esc to search instead")
        self.new_patient.show()
        self.new_patient.born_edit.setFocus(Qt.FocusReason.TabFocusReason)

    def _know(self, patient: PatientRecord) -> None:
        """Go on with a patient who is in the records: a second try adds nobody twice."""
        self.patient_field.is_new = False
        self.new_patient.hide()
        self.patient_field.show_patient(hit_of(patient))

    # --- booking ---------------------------------------------------------------------------

    def _say_button(self) -> None:
        offer = self.slots.current
        if offer is None:
            self.book_button.set_text("Book")
            return
        day = self.times.words.wall(offer.slot).date()
        self.book_button.set_text(f"Book {short_day(day)} {offer.time}")

    def _book(self) -> None:
        self._with_booking(self._send_request)

    def _repeat(self) -> None:
        self._with_booking(self._open_repeat)

    def _with_booking(self, go_on: Callable[[BookingRequest], None]) -> None:
        """Read what was typed, add a new patient, and go on with the request."""
        if self.is_busy or not self.times.is_known:
            return  # while the times are still looked for, nothing is booked unseen
        self.clear_problem()
        self.second_thought.hide()
        try:
            booking = self._typed_booking()
        except InvalidInputError as error:
            self.show_problem(error)
        else:
            self._sender.add_patient(booking, added=self._know, go_on=go_on)

    def _typed_booking(self) -> Booking:
        """Read the dialog.

        Raises:
            InvalidInputError: something is missing or cannot be read; `field` says where.
        """
        offer, new = self.slots.current, None
        if self.patient_field.is_new:
            today = clinic_day(self._desk.clock.now(), self._clinic.time_zone)
            new = self.new_patient.details(self.patient_field.edit.text(), today=today)
        elif self.patient_field.patient is None:
            sentence = "Please choose a patient: type a part of the name, then press Enter."
            raise InvalidInputError(sentence, field="patient")
        if offer is None:
            raise InvalidInputError(
                "There is no free time to book. Try another service, doctor or clinic."
            )
        return Booking(self._request(offer.slot), new)

    def _request(self, slot: Slot) -> BookingRequest:
        patient = self.patient_field.patient
        return BookingRequest(
            request_key=self._request_key,
            clinic_id=slot.clinic_id,
            doctor_id=slot.doctor_id,
            patient_id=patient.id if patient else 0,
            service_id=self.service.currentData(),
            starts_at=slot.starts_at,
            confirm_now=self.confirm_now.isChecked(),
            hold_key=self.holds.hold_key,
        )

    def _send_request(self, request: BookingRequest) -> None:
        self._sender.book(request, done=self._done, refused=self._refused)

    def _done(self, chosen: Chosen) -> None:
        self.finish()
        self.booked.emit(chosen)

    def _refused(self, request: BookingRequest, error: ClinicDeskError) -> None:
        """Keep all that was typed, say why, offer fresh times, and the way past it to who may."""
        self.show_problem(error)
        self._refused_request = request
        if isinstance(error, PatientOverlapError):
            self.second_thought.offer_despite_overlap()
            self.second_thought.button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        is_time = isinstance(error, SlotTakenError | TimeNotOfferedError) and error.can_overbook
        may_overbook = self._desk.session.may(Action.OVERBOOK)
        self.times.ask(self.service.currentData())
        self.slots.setFocus(Qt.FocusReason.OtherFocusReason)
        if is_time and may_overbook:
            self.second_thought.offer_overbooking()

    def _book_all_the_same(self, reason: str) -> None:
        """Send what was refused once more: over what is there, or beside the patient's other."""
        refused = self._refused_request
        if refused is None or self.is_busy:
            return
        if refused.patient_id == 0:
            refused = self._now_with_patient(refused)
        if refused is None:
            return
        self.clear_problem()
        self.second_thought.hide()
        again = replace(
            refused,
            overbook_reason=reason or refused.overbook_reason,
            accept_patient_overlap=refused.accept_patient_overlap or not reason,
        )
        self._send_request(again)

    def _now_with_patient(self, request: BookingRequest) -> BookingRequest | None:
        """Give a request with the patient chosen since; without one, say that one is needed."""
        patient = self.patient_field.patient
        if patient is None:
            sentence = "Please choose a patient first, then book over it."
            self.show_problem(InvalidInputError(sentence, field="patient"))
            return None
        return replace(request, patient_id=patient.id, service_id=self.service.currentData())

    def _open_repeat(self, request: BookingRequest) -> None:
        offer = self.slots.current
        if offer is None:
            return
        dialog = RepeatDialog(
            self._host, self._desk, request=request, words=self.times.words, first=offer
        )
        dialog.booked.connect(self._series_done)
        dialog.open()

    def _series_done(self, visits: Sequence[AppointmentDetails]) -> None:
        self.finish()
        self.series_booked.emit(visits)

    # --- closing ---------------------------------------------------------------------------

    def finish(self) -> None:
        """Close, and let go of the time."""
        self.holds.close()
        super().finish()

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
