"""Reads what people type for days, times and whole numbers, and writes it as fields show it."""

import re
from datetime import date, timedelta

from clinicdesk.errors import InvalidInputError
from ui.core.day_text import MONTHS, day_text

DAY_MINUTES = 24 * 60
_TIME = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm|a|p)?")


def parse_time(text: str, *, field: str = "") -> int:
    """Read a time of day as typed (9, 930, 9:30, 9.30, 2 pm) as minutes after midnight.

    24:00 is the end of the day.

    Raises:
        InvalidInputError: it is none.
    """
    found = _TIME.fullmatch(text.strip().lower())
    if found is not None:
        hours, minutes = int(found[1]), int(found[2] or 0)
        if found[3]:
            hours = hours % 12 + (12 if found[3].startswith("p") else 0) if hours <= 12 else 99
        minute = hours * 60 + minutes
        if minutes < 60 and minute <= DAY_MINUTES:
            return minute
    raise InvalidInputError("Please enter a time such as 09:30.", field=field)


def time_text(minute: int) -> str:
    """Give a minute of the day as "09:30"; one of the next day as its own clock shows it."""
    if minute == DAY_MINUTES:
        return "24:00"
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def span_of(start: str, end: str, *, fields: tuple[str, str]) -> tuple[int, int]:
    """Read from when until when; an end that is not after its start lies on the next day.

    Raises:
        InvalidInputError: one of them is no time; at its field.
    """
    starts = parse_time(start, field=fields[0])
    ends = parse_time(end, field=fields[1])
    if starts == DAY_MINUTES:
        raise InvalidInputError("Please enter a time such as 09:30.", field=fields[0])
    return starts, ends if ends > starts else ends + DAY_MINUTES


def parse_date(text: str, *, today: date, field: str = "") -> date:
    """Read a day as typed: 24/12, 24.12.26, 24 Dec 2026, 2026-12-24, today, tomorrow, +7.

    The day stands before the month; without a year the next such day counts.

    Raises:
        InvalidInputError: it is none.
    """
    bare = text.strip().lower()
    if bare in {"today", "tomorrow"}:
        return today + timedelta(days=bare == "tomorrow")
    if re.fullmatch(r"\+\d{1,3}", bare):
        return today + timedelta(days=int(bare))
    for number, name in enumerate(MONTHS, start=1):
        bare = re.sub(rf"[\s,]*{name.lower()}[a-z]*[\s,]*", f"/{number}/", bare).strip("/")
    parts = re.split(r"[\s./-]+", re.sub(r"^[a-z]+[\s,]+", "", bare))
    try:
        if len(parts) == 2:
            return _next_such_day(int(parts[0]), int(parts[1]), today)
        first, second, third = (int(part) for part in parts)
        if len(parts[0]) == 4:
            return date(first, second, third)
        year = third + today.year // 100 * 100 if len(parts[2]) == 2 else third
        return date(year, second, first)
    except ValueError as error:
        raise InvalidInputError(
            "Please enter a day such as 24/12/2026 (day, month, year).", field=field
        ) from error


def _next_such_day(day: int, month: int, today: date) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def optional_date(text: str, *, today: date, field: str = "") -> date | None:
    """Read a day as typed; None for nothing.

    Raises:
        InvalidInputError: it is neither.
    """
    return parse_date(text, today=today, field=field) if text.strip() else None


def date_text(on: date | None) -> str:
    """Give a day as a field shows it; nothing for None."""
    return day_text(on) if on is not None else ""


def parse_whole(text: str, *, field: str = "", what: str = "a whole number") -> int:
    """Read a whole number that is not below zero.

    Raises:
        InvalidInputError: it is none.
    """
    if not re.fullmatch(r"\d{1,6}", text.strip()):
        raise InvalidInputError(f"Please enter {what}.", field=field)
    return int(text)
