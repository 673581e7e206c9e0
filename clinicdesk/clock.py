"""The only source of the present moment, and the one place where a clinic's day is computed.

Instants are aware datetimes in UTC. A clinic's day is a date in the clinic's IANA time zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
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


def local_instant(day: date, minute: int, time_zone: str) -> datetime:
    """Turn a wall-clock minute of a clinic's day into an instant in UTC.

    `minute` counts wall-clock minutes after midnight and may pass 1440 for the following day. A
    time that the clocks skip is moved forward by the gap; of a time that comes twice the first is
    taken (PEP 495, fold=0).
    """
    days, rest = divmod(minute, 24 * 60)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    return wall.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def local_minute(at: datetime, day: date, time_zone: str) -> int:
    """Give the wall-clock minute of `at`, counted from the midnight that begins `day`."""
    wall = at.astimezone(ZoneInfo(time_zone))
    return (wall.date() - day).days * 24 * 60 + wall.hour * 60 + wall.minute


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield each day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
