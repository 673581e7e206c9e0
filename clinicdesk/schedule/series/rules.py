"""On which days a series falls, and how its visits shift: pure functions over the wall clock."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from clinicdesk.clock import clinic_day, local_instant, local_minute
from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.series.records import Frequency, Recurrence

MOST_VISITS = 60
LONGEST_STEP = 366
WEEK = 7
WHOLE_WEEK = 0b111_1111


def demand_sensible(recurrence: Recurrence, *, first_on: date) -> None:
    """Check that a recurrence has an end and gives a number of visits that a desk can look over.

    Raises:
        InvalidInputError: it does not; `field` is every, weekdays, count or until_on.
    """
    if not 1 <= recurrence.every <= LONGEST_STEP:
        raise InvalidInputError(
            f"Please enter a number from 1 to {LONGEST_STEP} for how often it repeats.",
            field="every",
        )
    if recurrence.weekdays & ~WHOLE_WEEK:
        raise InvalidInputError("Please choose days from Monday to Sunday.", field="weekdays")
    if (recurrence.count is None) == (recurrence.until_on is None):
        raise InvalidInputError(
            "Please say how many visits there are, or which day is the last.", field="count"
        )
    if recurrence.count is not None and not 1 <= recurrence.count <= MOST_VISITS:
        raise InvalidInputError(
            f"Please enter a number of visits from 1 to {MOST_VISITS}.", field="count"
        )
    if recurrence.until_on is not None and recurrence.until_on < first_on:
        raise InvalidInputError("The last day lies before the first visit.", field="until_on")
    is_counted = recurrence.count is not None
    if not is_counted and len(_first_days(first_on, recurrence, MOST_VISITS + 1)) > MOST_VISITS:
        raise InvalidInputError(
            f"That would be more than {MOST_VISITS} visits. Please choose an earlier last day.",
            field="until_on",
        )


def series_days(first_on: date, recurrence: Recurrence) -> tuple[date, ...]:
    """Give the days of a series, the earliest first.

    Weeks are the seven days from the weekday of `first_on` on, so that "every second week" counts
    from the first visit; where `first_on` is none of the weekdays chosen, the series begins with
    the next day that is. A month that has no such day gives its last.

    Raises:
        InvalidInputError: as `demand_sensible`.
    """
    demand_sensible(recurrence, first_on=first_on)
    return _first_days(first_on, recurrence, recurrence.count or MOST_VISITS)


def series_starts(
    first_at: datetime, recurrence: Recurrence, *, time_zone: str
) -> tuple[datetime, ...]:
    """Give the starts of a series in UTC: each at the same time on the clinic's wall.

    A time that the clocks skip on its day is moved forward by the gap; of one that comes twice it
    is the first.
    """
    first_on = clinic_day(first_at, time_zone)
    minute = local_minute(first_at, first_on, time_zone)
    days = series_days(first_on, recurrence)
    return tuple(local_instant(day, minute, time_zone) for day in days)


def shifted(at: datetime, *, before: datetime, after: datetime, time_zone: str) -> datetime:
    """Give where a visit at `at` goes when another one of its series goes from before to after.

    Days and minutes of the wall clock are counted, so that a change of clocks between them shifts
    nobody by an hour.
    """
    days = (clinic_day(after, time_zone) - clinic_day(before, time_zone)).days
    minutes = _minute(after, time_zone) - _minute(before, time_zone)
    day = clinic_day(at, time_zone) + timedelta(days=days)
    wall_minute = _minute(at, time_zone) + minutes
    days, minute = divmod(wall_minute, 24 * 60)
    return local_instant(day + timedelta(days=days), minute, time_zone)


def _minute(at: datetime, time_zone: str) -> int:
    wall = at.astimezone(ZoneInfo(time_zone))
    return wall.hour * 60 + wall.minute


def _first_days(first_on: date, recurrence: Recurrence, most: int) -> tuple[date, ...]:
    until_on = recurrence.until_on or date.max
    days = takewhile(lambda day: day <= until_on, _DAYS[recurrence.frequency](first_on, recurrence))
    return tuple(day for day, _ in zip(days, range(most), strict=False))


def _daily(first_on: date, recurrence: Recurrence) -> Iterator[date]:
    for number in count():
        yield first_on + timedelta(days=number * recurrence.every)


def _weekly(first_on: date, recurrence: Recurrence) -> Iterator[date]:
    weekdays = recurrence.weekdays or 1 << first_on.weekday()
    for number in count():
        week_from = first_on + timedelta(days=number * recurrence.every * WEEK)
        for day in (week_from + timedelta(days=offset) for offset in range(WEEK)):
            if weekdays >> day.weekday() & 1:
                yield day


def _monthly(first_on: date, recurrence: Recurrence) -> Iterator[date]:
    for number in count():
        months = first_on.year * 12 + first_on.month - 1 + number * recurrence.every
        year, month = months // 12, months % 12 + 1
        yield date(year, month, min(first_on.day, monthrange(year, month)[1]))


_DAYS = {Frequency.DAYS: _daily, Frequency.WEEKS: _weekly, Frequency.MONTHS: _monthly}
