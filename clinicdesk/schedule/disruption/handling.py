"""Begins a disruption and takes care of its cases, inside the caller's transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clinicdesk.changes import Topic
from clinicdesk.patients.models import Patient
from clinicdesk.schedule import rules
from clinicdesk.schedule.booking import places, states
from clinicdesk.schedule.booking.desk import Act
from clinicdesk.schedule.disruption import queries
from clinicdesk.schedule.disruption.errors import (
    CaseHandledError,
    CasesOpenError,
    DisruptionOverError,
    NobodyToWriteError,
)
from clinicdesk.schedule.disruption.models import Disruption, DisruptionCase
from clinicdesk.schedule.disruption.notifier import ProposalNotifier
from clinicdesk.schedule.disruption.records import HANDLED, Case, CaseState
from clinicdesk.schedule.disruption.rules import closings, state_now
from clinicdesk.schedule.hours.errors import EntryGoneError
from clinicdesk.schedule.hours.exceptions import check_exception, remove_exception, store_exception
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import CancelledBy, ExceptionKind, HoursException, Slot
from clinicdesk.schedule.waiting.queries import has_mail

ENTITY = "disruption"
BACK_NOTE = "The doctor is back earlier."


@dataclass(frozen=True, slots=True)
class Handling:
    """One person's work with a disruption in one transaction."""

    act: Act
    row: Disruption

    @classmethod
    def of(cls, act: Act, disruption_id: int) -> "Handling":
        """Take up a disruption that is not closed; colleagues wait meanwhile.

        Raises:
            DisruptionOverError: it is closed.
        """
        row = act.session.get(
            Disruption, disruption_id, with_for_update=True, populate_existing=True
        )
        if row is None or row.closed_at is not None:
            raise DisruptionOverError
        rules.demand_own(act.actor, row.doctor_id)
        return cls(act, row)

    def begin(self) -> None:
        """Close the doctor's hours, and take up a case for every visit touched.

        The doctor is locked already.
        """
        act, row = self.act, self.row
        row.exception_ids = []
        act.session.add(row)
        act.session.flush()
        self._close_hours(row.until_at)
        visits = queries.touched(
            act.session,
            doctor_id=row.doctor_id,
            clinic_id=row.clinic_id,
            from_at=max(row.from_at, act.now),  # who has left needs nobody
            until_at=row.until_at,
        )
        for visit in visits:
            act.session.add(
                DisruptionCase(
                    disruption_id=row.id,
                    appointment_id=visit.id,
                    was_at=visit.starts_at,
                    state=CaseState.OPEN,
                    note="",
                    handled_at=None,
                    handled_by="",
                )
            )
        self.record("doctor out", until_at=row.until_at.isoformat(), doctor=row.doctor_id)

    def end(self, at: datetime) -> None:
        """Let the doctor be back at `at`: hours return, and visits from then on stay."""
        act, row = self.act, self.row
        self._open_hours()
        for each in queries.case_rows(act.session, row):
            if each.state not in HANDLED and each.visit.ends_at > at and each.visit.starts_at >= at:
                self._settle(each.case, CaseState.KEPT, BACK_NOTE)
        if at > row.from_at:
            row.until_at = min(at, row.until_at)
            self._close_hours(row.until_at)
        act.session.flush()
        if at <= row.from_at or not self._open_cases():
            row.closed_at = act.now
        self.record("doctor back", at=at.isoformat(), doctor=row.doctor_id)

    def finish(self) -> None:
        """Close a disruption of which everybody is taken care of.

        Raises:
            CasesOpenError: somebody is not.
        """
        left = self._open_cases()
        if left:
            raise CasesOpenError(left)
        self.row.closed_at = self.act.now
        self.record("close disruption")

    def accept(self, case: Case, slot: Slot) -> None:
        """Move a visit to another time.

        Raises:
            SlotTakenError, TimeNotOfferedError, PatientOverlapError: as for moving.
        """
        stored = self._open_case(case.appointment.id)
        places.move(
            self.act,
            case.appointment.id,
            version=case.appointment.version,
            doctor_id=slot.doctor_id,
            starts_at=slot.starts_at,
            clinic_id=slot.clinic_id,
        )
        self._settle(stored, CaseState.MOVED, stored.note)

    def mark(self, case: Case, state: CaseState, note: str) -> None:
        """Write down that a patient was called, or that the visit is kept, cancelled or open."""
        if state is CaseState.OPEN:
            self._reopen(case.appointment.id)
            return
        stored = self._open_case(case.appointment.id)
        if state is CaseState.CANCELLED:
            states.cancel(
                self.act,
                case.appointment.id,
                version=case.appointment.version,
                reason=self.row.reason,
                by=CancelledBy.CLINIC,
            )
        self._settle(stored, state, note or stored.note)

    def note(self, case: Case, note: str) -> None:
        """Write a remark to a case, and leave it as it stands."""
        key = (self.row.id, case.appointment.id)
        stored = self.act.session.get(DisruptionCase, key, populate_existing=True)
        if stored is None:
            raise CaseHandledError
        stored.note = note.strip()
        self.record("note case", appointment=case.appointment.id)

    def _reopen(self, appointment_id: int) -> None:
        stored = self.act.session.get(DisruptionCase, (self.row.id, appointment_id))
        if stored is None:
            raise CaseHandledError
        self._settle(stored, CaseState.OPEN, stored.note)

    def propose(self, case: Case, slot: Slot, tell: Callable[[], None]) -> None:
        """Propose another time by message; the visit stays until the patient answers.

        Raises:
            NobodyToWriteError: the patient cannot be written to.
        """
        stored = self._open_case(case.appointment.id)
        patient = self.act.session.get_one(Patient, case.appointment.patient_id)
        if not has_mail(patient):
            raise NobodyToWriteError
        stored.proposed_doctor_id, stored.proposed_clinic_id = slot.doctor_id, slot.clinic_id
        stored.proposed_at = slot.starts_at
        self._settle(stored, CaseState.MESSAGED, stored.note)
        self.act.session.flush()
        tell()

    def _open_case(self, appointment_id: int) -> DisruptionCase:
        session, row = self.act.session, self.row
        stored = session.get(DisruptionCase, (row.id, appointment_id), populate_existing=True)
        visit = session.get(Appointment, appointment_id, populate_existing=True)
        if stored is None or visit is None:
            raise CaseHandledError
        is_touched = queries.is_touched(row, visit)
        if state_now(stored.state, visit.status, is_touched=is_touched) in HANDLED:
            raise CaseHandledError
        return stored

    def _settle(self, case: DisruptionCase, state: CaseState, note: str) -> None:
        act = self.act
        case.state, case.note = state, note.strip()
        case.handled_at, case.handled_by = act.now, act.actor.name
        self.record("handle case", appointment=case.appointment_id, state=state.value)

    def _open_cases(self) -> int:
        cases = queries.case_rows(self.act.session, self.row)
        return sum(each.state not in HANDLED for each in cases)

    def _close_hours(self, until_at: datetime) -> None:
        session, row = self.act.session, self.row
        made = []
        for clinic in queries.clinics_of(session, row):
            for closing in closings(row.from_at, until_at, clinic.time_zone):
                change = HoursException(
                    doctor_id=row.doctor_id,
                    clinic_id=clinic.id,
                    kind=ExceptionKind.CLOSED,
                    from_on=closing.from_on,
                    until_on=closing.until_on,
                    starts_minute=closing.starts_minute,
                    ends_minute=closing.ends_minute,
                    reason=row.reason,
                )
                check_exception(change)
                made.append(store_exception(session, change))
        row.exception_ids = made
        self.act.transaction.changed(Topic.AVAILABILITY, row.doctor_id)

    def _open_hours(self) -> None:
        """Take the closing exceptions away; one that a manager removed is gone already."""
        for exception_id in self.row.exception_ids:
            try:
                remove_exception(self.act.session, exception_id)
            except EntryGoneError:
                continue
        self.row.exception_ids = []
        self.act.transaction.changed(Topic.AVAILABILITY, self.row.doctor_id)

    def record(self, action: str, **details: object) -> None:
        """Keep what was done in the audit log, and tell the other screens."""
        act = self.act
        act.session.flush()
        act.desk.audit.record(
            act.transaction, act.actor, action, entity=ENTITY, entity_id=self.row.id, **details
        )
        act.transaction.changed(Topic.DISRUPTION, self.row.id)


def telling(
    act: Act, notifier: ProposalNotifier | None, disruption_id: int, appointment_id: int
) -> Callable[[], None]:
    """Give what queues the message about a proposed time."""

    def tell() -> None:
        if notifier is not None:
            notifier.proposed(act.transaction, disruption_id, appointment_id)

    return tell
