"""Stores a made-up calendar of any size quickly, as rows; the program then reads it as ever."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from clinicdesk.changes import ChangeBus
from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.database.base import Base
from clinicdesk.database.connect import open_file
from clinicdesk.database.session import Database
from clinicdesk.patients.models import Patient
from clinicdesk.staff.models import Doctor, DoctorClinic, DoctorService
from clinicdesk.tables import metadata

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench"
KEY = bytes(range(32))
LONG_AGO = datetime(2018, 1, 1, tzinfo=UTC)
AT_ONCE = 20_000


def run(script: str, *arguments: str, python: str = sys.executable) -> str:
    """Run a script of the workloads and give what it prints."""
    command = [python, str(BENCH / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def new_database(path: Path) -> Database:
    """Make an encrypted file with every table."""
    database = open_file(path, KEY, bus=ChangeBus(), create=True)
    with database.writer_connection() as connection:
        metadata().create_all(connection)
    return database


def store(database: Database, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of one table, many at once."""
    table = model.__table__
    assert isinstance(table, Table)
    remaining = iter(rows)
    with database.writer_connection() as connection:
        while some := list(islice(remaining, AT_ONCE)):
            connection.execute(insert(table), some)


def store_people(
    database: Database, *, doctors: Iterable[int], minutes: int, time_zone: str, clinics: int = 3
) -> None:
    """Store clinics, one service of so many minutes, and doctors who work at every clinic."""
    places = range(1, clinics + 1)
    store(database, Clinic, (_clinic(clinic_id, time_zone) for clinic_id in places))
    store(database, Service, [_service(minutes)])
    numbers = list(doctors)
    store(database, Doctor, (_doctor(doctor_id) for doctor_id in numbers))
    store(
        database,
        DoctorClinic,
        (
            {"doctor_id": doctor_id, "clinic_id": clinic_id, "room_id": None}
            for doctor_id in numbers
            for clinic_id in places
        ),
    )
    store(
        database,
        DoctorService,
        ({"doctor_id": doctor_id, "service_id": 1} for doctor_id in numbers),
    )


def patient(patient_id: int, *, given: str, family: str) -> dict[str, Any]:
    """Give the row of a patient."""
    texts = "sex phone phone_digits email address language alert".split()
    return dict.fromkeys(texts, "") | {
        "id": patient_id,
        "number": f"P-{patient_id}",
        "import_key": None,
        "given_name": given,
        "family_name": family,
        "given_key": given.casefold(),
        "family_key": family.casefold(),
        "born_on": None,
        "died_on": None,
        "note_sealed": None,
        "allows_email": False,
        "allows_sms": False,
        "version": 1,
        "created_at": LONG_AGO,
    }


def store_patients(database: Database, rows: Iterable[dict[str, Any]]) -> None:
    """Store patients, without what finds them."""
    store(database, Patient, rows)


def _clinic(clinic_id: int, time_zone: str) -> dict[str, Any]:
    texts = "address phone email tax_number bank_details".split()
    return dict.fromkeys(texts, "") | {
        "id": clinic_id,
        "name": f"Clinic {clinic_id}",
        "time_zone": time_zone,
        "currency": "EUR",
        "country": "DE",
        "invoice_prefix": "INV",
        "step_minutes": 15,
        "opens_minute": 480,
        "closes_minute": 1200,
        "is_active": True,
    }


def _service(minutes: int) -> dict[str, Any]:
    return {
        "id": 1,
        "name": "Visit",
        "specialty_id": None,
        "duration_minutes": minutes,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "price_minor": 5000,
        "currency": "EUR",
        "tax_basis_points": 0,
        "is_active": True,
    }


def _doctor(doctor_id: int) -> dict[str, Any]:
    return {
        "id": doctor_id,
        "user_id": None,
        "display_name": f"Dr {doctor_id}",
        "specialty_id": None,
        "accent": doctor_id % 10,
        "is_active": True,
    }
