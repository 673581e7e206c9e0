"""Closures, holidays and blocks as screens see them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

EVERY_DAY = 127


class ClosureKind(StrEnum):
    """Why a clinic is closed."""

    CLOSURE = "closure"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Closure:
    """Days from `from_on` to `until_on`, both included, on which nobody is seen.

    With minutes of the wall clock only that part of each day; `clinic_id` None means every clinic.
    """

    clinic_id: int | None
    from_on: date
    until_on: date
    reason: str
    kind: ClosureKind = ClosureKind.CLOSURE
    starts_minute: int | None = None
    ends_minute: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class BlockTypeRecord:
    """A kind of blocked time.

    A hard one takes no visit without the right to overbook. A soft one takes the services named,
    and others only on purpose; the search for free times passes it over for those.
    """

    name: str
    is_hard: bool
    service_ids: frozenset[int] = frozenset()
    id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Blocked time of a doctor, a room, or (with neither) everybody at a clinic, in wall time.

    It recurs on the weekdays set in `weekdays` (bit 0 for Monday) in every n-th week, counted from
    the week that holds `from_on`, until `until_on` included. `ends_minute` may pass 1440.
    """

    block_type_id: int
    clinic_id: int
    from_on: date
    until_on: date
    starts_minute: int
    ends_minute: int
    doctor_id: int | None = None
    room_id: int | None = None
    weekdays: int = EVERY_DAY
    every_weeks: int = 1
    note: str = ""
    id: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class DoctorPlace:
    """A doctor's place at a clinic: the usual room, and how many visits a day are kept for the day.

    `same_day_places` visits of each day are offered only on that day itself.
    """

    doctor_id: int
    clinic_id: int
    room_id: int | None = None
    same_day_places: int = 0


@dataclass(frozen=True, slots=True)
class TravelTime:
    """How many minutes the way between two clinics takes, in both directions."""

    clinic_id: int
    other_clinic_id: int
    minutes: int


@dataclass(frozen=True, slots=True)
class HolidayProposal:
    """A public holiday that may be stored as a closure; `is_stored` when it is one already."""

    on: date
    name: str
    is_stored: bool
