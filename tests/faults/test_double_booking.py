"""Two appointments at one time: refused by the database itself, whoever writes and how many."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from clinicdesk.clock import FixedClock
from clinicdesk.database.errors import violated
from clinicdesk.database.session import Database
from clinicdesk.schedule.errors import SlotTakenError
from clinicdesk.schedule.guard import DOCTOR_TAKEN, ROOM_TAKEN
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from tests.a_clinic import AClinic, open_a_clinic
from tests.racing_desk import overlaps, remove_guard

WRITERS = 8
ROUNDS = 6


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def row(clinic: AClinic, number: int, clock_time: str, **changed: object) -> dict[str, object]:
    """Give an appointment of half an hour with Dr Sato in no room, as a bare row."""
    starts_at = clinic.at(clock_time)
    ends_at = starts_at + timedelta(minutes=30)
    return {
        "request_key": f"row {number}",
        "clinic_id": clinic.main,
        "doctor_id": clinic.sato,
        "room_id": None,
        "patient_id": clinic.chloe,
        "service_id": clinic.check_up,
        "status": AppointmentStatus.CONFIRMED,
        "holds_slot": True,
        "is_overbooked": False,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "busy_from_at": starts_at,
        "busy_until_at": ends_at,
        "note": "",
        "ended_reason": "",
        "version": 1,
        "created_at": starts_at,
    } | changed


def put(database: Database, values: dict[str, object]) -> None:
    with database.writer_connection() as connection:
        connection.execute(insert(table()).values(**values))


def table() -> Table:
    assert isinstance(Appointment.__table__, Table)
    return Appointment.__table__


# --- the guard itself ----------------------------------------------------------------------


@pytest.mark.parametrize("clock_time", ["9:45", "10:00", "10:15", "10:29"])
def test_the_database_refuses_an_overlapping_row(clinic: AClinic, clock_time: str) -> None:
    put(clinic.database, row(clinic, 1, "10:00"))
    with pytest.raises(IntegrityError) as refused:
        put(clinic.database, row(clinic, 2, clock_time))
    assert violated(refused.value) == DOCTOR_TAKEN


def test_the_database_refuses_two_visits_in_one_room(clinic: AClinic) -> None:
    put(clinic.database, row(clinic, 1, "10:00", room_id=1))
    with pytest.raises(IntegrityError) as refused:
        put(clinic.database, row(clinic, 2, "10:15", room_id=1, doctor_id=clinic.osei))
    assert violated(refused.value) == ROOM_TAKEN


def test_the_database_counts_the_buffers_of_a_doctor(clinic: AClinic) -> None:
    put(clinic.database, row(clinic, 1, "10:00", busy_until_at=clinic.at("10:45")))
    with pytest.raises(IntegrityError):
        put(clinic.database, row(clinic, 2, "10:30"))


@pytest.mark.parametrize(
    "changed",
    [
        {"status": AppointmentStatus.CANCELLED, "holds_slot": False},
        {"is_overbooked": True},
    ],
)
def test_the_database_lets_in_what_holds_no_time_or_was_permitted(
    clinic: AClinic, changed: dict[str, object]
) -> None:
    put(clinic.database, row(clinic, 1, "10:00"))
    put(clinic.database, row(clinic, 2, "10:15", **changed))


def test_spans_that_touch_do_not_overlap(clinic: AClinic) -> None:
    for number, clock_time in enumerate(("10:00", "9:30", "10:30")):
        put(clinic.database, row(clinic, number, clock_time, room_id=1))
    assert overlaps(clinic.database) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE appointment SET doctor_id = {sato} WHERE request_key = 'row 2'",
        "UPDATE appointment SET holds_slot = {yes} WHERE request_key = 'row 3'",
        "UPDATE appointment SET is_overbooked = {no} WHERE request_key = 'row 4'",
        "UPDATE appointment SET busy_until_at = {late}, ends_at = {late}"
        " WHERE request_key = 'row 5'",
    ],
)
def test_no_change_of_a_row_slips_past_the_database(clinic: AClinic, change: str) -> None:
    put(clinic.database, row(clinic, 1, "10:00"))
    put(clinic.database, row(clinic, 2, "10:00", doctor_id=clinic.osei))
    put(clinic.database, row(clinic, 3, "10:00", holds_slot=False))
    put(clinic.database, row(clinic, 4, "10:00", is_overbooked=True))
    put(clinic.database, row(clinic, 5, "9:00"))
    is_file = clinic.database.is_sqlite
    late = clinic.at("10:10")
    statement = change.format(
        sato=clinic.sato,
        yes="1" if is_file else "true",
        no="0" if is_file else "false",
        late=int(late.timestamp() * 1_000_000) if is_file else f"'{late.isoformat()}'",
    )
    with pytest.raises(IntegrityError), clinic.database.writer_connection() as connection:
        connection.execute(text(statement))


# --- many desks at once --------------------------------------------------------------------


def all_at_once(works: Sequence[Callable[[], AppointmentDetails]]) -> tuple[int, list[Exception]]:
    """Start every work at the same moment; give how many succeeded and what the others said."""
    ready = threading.Barrier(len(works))
    refused: list[Exception] = []
    won: list[AppointmentDetails] = []

    def run(work: Callable[[], AppointmentDetails]) -> None:
        ready.wait()
        try:
            won.append(work())
        except SlotTakenError as error:
            refused.append(error)

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(run, works))
    return len(won), refused


def test_of_eight_desks_that_book_one_time_one_wins(clinic: AClinic) -> None:
    times = ["10:00", "10:30", "11:00", "11:30", "13:30", "14:00"][:ROUNDS]
    for clock_time in times:
        at = clinic.at(clock_time)
        works = [
            partial(clinic.schedule.book, clinic.maria, clinic.request(at)) for _ in range(WRITERS)
        ]
        won, refused = all_at_once(works)
        assert (won, len(refused)) == (1, WRITERS - 1)
        assert all("Chloé Martin" in str(error) for error in refused)
        assert all(error.next_free for error in refused if isinstance(error, SlotTakenError))
    assert overlaps(clinic.database) == []


def test_of_desks_that_move_and_book_into_one_time_one_wins(clinic: AClinic) -> None:
    others = [clinic.booked(time) for time in ("13:30", "14:00", "14:30", "15:00")]
    target = clinic.at("10:15")
    moves = [
        partial(
            clinic.schedule.move,
            clinic.maria,
            one.id,
            version=1,
            doctor_id=clinic.sato,
            starts_at=target,
            accept_patient_overlap=True,
        )
        for one in others
    ]
    books = [
        partial(
            clinic.schedule.book,
            clinic.maria,
            replace(clinic.request(target, doctor_id=doctor), accept_patient_overlap=True),
        )
        for doctor in (clinic.sato, clinic.haddad)
    ]
    won, refused = all_at_once([*moves, *books])
    assert (won, len(refused)) == (1, 5)
    assert overlaps(clinic.database) == []


def test_the_same_request_from_many_sides_books_once(clinic: AClinic) -> None:
    request = clinic.request(clinic.at("10:00"))
    won, refused = all_at_once([partial(clinic.schedule.book, clinic.maria, request)] * WRITERS)
    assert (won, refused) == (WRITERS, [])
    assert len(clinic.calendar.appointments_of_patient(clinic.maria, clinic.chloe)) == 1


def test_a_desk_that_saw_the_time_free_is_told_who_was_faster(
    server_database: Database, clock: FixedClock
) -> None:
    """The other desk's row is written but not committed while this one looks."""
    clinic = open_a_clinic(server_database, clock)
    other = row(clinic, 1, "10:00", doctor_id=clinic.haddad, patient_id=clinic.jun, room_id=1)
    request = clinic.request(clinic.at("10:15"))
    with ThreadPoolExecutor(1) as pool:
        with server_database.writer_connection() as connection:
            connection.execute(insert(table()).values(**other))
            booking = pool.submit(clinic.schedule.book, clinic.maria, request)
            wait_until_blocked(server_database)
        with pytest.raises(SlotTakenError, match="Jun Tanaka") as refused:
            booking.result()
    assert [slot.starts_at for slot in refused.value.next_free][:1] == [clinic.at("10:30")]
    assert overlaps(server_database) == []


