"""What can be done with a card now, each with its key, the likeliest first."""

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.access import Action, Actor
from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.schedule.rules import is_anyones
from clinicdesk.visits.records import BoardCard, Column
from ui.visits.board_words import ShownCard


@dataclass(frozen=True, slots=True)
class VisitAction:
    """Something a person can do with a card: its name, words, key and what it needs."""

    name: str
    text: str
    key: str
    needs: Action


CHECK_IN = VisitAction("check_in", "Check in", "A", Action.RUN_VISIT)
CALL_IN = VisitAction("call_in", "Call in", "I", Action.RUN_VISIT)
ROOM = VisitAction("room", "Room", "R", Action.RUN_VISIT)
COMPLETE = VisitAction("complete", "Complete", "C", Action.RUN_VISIT)
NO_SHOW = VisitAction("no_show", "No-show", "N", Action.RUN_VISIT)
PAY = VisitAction("pay", "Payment", "P", Action.TAKE_PAYMENT)
UNDO = VisitAction("undo", "Take back", "U", Action.RUN_VISIT)
PATIENT = VisitAction("patient", "Patient", "Return", Action.FIND_PATIENT)
ALL = (CHECK_IN, CALL_IN, ROOM, COMPLETE, NO_SHOW, PAY, UNDO, PATIENT)

BY_STATUS = {
    Status.REQUESTED: (CHECK_IN,),
    Status.CONFIRMED: (CHECK_IN, NO_SHOW),
    Status.ARRIVED: (CALL_IN, ROOM, COMPLETE, UNDO),
    Status.IN_ROOM: (COMPLETE, UNDO),
    Status.COMPLETED: (PAY, UNDO),
    Status.NO_SHOW: (UNDO,),
    Status.CANCELLED: (),
}
DRAGGED = {
    (Column.EXPECTED, Column.ARRIVED): CHECK_IN,
    (Column.EXPECTED, Column.DONE): NO_SHOW,
    (Column.ARRIVED, Column.WITH_DOCTOR): ROOM,
    (Column.ARRIVED, Column.TO_PAY): COMPLETE,
    (Column.ARRIVED, Column.DONE): COMPLETE,
    (Column.WITH_DOCTOR, Column.TO_PAY): COMPLETE,
    (Column.WITH_DOCTOR, Column.DONE): COMPLETE,
    (Column.TO_PAY, Column.DONE): PAY,
}
"""The step that a card takes when it is dragged from one column to another."""
COLUMNS = list(Column)


def actions_for(shown: ShownCard, actor: Actor, *, now: datetime) -> tuple[VisitAction, ...]:
    """Give what this person can do with a card now; the services decide again."""
    card = shown.card
    is_own = is_anyones(actor) or actor.doctor_id == card.doctor_id
    found = [
        action
        for action in BY_STATUS[card.status]
        if is_own and actor.may(action.needs) and _fits(action, shown, card, now)
    ]
    return (*found, PATIENT) if actor.may(PATIENT.needs) else tuple(found)


def _fits(action: VisitAction, shown: ShownCard, card: BoardCard, now: datetime) -> bool:
    if action is PAY:
        return shown.column is Column.TO_PAY
    return action is not NO_SHOW or card.starts_at < now


def dragged_to(source: Column, target: Column) -> VisitAction | None:
    """Give the step of a drag: forward by the table, back by taking back; None for no step."""
    if (source, target) in DRAGGED:
        return DRAGGED[source, target]
    is_back = COLUMNS.index(target) < COLUMNS.index(source)
    return UNDO if is_back and source is not Column.EXPECTED else None
