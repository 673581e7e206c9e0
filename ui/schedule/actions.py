"""What can be done with an appointment at the desk now, each with its key, the likeliest first."""

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.access import Action, Actor
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from clinicdesk.schedule.rules import Step, allowed_actions, is_anyones


@dataclass(frozen=True, slots=True)
class DeskAction:
    """Something a person can do with an appointment: its name, words, key and what it needs."""

    name: str
    text: str
    key: str
    needs: Action


PAY = DeskAction("pay", "Take payment", "P", Action.TAKE_PAYMENT)
OFFER = DeskAction("offer", "Offer to waiting list", "O", Action.BOOK)
BOOK_AGAIN = DeskAction("book_again", "Book again", "B", Action.BOOK)
STEPS = {
    Step.CONFIRM: DeskAction("confirm", "Confirm", "C", Action.BOOK),
    Step.CHECK_IN: DeskAction("check_in", "Check in", "A", Action.RUN_VISIT),
    Step.TAKE_TO_ROOM: DeskAction("take_to_room", "Take to room", "R", Action.RUN_VISIT),
    Step.COMPLETE: DeskAction("complete", "Finish visit", "F", Action.RUN_VISIT),
    Step.MOVE: DeskAction("move", "Move", "M", Action.BOOK),
    Step.CANCEL: DeskAction("cancel", "Cancel", "Del", Action.BOOK),
    Step.NO_SHOW: DeskAction("no_show", "No-show", "N", Action.RUN_VISIT),
    Step.RESTORE: DeskAction("restore", "Restore", "U", Action.BOOK),
    Step.UNDO: DeskAction("undo", "Take back", "U", Action.RUN_VISIT),
}
"""The keys of the steps, in the order in which a desk needs them."""

ENDED = frozenset(
    {AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED}
)

FREED = frozenset({AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED})


def actions_for(
    details: AppointmentDetails, actor: Actor, *, now: datetime
) -> tuple[DeskAction, ...]:
    """Give what this person can do with an appointment now; the services decide again."""
    if not is_anyones(actor) and actor.doctor_id != details.doctor_id:
        return ()
    allowed = allowed_actions(details.status)
    found = [
        action
        for step, action in STEPS.items()
        if step in allowed and _fits_time(step, details, now)
    ]
    if details.status is AppointmentStatus.COMPLETED:
        found.insert(0, PAY)
    if details.status in FREED and details.ends_at > now:
        found.append(OFFER)
    if details.status in ENDED:
        found.append(BOOK_AGAIN)
    return tuple(action for action in found if actor.may(action.needs))


def _fits_time(step: Step, details: AppointmentDetails, now: datetime) -> bool:
    today, day = (clinic_day(at, details.time_zone) for at in (now, details.starts_at))
    if step is Step.CHECK_IN:
        return day == today
    if step is Step.COMPLETE:
        return day <= today and (details.arrived_at is not None or day < today)
    return step is not Step.NO_SHOW or details.starts_at < now
