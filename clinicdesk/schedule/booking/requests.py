"""Lets requests hold their time or not, as the clinic decides."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.changes import Topic
from clinicdesk.clinics.policy import EVERY_CLINIC
from clinicdesk.clinics.rules import check_booking_policy
from clinicdesk.schedule import placing
from clinicdesk.schedule.booking.desk import Act
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.settings.service import save_settings


def set_policy(act: Act, policy: ScheduleSettings) -> tuple[AppointmentDetails, ...]:
    """Store the clinic's policy, and let the requests ahead hold their time by it.

    Who asked first gets the time. Given are the requests that hold none because of others.

    Raises:
        PolicyInvalidError: a number is out of reason; `field` says which.
    """
    check_booking_policy(policy)
    before = act.settings
    save_settings(act.transaction, policy)
    changed = {
        name: value for name, value in asdict(policy).items() if value != getattr(before, name)
    }
    if not changed:
        return ()
    act.desk.audit.record(
        act.transaction, act.actor, "change booking policy", entity="settings",
        entity_id=EVERY_CLINIC, before={name: getattr(before, name) for name in changed},
        after=changed,
    )  # fmt: skip
    act.transaction.changed(Topic.CLINIC, EVERY_CLINIC)
    act.transaction.changed(Topic.AVAILABILITY, EVERY_CLINIC)
    if policy.requests_hold_slot == before.requests_hold_slot:
        return ()
    rows = _requests_ahead(act)
    placing.lock_doctors(act.session, {row.doctor_id for row in rows})
    holds = policy.requests_hold_slot
    return tuple(act.told(row) for row in rows if not _let_hold(act, row, holds=holds) and holds)


def _requests_ahead(act: Act) -> list[Appointment]:
    query = (
        select(Appointment)
        .where(Appointment.status == AppointmentStatus.REQUESTED, Appointment.starts_at > act.now)
        .order_by(Appointment.created_at, Appointment.id)
        .with_for_update()
    )
    return list(act.session.scalars(query))


def _let_hold(act: Act, row: Appointment, *, holds: bool) -> bool:
    """Let a request hold its time or not; False where it cannot, because of another."""
    if row.holds_slot is holds:
        return True
    try:
        with act.session.begin_nested():
            _hold(act.session, row, holds=holds)
    except IntegrityError as error:
        if not placing.is_taken(error):
            raise
        return False
    act.record("hold requested time" if holds else "free requested time", row)
    return True


def _hold(session: Session, row: Appointment, *, holds: bool) -> None:
    row.holds_slot = holds
    row.version += 1
    if holds:
        placing.put_again(session, row)
    session.flush()
