"""What one day of the calendar shows besides visits: closures, blocks, holds, rooms."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from clinicdesk.clock import FixedClock
from clinicdesk.database.base import Base
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.holds.models import SlotHold
from clinicdesk.schedule.hours.models import BlockType, CalendarBlock, ClinicClosure
from clinicdesk.schedule.hours.records import ClosureKind
from tests.a_clinic import TUESDAY, AClinic, open_a_clinic

MONDAY = date(2026, 11, 23)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def _store(clinic: AClinic, *rows: Base) -> None:
    def work(transaction: Transaction) -> None:
        session: Session = transaction.session
        for row in rows:
            session.add(row)
            session.flush()

    clinic.database.write(work)


def _closure(clinic_id: int | None, **changed: object) -> ClinicClosure:
    values: dict[str, object] = {
        "clinic_id": clinic_id,
        "kind": ClosureKind.CLOSURE,
        "from_on": TUESDAY,
        "until_on": TUESDAY,
        "starts_minute": None,
        "ends_minute": None,
        "reason": "Staff training",
    }
    return ClinicClosure(**{**values, **changed})


def _block(clinic: AClinic, **changed: object) -> CalendarBlock:
    values: dict[str, object] = {
        "block_type_id": 1,
        "clinic_id": clinic.main,
        "from_on": MONDAY,
        "until_on": MONDAY + timedelta(60),
        "weekdays": 127,
        "every_weeks": 1,
        "starts_minute": 600,
        "ends_minute": 660,
        "note": "",
        "version": 1,
    }
    return CalendarBlock(**{**values, **changed})


EMERGENCIES = {"name": "Emergencies only", "is_hard": False, "is_active": True}


def test_a_day_names_its_holiday_and_what_closes_a_part_of_it(clinic: AClinic) -> None:
    _store(
        clinic,
        _closure(None, kind=ClosureKind.HOLIDAY, reason="St Andrew"),
        _closure(clinic.main, starts_minute=960, ends_minute=1080),
        _closure(clinic.river, reason="Elsewhere"),
        _closure(clinic.main, from_on=TUESDAY + timedelta(1), until_on=TUESDAY + timedelta(9)),
    )
    day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=TUESDAY)
    assert [(one.name, one.is_holiday, one.is_whole_day) for one in day.closures] == [
        ("St Andrew", True, True),
        ("Staff training", False, False),
    ]
    assert day.closures[1].starts_at == clinic.at("16:00")
    assert day.closures[1].ends_at == clinic.at("18:00")


def test_blocks_recur_on_their_weekdays_and_weeks(clinic: AClinic) -> None:
    _store(
        clinic,
        BlockType(**EMERGENCIES),
        _block(clinic, doctor_id=clinic.sato, weekdays=0b0000010, every_weeks=2, note="Dr S"),
    )

    def seen(on: date) -> list[tuple[str, bool, int | None, datetime]]:
        day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=on)
        return [(one.name, one.is_hard, one.doctor_id, one.starts_at) for one in day.blocks]

    assert seen(TUESDAY) == [("Emergencies only", False, clinic.sato, clinic.at("10:00"))]
    assert seen(TUESDAY + timedelta(1)) == []
    assert seen(TUESDAY + timedelta(7)) == []
    assert len(seen(TUESDAY + timedelta(14))) == 1


def test_a_block_past_midnight_shows_on_both_days(clinic: AClinic) -> None:
    _store(
        clinic,
        BlockType(**EMERGENCIES),
        _block(clinic, until_on=MONDAY, starts_minute=1380, ends_minute=1500),
    )
    for on, count in ((MONDAY, 1), (TUESDAY, 1), (TUESDAY + timedelta(1), 0)):
        day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=on)
        assert len(day.blocks) == count


def test_only_live_holds_are_shown(clinic: AClinic, clock: FixedClock) -> None:
    def hold(key: str, seconds: int) -> SlotHold:
        return SlotHold(
            hold_key=key,
            user_id=None,
            user_name="Anna",
            desk="Desk 2",
            clinic_id=clinic.main,
            doctor_id=clinic.sato,
            starts_at=clinic.at("11:00"),
            ends_at=clinic.at("11:30"),
            expires_at=clock.now() + timedelta(seconds=seconds),
        )

    _store(clinic, hold("live", 72), hold("gone", 0))
    day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=TUESDAY)
    assert [(one.hold_key, one.user_name) for one in day.holds] == [("live", "Anna")]


def test_columns_by_room_hold_what_happens_there(clinic: AClinic) -> None:
    sato = clinic.booked("10:30")
    osei = clinic.booked("11:00", doctor_id=clinic.osei)
    day = clinic.calendar.calendar_day(
        clinic.maria, clinic_id=clinic.main, day=TUESDAY, by_room=True
    )
    assert [(column.doctor_name, column.doctor_ids) for column in day.columns] == [
        ("Room 1", (clinic.sato, clinic.haddad)),
        ("2", (clinic.osei,)),
    ]
    keys = {one.id: day.column_key(one) for one in day.appointments}
    assert keys == {sato.id: day.columns[0].key, osei.id: day.columns[1].key}
    starts = [span.starts_at.astimezone(UTC) for span in day.columns[0].open_spans]
    assert starts == sorted(starts)


def test_what_has_no_room_stands_in_a_column_of_its_own(clinic: AClinic) -> None:
    visit = clinic.booked(
        "14:00", TUESDAY + timedelta(1), clinic_id=clinic.river, doctor_id=clinic.sato
    )
    day = clinic.calendar.calendar_day(
        clinic.maria, clinic_id=clinic.river, day=TUESDAY + timedelta(1), by_room=True
    )
    assert [(column.doctor_name, column.key) for column in day.columns] == [("No room", 0)]
    assert day.column_key(day.appointments[0]) == 0
    assert day.appointments[0].id == visit.id


def test_the_names_of_a_day_come_from_an_index_of_names(
    file_database: Database, clock: FixedClock
) -> None:
    clinic = open_a_clinic(file_database, clock)
    asked: list[tuple[str, Any]] = []

    def listen(_c: object, _d: object, statement: str, values: Any, *_more: object) -> None:
        if "patient" in statement:
            asked.append((statement, values))

    event.listen(file_database.engine, "before_cursor_execute", listen)
    clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=TUESDAY)
    ((statement, values),) = asked
    with file_database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [str(row[-1]) for row in cursor.fetchall()]
    assert any("COVERING INDEX ix_patient_shown" in step for step in steps)
