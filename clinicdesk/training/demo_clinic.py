"""The demo clinic: two places, five doctors, what they offer and when, and one lively day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from clinicdesk.access import Role
from clinicdesk.clinics.records import NewClinic, NewService
from clinicdesk.money import Money
from clinicdesk.schedule.records import ExceptionKind, HoursException, WeeklyHours

TOUR_BEGINS_AT = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)
"""A Tuesday morning, so that a tour is the same on every day it is played."""

PASSWORD = "training desk"  # noqa: S105  # opens the made-up clinic and nothing else


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at the demo clinic."""

    login: str
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class DemoDoctor:
    """A doctor: clinics are numbered 0 and 1; `hours` are (clinic, weekdays, from, until).

    One who is booked up has no free time left on the demo's day.
    """

    login: str
    name: str
    specialty: str
    rooms: tuple[int, ...]
    hours: tuple[tuple[int, str, int, int], ...]
    is_booked_up: bool = False


PEOPLE = (
    Person("maria", "Maria Keane", frozenset({Role.RECEPTIONIST})),
    Person("john", "John Abara", frozenset({Role.RECEPTIONIST, Role.MANAGER})),
    Person("ruth", "Ruth Sellers", frozenset({Role.ADMINISTRATOR})),
)

CLINICS = (
    NewClinic(
        name="Main Street Clinic",
        time_zone="Europe/London",
        currency="GBP",
        country="GB",
        address="1 Main Street, London N1 2AB",
        phone="020 7946 0000",
        email="desk@mainstreet.example",
        tax_number="GB 123 4567 89",
        bank_details="GB00 BANK 0000 0000 0000 00",
        invoice_prefix="INV",
        opens_minute=8 * 60,
        closes_minute=18 * 60,
        rooms=("Room 1", "Room 2", "Room 3", "Room 4", "Room 5"),
        holiday_region="ENG",
    ),
    NewClinic(
        name="Riverside Clinic",
        time_zone="Europe/London",
        currency="GBP",
        country="GB",
        address="22 Quay Walk, London SE1 9XY",
        phone="020 7946 0900",
        email="desk@riverside.example",
        tax_number="GB 123 4567 89",
        bank_details="GB00 BANK 0000 0000 0000 00",
        invoice_prefix="RIV",
        opens_minute=8 * 60,
        closes_minute=18 * 60,
        rooms=("Room A", "Room B"),
        holiday_region="ENG",
    ),
)

SERVICES = (
    NewService("Consultation", 30, Money(6000, "GBP"), 2000),
    NewService("Follow-up", 15, Money(4500, "GBP"), 2000),
    NewService("Check-up", 30, Money(7500, "GBP"), 2000),
    NewService("Skin check", 45, Money(9500, "GBP"), 2000),
    NewService("Vaccination", 15, Money(3500, "GBP"), 0),
    NewService("ECG", 30, Money(12000, "GBP"), 2000, "Cardiology", equipment_kind="ECG"),
)

_EVERY, _MORNING, _AFTERNOON = "01234", (9 * 60, 12 * 60 + 30), (13 * 60 + 15, 17 * 60)

DOCTORS = (
    DemoDoctor(
        "osei", "Dr Amara Osei", "General practice", (0, 0),
        ((0, "0134", *_MORNING), (0, "0134", *_AFTERNOON), (1, "2", *_MORNING)),
    ),
    DemoDoctor(
        "fischer", "Dr Lena Fischer", "Paediatrics", (1,),
        ((0, _EVERY, 8 * 60 + 30, 12 * 60 + 30), (0, _EVERY, *_AFTERNOON)),
    ),
    DemoDoctor(
        "barrett", "Dr Tom Barrett", "Dermatology", (2,),
        ((0, _EVERY, 9 * 60 + 30, 12 * 60 + 30), (0, _EVERY, 14 * 60, 17 * 60)),
    ),
    DemoDoctor(
        "sato", "Dr Yuki Sato", "Cardiology", (3, 1),
        ((0, "013", 8 * 60 + 30, 12 * 60 + 30), (0, "013", 13 * 60 + 15, 15 * 60),
         (1, "4", *_MORNING)),
        is_booked_up=True,
    ),
    DemoDoctor(
        "haddad", "Dr Noor Haddad", "General practice", (4,),
        ((0, _EVERY, 9 * 60, 12 * 60 + 30), (0, _EVERY, 13 * 60 + 15, 17 * 60 + 15)),
    ),
)  # fmt: skip
EXCEPTION_REASON = "Congress"


def weekly_hours(
    doctor: DemoDoctor, *, doctor_id: int, clinic_ids: tuple[int, ...], from_on: date
) -> tuple[WeeklyHours, ...]:
    """Give a doctor's weekly hours as rows."""
    return tuple(
        WeeklyHours(doctor_id, clinic_ids[clinic], int(weekday), starts, ends, from_on)
        for clinic, weekdays, starts, ends in doctor.hours
        for weekday in weekdays
    )


def closed_day(doctor_id: int, on: date) -> HoursException:
    """Give the one exception of the demo: a doctor who is away for a day."""
    return HoursException(
        doctor_id, None, ExceptionKind.CLOSED, from_on=on, until_on=on, reason=EXCEPTION_REASON
    )


def demo_morning(now: datetime) -> datetime:
    """Give when the demo's day stands still being lively: 09:48 in UTC, of the next working day."""
    day = now.date() + timedelta(days={5: 2, 6: 1}.get(now.weekday(), 0))
    return datetime.combine(day, time(9, 48), tzinfo=UTC)
