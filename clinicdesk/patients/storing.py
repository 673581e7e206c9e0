"""Turns details into rows: the patient, and what the search needs of them."""

from collections.abc import Sequence
from dataclasses import asdict
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
        _columns(details, region)
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
    rows = [numbered[at] for at in order]
    statement = insert(Patient).returning(Patient.id, sort_by_parameter_order=True)
    ids = list(session.scalars(statement, rows))
    searches = [
        _search(new[at][0], row, patient_id, region)
        for at, row, patient_id in zip(order, rows, ids, strict=True)
    ]
    session.execute(insert(PatientSearch), searches)
    return [patient_id for _, patient_id in sorted(zip(order, ids, strict=True))]


def update_patient(
    session: Session, patient: Patient, details: PatientDetails, region: str
) -> None:
    """Write checked details into a patient's row and what the search needs of it."""
    columns = _columns(details, region)
    for name, value in columns.items():
        setattr(patient, name, value)
    patient.version += 1
    session.flush()
    session.execute(
        update(PatientSearch)
        .where(PatientSearch.patient_id == patient.id)
        .values(_search(details, columns, patient.id, region))
    )


def details_of(patient: Patient) -> PatientDetails:
    """Give back what was entered for a patient."""
    return PatientDetails(
        **{name: getattr(patient, name) for name in PatientDetails.__dataclass_fields__}
    )


def _columns(details: PatientDetails, region: str) -> dict[str, Any]:
    return asdict(details) | {
        "given_key": name_key(details.given_name),
        "family_key": name_key(details.family_name),
        "phone_digits": phone_digits(details.phone, region).partition(" ")[0],
    }


def _search(
    details: PatientDetails, columns: dict[str, Any], patient_id: int, region: str
) -> dict[str, Any]:
    return {
        "place": place(columns["family_key"], columns["given_key"], patient_id),
        "patient_id": patient_id,
        "words": " ".join(name_words(details.given_name, details.family_name)),
        "digits": phone_digits(details.phone, region),
    }


def _take_numbers(session: Session, count: int) -> int:
    """Take `count` patient numbers in a row and give the first."""
    session.execute(_FIRST)
    after: int = session.execute(_TAKE, {"count": count}).scalar_one()
    return after - count
