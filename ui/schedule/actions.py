"""What can be done with an appointment at the desk in each of its states, each with its key."""

from dataclasses import dataclass

from clinicdesk.access import Action, Actor
from clinicdesk.schedule.records import AppointmentStatus as Status


@dataclass(frozen=True, slots=True)
class DeskAction:
    """Something a person can do with an appointment: its words, its key, what it needs."""

    name: str
    text: str
    key: str
    needs: Action


CONFIRM = DeskAction("confirm", "Confirm", "C", Action.BOOK)
CHECK_IN = DeskAction("check_in", "Check in", "A", Action.RUN_VISIT)
TAKE_TO_ROOM = DeskAction("take_to_room", "Take to room", "R", Action.RUN_VISIT)
COMPLETE = DeskAction("complete", "Finish visit", "F", Action.RUN_VISIT)
NO_SHOW = DeskAction("no_show", "No-show", "N", Action.RUN_VISIT)
PAY = DeskAction("pay", "Take payment", "P", Action.TAKE_PAYMENT)
MOVE = DeskAction("move", "Move", "M", Action.BOOK)
CANCEL = DeskAction("cancel", "Cancel", "Del", Action.BOOK)
BOOK_AGAIN = DeskAction("book_again", "Book again", "B", Action.BOOK)

ACTIONS: dict[Status, tuple[DeskAction, ...]] = {
    Status.REQUESTED: (CONFIRM, CHECK_IN, MOVE, CANCEL),
    Status.CONFIRMED: (CHECK_IN, PAY, MOVE, CANCEL, NO_SHOW),
    Status.ARRIVED: (TAKE_TO_ROOM, PAY, COMPLETE, CANCEL),
    Status.IN_ROOM: (COMPLETE, PAY),
    Status.COMPLETED: (PAY, BOOK_AGAIN),
    Status.NO_SHOW: (BOOK_AGAIN,),
    Status.CANCELLED: (BOOK_AGAIN,),
}
"""The first is what the desk does most often next. The services decide again."""


def actions_for(status: Status, actor: Actor) -> tuple[DeskAction, ...]:
    """Give what this person can do with an appointment of this status, the likeliest first."""
    return tuple(action for action in ACTIONS[status] if actor.may(action.needs))
