"""Days that are closed: nothing is booked at an instant before a clinic's last signed till."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from clinicdesk.billing.errors import DayLockedError
from clinicdesk.billing.models import DayLock
from clinicdesk.clinics.models import Clinic
from clinicdesk.database.base import EPOCH

# A desk may have read its clock just before another one closed, and two clocks differ a little.
CLOCKS_DIFFER = timedelta(minutes=15)


def booked_at(session: Session, clinic_id: int, at: datetime) -> datetime:
    """Give the instant under which something that happens at `at` is booked.

    It is `at`, or the close where that came a moment ago: then it belongs to the next till. Until
    the transaction ends nobody closes the clinic's day.

    Raises:
        DayLockedError: the day was closed long after `at`.
    """
    lock = session.get(DayLock, clinic_id, with_for_update={"read": True})
    if lock is None or at >= lock.locked_until_at:
        return at
    if lock.locked_until_at - at <= CLOCKS_DIFFER:
        return lock.locked_until_at
    zone = ZoneInfo(session.get_one(Clinic, clinic_id).time_zone)
    raise DayLockedError(lock.locked_until_at.astimezone(zone), at.astimezone(zone))


def make_lock(session: Session, clinic_id: int) -> None:
    """Give a clinic its lock, with no day closed yet; it may have one."""
    if session.get(DayLock, clinic_id) is None:
        session.add(DayLock(clinic_id=clinic_id, locked_until_at=EPOCH))
        session.flush()


def hold_lock(session: Session, clinic_id: int) -> DayLock:
    """Give a clinic's lock, to be moved on: whoever books something waits for this transaction."""
    return session.get_one(DayLock, clinic_id, with_for_update=True)
