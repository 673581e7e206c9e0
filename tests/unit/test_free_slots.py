"""Free times: against a model that looks at every single minute, and by example."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.clock import local_instant
from clinicdesk.schedule.availability import HoursPlan, open_minutes
from clinicdesk.schedule.records import Slot, WeeklyHours
from clinicdesk.schedule.slots import (
    Busy,
    NotFree,
    Pair,
    Place,
    SlotSearch,
    Span,
    fitting_count,
    free_slots,
    why_not,
)
from clinicdesk.schedule.wall_clock import WallClock, instant, utc_minute

LONG_AGO = date(2020, 1, 1)
NIGHTS = [
    ("Europe/Berlin", date(2027, 3, 28)),
    ("Europe/Berlin", date(2027, 10, 31)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Africa/Cairo", date(2027, 4, 30)),
    ("Africa/Cairo", date(2027, 10, 29)),
    ("Asia/Kathmandu", date(2027, 5, 5)),
    ("America/Sao_Paulo", date(2027, 10, 17)),
]


@dataclass(frozen=True)
class World:
    """A search, and what is taken."""

    search: SlotSearch
    doctors: Sequence[Span] = ()
    rooms: Sequence[Span] = ()
    reads: list[tuple[int, int]] = field(default_factory=list)

    def busy(self, from_minute: int, until_minute: int) -> Busy:
        self.reads.append((from_minute, until_minute))

        def seen(spans: Sequence[Span]) -> list[Span]:
            return [s for s in spans if s[1] < until_minute and s[2] > from_minute]

        return Busy(seen(self.doctors), seen(self.rooms))

    def slots(self, limit: int | None = None) -> list[Slot]:
        return free_slots(self.search, self.busy, limit=limit)


def by_the_minute(world: World) -> list[Slot]:
    """Find the free slots by looking at each minute of each start."""
    search = world.search
    walls = {clinic: place.wall for clinic, place in search.places.items()}
    days = range(
        instant(search.from_minute).toordinal() - 4, instant(search.until_minute).toordinal() + 4
    )
    found = []
    for pair in search.pairs:
        opens = {
            minute
            for clinic, start, end in open_minutes(search.plan, walls, pair.doctor_id, days)
            for minute in range(start, end)
            if clinic == pair.clinic_id
        }
        opens -= {m for who, a, b in world.doctors if who == pair.doctor_id for m in range(a, b)}
        room = {m for which, a, b in world.rooms if which == pair.room_id for m in range(a, b)}
        place = search.places[pair.clinic_id]
        zone = ZoneInfo(place.wall.time_zone)
        for start in range(search.from_minute, search.until_minute):
            wall = instant(start).astimezone(zone)
            end = start + search.duration_minutes
            wanted = range(start - search.before_minutes, end + search.after_minutes)
            if (
                (wall.hour * 60 + wall.minute) % place.step_minutes == 0
                and all(minute in opens for minute in wanted)
                and room.isdisjoint(range(start, end))
            ):
                found.append(Slot(pair.doctor_id, pair.clinic_id, instant(start), instant(end)))
    return sorted(found, key=lambda slot: (slot.starts_at, slot.doctor_id, slot.clinic_id))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two doctors at two clinics around a night on which the clocks may change."""
    zone, day = draw(st.sampled_from(NIGHTS))
    other_zone = draw(st.sampled_from([zone, "Europe/London", "Asia/Kathmandu"]))
    steps = st.sampled_from([5, 10, 15, 20, 30])
    first = day - timedelta(days=1)
    minute = st.integers(0, 1439)
    hours = [
        WeeklyHours(doctor, clinic, on.weekday(), start, start + length, LONG_AGO)
        for doctor, clinic, on, start, length in draw(
            st.lists(
                st.tuples(
                    st.sampled_from([1, 2]),
                    st.sampled_from([1, 2]),
                    st.sampled_from([first, day, day + timedelta(days=1)]),
                    st.one_of(minute, minute.map(lambda m: m // 15 * 15)),
                    st.integers(30, 1440),
                ),
                min_size=1,
                max_size=5,
            )
        )
    ]
    begin = utc_minute(local_instant(first, 0, zone)) + draw(st.integers(0, 120))
    span = st.tuples(st.sampled_from([1, 2]), st.integers(-300, 4200), st.integers(1, 300))
    taken = st.lists(span, max_size=6).map(
        lambda spans: [(who, begin + start, begin + start + length) for who, start, length in spans]
    )
    buffers = st.sampled_from([0, 0, 5, 7, 10, 15])
    return World(
        SlotSearch(
            plan=HoursPlan(
                hours, [], first_on=day - timedelta(days=9), last_on=day + timedelta(days=9)
            ),
            places={
                1: Place(WallClock(zone), draw(steps)),
                2: Place(WallClock(other_zone), draw(steps)),
            },
            pairs=[Pair(1, 1, 1), Pair(1, 2), Pair(2, 1, draw(st.sampled_from([1, 2, None])))],
            duration_minutes=draw(st.sampled_from([5, 15, 20, 30, 45, 50, 67])),
            before_minutes=draw(buffers),
            after_minutes=draw(buffers),
            from_minute=begin,
            until_minute=begin + draw(st.integers(60, 4000)),
        ),
        draw(taken),
        draw(taken),
    )


@settings(max_examples=60, deadline=None)
@given(world=worlds(), limit=st.integers(1, 40))
def test_the_search_finds_what_looking_at_every_minute_finds(world: World, limit: int) -> None:
    expected = by_the_minute(world)
    assert world.slots() == expected
    assert world.slots(limit) == expected[:limit]


@settings(max_examples=40, deadline=None)
@given(world=worlds())
def test_what_is_not_offered_has_a_reason_and_what_is_offered_has_none(world: World) -> None:
    search = world.search
    offered = {(s.doctor_id, s.clinic_id, utc_minute(s.starts_at)) for s in by_the_minute(world)}
    for pair in search.pairs:
        for start in range(search.from_minute - 30, search.until_minute + 30, 5):
            reason = why_not(search, world.busy, pair=pair, start=start)
            is_offered = (pair.doctor_id, pair.clinic_id, start) in offered
            assert (reason is None) == is_offered
            if start < search.from_minute:
                assert reason in (NotFree.PAST, NotFree.OFF_STEP)


BERLIN = "Europe/Berlin"
MONDAY = date(2027, 1, 4)


def berlin(clock_time: str, day: date = MONDAY) -> int:
    hours, minutes = clock_time.split(":")
    return utc_minute(local_instant(day, int(hours) * 60 + int(minutes), BERLIN))


def one_doctor(
    *spans: tuple[int, int],
    day: date = MONDAY,
    days: int = 1,
    step: int = 30,
    minutes: int = 30,
    before: int = 0,
    after: int = 0,
    not_before: str = "0:00",
    doctors: Sequence[Span] = (),
    rooms: Sequence[Span] = (),
    zone: str = BERLIN,
) -> World:
    hours = [WeeklyHours(1, 1, day.weekday(), start, end, LONG_AGO) for start, end in spans]
    start = utc_minute(local_instant(day, 0, zone))
    begin = max(start, berlin(not_before, day)) if zone == BERLIN else start
    return World(
        SlotSearch(
            plan=HoursPlan(
                hours, [], first_on=day - timedelta(days=9), last_on=day + timedelta(days=days + 9)
            ),
            places={1: Place(WallClock(zone), step)},
            pairs=[Pair(1, 1, 11)],
            duration_minutes=minutes,
            before_minutes=before,
            after_minutes=after,
            from_minute=begin,
            until_minute=utc_minute(local_instant(day + timedelta(days=days), 0, zone)),
        ),
        doctors,
        rooms,
    )


def times(slots: Sequence[Slot], zone: str = BERLIN) -> list[str]:
    return [f"{slot.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" for slot in slots]


def test_a_visit_ends_within_the_hours() -> None:
    assert times(one_doctor((540, 660)).slots()) == ["09:00", "09:30", "10:00", "10:30"]
    assert times(one_doctor((540, 660), minutes=45).slots()) == ["09:00", "09:30", "10:00"]
    assert times(one_doctor((540, 560)).slots()) == []


def test_starts_stand_on_the_step_whenever_the_hours_begin() -> None:
    assert times(one_doctor((548, 640)).slots()) == ["09:30", "10:00"]
    assert times(one_doctor((548, 600), step=10).slots()) == ["09:10", "09:20", "09:30"]


def test_taken_times_are_half_open() -> None:
    taken = [(1, berlin("9:30"), berlin("10:00"))]
    assert times(one_doctor((540, 660), doctors=taken).slots()) == ["09:00", "10:00", "10:30"]


def test_another_doctors_time_and_another_room_do_not_matter() -> None:
    world = one_doctor(
        (540, 600),
        doctors=[(2, berlin("9:00"), berlin("10:00"))],
        rooms=[(12, berlin("9:00"), berlin("10:00"))],
    )
    assert times(world.slots()) == ["09:00", "09:30"]


def test_buffers_need_the_doctor_but_not_the_room() -> None:
    spans = [(1, berlin("10:00"), berlin("10:30"))]
    doctors = one_doctor((540, 720), before=10, after=10, doctors=spans)
    assert times(doctors.slots()) == ["11:00"]
    rooms = [(11, berlin("10:00"), berlin("10:30"))]
    world = one_doctor((540, 720), before=10, after=10, rooms=rooms)
    assert times(world.slots()) == ["09:30", "10:30", "11:00"]


def test_notice_and_horizon_bound_the_starts() -> None:
    assert times(one_doctor((540, 660), not_before="9:31").slots()) == ["10:00", "10:30"]
    assert times(one_doctor((540, 660), not_before="9:30").slots())[0] == "09:30"


def test_a_visit_may_run_past_midnight() -> None:
    assert times(one_doctor((1410, 1500), days=2).slots()) == ["23:30", "00:00", "00:30"]


@pytest.mark.parametrize(
    ("zone", "day", "half_hours"),
    [
        (BERLIN, date(2027, 3, 28), 10),
        (BERLIN, date(2027, 10, 31), 14),
        ("America/New_York", date(2027, 3, 14), 10),
        ("America/New_York", date(2027, 11, 7), 14),
        ("Australia/Lord_Howe", date(2027, 10, 3), 11),
        ("Australia/Lord_Howe", date(2027, 4, 4), 13),
        ("Africa/Cairo", date(2027, 4, 30), 10),
        ("Africa/Cairo", date(2027, 10, 29), 12),
    ],
)
def test_a_night_has_as_many_half_hours_as_really_pass(
    zone: str, day: date, half_hours: int
) -> None:
    slots = one_doctor((0, 360), day=day, zone=zone).slots()
    assert len(slots) == half_hours
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=30) for slot in slots)
    assert len({slot.starts_at for slot in slots}) == half_hours


