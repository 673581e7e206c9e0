"""The use cases that change the calendar: book, confirm, move, cancel, restore."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule import booking
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.records import (
    AppointmentDetails,
    BookingPolicy,
    BookingRequest,
    CancelledBy,
)


class ScheduleService:
    """Changes appointments. Every change is one transaction with its line in the audit log.

    A change takes the `version` of the appointment as the person saw it, and raises
    AppointmentChangedError when somebody else was faster. Doctors change their own appointments
    alone: OtherDoctorsAppointmentError.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: AppointmentNotifier | None = None,
        policy: BookingPolicy | None = None,
    ) -> None:
        self._database = database
        self._desk = booking.BookingDesk(clock, audit, notifier, policy)

    @requires(Action.BOOK)
    def book(self, actor: Actor, request: BookingRequest) -> AppointmentDetails:
        """Book; the same request again gives the appointment that it made.

        Raises:
            SlotTakenError: somebody has that time; its `next_free` offers others.
            OutsideHoursError, PastTimeError, TooFarAheadError, OffStepError: no visit is offered
                then.
            NotBookableError: doctor, service, clinic and patient do not fit.
            AlreadyBookedError: this dialog has booked something else before.
        """

        def work(transaction: Transaction) -> AppointmentDetails:
            return self._desk.book(transaction, actor, request)

        try:
            return self._database.write(work)
        except IntegrityError as error:
            refused = error
        return self._database.read(
            lambda session: self._desk.explain_booking(session, request, refused)
        )

    @requires(Action.BOOK)
    def confirm(self, actor: Actor, appointment_id: int, *, version: int) -> AppointmentDetails:
        """Confirm a requested appointment.

        Raises:
            WrongStepError: it is not a request.
        """
        return self._database.write(
            lambda transaction: self._desk.confirm(transaction, actor, appointment_id, version)
        )

    @requires(Action.BOOK)
    def cancel(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        reason: str,
        by: CancelledBy = CancelledBy.PATIENT,
    ) -> AppointmentDetails:
        """Cancel an appointment that has not begun; its time is free again.

        Raises:
            WrongStepError: it has begun or ended.
        """
        return self._database.write(
            lambda transaction: self._desk.cancel(
                transaction, actor, appointment_id, version, reason=reason, by=by
            )
        )

    @requires(Action.BOOK)
    def restore(self, actor: Actor, appointment_id: int, *, version: int) -> AppointmentDetails:
        """Take a cancellation back, if the time is still free.

        Raises:
            SlotTakenError: somebody has the time by now.
            WrongStepError: it is not cancelled.
        """
        return self._guarded(
            appointment_id,
            None,
            lambda transaction: self._desk.restore(transaction, actor, appointment_id, version),
        )

    @requires(Action.BOOK)
    def move(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        doctor_id: int,
        starts_at: datetime,
        overbook_reason: str = "",
        accept_patient_overlap: bool = False,
    ) -> AppointmentDetails:
        """Move an appointment to another time or doctor at the same clinic; it keeps its length.

        Those who may can book over what is in the way, with `overbook_reason`.

        Raises:
            SlotTakenError, OutsideHoursError, PastTimeError, TooFarAheadError, OffStepError,
            NotBookableError: as for booking; the appointment stays where it is.
            PatientOverlapError: the patient has another visit then, and that is not accepted.
            WrongStepError: the visit has begun or ended.
        """
        return self._guarded(
            appointment_id,
            (doctor_id, starts_at),
            lambda transaction: self._desk.move(
                transaction,
                actor,
                appointment_id,
                version,
                doctor_id=doctor_id,
                starts_at=starts_at,
                overbook_reason=overbook_reason,
                accept_patient_overlap=accept_patient_overlap,
            ),
        )

    @requires(Action.BOOK)
    def resize(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        ends_at: datetime,
        overbook_reason: str = "",
    ) -> AppointmentDetails:
        """Give an appointment another end; its start stays.

        Raises:
            SlotTakenError, OutsideHoursError: it would run into something, so it stays as it is.
            OffStepError: it would end before it begins.
            WrongStepError: the visit has begun or ended.
        """
        return self._guarded(
            appointment_id,
            None,
            lambda transaction: self._desk.resize(
                transaction,
                actor,
                appointment_id,
                version,
                ends_at=ends_at,
                overbook_reason=overbook_reason,
            ),
        )

    @requires(Action.BOOK)
    def change(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        note: str | None = None,
        room_id: int | None = None,
    ) -> AppointmentDetails:
        """Change the note or the room of an appointment; None leaves it as it is.

        Raises:
            SlotTakenError: the room is taken then.
        """
        return self._guarded(
            appointment_id,
            None,
            lambda transaction: self._desk.change(
                transaction, actor, appointment_id, version, note=note, room_id=room_id
            ),
        )

    def _guarded(
        self,
        appointment_id: int,
        place: tuple[int, datetime] | None,
        work: Callable[[Transaction], AppointmentDetails],
    ) -> AppointmentDetails:
        try:
            return self._database.write(work)
        except IntegrityError as error:
            refused = error
        raise self._database.read(
            lambda session: self._desk.explain_move(session, appointment_id, place, refused)
        ) from refused
