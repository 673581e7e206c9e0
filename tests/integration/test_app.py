"""The program put together: every use case asks for a permission, and the demo clinic is whole."""

import dataclasses
import inspect
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.access import Action, Actor, Role, program_actor, required_action
from clinicdesk.app import Services
from clinicdesk.errors import AccessDeniedError
from clinicdesk.opening import OpenClinic, open_demo
from clinicdesk.training.clock import TrainingClock
from clinicdesk.training.demo_clinic import PASSWORD, PEOPLE

# What jobs and the program itself use; people reach none of it through the window.
NOT_FOR_PEOPLE = {"database", "bus", "clock", "delivery"}
IN_THE_CALLERS_TRANSACTION = {("audit", "record")}


def _use_cases() -> list[tuple[str, str, Any]]:
    found = []
    for field in dataclasses.fields(Services):
        if field.name in NOT_FOR_PEOPLE:
            continue
        module = inspect.getmodule(Services)
        kind = getattr(module, str(field.type).rpartition(".")[2], field.type)
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_") and (field.name, name) not in IN_THE_CALLERS_TRANSACTION:
                found.append((field.name, name, method))
    return found


def _names(cases: list[tuple[str, str, Any]]) -> list[str]:
    return [f"{room}.{name}" for room, name, _ in cases]


USE_CASES = _use_cases()
GUARDED = [case for case in USE_CASES if getattr(case[2], "required_action", None) is not None]


def test_there_are_use_cases_of_every_room() -> None:
    assert len(USE_CASES) > 50
    assert {room for room, _, _ in USE_CASES} >= {"patients", "schedule", "billing", "payments"}


@pytest.mark.parametrize(("room", "name", "method"), USE_CASES, ids=_names(USE_CASES))
def test_every_use_case_says_what_it_needs(room: str, name: str, method: Any) -> None:
    assert hasattr(method, "required_action"), f"{room}.{name} has no permission"


@pytest.mark.parametrize(
    ("room", "name", "method"),
    GUARDED,
    ids=_names(GUARDED),
)
def test_whoever_may_not_is_refused_before_anything_is_read(
    room: str, name: str, method: Any
) -> None:
    nobody = Actor(1, "Nobody", frozenset())
    action = required_action(method)
    assert isinstance(action, Action)
    with pytest.raises(AccessDeniedError, match="Nobody may not"):
        method(object(), nobody)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "clinic"


@pytest.fixture
def demo(demo_folder: Path) -> Any:
    clinic = open_demo(demo_folder, clock=TrainingClock(demo_folder / "clock.json"))
    yield clinic
    clinic.close()


@pytest.mark.slow
def test_the_demo_clinic_has_two_places_five_doctors_and_a_lively_day(demo: OpenClinic) -> None:
    services, actor = demo.services, program_actor()
    clinics, doctors = services.clinics.clinics(actor), services.staff.doctors(actor)
    assert len(clinics) == 2
    assert len(doctors) == 5
    assert sum(len(doctor.clinic_ids) == 2 for doctor in doctors) == 2
    today = services.clock.now().date()
    day = services.calendar.calendar_day(actor, clinic_id=clinics[0].id, day=today)
    assert len(day.appointments) > 30
    assert len({appointment.status for appointment in day.appointments}) >= 5
    assert services.audit.verify(actor).is_whole
    assert services.readers.readers(actor, clinics[0].id)


@pytest.mark.slow
def test_opened_again_on_the_same_day_it_is_the_same_clinic(
    demo: OpenClinic, demo_folder: Path
) -> None:
    before = demo.services.audit.entries(program_actor(), limit=1)[0].seq
    demo.close()
    again = open_demo(demo_folder, clock=TrainingClock(demo_folder / "clock.json"))
    assert again.services.audit.entries(program_actor(), limit=1)[0].seq >= before
    again.close()


@pytest.mark.slow
def test_its_people_sign_in_with_the_password_that_is_told(demo: OpenClinic) -> None:
    for person in PEOPLE[:2]:
        actor = demo.services.staff.sign_in(person.login, PASSWORD, desk="Desk 1")
        assert actor.roles == person.roles
    doctor = demo.services.staff.sign_in("sato", PASSWORD, desk="Desk 1")
    assert doctor.roles == {Role.DOCTOR}
    assert doctor.doctor_id is not None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in other ways")
def test_the_data_folder_is_closed_to_others(demo: OpenClinic, demo_folder: Path) -> None:
    assert demo.training is not None
    assert stat.S_IMODE(demo_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((demo_folder / "secrets.json").stat().st_mode) == 0o600
