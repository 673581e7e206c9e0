"""Reads days and times of day as somebody types them while talking: "next tue", "after 4"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY_MINUTES, NOON, EVENING, HALF_DAY_HOURS = 24 * 60, 12 * 60, 17 * 60, 12
FIRST_MORNING_HOUR = 8
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january february march april may june july august september october november december"
).split()
SHORTEST_NAME = 3
OTHER_WORDS = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
SAME_DAY = {"today": 0, "tod": 0, "tomorrow": 1, "tom": 1, "tmrw": 1, "tmw": 1}
NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})\.?(?:[./-]?(\d{4}|\d{2}))?")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm|h)?")
PARTS = {
    "am": (0, NOON),
    "morning": (0, NOON),
    "mornings": (0, NOON),
    "pm": (NOON, DAY_MINUTES),
    "afternoon": (NOON, DAY_MINUTES),
    "afternoons": (NOON, DAY_MINUTES),
    "evening": (EVENING, DAY_MINUTES),
    "evenings": (EVENING, DAY_MINUTES),
}
UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30}
MOST_UNITS = 60
FURTHEST = timedelta(days=2 * 366)
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `from_on` to `until_on`, both included; None for no end."""

    from_on: date
    until_on: date | None

    def has(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Times:
    """The wall-clock minutes of the day from `from_minute` until before `until_minute`."""

    from_minute: int = 0
    until_minute: int = DAY_MINUTES

    def has(self, minute: int) -> bool:
        """Tell whether a minute of the day is one of them."""
        return self.from_minute <= minute < self.until_minute

    def within(self, other: "Times") -> "Times":
        """Give the minutes in both; `self` where they have none in common."""
        start = max(self.from_minute, other.from_minute)
        end = min(self.until_minute, other.until_minute)
        return Times(start, end) if start < end else self


def read_days(words: Sequence[str], today: date) -> tuple[int, Days] | None:
    """Read the days that stand at the beginning of `words`, and tell how many words they take.

    Days without a year lie ahead. "tue" is the next Tuesday, today included; "next tue" is the one
    of next week; weeks begin on Monday. "from" or "after" before a day leaves the end open.
    """
    if words[0] in {"from", "after"} and len(words) > 1:
        found = _exact(words[1:], today)
        return None if found is None else (found[0] + 1, Days(found[1].from_on, None))
    return _exact(words, today)


def _exact(words: Sequence[str], today: date) -> tuple[int, Days] | None:
    for read in (_named, _spoken, _in_a_while, _dated):
        found = read(words, today)
        if found is not None:
            return found
    return None


def _named(words: Sequence[str], today: date) -> tuple[int, Days] | None:
    if words[0] in SAME_DAY:
        return 1, _one(today + timedelta(days=SAME_DAY[words[0]]))
    weekday = weekday_of(words[0])
    return None if weekday is None else (1, _one(_coming(weekday, today)))


def _spoken(words: Sequence[str], today: date) -> tuple[int, Days] | None:
    """Read "next week", "this week", "next tue", "this fri", "next month"."""
    if words[0] not in {"next", "this"} or len(words) < 2:
        return None
    monday = today - timedelta(days=today.weekday())
    is_next = words[0] == "next"
    if words[1] == "week":
        start = monday + timedelta(days=7 * is_next)
        return 2, Days(max(start, today), start + timedelta(days=6))
    if words[1] == "month":
        return 2, _month(today, is_next=is_next)
    weekday = weekday_of(words[1])
    if weekday is None:
        return None
    day = monday + timedelta(days=7 + weekday) if is_next else _coming(weekday, today)
    return 2, _one(day)


def _in_a_while(words: Sequence[str], today: date) -> tuple[int, Days] | None:
    """Read "in 2 weeks": from that day on."""
    if len(words) < 3 or words[0] != "in" or words[2] not in UNITS:
        return None
    many = 1 if words[1] in {"a", "one"} else _number(words[1])
    if not many or many > MOST_UNITS:
        return None
    return 3, Days(today + timedelta(days=many * UNITS[words[2]]), None)


def _dated(words: Sequence[str], today: date) -> tuple[int, Days] | None:
    """Read "24/11", "24.11.26", "2026-11-24", "24 nov", "24th nov 2026", "nov 24".

    A date with a year is a day of a visit if it lies within two years from now, else none.
    """
    numeric, iso = NUMERIC.fullmatch(words[0]), ISO.fullmatch(words[0])
    if numeric:
        day = _ahead(int(numeric[1]), int(numeric[2]), numeric[3], today)
        return None if day is None else (1, _one(day))
    if iso:
        day = _day(int(iso[1]), int(iso[2]), int(iso[3]))
        return None if day is None or day < today else (1, _one(day))
    if len(words) < 2:
        return None
    for number, name in (words[:2], words[1::-1]):
        ordinal, month = ORDINAL.fullmatch(number), _begun(name, MONTHS)
        if ordinal and month is not None:
            year = words[2] if len(words) > 2 and YEAR.fullmatch(words[2]) else None
            day = _ahead(int(ordinal[1]), month + 1, year, today)
            return None if day is None else (3 if year else 2, _one(day))
    return None


def read_times(words: Sequence[str]) -> tuple[int, Times] | None:
    """Read a part of the day at the beginning of `words`, and tell how many words it takes.

    "am", "morning", "after 4", "before 11", "at 16:00", "from 14:00", "4pm". An hour from 1 to 7
    without am or pm is one of the afternoon.
    """
    if words[0] in PARTS:
        return 1, Times(*PARTS[words[0]])
    if words[:1] == ["in"] or words[:1] == ["the"]:
        return _part_after(words)
    if words[0] in {"after", "from", "at", "around", "about", "before", "until"}:
        minute = _minute(words[1], is_hour=True) if len(words) > 1 else None
        if minute is None:
            return None
        is_end = words[0] in {"before", "until"}
        return 2, Times(0, minute) if is_end else Times(minute)
    minute = _minute(words[0], is_hour=False)
    return None if minute is None else (1, Times(minute))


def _part_after(words: Sequence[str]) -> tuple[int, Times] | None:
    """Read "in the morning" and "the morning"."""
    skipped = 2 if list(words[:2]) == ["in", "the"] else 1
    if len(words) > skipped and words[skipped] in PARTS:
        return skipped + 1, Times(*PARTS[words[skipped]])
    return None


def _minute(word: str, *, is_hour: bool) -> int | None:
    """Read a time; a bare number counts as an hour only with `is_hour`."""
    found = TIME.fullmatch(word)
    if found is None or not (found[2] or found[3] or is_hour):
        return None
    if found[2] and not found[3] and "." in word and not is_hour:
        return None  # "24.11" is a day
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour >= 24 or minute >= 60 or (found[3] in {"am", "pm"} and not 1 <= hour <= 12):
        return None
    if found[3] in {"am", "pm"}:
        hour = hour % HALF_DAY_HOURS + HALF_DAY_HOURS * (found[3] == "pm")
    elif found[3] is None and 1 <= hour < FIRST_MORNING_HOUR and len(found[1]) == 1:
        hour += HALF_DAY_HOURS
    return hour * 60 + minute


def weekday_of(word: str) -> int | None:
    """Give the number of a weekday typed with three letters or more; 0 is Monday."""
    return OTHER_WORDS.get(word, _begun(word, WEEKDAYS))


def _begun(word: str, names: Sequence[str]) -> int | None:
    if len(word) < SHORTEST_NAME:
        return None
    return next((number for number, name in enumerate(names) if name.startswith(word)), None)


def _coming(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _one(day: date) -> Days:
    return Days(day, day)


def _month(today: date, *, is_next: bool) -> Days:
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    if is_next:
        return Days(after, (after + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    return Days(today, after - timedelta(days=1))


def _ahead(day: int, month: int, year: str | None, today: date) -> date | None:
    """Give a day and month typed: with a year if it lies ahead, else when it comes next."""
    if year:
        century = today.year // 100 * 100 if len(year) == 2 else 0
        found = _day(century + int(year), month, day)
        is_soon = found is not None and today <= found <= today + FURTHEST
        return found if is_soon else None
    # The 29th of February may be up to eight years ahead.
    years = (_day(today.year + more, month, day) for more in range(9))
    return next((found for found in years if found is not None and found >= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(word: str) -> int:
    return int(word) if word.isdecimal() and len(word) <= 3 else 0
