"""Free times by the cases of other booking systems: each is run, or listed here with the reason."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinicdesk.schedule.availability import HoursPlan, open_spans
from clinicdesk.schedule.finding import Length
from clinicdesk.schedule.records import ExceptionKind, HoursException, OpenSpan, WeeklyHours
from clinicdesk.schedule.wall_clock import WallClock
from clinicdesk.schedule.wanted import Wanted
from tests.slot_cases import (
    Case,
    at,
    cases,
    changes,
    demand_cases,
    hours_of,
    laid_out,
    world,
)

TOGETHER = "a visit has one doctor, so nobody asks when two are free together"
PER_DAY = "the number of visits of a kind in a day is not limited"
BOOKABLE_DAYS = "the horizon is a number of days, whether anything is free on them or not"
ONE_CLOCK = "hours stand on the clock of the clinic where they are worked, and on no second one"
DOES_NOT_APPLY = {
    "cal-team-02": TOGETHER,
    "cal-team-08": TOGETHER,
    "cal-hol-08": TOGETHER,
    "cal-lim-01": PER_DAY,
    "cal-lim-03": PER_DAY,
    "cal-lim-05": PER_DAY,
    "cal-order-01": PER_DAY,
    "cal-order-06": PER_DAY,
    "cal-order-07": PER_DAY,
    "cal-limit-01": PER_DAY,
    "cal-limit-03": PER_DAY,
    "cal-limit-07": PER_DAY,
    "cal-far-09": BOOKABLE_DAYS,
    "cal-far-11": BOOKABLE_DAYS,
    "cal-far-12": BOOKABLE_DAYS,
    "cal-far-13": BOOKABLE_DAYS,
    "cal-far-14": BOOKABLE_DAYS,
    "cal-roll-01": BOOKABLE_DAYS,
    "cal-roll-04": BOOKABLE_DAYS,
    "cal-roll-06": BOOKABLE_DAYS,
    "cal-roll-07": BOOKABLE_DAYS,
    "cal-roll-08": BOOKABLE_DAYS,
    "cal-roll-09": BOOKABLE_DAYS,
    "cal-roll-10": BOOKABLE_DAYS,
    "cal-res-02": ONE_CLOCK,
    "cal-res-03": ONE_CLOCK,
    "cal-win-05": ONE_CLOCK,
    "cal-day-08": "a buffer is the doctor's working time, so it lies within the hours too",
}
RUN = ("slots", "windows", "intervals", "busy-of-bookings", "can-start-now")
SESSIONS = "sessions"


def applicable(*kinds: str) -> list[Any]:
    """Give the cases that apply, each with its id."""
    found = [case for case in cases(*kinds) if case["id"] not in DOES_NOT_APPLY]
    return [pytest.param(case, id=case["id"]) for case in found]


def test_every_case_is_run_or_listed_with_a_reason() -> None:
    demand_cases()
    every = {case["id"]: case["kind"] for case in cases() if case["kind"] != SESSIONS}
    left_over = [key for key, kind in every.items() if kind not in RUN]
    assert set(left_over) <= DOES_NOT_APPLY.keys() <= every.keys()
    assert len(applicable(*RUN)) == len(every) - len(DOES_NOT_APPLY)
    assert all(DOES_NOT_APPLY.values())


@pytest.mark.parametrize("case", applicable("slots"))
def test_free_slots_are_those_of_the_case(case: Case) -> None:
    """Ours may start on every step of the clinic, the case's often only when one visit ends."""
    expect, service = case["expect"], case["service"]
    made = world(case)
    starts = laid_out(made.starts(), service)
    if "slots" in expect:
        assert starts == [at(text) for text in expect["slots"]]
    if "count" in expect:
        assert len(starts) == expect["count"]
    if "min_count" in expect:
        assert len(starts) >= expect["min_count"]
    if "none_before" in expect:
        assert starts[0] >= at(expect["none_before"])
    assert {at(text) for text in expect.get("contains", [])} <= set(made.starts())
    assert {at(text) for text in expect.get("excludes", [])}.isdisjoint(made.starts())


@pytest.mark.parametrize("case", applicable("slots"))
def test_what_a_case_offers_can_be_booked_and_the_rest_has_a_reason(case: Case) -> None:
    made = world(case)
    if len(made.search.pairs) == 1:
        offered = set(made.starts())
        begin, end = at(case["query"]["from"]), at(case["query"]["to"])
        for number in range(int((end - begin) / timedelta(minutes=5))):
            start = begin + number * timedelta(minutes=5)
            assert (made.why_not(start) is None) == (start in offered)


