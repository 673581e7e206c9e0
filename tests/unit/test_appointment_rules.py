"""Which step follows which, what a wrong one says, and whose appointments a person may change."""

import pytest

from clinicdesk.access import Actor, Role
from clinicdesk.schedule.errors import OtherDoctorsAppointmentError, WrongStepError
from clinicdesk.schedule.records import BLOCKING, AppointmentStatus
from clinicdesk.schedule.rules import STEPS, Step, after, allowed_actions, demand_own, demand_step

REQUESTED, CONFIRMED, ARRIVED, IN_ROOM, COMPLETED, NO_SHOW, CANCELLED = AppointmentStatus
FORWARD = {
    (REQUESTED, Step.CONFIRM): CONFIRMED,
    (REQUESTED, Step.CHECK_IN): ARRIVED,
    (REQUESTED, Step.MOVE): REQUESTED,
    (REQUESTED, Step.RESIZE): REQUESTED,
    (REQUESTED, Step.CANCEL): CANCELLED,
    (CONFIRMED, Step.CHECK_IN): ARRIVED,
    (CONFIRMED, Step.COMPLETE): COMPLETED,
    (CONFIRMED, Step.NO_SHOW): NO_SHOW,
    (CONFIRMED, Step.MOVE): CONFIRMED,
    (CONFIRMED, Step.RESIZE): CONFIRMED,
    (CONFIRMED, Step.CANCEL): CANCELLED,
    (ARRIVED, Step.TAKE_TO_ROOM): IN_ROOM,
    (ARRIVED, Step.COMPLETE): COMPLETED,
    (ARRIVED, Step.RESIZE): ARRIVED,
    (ARRIVED, Step.CANCEL): CANCELLED,
    (IN_ROOM, Step.RESIZE): IN_ROOM,
    (IN_ROOM, Step.COMPLETE): COMPLETED,
}
BACK = {
    (CONFIRMED, Step.UNCONFIRM),
    (ARRIVED, Step.UNDO),
    (IN_ROOM, Step.UNDO),
    (COMPLETED, Step.UNDO),
    (NO_SHOW, Step.UNDO),
    (CANCELLED, Step.RESTORE),
}


@pytest.mark.parametrize("status", AppointmentStatus)
@pytest.mark.parametrize("step", Step)
def test_every_step_in_every_state_is_decided(status: AppointmentStatus, step: Step) -> None:
    if (status, step) in FORWARD:
        assert after(status, step) is FORWARD[status, step]
    elif (status, step) in BACK:
        assert after(status, step) is not status
    else:
        with pytest.raises(WrongStepError):
            after(status, step)
    assert (step in allowed_actions(status)) == ((status, step) in FORWARD.keys() | BACK)


@pytest.mark.parametrize("status", AppointmentStatus)
def test_a_wrong_step_names_what_is_possible(status: AppointmentStatus) -> None:
    wrong = next(step for step in Step if step not in STEPS[status])
    with pytest.raises(WrongStepError) as refused:
        demand_step(status, wrong)
    assert all(step.value in refused.value.sentence for step in allowed_actions(status))
    assert wrong.value in refused.value.sentence


@pytest.mark.parametrize(
    ("status", "was", "is_arrived", "expected"),
    [
        (ARRIVED, REQUESTED, True, REQUESTED),
        (ARRIVED, CONFIRMED, True, CONFIRMED),
        (ARRIVED, None, True, CONFIRMED),
        (IN_ROOM, None, True, ARRIVED),
        (COMPLETED, IN_ROOM, True, IN_ROOM),
        (COMPLETED, CONFIRMED, False, CONFIRMED),
        (COMPLETED, None, True, ARRIVED),
        (COMPLETED, None, False, CONFIRMED),
        (NO_SHOW, CONFIRMED, False, CONFIRMED),
    ],
)
def test_a_step_back_leads_where_the_visit_came_from(
    status: AppointmentStatus,
    was: AppointmentStatus | None,
    is_arrived: bool,
    expected: AppointmentStatus,
) -> None:
    assert after(status, Step.UNDO, was=was, is_arrived=is_arrived) is expected


def test_a_cancellation_goes_back_to_request_or_confirmation() -> None:
    assert after(CANCELLED, Step.RESTORE, was=REQUESTED) is REQUESTED
    assert after(CANCELLED, Step.RESTORE) is CONFIRMED


def test_only_those_who_will_come_or_have_come_hold_their_time() -> None:
    assert frozenset(AppointmentStatus) - BLOCKING == {CANCELLED, NO_SHOW}


def person(*roles: Role, doctor_id: int | None = None) -> Actor:
    return Actor(1, "Somebody", frozenset(roles), doctor_id=doctor_id)


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (person(Role.RECEPTIONIST), True),
        (person(Role.MANAGER), True),
        (person(Role.DOCTOR, doctor_id=3), False),
        (person(Role.DOCTOR, doctor_id=5), True),
        (person(Role.DOCTOR), False),
        (person(Role.DOCTOR, Role.MANAGER, doctor_id=3), True),
        (person(Role.ADMINISTRATOR), False),
    ],
)
def test_doctors_change_their_own_appointments_alone(actor: Actor, may: bool) -> None:
    if may:
        demand_own(actor, 5)
    else:
        with pytest.raises(OtherDoctorsAppointmentError):
            demand_own(actor, 5)


def test_a_move_from_or_to_another_doctor_is_not_a_doctors() -> None:
    with pytest.raises(OtherDoctorsAppointmentError):
        demand_own(person(Role.DOCTOR, doctor_id=5), 5, 6)
