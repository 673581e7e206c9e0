"""Sends what the booking dialog asks for: a new patient first, then the booking."""

from collections.abc import Callable
from dataclasses import replace

from clinicdesk.errors import ClinicDeskError
from clinicdesk.patients.records import PatientRecord
from clinicdesk.schedule.records import BookingRequest
from ui.core.dialogs import Dialog
from ui.core.session import Desk
from ui.schedule.booking_start import Booking
from ui.schedule.chosen import Chosen


class BookingSender:
    """Runs a dialog's bookings beside the window, and holds its buttons meanwhile."""

    def __init__(self, dialog: Dialog, desk: Desk) -> None:
        self._dialog, self._desk = dialog, desk

    def add_patient(
        self,
        booking: Booking,
        *,
        added: Callable[[PatientRecord], None],
        go_on: Callable[[BookingRequest], None],
    ) -> None:
        """Add the new patient of a booking, if any, and go on with the request."""
        new = booking.new
        if new is None:
            go_on(booking.request)
            return
        actor, services = self._desk.actor, self._desk.services

        def done(patient: PatientRecord) -> None:
            added(patient)
            go_on(replace(booking.request, patient_id=patient.id))

        self._dialog.set_busy(True)
        self._desk.tasks.run(
            self._dialog,
            lambda: services.patients.add(actor, new),
            done=done,
            failed=self._dialog.show_problem,
            settled=lambda: self._dialog.set_busy(False),
        )

    def book(
        self,
        request: BookingRequest,
        *,
        done: Callable[[Chosen], None],
        refused: Callable[[BookingRequest, ClinicDeskError], None],
    ) -> None:
        """Book, and give the appointment with its patient, or the request that was refused."""
        actor, services = self._desk.actor, self._desk.services

        def work() -> Chosen:
            details = services.schedule.book(actor, request)
            return Chosen(details, services.patients.patient(actor, details.patient_id))

        self._dialog.set_busy(True)
        self._desk.tasks.run(
            self._dialog,
            work,
            done=done,
            failed=lambda error: refused(request, error),
            settled=lambda: self._dialog.set_busy(False),
        )
