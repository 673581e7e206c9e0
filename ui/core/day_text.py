"""Days and moments in words, the same on every workstation whatever its own language is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
LONG_MONTHS = (
    "January February March April May June July August September October November December"
).split()
LONG_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def day_text(on: date) -> str:
    """Give a day such as "14 May 1986"."""
    return f"{on.day:02d} {MONTHS[on.month - 1]} {on.year}"


def long_day_text(on: date) -> str:
    """Give a day such as "Tuesday 24 November"."""
    return f"{LONG_WEEKDAYS[on.weekday()]} {on.day} {LONG_MONTHS[on.month - 1]}"


def short_day_text(on: date, today: date) -> str:
    """Give a day such as "24 Nov", with the year where it is not this one."""
    return day_text(on) if on.year != today.year else day_text(on)[:6]


def moment_text(at: datetime, time_zone: str) -> str:
    """Give an instant on the clinic's wall: "Tue 24 Nov 2026 10:30"."""
    wall = at.astimezone(ZoneInfo(time_zone))
    return f"{WEEKDAYS[wall.weekday()]} {day_text(wall.date())} {wall:%H:%M}"


def short_moment_text(at: datetime, time_zone: str, today: date) -> str:
    """Give an instant on the clinic's wall in few letters: "24 Nov 10:30", today only "10:30"."""
    wall = at.astimezone(ZoneInfo(time_zone))
    if wall.date() == today:
        return f"{wall:%H:%M}"
    return f"{short_day_text(wall.date(), today)} {wall:%H:%M}"


def age_on(born_on: date, day: date) -> int:
    """Give the age in whole years on `day`; who is born on 29 February turns on 1 March."""
    is_before = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - is_before


def birth_text(born_on: date | None, today: date) -> str:
    """Give "14 May 1986 (40)", or say that the date is not known."""
    if born_on is None:
        return "date of birth not known"
    return f"{day_text(born_on)} ({age_on(born_on, today)})"
