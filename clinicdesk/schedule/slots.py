"""Finds the times that are free, and says why another time is not, with the same bits.

A stretch of time is one int for each doctor: a bit stands for `unit` minutes, the greatest length
of which all steps, durations, buffers and zone offsets in play are multiples, so that nothing is
rounded. Hours that are not a multiple shrink to the bits they fill, appointments grow to the bits
they touch.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import gcd

from clinicdesk.schedule.availability import HoursPlan, open_minutes
from clinicdesk.schedule.records import Slot
from clinicdesk.schedule.wall_clock import DAY_MINUTES, WallClock, instant

CHUNK_MINUTES = 7 * DAY_MINUTES
LONG_CHUNK_MINUTES = 28 * DAY_MINUTES
_EPOCH_ORDINAL = 719_163

Span = tuple[int, int, int]
"""The id of a doctor or a room, and its half-open busy UTC minutes."""


class NotFree(StrEnum):
    """Why a time cannot be had."""

    OFF_STEP = "off the clinic's step"
    PAST = "in the past"
    TOO_FAR = "too far ahead"
    OUTSIDE_HOURS = "outside hours"
    DOCTOR_BUSY = "taken by another appointment"
    ROOM_BUSY = "the room is taken"


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic as the search sees it: its wall clock, and the step on which visits start."""

    wall: WallClock
    step_minutes: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A doctor at a clinic, with the room used there if any."""

    doctor_id: int
    clinic_id: int
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """What is taken: doctors with buffers, rooms without."""

    doctors: Iterable[Span]
    rooms: Iterable[Span] = ()


ReadBusy = Callable[[int, int], Busy]
"""Gives what is taken between two UTC minutes; more is allowed."""


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """What is looked for: starts in [`from_minute`, `until_minute`) of UTC, for one service.

    `pairs` are ordered by doctor and clinic; every clinic of theirs stands in `places`.
    """

    plan: HoursPlan
    places: Mapping[int, Place]
    pairs: Sequence[Pair]
    duration_minutes: int
    before_minutes: int
    after_minutes: int
    from_minute: int
    until_minute: int


def free_slots(search: SlotSearch, read_busy: ReadBusy, *, limit: int | None = None) -> list[Slot]:
    """Give the free slots by start, doctor and clinic; no more is read than `limit` asks for."""
    found: list[Slot] = []
    length = CHUNK_MINUTES if limit is not None else LONG_CHUNK_MINUTES
    for begin in range(search.from_minute, search.until_minute, length):
        end = min(begin + length, search.until_minute)
        window = _Window(search, begin, end)
        found += window.slots(window.busy(read_busy))
        if limit is not None and len(found) >= limit:
            return found[:limit]
    return found


def fitting_count(search: SlotSearch, read_busy: ReadBusy) -> dict[int, int]:
    """Count for each doctor how many visits, one after the other, may still start in the span."""
    window = _Window(search, search.from_minute, search.until_minute)
    busy = window.busy(read_busy)
    doctors, rooms = window.taken(busy.doctors), window.taken(busy.rooms)
    length = (search.before_minutes + search.duration_minutes + search.after_minutes) // window.unit
    counts: dict[int, int] = defaultdict(int)
    for pair in search.pairs:
        bits = window.free(pair, window.open_bits(pair.doctor_id), doctors, rooms)
        while bits:
            counts[pair.doctor_id] += 1
            taken_until = (bits & -bits).bit_length() - 1 + length
            bits = bits >> taken_until << taken_until
    return counts


def why_not(search: SlotSearch, read_busy: ReadBusy, *, pair: Pair, start: int) -> NotFree | None:
    """Say why a UTC minute cannot be booked with a doctor at a clinic; None where it can."""
    place = search.places[pair.clinic_id]
    if (start + place.wall.offset(start)) % place.step_minutes:
        return NotFree.OFF_STEP
    if start < search.from_minute:
        return NotFree.PAST
    if start >= search.until_minute:
        return NotFree.TOO_FAR
    window = _Window(search, start, start + 1)
    bit = 1 << (start - window.origin) // window.unit
    busy = window.busy(read_busy)
    if not bit & window.fitting(window.open_bits(pair.doctor_id)[pair.clinic_id]):
        return NotFree.OUTSIDE_HOURS
    if not bit & window.fitting(window.all & ~window.taken(busy.doctors)[pair.doctor_id]):
        return NotFree.DOCTOR_BUSY
    return None if bit & window.room_free(pair, window.taken(busy.rooms)) else NotFree.ROOM_BUSY


class _Window:
    """A stretch of UTC in bits, wide enough for what begins before it and ends after it."""

    def __init__(self, search: SlotSearch, begin: int, end: int) -> None:
        self._search = search
        before = search.before_minutes
        after = search.duration_minutes + search.after_minutes
        self.origin = (begin - before) // DAY_MINUTES * DAY_MINUTES
        self.end = -(-(end + after) // DAY_MINUTES) * DAY_MINUTES
        self.reach = (begin - before, end + after)
        self.days = range(self.origin, self.end, DAY_MINUTES)
        self.unit = self._unit()
        self.size = (self.end - self.origin) // self.unit
        self.all = (1 << self.size) - 1
        low, high = -((self.origin - begin) // self.unit), -((self.origin - end) // self.unit)
        self.asked = _ones(high - low) << low
        self._walls = {clinic: place.wall for clinic, place in search.places.items()}
        self._grids = {clinic: self._grid(place) for clinic, place in search.places.items()}

    def busy(self, read_busy: ReadBusy) -> Busy:
        """Read what is taken where the asked visits and their buffers may lie."""
        return read_busy(*self.reach)

    def slots(self, busy: Busy) -> list[Slot]:
        """Give the free slots, ordered."""
        pairs = self._search.pairs
        doctors, rooms = self.taken(busy.doctors), self.taken(busy.rooms)
        count = len(pairs)
        keys: list[int] = []
        opens: dict[int, dict[int, int]] = {}
        for number, pair in enumerate(pairs):
            if pair.doctor_id not in opens:
                opens[pair.doctor_id] = self.open_bits(pair.doctor_id)
            bits = self.free(pair, opens[pair.doctor_id], doctors, rooms)
            while bits:
                lowest = bits & -bits
                keys.append((lowest.bit_length() - 1) * count + number)
                bits ^= lowest
        keys.sort()
        return self._slots_of(keys)

    def _slots_of(self, keys: Iterable[int]) -> list[Slot]:
        """Turn ordered keys, each a position times the number of pairs plus a pair, into slots."""
        search = self._search
        owners = [(pair.doctor_id, pair.clinic_id) for pair in search.pairs]
        count, last = len(owners), -1
        starts_at = ends_at = instant(self.origin)
        found: list[Slot] = []
        for key in keys:
            position = key // count
            if position != last:
                last = position
                minute = self.origin + position * self.unit
                starts_at, ends_at = instant(minute), instant(minute + search.duration_minutes)
            found.append(Slot(*owners[key - position * count], starts_at, ends_at))
        return found

    def free(
        self,
        pair: Pair,
        opens: Mapping[int, int],
        doctors: Mapping[int, int],
        rooms: Mapping[int, int],
    ) -> int:
        """Give the free starts of one doctor at one clinic."""
        bits = opens.get(pair.clinic_id, 0) & ~doctors.get(pair.doctor_id, 0)
        if not bits:
            return 0
        starts = self.fitting(bits) & self._grids[pair.clinic_id] & self.asked
        return starts & self.room_free(pair, rooms) if rooms else starts

    def open_bits(self, doctor_id: int) -> dict[int, int]:
        """Give a doctor's hours at each clinic."""
        found: dict[int, int] = defaultdict(int)
        first = self.origin // DAY_MINUTES + _EPOCH_ORDINAL
        # Hours may run past midnight, and the wall may be up to a day away from UTC.
        ordinals = range(first - 2, first + len(self.days) + 1)
        plan = self._search.plan
        origin, end, unit = self.origin, self.end, self.unit
        for clinic_id, opens, closes in open_minutes(plan, self._walls, doctor_id, ordinals):
            low = -((origin - max(opens, origin)) // unit)
            high = (min(closes, end) - origin) // unit
            if high > low:
                found[clinic_id] |= _ones(high - low) << low
        return found

    def taken(self, spans: Iterable[Span]) -> dict[int, int]:
        """Give what is taken for each doctor or room; it may reach past the window's end."""
        found: dict[int, int] = defaultdict(int)
        origin, unit = self.origin, self.unit
        last, bits = None, 0
        # The spans of one owner mostly come together: their int is put away once.
        for owner_id, begin, end in spans:
            if owner_id != last:
                if last is not None:
                    found[last] |= bits
                last, bits = owner_id, 0
            low = (begin - origin) // unit if begin > origin else 0
            count = -((origin - end) // unit) - low
            if count > 0:
                bits |= _ones(count) << low
        if last is not None:
            found[last] |= bits
        return found

    def fitting(self, bits: int) -> int:
        """Give the starts at which a visit with its buffers lies wholly within the bits."""
        search = self._search
        minutes = search.before_minutes + search.duration_minutes + search.after_minutes
        return _runs(bits, minutes // self.unit) << search.before_minutes // self.unit

    def room_free(self, pair: Pair, rooms: Mapping[int, int]) -> int:
        """Give the starts at which the room is free; all where there is no room."""
        taken = rooms.get(pair.room_id, 0) if pair.room_id is not None else 0
        if not taken:
            return self.all
        return _runs(self.all & ~taken, self._search.duration_minutes // self.unit)

    def _unit(self) -> int:
        search = self._search
        unit = gcd(search.duration_minutes, search.before_minutes, search.after_minutes)
        for place in search.places.values():
            unit = gcd(unit, place.step_minutes)
            for day in (*self.days, self.end):
                unit = gcd(unit, place.wall.offset(day))
        return unit

    def _grid(self, place: Place) -> int:
        """Give the bits that stand on the clinic's step, as its wall clock shows it."""
        wall, step, unit = place.wall, place.step_minutes, self.unit
        grid = 0
        for day in self.days:
            ahead = wall.offset(day)
            if ahead == wall.offset(day + DAY_MINUTES):
                bits = _steps(-ahead % step // unit, step // unit, DAY_MINUTES // unit)
            else:
                minutes = range(day, day + DAY_MINUTES, unit)
                on_step = ((minute + wall.offset(minute)) % step == 0 for minute in minutes)
                bits = sum(1 << number for number, on in enumerate(on_step) if on)
            grid |= bits << (day - self.origin) // unit
        return grid


@lru_cache(maxsize=4096)
def _ones(count: int) -> int:
    return (1 << count) - 1


@lru_cache(maxsize=256)
def _steps(first: int, step: int, size: int) -> int:
    return sum(1 << number for number in range(first, size, step))


def _runs(bits: int, length: int) -> int:
    """Keep the bits at which a run of `length` set bits begins."""
    done = 1
    while done < length:
        shift = min(done, length - done)
        bits &= bits >> shift
        done += shift
    return bits
