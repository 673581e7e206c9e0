"""Reads what the health check looks at: the visits ahead, and the hours and limits around them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.availability import open_minutes
from clinicdesk.schedule.health import rules
from clinicdesk.schedule.health.records import Problem, Trouble, Visit
from clinicdesk.schedule.hours.limits import Asked, read_limits
from clinicdesk.schedule.hours.plan import read_plan
from clinicdesk.schedule.limits import Shut
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.reasons import NotFree
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.schedule.wall_clock import WallClock, utc_minute, utc_minute_after, wall_clock
from clinicdesk.staff.models import Doctor

AHEAD = (AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED)
"""The states in which a visit can still be moved."""

_DAY = timedelta(days=1)
_CLOSING = frozenset({NotFree.CLOSED, NotFree.HOLIDAY})


@dataclass(frozen=True, slots=True)
class Scope:
    """Which visits are looked at: None for every clinic, doctor or day."""

    clinic_ids: Collection[int] | None = None
    doctor_ids: Collection[int] | None = None
    first_on: date | None = None
    last_on: date | None = None


def read_visits(session: Session, scope: Scope, *, now: datetime) -> tuple[Visit, ...]:
    """Give the visits ahead of `now`, by time."""
    query = (
        select(
            Appointment.id, Appointment.version, Appointment.clinic_id, Clinic.name,
            Clinic.time_zone, Appointment.doctor_id, Doctor.display_name, Appointment.room_id,
            Appointment.patient_id, Patient.given_name, Patient.family_name,
            Appointment.service_id, Service.name, Appointment.starts_at, Appointment.ends_at,
            Appointment.busy_from_at, Appointment.busy_until_at, Appointment.is_overbooked,
            Appointment.series_id,
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .join(Doctor, Doctor.id == Appointment.doctor_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Service, Service.id == Appointment.service_id)
        .where(Appointment.status.in_(AHEAD), Appointment.starts_at >= now)
        .order_by(Appointment.starts_at, Appointment.id)
    )  # fmt: skip
    if scope.clinic_ids is not None:
        query = query.where(Appointment.clinic_id.in_(scope.clinic_ids))
    if scope.doctor_ids is not None:
        query = query.where(Appointment.doctor_id.in_(scope.doctor_ids))
    if scope.first_on is not None:
        query = query.where(Appointment.starts_at >= _midnight(scope.first_on - _DAY))
    if scope.last_on is not None:
        # Hours of the last day may run past its midnight, and the wall may be a day from UTC.
        query = query.where(Appointment.starts_at < _midnight(scope.last_on + 3 * _DAY))
    return tuple(_visit(tuple(row)) for row in session.execute(query))


def _visit(row: tuple[Any, ...]) -> Visit:
    name = f"{row[9]} {row[10]}".strip()
    return Visit(*(*row[:9], name, *row[11:]))


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=UTC)


def misplaced(session: Session, visits: Sequence[Visit]) -> list[Problem]:
    """Give the visits that lie in a closure, outside hours or in a hard block, as things stand."""
    if not visits:
        return []
    ground = _Ground(session, visits)
    return [found for visit in visits if (found := ground.problem_of(visit)) is not None]


class _Ground:
    """The hours and limits of the days on which visits lie."""

    def __init__(self, session: Session, visits: Sequence[Visit]) -> None:
        first_on = visits[0].starts_at.date() - 2 * _DAY
        last_on = visits[-1].starts_at.date() + 2 * _DAY
        self._zones = {visit.clinic_id: wall_clock(visit.time_zone) for visit in visits}
        doctor_ids = {visit.doctor_id for visit in visits}
        self._plan = read_plan(session, doctor_ids, first_on=first_on, last_on=last_on)
        asked = Asked(self._zones.keys(), doctor_ids, first_on, last_on)
        self._shuts = [shut for shut in read_limits(session, asked).shuts if shut.is_hard]
        self._walls = self._zones | _other_walls(session, self._shuts, self._zones)
        self._opens: dict[tuple[int, int], list[tuple[int, int, int]]] = {}

    def problem_of(self, visit: Visit) -> Problem | None:
        """Give what is wrong with where a visit lies, None if nothing is."""
        span = utc_minute(visit.starts_at), utc_minute_after(visit.ends_at)
        shut = self._shut_at(visit, span, closing=True)
        if shut is not None:
            sentence = f"{visit.clinic_name} is closed then: {shut.name}."
            return rules.problem(visit, Trouble.CLOSED, sentence)
        if visit.is_overbooked:
            return None  # somebody put it there on purpose, with a reason
        if not rules.is_within(span, self._hours(visit)):
            sentence = f"{visit.doctor_name} does not see patients at {visit.clinic_name} then."
            return rules.problem(visit, Trouble.OUTSIDE_HOURS, sentence)
        shut = self._shut_at(visit, span, closing=False)
        if shut is not None:
            return rules.problem(visit, Trouble.BLOCKED, f"The time is blocked: {shut.name}.")
        return None

    def _shut_at(self, visit: Visit, span: tuple[int, int], *, closing: bool) -> Shut | None:
        for shut in self._shuts:
            if (shut.reason in _CLOSING) is not closing:
                continue
            if not shut.is_for(visit.clinic_id, visit.doctor_id, visit.room_id):
                continue
            if any(rules.overlaps(span, other) for other in self._times(shut, visit)):
                return shut
        return None

    def _times(self, shut: Shut, visit: Visit) -> Iterator[tuple[int, int]]:
        wall = self._walls[visit.clinic_id if shut.clinic_id is None else shut.clinic_id]
        return shut.minutes(wall, _around(visit))

    def _hours(self, visit: Visit) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for ordinal in _around(visit):
            key = (visit.doctor_id, ordinal)
            if key not in self._opens:
                days = (ordinal,)
                opens = open_minutes(self._plan, self._walls, visit.doctor_id, days)
                self._opens[key] = list(opens)
            found += [(a, b) for clinic, a, b in self._opens[key] if clinic == visit.clinic_id]
        return found


def _around(visit: Visit) -> range:
    """Give the days on which hours may begin that reach into a visit."""
    ordinal = visit.starts_at.toordinal()
    return range(ordinal - 2, ordinal + 2)


def _other_walls(
    session: Session, shuts: Sequence[Shut], known: Collection[int]
) -> dict[int, WallClock]:
    """Give the clocks of clinics whose blocks take the time of doctors elsewhere."""
    missing = {shut.clinic_id for shut in shuts if shut.clinic_id is not None} - set(known)
    if not missing:
        return {}
    rows = session.execute(select(Clinic.id, Clinic.time_zone).where(Clinic.id.in_(missing)))
    return {clinic_id: wall_clock(zone) for clinic_id, zone in rows}
