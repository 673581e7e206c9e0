"""A clinic's day, also on the nights when its clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.clock import clinic_day, day_bounds, local_instant, local_minute


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