@pytest.mark.parametrize("case", applicable("windows"))
def test_hours_are_open_as_the_case_says(case: Case) -> None:
    (provider,) = case["providers"]
    rows = hours_of(provider, 0)
    begin, end = at(case["query"]["from"]), at(case["query"]["to"])
    assert _open(rows, provider["timezone"], begin, end) == _spans(case["expect"]["windows"])


def _merged(case: Case) -> list[HoursException]:
    return changes(ExceptionKind.ADDED, case["intervals"], wall=WallClock("UTC"))


def _subtracted(case: Case) -> list[HoursException]:
    utc = WallClock("UTC")
    return [
        *changes(ExceptionKind.ADDED, case["from"], wall=utc),
        *changes(ExceptionKind.CLOSED, case["remove"], wall=utc),
    ]


def _met(case: Case) -> list[HoursException]:
    """Open what the first is free, and close what each other is not."""
    first, *others = case["sets"]
    utc = WallClock("UTC")
    rows = changes(ExceptionKind.ADDED, first, wall=utc)
    for other in others:
        edges = [text for span in other for text in (span["start"], span["end"])]
        bounds = ["2023-05-01T00:00:00Z", *edges, "2023-08-01T00:00:00Z"]
        gaps = [{"start": a, "end": b} for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
        rows += changes(ExceptionKind.CLOSED, gaps, wall=utc)
    return rows


OPERATIONS: dict[str, Callable[[Case], list[HoursException]]] = {
    "merge": _merged,
    "subtract": _subtracted,
    "intersect": _met,
}


@pytest.mark.parametrize("case", applicable("intervals"))
def test_hours_added_and_closed_are_sets_of_minutes(case: Case) -> None:
    """Merging adds hours, subtracting closes parts, meeting closes what somebody else lacks."""
    rows = OPERATIONS[case["op"]](case)
    days = [row.from_on for row in rows] or [date(2023, 6, 1)]
    begin = datetime.combine(min(days), datetime.min.time(), ZoneInfo("UTC"))
    end = datetime.combine(max(days) + timedelta(days=2), datetime.min.time(), ZoneInfo("UTC"))
    assert _open(list(rows), "UTC", begin, end) == _spans(case["expect"]["result"])


@pytest.mark.parametrize("case", applicable("busy-of-bookings"))
def test_buffers_widen_a_visit(case: Case) -> None:
    busy = []
    for booking in case["bookings"]:
        start, end = at(booking["start"]), at(booking["end"])
        minutes = (end - start) // timedelta(minutes=1)
        length = Length(minutes, case["buffer_before_min"], case["buffer_after_min"])
        busy.append(Wanted(1, 1, None, start, length).busy)
    assert busy == _spans(case["expect"]["busy"])


@pytest.mark.parametrize("case", applicable("can-start-now"))
def test_a_visit_can_start_now(case: Case) -> None:
    now = at(case["now"])
    asked = {
        **case,
        "timezone": case["providers"][0]["timezone"],
        "service": {"duration_min": case["duration_min"], "step_min": 5, "grid_min": 5},
        "query": {"from": case["now"], "to": (now + timedelta(days=1)).isoformat()},
    }
    assert (world(asked).why_not(now) is None) == case["expect"]["ok"]


def _open(
    rows: list[WeeklyHours | HoursException], zone: str, begin: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Give the open time in a span of UTC, in one piece where it touches over midnight."""
    first_on, last_on = (begin - timedelta(days=2)).date(), (end + timedelta(days=2)).date()
    plan = HoursPlan(
        [row for row in rows if isinstance(row, WeeklyHours)],
        [row for row in rows if isinstance(row, HoursException)],
        first_on=first_on,
        last_on=last_on + timedelta(days=1),
    )
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    spans: list[OpenSpan] = sorted(
        open_spans(plan, {0: WallClock(zone)}, [0], days), key=lambda span: span.starts_at
    )
    found: list[tuple[datetime, datetime]] = []
    for span in spans:
        start, stop = max(span.starts_at, begin), min(span.ends_at, end)
        if start >= stop:
            continue
        if found and start <= found[-1][1]:
            start, stop = found[-1][0], max(stop, found.pop()[1])
        found.append((start, stop))
    return found


def _spans(given: list[Case]) -> list[tuple[datetime, datetime]]:
    return [(at(span["start"]), at(span["end"])) for span in given]
