"""Finds out at which other clinic a doctor is at a time, and how long the way from there takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.schedule.availability import open_minutes
from clinicdesk.schedule.busy import stays_of_doctors
from clinicdesk.schedule.search import SlotSearch
from clinicdesk.schedule.wall_clock import DAY_MINUTES, utc_minute, wall_clock
from clinicdesk.schedule.wanted import Wanted

_EPOCH_ORDINAL = 719_163


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A doctor's time at another clinic, in minutes of UTC, and the way from there."""

    clinic_name: str
    begin: int
    end: int
    way_minutes: int


def elsewhere(
    session: Session, wanted: Wanted, search: SlotSearch, *, with_visits: bool
) -> Elsewhere | None:
    """Give where a doctor is at a wanted time if that is another clinic or on the way from one.

    Hours count up to the end of the way; `with_visits` also visits, with the way on both sides.
    """
    rows = session.execute(select(Clinic.id, Clinic.name, Clinic.time_zone)).all()
    names = {row.id: row.name for row in rows}
    walls = {row.id: wall_clock(row.time_zone) for row in rows}
    begin, end = (utc_minute(at) for at in wanted.busy)
    today = begin // DAY_MINUTES + _EPOCH_ORDINAL
    hours = open_minutes(search.plan, walls, wanted.doctor_id, range(today - 3, today + 3))
    found = [(clinic_id, opens, closes, 0) for clinic_id, opens, closes in hours]
    if with_visits:
        found = [*_stays(session, wanted, search, (begin, end)), *found]
    for clinic_id, opens, closes, before in found:
        way = search.limits.travel.get((clinic_id, wanted.clinic_id), 0)
        if clinic_id != wanted.clinic_id and opens - before < end and closes + way > begin:
            return Elsewhere(names[clinic_id], opens, closes, way)
    return None


def _stays(
    session: Session, wanted: Wanted, search: SlotSearch, span: tuple[int, int]
) -> Iterator[tuple[int, int, int, int]]:
    longest = search.limits.longest_way
    stays = stays_of_doctors(
        session,
        [wanted.doctor_id],
        span[0] - longest,
        span[1] + longest,
        leave_out=wanted.leave_out,
    )
    for _, begin, end, clinic_id in stays:
        yield clinic_id, begin, end, search.limits.travel.get((clinic_id, wanted.clinic_id), 0)
