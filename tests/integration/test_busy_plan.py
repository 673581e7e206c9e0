"""The reads of what is taken use the partial indexes, with the values bound as they are."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.busy import (
    busy_of_doctors,
    busy_of_equipment,
    busy_of_rooms,
    stays_of_doctors,
)
from clinicdesk.schedule.equipment import free_equipment
from clinicdesk.schedule.wall_clock import utc_minute
from tests.a_clinic import AClinic, open_a_clinic

DOCTOR = "ix_appointment_doctor_busy"
ROOM = "ix_appointment_room_starts"
EQUIPMENT = "ix_appointment_equipment_starts"


@pytest.fixture
def clinic(file_database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(file_database, clock)


def _asked(session: Session, clinic: AClinic) -> Iterable[tuple[str, object]]:
    start = clinic.at("9:00")
    span = utc_minute(start), utc_minute(start) + 600
    yield DOCTOR, list(busy_of_doctors(session, [1, 2], *span))
    yield DOCTOR, list(stays_of_doctors(session, [1, 2], *span))
    yield ROOM, list(busy_of_rooms(session, [1, 2], *span))
    yield EQUIPMENT, list(busy_of_equipment(session, [1, 2], *span))
    end = start + timedelta(minutes=30)
    yield EQUIPMENT, free_equipment(session, clinic_id=1, kind="ECG", starts_at=start, ends_at=end)


def test_the_partial_indexes_serve_bound_values(clinic: AClinic) -> None:
    def work(session: Session) -> None:
        connection = session.connection()
        said: list[tuple[str, Any]] = []

        @event.listens_for(connection, "before_cursor_execute")
        def _note(_c: Connection, _u: Any, statement: str, values: Any, *_more: Any) -> None:
            said.append((statement, values))

        for index, _ in _asked(session, clinic):
            statement, values = said[-1]
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            steps = [row[3] for row in plan if "appointment" in row[3]]
            assert any(f"INDEX {index} (" in step for step in steps), steps
            assert not any(step.startswith("SCAN") for step in steps), steps

    clinic.database.read(work)
