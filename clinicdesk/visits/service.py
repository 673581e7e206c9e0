"""The visit itself: the patient arrives, is taken to a room, has been seen, or did not come."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock, clinic_day, day_bounds
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule import placing, queries
from clinicdesk.schedule.booking.desk import Act, BookingDesk
from clinicdesk.schedule.booking.refused import explain_change
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.records import AppointmentDetails, Slot
from clinicdesk.schedule.rules import Step
from clinicdesk.visits import steps
from clinicdesk.visits.errors import stays_no_show
from clinicdesk.visits.queries import read_board, read_unfinished, zone_of
from clinicdesk.visits.records import Board, Unfinished, WalkIn
from clinicdesk.visits.walk_in import next_times, take_in

ATTEMPTS = 5


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
        # Whoever stands at the counter is written no confirmation.
        self._desk = BookingDesk(clock, audit, None, None)

    @requires(Action.SEE_CALENDAR)
    def today(self, _actor: Actor, *, clinic_id: int) -> tuple[AppointmentDetails, ...]:
        """List the visits of the clinic's present day, the earliest first."""
        now = self._clock.now()

        def work(session: Session) -> tuple[AppointmentDetails, ...]:
            zone = zone_of(session, clinic_id)
            if zone is None:
                return ()
            start, end = day_bounds(clinic_day(now, zone), zone)
            return queries.details_of_clinic(
                session, clinic_id=clinic_id, from_at=start, until_at=end
            )

        return self._database.read(work)

    @requires(Action.SEE_CALENDAR)
    def board(self, _actor: Actor, *, clinic_id: int) -> Board:
        """Give the board of the clinic's present day: every visit, its times, and the rooms.

        What depends on the moment (minutes, lateness, counts) is worked out by `visits.board`, so
        that a screen can let it run without asking again.

        Raises:
            NotBookableError: there is no such clinic.
        """
        now = self._clock.now()
        found = self._database.read(
            lambda session: read_board(session, clinic_id=clinic_id, now=now)
        )
        if found is None:
            raise NotBookableError("There is no such clinic. Please choose another.")
        return found

    @requires(Action.SEE_CALENDAR)
    def unfinished(self, _actor: Actor, *, clinic_id: int, day: date) -> Unfinished:
        """Give the visits of a day that have begun and have no outcome, and the completed ones."""
        now = self._clock.now()
        return self._database.read(
            lambda session: read_unfinished(session, clinic_id=clinic_id, day=day, now=now)
        )

    @requires(Action.RUN_VISIT)
    def check_in(self, actor: Actor, appointment_id: int, *, version: int) -> AppointmentDetails:
        """Note that the patient has arrived, on the day of the visit.

        Raises:
            TooEarlyError, TooLateError: the visit is on another day.
        """
        return self._step(actor, appointment_id, version, Step.CHECK_IN)

    @requires(Action.RUN_VISIT)
    def call_in(
        self, actor: Actor, appointment_id: int, *, version: int, is_back: bool = False
    ) -> AppointmentDetails:
        """Note that a patient was called from the waiting room; `is_back` takes the call back.

        Raises:
            NotWaitingError: the patient does not wait.
        """
        return self._write(
            actor,
            lambda act: steps.call_in(act, appointment_id, version=version, is_back=is_back),
        )

    @requires(Action.RUN_VISIT)
    def take_to_room(
        self,
        actor: Actor,
        appointment_id: int,
        *,
        version: int,
        room_id: int | None = None,
        share: bool = False,
    ) -> AppointmentDetails:
        """Note that the patient is with the doctor, in the room named or in the visit's own.

        Raises:
            RoomInUseError: somebody is in the room named, or has it then; `share` passes that.
            RoomMissingError: the clinic has no such room.
        """
        return self._write_anew(
            actor,
            lambda act: steps.take_to_room(
                act, appointment_id, version=version, room_id=room_id, share=share
            ),
        )

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
            return self._write(
                actor,
                lambda act: steps.take_step(
                    act, appointment_id, Step.UNDO, version=version, reason=reason
                ),
            )
        except IntegrityError as error:
            if not placing.is_taken(error):
                raise
            raise stays_no_show() from error

    @requires(Action.BOOK)
    def walk_in(self, actor: Actor, walk_in: WalkIn) -> AppointmentDetails:
        """Take in a patient who has no appointment: book today's next free time, and check in.

        The same request again gives the visit that it made.

        Raises:
            NoFreeTimeError: nobody asked for has a free time left today.
            DoctorNeededError: to be put in between, a doctor has to be named.
            PatientOverlapError: the patient has another visit then, and that is not accepted.
            SlotTakenError, TimeNotOfferedError, AccessDeniedError: as for booking over something.
        """
        actor.demand(Action.RUN_VISIT)
        return self._write_anew(actor, lambda act: take_in(act, walk_in))

    @requires(Action.SEE_CALENDAR)
    def walk_in_times(self, _actor: Actor, *, clinic_id: int, service_id: int) -> tuple[Slot, ...]:
        """Give the next free time of today of each doctor for a service, the earliest first."""
        now = self._clock.now()
        return self._database.read(
            lambda session: next_times(session, clinic_id=clinic_id, service_id=service_id, now=now)
        )

    def _step(
        self, actor: Actor, appointment_id: int, version: int, step: Step
    ) -> AppointmentDetails:
        try:
            return self._write(
                actor, lambda act: steps.take_step(act, appointment_id, step, version=version)
            )
        except IntegrityError as error:
            cause = error
        raise self._database.read(
            lambda session: explain_change(self._desk, session, appointment_id, cause)
        ) from cause

    def _write(self, actor: Actor, work: Callable[[Act], AppointmentDetails]) -> AppointmentDetails:
        def inside(transaction: Transaction) -> AppointmentDetails:
            return work(self._desk.act(transaction, actor))

        return self._database.write(inside)

    def _write_anew(
        self, actor: Actor, work: Callable[[Act], AppointmentDetails]
    ) -> AppointmentDetails:
        """Look and decide again where somebody took the room or the time in the same moment."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._write(actor, work)
            except IntegrityError as error:
                if not placing.is_taken(error):
                    raise
        return self._write(actor, work)
