"""Series of appointments: how they recur, and what a preview says of each date."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.schedule.records import Slot


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


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """One date of a series that is being booked: `slot` in UTC, `on` the clinic's day.

    `sentence` is empty where the time is free, else it says why it is not, and `nearest` is the
    free time of the same doctor on that day that lies nearest, if there is one. With `is_warning`
    the doctor is free, but the patient has another visit then, as the sentence says.
    """

    on: date
    slot: Slot
    sentence: str = ""
    nearest: Slot | None = None
    is_warning: bool = False

    @property
    def is_free(self) -> bool:
        """Whether the time can be booked as it is."""
        return not self.sentence


@dataclass(frozen=True, slots=True)
class SeriesPreview:
    """Every date of a series that is being booked, the earliest first."""

    dates: tuple[SeriesDate, ...]

    @property
    def free(self) -> tuple[Slot, ...]:
        """The times that can be booked as they are."""
        return tuple(each.slot for each in self.dates if each.is_free)


@dataclass(frozen=True, slots=True)
class ShiftedVisit:
    """A visit of a series that would go from `before_at` to `slot`; `sentence` says what hinders.

    `sentence` is empty where nothing does.
    """

    appointment_id: int
    before_at: datetime
    slot: Slot
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ShiftPreview:
    """What moving a part of a series would do; `left_alone` counts visits that are over."""

    visits: tuple[ShiftedVisit, ...]
    left_alone: int = 0

    @property
    def hindered(self) -> tuple[ShiftedVisit, ...]:
        """The visits that cannot go where they should."""
        return tuple(each for each in self.visits if each.sentence)
