"""Days, times and recurrence of hours, closures and blocks in words."""

from datetime import date

from ui.core.day_text import WEEKDAYS, day_text
from ui.core.typed import time_text

WORKDAYS, EVERY_DAY = 31, 127


def days_text(from_on: date, until_on: date) -> str:
    """Give "Fri 25 Dec 2026", or the first and the last day."""
    first = f"{WEEKDAYS[from_on.weekday()]} {day_text(from_on)}"
    if until_on == from_on:
        return first
    return f"{first} – {WEEKDAYS[until_on.weekday()]} {day_text(until_on)}"


def hours_text(starts_minute: int | None, ends_minute: int | None) -> str:
    """Give "09:00–12:30", "22:00–02:00 next day", or "whole day"."""
    if starts_minute is None or ends_minute is None:
        return "whole day"
    next_day = " next day" if ends_minute > 24 * 60 else ""
    return f"{time_text(starts_minute)}–{time_text(ends_minute)}{next_day}"


def weekdays_text(weekdays: int, every_weeks: int = 1) -> str:
    """Give "Mon, Wed", "Mon–Fri" or "every day", and "every 2 weeks" where it is not each."""
    names = {WORKDAYS: "Mon–Fri", EVERY_DAY: "every day"}
    single = ", ".join(day for number, day in enumerate(WEEKDAYS) if weekdays >> number & 1)
    text = names.get(weekdays, single)
    return text if every_weeks == 1 else f"{text}, every {every_weeks} weeks"


def minutes_text(minutes: int | None, none: str = "the clinic's") -> str:
    """Give "45 min", "2 h", "1 day"; `none` for None."""
    if minutes is None:
        return none
    if minutes and minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return f"{days} day" if days == 1 else f"{days} days"
    if minutes and minutes % 60 == 0:
        return f"{minutes // 60} h"
    return f"{minutes} min"
