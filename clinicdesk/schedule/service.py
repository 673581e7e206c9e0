"""The use cases that change the calendar: book, confirm, move, resize, change, cancel, restore."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.schedule import placing
from clinicdesk.schedule.booking import new, places, refused, requests, states, wishes
from clinicdesk.schedule.booking.desk import Act, BookingDesk
from clinicdesk.schedule.errors import SlotTakenError
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.records import (
    AppointmentDetails,
    BookingPolicy,
    BookingRequest,
    CancelledBy,
)
from clinicdesk.settings.records import ScheduleSettings

ATTEMPTS = 5


class ScheduleService:
    """Changes appointments. Every change is one transaction with its line in the audit log.

    A change takes the `version` of the appointment as the person saw it, and raises
    AppointmentChangedError when somebody else was faster. Doctors change their own appointments
    alone: OtherDoctorsAppointmentError. Those who may can book over what is in the way with an
    `overbook_reason`, which is kept; for the others AccessDeniedError.

    Every change has one that takes it back: confirm and unconfirm, cancel and restore; a move or
    a new length is taken back by the former one. Whoever made such a change may take it back for
    `free_undo_minutes` even where the time has passed or was booked over, if nobody has taken it.
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
        self._desk = BookingDesk(clock, audit, notifier, policy)

    @requires(Action.BOOK)
    def book(self, actor: Actor, request: BookingRequest) -> AppointmentDetails:
        """Book; the same request again gives the appointment that it made.

        Raises:
            SlotTakenError: somebody has that time; its `next_free` offers others.
            TimeNotOfferedError: no visit is offered then; the subclass tells why.
            PatientOverlapError: the patient has another visit then, and that is not accepted.
            NotBookableError: doctor, service, clinic, room and patient do not fit.
            AlreadyBookedError: this dialog has booked something else before.
        """

        def book() -> AppointmentDetails:
            try:
                return self._database.write(
                    lambda transaction: new.book(self._desk.act(transaction, actor), request)
                )
            except IntegrityError as error:
                cause = error
            return self._database.read(
                lambda session: refused.explain_booking(self._desk, session, request, cause)
            )

        return _settled(book)

    @requires(Action.BOOK)
    def confirm(
        self, actor: Actor, appointment_id: int, *, version: int, overbook_reason: str = ""
    ) -> AppointmentDetails:
        """Confirm a requested appointment; one that held no time must find it free.

        Raises:
            SlotTakenError: the time went to somebody else; `rivals` are others who asked for it.
            WrongStepError: it is not a request.
        """
        work = partial(states.confirm, version=version, overbook_reason=overbook_reason)
        return self._change(actor, appointment_id, work)

    @requires(Action.BOOK)
    def unconfirm(
        self, actor: Actor, appointment_id: int, *, version: int, reason: str = ""
    ) -> AppointmentDetails:
        """Take a confirmation back; later, or for somebody else's, with a reason.

        Raises:
            AccessDeniedError, ReasonNeededError: as in `rules.demand_back`.
            WrongStepError: it is not confirmed.
        """
        work = partial(states.unconfirm, version=version, reason=reason)
        return self._change(actor, appointment_id, work)

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
        work = partial(states.cancel, version=version, reason=reason, by=by)
        return self._change(actor, appointment_id, work)

    @requires(Action.BOOK)
    def restore(
        self, actor: Actor, appointment_id: int, *, version: int, reason: str = ""
    ) -> AppointmentDetails:
        """Take a cancellation back, if the time is still free.

        Of a visit whose time has come this is a correction, unless whoever cancelled does it soon.

        Raises:
            SlotTakenError: somebody has the time by now.
            AccessDeniedError, ReasonNeededError: as in `rules.demand_back`.
            WrongStepError: it is not cancelled.
        """
        work = partial(states.restore, version=version, reason=reason)
        return self._change(actor, appointment_id, work)

    @requires(Action.BOOK)
    def move(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        doctor_id: int,
        starts_at: datetime,
        clinic_id: int | None = None,
        overbook_reason: str = "",
        accept_patient_overlap: bool = False,
    ) -> AppointmentDetails:
        """Move an appointment to another time, doctor or clinic; it keeps its length.

        An overbooked one that finds a free place is an ordinary one again.

        Raises:
            SlotTakenError, TimeNotOfferedError, NotBookableError: as for booking; the appointment
                stays where it is.
            PatientOverlapError: the patient has another visit then, and that is not accepted.
            WrongStepError: the visit has begun or ended.
        """
        work = partial(
            places.move,
            version=version,
            doctor_id=doctor_id,
            starts_at=starts_at,
            clinic_id=clinic_id,
            overbook_reason=overbook_reason,
            accept_patient_overlap=accept_patient_overlap,
        )
        wish = partial(wishes.moved, clinic_id=clinic_id, doctor_id=doctor_id, starts_at=starts_at)
        return self._change(actor, appointment_id, work, wish=wish)

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
        """Give an appointment another end, also while the visit is under way; its start stays.

        Raises:
            SlotTakenError, TimeNotOfferedError: it would run into something; it stays as it is.
            OffStepError: it would end before it begins.
            WrongStepError: the visit has ended.
        """
        work = partial(
            places.resize, version=version, ends_at=ends_at, overbook_reason=overbook_reason
        )
        wish = partial(wishes.resized, ends_at=ends_at)
        return self._change(actor, appointment_id, work, wish=wish)

    @requires(Action.BOOK)
    def change(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        note: str | None = None,
        service_id: int | None = None,
        room_id: int | None = None,
        overbook_reason: str = "",
    ) -> AppointmentDetails:
        """Change the note, the service or the room; None leaves each as it is, room 0 is none.

        Another service brings its own length and what it needs, from the same start.

        Raises:
            SlotTakenError, TimeNotOfferedError: the service does not fit then, or the room is
                taken.
            NotBookableError: the service or the room is none of this doctor or clinic.
            WrongStepError: the visit has ended, so its service stays.
        """
        work = partial(
            places.change,
            version=version,
            note=note,
            service_id=service_id,
            room_id=room_id,
            overbook_reason=overbook_reason,
        )
        wish = partial(wishes.changed, service_id=service_id, room_id=room_id)
        return self._change(actor, appointment_id, work, wish=wish)

    @requires(Action.SET_UP_CLINIC)
    def set_policy(self, actor: Actor, policy: ScheduleSettings) -> tuple[AppointmentDetails, ...]:
        """Store the booking policy; requests ahead hold their time, or do not, by it at once.

        Who asked first gets the time. Given are the requests that hold none because of others.
        """
        return self._database.write(
            lambda transaction: requests.set_policy(self._desk.act(transaction, actor), policy)
        )

    def _change(
        self,
        actor: Actor,
        appointment_id: int,
        work: Callable[[Act, int], AppointmentDetails],
        *,
        wish: refused.Wish = placing.standing,
    ) -> AppointmentDetails:
        def change() -> AppointmentDetails:
            try:
                return self._database.write(
                    lambda transaction: work(self._desk.act(transaction, actor), appointment_id)
                )
            except IntegrityError as error:
                cause = error
            raise self._database.read(
                lambda session: refused.explain_change(
                    self._desk, session, appointment_id, cause, wish=wish
                )
            ) from cause

        return _settled(change)


def _settled(work: Callable[[], AppointmentDetails]) -> AppointmentDetails:
    """Do a change again where what was in its way went while it was looked at."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except SlotTakenError as error:
            if not error.has_gone:
                raise
    return work()
