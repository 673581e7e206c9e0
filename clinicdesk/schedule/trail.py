"""What the audit log keeps of an appointment, and what it tells of the state before the last."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.models import AuditEntry
from clinicdesk.audit.service import AuditLog
from clinicdesk.database.session import Transaction
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus

ENTITY = "appointment"


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
    entries = session.scalars(
        select(AuditEntry.details)
        .where(AuditEntry.entity == ENTITY, AuditEntry.entity_id == appointment_id)
        .order_by(AuditEntry.seq.desc())
    )
    for entry in entries:
        if entry.get("status") == status and "was" in entry:
            return AppointmentStatus(entry["was"])
    return None
