"""Where the payment dialog stands, and what its two buttons do there."""

from enum import Enum

from clinicdesk.payments.records import ReaderStep
from clinicdesk.payments.rules import CAN_TRY_AGAIN


class Stage(Enum):
    """Where the dialog stands; it tells which buttons are there and what Escape does."""

    CHOOSING = "choosing"
    RUNNING = "running"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    PAID = "paid"


BUTTONS = {
    # what Escape does, what Enter does; an empty one is not shown
    Stage.CHOOSING: ("Close", "Take"),
    Stage.RUNNING: ("Cancel on the reader", ""),
    Stage.STOPPED: ("Stop", "Try again"),
    Stage.UNKNOWN: ("Close", "Ask again now"),
    Stage.PAID: ("", "Done"),
}
STAGES = {
    ReaderStep.PREPARING: Stage.RUNNING,
    ReaderStep.WAITING_FOR_CARD: Stage.RUNNING,
    **dict.fromkeys(CAN_TRY_AGAIN, Stage.STOPPED),
    ReaderStep.PAID: Stage.PAID,
    ReaderStep.CANCELLED: Stage.CHOOSING,
    ReaderStep.UNKNOWN: Stage.UNKNOWN,
}
NOTICED = CAN_TRY_AGAIN | {ReaderStep.UNKNOWN, ReaderStep.CANCELLED}
"""The steps that are said loudly, above the buttons."""
LIVE_STEPS = frozenset({ReaderStep.PREPARING, ReaderStep.WAITING_FOR_CARD, ReaderStep.UNKNOWN})
"""The steps at which the time goes on."""
