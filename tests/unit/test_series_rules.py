"""The days of a series: against cases from the field, a naive model, and the change of clocks."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import clinic_day, local_instant
from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.series.records import Frequency, Recurrence
from clinicdesk.schedule.series.rules import MOST_VISITS, series_days, series_starts, shifted

SHARED = Path(__file__).parents[3] / "shared/data/rrule"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FREQUENCIES = {"daily": Frequency.DAYS, "weekly": Frequency.WEEKS}
LONDON = "Europe/London"
TUESDAY = date(2026, 11, 24)


def _cases(name: str) -> list[dict[str, Any]]:
    path = SHARED / name
    return json.loads(path.read_text())["cases"] if path.exists() else []


RECURRING = _cases("clinic-recurring-cases.json")
LOCAL = _cases("dst-local-cases.json")
needs_shared_data = pytest.mark.skipif(not RECURRING, reason="the shared data are not here")


def _mask(names: list[str]) -> int:
    return sum(1 << WEEKDAYS.index(name) for name in names)


@needs_shared_data
def test_all_recurring_appointments_of_the_field_come_out() -> None:
    assert len(RECURRING) == 15, "every case applies: our weeks begin with the first visit too"
    for case in RECURRING:
        first = datetime.fromisoformat(case["first_start"])
        until = datetime.fromisoformat(case["until"]).date() if case["until"] else None
        recurrence = Recurrence(
            FREQUENCIES[case["type"]],
            every=case["every"],
            weekdays=_mask(case["days"] or []),
            count=case["count"],
            until_on=until,
        )
        starts = series_starts(first.replace(tzinfo=UTC), recurrence, time_zone="UTC")
        found = [f"{start:%Y-%m-%dT%H:%M}" for start in starts]
        assert found == case["expect_starts"], case["id"]


def _local_rule(case: dict[str, Any]) -> Recurrence | None:
    """Give the recurrence of a rule; None where ours says something else, or cannot say it."""
    parts = dict(part.split("=") for part in case["rule"].split(";"))
    frequency = {"DAILY": Frequency.DAYS, "WEEKLY": Frequency.WEEKS}.get(parts.pop("FREQ"))
    if frequency is None:
        return None  # "the first Tuesday", and months without a 31st, which ours does not skip
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    every, days = int(parts.pop("INTERVAL", "1")), parts.pop("BYDAY", "")
    is_our_week = every == 1 or "," not in days  # theirs begin on a Monday, ours with the visit
    if parts or not is_our_week or (days and frequency is Frequency.DAYS):
        return None
    names = [name for name in WEEKDAYS if name[:2].upper() in days.split(",")]
    return Recurrence(
        frequency,
        every=every,
        weekdays=_mask(names),
        count=int(count) if count else None,
        until_on=date.fromisoformat(until) if until else None,
    )


@needs_shared_data
def test_series_keep_the_time_on_the_wall_in_every_zone() -> None:
    shown = 0
    for case in LOCAL:
        recurrence = _local_rule(case)
        if recurrence is None:
            continue
        zone, first_on = case["timezone"], date.fromisoformat(case["first_date"])
        hours, minutes = case["from"].split(":")
        days = series_days(first_on, recurrence)
        starts = [local_instant(day, int(hours) * 60 + int(minutes), zone) for day in days]
        left_out = {datetime.fromisoformat(at).date() for at in case["excluded_local_starts"]}
        kept = [at for at, day in zip(starts, days, strict=True) if day not in left_out]
        expected = [datetime.fromisoformat(each["start"]) for each in case["expect"]]
        assert kept == expected, case["id"]
        shown += 1
    assert shown >= 28


def test_the_31st_is_the_last_of_shorter_months() -> None:
    monthly = Recurrence(Frequency.MONTHS, count=5)
    days = series_days(date(2027, 10, 31), monthly)
    assert [f"{day:%d.%m.%y}" for day in days] == [
        "31.10.27", "30.11.27", "31.12.27", "31.01.28", "29.02.28",
    ]  # fmt: skip
    quarterly = Recurrence(Frequency.MONTHS, every=3, until_on=date(2027, 7, 1))
    assert len(series_days(TUESDAY, quarterly)) == 3


def test_a_series_keeps_its_time_when_the_clocks_change() -> None:
    first = local_instant(date(2026, 10, 20), 9 * 60, LONDON)
    starts = series_starts(first, Recurrence(Frequency.WEEKS, count=2), time_zone=LONDON)
    assert [f"{start:%d %H:%M}" for start in starts] == ["20 08:00", "27 09:00"]


@pytest.mark.parametrize(
    ("recurrence", "field"),
    [
        (Recurrence(Frequency.DAYS, every=0, count=2), "every"),
        (Recurrence(Frequency.DAYS, every=367, count=2), "every"),
        (Recurrence(Frequency.WEEKS, weekdays=1 << 7, count=2), "weekdays"),
        (Recurrence(Frequency.DAYS), "count"),
        (Recurrence(Frequency.DAYS, count=2, until_on=TUESDAY), "count"),
        (Recurrence(Frequency.DAYS, count=0), "count"),
        (Recurrence(Frequency.DAYS, count=MOST_VISITS + 1), "count"),
        (Recurrence(Frequency.DAYS, until_on=TUESDAY - timedelta(days=1)), "until_on"),
        (Recurrence(Frequency.DAYS, until_on=date(2029, 1, 1)), "until_on"),
    ],
)
def test_a_recurrence_that_cannot_be_is_told_at_its_field(
    recurrence: Recurrence, field: str
) -> None:
    with pytest.raises(InvalidInputError) as told:
        series_days(TUESDAY, recurrence)
    assert told.value.field == field


# --- against a naive model -----------------------------------------------------------------


def _is_in(day: date, first_on: date, recurrence: Recurrence) -> bool:
    """Tell of one day alone whether a series falls on it."""
    since = (day - first_on).days
    if recurrence.frequency is Frequency.DAYS:
        return since % recurrence.every == 0
    if recurrence.frequency is Frequency.WEEKS:
        chosen = recurrence.weekdays or 1 << first_on.weekday()
        return since // 7 % recurrence.every == 0 and bool(chosen >> day.weekday() & 1)
    months = (day.year - first_on.year) * 12 + day.month - first_on.month
    is_last = (day + timedelta(days=1)).day == 1
    is_day = day.day == first_on.day or (is_last and day.day < first_on.day)
    return months % recurrence.every == 0 and is_day


@given(
    first_on=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    frequency=st.sampled_from(Frequency),
    every=st.integers(1, 6),
    weekdays=st.integers(0, 127),
    length=st.integers(0, 59),
)
def test_a_series_falls_on_just_the_days_of_its_rule(
    first_on: date, frequency: Frequency, every: int, weekdays: int, length: int
) -> None:
    until_on = first_on + timedelta(days=length)
    recurrence = Recurrence(frequency, every=every, weekdays=weekdays, until_on=until_on)
    asked = [first_on + timedelta(days=number) for number in range(length + 1)]
    expected = [day for day in asked if _is_in(day, first_on, recurrence)]
    assert list(series_days(first_on, recurrence)) == expected
    for most in (1, len(expected)):
        if most:
            counted = Recurrence(frequency, every=every, weekdays=weekdays, count=most)
            assert list(series_days(first_on, counted))[: len(expected)] == expected[:most]


@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    minute=st.integers(5 * 60, 20 * 60),  # what is left of it never falls into a skipped hour
    days=st.integers(-20, 20),
    minutes=st.integers(-180, 180),
)
def test_a_shift_counts_on_the_wall(day: date, minute: int, days: int, minutes: int) -> None:
    before = local_instant(TUESDAY, 10 * 60, LONDON)
    after = local_instant(TUESDAY + timedelta(days=days), 10 * 60 + minutes, LONDON)
    at = local_instant(day, minute, LONDON)
    moved = shifted(at, before=before, after=after, time_zone=LONDON)
    wall = moved.astimezone(ZoneInfo(LONDON))
    assert clinic_day(moved, LONDON) == day + timedelta(days=days)
    assert wall.hour * 60 + wall.minute == minute + minutes
