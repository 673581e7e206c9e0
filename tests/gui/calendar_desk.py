"""A clinic's day on an encrypted file, with the real services behind the calendar."""

from dataclasses import dataclass
from datetime import date, datetime

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
PEOPLE = (("Rosa", "Álvarez"), ("Rosalie", "Alvin"), ("Jun", "Tanaka"), ("Chloé", "Martin"))


@dataclass
class Clinic:
    """Two doctors who work from 9 to 17 on weekdays, two services, four patients."""

    services: Services
    clinic: int
    osei: int
    fischer: int
    check: int
    patients: dict[str, int]

    def at(self, time: str, *, day: date = TODAY) -> datetime:
        """Give an instant of the clinic's wall: "09:30"."""
        hours, minutes = time.split(":")
        return local_instant(day, int(hours) * 60 + int(minutes), ZONE)

    def book(
        self, name: str, time: str, *, doctor: int | None = None, day: date = TODAY, key: str = ""
    ) -> AppointmentDetails:
        """Book a check-up of 30 minutes, confirmed."""
        request = BookingRequest(
            key or f"{name} {time} {day}",
            self.clinic,
            doctor or self.osei,
            self.patients[name],
            self.check,
            self.at(time, day=day),
            confirm_now=True,
        )
        booked: AppointmentDetails = self.services.schedule.book(SETUP, request)
        return booked

    def appointment(self, appointment_id: int) -> AppointmentDetails:
        """Read an appointment as it stands in the data."""
        found: AppointmentDetails = self.services.calendar.appointment(SETUP, appointment_id)
        return found


def open_clinic(database: Database, clock: FixedClock) -> Clinic:
    """Fill a fresh file."""
    services = services_over(database, clock)
    clinic = services.clinics.open_clinic(SETUP, NewClinic("Main Street", ZONE, "GBP", "GB"))
    check = services.clinics.offer(SETUP, NewService("Check-up", 30, Money(6000, "GBP")))
    long = services.clinics.offer(SETUP, NewService("Skin check", 45, Money(9500, "GBP")))
    doctors = [
        services.staff.add_doctor(
            SETUP, NewDoctor(name, "General practice", ((clinic, None),), (check, long))
        )
        for name in ("Dr Amara Osei", "Dr Lena Fischer")
    ]
    for doctor in doctors:
        hours = [
            WeeklyHours(doctor, clinic, weekday, 9 * 60, 17 * 60, date(2026, 1, 1))
            for weekday in range(5)
        ]
        services.hours.set_weekly_hours(SETUP, doctor, hours)
    patients = {
        f"{given} {family}": services.patients.add(
            SETUP,
            PatientDetails(given, family, date(1986, 5, 14), phone=f"020 7946 {100 + number:04d}"),
        ).id
        for number, (given, family) in enumerate(PEOPLE)
    }
    return Clinic(services, clinic, *doctors, check, patients)
