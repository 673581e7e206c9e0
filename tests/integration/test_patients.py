"""Patients are added and changed whole or not at all, with a trace and a telling error."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from clinicdesk.access import Actor, Role
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, ConflictError, InvalidInputError
from clinicdesk.patients.errors import (
    DateImpossibleError,
    EmailInvalidError,
    NameMissingError,
    PatientChangedError,
    PatientMissingError,
    TextUnusableError,
)
from clinicdesk.patients.records import PatientDetails
from clinicdesk.patients.rules import checked
from clinicdesk.patients.service import PatientService
from tests.conftest import TUESDAY
from tests.patient_desk import AUDIT_KEY, MANAGER, names, patient_service, person

WHOLE = PatientDetails(
    given_name="Sinéad",
    family_name="O’Connor",
    born_on=date(1966, 12, 8),
    died_on=date(2023, 7, 26),
    sex="F",
    phone="+44 20 7946 0018",
    email="sinead@example.org",
    address="1 Mill Lane\nLondon",
    language="en",
    alert="Penicillin",
    allows_email=False,
    allows_sms=True,
)

VOCABULARIES = (
    "INSERT INTO patient_words(patient_words) VALUES ('integrity-check')",
    "INSERT INTO patient_digits(patient_digits) VALUES ('integrity-check')",
    "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, patient_words, row)",
    "CREATE VIRTUAL TABLE temp.digits USING fts5vocab(main, patient_digits, row)",
)


@pytest.fixture
def patients(database: Database, clock: FixedClock) -> PatientService:
    return patient_service(database, clock)


def test_what_is_added_is_read_back_whole(patients: PatientService) -> None:
    added = patients.add(MANAGER, WHOLE)
    read = patients.patient(MANAGER, added.id)
    assert read == added
    assert all(getattr(read, name) == getattr(WHOLE, name) for name in WHOLE.__slots__)
    assert (read.number, read.version) == ("P-000001", 1)


def test_numbers_follow_each_other_and_a_refused_patient_takes_none(
    patients: PatientService,
) -> None:
    patients.add(MANAGER, person("Ann Hart"))
    with pytest.raises(NameMissingError):
        patients.add(MANAGER, person(" "))
    assert patients.add(MANAGER, person("Ben Hart")).number == "P-000002"
    assert patients.count(MANAGER) == 2


def test_desks_that_add_at_once_get_different_numbers(patients: PatientService) -> None:
    start, found = threading.Barrier(4), []

    def add_some() -> None:
        start.wait()
        found.extend(patients.add(MANAGER, person("Ann Hart")).number for _ in range(5))

    desks = [threading.Thread(target=add_some) for _ in range(4)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(found) == [f"P-{n:06d}" for n in range(1, 21)]


def test_stray_spaces_and_invisible_marks_are_tidied(patients: PatientService) -> None:
    added = patients.add(MANAGER, PatientDetails("  Anna\u00a0 Maria\u200b ", "\ufeffRossi\n"))
    assert (added.given_name, added.family_name) == ("Anna Maria", "Rossi")
    assert patients.add(MANAGER, person("Zoe\u0308 Bronte\u0308")).name == "Zoë Brontë"


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"given_name": "", "family_name": "\u3000"}, NameMissingError, "family_name"),
        ({"born_on": date(2026, 11, 26)}, DateImpossibleError, "born_on"),
        ({"born_on": date(1849, 12, 31)}, DateImpossibleError, "born_on"),
        ({"died_on": date(1960, 1, 1)}, DateImpossibleError, "died_on"),
        ({"died_on": date(2027, 1, 1)}, DateImpossibleError, "died_on"),
        ({"email": "a@example.org, b@example.org"}, EmailInvalidError, "email"),
        ({"email": "a@example.org b@example.org"}, EmailInvalidError, "email"),
        ({"email": "a@example.org;b@example.org"}, EmailInvalidError, "email"),
        ({"email": "a@@example.org"}, EmailInvalidError, "email"),
        ({"email": "Anna <a@example.org>"}, EmailInvalidError, "email"),
        ({"email": "a@localhost"}, EmailInvalidError, "email"),
        ({"email": "a..b@example.org"}, EmailInvalidError, "email"),
        ({"email": "a@example.org\nBcc: b@example.org"}, TextUnusableError, "email"),
        ({"given_name": "Line\nBreak"}, TextUnusableError, "given_name"),
        ({"family_name": "Tab\tbed"}, TextUnusableError, "family_name"),
        ({"family_name": "Nul\0l"}, TextUnusableError, "family_name"),
        ({"given_name": "\ud800"}, TextUnusableError, "given_name"),
        ({"phone": "020\u202879"}, TextUnusableError, "phone"),
        ({"given_name": "x" * 301}, TextUnusableError, "given_name"),
    ],
)
def test_what_cannot_be_saved_says_at_which_field(
    change: dict[str, object], error: type[InvalidInputError], field: str
) -> None:
    with pytest.raises(error) as refused:
        checked(replace(WHOLE, **change), now=TUESDAY)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert refused.value.sentence.endswith((".", "!"))


@pytest.mark.parametrize("email", ["a@b.co", "anna.o'neil+x@mail.example.org", "jürgen@müller.de"])
def test_ordinary_addresses_are_accepted(email: str) -> None:
    assert checked(replace(WHOLE, email=email), now=TUESDAY).email == email


@given(st.text("ab@.-;, \n<>ü", max_size=20) | st.text(max_size=30).map("a@b.org{}".format))
def test_whatever_is_accepted_as_an_address_is_one_address(text_: str) -> None:
    try:
        email = checked(replace(WHOLE, email=text_), now=TUESDAY).email
    except InvalidInputError:
        return
    assert email.count("@") == (1 if email else 0)
    assert not set(email) & set(" ,;<>\r\n\t\0")


def test_a_baby_born_today_in_the_east_is_accepted() -> None:
    tomorrow = date(2026, 11, 24)
    assert checked(replace(WHOLE, born_on=tomorrow, died_on=None), now=TUESDAY).born_on == tomorrow


def test_a_change_is_saved_and_found_by_its_new_name_only(patients: PatientService) -> None:
    before = patients.add(MANAGER, WHOLE)
    after = patients.change(
        MANAGER, before.id, version=1, details=replace(WHOLE, family_name="Zed", phone="07911 5")
    )
    assert (after.family_name, after.version) == ("Zed", 2)
    assert patients.search(MANAGER, "oconnor") == ()
    assert patients.search(MANAGER, "0018") == ()
    assert names(patients.search(MANAGER, "zed sin")) == ["Sinéad Zed"]


def test_a_change_that_another_desk_overtook_is_refused(patients: PatientService) -> None:
    added = patients.add(MANAGER, WHOLE)
    patients.change(MANAGER, added.id, version=1, details=replace(WHOLE, alert="Latex"))
    with pytest.raises(PatientChangedError) as refused:
        patients.change(MANAGER, added.id, version=1, details=replace(WHOLE, alert="None"))
    assert isinstance(refused.value, ConflictError)
    assert patients.patient(MANAGER, added.id).alert == "Latex"


def test_saving_without_a_change_changes_nothing(patients: PatientService) -> None:
    added = patients.add(MANAGER, WHOLE)
    assert patients.change(MANAGER, added.id, version=1, details=WHOLE) == added


def test_a_patient_who_is_not_there(patients: PatientService) -> None:
    with pytest.raises(PatientMissingError):
        patients.patient(MANAGER, 7)
    with pytest.raises(PatientMissingError):
        patients.change(MANAGER, 7, version=1, details=WHOLE)


def test_desks_are_told_after_the_commit(patients: PatientService, bus: ChangeBus) -> None:
    told: list[Change] = []
    bus.subscribe(told.extend)
    added = patients.add(MANAGER, WHOLE)
    patients.change(MANAGER, added.id, version=1, details=replace(WHOLE, alert=""))
    with pytest.raises(PatientChangedError):
        patients.change(MANAGER, added.id, version=1, details=replace(WHOLE, alert="x"))
    assert told == [Change(Topic.PATIENT, added.id)] * 2


def test_the_audit_log_names_fields_but_nobody(
    patients: PatientService, database: Database, clock: FixedClock
) -> None:
    added = patients.add(MANAGER, WHOLE)
    patients.change(MANAGER, added.id, version=1, details=replace(WHOLE, phone="", alert="Latex"))
    audit = AuditLog(database, clock=clock, key=AUDIT_KEY)
    entries = audit.entries(MANAGER, entity="patient", entity_id=added.id)
    assert [(e.action, e.details) for e in entries] == [
        ("change patient", {"fields": ["phone", "alert"]}),
        ("add patient", {}),
    ]
    assert audit.verify(MANAGER).is_whole


def test_a_patient_who_is_erased_leaves_the_index_too(
    patients: PatientService, database: Database
) -> None:
    added = patients.add(MANAGER, WHOLE)
    with database.writer_connection() as connection:
        connection.execute(text("DELETE FROM patient WHERE id = :id"), {"id": added.id})
    assert patients.search(MANAGER, "sinead") == ()
    if database.is_sqlite:
        with database.writer_connection() as connection:
            for statement in VOCABULARIES:
                connection.execute(text(statement))
            left = connection.execute(text("SELECT term FROM words UNION SELECT term FROM digits"))
            assert left.all() == []


def test_only_those_who_may_see_or_change_patients(patients: PatientService) -> None:
    keeper = Actor(None, "Kim", frozenset({Role.ADMINISTRATOR}))
    with pytest.raises(AccessDeniedError):
        patients.add(keeper, WHOLE)
    with pytest.raises(AccessDeniedError):
        patients.search(keeper, "anna")
