"""Begins bookings from the day: with the dialog, or by putting a copied visit down again."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from clinicdesk.access import Action
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.schedule.records import AppointmentDetails, CancelledBy
from clinicdesk.schedule.series.records import Scope
from clinicdesk.schedule.shelf.records import ShelfCard
from ui.core.page import Page
from ui.schedule.appointment_words import when_text
from ui.schedule.booking_dialog import BookingDialog
from ui.schedule.booking_start import BookingStart
from ui.schedule.chosen import Chosen
from ui.schedule.phone_dialog import PhoneDialog
from ui.schedule.placing import Placing


class DayBooking(QObject):
    """Opens the booking dialog, keeps what was typed in one left unfinished, and copies visits.

    `booked` carries the Chosen that was made.
    """

    booked = Signal(object)

    def __init__(self, page: Page, placing: Placing) -> None:
        super().__init__(page)
        self._page, self._placing = page, placing
        self.clinic: ClinicRecord | None = None
        self._copied: Chosen | None = None
        self._draft = self._phone_draft = ""

    def book(self, *, patient_id: int | None = None) -> None:
        """Open the booking dialog, for a patient if one is given."""
        self.open(BookingStart(patient_id=patient_id, text=self._draft))

    def open(self, start: BookingStart) -> BookingDialog | None:
        """Open the booking dialog for those who may book."""
        if self.clinic is None or not self._page.desk.session.may(Action.BOOK):
            return None
        dialog = BookingDialog(self._page, self._page.desk, clinic=self.clinic, start=start)
        dialog.booked.connect(self._booked)
        dialog.series_booked.connect(self._series_booked)
        dialog.left.connect(self._keep_draft)
        dialog.open()
        return dialog

    def _keep_draft(self, text: str) -> None:
        self._draft = text

    def _booked(self, chosen: Chosen) -> None:
        self._draft = ""
        self._placing.offer_to_unbook(chosen.details, chosen.patient.name)
        self.booked.emit(chosen)

    def open_phone(self) -> PhoneDialog | None:
        """Open the line that is typed while talking, for those who may book."""
        if self.clinic is None or not self._page.desk.session.may(Action.BOOK):
            return None
        text, self._phone_draft = self._phone_draft, ""
        dialog = PhoneDialog(self._page, self._page.desk, clinic=self.clinic, text=text)
        dialog.booked.connect(self._booked)
        dialog.parked.connect(self._parked)
        dialog.left.connect(self._keep_line)
        dialog.open()
        return dialog

    def _keep_line(self, text: str) -> None:
        self._phone_draft = text

    def _parked(self, card: ShelfCard) -> None:
        self._page.message_posted.emit(f"On the shelf · {card.patient_name}: call back")

    def _series_booked(self, visits: Sequence[AppointmentDetails]) -> None:
        """Say that a series was booked, offer to take it back, and show its first visit."""
        self._draft = ""
        page, first = self._page, visits[0]
        actor, services = page.desk.actor, page.desk.services

        def unbook() -> None:
            page.desk.tasks.run(
                page,
                lambda: services.series.cancel(
                    actor,
                    first.id,
                    version=first.version,
                    scope=Scope.ALL if first.series_id is not None else Scope.THIS,
                    reason="Booked by mistake",
                    by=CancelledBy.CLINIC,
                ),
                done=lambda _after: page.message_posted.emit("The series is not booked after all"),
            )

        page.undo_offered.emit(f"Booked · {len(visits)} visits from {when_text(first)} on", unbook)
        page.desk.tasks.run(
            self,
            lambda: Chosen(first, services.patients.patient(actor, first.patient_id)),
            done=self.booked.emit,
        )

    def copy(self, chosen: Chosen | None) -> None:
        """Remember a visit, to be put down once more."""
        if chosen is not None:
            self._copied = chosen
            words = f"Copied · {chosen.patient.name}, {when_text(chosen.details)}."
            self._page.message_posted.emit(f"{words} Ctrl+V puts it where the keyboard stands.")

    def paste(self, at: tuple[int, datetime] | None) -> None:
        """Book the copied visit once more with a doctor (0 for the same one) at a time.

        It is booked at once, with Undo: everything that a dialog would ask is known already.
        """
        copied = self._copied
        if copied is not None and at is not None and self._page.desk.session.may(Action.BOOK):
            self._placing.copy(copied, at[0] or copied.details.doctor_id, at[1])
