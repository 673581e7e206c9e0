"""A saved view of the calendar."""

from dataclasses import dataclass
from enum import StrEnum

LAST_LEFT = 0
FIRST_KEY, LAST_KEY = 3, 12


class ViewKind(StrEnum):
    """What a calendar shows."""

    DAY = "day"
    ROOMS = "rooms"
    WEEK = "week"
    MONTH = "month"
    OWN_DAY = "own day"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view on a function key, 3 to 12, or with `key` 0 the one that was left last.

    `hidden` are the doctors not shown, `doctor_id` whose week it is. `first_minute` of the wall
    clock stands at the top; None follows now. `least_column_px` is the narrowest a column gets
    before the view scrolls sideways, at 100 %.
    """

    key: int
    name: str
    kind: ViewKind = ViewKind.DAY
    clinic_id: int | None = None
    doctor_id: int | None = None
    hidden: tuple[int, ...] = ()
    first_minute: int | None = None
    least_column_px: int = 132
