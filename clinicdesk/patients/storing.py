"""Turns details into rows: the patient, and what the search needs of them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from clinicdesk.patients.models import Patient, PatientSearch
from clinicdesk.patients.name_order import name_bits, place
from clinicdesk.patients.phone_keys import phone_digits
from clinicdesk.patients.records import PatientDetails
from clinicdesk.patients.search_keys import name_key, name_words
from clinicdesk.patients.typed_text import patient_number

_FIRST = text("INSERT INTO patient_number (id, next_number) VALUES (1, 1) ON CONFLICT DO NOTHING")
_TAKE = text("UPDATE patient_number SET next_number = next_number + :count RETURNING next_number")
FIELDS = tuple(field.name for field in fields(PatientDetails))
NewRow = tuple[PatientDetails, str | None]


def insert_patients(
    session: Session, new: Sequence[NewRow], *, created_at: datetime, region: str
) -> list[int]:
    """Add checked patients, each with its import key if it has one, and give their ids.

    They get numbers in the order given. The rows are written in the order of names, which the
    full-text index takes in one go; any other order makes it start anew at every row.
    """
    first = _take_numbers(session, len(new))
    numbered = [
        _columns(details)
        | {
            "number": patient_number(first + at),
            "import_key": import_key,
            "note_sealed": None,
            "version": 1,
            "created_at": created_at,
        }
        for at, (details, import_key) in enumerate(new)
    ]
    order = sorted(
        range(len(new)),
        key=lambda at: name_bits(numbered[at]["family_key"], numbered[at]["given_key"]),
    )
    digits = [phone_digits(details.phone, region) for details, _ in new]
    rows = [numbered[at] | {"phone_digits": _national(digits[at])} for at in order]
    statement = insert(Patient).returning(Patient.id, sort_by_parameter_order=True)
    ids = list(session.scalars(statement, rows))
    searches = [
        _search(row, patient_id, digits[at])
        for at, row, patient_id in zip(order, rows, ids, strict=True)
    ]
    session.execute(insert(PatientSearch), searches)
    return [patient_id for _, patient_id in sorted(zip(order, ids, strict=True))]


def update_patient(
    session: Session, patient: Patient, details: PatientDetails, region: str
) -> None:
    """Write checked details into a patient's row and what the search needs of it."""
    digits = phone_digits(details.phone, region)
    columns = _columns(details) | {"phone_digits": _national(digits)}
    for name, value in columns.items():
        setattr(patient, name, value)
    patient.version += 1
    session.flush()
    session.execute(
        update(PatientSearch)
        .where(PatientSearch.patient_id == patient.id)
        .values(_search(columns, patient.id, digits))
    )


def details_of(patient: Patient) -> PatientDetails:
    """Give back what was entered for a patient."""
    return PatientDetails(**{field: getattr(patient, field) for field in FIELDS})


def _columns(details: PatientDetails) -> dict[str, Any]:
    return {field: getattr(details, field) for field in FIELDS} | {
        "given_key": name_key(details.given_name),
        "family_key": name_key(details.family_name),
    }


def _national(digits: str) -> str:
    return digits.partition(" ")[0]


def _search(columns: dict[str, Any], patient_id: int, digits: str) -> dict[str, Any]:
    return {
        "place": place(columns["family_key"], columns["given_key"], patient_id),
        "patient_id": patient_id,
        "words": " ".join(name_words(columns["given_name"], columns["family_name"])),
        "digits": digits,
    }


def _take_numbers(session: Session, count: int) -> int:
    """Take `count` patient numbers in a row and give the first."""
    session.execute(_FIRST)
    after: int = session.execute(_TAKE, {"count": count}).scalar_one()
    return after - count
