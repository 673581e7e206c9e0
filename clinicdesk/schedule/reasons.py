"""Why a time cannot be had, and which free times are wished for, as plain values for screens."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.schedule.records import Slot

EVERY_DAY = 127


class NotFree(StrEnum):
    """Why a time cannot be had; of several reasons the first that stands here is told."""

    OFF_STEP = "off the clinic's step"
    PAST = "in the past"
    NOTICE = "at too short notice"
    TOO_FAR = "too far ahead"
    HOLIDAY = "on a public holiday"
    CLOSED = "while the clinic is closed"
    OUTSIDE_HOURS = "outside hours"
    BLOCKED = "in blocked time"
    DOCTOR_BUSY = "taken by another appointment"
    TRAVEL = "on the way between clinics"
    HELD = "held by another desk"
    ROOM_BLOCKED = "the room is blocked"
    ROOM_BUSY = "the room is taken"
    NO_EQUIPMENT = "what it needs is not there"
    EQUIPMENT_BUSY = "what it needs is taken"
    KEPT_FOR_THE_DAY = "kept for the day itself"


OVERBOOKABLE = frozenset(NotFree) - {
    NotFree.OFF_STEP,
    NotFree.PAST,
    NotFree.TOO_FAR,
    NotFree.HOLIDAY,
    NotFree.CLOSED,
    NotFree.NO_EQUIPMENT,
}
"""What somebody with the right to overbook may pass over with a reason."""

COLLISIONS = frozenset(
    {NotFree.DOCTOR_BUSY, NotFree.HELD, NotFree.ROOM_BUSY, NotFree.EQUIPMENT_BUSY}
)
"""Where somebody else has, or is about to take, what the time needs."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a time cannot be had, in one sentence with the way out, and the next free times."""

    reason: NotFree
    sentence: str
    next_free: tuple[Slot, ...]
    can_overbook: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which free times are wished for: starts on `weekdays` (bit 0 for Monday) of the clinic.

    A start lies from `from_minute` to before `until_minute` of the clinic's wall clock, and before
    `until_at`.
    """

    weekdays: int = EVERY_DAY
    from_minute: int = 0
    until_minute: int = 24 * 60
    until_at: datetime | None = None
