"""Says what a change of clocks, holidays, hours or blocks would do to the calendar, and mends it.

A proposal is put in place within a transaction that is taken back: so the same search that books
says what would be free, and nothing is written. On the embedded file other desks' writes wait for
it, a third of a second where a hundred visits are touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.models import AuditEntry
from clinicdesk.audit.service import AuditLog
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.health import rules
from clinicdesk.schedule.health.errors import KeepingReasonError, NoBetterTimeError
from clinicdesk.schedule.health.proposing import put_in_place, scope_of, times_for
from clinicdesk.schedule.health.reading import misplaced, read_visits
from clinicdesk.schedule.health.records import (
    AsItStands,
    ClockChange,
    Finding,
    NextClockChange,
    Problem,
    Proposal,
    Visit,
)
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.service import ScheduleService
from clinicdesk.settings.records import ReminderSettings
from clinicdesk.settings.service import load_settings

KEEP = "keep appointment"
SOMEBODY = "A patient"
_NIGHT = timedelta(days=1)


class CalendarHealthService:
    """The calendar's health check."""

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, schedule: ScheduleService
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._schedule = schedule

    @requires(Action.SET_UP_CLINIC)
    def check(self, actor: Actor, proposal: Proposal) -> tuple[Finding, ...]:
        """List the visits ahead that would suffer, by time, each with the next free time.

        Of a change only what it brings about is told; what is wrong already is told of
        `AsItStands`. Nothing is stored. Patients are named to those who may see the calendar.

        Raises:
            InvalidInputError: the proposal itself cannot be; as for storing it.
        """
        now = self._clock.now()
        if not isinstance(proposal, NextClockChange | AsItStands):
            caused = self._database.rehearse(lambda session: _caused(session, proposal, now))
            return _as_seen_by(actor, caused)
        problems = self._database.read(lambda session: _standing(session, proposal, now))
        if not problems:
            return ()
        found = self._database.rehearse(lambda session: _findings(session, problems, now))
        return _as_seen_by(actor, found)

    @requires(Action.SET_UP_CLINIC)
    def next_clock_change(self, _actor: Actor, clinic_id: int) -> ClockChange | None:
        """Give when the clinic's clocks change next, None where they do not within 400 days."""
        now = self._clock.now()
        return self._database.read(lambda session: _change_of(session, clinic_id, now))

    @requires(Action.BOOK)
    def fix(self, actor: Actor, finding: Finding) -> AppointmentDetails:
        """Move the visit to the proposed time.

        Raises:
            NoBetterTimeError: none was proposed.
            SlotTakenError, AppointmentChangedError: somebody was faster; check again.
        """
        if finding.proposed_at is None:
            raise NoBetterTimeError
        return self._schedule.move(
            actor,
            finding.appointment_id,
            version=finding.version,
            doctor_id=finding.doctor_id,
            starts_at=finding.proposed_at,
        )

    @requires(Action.SET_UP_CLINIC)
    def keep(self, actor: Actor, finding: Finding, *, reason: str) -> None:
        """Keep a visit as it is; the reason stands in its history, and at the next check.

        Raises:
            KeepingReasonError: there is no reason.
        """
        if not reason.strip():
            raise KeepingReasonError

        def work(transaction: Transaction) -> None:
            self._audit.record(
                transaction, actor, KEEP, entity="appointment",
                entity_id=finding.appointment_id, trouble=finding.trouble.value,
                starts_at=finding.starts_at.isoformat(), reason=reason.strip(),
            )  # fmt: skip

        self._database.write(work)


def _caused(session: Session, proposal: Proposal, now: datetime) -> tuple[Finding, ...]:
    """Put a proposal in place, and give what it would bring about."""
    visits = read_visits(session, scope_of(proposal), now=now)
    before = misplaced(session, visits)
    put_in_place(session, proposal)
    problems = rules.only_new(misplaced(session, visits), before)
    return _findings(session, problems, now)


def _standing(
    session: Session, proposal: NextClockChange | AsItStands, now: datetime
) -> list[Problem]:
    """Give what is wrong without any proposal: now, or once the clocks have changed."""
    visits = read_visits(session, scope_of(proposal), now=now)
    if isinstance(proposal, AsItStands):
        return rules.only_new([*misplaced(session, visits), *rules.doubled(visits)], ())
    change = _change_of(session, proposal.clinic_id, now)
    return [] if change is None else _of_change(session, visits, change)


def _findings(session: Session, problems: Sequence[Problem], now: datetime) -> tuple[Finding, ...]:
    kept = _kept(session, [each.visit.id for each in problems])
    times = times_for(session, problems, now=now)
    return tuple(_finding(each, times, kept) for each in problems)


def _of_change(session: Session, visits: Sequence[Visit], change: ClockChange) -> list[Problem]:
    reminders = load_settings(session, ReminderSettings).hours_before
    around = timedelta(hours=reminders) + _NIGHT
    that_night = [each for each in visits if abs(each.starts_at - change.at) <= _NIGHT]
    nearby = [each for each in visits if abs(each.starts_at - change.at) <= around]
    found = [
        *rules.torn(visits, change),
        *misplaced(session, that_night),
        *rules.parted(visits, change),
        *rules.late_reminders(nearby, reminders),
    ]
    return rules.only_new(found, ())


def _change_of(session: Session, clinic_id: int, now: datetime) -> ClockChange | None:
    clinic = session.get(Clinic, clinic_id)
    return None if clinic is None else rules.next_change(clinic.time_zone, now)


def _kept(session: Session, visit_ids: Sequence[int]) -> Mapping[tuple[int, str, str], str]:
    """Give the reasons for which visits were kept: by visit, trouble and time."""
    rows = session.execute(
        select(AuditEntry.entity_id, AuditEntry.details)
        .where(
            AuditEntry.entity == "appointment",
            AuditEntry.entity_id.in_(visit_ids),
            AuditEntry.action == KEEP,
        )
        .order_by(AuditEntry.seq)
    )
    return {
        (visit_id, str(details["trouble"]), str(details["starts_at"])): str(details["reason"])
        for visit_id, details in rows
    }


def _finding(
    each: Problem, times: Mapping[int, datetime], kept: Mapping[tuple[int, str, str], str]
) -> Finding:
    visit = each.visit
    return Finding(
        appointment_id=visit.id,
        version=visit.version,
        clinic_id=visit.clinic_id,
        clinic_name=visit.clinic_name,
        time_zone=visit.time_zone,
        doctor_id=visit.doctor_id,
        doctor_name=visit.doctor_name,
        patient_id=visit.patient_id,
        patient_name=visit.patient_name,
        service_name=visit.service_name,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        trouble=each.trouble,
        sentence=each.sentence,
        local_before=each.before,
        local_after=each.after if each.after != each.before else None,
        proposed_at=times.get(visit.id),
        kept=kept.get((visit.id, each.trouble.value, visit.starts_at.isoformat()), ""),
    )


def _as_seen_by(actor: Actor, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    if actor.may(Action.SEE_CALENDAR):
        return findings
    return tuple(replace(finding, patient_name=SOMEBODY) for finding in findings)
