"""A lively morning on an encrypted file: patients expected, waiting, inside, paying and gone."""

from dataclasses import dataclass, field
from datetime import date

from clinicdesk.access import program_actor
from clinicdesk.app import Services
from clinicdesk.clinics.records import NewClinic, NewService
from clinicdesk.clock import FixedClock, local_instant
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.patients.records import PatientDetails
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, WeeklyHours
from clinicdesk.staff.records import NewDoctor
from tests.services import services_over

SETUP = program_actor()
ZONE = "Europe/London"
TODAY = date(2026, 11, 24)
DOCTORS = ("Dr Osei", "Dr Sato", "Dr Fischer", "Dr Barrett", "Dr Haddad")
ROOMS = tuple(f"Room {number}" for number in range(1, 6))


@dataclass
class Morning:
    """Five doctors with a room each, from 8 to 17 on weekdays, and one service."""

    services: Services
    clock: FixedClock
    clinic: int = 0
    check: int = 0
    doctors: dict[str, int] = field(default_factory=dict)
    patients: dict[str, int] = field(default_factory=dict)

    def patient(self, name: str) -> int:
        """Give a patient's id; who is not known yet is added."""
        if name not in self.patients:
            given, _, family = name.partition(" ")
            details = PatientDetails(given, family, date(1986, 5, 14), phone="020 7946 0018")
            self.patients[name] = self.services.patients.add(SETUP, details).id
        return self.patients[name]

    def book(
        self, name: str, time: str, doctor: str = "Dr Osei", *, is_sure: bool = True
    ) -> AppointmentDetails:
        """Book a visit of half an hour; times before now are booked early in the morning."""
        hours, minutes = time.split(":")
        at = local_instant(TODAY, int(hours) * 60 + int(minutes), ZONE)
        now, self.clock.at = self.clock.at, min(self.clock.at, at)
        request = BookingRequest(
            f"{name} {time}", self.clinic, self.doctors[doctor], self.patient(name), self.check,
            at, confirm_now=is_sure,
        )  # fmt: skip
        made = self.services.schedule.book(SETUP, request)
        self.clock.at = now
        return made

    def at(self, time: str) -> None:
        """Make it another time of the day."""
        hours, minutes = time.split(":")
        self.clock.at = local_instant(TODAY, int(hours) * 60 + int(minutes), ZONE)

    def visit(self, visit: AppointmentDetails, **times: str) -> AppointmentDetails:
        """Take a visit through its steps at the times given: arrived, room, done."""
        visits, now = self.services.visits, self.clock.at
        steps = {"arrived": visits.check_in, "room": visits.take_to_room, "done": visits.complete}
        for name, step in steps.items():
            if name in times:
                self.at(times[name])
                visit = step(SETUP, visit.id, version=visit.version)
        self.clock.at = now
        return visit

    def status(self, visit: AppointmentDetails) -> str:
        """Read how a visit stands in the data."""
        found = self.services.calendar.appointment(SETUP, visit.id)
        return found.status.value


def open_morning(database: Database, clock: FixedClock) -> Morning:
    """Fill a fresh file with doctors, rooms and a service; nobody is booked."""
    services = services_over(database, clock)
    clinic = services.clinics.open_clinic(
        SETUP, NewClinic("Main Street Clinic", ZONE, "GBP", "GB", rooms=ROOMS)
    )
    check = services.clinics.offer(SETUP, NewService("Check-up", 30, Money(7500, "GBP")))
    morning = Morning(services, clock, clinic, check)
    rooms = [room_id for room_id, _ in services.clinics.rooms(SETUP, clinic)]
    for name, room_id in zip(DOCTORS, rooms, strict=True):
        doctor = services.staff.add_doctor(
            SETUP, NewDoctor(name, "General practice", ((clinic, room_id),), (check,))
        )
        hours = [
            WeeklyHours(doctor, clinic, weekday, 8 * 60, 17 * 60, date(2026, 1, 1))
            for weekday in range(5)
        ]
        services.hours.set_weekly_hours(SETUP, doctor, hours)
        morning.doctors[name] = doctor
    return morning


def lively_morning(database: Database, clock: FixedClock) -> Morning:
    """Fill a morning as it stands at 10:12."""
    morning = open_morning(database, clock)
    morning.at("10:12")
    for name, time, doctor in (
        ("Chloé Martin", "10:30", "Dr Barrett"), ("Mo Ali", "10:45", "Dr Osei"),
        ("Ella Brown", "11:00", "Dr Fischer"), ("Dan Kim", "11:15", "Dr Haddad"),
        ("Ursula Late", "10:00", "Dr Haddad"),
    ):  # fmt: skip
        morning.book(name, time, doctor)
    morning.book("Sam Green", "10:45", "Dr Sato", is_sure=False)
    for name, time, doctor, arrived in (
        ("Grace Mwangi", "10:15", "Dr Osei", "9:54"), ("Ivan Petrov", "10:15", "Dr Sato", "10:08"),
        ("Liam Walsh", "10:30", "Dr Fischer", "10:10"),
    ):  # fmt: skip
        morning.visit(morning.book(name, time, doctor), arrived=arrived)
    for name, time, doctor, room in (
        ("Ahmed Salah", "9:30", "Dr Osei", "9:54"),
        ("Nguyễn Thị Hoa", "9:30", "Dr Barrett", "9:51"),
        ("Priya Nair", "9:45", "Dr Sato", "10:06"),
    ):  # fmt: skip
        morning.visit(morning.book(name, time, doctor), arrived="9:28", room=room)
    for name, time, doctor in (
        ("Peter O’Brien", "9:00", "Dr Fischer"), ("Ana Costa", "9:15", "Dr Sato"),
    ):  # fmt: skip
        visit = morning.book(name, time, doctor)
        visit = morning.visit(visit, arrived="8:55", done="9:40")
        morning.services.billing.invoice_visit(SETUP, visit.id)
    morning.visit(morning.book("Jun Tanaka", "8:30", "Dr Fischer"), arrived="8:20", done="9:00")
    missed = morning.book("Tess Young", "9:00", "Dr Haddad")
    morning.services.visits.mark_no_show(SETUP, missed.id, version=missed.version)
    off = morning.book("Rosa Álvarez", "8:30", "Dr Osei")
    morning.services.schedule.cancel(SETUP, off.id, version=off.version, reason="Has a cold")
    return morning
