"""Works out when doctors see patients, from their weekly hours and the exceptions to them.

All is reckoned on the clinic's wall clock and turned into UTC at the end. Hours of every n-th week
count from the ISO week that holds their first day. On a day with exceptions
the hours REPLACED stand in place of the weekly ones of their clinic, those ADDED come on top, and
what is CLOSED is taken away last. A whole day that is closed takes away the hours that begin on it,
also past its midnight; a closed part takes away that part of the wall clock.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from clinicdesk.schedule.records import ExceptionKind, HoursException, OpenSpan, WeeklyHours
from clinicdesk.schedule.wall_clock import DAY_MINUTES, WallClock, instant

Hours = tuple[int, int, int]
"""A clinic's id, and from and until which wall-clock minute of a day: half-open."""


class _Weeks(NamedTuple):
    """Every n-th week, counted from the ISO week that holds a day."""

    first_ordinal: int
    every: int

    def hold(self, ordinal: int) -> bool:
        """Tell whether a day lies in such a week."""
        return (week_of(ordinal) - week_of(self.first_ordinal)) % self.every == 0


class HoursPlan:
    """The hours of some doctors on the days from `first_on` to `last_on`, asked day by day."""

    def __init__(
        self,
        hours: Iterable[WeeklyHours],
        exceptions: Iterable[HoursException],
        *,
        first_on: date,
        last_on: date,
    ) -> None:
        self._first, self._last = first_on.toordinal(), last_on.toordinal()
        self._steady: dict[tuple[int, int], list[Hours]] = defaultdict(list)
        self._passing: dict[tuple[int, int], list[tuple[range, _Weeks, Hours]]] = defaultdict(list)
        self._changes: dict[tuple[int, int], list[HoursException]] = defaultdict(list)
        for row in hours:
            self._add(row)
        for change in exceptions:
            first = max(change.from_on.toordinal(), self._first)
            last = min(change.until_on.toordinal(), self._last)
            for ordinal in range(first, last + 1):
                self._changes[change.doctor_id, ordinal].append(change)
        for key, spans in self._steady.items():
            self._steady[key] = _merged(spans)

    def _add(self, row: WeeklyHours) -> None:
        key = row.doctor_id, row.weekday
        span = row.clinic_id, row.starts_minute, row.ends_minute
        first, last = row.valid_from_on.toordinal(), self._last
        if row.valid_until_on is not None:
            last = row.valid_until_on.toordinal()
        if row.every_weeks == 1 and first <= self._first and last >= self._last:
            self._steady[key].append(span)
        else:
            weeks = _Weeks(first, row.every_weeks)
            self._passing[key].append((range(first, last + 1), weeks, span))

    def on(self, doctor_id: int, ordinal: int) -> list[Hours]:
        """Give the hours that begin on a day, those of one clinic merged where they touch.

        Raises:
            ValueError: the plan does not reach to that day.
        """
        if not self._first <= ordinal <= self._last:
            raise ValueError("the plan was not made for that day")
        key = (doctor_id, (ordinal + 6) % 7)
        hours = self._steady.get(key, [])
        if key in self._passing:
            hours = hours + [
                span
                for days, weeks, span in self._passing[key]
                if ordinal in days and weeks.hold(ordinal)
            ]
        elif not self._changes:
            return hours
        changes = self._changes.get((doctor_id, ordinal))
        if changes:
            hours = _changed(hours, changes)
        if self._changes and any(end > DAY_MINUTES for _, _, end in hours):
            for change in self._changes.get((doctor_id, ordinal + 1), ()):
                hours = _without_part(hours, change, later=DAY_MINUTES)
        return _merged(hours) if changes or key in self._passing else hours


def week_of(ordinal: int) -> int:
    """Number the weeks from Monday to Sunday without a gap at the turn of the year."""
    return (ordinal - 1) // 7


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
