"""Tells what was typed into the search box: a number, a date of birth, a phone's digits, a name."""

import re
from dataclasses import dataclass
from datetime import date

from clinicdesk.patients.birth_dates import Span, typed_date
from clinicdesk.patients.phone_keys import typed_digits
from clinicdesk.patients.search_keys import is_spaceless, typed_words

LONGEST_TEXT = 100
MOST_WORDS = 12
NUMBER = re.compile(r"\s*p\s*-?\s*(\d{1,12})\s*", re.IGNORECASE)

Reading = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a text may mean; the parts that are given must all fit, but digits fit instead of days.

    `readings` are ways to read words: one has to fit. `whole_words` is set when only single letters
    were typed, which then stand for themselves and not for whatever they begin.
    """

    number: str = ""
    days: tuple[Span, ...] = ()
    readings: tuple[Reading, ...] = ()
    whole_words: bool = False
    digits: tuple[str, ...] = ()


def read_typed(text: str, *, region: str, today: date) -> Typed:
    """Tell what a text means; an empty `Typed` when there is nothing in it to search for.

    `region` is the clinic's country, for phone numbers; dates after `today` are no dates of birth.
    """
    text = text[:LONGEST_TEXT]
    number = NUMBER.fullmatch(text)
    if number is not None:
        return Typed(number=patient_number(int(number[1])))
    found = typed_date(text, today=today)
    if found is not None:
        digits = typed_digits(text, region) if found.could_be_phone else ()
        readings = _readings(found.rest)
        return Typed(days=found.spans, readings=readings, digits=digits)
    if any(character.isalpha() for character in text):
        readings = _readings(text)
        return Typed(readings=readings, whole_words=_only_letters(readings))
    return Typed(digits=typed_digits(text, region))


def patient_number(count: int) -> str:
    """Give a patient's number as it is written: P-000001."""
    return f"P-{count:06d}"


def _readings(text: str) -> tuple[Reading, ...]:
    return tuple(words[:MOST_WORDS] for words in typed_words(text))


def _only_letters(readings: tuple[Reading, ...]) -> bool:
    return bool(readings) and all(
        len(word) == 1 and not is_spaceless(word) for reading in readings for word in reading
    )
