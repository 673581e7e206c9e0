"""A clinic's day, also on the nights when its clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.clock import (
    WallTime,
    clinic_day,
    day_bounds,
    fold_of,
    local_instant,
    local_minute,
    wall_time,
)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2027, 3, 28), 23),
        ("Europe/Berlin", date(2027, 10, 31), 25),
        ("Europe/London", date(2026, 11, 24), 24),
        ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
        ("Asia/Kolkata", date(2026, 11, 24), 24),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(zone: str, day: date, hours: float) -> None:
    starts_at, ends_at = day_bounds(day, zone)
    assert ends_at - starts_at == timedelta(hours=hours)
    assert clinic_day(starts_at, zone) == day
    assert clinic_day(ends_at - timedelta(microseconds=1), zone) == day
    assert clinic_day(ends_at, zone) == day + timedelta(days=1)


def test_a_skipped_time_moves_on_by_the_gap() -> None:
    skipped = local_instant(date(2027, 3, 28), 2 * 60 + 30, "Europe/Berlin")
    assert skipped == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert local_minute(skipped, date(2027, 3, 28), "Europe/Berlin") == 3 * 60 + 30


def test_of_a_repeated_time_the_first_is_taken() -> None:
    repeated = local_instant(date(2027, 10, 31), 2 * 60 + 30, "Europe/Berlin")
    assert repeated == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_minutes_past_midnight_belong_to_the_next_day() -> None:
    late = local_instant(date(2026, 11, 24), 25 * 60, "Europe/London")
    assert late == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    assert local_minute(late, date(2026, 11, 24), "Europe/London") == 25 * 60


@pytest.mark.parametrize(
    ("zone", "day", "clock_time", "expected"),
    [
        ("Europe/Berlin", date(2027, 3, 28), "01:59", WallTime.ONCE),
        ("Europe/Berlin", date(2027, 3, 28), "02:00", WallTime.SKIPPED),
        ("Europe/Berlin", date(2027, 3, 28), "02:59", WallTime.SKIPPED),
        ("Europe/Berlin", date(2027, 3, 28), "03:00", WallTime.ONCE),
        ("Europe/Berlin", date(2027, 10, 31), "02:00", WallTime.TWICE),
        ("Europe/Berlin", date(2027, 10, 31), "03:00", WallTime.ONCE),
        ("America/New_York", date(2027, 3, 14), "02:30", WallTime.SKIPPED),
        ("America/New_York", date(2027, 11, 7), "01:30", WallTime.TWICE),
        ("Australia/Lord_Howe", date(2027, 4, 4), "01:45", WallTime.TWICE),
        ("Australia/Lord_Howe", date(2027, 4, 4), "01:15", WallTime.ONCE),
        ("Australia/Lord_Howe", date(2027, 10, 3), "02:15", WallTime.SKIPPED),
        ("Australia/Lord_Howe", date(2027, 10, 3), "02:30", WallTime.ONCE),
        ("Africa/Cairo", date(2027, 4, 30), "00:15", WallTime.SKIPPED),
        ("Africa/Cairo", date(2027, 10, 28), "23:30", WallTime.TWICE),
        ("America/Sao_Paulo", date(2027, 10, 17), "00:00", WallTime.ONCE),
        ("America/Sao_Paulo", date(2018, 11, 4), "00:00", WallTime.SKIPPED),
        ("America/Sao_Paulo", date(2018, 2, 17), "23:30", WallTime.TWICE),
    ],
)
def test_a_wall_time_comes_once_never_or_twice(
    zone: str, day: date, clock_time: str, expected: WallTime
) -> None:
    hours, minutes = clock_time.split(":")
    minute = int(hours) * 60 + int(minutes)
    assert wall_time(day, minute, zone) is expected
    first, second = (local_instant(day, minute, zone, fold=fold) for fold in (0, 1))
    shown = local_minute(first, day, zone)
    if expected is WallTime.TWICE:
        assert first < second
        assert shown == local_minute(second, day, zone) == minute
        assert (fold_of(first, zone), fold_of(second, zone)) == (0, 1)
    else:
        assert first == second
        assert (shown > minute) is (expected is WallTime.SKIPPED)
        assert fold_of(first, zone) == 0


def test_minutes_past_midnight_reach_into_the_night_of_the_change() -> None:
    saturday = date(2027, 10, 30)
    assert wall_time(saturday, 26 * 60 + 30, "Europe/Berlin") is WallTime.TWICE
    second = local_instant(saturday, 26 * 60 + 30, "Europe/Berlin", fold=1)
    assert second == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
