"""Weeks and months of the calendar: the same days, counted the same way, as the days themselves."""

from datetime import date, timedelta

import pytest

from clinicdesk.clock import FixedClock, clinic_day
from clinicdesk.database.session import Database
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.hours.closures import ClosureService
from clinicdesk.schedule.hours.records import Closure, ClosureKind
from clinicdesk.schedule.records import BLOCKING, AppointmentStatus
from clinicdesk.schedule.week import week_of
from tests.a_clinic import LONDON, SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic

MONDAY = date(2026, 11, 23)
CHANGE_WEEK = date(2027, 3, 22)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def test_a_week_has_a_column_for_each_day_of_the_doctor(clinic: AClinic) -> None:
    here = clinic.booked("10:00")
    clinic.booked("10:00", doctor_id=clinic.osei, patient_id=clinic.jun)
    away = clinic.schedule.book(
        clinic.maria,
        clinic.request(clinic.at("15:00", WEDNESDAY), clinic_id=clinic.river),
    )
    week = clinic.calendar.calendar_week(
        clinic.maria, clinic_id=clinic.main, doctor_id=clinic.sato, first_on=MONDAY
    )
    assert [column.on for column in week.columns] == [MONDAY + timedelta(n) for n in range(7)]
    assert [one.id for one in week.appointments] == [here.id, away.id]
    keys = [week.column_key(one) for one in week.appointments]
    assert keys == [TUESDAY.toordinal(), WEDNESDAY.toordinal()]
    assert week.appointments[1].service_name == "Check-up · River"
    assert week.shows(WEDNESDAY)
    assert not week.shows(MONDAY - timedelta(1))


def test_a_week_shows_the_hours_at_every_clinic(clinic: AClinic) -> None:
    week = clinic.calendar.calendar_week(
        clinic.maria, clinic_id=clinic.main, doctor_id=clinic.sato, first_on=MONDAY
    )
    wednesday = week.columns[2]
    assert {span.clinic_id for span in wednesday.open_spans} == {clinic.main, clinic.river}
    assert week.columns[5].open_spans == ()


def test_free_places_of_a_week_are_those_of_its_days(clinic: AClinic) -> None:
    clinic.booked("10:00", doctor_id=clinic.osei)
    week = clinic.calendar.calendar_week(
        clinic.maria, clinic_id=clinic.main, doctor_id=clinic.osei, first_on=MONDAY
    )
    for column in week.columns:
        assert column.on is not None
        day = clinic.calendar.calendar_day(
            clinic.maria, clinic_id=clinic.main, day=column.on, doctor_ids=[clinic.osei]
        )
        assert [column.free_slots] == [one.free_slots for one in day.columns] or not day.columns


@pytest.mark.parametrize("first_on", [MONDAY, CHANGE_WEEK, date(2026, 10, 19)])
def test_each_day_of_a_week_is_drawn_on_its_own_clock(clinic: AClinic, first_on: date) -> None:
    week = clinic.calendar.calendar_week(
        clinic.maria, clinic_id=clinic.main, doctor_id=clinic.haddad, first_on=first_on
    )
    for column in week.columns:
        (span,) = column.open_spans
        assert clinic_day(span.starts_at, LONDON) == column.on
        assert column.on is not None
        assert span.starts_at == clinic.at("10:00", column.on)
        assert span.ends_at == clinic.at("18:00", column.on)


def test_a_week_of_nobody_is_refused(clinic: AClinic) -> None:
    with pytest.raises(NotBookableError):
        clinic.calendar.calendar_week(
            clinic.maria, clinic_id=clinic.main, doctor_id=999, first_on=MONDAY
        )
    with pytest.raises(NotBookableError):
        clinic.calendar.calendar_week(
            clinic.maria, clinic_id=999, doctor_id=clinic.sato, first_on=MONDAY
        )


def test_a_month_counts_what_its_days_list(clinic: AClinic) -> None:
    clinic.booked("10:00")
    clinic.schedule.book(clinic.maria, clinic.request(clinic.at("11:00")))
    gone = clinic.booked("14:00", day=WEDNESDAY, doctor_id=clinic.osei)
    clinic.schedule.cancel(clinic.maria, gone.id, version=gone.version, reason="ill")
    month = clinic.calendar.calendar_month(clinic.maria, clinic_id=clinic.main, month_on=TUESDAY)
    assert month.month_on == date(2026, 11, 1)
    assert (month.days[0].on, len(month.days)) == (date(2026, 10, 26), 42)
    for shown in month.days:
        day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=shown.on)
        held = [one for one in day.appointments if one.status in BLOCKING]
        asked = [one for one in held if one.status is AppointmentStatus.REQUESTED]
        assert (shown.booked, shown.requested) == (len(held), len(asked))
        assert shown.free == sum(column.free_slots for column in day.columns)


def test_a_month_can_be_of_some_doctors(clinic: AClinic) -> None:
    clinic.booked("10:00")
    month = clinic.calendar.calendar_month(
        clinic.maria, clinic_id=clinic.main, month_on=TUESDAY, doctor_ids=[clinic.osei]
    )
    (tuesday,) = (day for day in month.days if day.on == TUESDAY)
    assert tuesday.booked == 0


def test_holidays_and_closures_stand_in_week_and_month(clinic: AClinic) -> None:
    closures = ClosureService(clinic.database, audit=clinic.audit)
    closures.add_closure(
        SETUP, Closure(clinic.main, WEDNESDAY, WEDNESDAY, "Saint's day", ClosureKind.HOLIDAY)
    )
    month = clinic.calendar.calendar_month(clinic.maria, clinic_id=clinic.main, month_on=TUESDAY)
    (shut,) = (day for day in month.days if day.closures)
    assert (shut.on, shut.is_closed, shut.free) == (WEDNESDAY, True, 0)
    week = clinic.calendar.calendar_week(
        clinic.maria, clinic_id=clinic.main, doctor_id=clinic.osei, first_on=MONDAY
    )
    assert [closure.name for closure in week.closures] == ["Saint's day"]


def test_a_week_begins_on_monday() -> None:
    assert week_of(TUESDAY) == MONDAY
    assert week_of(MONDAY) == MONDAY
    assert week_of(MONDAY - timedelta(1)) == MONDAY - timedelta(7)
