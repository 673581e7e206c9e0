"""The shelf: what every desk can put aside, and what becomes of it."""

from datetime import date
from pathlib import Path

import pytest

from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file
from clinicdesk.database.session import Database
from clinicdesk.schedule.errors import (
    AppointmentChangedError,
    AppointmentMissingError,
    NotBookableError,
    OtherDoctorsAppointmentError,
    ShelfCardGoneError,
    WrongStepError,
)
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.schedule.shelf.service import ShelfService
from tests.a_clinic import AClinic, open_a_clinic
from tests.conftest import FILE_KEY

THURSDAY = date(2026, 11, 26)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


@pytest.fixture
def shelf(clinic: AClinic) -> ShelfService:
    return ShelfService(clinic.database, clock=clinic.clock, audit=clinic.audit)


def test_an_appointment_on_the_shelf_keeps_its_time(clinic: AClinic, shelf: ShelfService) -> None:
    visit = clinic.booked("10:30")
    card = shelf.put(clinic.maria, visit.id)
    assert (card.appointment_id, card.starts_at) == (visit.id, clinic.at("10:30"))
    assert (card.patient_name, card.duration_minutes) == ("Chloé Martin", 30)
    assert clinic.calendar.appointment(clinic.maria, visit.id) == visit
    assert shelf.cards(clinic.maria, clinic.main) == (card,)
    assert shelf.cards(clinic.maria, clinic.river) == ()


def test_the_same_appointment_lies_there_once(clinic: AClinic, shelf: ShelfService) -> None:
    visit = clinic.booked("10:30")
    assert shelf.put(clinic.maria, visit.id) == shelf.put(clinic.maria, visit.id)


def test_putting_it_elsewhere_takes_the_card_off(
    clinic: AClinic, shelf: ShelfService, bus: ChangeBus
) -> None:
    visit = clinic.booked("10:30")
    card = shelf.put(clinic.maria, visit.id)
    heard: list[Change] = []
    bus.subscribe(heard.extend)
    clinic.schedule.move(
        clinic.maria,
        visit.id,
        version=card.appointment_version or 0,
        doctor_id=clinic.sato,
        starts_at=clinic.at("11:00", THURSDAY),
    )
    assert shelf.cards(clinic.maria, clinic.main) == ()
    assert Change(Topic.SHELF, card.id) in heard


def test_putting_it_back_at_its_own_time_takes_the_card_off_too(
    clinic: AClinic, shelf: ShelfService
) -> None:
    visit = clinic.booked("10:30")
    shelf.put(clinic.maria, visit.id)
    back = clinic.schedule.move(
        clinic.maria,
        visit.id,
        version=visit.version,
        doctor_id=visit.doctor_id,
        starts_at=visit.starts_at,
    )
    assert (back, shelf.cards(clinic.maria, clinic.main)) == (visit, ())


def test_a_refused_move_leaves_the_card(clinic: AClinic, shelf: ShelfService) -> None:
    visit = clinic.booked("10:30")
    card = shelf.put(clinic.maria, visit.id)
    with pytest.raises(AppointmentChangedError):
        clinic.schedule.move(
            clinic.maria,
            visit.id,
            version=99,
            doctor_id=clinic.sato,
            starts_at=clinic.at("11:00"),
        )
    assert shelf.cards(clinic.maria, clinic.main) == (card,)


def test_a_card_whose_visit_was_called_off_says_so_and_cannot_be_moved(
    clinic: AClinic, shelf: ShelfService
) -> None:
    visit = clinic.booked("10:30")
    before = shelf.put(clinic.maria, visit.id)
    clinic.schedule.cancel(clinic.maria, visit.id, version=visit.version, reason="Has a cold")
    (card,) = shelf.cards(clinic.maria, clinic.main)
    assert card.status is AppointmentStatus.CANCELLED
    with pytest.raises(AppointmentChangedError):
        _move(clinic, before.appointment_version or 0, visit.id)
    with pytest.raises(WrongStepError):
        _move(clinic, card.appointment_version or 0, visit.id)


def _move(clinic: AClinic, version: int, appointment_id: int) -> None:
    clinic.schedule.move(
        clinic.maria,
        appointment_id,
        version=version,
        doctor_id=clinic.sato,
        starts_at=clinic.at("11:00"),
    )


def test_clearing_sends_appointments_home_and_keeps_wishes(
    clinic: AClinic, shelf: ShelfService
) -> None:
    visits = [clinic.booked(time) for time in ("10:30", "11:00")]
    for visit in visits:
        shelf.put(clinic.maria, visit.id)
    wish = shelf.put_wish(
        clinic.maria,
        clinic_id=clinic.main,
        patient_id=clinic.jun,
        service_id=clinic.check_up,
        note=" Call back after 5 ",
    )
    assert shelf.clear(clinic.maria, clinic.main) == 2
    assert shelf.cards(clinic.maria, clinic.main) == (wish,)
    assert (wish.note, wish.appointment_id, wish.duration_minutes) == (
        "Call back after 5",
        None,
        30,
    )
    for visit in visits:
        assert clinic.calendar.appointment(clinic.maria, visit.id) == visit


def test_two_desks_take_the_same_card(clinic: AClinic, shelf: ShelfService) -> None:
    card = shelf.put(clinic.maria, clinic.booked("10:30").id)
    shelf.take_off(clinic.maria, card.id)
    with pytest.raises(ShelfCardGoneError, match="A colleague has taken this card"):
        shelf.take_off(clinic.maria, card.id)


def test_what_cannot_lie_there_is_refused(clinic: AClinic, shelf: ShelfService) -> None:
    visit = clinic.booked("10:30")
    with pytest.raises(OtherDoctorsAppointmentError):
        shelf.put(clinic.doctor(clinic.osei), visit.id)
    clinic.visits.check_in(clinic.maria, visit.id, version=visit.version)
    with pytest.raises(WrongStepError):
        shelf.put(clinic.maria, visit.id)
    with pytest.raises(AppointmentMissingError):
        shelf.put(clinic.maria, 999)
    with pytest.raises(NotBookableError, match="no such patient"):
        shelf.put_wish(
            clinic.maria, clinic_id=clinic.main, patient_id=999, service_id=clinic.check_up
        )


def test_cards_outlive_a_restart(
    clock: FixedClock, file_database: Database, database_file: Path
) -> None:
    clinic = open_a_clinic(file_database, clock)
    shelf = ShelfService(file_database, clock=clock, audit=clinic.audit)
    card = shelf.put(clinic.maria, clinic.booked("10:30").id)
    file_database.close()
    again = open_file(database_file, FILE_KEY, bus=ChangeBus())
    later = ShelfService(again, clock=clock, audit=clinic.audit)
    assert later.cards(clinic.maria, clinic.main) == (card,)
    again.close()
