"""What a search for free times is told: who, where, how long, between when, and what is taken."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clinicdesk.schedule.availability import HoursPlan
from clinicdesk.schedule.limits import NO_LIMITS, Limits
from clinicdesk.schedule.reasons import Wishes
from clinicdesk.schedule.wall_clock import WallClock

Span = tuple[int, int, int]
"""The id of a doctor, a room or a piece of equipment, and its half-open busy UTC minutes."""

Stay = tuple[int, int, int, int]
"""A doctor's id and half-open busy UTC minutes, and the id of the clinic where they are spent."""


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic as the search sees it: its wall clock, and the step on which visits start."""

    wall: WallClock
    step_minutes: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A doctor at a clinic, with the room used there if any.

    `same_day_places` visits of each day are offered only on the day itself.
    """

    doctor_id: int
    clinic_id: int
    room_id: int | None = None
    same_day_places: int = 0


@dataclass(frozen=True, slots=True)
class Busy:
    """What is taken: doctors with buffers, rooms and equipment without.

    `stays` are the spans of the doctors with their clinics, where the way between clinics counts.
    """

    doctors: Iterable[Span]
    rooms: Iterable[Span] = ()
    equipment: Iterable[Span] = ()
    stays: Iterable[Stay] = ()


ReadBusy = Callable[[int, int], Busy]
"""Gives what is taken between two UTC minutes; more is allowed."""


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """What is looked for: starts in [`from_minute`, `until_minute`) of UTC, for one service.

    `pairs` are ordered by doctor and clinic; every clinic of theirs stands in `places`. `within`
    narrows what is offered. `now_minute` is the present one: without it no place is kept for the
    day itself, and what lies before `from_minute` is past.
    """

    plan: HoursPlan
    places: Mapping[int, Place]
    pairs: Sequence[Pair]
    duration_minutes: int
    before_minutes: int
    after_minutes: int
    from_minute: int
    until_minute: int
    limits: Limits = NO_LIMITS
    within: Wishes | None = None
    now_minute: int | None = None
