"""Reads a line typed while talking: `alv 0147 skin 30 tue am` is a patient, a service, a time."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.patients.birth_dates import typed_date
from clinicdesk.patients.records import PatientHit
from clinicdesk.patients.search_keys import fold
from clinicdesk.schedule.typed_days import Days, Times, read_days, read_times
from clinicdesk.staff.records import DoctorRecord

LONGEST_LINE = 200
LEAST_SERVICE_LETTERS, LEAST_CLINIC_LETTERS = 3, 4
LONGEST_VISIT_MINUTES, LENGTH_STEP, LEAST_DIGITS = 480, 5, 3
LENGTH = re.compile(r"([1-9]\d{0,2})(?:min|mins|minutes|m|')?")
PATIENT_NUMBER = re.compile(r"p-?\d+")
FILLERS = frozenset("for on the a an at and with please in min mins minutes".split())
PLACE_WORDS = frozenset("clinic street road the of and centre center surgery practice".split())


class Meaning(StrEnum):
    """What a word of the line is taken for."""

    PATIENT = "patient"
    SERVICE = "service"
    LENGTH = "length"
    DOCTOR = "doctor"
    CLINIC = "clinic"
    DAY = "day"
    TIME = "time"
    FILLER = "filler"
    UNKNOWN = "not understood"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of the line as they were typed, and what they are taken for."""

    text: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of a line can name."""

    services: tuple[ServiceRecord, ...] = ()
    doctors: tuple[DoctorRecord, ...] = ()
    clinics: tuple[ClinicRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as it was understood; `parts` hold every word of it in order.

    `doctor_ids` and `clinic_ids` are empty for any, `days` too; a time has to lie in one of the
    days and in `times`. `digits` are of a phone number, `born` a date of birth as it was typed.
    """

    parts: tuple[Part, ...] = ()
    patient_words: tuple[str, ...] = ()
    digits: str = ""
    born: str = ""
    service_id: int | None = None
    duration_minutes: int | None = None
    doctor_ids: tuple[int, ...] = ()
    clinic_ids: tuple[int, ...] = ()
    days: tuple[Days, ...] = ()
    times: Times = field(default_factory=Times)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words that were not understood."""
        return tuple(part.text for part in self.parts if part.meaning is Meaning.UNKNOWN)

    @property
    def search_text(self) -> str:
        """What to ask the search for patients."""
        return " ".join((*self.patient_words, self.born)).strip() or self.digits

    @property
    def has_patient(self) -> bool:
        """Whether something of a patient was typed."""
        return bool(self.patient_words or self.digits or self.born)

    def wants(self, day: date, minute: int) -> bool:
        """Tell whether a visit on that day at that minute of the wall is asked for."""
        on_day = not self.days or any(days.has(day) for days in self.days)
        return on_day and self.times.has(minute)

    def fits(self, hit: PatientHit) -> bool:
        """Tell whether a patient found by a part of the line fits the digits and names in it."""
        phone = "".join(letter for letter in hit.phone if letter.isdecimal())
        number = "".join(letter for letter in hit.number if letter.isdecimal())
        has_digits = self.digits in phone or number.endswith(self.digits)
        names = [part for word in fold(hit.name).split() for part in (word, *word.split("-"))]
        words = [fold(word) for word in self.patient_words]
        known_by_number = any(
            PATIENT_NUMBER.fullmatch(word.casefold()) for word in self.patient_words
        )
        has_names = known_by_number or all(
            any(name.startswith(word) for name in names) for word in words
        )
        return has_digits and has_names


def read_line(text: str, vocabulary: Vocabulary, *, today: date) -> TypedLine:
    """Tell what a line asks for. Never fails: what cannot be used is marked as not understood.

    The patient's words may stand anywhere and are what nothing else explains; the first word is the
    patient's even if it begins the name of a service or clinic. Of two services the first counts.
    """
    words = text[:LONGEST_LINE].replace(",", " ").replace(";", " ").split()
    reader = _Reader(vocabulary, today)
    line = reader.read(words)
    if words and words[0].isalpha() and not line.has_patient:
        # "sun tue am": somebody is called like a day.
        rest = reader.read(words[1:])
        parts = (Part(words[0], Meaning.PATIENT), *rest.parts)
        line = replace(rest, parts=parts, patient_words=(words[0],))
    return line


Taken = tuple[int, Meaning, TypedLine]


class _Reader:
    """Reads words one after the other; each of its readers takes as many as it understands."""

    def __init__(self, vocabulary: Vocabulary, today: date) -> None:
        self._vocabulary = vocabulary
        self._today = today
        self._readers: tuple[Callable[[Sequence[str], TypedLine], Taken | None], ...] = (
            self._doctor, self._times, self._days, self._born, self._length, self._digits,
            self._clinic, self._service, _filler,
        )  # fmt: skip

    def read(self, words: Sequence[str]) -> TypedLine:
        """Read all words."""
        line, at = TypedLine(), 0
        lower = [word.casefold() for word in words]
        while at < len(words):
            many, meaning, line = self._take(lower[at:], line, words[at])
            part = Part(" ".join(words[at : at + many]), meaning)
            line = replace(line, parts=(*line.parts, part))
            at += many
        return self._with_service_of_that_length(line)

    def _take(self, words: Sequence[str], line: TypedLine, typed: str) -> Taken:
        for reader in self._readers:
            found = reader(words, line)
            if found is not None:
                return found
        is_number = PATIENT_NUMBER.fullmatch(words[0]) is not None
        is_name = bool(fold(typed)) and not any(letter.isdecimal() for letter in typed)
        if is_number or is_name:
            return 1, Meaning.PATIENT, replace(line, patient_words=(*line.patient_words, typed))
        return 1, Meaning.UNKNOWN, line

    def _doctor(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        if words[0].rstrip(".") not in {"dr", "doctor"}:
            return None
        part = fold(words[1]) if len(words) > 1 else ""
        found = [doctor.id for doctor in self._vocabulary.doctors if _begins(part, doctor.name)]
        if not part or not found:
            return min(len(words), 2), Meaning.UNKNOWN, line
        return 2, Meaning.DOCTOR, replace(line, doctor_ids=tuple(found))

    def _born(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        """Take a whole date in the past for a date of birth."""
        for many in (3, 1):
            text = " ".join(words[:many])
            found = typed_date(text, today=self._today) if len(words) >= many else None
            is_whole = found is not None and all(first == last for first, last in found.spans)
            if found is not None and is_whole and not found.rest and not line.born:
                return many, Meaning.PATIENT, replace(line, born=text)
        return None

    def _days(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        found = read_days(words, self._today)
        if found is None:
            return None
        return found[0], Meaning.DAY, replace(line, days=(*line.days, found[1]))

    def _times(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        found = read_times(words)
        if found is None:
            return None
        return found[0], Meaning.TIME, replace(line, times=found[1].within(line.times))

    def _length(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        found = LENGTH.fullmatch(words[0])
        minutes = int(found[1]) if found else 0
        if not minutes or minutes % LENGTH_STEP or minutes > LONGEST_VISIT_MINUTES:
            return None
        if line.duration_minutes is not None:
            return None
        return 1, Meaning.LENGTH, replace(line, duration_minutes=minutes)

    def _digits(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        digits = words[0].removeprefix("+")
        if not (digits.isascii() and digits.isdecimal()) or len(digits) < LEAST_DIGITS:
            return None
        return 1, Meaning.PATIENT, replace(line, digits=line.digits + digits)

    def _clinic(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        """Take "at riv", or four letters of a clinic's own name after the first word."""
        after_at = words[0] in {"at", "in"} and len(words) > 1
        part = fold(words[1] if after_at else words[0])
        is_first = not line.parts
        if part in PLACE_WORDS or len(part) < (1 if after_at else LEAST_CLINIC_LETTERS):
            return None
        if is_first and not after_at:
            return None
        found = [each.id for each in self._vocabulary.clinics if _begins(part, each.name)]
        if not found:
            return None
        many = 1 + after_at
        while len(words) > many and words[many] in PLACE_WORDS:
            many += 1
        return many, Meaning.CLINIC, replace(line, clinic_ids=(*line.clinic_ids, *found))

    def _service(self, words: Sequence[str], line: TypedLine) -> Taken | None:
        part = fold(words[0])
        is_name_instead = not line.parts and not line.has_patient
        if line.service_id is not None or len(part) < LEAST_SERVICE_LETTERS or is_name_instead:
            return None
        for service in self._vocabulary.services:
            names = fold(service.name).split()
            pieces = part.split()
            at = next((n for n, name in enumerate(names) if name.startswith(pieces[0])), None)
            if at is None or not _begin_each(pieces, names[at:]):
                continue
            many, rest = 1, names[at + len(pieces) :]
            while len(words) > many and rest and _starts(rest[0], fold(words[many])):
                many, rest = many + 1, rest[1:]
            return many, Meaning.SERVICE, replace(line, service_id=service.id)
        return None

    def _with_service_of_that_length(self, line: TypedLine) -> TypedLine:
        """Where only a length was typed, take the first service that lasts as long."""
        if line.service_id is not None or line.duration_minutes is None:
            return line
        fitting = (
            service.id
            for service in self._vocabulary.services
            if service.duration_minutes == line.duration_minutes
        )
        return replace(line, service_id=next(fitting, None))


def _filler(words: Sequence[str], line: TypedLine) -> Taken | None:
    """Pass over small words, except where a line begins: there they may begin a name."""
    return (1, Meaning.FILLER, line) if words[0] in FILLERS and line.parts else None


def _begins(part: str, name: str) -> bool:
    return bool(part) and any(word.startswith(part) for word in fold(name).split())


def _begin_each(pieces: Sequence[str], names: Sequence[str]) -> bool:
    both = zip(pieces, names, strict=False)
    return len(pieces) <= len(names) and all(name.startswith(piece) for piece, name in both)


def _starts(name: str, part: str) -> bool:
    return name == part or (len(part) >= LEAST_SERVICE_LETTERS and name.startswith(part))
