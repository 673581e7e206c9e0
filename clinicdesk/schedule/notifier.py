"""What the schedule tells those who write to patients."""

from typing import Protocol

from clinicdesk.database.session import Transaction


class AppointmentNotifier(Protocol):
    """Plans and withdraws messages inside the transaction that changes the appointment."""

    def confirmed(self, transaction: Transaction, appointment_id: int) -> None:
        """Take note that an appointment now stands."""
        ...

    def unconfirmed(self, transaction: Transaction, appointment_id: int) -> None:
        """Take note that an appointment is a request again; the patient is told nothing."""
        ...

    def moved(self, transaction: Transaction, appointment_id: int) -> None:
        """Take note that an appointment has another time or doctor."""
        ...

    def cancelled(self, transaction: Transaction, appointment_id: int) -> None:
        """Take note that an appointment will not take place."""
        ...
