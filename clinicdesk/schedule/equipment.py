"""Picks the piece of equipment that a visit uses."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Equipment
from clinicdesk.schedule.busy import VISIT_COLUMNS, overlapping, span_values
from clinicdesk.schedule.models import Appointment

_E, _A = Equipment.__table__.c, Appointment.__table__.c


def free_equipment(
    session: Session,
    *,
    clinic_id: int,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    leave_out: int | None = None,
) -> int | None:
    """Give the first piece of a kind in use at a clinic that no visit takes in [start, end).

    The appointment `leave_out`, one that is being moved, takes nothing. None where all are taken,
    or where there is none.
    """
    taken = exists().where(_A.equipment_id == _E.id, *overlapping(*VISIT_COLUMNS))
    query = (
        select(_E.id)
        .where(_E.clinic_id == clinic_id, _E.kind == kind, _E.is_active, ~taken)
        .order_by(_E.id)
        .limit(1)
    )
    return session.scalar(query, span_values(starts_at, ends_at, leave_out=leave_out))
