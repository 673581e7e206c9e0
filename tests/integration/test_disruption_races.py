"""Two desks take care of the same people at once: a time goes to one, a visit moves once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from clinicdesk.app import Services
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import ConflictError
from clinicdesk.patients.records import PatientDetails
from clinicdesk.schedule.disruption.errors import AlreadyOutError, CaseHandledError
from clinicdesk.schedule.disruption.records import Case, CaseState, OutRecord
from clinicdesk.schedule.errors import SlotTakenError
from tests.a_clinic import SETUP, AClinic, open_a_clinic
from tests.racing_desk import overlaps
from tests.services import services_over

ROUNDS = range(4)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


@pytest.fixture
def services(database: Database, clock: FixedClock, clinic: AClinic) -> Services:
    return services_over(database, clock)


def visit(clinic: AClinic, services: Services, name: str, clock_time: str) -> int:
    patient = services.patients.add(SETUP, PatientDetails(name, "Visits")).id
    return clinic.booked(clock_time, patient_id=patient).id


def start(clinic: AClinic, services: Services) -> OutRecord:
    return services.disruptions.start(
        clinic.maria, doctor_id=clinic.sato, clinic_id=clinic.main, from_at=clinic.at("12:00"),
        until_at=clinic.at("18:00"), reason="Ill",
    )  # fmt: skip


def at_once(*acts: Callable[[], OutRecord]) -> Sequence[OutRecord | ConflictError]:
    """Do all at the same moment, and give what each desk was told."""
    start_line = Barrier(len(acts))

    def do(act: Callable[[], OutRecord]) -> OutRecord | ConflictError:
        start_line.wait()
        try:
            return act()
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as desks:
        return list(desks.map(do, acts))


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_desks_that_accept_one_time_for_two_patients_one_wins(
    clinic: AClinic, services: Services, _round: int
) -> None:
    for name, clock_time in (("Ann", "14:00"), ("Bob", "15:00")):
        visit(clinic, services, name, clock_time)
    out, desk = start(clinic, services), services.disruptions
    ann, bob = desk.cases(clinic.maria, out.id)
    slot = ann.alternatives[0].slot
    told = at_once(
        lambda: desk.accept(clinic.maria, ann, slot), lambda: desk.accept(clinic.maria, bob, slot)
    )
    (lost,) = [each for each in told if isinstance(each, ConflictError)]
    assert isinstance(lost, SlotTakenError)
    states = [case.state for case in desk.cases(clinic.maria, out.id)]
    assert sorted(states) == [CaseState.MOVED, CaseState.OPEN]
    assert desk.open_ones(clinic.maria)[0].handled == 1
    assert overlaps(clinic.database) == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_desks_that_take_up_one_patient_one_wins(
    clinic: AClinic, services: Services, _round: int
) -> None:
    visit_id = visit(clinic, services, "Ann", "14:00")
    out, desk = start(clinic, services), services.disruptions
    (ann,) = desk.cases(clinic.maria, out.id)
    first, second = (each.slot for each in ann.alternatives[:2])
    told = at_once(
        lambda: desk.accept(clinic.maria, ann, first),
        lambda: desk.accept(clinic.maria, ann, second),
    )
    assert sum(isinstance(each, CaseHandledError) for each in told) == 1
    won = (first, second)[0 if isinstance(told[0], OutRecord) else 1]
    moved = clinic.calendar.appointment(clinic.maria, visit_id)
    assert (moved.starts_at, moved.doctor_id) == (won.starts_at, won.doctor_id)


def test_the_same_doctor_is_marked_out_once(clinic: AClinic, services: Services) -> None:
    visit(clinic, services, "Ann", "14:00")
    told = at_once(*[lambda: start(clinic, services)] * 2)
    assert sum(isinstance(each, AlreadyOutError) for each in told) == 1
    (out,) = services.disruptions.open_ones(clinic.maria)
    cases: tuple[Case, ...] = services.disruptions.cases(clinic.maria, out.id)
    assert len(cases) == out.total == 1
    assert len(clinic.hours.exceptions(clinic.maria, clinic.sato)) == 1
