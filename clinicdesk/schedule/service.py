"""The use cases of the calendar: look at a day, find a time, book, move, cancel, set hours."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule import booking, queries
from clinicdesk.schedule.day import read_calendar_day, read_doctor_day
from clinicdesk.schedule.errors import AppointmentMissingError, NotBookableError
from clinicdesk.schedule.finding import bookable, find_slots, read_search, service_length
from clinicdesk.schedule.hours import (
    check_exception,
    check_weekly,
    replace_weekly,
    store_exception,
)
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.records import (
    AppointmentDetails,
    BookingPolicy,
    BookingRequest,
    CalendarDay,
    DoctorDay,
    HoursException,
    Slot,
    WeeklyHours,
)
from clinicdesk.staff.models import DoctorClinic


class ScheduleService:
    """The calendar. Every change is one transaction with its line in the audit log.

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
        self._clock = clock
        self._audit = audit
        self._policy = policy or BookingPolicy()
        self._desk = booking.BookingDesk(clock, audit, notifier, self._policy)

    # --- looking ---------------------------------------------------------------------------

    @requires(Action.SEE_CALENDAR)
    def calendar_day(
        self,
        _actor: Actor,
        *,
        clinic_id: int,
        day: date,
        doctor_ids: Collection[int] | None = None,
    ) -> CalendarDay:
        """Give a clinic's day: a column for each doctor who works there, or only for those asked.

        Raises:
            NotBookableError: there is no such clinic.
        """
        now = self._clock.now()
        return self._database.read(
            lambda session: read_calendar_day(
                session, clinic_id=clinic_id, day=day, doctor_ids=doctor_ids, now=now
            )
        )

    @requires(Action.SEE_CALENDAR)
    def doctor_day(self, _actor: Actor, *, doctor_id: int, day: date) -> DoctorDay:
        """Give one doctor's day at all clinics.

        Raises:
            NotBookableError: there is no such doctor.
        """
        return self._database.read(
            lambda session: read_doctor_day(session, doctor_id=doctor_id, day=day)
        )

    @requires(Action.SEE_CALENDAR)
    def appointment(self, _actor: Actor, appointment_id: int) -> AppointmentDetails:
        """Give one appointment.

        Raises:
            AppointmentMissingError: there is no such appointment.
        """
        found = self._database.read(lambda session: queries.details(session, appointment_id))
        if found is None:
            raise AppointmentMissingError
        return found

    @requires(Action.SEE_CALENDAR)
    def appointments_of_patient(
        self, _actor: Actor, patient_id: int
    ) -> tuple[AppointmentDetails, ...]:
        """List a patient's appointments in every state, the earliest first."""
        return self._database.read(lambda session: queries.details_of_patient(session, patient_id))

    @requires(Action.SEE_CALENDAR)
    def free_slots(
        self,
        _actor: Actor,
        *,
        clinic_ids: Collection[int],
        service_id: int,
        not_before_at: datetime,
        doctor_ids: Collection[int] | None = None,
        limit: int | None = 20,
    ) -> tuple[Slot, ...]:
        """List the free slots from `not_before_at` on, by start, doctor and clinic.

        Only doctors who give the service count, of those in `doctor_ids` if given. `limit` None
        lists all up to the horizon. An unknown service has no slots.
        """
        now = self._clock.now()
        span = bookable(self._policy, now=now, not_before_at=not_before_at)

        def work(session: Session) -> tuple[Slot, ...]:
            length = service_length(session, service_id)
            if length is None:
                return ()
            search = read_search(
                session,
                clinic_ids=clinic_ids,
                length=length,
                span=span,
                service_id=service_id,
                doctor_ids=doctor_ids,
            )
            return find_slots(session, search, limit=limit)

        return self._database.read(work)

    # --- changing --------------------------------------------------------------------------

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
        self, actor: Actor, appointment_id: int, *, version: int, reason: str
    ) -> AppointmentDetails:
        """Cancel an appointment that has not begun; its time is free again.

        Raises:
            WrongStepError: it has begun or ended.
        """
        return self._database.write(
            lambda transaction: self._desk.cancel(
                transaction, actor, appointment_id, version, reason=reason
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
    ) -> AppointmentDetails:
        """Move an appointment to another time or doctor at the same clinic; it keeps its length.

        Raises:
            SlotTakenError, OutsideHoursError, PastTimeError, TooFarAheadError, OffStepError,
            NotBookableError: as for booking; the appointment stays where it is.
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
            ),
        )

    # --- hours -----------------------------------------------------------------------------

    @requires(Action.SET_UP_CLINIC)
    def set_weekly_hours(self, actor: Actor, doctor_id: int, hours: Sequence[WeeklyHours]) -> None:
        """Put these weekly hours in place of all that the doctor had.

        Raises:
            HoursInvalidError: the hours cannot be; `field` says where.
        """

        def work(transaction: Transaction) -> None:
            session = transaction.session
            check_weekly(doctor_id, hours, _clinics_of(session, doctor_id))
            replace_weekly(session, doctor_id, hours)
            self._audit.record(
                transaction, actor, "set hours", entity="doctor", entity_id=doctor_id,
                spans=len(hours),
            )  # fmt: skip
            transaction.changed(Topic.AVAILABILITY, doctor_id)

        self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def add_exception(self, actor: Actor, change: HoursException) -> int:
        """Change a doctor's hours on some days; gives the exception's id.

        Raises:
            HoursInvalidError: the days or times cannot be; `field` says where.
        """
        check_exception(change)

        def work(transaction: Transaction) -> int:
            clinics = _clinics_of(transaction.session, change.doctor_id)
            if not clinics or change.clinic_id not in {None, *clinics}:
                raise NotBookableError("This doctor does not work at that clinic.")
            exception_id = store_exception(transaction.session, change)
            self._audit.record(
                transaction, actor, "change hours", entity="doctor", entity_id=change.doctor_id,
                kind=change.kind.value, days=[str(change.from_on), str(change.until_on)],
            )  # fmt: skip
            transaction.changed(Topic.AVAILABILITY, change.doctor_id)
            return exception_id

        return self._database.write(work)

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


def _clinics_of(session: Session, doctor_id: int) -> set[int]:
    rows = session.scalars(
        select(DoctorClinic.clinic_id).where(DoctorClinic.doctor_id == doctor_id)
    )
    return set(rows)
