"""Imports a list of patients: first a trial that writes nothing, then all of it or nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.patients.csv_columns import columns_of, known_columns
from clinicdesk.patients.csv_file import open_csv
from clinicdesk.patients.csv_rows import CsvPatient, RowReader
from clinicdesk.patients.errors import ImportCancelledError, ImportRefusedError
from clinicdesk.patients.models import Patient
from clinicdesk.patients.records import ImportOutcome, ImportPreview, ImportProblem
from clinicdesk.patients.search_keys import name_key
from clinicdesk.patients.storing import insert_patients

ROWS_AT_ONCE = 5000
KEYS_AT_ONCE = 1000
SHOWN_PROBLEMS = 50
SHOWN_SAMPLE = 5
SHOWN_UNUSED = 12
Progress = Callable[[int], bool]


@dataclass
class _Tally:
    """What was counted so far, and the keys of the rows that were read."""

    rows: int = 0
    new: int = 0
    known: int = 0
    problem_count: int = 0
    problems: list[ImportProblem] = field(default_factory=list)
    sample: list[CsvPatient] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def refuse(self, problem: ImportProblem) -> None:
        """Count a row that cannot be taken, and keep it while there are few."""
        self.problem_count += 1
        if len(self.problems) < SHOWN_PROBLEMS:
            self.problems.append(problem)


def open_list(
    path: Path, *, columns: Mapping[str, str], now: datetime, region: str, strip_digits: bool
) -> RowReader:
    """Open a CSV file and tell what its columns mean; `columns` goes before what is known.

    Raises:
        ImportFileError: the file or its heading cannot be used.
    """

    def meaningful(headings: tuple[str, ...]) -> int:
        return known_columns(headings) + len(columns.keys() & set(headings))

    file = open_csv(path, known_columns=meaningful)
    meaning = columns_of(file.headings, columns)
    return RowReader(file, meaning, now=now, region=region, strip_digits=strip_digits)


def preview(session: Session, reader: RowReader) -> ImportPreview:
    """Tell what an import would do. Nothing is written, and the memory stays small.

    Raises:
        ImportFileError: the file cannot be read to its end.
    """
    tally = _Tally()
    for new in _new_patients(session, reader, tally):
        tally.sample += new[: SHOWN_SAMPLE - len(tally.sample)]
    return ImportPreview(
        source=reader.file.path.name,
        rows=tally.rows,
        new=tally.new,
        known=tally.known,
        problem_count=tally.problem_count,
        problems=tuple(tally.problems),
        columns=reader.columns.used,
        sample=tuple(patient.details for patient in tally.sample),
        remarks=_remarks(reader),
    )


def run(
    session: Session,
    reader: RowReader,
    *,
    skip_problems: bool,
    progress: Progress | None,
) -> ImportOutcome:
    """Add all new patients of a file in the caller's transaction.

    `progress` is told how many rows are done, and stops the import by giving back False.

    Raises:
        ImportRefusedError: a row cannot be taken, and `skip_problems` is not set.
        ImportCancelledError: `progress` said stop.
        ImportFileError: the file cannot be read to its end.
    """
    tally = _Tally()
    for new in _new_patients(session, reader, tally):
        if tally.problem_count and not skip_problems:
            raise ImportRefusedError(tally.problem_count)
        if new:
            insert_patients(
                session,
                [(patient.details, patient.import_key) for patient in new],
                created_at=reader.now,
                region=reader.region,
            )
        if progress is not None and not progress(tally.rows):
            raise ImportCancelledError
    return ImportOutcome(added=tally.new, known=tally.known, left_out=tally.problem_count)


def _new_patients(session: Session, reader: RowReader, tally: _Tally) -> Iterator[list[CsvPatient]]:
    """Yield the patients not yet known, some thousands at a time, and count everything."""
    rows = reader.read()
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        tally.rows += len(chunk)
        readable = []
        for row in chunk:
            if isinstance(row, ImportProblem):
                tally.refuse(row)
            else:
                readable.append(row)
        yield _not_known(session, reader, tally, readable)


def _not_known(
    session: Session, reader: RowReader, tally: _Tally, rows: Sequence[CsvPatient]
) -> list[CsvPatient]:
    """Leave out what was imported before or stands in the file twice."""
    known = _imported(session, [row.import_key for row in rows])
    has_ids = "source_id" in reader.columns.positions
    new = []
    for row in rows:
        key = hash(row.import_key)
        if row.import_key in known and _is_other(row, *known[row.import_key]):
            tally.refuse(_taken_id(reader, row, "was imported before for somebody else"))
        elif row.import_key in known or (key in tally.seen and not has_ids):
            tally.known += 1
        elif key in tally.seen:
            tally.refuse(_taken_id(reader, row, "stands in an earlier line too"))
        else:
            new.append(row)
        tally.seen.add(key)
    tally.new += len(new)
    return new


def _imported(session: Session, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Give the family name's key and date of birth of each row that was imported before."""
    known: dict[str, tuple[str, str]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        query = select(Patient.import_key, Patient.family_key, Patient.born_on).where(
            Patient.import_key.in_(keys[start : start + KEYS_AT_ONCE])
        )
        known |= {str(key): (family, str(born)) for key, family, born in session.execute(query)}
    return known


def _is_other(row: CsvPatient, family_key: str, born_on: str) -> bool:
    """Tell two people apart: a name may change and a date be mended, but hardly both."""
    details = row.details
    return name_key(details.family_name) != family_key and str(details.born_on) != born_on


def _taken_id(reader: RowReader, row: CsvPatient, what: str) -> ImportProblem:
    return ImportProblem(
        row.line, reader.columns.heading("source_id"), f"This row's id {what}. Ids must be unique."
    )


def _remarks(reader: RowReader) -> tuple[str, ...]:
    remarks = []
    if reader.file.is_guessed:
        remarks.append(
            "The file is not in UTF-8. It was read as Windows-1252 (Western European): please "
            "look whether the accents below are right."
        )
    unused = reader.columns.unused
    if unused:
        shown = ", ".join(heading[:30] for heading in unused[:SHOWN_UNUSED])
        more = f" and {len(unused) - SHOWN_UNUSED} more" if len(unused) > SHOWN_UNUSED else ""
        remarks.append(f"These columns are not taken: {shown}{more}.")
    return tuple(remarks)
