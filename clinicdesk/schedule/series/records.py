"""Series of appointments: how they recur, and what a preview says of each date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Frequency(StrEnum):
    """In which unit a series recurs."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Scope(StrEnum):
    """Which appointments of a series a change is for."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `every` days, weeks or months from the first visit on, at its time on the wall clock.

    For weeks, `weekdays` (bit 0 for Monday; 0 for the first visit's own) tells on which. It ends
    after `count` visits or with the day `until_on`, whichever is given.
    """

    frequency: Frequency
    every: int = 1
    weekdays: int = 0
    count: int | None = None
    until_on: date | None = None
