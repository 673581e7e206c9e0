"""Takes care of everybody whose doctor is out."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule import queries as appointments
from clinicdesk.schedule import rules
from clinicdesk.schedule.booking.desk import BookingDesk
from clinicdesk.schedule.disruption import queries
from clinicdesk.schedule.disruption.errors import (
    AlreadyOutError,
    CaseHandledError,
    OutInvalidError,
)
from clinicdesk.schedule.disruption.handling import Handling, telling
from clinicdesk.schedule.disruption.models import Disruption
from clinicdesk.schedule.disruption.notifier import ProposalNotifier
from clinicdesk.schedule.disruption.options import alternatives
from clinicdesk.schedule.disruption.queries import CaseRow
from clinicdesk.schedule.disruption.records import Alternative, Case, CaseState, OutRecord
from clinicdesk.schedule.errors import NotBookableError, SlotTakenError
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.placing import is_taken, lock_doctors
from clinicdesk.schedule.records import BookingPolicy, Slot
from clinicdesk.schedule.waiting.queries import has_mail, name_of
from clinicdesk.staff.models import Doctor, DoctorClinic

USUAL_REASON = "Doctor away"
MARKS = frozenset({CaseState.OPEN, CaseState.CALLED, CaseState.KEPT, CaseState.CANCELLED})


class DisruptionService:
    """The disruption desk: a doctor is out, and every patient concerned is taken care of.

    All of it is stored, so it can be left and taken up again at any desk. Every change is one
    transaction with its line in the audit log.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: AppointmentNotifier | None = None,
        proposal_notifier: ProposalNotifier | None = None,
        policy: BookingPolicy | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._proposal_notifier = proposal_notifier
        self._desk = BookingDesk(clock, audit, notifier, policy)

    @requires(Action.BOOK)
    def start(
        self,
        actor: Actor,
        *,
        doctor_id: int,
        clinic_id: int | None,
        from_at: datetime,
        until_at: datetime,
        reason: str = "",
    ) -> OutRecord:
        """Mark a doctor out from one instant to another: hours close, and every visit is a case.

        `clinic_id` None means every clinic. Nothing is done to the visits themselves.

        Raises:
            OutInvalidError: the times cannot be; `field` says where.
            AlreadyOutError: the doctor is marked out for a part of that time.
            NotBookableError: the doctor does not work at that clinic.
        """
        if until_at <= max(from_at, self._clock.now()):
            raise OutInvalidError("The end must lie after the start, and ahead.", field="until")

        def work(transaction: Transaction) -> OutRecord:
            session = transaction.session
            rules.demand_own(actor, doctor_id)
            _demand_known(session, doctor_id, clinic_id)
            row = Disruption(
                doctor_id=doctor_id,
                clinic_id=clinic_id,
                from_at=from_at,
                until_at=until_at,
                reason=reason.strip() or USUAL_REASON,
                created_at=self._clock.now(),
                created_by=actor.user_id,
            )
            lock_doctors(session, [doctor_id])  # two desks must not both find it new
            _demand_new(session, row)
            Handling(self._desk.act(transaction, actor), row).begin()
            return queries.record(session, row)

        return self._database.write(work)

    @requires(Action.SEE_CALENDAR)
    def touched(
        self,
        _actor: Actor,
        *,
        doctor_id: int,
        clinic_id: int | None,
        from_at: datetime,
        until_at: datetime,
    ) -> int:
        """Count the visits that would be cases if the doctor were marked out so."""
        since_at = max(from_at, self._clock.now())

        def work(session: Session) -> int:
            visits = queries.touched(
                session,
                doctor_id=doctor_id,
                clinic_id=clinic_id,
                from_at=since_at,
                until_at=until_at,
            )
            return len(visits)

        return self._database.read(work)

    @requires(Action.SEE_CALENDAR)
    def open_ones(self, _actor: Actor) -> tuple[OutRecord, ...]:
        """List the disruptions that somebody still works at, with how far each is handled."""
        return self._database.read(queries.open_ones)

    @requires(Action.SEE_CALENDAR)
    def cases(self, _actor: Actor, disruption_id: int) -> tuple[Case, ...]:
        """List the visits touched by time, each open one with its best alternatives.

        No free time stands at two visits, so each may be promised at once.
        """
        now = self._clock.now()

        def work(session: Session) -> tuple[Case, ...]:
            row = session.get(Disruption, disruption_id)
            if row is None:
                return ()
            rows = queries.case_rows(session, row)
            found = alternatives(session, row, rows, now=now)
            return tuple(
                _case(session, disruption_id, each, found.get(each.visit.id, ())) for each in rows
            )

        return self._database.read(work)

    @requires(Action.BOOK)
    def accept(self, actor: Actor, case: Case, slot: Slot) -> OutRecord:
        """Move a visit to a time that its patient accepts; the patient is told as of any move.

        Raises:
            CaseHandledError: a colleague was faster.
            SlotTakenError, TimeNotOfferedError, PatientOverlapError: as for moving; the case stays.
        """
        return self._handle(actor, case, lambda handling: handling.accept(case, slot))

    @requires(Action.BOOK)
    def mark(self, actor: Actor, case: Case, state: CaseState, note: str = "") -> OutRecord:
        """Write down that a patient was called, or that the visit is kept, cancelled or open again.

        A call settles nothing yet; cancelling cancels the visit on behalf of the clinic.

        Raises:
            CaseHandledError: a colleague was faster.
            OutInvalidError: `state` is none of those.
        """
        if state not in MARKS:
            raise OutInvalidError("A visit is moved by accepting a time.", field="state")
        return self._handle(actor, case, lambda handling: handling.mark(case, state, note))

    @requires(Action.BOOK)
    def note(self, actor: Actor, case: Case, note: str) -> OutRecord:
        """Write a remark to a case, whatever its state; an empty one takes it away."""
        return self._handle(actor, case, lambda handling: handling.note(case, note))

    @requires(Action.BOOK)
    def message(self, actor: Actor, case: Case, slot: Slot) -> OutRecord:
        """Propose a time to a patient by message; the visit waits for the answer.

        Raises:
            CaseHandledError: a colleague was faster.
            NobodyToWriteError: the patient cannot be written to.
        """

        def propose(handling: Handling) -> None:
            tell = telling(
                handling.act, self._proposal_notifier, case.disruption_id, case.appointment.id
            )
            handling.propose(case, slot, tell)

        return self._handle(actor, case, propose)

    @requires(Action.BOOK)
    def finish(self, actor: Actor, disruption_id: int) -> OutRecord:
        """Close a disruption of which everybody is taken care of; the hours stay closed.

        Raises:
            CasesOpenError: somebody is not.
            DisruptionOverError: a colleague closed it.
        """
        return self._work(actor, disruption_id, Handling.finish)

    @requires(Action.BOOK)
    def back(self, actor: Actor, disruption_id: int, *, at: datetime | None = None) -> OutRecord:
        """Let the doctor be back at `at`, by default now: hours return from then on.

        Visits from then on that nobody has touched stay; it is closed if no earlier one is left.

        Raises:
            DisruptionOverError: it is closed.
        """
        when = (at or self._clock.now()).replace(second=0, microsecond=0)
        return self._work(actor, disruption_id, lambda handling: handling.end(when))

    def _handle(self, actor: Actor, case: Case, work: Callable[[Handling], None]) -> OutRecord:
        try:
            return self._work(actor, case.disruption_id, work)
        except IntegrityError as error:
            if not is_taken(error):
                raise
            raise SlotTakenError(
                "Somebody took that time a moment ago. Please choose another."
            ) from error

    def _work(
        self, actor: Actor, disruption_id: int, work: Callable[[Handling], None]
    ) -> OutRecord:
        def write(transaction: Transaction) -> OutRecord:
            handling = Handling.of(self._desk.act(transaction, actor), disruption_id)
            work(handling)
            return queries.record(transaction.session, handling.row)

        return self._database.write(write)


