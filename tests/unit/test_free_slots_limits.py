"""Free times beside closures, blocks, ways, equipment, holds and kept places, minute by minute."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.clock import local_instant
from clinicdesk.schedule.availability import HoursPlan
from clinicdesk.schedule.limits import Held, Limits, Shut
from clinicdesk.schedule.reasons import NotFree, Wishes
from clinicdesk.schedule.records import WeeklyHours
from clinicdesk.schedule.search import Pair, Place, SlotSearch, Span, Stay
from clinicdesk.schedule.slots import why_not
from clinicdesk.schedule.wall_clock import WallClock, utc_minute
from tests.minute_model import World, by_the_minute

LONG_AGO = date(2020, 1, 1)
NIGHTS = [
    ("Europe/Berlin", date(2027, 3, 28)),
    ("Europe/Berlin", date(2027, 10, 31)),
    ("America/New_York", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Adelaide", date(2027, 10, 3)),
    ("Australia/Adelaide", date(2027, 4, 4)),
    ("Africa/Cairo", date(2027, 4, 30)),
    ("Africa/Cairo", date(2027, 10, 29)),
    ("Asia/Beirut", date(2027, 3, 28)),
    ("Asia/Beirut", date(2027, 10, 31)),
    ("America/Asuncion", date(2024, 10, 6)),
    ("America/Asuncion", date(2024, 3, 24)),
    ("Asia/Kathmandu", date(2027, 5, 5)),
]
MINUTE = st.one_of(st.integers(0, 1439), st.integers(0, 95).map(lambda n: n * 15))
DOCTOR, CLINIC, ROOM = st.sampled_from([1, 2]), st.sampled_from([1, 2]), st.sampled_from([1, 2])


@st.composite
def _rows(draw: st.DrawFn, day: date) -> list[WeeklyHours]:
    """Hours of two doctors at three clinics, some of them every second or third week."""
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        on = day + timedelta(days=draw(st.integers(-1, 1)))
        start = draw(MINUTE)
        rows.append(
            WeeklyHours(
                draw(DOCTOR),
                draw(st.sampled_from([1, 1, 2, 3])),
                on.weekday(),
                start,
                start + draw(st.integers(30, 1200)),
                draw(st.sampled_from([LONG_AGO, on - timedelta(weeks=3), on])),
                draw(st.sampled_from([None, None, on])),
                draw(st.sampled_from([1, 1, 2, 3])),
            )
        )
    return rows


@st.composite
def _shuts(draw: st.DrawFn, day: date) -> list[Shut]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first = day.toordinal() + draw(st.integers(-15, 1))
        start = draw(MINUTE)
        rule = Shut(
            NotFree.CLOSED,
            draw(st.sampled_from([None, 1, 2, 3])),
            first,
            first + draw(st.integers(0, 30)),
            starts_minute=start,
            ends_minute=start + draw(st.integers(5, 700)),
            weekdays=draw(st.integers(1, 127)),
            every_weeks=draw(st.sampled_from([1, 1, 2])),
        )
        kind = draw(st.sampled_from(["closed", "day", "clinic", "doctor", "room"]))
        if kind == "day":
            rule = replace(rule, reason=NotFree.HOLIDAY, starts_minute=0, ends_minute=1440)
        elif kind != "closed":
            at = rule.clinic_id or 1
            rule = replace(rule, reason=NotFree.BLOCKED, clinic_id=at)
            if kind == "doctor":
                rule = replace(rule, doctor_id=draw(DOCTOR))
            if kind == "room":
                rule = replace(rule, reason=NotFree.ROOM_BLOCKED, room_id=draw(ROOM))
        found.append(rule)
    return found


@st.composite
def _limits(draw: st.DrawFn, day: date, begin: int, zone: str) -> Limits:
    way = draw(st.sampled_from([0, 0, 7, 20, 45]))
    pairs = [(1, 2), (1, 3), (2, 3)]
    travel = {key: way for one, other in pairs for key in ((one, other), (other, one)) if way}
    pieces: Mapping[int, Sequence[int]] | None = draw(
        st.sampled_from([None, None, {1: [1, 2]}, {1: [1], 2: [2]}])
    )
    held = [
        Held(who, begin + start, begin + start + length)
        for who, start, length, _ in draw(_spans(0))
    ]
    return Limits(draw(_shuts(day)), held, travel, {3: WallClock(zone)}, pieces)


def _spans(least: int = -300) -> st.SearchStrategy[list[tuple[int, int, int, int]]]:
    span = st.tuples(DOCTOR, st.integers(least, 3200), st.integers(1, 240), st.integers(1, 3))
    return st.lists(span, max_size=3)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Everything that can take time away, around a night on which the clocks may change."""
    zone, day = draw(st.sampled_from(NIGHTS))
    begin = utc_minute(local_instant(day - timedelta(days=1), 0, zone)) + draw(st.integers(0, 90))
    steps, buffers = st.sampled_from([5, 10, 15, 20, 30]), st.sampled_from([0, 0, 5, 10, 15])
    rows, kept = draw(_rows(day)), st.sampled_from([0, 0, 1, 2])
    month = timedelta(days=40)

    def taken() -> list[Stay]:
        return [(who, begin + a, begin + a + n, at) for who, a, n, at in draw(_spans())]

    def things() -> list[Span]:
        return [stay[:3] for stay in taken()]

    search = SlotSearch(
        plan=HoursPlan(rows, [], first_on=day - month, last_on=day + month),
        places={
            1: Place(WallClock(zone), draw(steps)),
            2: Place(WallClock(draw(st.sampled_from([zone, "Europe/London"]))), draw(steps)),
        },
        pairs=[
            Pair(1, 1, 1, draw(kept)),
            Pair(1, 2, None, draw(kept)),
            Pair(2, 1, draw(st.sampled_from([1, 2, None])), draw(kept)),
        ],
        duration_minutes=draw(st.sampled_from([15, 20, 30, 45, 50])),
        before_minutes=draw(buffers),
        after_minutes=draw(buffers),
        from_minute=begin,
        until_minute=begin + draw(st.integers(60, 2900)),
        limits=draw(_limits(day, begin, zone)),
        within=draw(st.one_of(st.none(), _wishes())),
        now_minute=draw(st.sampled_from([None, begin, begin - 1440])),
    )
    return World(search, rows, taken(), things(), things())


def _wishes() -> st.SearchStrategy[Wishes]:
    return st.builds(Wishes, st.integers(1, 127), st.integers(0, 900), st.integers(901, 1440))


@settings(max_examples=150, deadline=None)
@given(world=worlds(), limit=st.integers(1, 30))
def test_the_search_finds_what_looking_at_every_minute_finds(world: World, limit: int) -> None:
    expected = by_the_minute(world)
    assert world.slots() == expected
    assert world.slots(limit) == expected[:limit]


@settings(max_examples=60, deadline=None)
@given(world=worlds())
def test_a_time_has_a_reason_exactly_where_it_is_not_offered(world: World) -> None:
    """What is merely not wished for could be had, so it has none."""
    search: SlotSearch = world.search
    free = by_the_minute(world, is_wished=False)
    offered = {(slot.doctor_id, slot.clinic_id, utc_minute(slot.starts_at)) for slot in free}
    for pair in search.pairs:
        for start in range(search.from_minute // 5 * 5, search.until_minute + 30, 15):
            reason = why_not(search, world.busy, pair=pair, start=start)
            key: Any = (pair.doctor_id, pair.clinic_id, start)
            assert (reason is None) == (key in offered), reason
