"""The calendar's health check: what other hours, closures, blocks and clocks would do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from clinicdesk.access import Actor, Role
from clinicdesk.app import Services
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import AccessDeniedError
from clinicdesk.schedule.errors import AppointmentChangedError, HoursInvalidError
from clinicdesk.schedule.health.errors import KeepingReasonError, NoBetterTimeError
from clinicdesk.schedule.health.records import (
    AsItStands,
    NewBlock,
    NewClosures,
    NewException,
    NewWeeklyHours,
    NextClockChange,
    Trouble,
)
from clinicdesk.schedule.hours.records import Block, BlockTypeRecord, Closure
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import ExceptionKind, HoursException, WeeklyHours
from tests.a_clinic import FROM_ON, SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic
from tests.services import services_over


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


@pytest.fixture
def services(clinic: AClinic, database: Database, clock: FixedClock) -> Services:
    return services_over(database, clock)


def shorter(services: Services, clinic: AClinic) -> NewWeeklyHours:
    """Dr Sato without the afternoons."""
    hours = services.hours.weekly_hours(SETUP, clinic.sato)
    return NewWeeklyHours(clinic.sato, tuple(row for row in hours if row.starts_minute < 700))


def test_shorter_hours_name_who_falls_outside_and_another_time(
    services: Services, clinic: AClinic
) -> None:
    inside = clinic.booked("11:00")
    outside = clinic.booked("14:00", patient_id=clinic.jun)
    (found,) = services.calendar_health.check(SETUP, shorter(services, clinic))
    assert found.appointment_id == outside.id
    assert found.trouble is Trouble.OUTSIDE_HOURS
    assert (found.patient_name, found.doctor_name) == ("Jun Tanaka", "Dr Yuki Sato")
    assert f"{found.local_before:%H:%M}" == "14:00"
    assert found.local_after is None
    # Later that day there is nothing left, so the first free time of the day is proposed.
    assert found.proposed_at == clinic.at("10:00")
    assert inside.starts_at == clinic.at("11:00")


def test_an_administrator_is_told_of_visits_and_of_no_names(
    services: Services, clinic: AClinic
) -> None:
    clinic.booked("14:00", patient_id=clinic.jun)
    administrator = Actor(None, "Ruth Sellers", frozenset({Role.ADMINISTRATOR}))
    for actor, name in ((SETUP, "Jun Tanaka"), (administrator, "A patient")):
        (found,) = services.calendar_health.check(actor, shorter(services, clinic))
        assert found.patient_name == name


def test_a_check_changes_nothing(services: Services, clinic: AClinic) -> None:
    booked = clinic.booked("14:00")
    hours = services.hours.weekly_hours(SETUP, clinic.sato)
    entries = services.audit.entries(SETUP)
    services.calendar_health.check(SETUP, shorter(services, clinic))
    assert services.hours.weekly_hours(SETUP, clinic.sato) == hours
    assert services.calendar.appointment(SETUP, booked.id) == booked
    assert services.audit.entries(SETUP) == entries


def test_times_proposed_for_several_do_not_collide(services: Services, clinic: AClinic) -> None:
    for clock_time in ("13:30", "14:00", "14:30", "15:00"):
        clinic.booked(clock_time)
    findings = services.calendar_health.check(SETUP, shorter(services, clinic))
    times = [found.proposed_at for found in findings]
    assert times == [clinic.at(text) for text in ("10:00", "10:30", "11:00", "11:30")]
    services.hours.set_weekly_hours(SETUP, clinic.sato, shorter(services, clinic).hours)
    for found in findings:
        services.calendar_health.fix(SETUP, found)
    assert services.calendar_health.check(SETUP, AsItStands()) == ()
    with pytest.raises(AppointmentChangedError):
        services.calendar_health.fix(SETUP, findings[0])


def test_hours_that_cannot_be_are_refused_by_the_check_too(
    services: Services, clinic: AClinic
) -> None:
    wrong = WeeklyHours(clinic.sato, clinic.main, 0, 600, 600, FROM_ON)
    with pytest.raises(HoursInvalidError):
        services.calendar_health.check(SETUP, NewWeeklyHours(clinic.sato, (wrong,)))


def test_a_day_off_moves_the_visits_to_the_next_day(services: Services, clinic: AClinic) -> None:
    booked = clinic.booked("10:00", WEDNESDAY)
    clinic.booked("10:00", WEDNESDAY, doctor_id=clinic.osei, patient_id=clinic.jun)
    away = HoursException(clinic.sato, None, ExceptionKind.CLOSED, WEDNESDAY, WEDNESDAY)
    (found,) = services.calendar_health.check(SETUP, NewException(away))
    assert found.appointment_id == booked.id
    assert found.proposed_at == clinic.at("9:00", WEDNESDAY + timedelta(days=1))


def test_a_closure_finds_every_doctor_of_the_clinic(services: Services, clinic: AClinic) -> None:
    here = [
        clinic.booked("10:00", WEDNESDAY),
        clinic.booked("10:00", WEDNESDAY, doctor_id=clinic.osei, patient_id=clinic.jun),
    ]
    clinic.booked("14:00", WEDNESDAY, clinic_id=clinic.river)
    closure = Closure(clinic.main, WEDNESDAY, WEDNESDAY, "Painters")
    findings = services.calendar_health.check(SETUP, NewClosures((closure,)))
    assert [found.appointment_id for found in findings] == [each.id for each in here]
    assert {found.trouble for found in findings} == {Trouble.CLOSED}
    assert "Main is closed then: Painters." in findings[0].sentence
    everywhere = replace(closure, clinic_id=None)
    assert len(services.calendar_health.check(SETUP, NewClosures((everywhere,)))) == 3
    morning = replace(closure, starts_minute=480, ends_minute=600)
    assert services.calendar_health.check(SETUP, NewClosures((morning,))) == ()
    assert services.calendar_health.check(SETUP, NewClosures(())) == ()


def test_a_hard_block_is_told_and_a_soft_one_is_not(services: Services, clinic: AClinic) -> None:
    booked = clinic.booked("14:00")
    clinic.booked("15:00", patient_id=clinic.jun)
    hard = services.blocks.add_block_type(SETUP, BlockTypeRecord("Meeting", True))
    soft = services.blocks.add_block_type(SETUP, BlockTypeRecord("Emergencies", False))
    block = Block(hard, clinic.main, TUESDAY, TUESDAY, 14 * 60, 15 * 60, clinic.sato)
    (found,) = services.calendar_health.check(SETUP, NewBlock(block))
    assert (found.appointment_id, found.trouble) == (booked.id, Trouble.BLOCKED)
    assert found.proposed_at == clinic.at("15:30")
    assert services.calendar_health.check(SETUP, NewBlock(replace(block, block_type_id=soft))) == ()
    room = services.hours.places(SETUP, clinic.sato)[0].room_id
    of_room = replace(block, doctor_id=None, room_id=room)
    assert len(services.calendar_health.check(SETUP, NewBlock(of_room))) == 1
    of_all = replace(block, doctor_id=None, ends_minute=16 * 60)
    assert len(services.calendar_health.check(SETUP, NewBlock(of_all))) == 2


def test_a_changed_block_is_checked_instead_of_the_one_that_stands(
    services: Services, clinic: AClinic
) -> None:
    clinic.booked("14:00")
    hard = services.blocks.add_block_type(SETUP, BlockTypeRecord("Meeting", True))
    block = Block(hard, clinic.main, TUESDAY, TUESDAY, 960, 990, clinic.sato)
    stored = replace(block, id=services.blocks.add_block(SETUP, block))
    longer = replace(stored, starts_minute=14 * 60)
    assert len(services.calendar_health.check(SETUP, NewBlock(longer))) == 1
    services.blocks.change_block(SETUP, longer)
    assert len(services.calendar_health.check(SETUP, AsItStands(clinic.main))) == 1
    assert services.calendar_health.check(SETUP, NewBlock(replace(stored, version=2))) == ()


def test_all_that_stands_is_told_until_somebody_keeps_it(
    services: Services, clinic: AClinic
) -> None:
    clinic.booked("14:00")
    services.closures.add_closure(SETUP, Closure(None, TUESDAY, TUESDAY, "Flood"))
    (found,) = services.calendar_health.check(SETUP, AsItStands(clinic.main))
    assert found.kept == ""
    with pytest.raises(KeepingReasonError):
        services.calendar_health.keep(SETUP, found, reason=" ")
    services.calendar_health.keep(SETUP, found, reason="Seen by telephone")
    (again,) = services.calendar_health.check(SETUP, AsItStands(clinic.main))
    assert again.kept == "Seen by telephone"
    assert services.calendar_health.check(SETUP, AsItStands(clinic.river)) == ()


def test_what_is_past_or_ended_is_left_alone(
    services: Services, clinic: AClinic, clock: FixedClock
) -> None:
    gone = clinic.booked("10:00")
    cancelled = clinic.booked("15:00")
    clinic.schedule.cancel(SETUP, cancelled.id, version=1, reason="ill")
    clock.advance(timedelta(hours=1))
    closure = Closure(None, TUESDAY, TUESDAY, "Flood")
    assert gone.starts_at < clock.now()
    assert services.calendar_health.check(SETUP, NewClosures((closure,))) == ()


def test_without_a_free_time_nothing_is_proposed(services: Services, clinic: AClinic) -> None:
    clinic.booked("14:00")
    (found,) = services.calendar_health.check(SETUP, NewWeeklyHours(clinic.sato, ()))
    assert found.proposed_at is None
    with pytest.raises(NoBetterTimeError):
        services.calendar_health.fix(SETUP, found)


SPRING = date(2027, 3, 28)


def test_the_next_change_of_clocks_finds_the_visit_of_that_night(
    services: Services, clinic: AClinic
) -> None:
    night = WeeklyHours(clinic.sato, clinic.main, 5, 22 * 60, 27 * 60, FROM_ON)
    services.hours.set_weekly_hours(SETUP, clinic.sato, [night])
    torn = clinic.booked("0:45", SPRING)
    clinic.booked("22:30", SPRING - timedelta(days=1), patient_id=clinic.jun)
    (found,) = services.calendar_health.check(SETUP, NextClockChange(clinic.main))
    assert (found.appointment_id, found.trouble) == (torn.id, Trouble.CLOCK_CHANGE)
    assert (found.local_before.hour, found.local_after.hour) == (1, 2)  # type: ignore[union-attr]
    assert found.proposed_at == clinic.at("2:00", SPRING)
    change = services.calendar_health.next_clock_change(SETUP, clinic.main)
    assert change is not None
    assert (change.at, change.shift_minutes) == (datetime(2027, 3, 28, 1, tzinfo=UTC), 60)


def test_a_series_that_shifts_is_put_back_to_its_hour(
    services: Services, clinic: AClinic, database: Database
) -> None:
    tuesdays = [date(2027, 3, 16), date(2027, 3, 23), date(2027, 3, 30)]
    times = ["10:00", "10:00", "11:00"]
    booked = [clinic.booked(text, day) for text, day in zip(times, tuesdays, strict=True)]
    made_a_series(database, [each.id for each in booked])
    (found,) = services.calendar_health.check(SETUP, NextClockChange(clinic.main))
    assert (found.appointment_id, found.trouble) == (booked[2].id, Trouble.SERIES)
    assert found.proposed_at == clinic.at("10:00", tuesdays[2])
    moved = services.calendar_health.fix(SETUP, found)
    assert moved.starts_at == clinic.at("10:00", tuesdays[2])
    assert services.calendar_health.check(SETUP, NextClockChange(clinic.main)) == ()


def made_a_series(database: Database, ids: list[int]) -> None:
    from clinicdesk.schedule.series.models import AppointmentSeries
    from clinicdesk.schedule.series.records import Frequency

    def work(transaction: Transaction) -> None:
        series = AppointmentSeries(
            frequency=Frequency.WEEKS, every=1, weekdays=2, visits=3, until_on=None,
            created_at=datetime(2026, 11, 24, tzinfo=UTC), created_by=None,
        )  # fmt: skip
        transaction.session.add(series)
        transaction.session.flush()
        transaction.session.execute(
            update(Appointment).where(Appointment.id.in_(ids)).values(series_id=series.id)
        )

    database.write(work)


def test_reception_checks_nothing(services: Services, clinic: AClinic) -> None:
    with pytest.raises(AccessDeniedError):
        services.calendar_health.check(clinic.maria, AsItStands())


def test_of_a_change_only_what_it_brings_about_is_told(services: Services, clinic: AClinic) -> None:
    clinic.booked("14:00")
    services.closures.add_closure(SETUP, Closure(None, TUESDAY, TUESDAY, "Flood"))
    closure = Closure(clinic.main, TUESDAY, WEDNESDAY, "Painters")
    assert services.calendar_health.check(SETUP, NewClosures((closure,))) == ()
    later = clinic.booked("10:00", WEDNESDAY)
    (found,) = services.calendar_health.check(SETUP, NewClosures((closure,)))
    assert found.appointment_id == later.id


def test_a_visit_put_outside_hours_on_purpose_is_told_of_closures_only(
    services: Services, clinic: AClinic
) -> None:
    request = replace(clinic.request(clinic.at("18:00")), overbook_reason="cannot come earlier")
    manager = Actor(None, "John Abara", frozenset({Role.MANAGER}), "Desk 1")
    overbooked = services.schedule.book(manager, request)
    assert overbooked.is_overbooked
    assert services.calendar_health.check(SETUP, AsItStands()) == ()
    services.closures.add_closure(SETUP, Closure(None, TUESDAY, TUESDAY, "Flood"))
    (found,) = services.calendar_health.check(SETUP, AsItStands())
    assert (found.appointment_id, found.trouble) == (overbooked.id, Trouble.CLOSED)
