"""Turns a CSV row into a patient's details, or says why it cannot be taken."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clinicdesk.errors import InvalidInputError
from clinicdesk.patients.csv_columns import Columns
from clinicdesk.patients.csv_file import CsvFile
from clinicdesk.patients.phone_keys import digits_of
from clinicdesk.patients.records import ImportProblem, PatientDetails
from clinicdesk.patients.rules import LATEST_ZONE, checked
from clinicdesk.patients.search_keys import name_key

MONTH_FIRST = frozenset("US PH FM MH PW GU PR AS MP VI".split())
YEAR_FIRST = re.compile(r"(\d{4})[-./]?(\d\d?)[-./]?(\d\d?)(?:[T ].*)?")
YEAR_LAST = re.compile(r"(\d\d?)([-./ ])(\d\d?)\2(\d{4}|\d\d)(?: .*)?")
GUARDED = re.compile(r"'(?=[=+\-@\t\r])")
WORD_END_DIGITS = re.compile(r"(?<=[^\W\d_])\d+\b")
SEXES = {
    **dict.fromkeys(("f", "female", "w", "woman", "weiblich", "femme", "mujer"), "F"),
    **dict.fromkeys(("m", "male", "man", "männlich", "homme", "hombre"), "M"),
    **dict.fromkeys(("x", "other", "d", "divers", "diverse", "nonbinary", "non-binary"), "X"),
    **dict.fromkeys(("u", "unk", "unknown", "?", "-"), ""),
}
SHOWN_OF_A_VALUE = 30


@dataclass(frozen=True, slots=True)
class CsvPatient:
    """A row that can be taken. `import_key` is the same whenever the same row is read."""

    line: int
    details: PatientDetails
    import_key: str


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads one file's rows: its columns, and how its dates and names are written.

    `region` is the clinic's country, which tells whether 04/05/1986 is in April or in May.
    `strip_digits` takes away the digits that made-up names end in ("Milo271").
    """

    file: CsvFile
    columns: Columns
    now: datetime
    region: str
    strip_digits: bool = False

    def read(self) -> Iterator[CsvPatient | ImportProblem]:
        """Yield each row as a patient or as a problem.

        Raises:
            ImportFileError: the file cannot be read on.
        """
        for line, row in self.file.rows():
            try:
                yield self._patient(line, row)
            except _FieldError as error:
                yield ImportProblem(line, self.columns.heading(error.field), str(error))
            except InvalidInputError as error:
                yield ImportProblem(line, self.columns.heading(error.field), error.sentence)

    def _patient(self, line: int, row: Sequence[str]) -> CsvPatient:
        expected = len(self.columns.headings)
        if len(row) != expected and (len(row) < expected or any(row[expected:])):
            raise _FieldError(
                f"This row has {len(row)} fields where the heading has {expected}.", field=""
            )
        fields = {
            field: GUARDED.sub("", row[at].strip(), count=1)
            for field, at in self.columns.positions.items()
        }
        details = checked(self._details(fields.get), now=self.now)
        return CsvPatient(line, details, self._import_key(fields.get("source_id", ""), details))

    def _details(self, get: Callable[[str, str], str]) -> PatientDetails:
        given, family = self._names(get)
        sex = get("sex", "")
        return PatientDetails(
            given_name=given,
            family_name=family,
            born_on=self._day(get("born_on", ""), "born_on"),
            died_on=self._day(get("died_on", ""), "died_on"),
            sex=SEXES.get(sex.casefold(), sex),
            phone=get("phone", ""),
            email=get("email", ""),
            address=_address(get),
            language=get("language", ""),
            alert=get("alert", ""),
        )

    def _names(self, get: Callable[[str, str], str]) -> tuple[str, str]:
        given = f"{get('given_name', '')} {get('middle_name', '')}".strip()
        family = get("family_name", "")
        if not given and not family:
            full = get("full_name", "")
            family, comma, given = full.partition(",")
            if not comma:
                given, _, family = full.rpartition(" ")
        if self.strip_digits:
            given, family = WORD_END_DIGITS.sub("", given), WORD_END_DIGITS.sub("", family)
        return given, family

    def _day(self, text: str, field: str) -> date | None:
        if not text:
            return None
        try:
            return _day(text, month_first=self.region in MONTH_FIRST, latest=self._latest)
        except ValueError:
            raise _FieldError(
                f"“{text[:SHOWN_OF_A_VALUE]}” is not a date. Write it like 1986-05-14.", field=field
            ) from None

    @property
    def _latest(self) -> date:
        return (self.now + LATEST_ZONE).date()

    def _import_key(self, source_id: str, details: PatientDetails) -> str:
        """Name the row: by its id and the kind of list, or else by who the person is."""
        if source_id:
            return f"{_digest(*self.columns.headings)[:12]}:{source_id[:100]}"
        return _digest(
            name_key(details.family_name),
            name_key(details.given_name),
            str(details.born_on),
            digits_of(details.phone),
            details.email.casefold(),
            details.address.casefold(),
        )


class _FieldError(Exception):
    """A value of a row cannot be read; `field` says which."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


def _day(text: str, *, month_first: bool, latest: date) -> date:
    """Read a date; ValueError if it is none. With dots the day always stands first."""
    found = YEAR_FIRST.fullmatch(text)
    if found is not None:
        return date(int(found[1]), int(found[2]), int(found[3]))
    found = YEAR_LAST.fullmatch(text)
    if found is None:
        raise ValueError(text)
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        year += latest.year // 100 * 100
        year -= 100 if year > latest.year else 0
    if (month_first and found[2] != ".") or second > 12:
        first, second = second, first
    if second > 12:
        first, second = second, first
    return date(year, second, first)


def _address(get: Callable[[str, str], str]) -> str:
    region = f"{get('state', '')} {get('postcode', '')}".strip()
    town = ", ".join(part for part in (get("city", ""), region) if part)
    lines = (get("address", ""), get("address_2", ""), town, get("country", ""))
    return "\n".join(line for line in lines if line)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
