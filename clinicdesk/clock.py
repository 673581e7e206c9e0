"""The only source of the present moment, and the one place where a clinic's day is computed.

Instants are aware datetimes in UTC. A clinic's day is a date in the clinic's IANA time zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal, Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present moment; a test or a training session can hand in its own."""

    def now(self) -> datetime:
        """Give the present moment as an aware datetime in UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Give the present moment in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until somebody moves it."""

    at: datetime

    def now(self) -> datetime:
        """Give the moment it was set to, in UTC."""
        return self.at.astimezone(UTC)

    def advance(self, delta: timedelta) -> None:
        """Move the clock by `delta`, which may be negative."""
        self.at += delta


def clinic_day(at: datetime, time_zone: str) -> date:
    """Give the date that a calendar in the clinic shows at the instant `at`."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def day_bounds(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """Give the half-open span [start, end) of a clinic's day in UTC: 23, 24 or 25 hours."""
    return local_instant(day, 0, time_zone), local_instant(day + timedelta(days=1), 0, time_zone)


class WallTime(StrEnum):
    """How often a clinic's wall clock shows a time on a day."""

    ONCE = "once"
    SKIPPED = "skipped"
    TWICE = "twice"


def local_instant(day: date, minute: int, time_zone: str, *, fold: Literal[0, 1] = 0) -> datetime:
    """Turn a wall-clock minute of a clinic's day into an instant in UTC.

    `minute` counts wall-clock minutes after midnight and may pass 1440 for the following day. A
    time that the clocks skip is moved forward by the gap. Of a time that comes twice `fold` 0
    takes the first, 1 the second (PEP 495).
    """
    wall = _wall(day, minute)
    found = wall.replace(tzinfo=ZoneInfo(time_zone), fold=fold).astimezone(UTC)
    if fold and wall_time(day, minute, time_zone) is WallTime.SKIPPED:
        return local_instant(day, minute, time_zone)
    return found


def wall_time(day: date, minute: int, time_zone: str) -> WallTime:
    """Tell whether the clinic's clock shows a minute of its day once, never or twice.

    Of a SKIPPED one `local_instant` gives the time moved on by the gap; of one that comes TWICE a
    person must say which is meant, and `fold` takes it.
    """
    zone, wall = ZoneInfo(time_zone), _wall(day, minute)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return WallTime.ONCE
    return WallTime.TWICE if first < second else WallTime.SKIPPED


def fold_of(at: datetime, time_zone: str) -> Literal[0, 1]:
    """Give 1 for an instant in the second run of a repeated hour, else 0."""
    return 1 if at.astimezone(ZoneInfo(time_zone)).fold else 0


def _wall(day: date, minute: int) -> datetime:
    days, rest = divmod(minute, 24 * 60)
    return datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))


def local_minute(at: datetime, day: date, time_zone: str) -> int:
    """Give the wall-clock minute of `at`, counted from the midnight that begins `day`."""
    wall = at.astimezone(ZoneInfo(time_zone))
    return (wall.date() - day).days * 24 * 60 + wall.hour * 60 + wall.minute


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield each day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
