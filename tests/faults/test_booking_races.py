"""Eight desks in eight processes reach for the same places: every place has one visit at most."""

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from clinicdesk.clinics.records import NewService
from clinicdesk.clinics.resources import ResourceService
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.patients.records import PatientDetails
from clinicdesk.patients.service import PatientService
from clinicdesk.staff.models import DoctorService
from tests.a_clinic import SETUP, TUESDAY, AClinic, open_a_clinic
from tests.racing_desk import Course, Score, look_then_write, overlaps, race, remove_guard

DESKS = 8
ROUNDS = 1000
PATIENCE_S = 240
NEXT_TUESDAY = TUESDAY + timedelta(days=7)
KINDS = ("book", "move", "extend", "restore")
PLACES = ("10:00", "10:15", "10:30", "10:45", "11:00", "11:30")

pytestmark = pytest.mark.slow


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


@pytest.fixture
def where(request: pytest.FixtureRequest, database: Database) -> str:
    return str(request.getfixturevalue("database_file" if database.is_sqlite else "server_url"))


@pytest.fixture
def course(clinic: AClinic, where: str) -> Course:
    """Two doctors who share a room, a third, and one ECG that two of them need."""
    clinics = ClinicService(clinic.database, audit=clinic.audit)
    ecg = clinics.offer(SETUP, NewService("ECG", 30, Money(5000, "GBP"), equipment_kind="ECG"))
    resources = ResourceService(clinic.database, audit=clinic.audit)
    resources.add_equipment(SETUP, clinic.main, kind="ECG", name="ECG 1")
    doctors = (clinic.sato, clinic.osei, clinic.haddad)

    def teach(transaction: Transaction) -> None:
        transaction.session.add_all(
            DoctorService(doctor_id=doctor_id, service_id=ecg) for doctor_id in doctors
        )

    clinic.database.write(teach)
    patients = PatientService(clinic.database, clock=clinic.clock, audit=clinic.audit)
    return Course(
        where=where,
        now=clinic.clock.now(),
        clinic_id=clinic.main,
        doctor_ids=doctors,
        service_ids=(clinic.check_up, ecg),
        patient_ids=[
            patients.add(SETUP, PatientDetails(given_name="Racer", family_name=f"No{number}")).id
            for number in range(DESKS)
        ],
        starts=[clinic.at(clock_time, NEXT_TUESDAY) for clock_time in PLACES],
        rounds=ROUNDS // DESKS,
    )


def scores(course: Course, work: Callable[..., None]) -> list[Score]:
    """Let every desk race in a process of its own from the same moment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.racing_desk"])
    start = context.Barrier(DESKS, timeout=PATIENCE_S)
    ends = [context.Pipe(duplex=False) for _ in range(DESKS)]
    desks = [
        context.Process(target=work, args=(course, number, start, ends[number][1]))
        for number in range(DESKS)
    ]
    for desk in desks:
        desk.start()
    try:
        found = []
        for ours, theirs in ends:
            theirs.close()
            assert ours.poll(PATIENCE_S), "a desk did not come to its end"
            found.append(ours.recv())
    finally:
        for desk in desks:
            desk.join(PATIENCE_S)
            desk.close()
    return found


def test_a_thousand_rounds_leave_one_visit_in_each_place(clinic: AClinic, course: Course) -> None:
    found = scores(course, race)
    won = {kind: sum(score.won.get(kind, 0) for score in found) for kind in KINDS}
    lost = [one for score in found for one in score.lost]
    assert sum(won.values()) + len(lost) == ROUNDS
    assert overlaps(clinic.database) == []
    assert clinic.audit.verify(SETUP).is_whole
    for kind in KINDS:
        assert won[kind] > 0
        assert any(one.kind == kind for one in lost)
    assert {one.error for one in lost} == {"SlotTakenError"}
    for one in lost:
        assert "Racer No" in one.sentence or "“ECG” at Main is in use" in one.sentence
        assert one.offers == 3


@pytest.mark.parametrize("is_guarded", [False, True])
def test_without_guard_and_lock_the_same_places_are_given_twice(
    clinic: AClinic, course: Course, is_guarded: bool
) -> None:
    """The control: desks that look first and write later, with the database's rule and without."""
    if not is_guarded:
        remove_guard(clinic.database)
    found = scores(replace(course, rounds=len(PLACES)), look_then_write)
    written = sum(score.won.get("book", 0) for score in found)
    refused = sum(len(score.lost) for score in found)
    if is_guarded:
        assert overlaps(clinic.database) == []
        assert refused > 0
    else:
        assert (overlaps(clinic.database) != [], refused) == (True, 0)
        assert written > len(PLACES)
