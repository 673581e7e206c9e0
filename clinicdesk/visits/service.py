"""The visit itself: the patient arrives, is taken to a room, has been seen, or did not come."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock, clinic_day, day_bounds
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule import placing, queries, rules, trail
from clinicdesk.schedule.booking.desk import BookingDesk
from clinicdesk.schedule.booking.refused import explain_change
from clinicdesk.schedule.errors import AppointmentMissingError, SlotTakenError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from clinicdesk.schedule.rules import Step
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.settings.service import load_settings
from clinicdesk.visits.rules import demand_begun, demand_day, stamp

_WORDS = {
    Step.CHECK_IN: "check in",
    Step.TAKE_TO_ROOM: "take to room",
    Step.COMPLETE: "complete visit",
    Step.NO_SHOW: "mark no-show",
    Step.UNDO: "undo visit step",
}


class VisitService:
    """Takes visits from arrival to the end, one step at a time.

    Every step takes the `version` of the appointment as the person saw it. All may raise:
        AppointmentChangedError: somebody else was faster.
        WrongStepError: the appointment's state does not allow the step.
        OtherDoctorsAppointmentError: a doctor reaches for somebody else's visit.
    """

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.SEE_CALENDAR)
    def today(self, _actor: Actor, *, clinic_id: int) -> tuple[AppointmentDetails, ...]:
        """List the visits of the clinic's present day, the earliest first."""
        now = self._clock.now()

        def work(session: Session) -> tuple[AppointmentDetails, ...]:
            zone = session.scalar(select(Clinic.time_zone).where(Clinic.id == clinic_id))
            if zone is None:
                return ()
            start, end = day_bounds(clinic_day(now, zone), zone)
            return queries.details_of_clinic(
                session, clinic_id=clinic_id, from_at=start, until_at=end
            )

        return self._database.read(work)

    @requires(Action.RUN_VISIT)
    def check_in(self, actor: Actor, appointment_id: int, *, version: int) -> AppointmentDetails:
        """Note that the patient has arrived, on the day of the visit.

        Raises:
            TooEarlyError, TooLateError: the visit is on another day.
        """
        return self._step(actor, appointment_id, version, Step.CHECK_IN)

    @requires(Action.RUN_VISIT)
    def take_to_room(
        self, actor: Actor, appointment_id: int, *, version: int
    ) -> AppointmentDetails:
        """Note that the patient is with the doctor."""
        return self._step(actor, appointment_id, version, Step.TAKE_TO_ROOM)

    @requires(Action.RUN_VISIT)
    def complete(self, actor: Actor, appointment_id: int, *, version: int) -> AppointmentDetails:
        """Note that the visit is over; steps that nobody pressed are left out.

        Raises:
            TooEarlyError: the day of the visit has not come.
        """
        return self._step(actor, appointment_id, version, Step.COMPLETE)

    @requires(Action.RUN_VISIT)
    def mark_no_show(
        self, actor: Actor, appointment_id: int, *, version: int
    ) -> AppointmentDetails:
        """Note that the patient did not come; the time no longer counts as taken.

        Raises:
            TooEarlyError: the visit has not begun.
        """
        return self._step(actor, appointment_id, version, Step.NO_SHOW)

    @requires(Action.RUN_VISIT)
    def undo(
        self, actor: Actor, appointment_id: int, *, version: int, reason: str = ""
    ) -> AppointmentDetails:
        """Take the last step of a visit back, with its time; invoices and payments stay.

        Whoever took the step may do so for a while; later, or for somebody else's, it is a
        correction with a `reason`, which the audit log keeps.

        Raises:
            AccessDeniedError: the person may not correct visits.
            ReasonNeededError: a correction needs a reason.
            SlotTakenError: after a no-show, somebody else has the time by now.
        """
        try:
            return self._step(actor, appointment_id, version, Step.UNDO, reason=reason)
        except IntegrityError as error:
            if not placing.is_taken(error):
                raise
            raise SlotTakenError(
                "The time of this visit was given to somebody else meanwhile, so it stays a "
                "no-show. Book a new time for the patient."
            ) from error

    def _step(
        self, actor: Actor, appointment_id: int, version: int, step: Step, *, reason: str = ""
    ) -> AppointmentDetails:
        try:
            return self._database.write(self._work(actor, appointment_id, version, step, reason))
        except IntegrityError as error:
            if step is Step.UNDO:
                raise
            cause, desk = error, BookingDesk(self._clock, self._audit, None, None)
        raise self._database.read(
            lambda session: explain_change(desk, session, appointment_id, cause)
        ) from cause

    def _work(
        self, actor: Actor, appointment_id: int, version: int, step: Step, reason: str
    ) -> Callable[[Transaction], AppointmentDetails]:
        def work(transaction: Transaction) -> AppointmentDetails:
            session, now = transaction.session, self._clock.now()
            row = placing.locked(session, appointment_id, version=version)
            rules.demand_own(actor, row.doctor_id)
            was = row.status
            rules.demand_step(was, step)
            before = self._before(session, actor, row, reason) if step is Step.UNDO else None
            target = rules.after(was, step, was=before, is_arrived=row.arrived_at is not None)
            self._demand_time(session, row, step)
            placing.set_status(session, row, target)
            stamp(row, target, now)
            session.flush()
            former = {"back_from" if step is Step.UNDO else "was": was.value}
            if reason.strip():
                former["reason"] = reason.strip()
            trail.record(self._audit, transaction, actor, _WORDS[step], row, **former)
            transaction.changed(Topic.APPOINTMENT, row.id)
            found = queries.details(session, row.id)
            if found is None:
                raise AppointmentMissingError
            return found

        return work

    def _before(
        self, session: Session, actor: Actor, row: Appointment, reason: str
    ) -> AppointmentStatus | None:
        """Check that the last step may be taken back, and give the state before it."""
        rules.demand_back(
            actor,
            trail.last_step(session, row.id, row.status),
            now=self._clock.now(),
            free_minutes=load_settings(session, ScheduleSettings).free_undo_minutes,
            reason=reason,
        )
        return trail.status_before(session, row.id, row.status)

    def _demand_time(self, session: Session, row: Appointment, step: Step) -> None:
        now = self._clock.now()
        if step is Step.NO_SHOW:
            demand_begun(row.starts_at, now)
        elif step in (Step.CHECK_IN, Step.COMPLETE):
            zone = session.get_one(Clinic, row.clinic_id).time_zone
            day = clinic_day(row.starts_at, zone)
            demand_day(day, clinic_day(now, zone), may_be_later=step is Step.COMPLETE)
