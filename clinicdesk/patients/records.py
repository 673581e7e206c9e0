"""Patients as screens see them, and the outcome of an import."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PatientHit:
    """One line of a search: enough to tell two people apart."""

    id: int
    number: str
    name: str
    born_on: date | None
    phone: str


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A patient's administrative record."""

    id: int
    version: int
    number: str
    given_name: str
    family_name: str
    born_on: date | None
    died_on: date | None
    sex: str
    phone: str
    email: str
    address: str
    language: str
    alert: str
    allows_email: bool
    allows_sms: bool

    @property
    def name(self) -> str:
        """The name as it is spoken."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class PatientDetails:
    """What is entered for a new patient, or changed."""

    given_name: str
    family_name: str
    born_on: date | None = None
    died_on: date | None = None
    sex: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    language: str = ""
    alert: str = ""
    allows_email: bool = True
    allows_sms: bool = True


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One of those whose bills are paid together."""

    id: int
    number: str
    name: str
    born_on: date | None


@dataclass(frozen=True, slots=True)
class Family:
    """Who pays for a patient (None: the patient), and the dependants for whom the patient pays.

    `version` is the patient's, to be handed back with a change.
    """

    patient_id: int
    version: int
    guarantor: FamilyMember | None
    dependants: tuple[FamilyMember, ...]


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A row that cannot be taken: the line where it begins (1 is the heading), column and why."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do: nothing has been written.

    `problems` holds the first fifty; `problem_count` counts all rows that cannot be taken.
    `known` rows were imported before and stay as they are. `columns` are the headings that are
    taken, each with its field; `remarks` are sentences about what else is worth knowing, such as
    an encoding that had to be guessed and the columns that are not taken.
    """

    source: str
    rows: int
    new: int
    known: int
    problem_count: int
    problems: tuple[ImportProblem, ...]
    columns: tuple[tuple[str, str], ...]
    sample: tuple[PatientDetails, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did."""

    added: int
    known: int
    left_out: int
