"""Turns the wall clock of a clinic into minutes of UTC and back, remembering each day.

Whole minutes since 1970 are what the search for free times counts in; a search asks for the same
days again and again, and most days have no change of clocks.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from clinicdesk.clock import local_instant
from clinicdesk.database.base import EPOCH

MINUTE = timedelta(minutes=1)
DAY_MINUTES = 24 * 60
_TWO_DAYS = 2 * DAY_MINUTES


def utc_minute(at: datetime) -> int:
    """Give the whole minutes since 1970, rounded down."""
    return (at - EPOCH) // MINUTE


def utc_minute_after(at: datetime) -> int:
    """Give the whole minutes since 1970, rounded up."""
    return -((EPOCH - at) // MINUTE)


def instant(minute: int) -> datetime:
    """Give the instant of a minute since 1970."""
    return EPOCH + minute * MINUTE


class WallClock:
    """The wall clock of one time zone."""

    def __init__(self, time_zone: str) -> None:
        self.time_zone = time_zone
        self._zone = ZoneInfo(time_zone)
        self._midnights: dict[int, int | None] = {}
        self._offsets: dict[int, int] = {}

    def utc(self, ordinal: int, minute: int) -> int:
        """Give the UTC minute of a wall-clock minute of the day `date.fromordinal(ordinal)`.

        Skipped and repeated times are read as `clock.local_instant` reads them.
        """
        try:
            midnight = self._midnights[ordinal]
        except KeyError:
            midnight = self._midnights[ordinal] = self._plain_midnight(ordinal)
        if midnight is None:
            return utc_minute(local_instant(date.fromordinal(ordinal), minute, self.time_zone))
        return midnight + minute

    def offset(self, minute: int) -> int:
        """Give by how many minutes the wall is ahead of UTC at a UTC minute."""
        try:
            return self._offsets[minute]
        except KeyError:
            ahead = instant(minute).astimezone(self._zone).utcoffset() or timedelta()
            self._offsets[minute] = found = ahead // MINUTE
            return found

    def _plain_midnight(self, ordinal: int) -> int | None:
        """Give the UTC minute of a midnight with no change of clocks for two days, else None."""
        day = date.fromordinal(ordinal)
        start = utc_minute(local_instant(day, 0, self.time_zone))
        end = utc_minute(local_instant(day, _TWO_DAYS, self.time_zone))
        return start if end - start == _TWO_DAYS else None


@lru_cache(maxsize=64)
def wall_clock(time_zone: str) -> WallClock:
    """Give the zone's clock, the same one each time, with the days it remembers."""
    return WallClock(time_zone)
