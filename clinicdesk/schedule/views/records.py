"""A saved view of the calendar."""

from dataclasses import dataclass
from enum import StrEnum


class ViewKind(StrEnum):
    """What a calendar shows."""

    DAY_BY_DOCTOR = "day by doctor"
    DAY_BY_ROOM = "day by room"
    WEEK = "week"
    MONTH = "month"
    OWN_DAY = "own day"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view on a function key, `key` 3 to 12; `hidden` are the doctors or rooms not shown.

    `first_minute` of the wall clock is scrolled to first; None follows the day. `least_column_px`
    is the narrowest a column gets before the view scrolls sideways, at 100 %.
    """

    key: int
    name: str
    kind: ViewKind
    clinic_id: int | None = None
    doctor_id: int | None = None
    hidden: tuple[int, ...] = ()
    first_minute: int | None = None
    least_column_px: int = 132
