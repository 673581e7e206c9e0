"""Reads a date of birth as it is typed at a desk, whole or still being typed.

Every usual order is understood: 1986-05-14, 14.5.1986, 14/05/86, 5/14/1986, 14051986, 14 May 1986.
Where day and month could be either way round, both are offered.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import get_month_names

from clinicdesk.patients.search_keys import fold

Span = tuple[date, date]
EARLIEST_YEAR = 1850
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
SEPARATOR = r"[-–./ ]\s*"
YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}}){SEPARATOR}(\d{{1,2}}){SEPARATOR}(\d{{1,2}})(?!\d)")
YEAR_LAST = re.compile(rf"(?<!\d)(\d{{1,2}}){SEPARATOR}(\d{{1,2}}){SEPARATOR}(\d{{4}}|\d\d)(?!\d)")
COMPACT = re.compile(r"(?<!\d)\d{8}(?!\d)")
DAY_MONTH_NAME = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-. ]*(?:de |of )?"
    r"([^\W\d_]{3,})[-., ]*(?:de )?(\d{4}|\d\d)(?!\d)"
)
MONTH_NAME_DAY = re.compile(
    r"([^\W\d_]{3,})[-. ]*(\d{1,2})(?:st|nd|rd|th)?[-., ]+(\d{4}|\d\d)(?!\d)"
)
BEGUN_MONTHS = {"": (1, 12), "0": (1, 9), "1": (10, 12)}
BEGUN = re.compile(r"(\d{4})-(?:(\d{1,2})(-\d{0,2})?)?")


@dataclass(frozen=True, slots=True)
class TypedDate:
    """The spans of days a text may mean, both ends included, and what else stood in the text."""

    spans: tuple[Span, ...]
    rest: str = ""
    could_be_phone: bool = False


def typed_date(text: str, *, today: date) -> TypedDate | None:
    """Find a date of birth in a typed text; None when there is none up to `today`.

    A date with the year first may be unfinished when nothing else is typed: "1986-", "1986-0".
    """
    begun = _begun(text.strip(), today)
    if begun is not None:
        return TypedDate((begun,))
    for pattern, read in _READERS:
        found = pattern.search(text)
        if found is None:
            continue
        rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
        days = sorted({day for day in read(found, today) if day is not None and day <= today})
        if days and not any(character.isdecimal() for character in rest):
            plain = all(c.isdecimal() or c == " " for c in found.group())
            return TypedDate(tuple((day, day) for day in days), rest, plain and not rest)
    return None


def _begun(text: str, today: date) -> Span | None:
    found = BEGUN.fullmatch(text)
    if found is None or not EARLIEST_YEAR <= int(found[1]) <= today.year:
        return None
    year, month, day = int(found[1]), found[2] or "", (found[3] or "-")[1:]
    if found[3] is None and len(month) < 2:
        months = range(
            *{"": (1, 13), "0": (1, 10), "1": (10, 13)}.get(month, (int(month or 0),) * 2)
        )
        months = months or range(int(month), int(month) + 1)
        return date(year, months[0], 1), _last(year, months[-1])
    if not 1 <= int(month) <= 12:
        return None
    if not day:
        return date(year, int(month), 1), _last(year, int(month))
    if len(day) == 1 and len(month) == 2 and day in "0123":
        tens = int(day) * 10
        last = min(tens + 9, _last(year, int(month)).day)
        return _span(year, int(month), max(tens, 1), last)
    return _span(year, int(month), int(day), int(day))


def _span(year: int, month: int, first: int, last: int) -> Span | None:
    start, end = _day(year, month, first), _day(year, month, last)
    return (start, end) if start is not None and end is not None else None


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> date | None:
    if year < EARLIEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _years(typed: str, today: date) -> tuple[int, ...]:
    """Give the years that one typed with two or four digits can mean."""
    if len(typed) == 4:
        return (int(typed),)
    century = today.year // 100 * 100
    return tuple(y for y in (century + int(typed), century - 100 + int(typed)) if y <= today.year)


def _year_first(found: re.Match[str], _today: date) -> Iterable[date | None]:
    return [_day(int(found[1]), int(found[2]), int(found[3]))]


def _year_last(found: re.Match[str], today: date) -> Iterable[date | None]:
    first, second = int(found[1]), int(found[2])
    for year in _years(found[3], today):
        yield _day(year, second, first)
        yield _day(year, first, second)


def _compact(found: re.Match[str], _today: date) -> Iterable[date | None]:
    digits = found.group()
    yield _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    yield _day(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    yield _day(int(digits[4:]), int(digits[:2]), int(digits[2:4]))


def _day_month_name(found: re.Match[str], today: date) -> Iterable[date | None]:
    for month in _months(found[2]):
        for year in _years(found[3], today):
            yield _day(year, month, int(found[1]))


def _month_name_day(found: re.Match[str], today: date) -> Iterable[date | None]:
    for month in _months(found[1]):
        for year in _years(found[3], today):
            yield _day(year, month, int(found[2]))


def _months(typed: str) -> set[int]:
    """Give the months whose name begins with three letters or more that were typed."""
    beginning = fold(typed)
    return {month for name, month in _month_names() if name.startswith(beginning)}


@cache
def _month_names() -> tuple[tuple[str, int], ...]:
    return tuple(
        (fold(name), month)
        for language in LANGUAGES
        for month, name in get_month_names("wide", locale=language).items()
    )


_READERS = (
    (YEAR_FIRST, _year_first),
    (YEAR_LAST, _year_last),
    (COMPACT, _compact),
    (DAY_MONTH_NAME, _day_month_name),
    (MONTH_NAME_DAY, _month_name_day),
)
