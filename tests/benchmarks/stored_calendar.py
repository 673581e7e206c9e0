"""Stores millions of appointments in an encrypted file: rows first, then indexes and guard."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from clinicdesk.clock import local_instant
from clinicdesk.database.session import Database
from clinicdesk.schedule import guard
from clinicdesk.schedule.models import Appointment, Availability
from clinicdesk.schedule.records import BLOCKING, AppointmentStatus
from clinicdesk.schedule.wall_clock import utc_minute
from tests.benchmarks.stored_clinic import AT_ONCE, LONG_AGO, store, store_people

DOCTORS = range(1, 41)
CLINICS = 3
FIRST_DAY = date(2018, 1, 1)
ZONE = "Europe/London"
OPENS, CLOSES = 480, 1200
MINUTE = 60_000_000
STATES = tuple(AppointmentStatus)[:5]
APPOINTMENT = (
    "id request_key clinic_id doctor_id room_id patient_id service_id status holds_slot"
    " is_overbooked starts_at ends_at busy_from_at busy_until_at note ended_reason version"
    " created_at"
).split()
PATIENT = (
    "id number given_name family_name given_key family_key sex phone phone_digits email address"
    " language alert allows_email allows_sms version created_at"
).split()


def store_calendar(database: Database, rows: Path, patients: Path) -> None:
    """Store the workload's appointments and patients, and hours for every doctor."""
    store_people(database, doctors=DOCTORS, minutes=15, time_zone=ZONE, clinics=CLINICS)
    store(database, Availability, _hours())
    table = Appointment.__table__
    assert isinstance(table, Table)
    with database.writer_connection() as connection:
        _insert(connection, "patient", PATIENT, _patients(patients))
    with database.writer_connection() as connection:
        for index in table.indexes:
            index.drop(connection)
        for rule in (guard.DOCTOR_TAKEN, guard.ROOM_TAKEN):
            for verb in ("INSERT", "UPDATE"):
                connection.exec_driver_sql(f"DROP TRIGGER {rule}_{verb}")
        _insert(connection, "appointment", APPOINTMENT, _appointments(rows))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            index.create(connection)
        for statement in guard.sqlite_statements():
            connection.exec_driver_sql(statement)


def _insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    remaining = iter(rows)
    while some := list(islice(remaining, AT_ONCE)):
        connection.exec_driver_sql(statement, some)


def _patients(path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            number, family, given, _born, phone, _mrn = line.rstrip("\n").split("\t")
            texts = ("", phone, phone, "", "", "", "")
            names = (given, family, given.casefold(), family.casefold())
            yield (int(number), f"P-{number}", *names, *texts, 0, 0, 1, 0)


def _appointments(path: Path) -> Iterator[tuple[Any, ...]]:
    midnights: dict[str, int] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            number, doctor, clinic, patient, day, start, minutes, state, _ = line.split("\t")
            if day not in midnights:
                opens = local_instant(date.fromisoformat(day), OPENS, ZONE)
                midnights[day] = utc_minute(opens) - OPENS
            begin = (midnights[day] + int(start)) * MINUTE
            end = begin + int(minutes) * MINUTE
            status = STATES[int(state)]
            keys = (int(number), f"{int(number):09d}", int(clinic), int(doctor), None, int(patient))
            span = (begin, end, begin, end)
            yield (*keys, 1, status.value, int(status in BLOCKING), 0, *span, "", "", 1, 0)


def _hours() -> Iterator[dict[str, Any]]:
    for doctor_id in DOCTORS:
        for weekday in range(7):
            yield {
                "doctor_id": doctor_id,
                "clinic_id": doctor_id % CLINICS + 1,
                "weekday": weekday,
                "starts_minute": OPENS,
                "ends_minute": CLOSES,
                "valid_from_on": LONG_AGO.date(),
                "valid_until_on": None,
            }
