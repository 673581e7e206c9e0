"""Works out when doctors see patients, from their weekly hours and the exceptions to them.

All is reckoned on the clinic's wall clock and turned into UTC at the end. On a day with exceptions
the hours REPLACED stand in place of the weekly ones of their clinic, those ADDED come on top, and
what is CLOSED is taken away last. A whole day that is closed takes away the hours that begin on it,
also past its midnight; a closed part takes away that part of the wall clock.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from clinicdesk.schedule.records import ExceptionKind, HoursException, OpenSpan, WeeklyHours
from clinicdesk.schedule.wall_clock import DAY_MINUTES, WallClock, instant

Hours = tuple[int, int, int]
"""A clinic's id, and from and until which wall-clock minute of a day: half-open."""

_LAST_DAY = date.max.toordinal()


class HoursPlan:
    """The hours of some doctors, asked day by day."""

    def __init__(self, hours: Iterable[WeeklyHours], exceptions: Iterable[HoursException]) -> None:
        self._weekly: dict[tuple[int, int], list[tuple[int, int, Hours]]] = defaultdict(list)
        for row in hours:
            until = row.valid_until_on.toordinal() if row.valid_until_on else _LAST_DAY
            span = (row.clinic_id, row.starts_minute, row.ends_minute)
            key = (row.doctor_id, row.weekday)
            self._weekly[key].append((row.valid_from_on.toordinal(), until, span))
        self._changes: dict[int, list[tuple[int, int, HoursException]]] = defaultdict(list)
        for change in exceptions:
            days = (change.from_on.toordinal(), change.until_on.toordinal())
            self._changes[change.doctor_id].append((*days, change))

    def on(self, doctor_id: int, ordinal: int) -> list[Hours]:
        """Give the hours that begin on a day, those of one clinic merged where they touch."""
        weekly = self._weekly.get((doctor_id, (ordinal + 6) % 7), ())
        hours = [span for first, last, span in weekly if first <= ordinal <= last]
        if doctor_id in self._changes:
            changes = self._changes_on(doctor_id, ordinal)
            if changes:
                hours = _changed(hours, changes)
            if any(end > DAY_MINUTES for _, _, end in hours):
                for change in self._changes_on(doctor_id, ordinal + 1):
                    hours = _without_part(hours, change, later=DAY_MINUTES)
        return _merged(hours) if len(hours) > 1 else hours

    def _changes_on(self, doctor_id: int, ordinal: int) -> list[HoursException]:
        return [
            change for first, last, change in self._changes[doctor_id] if first <= ordinal <= last
        ]


def open_minutes(
    plan: HoursPlan, walls: Mapping[int, WallClock], doctor_id: int, ordinals: Iterable[int]
) -> Iterator[tuple[int, int, int]]:
    """Yield clinic id and the half-open UTC minutes of the hours that begin on the given days.

    `walls` holds the clock of each clinic that is asked about; hours elsewhere are left out.
    """
    for ordinal in ordinals:
        for clinic_id, start, end in plan.on(doctor_id, ordinal):
            wall = walls.get(clinic_id)
            if wall is not None:
                opens, closes = wall.utc(ordinal, start), wall.utc(ordinal, end)
                # Hours that lie wholly in the time that the clocks skip are no hours.
                if closes > opens:
                    yield clinic_id, opens, closes


def open_spans(
    plan: HoursPlan, walls: Mapping[int, WallClock], doctor_ids: Sequence[int], days: Sequence[date]
) -> tuple[OpenSpan, ...]:
    """Give the spans that begin on the given days, ordered by doctor and start."""
    ordinals = [day.toordinal() for day in days]
    return tuple(
        OpenSpan(doctor_id, clinic_id, instant(opens), instant(closes))
        for doctor_id in doctor_ids
        for clinic_id, opens, closes in sorted(
            open_minutes(plan, walls, doctor_id, ordinals), key=lambda span: span[1]
        )
    )


def _changed(hours: list[Hours], changes: Sequence[HoursException]) -> list[Hours]:
    usual = {clinic_id for clinic_id, _, _ in hours}
    extra: list[Hours] = []
    for change in changes:
        if change.kind is ExceptionKind.CLOSED:
            continue
        clinics = usual if change.clinic_id is None else {change.clinic_id}
        if change.kind is ExceptionKind.REPLACED:
            hours = [span for span in hours if span[0] not in clinics]
        start, end = change.starts_minute or 0, change.ends_minute or 0
        extra += [(clinic_id, start, end) for clinic_id in sorted(clinics)]
    hours = hours + extra
    for change in changes:
        if change.kind is ExceptionKind.CLOSED and change.starts_minute is None:
            hours = [span for span in hours if not _is_for(change, span[0])]
        else:
            hours = _without_part(hours, change)
    return hours


def _without_part(hours: list[Hours], change: HoursException, later: int = 0) -> list[Hours]:
    """Take away a closed part; `later` moves its minutes to the clock of an earlier day."""
    if change.kind is not ExceptionKind.CLOSED or change.starts_minute is None:
        return hours
    shut_from, shut_until = change.starts_minute + later, (change.ends_minute or 0) + later
    left: list[Hours] = []
    for clinic_id, start, end in hours:
        if not _is_for(change, clinic_id) or shut_until <= start or shut_from >= end:
            left.append((clinic_id, start, end))
            continue
        if start < shut_from:
            left.append((clinic_id, start, shut_from))
        if shut_until < end:
            left.append((clinic_id, shut_until, end))
    return left


def _is_for(change: HoursException, clinic_id: int) -> bool:
    return change.clinic_id is None or change.clinic_id == clinic_id


def _merged(hours: list[Hours]) -> list[Hours]:
    merged: list[Hours] = []
    for span in sorted(hours):
        if merged and merged[-1][0] == span[0] and span[1] <= merged[-1][2]:
            clinic_id, start, end = merged[-1]
            merged[-1] = (clinic_id, start, max(end, span[2]))
        else:
            merged.append(span)
    return merged