@pytest.mark.parametrize("day", [date(2027, 4, 4), date(2027, 10, 3)])
def test_starts_stay_on_the_wall_clocks_step_when_it_moves_by_half_an_hour(day: date) -> None:
    lord_howe = "Australia/Lord_Howe"
    world = one_doctor((0, 360), day=day, zone=lord_howe, step=20, minutes=20)
    assert {wall[3:] for wall in times(world.slots(), lord_howe)} == {"00", "20", "40"}
    assert world.slots() == by_the_minute(world)


def test_a_zone_that_is_a_quarter_hour_off_has_starts_on_its_own_half_hours() -> None:
    kathmandu = "Asia/Kathmandu"
    world = one_doctor((540, 660), zone=kathmandu)
    assert times(world.slots(), kathmandu) == ["09:00", "09:30", "10:00", "10:30"]


def test_a_night_that_began_yesterday_is_still_open() -> None:
    world = one_doctor((1320, 1680), days=2)
    begin = berlin("1:10", MONDAY + timedelta(days=1))
    search = replace(world.search, from_minute=begin)
    assert times(free_slots(search, world.busy)) == ["01:30", "02:00", "02:30", "03:00", "03:30"]


def test_the_first_few_are_found_without_reading_the_rest() -> None:
    world = one_doctor((540, 660), days=90)
    assert len(world.slots(limit=3)) == 3
    assert world.reads == [(world.search.from_minute, world.reads[0][1])]
    assert world.reads[0][1] <= world.search.from_minute + 7 * 1440 + 30


