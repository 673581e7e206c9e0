"""Builds the demo clinic through the same services that a real one uses."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinicdesk.access import Actor, Role, program_actor
from clinicdesk.billing.service import BillingService
from clinicdesk.clinics.records import ServiceRecord
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import FixedClock, local_instant
from clinicdesk.patients.service import PatientService
from clinicdesk.payments.service import PaymentService
from clinicdesk.schedule.hours.service import HoursService
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest
from clinicdesk.schedule.service import ScheduleService
from clinicdesk.schedule.waiting.service import WaitingListService
from clinicdesk.staff.records import NewDoctor, NewUser
from clinicdesk.staff.service import StaffService
from clinicdesk.training.demo_calendar import CalendarServices, block_times, set_up_calendar
from clinicdesk.training.demo_clinic import (
    CLINICS,
    DOCTORS,
    PASSWORD,
    PEOPLE,
    SERVICES,
    Person,
    closed_day,
    weekly_hours,
)
from clinicdesk.training.demo_waiting import fill_waiting_list
from clinicdesk.training.people import regulars
from clinicdesk.visits.service import VisitService

ZONE = "Europe/London"
SHARE_BOOKED, SHARE_CONFIRMED, SHARE_MISSED, SHARE_PAID = 0.8, 0.85, 0.1, 0.7
GAP_MINUTES = 30
WAITING = timedelta(minutes=12)
"""Whose visit begins within this time is already there."""
AFTER_EXCEPTION_DAYS = 6
"""The demo's one exception lies so many days after its day."""


@dataclass(frozen=True)
class BuildingServices:
    """What the builder works with; `clock` is theirs, so that the builder can live through days."""

    clock: FixedClock
    clinics: ClinicService
    staff: StaffService
    patients: PatientService
    hours: HoursService
    schedule: ScheduleService
    visits: VisitService
    billing: BillingService
    payments: PaymentService
    calendar: CalendarServices
    waiting: WaitingListService


