"""A visit from arrival to its end, the ways back, and when a step is too early or too late."""

from datetime import timedelta

import pytest

from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.errors import (
    AppointmentChangedError,
    AppointmentMissingError,
    OtherDoctorsAppointmentError,
    SlotTakenError,
    TooEarlyError,
    WrongStepError,
)
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.visits.rules import TooLateError
from tests.a_clinic import SETUP, WEDNESDAY, AClinic, open_a_clinic


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def test_a_visit_leaves_its_times_behind(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    clinic.clock.at = clinic.at("9:55")
    arrived = clinic.visits.check_in(clinic.maria, made.id, version=made.version)
    clinic.clock.at = clinic.at("10:04")
    in_room = clinic.visits.take_to_room(clinic.maria, made.id, version=arrived.version)
    clinic.clock.at = clinic.at("10:31")
    done = clinic.visits.complete(clinic.maria, made.id, version=in_room.version)
    assert [visit.status for visit in (arrived, in_room, done)] == [
        AppointmentStatus.ARRIVED,
        AppointmentStatus.IN_ROOM,
        AppointmentStatus.COMPLETED,
    ]
    assert (done.arrived_at, done.in_room_at, done.completed_at) == (
        clinic.at("9:55"),
        clinic.at("10:04"),
        clinic.at("10:31"),
    )
    assert clinic.calendar.appointment(clinic.maria, made.id) == done


def test_each_step_back_takes_its_time_along(clinic: AClinic) -> None:
    visit = clinic.schedule.book(clinic.maria, clinic.request(clinic.at("10:00")))
    seen = [visit]
    for step in (clinic.visits.check_in, clinic.visits.take_to_room, clinic.visits.complete):
        visit = step(clinic.maria, visit.id, version=visit.version)
        seen.append(visit)
    for before in reversed(seen[:-1]):
        visit = clinic.visits.undo(clinic.maria, visit.id, version=visit.version)
        assert (visit.status, visit.arrived_at, visit.in_room_at, visit.completed_at) == (
            before.status,
            before.arrived_at,
            before.in_room_at,
            before.completed_at,
        )
    with pytest.raises(WrongStepError):
        clinic.visits.undo(clinic.maria, visit.id, version=visit.version)


def test_a_step_repeated_after_an_undo_goes_back_again(clinic: AClinic) -> None:
    visit = clinic.booked("10:00")
    for _ in range(2):
        visit = clinic.visits.check_in(clinic.maria, visit.id, version=visit.version)
        visit = clinic.visits.complete(clinic.maria, visit.id, version=visit.version)
        visit = clinic.visits.undo(clinic.maria, visit.id, version=visit.version)
        assert visit.status is AppointmentStatus.ARRIVED
        visit = clinic.visits.undo(clinic.maria, visit.id, version=visit.version)
        assert visit.status is AppointmentStatus.CONFIRMED


def test_a_visit_may_be_finished_without_the_steps_between(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    done = clinic.visits.complete(clinic.maria, made.id, version=made.version)
    assert (done.arrived_at, done.completed_at) == (None, clinic.clock.now())


def test_check_in_belongs_to_the_day_of_the_visit(clinic: AClinic) -> None:
    tomorrow = clinic.booked("9:00", WEDNESDAY)
    for step in (clinic.visits.check_in, clinic.visits.complete):
        with pytest.raises(TooEarlyError):
            step(clinic.maria, tomorrow.id, version=tomorrow.version)
    # The clinic's day begins at its midnight.
    clinic.clock.at = clinic.at("0:00", WEDNESDAY)
    arrived = clinic.visits.check_in(clinic.maria, tomorrow.id, version=tomorrow.version)
    back = clinic.visits.undo(clinic.maria, tomorrow.id, version=arrived.version)
    clinic.clock.at = clinic.at("0:00", WEDNESDAY) + timedelta(days=1)
    with pytest.raises(TooLateError):
        clinic.visits.check_in(clinic.maria, tomorrow.id, version=back.version)
    clinic.visits.complete(clinic.maria, tomorrow.id, version=back.version)


def test_nobody_is_missed_before_the_time(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    clinic.clock.at = clinic.at("10:00")
    with pytest.raises(TooEarlyError):
        clinic.visits.mark_no_show(clinic.maria, made.id, version=made.version)
    clinic.clock.advance(timedelta(minutes=1))
    missed = clinic.visits.mark_no_show(clinic.maria, made.id, version=made.version)
    assert missed.status is AppointmentStatus.NO_SHOW


def test_the_time_of_a_no_show_is_free_and_may_be_given_away(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    clinic.clock.at = clinic.at("10:10")
    missed = clinic.visits.mark_no_show(clinic.maria, made.id, version=made.version)
    clinic.booked("10:00", patient_id=clinic.jun)
    with pytest.raises(SlotTakenError, match="stays a no-show"):
        clinic.visits.undo(clinic.maria, made.id, version=missed.version)
    assert clinic.calendar.appointment(clinic.maria, made.id) == missed


def test_a_no_show_who_comes_after_all_is_expected_again(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    clinic.clock.at = clinic.at("10:10")
    missed = clinic.visits.mark_no_show(clinic.maria, made.id, version=made.version)
    back = clinic.visits.undo(clinic.maria, made.id, version=missed.version)
    assert back.status is AppointmentStatus.CONFIRMED
    with pytest.raises(SlotTakenError):
        clinic.booked("10:00", patient_id=clinic.jun)


def test_steps_out_of_order_are_refused_in_words(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    with pytest.raises(WrongStepError, match="What is possible now: check in"):
        clinic.visits.take_to_room(clinic.maria, made.id, version=made.version)
    gone = clinic.schedule.cancel(clinic.maria, made.id, version=made.version, reason="")
    for step in (clinic.visits.check_in, clinic.visits.complete, clinic.visits.undo):
        with pytest.raises(WrongStepError, match="cancelled"):
            step(clinic.maria, made.id, version=gone.version)


def test_a_stale_or_unknown_visit_is_refused(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    clinic.visits.check_in(clinic.maria, made.id, version=made.version)
    with pytest.raises(AppointmentChangedError):
        clinic.visits.check_in(clinic.maria, made.id, version=made.version)
    with pytest.raises(AppointmentMissingError):
        clinic.visits.check_in(clinic.maria, 4711, version=1)


def test_doctors_run_their_own_visits(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    with pytest.raises(OtherDoctorsAppointmentError):
        clinic.visits.check_in(clinic.doctor(clinic.osei), made.id, version=made.version)
    arrived = clinic.visits.check_in(clinic.doctor(clinic.sato), made.id, version=made.version)
    assert arrived.status is AppointmentStatus.ARRIVED


def test_each_step_is_told_and_stands_in_the_audit_log(clinic: AClinic, bus: ChangeBus) -> None:
    made = clinic.booked("10:00")
    seen: list[Change] = []
    bus.subscribe(seen.extend)
    arrived = clinic.visits.check_in(clinic.maria, made.id, version=made.version)
    clinic.visits.undo(clinic.maria, made.id, version=arrived.version)
    assert seen == [Change(Topic.APPOINTMENT, made.id)] * 2
    entries = clinic.audit.entries(SETUP, entity="appointment", entity_id=made.id)
    assert [entry.action for entry in entries][:2] == ["undo visit step", "check in"]


def test_today_lists_the_clinics_day(clinic: AClinic) -> None:
    first, other = clinic.booked("10:00"), clinic.booked("9:00", WEDNESDAY)
    assert clinic.visits.today(clinic.maria, clinic_id=clinic.main) == (first,)
    clinic.clock.at = clinic.at("0:00", WEDNESDAY)
    assert clinic.visits.today(clinic.maria, clinic_id=clinic.main) == (other,)
    assert clinic.visits.today(clinic.maria, clinic_id=4711) == ()