def _demand_known(session: Session, doctor_id: int, clinic_id: int | None) -> None:
    if session.get(Doctor, doctor_id) is None:
        raise NotBookableError("This doctor is not known. Please choose another.")
    places = select(DoctorClinic.clinic_id).where(DoctorClinic.doctor_id == doctor_id)
    works_at = set(session.scalars(places))
    if not works_at or clinic_id not in {None, *works_at}:
        raise NotBookableError("This doctor does not work at that clinic.")


def _demand_new(session: Session, row: Disruption) -> None:
    query = select(Disruption.id).where(
        Disruption.doctor_id == row.doctor_id,
        Disruption.closed_at.is_(None),
        Disruption.from_at < row.until_at,
        Disruption.until_at > row.from_at,
    )
    if row.clinic_id is not None:
        same = or_(Disruption.clinic_id.is_(None), Disruption.clinic_id == row.clinic_id)
        query = query.where(same)
    if session.scalar(query.limit(1)) is not None:
        raise AlreadyOutError


def _case(
    session: Session, disruption_id: int, row: CaseRow, found: tuple[Alternative, ...]
) -> Case:
    details = appointments.details(session, row.visit.id)
    if details is None:
        raise CaseHandledError
    return Case(
        disruption_id=disruption_id,
        appointment=details,
        patient_name=name_of(row.patient),
        phone=row.patient.phone,
        has_mail=has_mail(row.patient),
        state=row.state,
        note=row.case.note,
        handled_at=row.case.handled_at,
        handled_by=row.case.handled_by,
        alternatives=found,
        proposed=row.proposed,
    )
