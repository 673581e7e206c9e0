"""A small clinic for tests of the calendar: two places, three doctors, who may do what there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from argon2 import PasswordHasher

from clinicdesk.access import Actor, Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.clinics.records import NewClinic, NewService
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import FixedClock, local_instant
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.patients.records import PatientDetails
from clinicdesk.patients.service import PatientService
from clinicdesk.schedule.calendar import CalendarService
from clinicdesk.schedule.hours.service import HoursService
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, WeeklyHours
from clinicdesk.schedule.service import ScheduleService
from clinicdesk.staff.passwords import Passwords
from clinicdesk.staff.records import NewDoctor
from clinicdesk.staff.service import StaffService
from clinicdesk.visits.service import VisitService

SETUP = program_actor()
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
LONDON = "Europe/London"
FROM_ON = date(2026, 1, 1)


@dataclass
class AClinic:
    """The services over one database, and the ids of what stands in it.

    Sato sees patients on every weekday, 09:00-12:30 and 13:15-17:00, at Main; on Wednesdays only
    until 12:30, then 14:00-17:00 at River. Osei is at Main on weekdays 08:00-16:00 and does not
    give skin checks. Haddad shares Sato's room at Main, every day 10:00-18:00.
    """

    database: Database
    clock: FixedClock
    audit: AuditLog
    hours: HoursService
    calendar: CalendarService
    schedule: ScheduleService
    visits: VisitService
    main: int
    river: int
    check_up: int
    skin_check: int
    sato: int
    osei: int
    haddad: int
    chloe: int
    jun: int

    @property
    def maria(self) -> Actor:
        """A receptionist."""
        return Actor(None, "Maria Keane", frozenset({Role.RECEPTIONIST}), "Desk 1")

    def doctor(self, doctor_id: int) -> Actor:
        """A doctor who is nothing else."""
        return Actor(None, "A doctor", frozenset({Role.DOCTOR}), "Room 1", doctor_id)

    def at(self, clock_time: str, day: date = TUESDAY) -> datetime:
        """Give an instant of the London wall clock."""
        hours, minutes = clock_time.split(":")
        return local_instant(day, int(hours) * 60 + int(minutes), LONDON)

    def request(
        self,
        starts_at: datetime,
        *,
        doctor_id: int | None = None,
        patient_id: int | None = None,
        service_id: int | None = None,
        clinic_id: int | None = None,
        confirm_now: bool = False,
    ) -> BookingRequest:
        """Ask for a check-up of Chloé with Dr Sato at Main, if nothing else is said."""
        return BookingRequest(
            request_key=str(uuid.uuid4()),
            clinic_id=clinic_id or self.main,
            doctor_id=doctor_id or self.sato,
            patient_id=patient_id or self.chloe,
            service_id=service_id or self.check_up,
            starts_at=starts_at,
            confirm_now=confirm_now,
        )

    def booked(self, clock_time: str, day: date = TUESDAY, **asked: int) -> AppointmentDetails:
        """Book and confirm a check-up with Dr Sato, if nothing else is said."""
        asked_at = self.at(clock_time, day)
        request = self.request(asked_at, confirm_now=True, **asked)
        return self.schedule.book(self.maria, request)


def open_a_clinic(
    database: Database, clock: FixedClock, *, notifier: AppointmentNotifier | None = None
) -> AClinic:
    """Set the clinic up through its services."""
    audit = AuditLog(database, clock=clock, key=b"k" * 32)
    clinics = ClinicService(database, audit=audit)
    staff = StaffService(database, clock=clock, audit=audit, passwords=QUICK)
    patients = PatientService(database, clock=clock, audit=audit)
    hours = HoursService(database, clock=clock, audit=audit)
    calendar = CalendarService(database, clock=clock)
    schedule = ScheduleService(database, clock=clock, audit=audit, notifier=notifier)
    main = clinics.open_clinic(SETUP, NewClinic("Main", LONDON, "GBP", "GB", rooms=("Room 1", "2")))
    river = clinics.open_clinic(SETUP, NewClinic("River", LONDON, "GBP", "GB"))
    check_up = clinics.offer(SETUP, NewService("Check-up", 30, Money(7500, "GBP")))
    skin_check = clinics.offer(
        SETUP, NewService("Skin check", 45, Money(9500, "GBP"), buffer_after_minutes=15)
    )
    room_1, room_2 = (room_id for room_id, _ in clinics.rooms(SETUP, main))
    both = (check_up, skin_check)
    sato = staff.add_doctor(
        SETUP, NewDoctor("Dr Yuki Sato", "Cardiology", ((main, room_1), (river, None)), both)
    )
    osei = staff.add_doctor(
        SETUP, NewDoctor("Dr Amara Osei", "General practice", ((main, room_2),), (check_up,))
    )
    haddad = staff.add_doctor(SETUP, NewDoctor("Dr Noor Haddad", "", ((main, room_1),), both))
    hours.set_weekly_hours(SETUP, sato, _sato(sato, main, river))
    hours.set_weekly_hours(
        SETUP, osei, [WeeklyHours(osei, main, day, 480, 960, FROM_ON) for day in range(5)]
    )
    hours.set_weekly_hours(
        SETUP, haddad, [WeeklyHours(haddad, main, day, 600, 1080, FROM_ON) for day in range(7)]
    )
    chloe = patients.add(SETUP, PatientDetails(given_name="Chloé", family_name="Martin")).id
    jun = patients.add(SETUP, PatientDetails(given_name="Jun", family_name="Tanaka")).id
    visits = VisitService(database, clock=clock, audit=audit)
    return AClinic(
        database, clock, audit, hours, calendar, schedule, visits,
        main, river, check_up, skin_check, sato, osei, haddad, chloe, jun,
    )  # fmt: skip


def _sato(sato: int, main: int, river: int) -> Sequence[WeeklyHours]:
    hours = [WeeklyHours(sato, main, day, 540, 750, FROM_ON) for day in range(5)]
    hours += [WeeklyHours(sato, main, day, 795, 1020, FROM_ON) for day in (0, 1, 3, 4)]
    return [*hours, WeeklyHours(sato, river, 2, 840, 1020, FROM_ON)]
