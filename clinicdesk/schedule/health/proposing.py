"""Puts a proposal in place for a rehearsal, and looks for better times of those that suffer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.schedule.finding import (
    Length,
    Span,
    bookable,
    find_slots,
    policy_of,
    read_search,
    service_length,
)
from clinicdesk.schedule.health.reading import Scope
from clinicdesk.schedule.health.records import (
    AsItStands,
    NewBlock,
    NewClosures,
    NewException,
    NewWeeklyHours,
    NextClockChange,
    Problem,
    Proposal,
    Visit,
)
from clinicdesk.schedule.hours.blocking import check_block, demand_place, put_block, store_block
from clinicdesk.schedule.hours.closing import check_closure, store_closure
from clinicdesk.schedule.hours.exceptions import check_exception, store_exception
from clinicdesk.schedule.hours.models import CalendarBlock
from clinicdesk.schedule.hours.records import Block, Closure
from clinicdesk.schedule.hours.service import clinics_of
from clinicdesk.schedule.hours.weekly import check_weekly, replace_weekly
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import Slot
from clinicdesk.schedule.search import SlotSearch
from clinicdesk.schedule.wall_clock import utc_minute_after

MOST_PROPOSED = 100
"""For so many visits times are looked for at once; the rest is found when these have moved."""

_MINUTE = timedelta(minutes=1)


def scope_of(proposal: Proposal) -> Scope:
    """Give which visits a proposal may touch."""
    match proposal:
        case NewWeeklyHours(doctor_id=doctor_id):
            return Scope(doctor_ids={doctor_id})
        case NewException(change=change):
            return Scope(None, {change.doctor_id}, change.from_on, change.until_on)
        case NewClosures(closures=closures):
            return _scope_of_closures(closures)
        case NewBlock(block=block):
            doctors = None if block.doctor_id is None else {block.doctor_id}
            # A doctor's block counts at every clinic.
            clinics = {block.clinic_id} if doctors is None else None
            return Scope(clinics, doctors, block.from_on, block.until_on)
        case NextClockChange(clinic_id=clinic_id):
            return Scope({clinic_id})
        case AsItStands(clinic_id=clinic_id):
            return Scope(None if clinic_id is None else {clinic_id})


def _scope_of_closures(closures: Sequence[Closure]) -> Scope:
    if not closures:
        return Scope(clinic_ids=())
    clinics = {each.clinic_id for each in closures}
    return Scope(
        None if None in clinics else {each for each in clinics if each is not None},
        None,
        min(each.from_on for each in closures),
        max(each.until_on for each in closures),
    )


def put_in_place(session: Session, proposal: Proposal) -> None:
    """Do what a proposal says, within a transaction that will be taken back.

    Raises:
        InvalidInputError: it cannot be; as the service that stores it would say.
    """
    match proposal:
        case NewWeeklyHours(doctor_id=doctor_id, hours=hours):
            check_weekly(doctor_id, hours, clinics_of(session, doctor_id))
            replace_weekly(session, doctor_id, hours)
        case NewException(change=change):
            check_exception(change)
            store_exception(session, change)
        case NewClosures(closures=closures):
            for closure in closures:
                check_closure(closure)
                store_closure(session, closure)
        case NewBlock(block=block):
            check_block(block)
            demand_place(session, block)
            _put_block(session, block)
        case _:
            pass


def _put_block(session: Session, block: Block) -> None:
    row = session.get(CalendarBlock, block.id) if block.id is not None else None
    if row is None:
        store_block(session, block)
    else:
        put_block(row, block)
        session.flush()


def times_for(
    session: Session, problems: Sequence[Problem], *, now: datetime
) -> dict[int, datetime]:
    """Give for each visit that can move the doctor's next free time, no two at once.

    First looked for is the time wanted if there is one, then later that day, then earlier that day,
    then the days after.
    """
    found: dict[int, datetime] = {}
    searches = _Searches(session, now)
    for each in problems[:MOST_PROPOSED]:
        if each.can_move:
            slot = searches.better(each)
            if slot is not None and _take(session, each.visit, slot):
                found[each.visit.id] = slot.starts_at
    return found


class _Searches:
    """Searches for doctors' free times; what they read, save what is taken, is read once."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session, self._now = session, now
        self._policy = policy_of(session)
        self._lengths: dict[int, Length] = {}
        self._made: dict[tuple[int, int, Length], tuple[SlotSearch, Span]] = {}

    def better(self, each: Problem) -> Slot | None:
        """Give the next free time of the visit's doctor at its clinic."""
        visit = each.visit
        search, offered = self._search(visit)
        on = clinic_day(visit.starts_at, visit.time_zone)
        day_start, day_end = day_bounds(on, visit.time_zone)
        spans = [
            Span(visit.starts_at, day_end),
            Span(day_start, visit.starts_at),
            Span(day_end, offered.until_at),
        ]
        if each.wanted_at is not None:
            spans.insert(0, Span(each.wanted_at, each.wanted_at + _MINUTE))
        for span in spans:
            from_minute = utc_minute_after(max(span.from_at, offered.from_at))
            until_minute = utc_minute_after(min(span.until_at, offered.until_at))
            part = replace(search, from_minute=from_minute, until_minute=until_minute)
            slots = find_slots(self._session, part, limit=2, leave_out=visit.id)
            better = [slot for slot in slots if slot.starts_at != visit.starts_at]
            if better:
                return better[0]
        return None

    def _search(self, visit: Visit) -> tuple[SlotSearch, Span]:
        length = self._length(visit)
        key = (visit.doctor_id, visit.clinic_id, length)
        if key not in self._made:
            offered = bookable(self._policy, now=self._now, not_before_at=self._now, length=length)
            search = read_search(
                self._session,
                clinic_ids=[visit.clinic_id],
                doctor_ids=[visit.doctor_id],
                length=length,
                span=offered,
                now=self._now,
            )
            self._made[key] = search, offered
        return self._made[key]

    def _length(self, visit: Visit) -> Length:
        """Give the length that a visit has, with what its service needs besides."""
        if visit.service_id not in self._lengths:
            usual = service_length(self._session, visit.service_id, is_active=False)
            self._lengths[visit.service_id] = usual or Length(0)
        return replace(
            self._lengths[visit.service_id],
            duration_minutes=(visit.ends_at - visit.starts_at) // _MINUTE,
            before_minutes=(visit.starts_at - visit.busy_from_at) // _MINUTE,
            after_minutes=(visit.busy_until_at - visit.ends_at) // _MINUTE,
        )


def _take(session: Session, visit: Visit, slot: Slot) -> bool:
    """Put a visit there for the rest of the rehearsal; tell whether the guard lets it."""
    shift = slot.starts_at - visit.starts_at
    try:
        with session.begin_nested():
            session.execute(
                update(Appointment)
                .where(Appointment.id == visit.id)
                .execution_options(synchronize_session=False)
                .values(
                    starts_at=visit.starts_at + shift,
                    ends_at=visit.ends_at + shift,
                    busy_from_at=visit.busy_from_at + shift,
                    busy_until_at=visit.busy_until_at + shift,
                )
            )
    except IntegrityError:
        return False
    return True
