"""Weekly hours across the change of clocks, by cases from many zones: each is run or listed."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.schedule.availability import HoursPlan, open_spans
from clinicdesk.schedule.records import ExceptionKind, HoursException, WeeklyHours
from clinicdesk.schedule.wall_clock import WallClock
from tests.slot_cases import WEEKDAYS, at, clock_minute

Case = dict[str, Any]
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "rrule"
FILES = ("dst-local-cases.json", "clinic-recurring-cases.json")
MONTHLY = "hours recur by the week, not by the month or year"
OTHER_WEEK = "every n-th week is counted in weeks from Monday"
SERIES = "these are series of visits, counted from the first; test_series_rules.py runs them"
DOES_NOT_APPLY = {
    **{f"bahmni-{number:02}": SERIES for number in range(1, 16)},
    "dst-29": OTHER_WEEK,
    "dst-31": OTHER_WEEK,
    "dst-32": MONTHLY,
    "dst-33": MONTHLY,
    "dst-34": MONTHLY,
    "dst-35": MONTHLY,
}


def cases() -> list[Case]:
    """Give every case, none where the files do not lie beside the project."""
    found: list[Case] = []
    for name in FILES:
        if (FOLDER / name).exists():
            found += json.loads((FOLDER / name).read_text(encoding="utf-8"))["cases"]
    return found


def applicable() -> list[Any]:
    """Give the cases that apply, each with its id."""
    return [pytest.param(c, id=c["id"]) for c in cases() if c["id"] not in DOES_NOT_APPLY]


def test_every_case_is_run_or_listed_with_a_reason() -> None:
    if not FOLDER.exists():
        pytest.skip("the shared cases of recurrence do not lie beside the project")
    every = {case["id"] for case in cases()}
    assert DOES_NOT_APPLY.keys() <= every
    assert len(applicable()) == len(every) - len(DOES_NOT_APPLY) == 34


@pytest.mark.parametrize("case", applicable())
def test_hours_recur_as_the_case_says(case: Case) -> None:
    rule = dict(part.split("=") for part in case["rule"].split(";"))
    first_on = date.fromisoformat(case["first_date"])
    expected = [(at(one["start"]), at(one["end"])) for one in case["expect"]]
    last_on = expected[-1][1].date() + timedelta(days=1)
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    plan = HoursPlan(
        _weekly(case, rule, first_on), _closed(case), first_on=first_on, last_on=last_on
    )
    spans = open_spans(plan, {1: WallClock(case["timezone"])}, [1], days)
    found = [(span.starts_at, span.ends_at) for span in spans]
    if "COUNT" in rule:
        # Hours go on until their last day: a case that counts is compared as far as it goes.
        found = [span for span in found if span[0] <= expected[-1][0]]
    # Hours wholly in the time that the clocks skip are no hours: the case gives them no length.
    assert found == [span for span in expected if span[1] > span[0]]


def _weekly(case: Case, rule: dict[str, str], first_on: date) -> list[WeeklyHours]:
    if rule["FREQ"] == "DAILY":
        weekdays = list(range(7))
    elif "BYDAY" in rule:
        weekdays = [WEEKDAYS.index(_name(day)) for day in rule["BYDAY"].split(",")]
    else:
        weekdays = [first_on.weekday()]
    starts, ends = clock_minute(case["from"]), clock_minute(case["to"])
    until_on = date.fromisoformat(rule["UNTIL"]) if "UNTIL" in rule else None
    every = int(rule.get("INTERVAL", 1))
    return [
        WeeklyHours(
            1,
            1,
            weekday,
            starts,
            ends + 1440 * case["ends_next_day"],
            first_on,
            until_on,
            every,
        )
        for weekday in weekdays
    ]


def _closed(case: Case) -> list[HoursException]:
    days = [datetime.fromisoformat(text).date() for text in case["excluded_local_starts"]]
    return [HoursException(1, 1, ExceptionKind.CLOSED, day, day) for day in days]


def _name(day: str) -> str:
    return next(name for name in WEEKDAYS if name.startswith(day.lower()))


def test_every_second_week_counts_from_the_week_of_the_first_day_over_the_turn_of_the_year() -> (
    None
):
    """2026 has 53 ISO weeks, so week numbers would count the same week twice."""
    thursday = date(2026, 12, 17)
    on_thursdays = WeeklyHours(1, 1, 3, 540, 600, thursday, None, 2)
    on_mondays = WeeklyHours(1, 1, 0, 540, 600, thursday, None, 2)
    first_on, last_on = thursday - timedelta(weeks=2), thursday + timedelta(weeks=6)
    plan = HoursPlan([on_thursdays, on_mondays], [], first_on=first_on, last_on=last_on)
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    spans = open_spans(plan, {1: WallClock("UTC")}, [1], days)
    found = [(span.starts_at.astimezone(UTC).date() - thursday).days for span in spans]
    assert found == [0, 11, 14, 25, 28, 39, 42]
