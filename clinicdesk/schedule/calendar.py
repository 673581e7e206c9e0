"""Looks at the calendar: days, appointments and the times that are free."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.schedule import queries
from clinicdesk.schedule.day import read_calendar_day, read_doctor_day
from clinicdesk.schedule.errors import AppointmentMissingError, NotBookableError
from clinicdesk.schedule.finding import Question, free_times, service_length
from clinicdesk.schedule.history import read_history
from clinicdesk.schedule.last_seen import LastVisit, last_visits
from clinicdesk.schedule.month import read_calendar_month
from clinicdesk.schedule.placing import fitting_room, search_around
from clinicdesk.schedule.reasons import WhyNot, Wishes
from clinicdesk.schedule.records import (
    AppointmentDetails,
    BookingPolicy,
    CalendarDay,
    CalendarMonth,
    DoctorDay,
    HistoryEntry,
    Slot,
)
from clinicdesk.schedule.refusals import Wanted, reason_against, why
from clinicdesk.schedule.week import WEEK, read_calendar_week


class CalendarService:
    """The calendar as everybody at the desk may read it."""

    def __init__(
        self, database: Database, *, clock: Clock, policy: BookingPolicy | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

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
    def calendar_week(
        self, _actor: Actor, *, clinic_id: int, doctor_id: int, first_on: date, days: int = WEEK
    ) -> CalendarDay:
        """Give days of one doctor as columns, at all clinics, on the wall clock of `clinic_id`.

        Raises:
            NotBookableError: there is no such clinic or doctor.
        """
        now = self._clock.now()
        return self._database.read(
            lambda session: read_calendar_week(
                session,
                clinic_id=clinic_id,
                doctor_id=doctor_id,
                first_on=first_on,
                days=days,
                now=now,
            )
        )

    @requires(Action.SEE_CALENDAR)
    def calendar_month(
        self,
        _actor: Actor,
        *,
        clinic_id: int,
        month_on: date,
        doctor_ids: Collection[int] | None = None,
    ) -> CalendarMonth:
        """Give the weeks that hold a month: how full each day is, of all doctors or those asked.

        Raises:
            NotBookableError: there is no such clinic.
        """
        now = self._clock.now()
        return self._database.read(
            lambda session: read_calendar_month(
                session, clinic_id=clinic_id, month_on=month_on, doctor_ids=doctor_ids, now=now
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
    def last_visits(self, _actor: Actor, patient_ids: Collection[int]) -> dict[int, LastVisit]:
        """Give the latest finished visit of each patient who has one, by the patient's id."""
        return self._database.read(lambda session: last_visits(session, patient_ids))

    @requires(Action.SEE_CALENDAR)
    def history(self, _actor: Actor, appointment_id: int) -> tuple[HistoryEntry, ...]:
        """Tell what happened to an appointment, in words for the desk, the newest first."""
        return self._database.read(lambda session: read_history(session, appointment_id))

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
        within: Wishes | None = None,
        hold_key: str = "",
        for_desk: bool = True,
        duration_minutes: int | None = None,
    ) -> tuple[Slot, ...]:
        """List the free slots from `not_before_at` on, by start, doctor and clinic.

        Only doctors who give the service count, of those in `doctor_ids` if given, and only starts
        `within` the wishes. The hold with `hold_key` is the caller's own. The minimum notice counts
        only with `for_desk` off: for offers by message and callers from outside; the desk may book
        at once. `limit` None lists all up to the horizon. An unknown service has no slots; with
        `duration_minutes` the visit takes that long instead of what its service takes.
        """
        question = Question(
            clinic_ids=clinic_ids,
            service_id=service_id,
            not_before_at=not_before_at,
            doctor_ids=doctor_ids,
            limit=limit,
            within=within,
            hold_key=hold_key,
            for_desk=for_desk,
            duration_minutes=duration_minutes,
        )
        now = self._clock.now()
        return self._database.read(
            lambda session: free_times(session, question, policy=self._policy, now=now)
        )

    @requires(Action.SEE_CALENDAR)
    def why_not(
        self,
        _actor: Actor,
        *,
        clinic_id: int,
        doctor_id: int,
        service_id: int,
        starts_at: datetime,
        hold_key: str = "",
        duration_minutes: int | None = None,
        leave_out: int | None = None,
    ) -> WhyNot | None:
        """Say why a visit cannot be booked then, in one sentence with the way out; None if it can.

        The visit takes `duration_minutes`, or as long as its service does. The appointment
        `leave_out` is the one that would be moved, and does not stand in its own way.
        It decides with the code that finds the free slots and that books, so all three agree; like
        booking it lets the running step pass, for the patient who stands at the counter.

        Raises:
            NotBookableError: doctor, service and clinic do not fit together.
        """
        now = self._clock.now()

        def work(session: Session) -> WhyNot | None:
            length = service_length(session, service_id)
            if length is None:
                raise NotBookableError("This service is no longer offered. Please choose another.")
            room_id = fitting_room(
                session, doctor_id=doctor_id, clinic_id=clinic_id, service_id=service_id
            )
            if duration_minutes is not None:
                length = replace(length, duration_minutes=duration_minutes)
            wanted = Wanted(
                clinic_id, doctor_id, room_id, starts_at, length, leave_out, hold_key=hold_key
            )
            search = search_around(session, wanted, policy=self._policy, now=now)
            reason = reason_against(session, wanted, search)
            return None if reason is None else why(session, reason, wanted, search)

        return self._database.read(work)