class DemoBuilder:
    """Makes the demo clinic as it stands at `now`: the day began, some visits are over."""

    def __init__(self, services: BuildingServices, *, now: datetime) -> None:
        self._services = services
        self._now = now
        self._actor: Actor = program_actor("demo")
        self._drawn = random.Random(24)  # noqa: S311  # a fixed day, not a secret

    def build(self) -> None:
        """Make everything, and leave the clock at `now`."""
        day = self._now.date()
        self._services.clock.at = self._now - timedelta(days=1)
        clinic_ids = tuple(self._services.clinics.open_clinic(self._actor, c) for c in CLINICS)
        offered = [self._services.clinics.offer(self._actor, service) for service in SERVICES]
        set_up_calendar(self._services.calendar, self._actor, clinic_ids, day=day)
        for person in PEOPLE:
            self._add_person(person)
        doctor_ids = self._add_doctors(clinic_ids, day)
        block_times(
            self._services.calendar, self._actor, clinic_id=clinic_ids[0],
            doctor_id=doctor_ids[0], urgent_service_id=offered[0], day=day,
        )  # fmt: skip
        patient_ids = [self._services.patients.add(self._actor, p).id for p in regulars()]
        self._fill_day(day, clinic_ids[0], doctor_ids, patient_ids)
        self._services.clock.at = self._now
        fill_waiting_list(
            self._services.waiting,
            self._services.patients,
            self._actor,
            day=day,
            services={each.name: given for each, given in zip(SERVICES, offered, strict=True)},
            doctors={each.login: given for each, given in zip(DOCTORS, doctor_ids, strict=True)},
        )

    def _add_person(self, person: Person) -> int:
        new = NewUser(person.login, person.name, PASSWORD, person.roles)
        return self._services.staff.add_user(self._actor, new)

    def _add_doctors(self, clinic_ids: tuple[int, ...], day: date) -> tuple[int, ...]:
        staff, clinics = self._services.staff, self._services.clinics
        offered = clinics.services(self._actor)
        rooms = [clinics.rooms(self._actor, clinic_id) for clinic_id in clinic_ids]
        doctor_ids = []
        for doctor in DOCTORS:
            person = Person(doctor.login, doctor.name, frozenset({Role.DOCTOR}))
            places = tuple(
                (clinic_ids[number], rooms[number][room][0])
                for number, room in enumerate(doctor.rooms)
            )
            user_id = self._add_person(person)
            given = tuple(s.id for s in offered if s.specialty in {"", doctor.specialty})
            new = NewDoctor(doctor.name, doctor.specialty, places, given, user_id=user_id)
            doctor_id = staff.add_doctor(self._actor, new)
            hours = weekly_hours(doctor, doctor_id=doctor_id, clinic_ids=clinic_ids, from_on=day)
            self._services.hours.set_weekly_hours(self._actor, doctor_id, hours)
            doctor_ids.append(doctor_id)
        away_on = day + timedelta(days=AFTER_EXCEPTION_DAYS)
        self._services.hours.add_exception(self._actor, closed_day(doctor_ids[1], away_on))
        return tuple(doctor_ids)

    def _fill_day(
        self, day: date, clinic_id: int, doctor_ids: tuple[int, ...], patient_ids: list[int]
    ) -> None:
        offered = self._services.clinics.services(self._actor)
        patients = self._shuffled_without_end(patient_ids)
        for doctor, doctor_id in zip(DOCTORS, doctor_ids, strict=True):
            share = 1.0 if doctor.is_booked_up else SHARE_BOOKED
            given = [s for s in offered if s.specialty in {"", doctor.specialty}]
            for clinic, weekdays, starts, ends in doctor.hours:
                if clinic == 0 and str(day.weekday()) in weekdays:
                    for minute, service in self._pieces(starts, ends, given, share=share):
                        starts_at = local_instant(day, minute, ZONE)
                        self._book(clinic_id, doctor_id, next(patients), service, starts_at)

    def _pieces(
        self, starts: int, ends: int, services: list[ServiceRecord], *, share: float
    ) -> Iterator[tuple[int, ServiceRecord]]:
        """Yield what is booked between two wall-clock minutes; a part of the time stays free."""
        minute = starts
        while fitting := [s for s in services if minute + s.duration_minutes <= ends]:
            service = self._drawn.choice(fitting)
            if self._drawn.random() < share:
                yield minute, service
                minute += service.duration_minutes
            else:
                minute += GAP_MINUTES

    def _shuffled_without_end(self, ids: list[int]) -> Iterator[int]:
        while True:
            yield from self._drawn.sample(ids, len(ids))

    def _book(
        self, clinic_id: int, doctor_id: int, patient_id: int, service: ServiceRecord, at: datetime
    ) -> None:
        """Book a visit yesterday, then live through it as far as `now` allows."""
        clock = self._services.clock
        clock.at = self._now - timedelta(days=1)
        booked = self._services.schedule.book(
            self._actor,
            BookingRequest(
                request_key=str(uuid.UUID(int=self._drawn.getrandbits(128), version=4)),
                clinic_id=clinic_id,
                doctor_id=doctor_id,
                patient_id=patient_id,
                service_id=service.id,
                starts_at=at,
                confirm_now=at <= self._now or self._drawn.random() < SHARE_CONFIRMED,
            ),
        )
        if booked.starts_at <= self._now + WAITING:
            self._live_through(booked)

    def _live_through(self, booked: AppointmentDetails) -> None:
        clock, visits = self._services.clock, self._services.visits
        if booked.ends_at <= self._now and self._drawn.random() < SHARE_MISSED:
            clock.at = booked.starts_at + timedelta(minutes=10)
            visits.mark_no_show(self._actor, booked.id, version=booked.version)
            return
        clock.at = min(self._now, booked.starts_at) - timedelta(minutes=4)
        visit = visits.check_in(self._actor, booked.id, version=booked.version)
        if booked.starts_at <= self._now:
            clock.at = booked.starts_at
            visit = visits.take_to_room(self._actor, visit.id, version=visit.version)
        if booked.ends_at <= self._now:
            clock.at = booked.ends_at
            visit = visits.complete(self._actor, visit.id, version=visit.version)
            self._settle(visit)

    def _settle(self, visit: AppointmentDetails) -> None:
        """Make the invoice of a finished visit; most have paid in cash."""
        invoice = self._services.billing.invoice_visit(self._actor, visit.id)
        if self._drawn.random() < SHARE_PAID:
            self._services.payments.take_cash(
                self._actor, invoice.id, amount=invoice.due, tendered=invoice.due
            )
