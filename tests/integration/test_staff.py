"""Signing in: right, wrong, too often wrong, and who may add whom."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from clinicdesk.access import Actor, Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.clinics.errors import NameTakenError, UnknownTimeZoneError
from clinicdesk.clinics.records import NewClinic, NewService
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, InvalidInputError
from clinicdesk.money import Money
from clinicdesk.staff.errors import LoginTakenError, SignInFailedError, SignInLockedError
from clinicdesk.staff.passwords import Passwords, WeakPasswordError
from clinicdesk.staff.records import NewDoctor, NewUser
from clinicdesk.staff.service import StaffService

SETUP = program_actor()
PASSWORD = "three plain words"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def audit(database: Database, clock: FixedClock) -> AuditLog:
    return AuditLog(database, clock=clock, key=b"k" * 32)


@pytest.fixture
def staff(database: Database, clock: FixedClock, audit: AuditLog) -> StaffService:
    service = StaffService(database, clock=clock, audit=audit, passwords=QUICK)
    service.add_user(
        SETUP, NewUser("Maria", "Maria Keane", PASSWORD, frozenset({Role.RECEPTIONIST}))
    )
    return service


@pytest.fixture
def clinics(database: Database, audit: AuditLog) -> ClinicService:
    return ClinicService(database, audit=audit)


def test_a_person_signs_in_at_a_desk(staff: StaffService, audit: AuditLog) -> None:
    actor = staff.sign_in(" MARIA ", PASSWORD, desk="Front desk 1")
    assert actor.name == "Maria Keane"
    assert actor.roles == {Role.RECEPTIONIST}
    assert actor.desk == "Front desk 1"
    assert audit.entries(SETUP)[0].action == "sign in"


def test_a_doctor_who_signs_in_is_known_as_that_doctor(
    staff: StaffService, clinics: ClinicService
) -> None:
    clinic = clinics.open_clinic(SETUP, NewClinic("Main", "Europe/London", "GBP", "GB"))
    check = clinics.offer(SETUP, NewService("Check-up", 30, Money(7500, "GBP")))
    user = staff.add_user(SETUP, NewUser("sato", "Dr Sato", PASSWORD, frozenset({Role.DOCTOR})))
    new = NewDoctor("Dr Yuki Sato", "Cardiology", ((clinic, None),), (check,), user_id=user)
    doctor = staff.add_doctor(SETUP, new)
    actor = staff.sign_in("sato", PASSWORD, desk="")
    assert actor.doctor_id == doctor
    listed = staff.doctors(actor)
    assert [(d.name, d.specialty, d.clinic_ids, d.service_ids) for d in listed] == [
        ("Dr Yuki Sato", "Cardiology", (clinic,), (check,))
    ]


def test_wrong_name_and_wrong_password_say_the_same(staff: StaffService) -> None:
    sentences = set()
    for login, password in (("maria", "wrong words here"), ("nobody", PASSWORD)):
        with pytest.raises(SignInFailedError) as failed:
            staff.sign_in(login, password, desk="")
        sentences.add(failed.value.sentence)
    assert len(sentences) == 1


def test_misses_bring_growing_waits_that_only_time_ends(
    staff: StaffService, clock: FixedClock
) -> None:
    for _ in range(3):
        with pytest.raises(SignInFailedError):
            staff.sign_in("maria", "wrong words here", desk="")
    with pytest.raises(SignInLockedError, match="1 minute"):
        staff.sign_in("maria", PASSWORD, desk="")
    clock.advance(timedelta(seconds=31))
    for _ in range(3):
        with pytest.raises(SignInFailedError):
            staff.sign_in("maria", "wrong words here", desk="")
        clock.advance(timedelta(minutes=5))
    with pytest.raises(SignInFailedError):
        staff.sign_in("maria", "wrong words here", desk="")
    clock.advance(timedelta(minutes=4))
    with pytest.raises(SignInLockedError):
        staff.sign_in("maria", PASSWORD, desk="")
    clock.advance(timedelta(minutes=2))
    assert staff.sign_in("maria", PASSWORD, desk="").name == "Maria Keane"


def test_one_persons_misses_lock_nobody_else(staff: StaffService) -> None:
    staff.add_user(SETUP, NewUser("john", "John", PASSWORD, frozenset({Role.MANAGER})))
    for _ in range(3):
        with pytest.raises(SignInFailedError):
            staff.sign_in("maria", "wrong words here", desk="")
    assert staff.sign_in("john", PASSWORD, desk="").name == "John"


@pytest.mark.parametrize("password", ["", "short", "Password123", "1234567890"])
def test_weak_passwords_are_refused(staff: StaffService, password: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        staff.add_user(SETUP, NewUser("new", "New", password, frozenset({Role.DOCTOR})))
    assert refused.value.field == "password"


def test_a_login_belongs_to_one_person(staff: StaffService) -> None:
    with pytest.raises(LoginTakenError):
        staff.add_user(SETUP, NewUser("mArIa", "Other", PASSWORD, frozenset({Role.DOCTOR})))


def test_a_receptionist_adds_nobody(staff: StaffService) -> None:
    maria = Actor(1, "Maria", frozenset({Role.RECEPTIONIST}))
    with pytest.raises(AccessDeniedError):
        staff.add_user(maria, NewUser("x", "X", PASSWORD, frozenset({Role.MANAGER})))


def test_a_clinic_needs_a_real_zone_and_its_own_name(clinics: ClinicService) -> None:
    with pytest.raises(UnknownTimeZoneError):
        clinics.open_clinic(SETUP, NewClinic("Main", "Europe/Londres", "GBP", "GB"))
    clinics.open_clinic(SETUP, NewClinic("Main", "Europe/London", "GBP", "GB", rooms=("1", "2")))
    with pytest.raises(NameTakenError):
        clinics.open_clinic(SETUP, NewClinic("Main", "Europe/London", "GBP", "GB"))
    (main,) = clinics.clinics(SETUP)
    assert [name for _, name in clinics.rooms(SETUP, main.id)] == ["1", "2"]


def test_a_service_has_a_length_that_can_be_booked(clinics: ClinicService) -> None:
    with pytest.raises(InvalidInputError, match="between 5 minutes and 12 hours"):
        clinics.offer(SETUP, NewService("Nothing", 0, Money(0, "GBP")))
    clinics.offer(SETUP, NewService("Skin check", 45, Money(9500, "GBP"), 2000, "Dermatology"))
    (service,) = clinics.services(SETUP)
    assert (service.name, service.specialty) == ("Skin check", "Dermatology")
    assert service.price == Money(9500, "GBP")