@pytest.mark.parametrize(
    ("clock_time", "reason"),
    [
        ("9:00", None),
        ("8:30", NotFree.PAST),
        ("9:10", NotFree.OFF_STEP),
        ("9:30", NotFree.DOCTOR_BUSY),
        ("10:00", NotFree.ROOM_BUSY),
        ("10:45", NotFree.OUTSIDE_HOURS),
        ("14:00", NotFree.OUTSIDE_HOURS),
    ],
)
def test_each_reason_has_its_name(clock_time: str, reason: NotFree | None) -> None:
    world = one_doctor(
        (480, 660),
        step=15,
        not_before="9:00",
        doctors=[(1, berlin("9:30"), berlin("10:00"))],
        rooms=[(11, berlin("10:15"), berlin("10:20"))],
    )
    found = why_not(world.search, world.busy, pair=Pair(1, 1, 11), start=berlin(clock_time))
    assert found is reason
    late = why_not(world.search, world.busy, pair=Pair(1, 1, 11), start=world.search.until_minute)
    assert late is NotFree.TOO_FAR


def test_places_left_count_visits_that_fit_one_after_the_other() -> None:
    world = one_doctor((540, 660), step=15, doctors=[(1, berlin("9:45"), berlin("10:00"))])
    assert fitting_count(world.search, world.busy) == {1: 3}
    assert len(world.slots()) == 5


def test_slots_are_instants_of_utc() -> None:
    (slot,) = one_doctor((540, 570)).slots()
    assert slot.starts_at == datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
