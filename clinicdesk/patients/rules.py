"""Decides whether a patient's details can be saved, and tidies them."""

import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta

from clinicdesk.patients.errors import (
    DateImpossibleError,
    EmailInvalidError,
    NameMissingError,
    TextUnusableError,
)
from clinicdesk.patients.records import PatientDetails

LONGEST = {
    "given_name": 300,
    "family_name": 300,
    "sex": 20,
    "phone": 60,
    "email": 254,
    "address": 1000,
    "language": 35,
    "alert": 1000,
}
CALLED = {
    "given_name": "given name",
    "family_name": "family name",
    "email": "e-mail address",
}
WITH_LINES = frozenset({"address", "alert"})
EARLIEST = date(1850, 1, 1)
LATEST_ZONE = timedelta(hours=14)
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
ATOM = r"[^\s@,;:<>()\[\]\\\"\x00-\x1f]"
EMAIL = re.compile(
    rf"(?!\.)(?!.*\.\.){ATOM}{{1,64}}(?<!\.)"
    r"@(?:(?!-)[\w-]{1,63}(?<!-)\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])"
)


def checked(details: PatientDetails, *, now: datetime) -> PatientDetails:
    """Give the details as they will be saved: tidied, in composed letters.

    A date of birth may be today's anywhere on earth at the instant `now`.

    Raises:
        NameMissingError, EmailInvalidError, TextUnusableError, DateImpossibleError: `field` names
            the first field that cannot be saved.
    """
    texts = {field: _tidy(getattr(details, field), field) for field in LONGEST}
    if not texts["given_name"] and not texts["family_name"]:
        raise NameMissingError
    if texts["email"] and not EMAIL.fullmatch(texts["email"]):
        raise EmailInvalidError
    _check_dates(details, today=(now + LATEST_ZONE).date())
    return replace(details, **texts)  # type: ignore[arg-type]  # each is a text field


def changed_fields(before: PatientDetails, after: PatientDetails) -> list[str]:
    """Name the fields that differ."""
    return [
        field
        for field in PatientDetails.__dataclass_fields__
        if getattr(before, field) != getattr(after, field)
    ]


def _tidy(text: str, field: str) -> str:
    if text.isascii() and text.isprintable():
        return _short(" ".join(text.split()), field)
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text.strip().replace("\r\n", "\n")))
    if any(_is_control(character, field) for character in text):
        raise TextUnusableError(
            f"The {CALLED.get(field, field)} has a line break or another character that cannot be "
            "saved. Please type it anew.",
            field=field,
        )
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _short("\n".join(lines).strip(), field)


def _short(text: str, field: str) -> str:
    if len(text) > LONGEST[field]:
        raise TextUnusableError(
            f"The {CALLED.get(field, field)} is too long: {LONGEST[field]} characters fit.",
            field=field,
        )
    return text


def _is_control(character: str, field: str) -> bool:
    if character == "\n" and field in WITH_LINES:
        return False
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _check_dates(details: PatientDetails, *, today: date) -> None:
    born, died = details.born_on, details.died_on
    if born is not None and born > today:
        raise DateImpossibleError("The date of birth lies in the future.", field="born_on")
    if born is not None and born < EARLIEST:
        raise DateImpossibleError("The date of birth lies too long ago.", field="born_on")
    if died is not None and died > today:
        raise DateImpossibleError("The date of death lies in the future.", field="died_on")
    if died is not None and born is not None and died < born:
        raise DateImpossibleError("The date of death lies before the birth.", field="died_on")
