"""Which steps an appointment may take in each state, and who may take them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clinicdesk.access import Action, Actor, Role
from clinicdesk.schedule.errors import (
    OtherDoctorsAppointmentError,
    ReasonNeededError,
    WrongStepError,
)
from clinicdesk.schedule.records import BLOCKING
from clinicdesk.schedule.records import AppointmentStatus as Status


class Step(StrEnum):
    """Something that can be done with an appointment."""

    CONFIRM = "confirm"
    MOVE = "move"
    RESIZE = "change the length"
    CHECK_IN = "check in"
    TAKE_TO_ROOM = "take to room"
    COMPLETE = "complete"
    NO_SHOW = "mark as no-show"
    CANCEL = "cancel"
    UNCONFIRM = "take the confirmation back"
    UNDO = "take the last step back"
    RESTORE = "restore"


STEPS: dict[Status, dict[Step, Status | None]] = {
    Status.REQUESTED: {
        Step.CONFIRM: Status.CONFIRMED,
        Step.CHECK_IN: Status.ARRIVED,
        Step.MOVE: Status.REQUESTED,
        Step.RESIZE: Status.REQUESTED,
        Step.CANCEL: Status.CANCELLED,
    },
    Status.CONFIRMED: {
        Step.CHECK_IN: Status.ARRIVED,
        Step.COMPLETE: Status.COMPLETED,
        Step.NO_SHOW: Status.NO_SHOW,
        Step.MOVE: Status.CONFIRMED,
        Step.RESIZE: Status.CONFIRMED,
        Step.CANCEL: Status.CANCELLED,
        Step.UNCONFIRM: Status.REQUESTED,
    },
    Status.ARRIVED: {
        Step.TAKE_TO_ROOM: Status.IN_ROOM,
        Step.COMPLETE: Status.COMPLETED,
        Step.RESIZE: Status.ARRIVED,
        Step.CANCEL: Status.CANCELLED,
        Step.UNDO: None,
    },
    Status.IN_ROOM: {
        Step.COMPLETE: Status.COMPLETED,
        Step.RESIZE: Status.IN_ROOM,
        Step.UNDO: Status.ARRIVED,
    },
    Status.COMPLETED: {Step.UNDO: None},
    Status.NO_SHOW: {Step.UNDO: Status.CONFIRMED},
    Status.CANCELLED: {Step.RESTORE: None},
}
"""What each step leads to; None where the appointment's own past decides."""

STATE_WORDS: dict[Status, str] = {
    Status.REQUESTED: "requested",
    Status.CONFIRMED: "confirmed",
    Status.ARRIVED: "checked in",
    Status.IN_ROOM: "in the room",
    Status.COMPLETED: "finished",
    Status.NO_SHOW: "marked as a no-show",
    Status.CANCELLED: "cancelled",
}


def allowed_actions(status: Status) -> tuple[Step, ...]:
    """Give the steps that an appointment in this state may take."""
    return tuple(STEPS[status])


def demand_step(status: Status, step: Step) -> None:
    """Check that the state allows the step.

    Raises:
        WrongStepError: it does not; the sentence names what is possible instead.
    """
    if step not in STEPS[status]:
        possible = [other.value for other in STEPS[status]]
        choice = " or ".join([", ".join(possible[:-1]), possible[-1]] if possible[1:] else possible)
        raise WrongStepError(
            f"This appointment is {STATE_WORDS[status]}, so it is not possible to {step.value}. "
            f"What is possible now: {choice}."
        )


def after(
    status: Status, step: Step, *, was: Status | None = None, is_arrived: bool = False
) -> Status:
    """Give the state that a step leads to.

    `was` is the state before the present one, where known; `is_arrived` tells whether the patient
    had been checked in. Both decide only where a step goes back.

    Raises:
        WrongStepError: the state does not allow the step.
    """
    demand_step(status, step)
    target = STEPS[status][step]
    if target is not None:
        return target
    if was is not None and was is not status:
        return was
    return Status.ARRIVED if is_arrived and status is Status.COMPLETED else Status.CONFIRMED


def holds_slot(status: Status, *, requests_hold_slot: bool) -> bool:
    """Tell whether an appointment in this state holds its time; of requests the clinic decides."""
    return status in BLOCKING and (requests_hold_slot or status is not Status.REQUESTED)


@dataclass(frozen=True, slots=True)
class StepMade:
    """Who took a step, at which desk and when."""

    user_id: int | None
    desk: str
    at: datetime

    def is_by(self, actor: Actor) -> bool:
        """Tell whether it was this person; somebody without an account is known by the desk."""
        if self.user_id is None and actor.user_id is None:
            return self.desk == actor.desk
        return self.user_id == actor.user_id


def demand_back(
    actor: Actor, made: StepMade | None, *, now: datetime, free_minutes: int, reason: str
) -> None:
    """Check that a person may take a step back that was `made` so.

    Whoever made it may for `free_minutes`; after that, or of another's step, it is a correction.

    Raises:
        AccessDeniedError: the person may not correct visits.
        ReasonNeededError: a correction needs a reason.
    """
    is_free = made is not None and made.is_by(actor)
    if made is not None and is_free and now - made.at <= timedelta(minutes=free_minutes):
        return
    actor.demand(Action.CORRECT_VISIT)
    if not reason.strip():
        raise ReasonNeededError(
            f"Only whoever took this step can take it back just so, within {free_minutes} minutes. "
            "Please say why it is corrected; the reason is kept with it."
        )


def is_anyones(actor: Actor) -> bool:
    """Tell whether a person may change the appointments of every doctor."""
    return not actor.roles.isdisjoint({Role.RECEPTIONIST, Role.MANAGER})


def demand_own(actor: Actor, *doctor_ids: int) -> None:
    """Check that a person may change appointments of these doctors.

    Raises:
        OtherDoctorsAppointmentError: a doctor reaches for somebody else's.
    """
    if not is_anyones(actor) and any(doctor_id != actor.doctor_id for doctor_id in doctor_ids):
        raise OtherDoctorsAppointmentError
