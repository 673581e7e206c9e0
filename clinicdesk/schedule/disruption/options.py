"""Looks for the free times that would do instead of visits whose doctor is out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.schedule.disruption.models import Disruption
from clinicdesk.schedule.disruption.queries import CaseRow, busy_visits
from clinicdesk.schedule.disruption.records import HANDLED, Alternative, AlternativeKind
from clinicdesk.schedule.disruption.rules import Asking, Option, shared_out
from clinicdesk.schedule.finding import (
    Length,
    Span,
    bookable,
    find_slots,
    policy_of,
    read_search,
)
from clinicdesk.schedule.placing import length_of
from clinicdesk.schedule.records import Slot
from clinicdesk.staff.models import Doctor

SPARE = 4
"""So many more times are looked for than visits need, so that everybody has a choice."""
ELSEWHERE_DAYS = timedelta(days=4)
_Found = dict[tuple[object, ...], tuple[Slot, ...]]


@dataclass(frozen=True, slots=True)
class _Searching:
    """One look for free times for all cases of a disruption."""

    session: Session
    row: Disruption
    now: datetime
    many: int
    found: _Found

    def slots(
        self,
        length: Length,
        span: Span,
        *,
        clinic_ids: Sequence[int],
        doctor_ids: Sequence[int] | None = None,
        is_few: bool,
    ) -> tuple[Slot, ...]:
        """Give free times within a span; with `is_few` not many more than all cases need."""
        key = (length, span, tuple(clinic_ids), tuple(doctor_ids or ()))
        if key not in self.found:
            self.found[key] = self._search(length, span, clinic_ids, doctor_ids, is_few=is_few)
        return self.found[key]

    def _search(
        self,
        length: Length,
        span: Span,
        clinic_ids: Sequence[int],
        doctor_ids: Sequence[int] | None,
        *,
        is_few: bool,
    ) -> tuple[Slot, ...]:
        if span.from_at >= span.until_at or not clinic_ids:
            return ()
        search = read_search(
            self.session,
            clinic_ids=clinic_ids,
            length=length,
            span=span,
            service_id=length.service_id,
            doctor_ids=doctor_ids,
            now=self.now,
        )
        whole = length.before_minutes + length.duration_minutes + length.after_minutes
        step = min([place.step_minutes for place in search.places.values()], default=15)
        limit = (self.many + SPARE) * (whole // step + 1) if is_few else None
        return find_slots(self.session, search, limit=limit)


def alternatives(
    session: Session, row: Disruption, cases: Sequence[CaseRow], *, now: datetime
) -> Mapping[int, tuple[Alternative, ...]]:
    """Give the alternatives of every open case by its appointment's id, the best first."""
    waiting = [each for each in cases if each.state not in HANDLED]
    searching = _Searching(session, row, now, len(waiting), {})
    clinics = {clinic.id: clinic for clinic in session.scalars(select(Clinic))}
    asking = [
        Asking(
            each.visit.id,
            each.visit.starts_at,
            _options(searching, each, clinics),
            visits=busy_visits(session, each.patient.id, but=each.visit.id, from_at=now),
            reserved=each.proposed,
        )
        for each in waiting
    ]
    doctors = {doctor.id: doctor for doctor in session.scalars(select(Doctor))}
    return {
        visit_id: tuple(
            Alternative(
                option.kind,
                option.slot,
                doctors[option.slot.doctor_id].display_name,
                clinics[option.slot.clinic_id].name,
                clinics[option.slot.clinic_id].time_zone,
            )
            for option in options
        )
        for visit_id, options in shared_out(asking).items()
    }


def _options(
    searching: _Searching, each: CaseRow, clinics: Mapping[int, Clinic]
) -> tuple[Option, ...]:
    session, row, visit = searching.session, searching.row, each.visit
    length = length_of(session, visit)
    ahead = bookable(
        policy_of(session), now=searching.now, not_before_at=searching.now, length=length
    )
    here, others = visit.clinic_id, [one for one in clinics if one != visit.clinic_id]
    on = clinic_day(visit.starts_at, clinics[here].time_zone)
    day = _within(ahead, on, clinics[here].time_zone)
    later = Span(max(ahead.from_at, row.from_at), ahead.until_at)
    near = Span(day.from_at, min(day.from_at + ELSEWHERE_DAYS, ahead.until_at))
    own, day_here, elsewhere = (
        searching.slots(length, later, clinic_ids=[here], doctor_ids=[row.doctor_id], is_few=True),
        searching.slots(length, day, clinic_ids=[here], is_few=False),
        searching.slots(length, near, clinic_ids=others, is_few=True),
    )
    return (
        *(_option(AlternativeKind.SAME_DOCTOR, slot, length) for slot in own),
        *(
            _option(AlternativeKind.SAME_DAY, slot, length)
            for slot in day_here
            if slot.doctor_id != row.doctor_id
        ),
        *(_option(AlternativeKind.OTHER_CLINIC, slot, length) for slot in elsewhere),
    )


def _within(ahead: Span, on: date, time_zone: str) -> Span:
    begins, ends = day_bounds(on, time_zone)
    return Span(max(begins, ahead.from_at), min(ends, ahead.until_at))


def _option(kind: AlternativeKind, slot: Slot, length: Length) -> Option:
    before, after = (
        timedelta(minutes=each) for each in (length.before_minutes, length.after_minutes)
    )
    return Option(kind, slot, (slot.starts_at - before, slot.ends_at + after))
