"""Setting a doctor's hours: what they change, and which are refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, InvalidInputError
from clinicdesk.schedule.errors import HoursInvalidError, NotBookableError, OutsideHoursError
from clinicdesk.schedule.records import ExceptionKind, HoursException, WeeklyHours
from tests.a_clinic import FROM_ON, SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def test_hours_replace_all_that_there_were(clinic: AClinic) -> None:
    new = WeeklyHours(clinic.sato, clinic.main, 1, 600, 660, FROM_ON)
    clinic.hours.set_weekly_hours(SETUP, clinic.sato, [new])
    day = clinic.calendar.doctor_day(clinic.maria, doctor_id=clinic.sato, day=TUESDAY)
    assert [span.starts_at for span in day.open_spans] == [clinic.at("10:00")]
    assert (
        clinic.calendar.doctor_day(clinic.maria, doctor_id=clinic.sato, day=WEDNESDAY).open_spans
        == ()
    )


def test_a_closed_day_offers_nothing(clinic: AClinic) -> None:
    away = HoursException(clinic.sato, None, ExceptionKind.CLOSED, WEDNESDAY, WEDNESDAY)
    clinic.hours.add_exception(SETUP, away)
    with pytest.raises(OutsideHoursError, match="sees nobody"):
        clinic.booked("9:00", WEDNESDAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_minute": 540}, "ends_minute"),
        ({"ends_minute": 2881}, "ends_minute"),
        ({"starts_minute": -1}, "starts_minute"),
        ({"weekday": 7}, "weekday"),
        ({"clinic_id": 4711}, "clinic_id"),
        ({"doctor_id": 4711}, "clinic_id"),
        ({"valid_until_on": FROM_ON - timedelta(days=1)}, "valid_until_on"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    clinic: AClinic, changed: dict[str, int], field: str
) -> None:
    good = WeeklyHours(clinic.sato, clinic.main, 1, 540, 720, FROM_ON)
    with pytest.raises(InvalidInputError) as refused:
        clinic.hours.set_weekly_hours(SETUP, clinic.sato, [replace(good, **changed)])  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_doctor_is_at_one_clinic_at_a_time(clinic: AClinic) -> None:
    night = WeeklyHours(clinic.sato, clinic.main, 6, 1320, 1500, FROM_ON)
    monday = WeeklyHours(clinic.sato, clinic.river, 0, 30, 90, FROM_ON)
    with pytest.raises(HoursInvalidError, match="two clinics"):
        clinic.hours.set_weekly_hours(SETUP, clinic.sato, [night, monday])
    later = replace(monday, starts_minute=60)
    clinic.hours.set_weekly_hours(SETUP, clinic.sato, [night, later])
    former = replace(night, valid_until_on=FROM_ON)
    after = replace(monday, valid_from_on=FROM_ON + timedelta(days=1))
    clinic.hours.set_weekly_hours(SETUP, clinic.sato, [former, after])


def test_exceptions_that_cannot_be_are_refused(clinic: AClinic) -> None:
    good = HoursException(clinic.sato, None, ExceptionKind.CLOSED, TUESDAY, TUESDAY)
    for wrong in (
        replace(good, until_on=TUESDAY - timedelta(days=1)),
        replace(good, starts_minute=600),
        replace(good, kind=ExceptionKind.REPLACED),
        replace(good, kind=ExceptionKind.ADDED, starts_minute=600, ends_minute=660),
        replace(good, starts_minute=660, ends_minute=600),
    ):
        with pytest.raises(HoursInvalidError):
            clinic.hours.add_exception(SETUP, wrong)
    with pytest.raises(NotBookableError):
        clinic.hours.add_exception(SETUP, replace(good, clinic_id=4711))


def test_reception_does_not_set_hours(clinic: AClinic) -> None:
    with pytest.raises(AccessDeniedError):
        clinic.hours.set_weekly_hours(clinic.maria, clinic.sato, [])
