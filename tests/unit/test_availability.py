"""When doctors see patients: weekly hours, exceptions, nights, and the nights the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import local_instant
from clinicdesk.schedule.availability import Hours, HoursPlan, open_spans
from clinicdesk.schedule.records import ExceptionKind, HoursException, WeeklyHours
from clinicdesk.schedule.wall_clock import WallClock, instant, utc_minute, utc_minute_after

MONDAY = date(2027, 1, 4)
LONG_AGO = date(2020, 1, 1)
DOCTOR, MAIN, RIVER = 7, 1, 2
CLOSED, REPLACED, ADDED = ExceptionKind.CLOSED, ExceptionKind.REPLACED, ExceptionKind.ADDED


def weekly(
    weekday: int,
    starts: int,
    ends: int,
    clinic: int = MAIN,
    *,
    from_on: date = LONG_AGO,
    until_on: date | None = None,
) -> WeeklyHours:
    return WeeklyHours(DOCTOR, clinic, weekday, starts, ends, from_on, until_on)


def change(
    kind: ExceptionKind,
    starts: int | None = None,
    ends: int | None = None,
    clinic: int | None = None,
    *,
    on: date = MONDAY,
    until: date | None = None,
) -> HoursException:
    return HoursException(DOCTOR, clinic, kind, on, until or on, starts, ends)


def plan(*rows: WeeklyHours | HoursException) -> HoursPlan:
    return HoursPlan(
        [row for row in rows if isinstance(row, WeeklyHours)],
        [row for row in rows if isinstance(row, HoursException)],
        first_on=MONDAY - timedelta(days=30),
        last_on=MONDAY + timedelta(days=400),
    )


def hours_on(day: date, *rows: WeeklyHours | HoursException) -> list[Hours]:
    return sorted(plan(*rows).on(DOCTOR, day.toordinal()))


def test_hours_recur_on_their_weekday_alone() -> None:
    rows = weekly(0, 540, 720), weekly(0, 780, 1020)
    assert hours_on(MONDAY, *rows) == [(MAIN, 540, 720), (MAIN, 780, 1020)]
    assert hours_on(MONDAY + timedelta(days=7), *rows) == hours_on(MONDAY, *rows)
    assert hours_on(MONDAY + timedelta(days=1), *rows) == []


def test_hours_hold_from_their_first_day_to_their_last_both_included() -> None:
    row = weekly(0, 540, 720, from_on=MONDAY, until_on=MONDAY + timedelta(days=7))
    days = [MONDAY + timedelta(weeks=week) for week in (-1, 0, 1, 2)]
    assert [bool(hours_on(day, row)) for day in days] == [False, True, True, False]


def test_hours_that_touch_at_one_clinic_are_one_span() -> None:
    rows = weekly(0, 540, 600), weekly(0, 600, 660), weekly(0, 660, 720, clinic=RIVER)
    assert hours_on(MONDAY, *rows) == [(MAIN, 540, 660), (RIVER, 660, 720)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change(CLOSED)], []),
        ([change(CLOSED, clinic=RIVER)], [(MAIN, 540, 1020)]),
        ([change(CLOSED, 600, 660)], [(MAIN, 540, 600), (MAIN, 660, 1020), (RIVER, 1080, 1140)]),
        ([change(CLOSED, 0, 600, MAIN)], [(MAIN, 600, 1020), (RIVER, 1080, 1140)]),
        ([change(REPLACED, 480, 500, MAIN)], [(MAIN, 480, 500), (RIVER, 1080, 1140)]),
        (
            [change(REPLACED, 480, 500, MAIN), change(REPLACED, 510, 520, MAIN)],
            [(MAIN, 480, 500), (MAIN, 510, 520), (RIVER, 1080, 1140)],
        ),
        (
            [change(ADDED, 1020, 1050, MAIN)],
            [(MAIN, 540, 1050), (RIVER, 1080, 1140)],
        ),
        ([change(ADDED, 1200, 1260, RIVER), change(CLOSED)], []),
    ],
)
def test_exceptions_change_a_day(changes: list[HoursException], expected: list[Hours]) -> None:
    rows = weekly(0, 540, 1020), weekly(0, 1080, 1140, clinic=RIVER)
    assert hours_on(MONDAY, *rows, *changes) == expected
    assert len(hours_on(MONDAY + timedelta(days=7), *rows, *changes)) == 2


def test_an_exception_covers_its_last_day_too() -> None:
    rows = weekly(2, 540, 720), change(CLOSED, until=MONDAY + timedelta(days=2))
    assert hours_on(MONDAY + timedelta(days=2), *rows) == []
    assert hours_on(MONDAY + timedelta(days=9), *rows) != []


def test_hours_added_open_a_day_without_any() -> None:
    sunday = MONDAY + timedelta(days=6)
    assert hours_on(sunday, change(ADDED, 600, 660, MAIN, on=sunday)) == [(MAIN, 600, 660)]


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    night = weekly(0, 1320, 1560)
    tuesday = MONDAY + timedelta(days=1)
    assert hours_on(MONDAY, night, change(CLOSED, on=tuesday)) == [(MAIN, 1320, 1560)]
    assert hours_on(MONDAY, night, change(CLOSED)) == []
    part = change(CLOSED, 30, 60, on=tuesday)
    assert hours_on(MONDAY, night, part) == [(MAIN, 1320, 1470), (MAIN, 1500, 1560)]


def test_a_plan_answers_only_for_its_days() -> None:
    with pytest.raises(ValueError, match="not made for that day"):
        hours_on(MONDAY + timedelta(days=500), weekly(0, 540, 720))


MINUTES = st.integers(0, 1439)
LENGTHS = st.integers(1, 1440)


@given(
    rows=st.lists(st.tuples(st.sampled_from([MAIN, RIVER]), MINUTES, LENGTHS), max_size=4),
    closed=st.lists(st.tuples(st.integers(0, 1), MINUTES, LENGTHS), max_size=3),
    added=st.lists(st.tuples(st.sampled_from([MAIN, RIVER]), MINUTES, LENGTHS), max_size=2),
)
def test_hours_are_the_weekly_and_added_minutes_less_those_closed(
    rows: list[tuple[int, int, int]],
    closed: list[tuple[int, int, int]],
    added: list[tuple[int, int, int]],
) -> None:
    """The minutes of the wall, counted one by one, are the model."""
    expected = {
        (clinic, minute)
        for clinic, start, length in rows + added
        for minute in range(start, start + length)
    }
    for days_later, start, length in closed:
        begin = start + days_later * 1440
        expected -= {(c, m) for c in (MAIN, RIVER) for m in range(begin, begin + length)}
    found = hours_on(
        MONDAY,
        *(weekly(0, start, start + length, clinic) for clinic, start, length in rows),
        *(change(ADDED, start, start + length, clinic) for clinic, start, length in added),
        *(
            change(CLOSED, start, start + length, on=MONDAY + timedelta(days=later))
            for later, start, length in closed
        ),
    )
    minutes = [(clinic, m) for clinic, start, end in found for m in range(start, end)]
    assert len(minutes) == len(set(minutes))
    assert set(minutes) == expected


NIGHTS = [
    ("Europe/Berlin", date(2027, 3, 28), 23),
    ("Europe/Berlin", date(2027, 10, 31), 25),
    ("America/New_York", date(2027, 3, 14), 23),
    ("America/New_York", date(2027, 11, 7), 25),
    ("Australia/Lord_Howe", date(2027, 10, 3), 23.5),
    ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
    ("Africa/Cairo", date(2027, 4, 30), 23),
    ("Africa/Cairo", date(2027, 10, 28), 25),
    ("America/Sao_Paulo", date(2027, 10, 17), 24),
]


@pytest.mark.parametrize(("zone", "day", "hours"), NIGHTS)
def test_a_whole_day_open_has_the_hours_that_really_pass(
    zone: str, day: date, hours: float
) -> None:
    open_all_day = WeeklyHours(DOCTOR, MAIN, day.weekday(), 0, 1440, LONG_AGO)
    made = HoursPlan([open_all_day], [], first_on=day, last_on=day)
    (span,) = open_spans(made, {MAIN: WallClock(zone)}, [DOCTOR], [day])
    assert (span.ends_at - span.starts_at) == timedelta(hours=hours)
    assert span.starts_at == local_instant(day, 0, zone)


@pytest.mark.parametrize(("zone", "day", "_hours"), NIGHTS)
@given(minute=st.integers(-2 * 1440, 3 * 1440), later=st.integers(0, 2880))
def test_the_remembered_wall_clock_agrees_with_the_one_clock(
    zone: str, day: date, _hours: float, minute: int, later: int
) -> None:
    wall = WallClock(zone)
    start = day + timedelta(days=minute // 1440)
    for wall_minute in (minute % 1440, later):
        expected = local_instant(start, wall_minute, zone)
        assert instant(wall.utc(start.toordinal(), wall_minute)) == expected
    at = local_instant(start, later, zone)
    assert (
        timedelta(minutes=wall.offset(utc_minute(at))) == at.astimezone(ZoneInfo(zone)).utcoffset()
    )


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (90, 240, ["01:30-04:00"]),
        (120, 240, ["03:00-04:00"]),
        (150, 170, ["03:30-03:50"]),
        (150, 190, []),
    ],
)
def test_hours_that_begin_in_the_skipped_time_move_on_with_the_clock(
    starts: int, ends: int, expected: list[str]
) -> None:
    day, berlin = date(2027, 3, 28), "Europe/Berlin"
    rows = [WeeklyHours(DOCTOR, MAIN, 6, starts, ends, LONG_AGO)]
    made = HoursPlan(rows, [], first_on=day, last_on=day)
    spans = open_spans(made, {MAIN: WallClock(berlin)}, [DOCTOR], [day])
    walls = [(s.starts_at.astimezone(ZoneInfo(berlin)), s.ends_at) for s in spans]
    shown = [f"{start:%H:%M}-{end.astimezone(ZoneInfo(berlin)):%H:%M}" for start, end in walls]
    assert shown == expected


def test_minutes_round_down_and_up() -> None:
    at = datetime(2027, 1, 4, 9, 0, 30, tzinfo=UTC)
    assert instant(utc_minute(at)) == at.replace(second=0)
    assert instant(utc_minute_after(at)) == at.replace(minute=1, second=0)
    assert utc_minute_after(at.replace(second=0)) == utc_minute(at)