def wait_until_blocked(database: Database) -> None:
    """Wait until a connection to the server waits for another."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    pause = threading.Event()
    for _ in range(1000):
        if database.read(lambda session: session.scalar(waiting)):
            return
        pause.wait(0.01)
    pytest.fail("nobody had to wait")


# --- the control: what would happen without the guard --------------------------------------


def free_then_insert(
    database: Database, values: dict[str, object], *, both_looked: threading.Barrier
) -> None:
    """Book as a naive program would: look in one transaction, write in the next."""
    starts_at = values["starts_at"]
    assert isinstance(starts_at, datetime)
    taken = database.read(
        lambda session: session.scalar(
            select(func.count(Appointment.id)).where(Appointment.starts_at == starts_at)
        )
    )
    both_looked.wait()
    if not taken:
        put(database, values)


@pytest.mark.parametrize("is_guarded", [False, True])
def test_looking_first_is_not_enough(clinic: AClinic, is_guarded: bool) -> None:
    """The control: two desks that look before they write both write, but for the guard."""
    if not is_guarded:
        remove_guard(clinic.database)
    both_looked = threading.Barrier(2)

    def desk(number: int) -> bool:
        try:
            free_then_insert(clinic.database, row(clinic, number, "10:00"), both_looked=both_looked)
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        written = sorted(pool.map(desk, range(2)))
    assert written == ([False, True] if is_guarded else [True, True])
    assert len(overlaps(clinic.database)) == (0 if is_guarded else 1)
