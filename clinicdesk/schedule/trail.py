"""What the audit log keeps of an appointment, and what it tells of the state before the last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.models import AuditEntry
from clinicdesk.audit.service import AuditLog
from clinicdesk.database.session import Transaction
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.schedule.rules import StepMade

ENTITY = "appointment"
BOOKED = "book appointment"


def record(
    audit: AuditLog,
    transaction: Transaction,
    actor: Actor,
    action: str,
    row: Appointment,
    **details: Any,
) -> None:
    """Add an entry with the appointment's state.

    Of a step forward `was` names the state before, of a step back `back_from` the state left.
    """
    audit.record(
        transaction,
        actor,
        action,
        entity=ENTITY,
        entity_id=row.id,
        status=row.status.value,
        **details,
    )


def status_before(
    session: Session, appointment_id: int, status: AppointmentStatus
) -> AppointmentStatus | None:
    """Give the state from which an appointment came into its present one; None if not recorded."""
    for entry in _entries(session, appointment_id):
        if entry.details.get("status") == status and "was" in entry.details:
            return AppointmentStatus(entry.details["was"])
    return None


def last_step(session: Session, appointment_id: int, status: AppointmentStatus) -> StepMade | None:
    """Tell who led an appointment into its present state; None if not recorded."""
    for entry in _entries(session, appointment_id):
        told = entry.details
        is_step = "was" in told or entry.action == BOOKED
        if is_step and told.get("status") == status:
            return StepMade(entry.user_id, entry.desk, entry.at)
    return None


@dataclass(frozen=True, slots=True)
class FormerPlace:
    """Where an appointment stood before its last change: clinic, doctor, start and end."""

    place: tuple[int, int, datetime, datetime]
    is_overbooked: bool
    overbooked_reason: str


def former_place(
    session: Session, appointment_id: int, actor: Actor, *, since: datetime
) -> FormerPlace | None:
    """Give where an appointment stood before the last change of its place.

    None where another person made that change, or before `since`.
    """
    for entry in _entries(session, appointment_id):
        before = entry.details.get("before")
        if not isinstance(before, dict) or "ends_at" not in before:
            continue
        made = StepMade(entry.user_id, entry.desk, entry.at)
        if not made.is_by(actor) or made.at < since:
            return None
        times = (datetime.fromisoformat(before[name]) for name in ("starts_at", "ends_at"))
        return FormerPlace(
            (before["clinic"], before["doctor"], *times),
            "overbooked" in before,
            before.get("overbooked", ""),
        )
    return None


def _entries(session: Session, appointment_id: int) -> Iterator[AuditEntry]:
    """Yield what was kept of an appointment, the newest first."""
    yield from session.scalars(
        select(AuditEntry)
        .where(AuditEntry.entity == ENTITY, AuditEntry.entity_id == appointment_id)
        .order_by(AuditEntry.seq.desc())
    )
