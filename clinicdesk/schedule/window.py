"""A stretch of time as bits: what is left of it for each doctor at each clinic, and why not more.

A stretch is one int: a bit stands for `unit` minutes, the greatest length of which all steps,
durations, buffers and zone offsets in play are multiples, so that nothing is rounded. Hours that
are not a multiple shrink to the bits they fill, whatever takes time away grows to the bits it
touches.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from math import gcd
from typing import TypeVar

from clinicdesk.schedule.availability import open_minutes
from clinicdesk.schedule.limits import Owner, on_the_way, shut_minutes, without
from clinicdesk.schedule.reasons import NotFree
from clinicdesk.schedule.search import Pair, Place, ReadBusy, SlotSearch
from clinicdesk.schedule.wall_clock import DAY_MINUTES

_EPOCH_ORDINAL = 719_163
_A_LOCAL_DAY = 27 * 60
_DAYS_AWAY = 4
K = TypeVar("K", bound=Hashable)


class Window:
    """The starts in [`begin`, `end`) of UTC, with as much around them as decides about them."""

    def __init__(self, search: SlotSearch, begin: int, end: int, read_busy: ReadBusy) -> None:
        self._search, self._limits = search, search.limits
        before, after = search.before_minutes, search.duration_minutes + search.after_minutes
        keeps = search.now_minute is not None and any(p.same_day_places for p in search.pairs)
        # How many places are kept shows only on the whole of a clinic's day.
        around = _A_LOCAL_DAY if keeps else 0
        low, high = begin - before - around, end + after + around
        self.origin = low // DAY_MINUTES * DAY_MINUTES
        self._end = -(-high // DAY_MINUTES) * DAY_MINUTES
        self._days = range(self.origin, self._end, DAY_MINUTES)
        first = self.origin // DAY_MINUTES + _EPOCH_ORDINAL
        # Hours may run past midnight, and the wall may be up to a day away from UTC.
        self._ordinals = range(first - 2, first + len(self._days) + 1)
        self.unit = self._unit()
        self.length = (before + after) // self.unit
        self._asked = self._starts(begin, end)
        self._walls = {clinic: place.wall for clinic, place in search.places.items()}
        self._grids = {clinic: self._grid(place) for clinic, place in search.places.items()}
        self._hours: dict[int, dict[int, int]] = {}
        self._ways: dict[tuple[int, int], int] = defaultdict(int)
        self._shut = self._shut_bits()
        self._held = self._taken((one.doctor_id, one.begin, one.end) for one in self._limits.held)
        way = self._limits.longest_way
        busy = read_busy(low - way, high + way)
        self._doctors = self._taken(busy.doctors)
        self._rooms, self._equipment = self._taken(busy.rooms), self._taken(busy.equipment)
        if way:
            self._keep_ways_to_visits(busy.stays)

    def free(self, pair: Pair) -> int:
        """Give the free starts of one doctor at one clinic, as far as asked and wished for."""
        starts = self._free(pair)
        if starts and pair.same_day_places:
            starts &= ~self.kept(pair)
        return starts & self._asked & self._wished(pair.clinic_id) if starts else 0

    def time_left(self, pair: Pair) -> Iterator[tuple[NotFree, int]]:
        """Yield what each reason leaves of the doctor's time: a visit with buffers needs all."""
        clinic_id, doctor_id, shut = pair.clinic_id, pair.doctor_id, self._shut
        if shut:
            yield NotFree.HOLIDAY, ~shut[NotFree.HOLIDAY, "clinic", clinic_id]
            yield NotFree.CLOSED, ~shut[NotFree.CLOSED, "clinic", clinic_id]
        yield NotFree.OUTSIDE_HOURS, self._hours_of(doctor_id).get(clinic_id, 0)
        if shut:
            at_clinic = shut[NotFree.BLOCKED, "clinic", clinic_id]
            yield NotFree.BLOCKED, ~(at_clinic | shut[NotFree.BLOCKED, "doctor", doctor_id])
        yield NotFree.DOCTOR_BUSY, ~self._doctors.get(doctor_id, 0)
        if self._ways:
            yield NotFree.TRAVEL, ~self._ways[doctor_id, clinic_id]
        if self._held:
            yield NotFree.HELD, ~self._held.get(doctor_id, 0)

    def things_left(self, pair: Pair) -> Iterator[tuple[NotFree, int]]:
        """Yield the starts that each reason leaves of room and equipment; buffers need neither."""
        room_id = pair.room_id
        if room_id is not None and self._shut:
            shut = self._shut[NotFree.ROOM_BLOCKED, "room", room_id]
            yield NotFree.ROOM_BLOCKED, self._lasting(~shut)
        if room_id is not None and self._rooms:
            yield NotFree.ROOM_BUSY, self._lasting(~self._rooms.get(room_id, 0))
        if self._limits.equipment is not None:
            pieces = self._limits.equipment.get(pair.clinic_id, ())
            yield NotFree.NO_EQUIPMENT, -1 if pieces else 0
            starts = 0
            for piece in pieces:
                starts |= self._lasting(~self._equipment.get(piece, 0))
            yield NotFree.EQUIPMENT_BUSY, starts

    def fitting(self, bits: int) -> int:
        """Give the starts at which a visit with its buffers lies wholly within the bits."""
        return _runs(bits, self.length) << self._search.before_minutes // self.unit

    def kept(self, pair: Pair) -> int:
        """Give the free starts that would eat into the places kept for each later day itself."""
        now = self._search.now_minute
        if now is None or not pair.same_day_places:
            return 0
        wall, free, kept = self._walls[pair.clinic_id], self._free(pair), 0
        for ordinal in self._ordinals:
            midnight = wall.utc(ordinal, 0)
            if midnight <= now:
                continue
            day = left = free & self._starts(midnight, wall.utc(ordinal + 1, 0))
            for _ in range(pair.same_day_places):
                # The last visit that fits is kept, and what would overlap with it goes too.
                left &= _ones(max(0, left.bit_length() - self.length))
            kept |= day & ~left
        return kept

    def _free(self, pair: Pair) -> int:
        bits = -1
        for _, left in self.time_left(pair):
            bits &= left
            if not bits:
                return 0
        starts = self.fitting(bits) & self._grids[pair.clinic_id]
        for _, left in self.things_left(pair):
            starts &= left
        return starts

    def _hours_of(self, doctor_id: int) -> Mapping[int, int]:
        """Give a doctor's hours at each clinic; notes the way to them from hours elsewhere."""
        found = self._hours.get(doctor_id)
        if found is None:
            search = self._search
            hours = open_minutes(search.plan, self._walls, doctor_id, self._ordinals)
            found = self._hours[doctor_id] = self._filled(hours)
            if self._limits.travel:
                self._keep_ways_to_hours(doctor_id)
        return found

    def _keep_ways_to_hours(self, doctor_id: int) -> None:
        walls = {**self._limits.walls, **self._walls}
        ordinals = range(self._ordinals.start - _DAYS_AWAY, self._ordinals.stop)
        closed: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (reason, _, owner_id), begin, end in shut_minutes(self._limits.shuts, walls, ordinals):
            if reason in (NotFree.CLOSED, NotFree.HOLIDAY):
                closed[owner_id].append((begin, end))
        planned = open_minutes(self._search.plan, walls, doctor_id, ordinals)
        hours = without(planned, closed)
        for clinic_id in self._search.places:
            ways = on_the_way(hours, clinic_id, self._limits.travel)
            spans = self._taken((clinic_id, begin, end) for _, begin, end in ways)
            self._ways[doctor_id, clinic_id] |= spans.get(clinic_id, 0)

    def _keep_ways_to_visits(self, stays: Iterable[tuple[int, int, int, int]]) -> None:
        travel, places = self._limits.travel, self._search.places
        ways = (
            ((doctor_id, clinic_id), begin - way, end + way)
            for doctor_id, begin, end, there in stays
            for clinic_id in places
            if (way := travel.get((there, clinic_id), 0))
        )
        for key, bits in self._taken(ways).items():
            self._ways[key] |= bits

    def _shut_bits(self) -> dict[Owner, int]:
        if not self._limits.shuts:
            return {}
        walls = {**self._limits.walls, **self._walls}
        return self._taken(shut_minutes(self._limits.shuts, walls, self._ordinals))

    def _filled(self, hours: Iterable[tuple[int, int, int]]) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        origin, end, unit = self.origin, self._end, self.unit
        for clinic_id, opens, closes in hours:
            low = -((origin - max(opens, origin)) // unit)
            high = (min(closes, end) - origin) // unit
            if high > low:
                found[clinic_id] |= _ones(high - low) << low
        return found

    def _taken(self, spans: Iterable[tuple[K, int, int]]) -> dict[K, int]:
        """Give what is taken of each owner; it may reach past the window's end."""
        found: dict[K, int] = defaultdict(int)
        last: K | None = None
        start = until = 0
        # The spans of one owner mostly come in order: what touches is put away at once.
        for owner, begin, end in spans:
            if begin == until and owner == last:
                until = end
                continue
            if last is not None:
                found[last] |= self._touched(start, until)
            last, start, until = owner, begin, end
        if last is not None:
            found[last] |= self._touched(start, until)
        return found

    def _touched(self, begin: int, end: int) -> int:
        """Give the bits of which a part lies in [`begin`, `end`)."""
        origin, unit = self.origin, self.unit
        low = (begin - origin) // unit if begin > origin else 0
        count = -((origin - end) // unit) - low
        return _ones(count) << low if count > 0 else 0

    def _lasting(self, bits: int) -> int:
        """Give the starts at which a visit without its buffers lies wholly within the bits."""
        return _runs(bits, self._search.duration_minutes // self.unit)

    def _starts(self, begin: int, end: int) -> int:
        """Give the bits that begin in [`begin`, `end`)."""
        low = max(0, -((self.origin - begin) // self.unit))
        high = -((self.origin - end) // self.unit)
        return _ones(high - low) << low if high > low else 0

    def _wished(self, clinic_id: int) -> int:
        """Give the starts that are wished for at a clinic; all where nothing is wished."""
        within = self._search.within
        if within is None:
            return -1
        wall, wished = self._walls[clinic_id], 0
        for ordinal in self._ordinals:
            if within.weekdays >> (ordinal - 1) % 7 & 1:
                begin = wall.utc(ordinal, within.from_minute)
                wished |= self._starts(begin, wall.utc(ordinal, within.until_minute))
        return wished

    def _unit(self) -> int:
        search = self._search
        unit = gcd(search.duration_minutes, search.before_minutes, search.after_minutes)
        for place in search.places.values():
            unit = gcd(unit, place.step_minutes)
            for day in (*self._days, self._end):
                unit = gcd(unit, place.wall.offset(day))
        return unit

    def _grid(self, place: Place) -> int:
        """Give the bits that stand on the clinic's step, as its wall clock shows it."""
        wall, step, unit = place.wall, place.step_minutes, self.unit
        grid = 0
        for day in self._days:
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
