"""Patients without an appointment: the next free time of today, or in between; both or nothing."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.schedule.errors import PatientOverlapError
from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.visits.errors import DoctorNeededError, NoFreeTimeError
from clinicdesk.visits.records import WalkIn
from tests.a_clinic import SETUP, AClinic, open_a_clinic


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def walk_in(clinic: AClinic, patient: int, doctor: int | None = None, why: str = "") -> WalkIn:
    return WalkIn(
        str(uuid.uuid4()), clinic.main, patient, clinic.check_up, doctor, overbook_reason=why
    )


def test_a_walk_in_gets_the_step_that_runs_and_is_checked_in(clinic: AClinic) -> None:
    made = clinic.visits.walk_in(clinic.maria, walk_in(clinic, clinic.jun, clinic.osei))
    assert (made.starts_at, made.status) == (clinic.at("9:45"), Status.ARRIVED)
    assert (made.is_walk_in, made.arrived_at) == (True, clinic.clock.at)
    actions = [
        entry.action
        for entry in clinic.audit.entries(SETUP, entity="appointment", entity_id=made.id)
    ]
    assert actions == ["check in", "book appointment"]


def test_the_first_free_doctor_is_taken_and_asked_again_it_is_the_same(clinic: AClinic) -> None:
    clinic.booked("9:45", doctor_id=clinic.osei)
    asked = walk_in(clinic, clinic.jun)
    times = clinic.visits.walk_in_times(
        clinic.maria, clinic_id=clinic.main, service_id=clinic.check_up
    )
    assert [(slot.doctor_id, slot.starts_at) for slot in times] == [
        (clinic.sato, clinic.at("9:45")),
        (clinic.haddad, clinic.at("10:00")),
        (clinic.osei, clinic.at("10:15")),
    ]
    made = clinic.visits.walk_in(clinic.maria, asked)
    assert (made.doctor_id, made.starts_at) == (clinic.sato, clinic.at("9:45"))
    assert clinic.visits.walk_in(clinic.maria, asked) == made


def test_when_the_day_is_over_nothing_is_booked(clinic: AClinic) -> None:
    clinic.clock.at = clinic.at("17:50")
    with pytest.raises(NoFreeTimeError):
        clinic.visits.walk_in(clinic.maria, walk_in(clinic, clinic.jun))
    assert clinic.visits.today(clinic.maria, clinic_id=clinic.main) == ()


def test_in_between_needs_the_right_a_reason_and_a_doctor(clinic: AClinic) -> None:
    clinic.booked("9:45", doctor_id=clinic.osei)
    doctor = clinic.doctor(clinic.osei)
    with pytest.raises(DoctorNeededError):
        clinic.visits.walk_in(doctor, walk_in(clinic, clinic.jun, why="Bleeding"))
    asked = walk_in(clinic, clinic.jun, clinic.osei, why="Bleeding")
    with pytest.raises(AccessDeniedError):
        clinic.visits.walk_in(clinic.maria, asked)
    made = clinic.visits.walk_in(doctor, asked)
    assert (made.starts_at, made.status) == (clinic.at("9:45"), Status.ARRIVED)
    assert (made.is_overbooked, made.overbooked_reason) == (True, "Bleeding")


def test_a_patient_who_is_elsewhere_is_not_half_booked(clinic: AClinic) -> None:
    clinic.booked("9:45", doctor_id=clinic.osei, patient_id=clinic.jun)
    with pytest.raises(PatientOverlapError):
        clinic.visits.walk_in(clinic.maria, walk_in(clinic, clinic.jun, clinic.sato))
    assert len(clinic.visits.today(clinic.maria, clinic_id=clinic.main)) == 1


def test_desks_that_take_walk_ins_at_once_get_times_beside_each_other(clinic: AClinic) -> None:
    desks = 6
    asked = [walk_in(clinic, (clinic.jun, clinic.chloe)[n % 2]) for n in range(desks)]

    def take(each: WalkIn) -> tuple[int, object]:
        request = WalkIn(
            each.request_key, each.clinic_id, each.patient_id, each.service_id,
            accept_patient_overlap=True,
        )  # fmt: skip
        made = clinic.visits.walk_in(clinic.maria, request)
        return made.doctor_id, made.starts_at

    with ThreadPoolExecutor(desks) as pool:
        taken = list(pool.map(take, asked))
    assert len(set(taken)) == desks
    visits = clinic.visits.today(clinic.maria, clinic_id=clinic.main)
    assert {visit.status for visit in visits} == {Status.ARRIVED}
    for visit in visits:
        beside = [
            other for other in visits
            if other.id != visit.id and other.doctor_id == visit.doctor_id
            and other.starts_at < visit.ends_at and visit.starts_at < other.ends_at
        ]  # fmt: skip
        assert beside == []
        assert visit.ends_at - visit.starts_at == timedelta(minutes=30)
