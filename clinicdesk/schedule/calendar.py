"""Looks at the calendar: days, appointments and the times that are free."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.schedule import queries
from clinicdesk.schedule.day import read_calendar_day, read_doctor_day
from clinicdesk.schedule.errors import AppointmentMissingError
from clinicdesk.schedule.finding import bookable, find_slots, read_search, service_length
from clinicdesk.schedule.records import (
    AppointmentDetails,
    BookingPolicy,
    CalendarDay,
    DoctorDay,
    Slot,
)


class CalendarService:
    """The calendar as everybody at the desk may read it."""

    def __init__(
        self, database: Database, *, clock: Clock, policy: BookingPolicy | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy or BookingPolicy()

    @requires(Action.SEE_CALENDAR)
    def calendar_day(
        self,
        _actor: Actor,
        *,
        clinic_id: int,
        day: date,
        doctor_ids: Collection[int] | None = None,
        by_room: bool = False,
    ) -> CalendarDay:
        """Give a clinic's day: a column for each doctor who works there, or only for those asked.

        With `by_room` the columns are the clinic's rooms, and what has none stands in a last one.

        Raises:
            NotBookableError: there is no such clinic.
        """
        now = self._clock.now()
        return self._database.read(
            lambda session: read_calendar_day(
                session,
                clinic_id=clinic_id,
                day=day,
                doctor_ids=doctor_ids,
                now=now,
                by_room=by_room,
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
