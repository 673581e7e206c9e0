"""The board of the day: where each patient is, since when, whether too long, and what is open."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from clinicdesk.billing.service import BillingService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import AccessDeniedError
from clinicdesk.money import Money
from clinicdesk.schedule.errors import (
    AppointmentChangedError,
    NotBookableError,
    WrongStepError,
)
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.settings.records import VisitSettings
from clinicdesk.settings.service import save_settings
from clinicdesk.visits.board import counts, is_late, minutes, state_line
from clinicdesk.visits.errors import NotWaitingError, RoomInUseError, RoomMissingError
from clinicdesk.visits.records import Board, BoardCard, Column
from tests.a_clinic import SETUP, TUESDAY, AClinic, open_a_clinic

BOARD_MS = 30
STATEMENTS = 4


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def board(clinic: AClinic) -> Board:
    return clinic.visits.board(clinic.maria, clinic_id=clinic.main)


def card(clinic: AClinic, visit: AppointmentDetails) -> BoardCard:
    return next(card for card in board(clinic).cards if card.id == visit.id)


def arrived(clinic: AClinic, at: str, **asked: int) -> AppointmentDetails:
    made = clinic.booked(at, TUESDAY, **asked)
    return clinic.visits.check_in(clinic.maria, made.id, version=made.version)


def room(clinic: AClinic, name: str) -> int:
    return next(room.id for room in board(clinic).rooms if room.name == name)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Keep what is sent to the database meanwhile."""
    seen: list[str] = []

    def keep(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", keep)
    yield seen
    event.remove(database.engine, "before_cursor_execute", keep)


def test_each_visit_stands_where_its_patient_is(clinic: AClinic) -> None:
    expected = clinic.booked("11:00")
    waiting = arrived(clinic, "10:00", patient_id=clinic.jun)
    clinic.clock.advance(timedelta(minutes=12))
    assert card(clinic, expected).column is Column.EXPECTED
    shown = card(clinic, waiting)
    assert (shown.column, state_line(shown, clinic.clock.at)) == (Column.ARRIVED, "waiting 12 min")
    inside = clinic.visits.take_to_room(clinic.maria, waiting.id, version=waiting.version)
    clinic.clock.advance(timedelta(minutes=18))
    shown = card(clinic, inside)
    assert (shown.column, shown.room_name) == (Column.WITH_DOCTOR, "Room 1")
    assert state_line(shown, clinic.clock.at) == "18 min"
    done = clinic.visits.complete(clinic.maria, inside.id, version=inside.version)
    assert card(clinic, done).column is Column.DONE
    assert [each.patient_name for each in board(clinic).cards] == ["Jun Tanaka", "Chloé Martin"]


@pytest.mark.parametrize(
    ("limit", "waited", "late"), [(15, 14, False), (15, 15, True), (5, 14, True), (5, 4, False)]
)
def test_who_waits_longer_than_the_clinics_limit_is_late(
    clinic: AClinic, limit: int, waited: int, late: bool
) -> None:
    settings = VisitSettings(waiting_limit_minutes=limit)
    clinic.database.write(lambda transaction: save_settings(transaction, settings))
    waiting = arrived(clinic, "10:30")
    clinic.clock.advance(timedelta(minutes=waited))
    shown = board(clinic)
    assert minutes(card(clinic, waiting), clinic.clock.at) == waited
    assert is_late(card(clinic, waiting), shown.limits, clinic.clock.at) is late


def test_who_does_not_come_is_late_and_who_never_came_is_new(clinic: AClinic) -> None:
    asked = clinic.schedule.book(clinic.maria, clinic.request(clinic.at("10:00")))
    sure = clinic.booked("11:00", patient_id=clinic.jun)
    assert state_line(card(clinic, asked), clinic.clock.at) == "not confirmed"
    assert state_line(card(clinic, sure), clinic.clock.at) == "new patient"
    clinic.clock.at = clinic.at("10:11")
    late = card(clinic, asked)
    assert state_line(late, clinic.clock.at) == "11 min late · not confirmed"
    assert is_late(late, board(clinic).limits, clinic.clock.at)


def test_the_title_counts_the_day(clinic: AClinic) -> None:
    gone, off = clinic.booked("10:00"), clinic.booked("12:00", patient_id=clinic.jun)
    clinic.schedule.cancel(clinic.maria, off.id, version=off.version, reason="Has a cold")
    clinic.clock.at = clinic.at("10:20")
    clinic.visits.mark_no_show(clinic.maria, gone.id, version=gone.version)
    arrived(clinic, "10:30", patient_id=clinic.jun)
    clinic.clock.advance(timedelta(minutes=7))
    found = counts(board(clinic).cards, clinic.clock.at)
    assert (found.booked, found.waiting, found.longest_minutes, found.no_shows) == (2, 1, 7, 1)


def test_a_patient_is_called_in_and_the_call_taken_back(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    with pytest.raises(NotWaitingError):
        clinic.visits.call_in(clinic.maria, made.id, version=made.version)
    waiting = clinic.visits.check_in(clinic.maria, made.id, version=made.version)
    called = clinic.visits.call_in(clinic.maria, waiting.id, version=waiting.version)
    clinic.clock.advance(timedelta(minutes=2))
    assert called.called_in_at == clinic.clock.at - timedelta(minutes=2)
    words = state_line(card(clinic, made), clinic.clock.at)
    assert words == "called 2 min ago · waiting 2 min"
    with pytest.raises(AppointmentChangedError):
        clinic.visits.call_in(clinic.maria, made.id, version=waiting.version)
    back = clinic.visits.call_in(clinic.maria, made.id, version=called.version, is_back=True)
    assert (back.called_in_at, back.status) == (None, Status.ARRIVED)
    again = clinic.visits.call_in(clinic.maria, made.id, version=back.version)
    undone = clinic.visits.undo(clinic.maria, made.id, version=again.version)
    assert (undone.status, undone.called_in_at) == (Status.CONFIRMED, None)


def test_a_room_in_use_is_named_before_two_share_it(clinic: AClinic) -> None:
    first = arrived(clinic, "10:00")
    second = arrived(clinic, "10:00", doctor_id=clinic.osei, patient_id=clinic.jun)
    room_1 = room(clinic, "Room 1")
    clinic.visits.take_to_room(clinic.maria, first.id, version=first.version, room_id=room_1)
    inside = next(each for each in board(clinic).rooms if each.id == room_1)
    assert inside.patient_name == "Chloé Martin"
    with pytest.raises(RoomInUseError, match="Chloé Martin has been in Room 1 since 09:48"):
        clinic.visits.take_to_room(clinic.maria, second.id, version=second.version, room_id=room_1)
    assert card(clinic, second).status is Status.ARRIVED
    with pytest.raises(AccessDeniedError):
        clinic.visits.take_to_room(
            clinic.maria, second.id, version=second.version, room_id=room_1, share=True
        )
    shared = clinic.visits.take_to_room(
        SETUP, second.id, version=second.version, room_id=room_1, share=True
    )
    assert (shared.status, shared.room_name, shared.is_overbooked) == (
        Status.IN_ROOM,
        "Room 1",
        True,
    )


def test_a_room_booked_for_somebody_else_then_is_named_too(clinic: AClinic) -> None:
    clinic.booked("10:00")
    second = arrived(clinic, "10:00", doctor_id=clinic.osei, patient_id=clinic.jun)
    with pytest.raises(RoomInUseError, match="Room 1 is booked for Chloé Martin at 10:00"):
        clinic.visits.take_to_room(
            clinic.maria, second.id, version=second.version, room_id=room(clinic, "Room 1")
        )
    with pytest.raises(RoomMissingError):
        clinic.visits.take_to_room(clinic.maria, second.id, version=second.version, room_id=4711)
    own = clinic.visits.take_to_room(
        clinic.maria, second.id, version=second.version, room_id=room(clinic, "2")
    )
    assert (own.room_name, own.is_overbooked) == ("2", False)


def test_a_completed_visit_goes_to_no_room(clinic: AClinic) -> None:
    visit = arrived(clinic, "10:00")
    done = clinic.visits.complete(clinic.maria, visit.id, version=visit.version)
    with pytest.raises(WrongStepError):
        clinic.visits.take_to_room(
            clinic.maria, done.id, version=done.version, room_id=room(clinic, "2")
        )


def test_the_end_of_the_day_finds_what_has_no_outcome(clinic: AClinic) -> None:
    missing, waiting = clinic.booked("10:00"), arrived(clinic, "10:30", patient_id=clinic.jun)
    seen = clinic.booked("11:00", doctor_id=clinic.osei)
    later = clinic.booked("16:00")
    clinic.clock.at = clinic.at("15:00")
    done = clinic.visits.complete(
        clinic.maria, seen.id,
        version=clinic.visits.check_in(clinic.maria, seen.id, version=seen.version).version,
    )  # fmt: skip
    day = board(clinic).day
    found = clinic.visits.unfinished(clinic.maria, clinic_id=clinic.main, day=day)
    assert [card.id for card in found.without_outcome] == [missing.id, waiting.id]
    assert [card.id for card in found.completed] == [done.id]
    clinic.visits.mark_no_show(clinic.maria, missing.id, version=missing.version)
    clinic.visits.complete(clinic.maria, waiting.id, version=waiting.version)
    clinic.clock.at = clinic.at("17:30")
    found = clinic.visits.unfinished(clinic.maria, clinic_id=clinic.main, day=day)
    assert [card.id for card in found.without_outcome] == [later.id]


def test_what_visits_and_patients_owe_is_asked_in_one_query_each(clinic: AClinic) -> None:
    billing = BillingService(clinic.database, clock=clinic.clock, audit=clinic.audit)
    open_visit, billed = arrived(clinic, "10:00"), arrived(clinic, "10:30")
    done = clinic.visits.complete(clinic.maria, billed.id, version=billed.version)
    invoice = billing.invoice_visit(SETUP, done.id)
    with statements(clinic.database) as seen:
        owed = billing.owed_by_appointments(clinic.maria, [open_visit.id, done.id])
        debts = billing.debts_of_patients(clinic.maria, [clinic.chloe, clinic.jun])
    assert len(seen) == 2
    assert owed[done.id].invoice_id == invoice.id
    assert (owed[done.id].due, owed[done.id].paid) == (Money(7500, "GBP"), Money(0, "GBP"))
    assert (owed[open_visit.id].invoice_id, owed[open_visit.id].due) == (None, Money(7500, "GBP"))
    assert debts == {clinic.chloe: Money(7500, "GBP")}


def test_the_board_costs_the_same_few_queries_for_any_number(clinic: AClinic) -> None:
    for minute in range(0, 60, 30):
        clinic.booked(f"11:{minute:02d}")
    with statements(clinic.database) as seen:
        shown = board(clinic)
    assert len(shown.cards) == 2
    assert len(seen) == STATEMENTS
    with pytest.raises(NotBookableError):
        clinic.visits.board(clinic.maria, clinic_id=4711)


def test_a_board_of_two_hundred_visits_is_read_at_once(clinic: AClinic) -> None:
    for number in range(200):
        at = clinic.at("10:00") + timedelta(minutes=2 * number)
        _written_past(clinic, at, number)
    board(clinic)
    spent = []
    for _ in range(5):
        began = time.perf_counter()
        assert len(board(clinic).cards) == 200
        spent.append((time.perf_counter() - began) * 1000)
    assert min(spent) < BOARD_MS


def _written_past(clinic: AClinic, at: datetime, number: int) -> None:
    """Put a cancelled visit into the calendar as an import would: it takes nobody's time."""

    def work(transaction: Transaction) -> None:
        end = at + timedelta(minutes=30)
        transaction.session.add(
            Appointment(
                request_key=f"past {number}", clinic_id=clinic.main, doctor_id=clinic.osei,
                patient_id=clinic.jun, service_id=clinic.check_up, status=Status.CANCELLED,
                holds_slot=False, is_overbooked=False, overbooked_reason="", starts_at=at,
                ends_at=end, busy_from_at=at, busy_until_at=end, note="", ended_reason="",
                version=1, created_at=clinic.clock.at, is_walk_in=False,
            )
        )  # fmt: skip

    clinic.database.write(work)
