"""What takes away from the hours of doctors: closures, blocks, the way between clinics, holds.

A rule of the wall clock is turned into minutes of UTC for the days that are looked at, no more.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from clinicdesk.schedule.availability import week_of
from clinicdesk.schedule.reasons import EVERY_DAY, NotFree
from clinicdesk.schedule.wall_clock import DAY_MINUTES, WallClock

Open = tuple[int, int, int]
"""A clinic's id, and from and until which minute of UTC somebody is there: half-open."""

Whose = Literal["clinic", "doctor", "room"]
Owner = tuple[NotFree, Whose, int]
"""Why time is taken, and whose: the id of a clinic, a doctor or a room."""


@dataclass(frozen=True, slots=True)
class Shut:
    """Wall-clock minutes of recurring days in which nothing can be had.

    CLOSED and HOLIDAY shut a clinic (None: every one); BLOCKED takes the time of a doctor, at
    whichever clinic, or with neither doctor nor room of all at the clinic; ROOM_BLOCKED that of a
    room. Days count from `first_ordinal` to `last_ordinal`, those of `weekdays` (bit 0 for Monday)
    in every n-th ISO week from the first. `name` is for the sentence
    that says why.
    """

    reason: NotFree
    clinic_id: int | None
    first_ordinal: int
    last_ordinal: int
    starts_minute: int = 0
    ends_minute: int = DAY_MINUTES
    weekdays: int = EVERY_DAY
    every_weeks: int = 1
    doctor_id: int | None = None
    room_id: int | None = None
    name: str = ""
    is_hard: bool = True

    def minutes(self, wall: WallClock, ordinals: range) -> Iterator[tuple[int, int]]:
        """Yield the half-open minutes of UTC that begin on the given days."""
        first_week = week_of(self.first_ordinal)
        first = max(self.first_ordinal, ordinals.start)
        for ordinal in range(first, min(self.last_ordinal + 1, ordinals.stop)):
            if not self.weekdays >> (ordinal - 1) % 7 & 1:
                continue
            if (week_of(ordinal) - first_week) % self.every_weeks:
                continue
            begin = wall.utc(ordinal, self.starts_minute)
            end = wall.utc(ordinal, self.ends_minute)
            if end > begin:
                yield begin, end

    def is_for(self, clinic_id: int, doctor_id: int, room_id: int | None) -> bool:
        """Tell whether the rule takes the time of a doctor at a clinic in a room."""
        if self.doctor_id is not None:
            return self.doctor_id == doctor_id
        if self.room_id is not None:
            return self.room_id == room_id
        return self.clinic_id is None or self.clinic_id == clinic_id

    def clinics(self, clinic_ids: Iterable[int]) -> Iterable[int]:
        """Give the clinics on whose wall clocks the rule is read."""
        return clinic_ids if self.clinic_id is None else (self.clinic_id,)


@dataclass(frozen=True, slots=True)
class Held:
    """A time of a doctor that another desk is about to book, in minutes of UTC."""

    doctor_id: int
    begin: int
    end: int
    user_name: str = ""
    desk: str = ""
    expires_minute: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """All that a search must leave out besides what is outside hours or taken.

    `travel` holds the minutes of the way in both directions, `walls` the clocks of the clinics that
    are not searched but where the doctors are at other times. `equipment` lists for each clinic
    what a service can use there; None where it needs nothing.
    """

    shuts: Sequence[Shut] = ()
    held: Sequence[Held] = ()
    travel: Mapping[tuple[int, int], int] = field(default_factory=dict)
    walls: Mapping[int, WallClock] = field(default_factory=dict)
    equipment: Mapping[int, Sequence[int]] | None = None
    equipment_kind: str = ""

    @property
    def longest_way(self) -> int:
        """Give the minutes of the longest way."""
        return max(self.travel.values(), default=0)


NO_LIMITS = Limits()


def shut_minutes(
    shuts: Iterable[Shut], walls: Mapping[int, WallClock], ordinals: range
) -> Iterator[tuple[Owner, int, int]]:
    """Yield whose time is taken on the given days, and from and until which minute of UTC."""
    for shut in shuts:
        for clinic_id in shut.clinics(walls):
            wall = walls.get(clinic_id)
            if wall is None:
                continue
            owner = _owner(shut, clinic_id)
            for begin, end in shut.minutes(wall, ordinals):
                yield owner, begin, end


def _owner(shut: Shut, clinic_id: int) -> Owner:
    if shut.doctor_id is not None:
        return shut.reason, "doctor", shut.doctor_id
    if shut.room_id is not None:
        return shut.reason, "room", shut.room_id
    return shut.reason, "clinic", clinic_id


def on_the_way(
    hours: Collection[Open], clinic_id: int, travel: Mapping[tuple[int, int], int]
) -> Iterator[tuple[int, int, int]]:
    """Yield from where, from when and until when a doctor is still on the way to hours here.

    The way is taken off the beginning of the later hours: the earlier clinic is worked to its end.
    Where hours at two clinics overlap, the doctor goes back and forth between them, and nothing is
    taken off; then only the visits themselves keep the way between them free.
    """
    for here, opens, closes in hours:
        if here != clinic_id:
            continue
        for there, _, left in hours:
            arrives = left + travel.get((there, clinic_id), 0)
            if left <= opens < arrives:
                yield there, opens, min(arrives, closes)


def without(hours: Iterable[Open], taken: Mapping[int, Collection[tuple[int, int]]]) -> list[Open]:
    """Give the hours less what is taken at their clinics."""
    left: list[Open] = []
    for clinic_id, opens, closes in hours:
        begin = opens
        for start, end in sorted(taken.get(clinic_id, ())):
            if end <= begin or start >= closes:
                continue
            if start > begin:
                left.append((clinic_id, begin, start))
            begin = max(begin, end)
        if begin < closes:
            left.append((clinic_id, begin, closes))
    return left
