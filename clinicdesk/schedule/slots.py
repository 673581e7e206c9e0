"""Finds the times that are free, and says why another time is not, with the same bits."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, pairwise, repeat

from clinicdesk.schedule.reasons import NotFree
from clinicdesk.schedule.records import Slot
from clinicdesk.schedule.search import (
    Busy,
    Pair,
    Place,
    ReadBusy,
    SlotSearch,
    Span,
)
from clinicdesk.schedule.wall_clock import DAY_MINUTES, instant
from clinicdesk.schedule.window import Window

__all__ = (
    "Busy", "NotFree", "Pair", "Place", "ReadBusy", "SlotSearch", "Span",
    "fitting_count", "free_slots", "why_not",
)  # fmt: skip

FIRST_CHUNKS = (2 * DAY_MINUTES, 5 * DAY_MINUTES)
"""How much is looked at first where a few slots are wanted; then it is always a week."""
CHUNK_MINUTES = 7 * DAY_MINUTES
LONG_CHUNK_MINUTES = 28 * DAY_MINUTES
# A named tuple made by the tuple's own constructor takes a fifth of the time.
_SLOT = partial(tuple.__new__, Slot)
_IN_BYTE = tuple(tuple(n for n in range(8) if byte >> n & 1) for byte in range(256))


def free_slots(search: SlotSearch, read_busy: ReadBusy, *, limit: int | None = None) -> list[Slot]:
    """Give the free slots by start, doctor and clinic; no more is read than `limit` asks for."""
    found: list[Slot] = []
    begin = search.from_minute
    for length in _chunks(limit):
        if begin >= search.until_minute or (limit is not None and len(found) >= limit):
            break
        end = min(begin + length, search.until_minute)
        found += _slots(search, Window(search, begin, end, read_busy))
        begin = end
    return found[:limit]


def _chunks(limit: int | None) -> Iterator[int]:
    return (
        repeat(LONG_CHUNK_MINUTES) if limit is None else chain(FIRST_CHUNKS, repeat(CHUNK_MINUTES))
    )


def fitting_count(search: SlotSearch, read_busy: ReadBusy) -> dict[int, int]:
    """Count for each doctor how many visits, one after the other, may still start in the span."""
    window = Window(search, search.from_minute, search.until_minute, read_busy)
    counts: dict[int, int] = defaultdict(int)
    for pair in search.pairs:
        bits = window.free(pair)
        while bits:
            counts[pair.doctor_id] += 1
            taken_until = (bits & -bits).bit_length() - 1 + window.length
            bits = bits >> taken_until << taken_until
    return counts


def fitting_by_day(search: SlotSearch, read_busy: ReadBusy, edges: Sequence[int]) -> list[int]:
    """Count for each stretch between two `edges` (UTC minutes) how many visits may still start.

    Visits of one doctor follow one another; those of all doctors are counted together.
    """
    window = Window(search, search.from_minute, search.until_minute, read_busy)
    places = [max(edge - window.origin, 0) // window.unit for edge in edges]
    counts = [0] * (len(edges) - 1)
    for pair in search.pairs:
        bits = window.free(pair)
        for number, (low, high) in enumerate(pairwise(places)):
            day = (bits >> low) & ((1 << max(high - low, 0)) - 1)
            while day:
                counts[number] += 1
                taken_until = (day & -day).bit_length() - 1 + window.length
                day = day >> taken_until << taken_until
    return counts


def why_not(search: SlotSearch, read_busy: ReadBusy, *, pair: Pair, start: int) -> NotFree | None:
    """Say why a UTC minute cannot be booked with a doctor at a clinic; None where it can.

    What is merely not wished for can be had.
    """
    place = search.places[pair.clinic_id]
    if (start + place.wall.offset(start)) % place.step_minutes:
        return NotFree.OFF_STEP
    if start < search.from_minute:
        is_ahead = search.now_minute is not None and start >= search.now_minute
        return NotFree.NOTICE if is_ahead else NotFree.PAST
    if start >= search.until_minute:
        return NotFree.TOO_FAR
    window = Window(search, start, start + 1, read_busy)
    bit = 1 << (start - window.origin) // window.unit
    for reason, left in window.time_left(pair):
        if not bit & window.fitting(left):
            return reason
    for reason, starts in window.things_left(pair):
        if not bit & starts:
            return reason
    return NotFree.KEPT_FOR_THE_DAY if bit & window.kept(pair) else None


def _slots(search: SlotSearch, window: Window) -> Iterator[Slot]:
    """Give the free slots of a window, ordered."""
    pairs = search.pairs
    count = len(pairs)
    keys: list[int] = []
    for number, pair in enumerate(pairs):
        keys += [position * count + number for position in _positions(window.free(pair))]
    keys.sort()
    owners = [(pair.doctor_id, pair.clinic_id) for pair in pairs]
    last, times = -1, (instant(0), instant(0))
    for key in keys:
        position = key // count
        if position != last:
            last = position
            minute = window.origin + position * window.unit
            times = instant(minute), instant(minute + search.duration_minutes)
        yield _SLOT(owners[key - position * count] + times)


def _positions(bits: int) -> list[int]:
    """Give the positions of the bits that are set, byte by byte: long ints are slow to change."""
    found: list[int] = []
    for number, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            first = number * 8
            found += [first + position for position in _IN_BYTE[byte]]
    return found
