"""Reads the shared cases of free times, and puts them into the words of the schedule."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import gcd
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.schedule.availability import HoursPlan
from clinicdesk.schedule.limits import Held, Limits, Shut
from clinicdesk.schedule.reasons import NotFree
from clinicdesk.schedule.records import ExceptionKind, HoursException, Slot, WeeklyHours
from clinicdesk.schedule.search import Busy, Pair, Place, SlotSearch, Span
from clinicdesk.schedule.slots import free_slots, why_not
from clinicdesk.schedule.wall_clock import WallClock, instant, utc_minute, utc_minute_after

Case = dict[str, Any]
FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "slot-cases.json"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_AGO = date(2010, 1, 1)
NOT_BLOCKING = {"rejected", "cancelled", "pending"}


def cases(*kinds: str) -> list[Case]:
    """Give the cases of some kinds, none where the file does not lie beside the project."""
    if not FILE.exists():
        return []
    every: list[Case] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    return [case for case in every if not kinds or case["kind"] in kinds]


def demand_cases() -> None:
    """Skip the running test where the cases do not lie beside the project."""
    if not FILE.exists():
        pytest.skip("the shared cases of free times do not lie beside the project")


def at(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text).astimezone(UTC)


def clock_minute(text: str) -> int:
    """Read a time of the day; 24:00 is the midnight at its end."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True)
class World:
    """A search with what is taken, one provider or more, each at a clinic of the same number."""

    search: SlotSearch
    busy: Sequence[Span]

    def read(self, from_minute: int, until_minute: int) -> Busy:
        """Give what is taken."""
        return Busy([s for s in self.busy if s[1] < until_minute and s[2] > from_minute])

    def slots(self) -> list[Slot]:
        """Give the free slots."""
        return free_slots(self.search, self.read)

    def starts(self) -> list[datetime]:
        """Give when somebody is free, each time once."""
        return sorted({slot.starts_at for slot in self.slots()})

    def why_not(self, start: datetime) -> NotFree | None:
        """Say why the first provider is not free."""
        (pair, *_) = self.search.pairs
        return why_not(self.search, self.read, pair=pair, start=utc_minute(start))


def world(case: Case) -> World:
    """Put a case of free slots into a search."""
    providers = case.get("providers") or [_of_windows(case)]
    service = case["service"]
    begin, end = at(case["query"]["from"]), at(case["query"]["to"])
    now = at(case["now"]) if "now" in case else begin
    horizon, last_on = case.get("horizon", {}), (end + timedelta(days=2)).date()
    rows = [row for number, one in enumerate(providers) for row in hours_of(one, number)]
    if horizon.get("type") == "date-range":
        first, last = date.fromisoformat(horizon["from"]), date.fromisoformat(horizon["to"])
        rows = [
            replace(row, valid_from_on=first, valid_until_on=last)
            if isinstance(row, WeeklyHours)
            else row
            for row in rows
        ]
    earliest = now + timedelta(minutes=service.get("min_notice_min", 0))
    if not case.get("start_equal_to_now_allowed", True) and earliest == now:
        earliest += timedelta(minutes=1)
    search = SlotSearch(
        plan=HoursPlan(
            [row for row in rows if isinstance(row, WeeklyHours)],
            [row for row in rows if isinstance(row, HoursException)],
            first_on=(begin - timedelta(days=12)).date(),
            last_on=last_on + timedelta(days=10),
        ),
        places={
            number: Place(WallClock(one["timezone"]), _step(service))
            for number, one in enumerate(providers)
        },
        pairs=[Pair(number, number) for number, _ in enumerate(providers)],
        duration_minutes=service["duration_min"],
        before_minutes=service.get("buffer_before_min", 0),
        after_minutes=service.get("buffer_after_min", 0),
        from_minute=utc_minute_after(max(begin, earliest)),
        until_minute=min(utc_minute_after(end), _horizon(case, now)),
        limits=_limits(case, providers, now),
    )
    return World(search, [span for n, one in enumerate(providers) for span in _busy(one, n)])


def laid_out(starts: Iterable[datetime], service: Case) -> list[datetime]:
    """Take of the offered starts those that a layout of one visit after the other keeps."""
    step, found = timedelta(minutes=service["step_min"]), list[datetime]()
    for start in starts:
        if not found or start >= found[-1] + step:
            found.append(start)
    return found


def hours_of(provider: Case, number: int) -> list[WeeklyHours | HoursException]:
    """Give a provider's weekly hours, the one-day hours that replace them, and days of absence."""
    rows: list[WeeklyHours | HoursException] = []
    for rule in provider.get("weekly", []):
        begin, end = map(clock_minute, _span(rule))
        rows += [
            WeeklyHours(number, number, WEEKDAYS.index(day), begin, end, LONG_AGO)
            for day in rule["days"]
        ]
    for change in provider.get("overrides", []):
        on = date.fromisoformat(change["date"])
        for one in change["windows"] or [None]:
            kind = ExceptionKind.CLOSED if one is None else ExceptionKind.REPLACED
            minutes = (None, None) if one is None else map(clock_minute, _span(one))
            rows.append(HoursException(number, number, kind, on, on, *minutes))
    for text in provider.get("absent_dates", []):
        on = date.fromisoformat(text)
        rows.append(HoursException(number, None, ExceptionKind.CLOSED, on, on))
    written: list[HoursException] = provider.get("changes", [])
    return [*rows, *written]


def changes(
    kind: ExceptionKind, spans: Iterable[Case], *, wall: WallClock, number: int = 0
) -> list[HoursException]:
    """Write spans of UTC as changes of hours on the wall clock; odd seconds grow to minutes."""
    found = []
    for span in spans:
        start, end = at(span["start"]), at(span["end"])
        begin, until = utc_minute(start), utc_minute_after(end)
        while begin < until:
            local = instant(begin + wall.offset(begin))
            minute = local.hour * 60 + local.minute
            part = min(until, begin + 1440 - minute)
            day = local.date()
            change = HoursException(number, number, kind, day, day, minute, minute + part - begin)
            found.append(change)
            begin = part
    return found


def _span(rule: Case) -> tuple[str, str]:
    return rule["from"], rule["to"]


def _of_windows(case: Case) -> Case:
    wall = WallClock(case["timezone"])
    begin, end = case["query"]["from"], case["query"]["to"]
    windows = [
        {"start": max(one["start"], begin), "end": min(one["end"], end)} for one in case["windows"]
    ]
    added = changes(ExceptionKind.ADDED, windows, wall=wall)
    return {"timezone": case["timezone"], "changes": added}


def _step(service: Case) -> int:
    """Give the clinic's step: the longest of the full hour on which all the case's starts stand."""
    return gcd(service["step_min"], 60)


def _horizon(case: Case, now: datetime) -> int:
    horizon = case.get("horizon", {})
    if horizon.get("type") != "days-ahead":
        return 10**9
    wall = WallClock(case["display_timezone"])
    today = instant(utc_minute(now) + wall.offset(utc_minute(now))).toordinal()
    return wall.utc(today + horizon["days"] + 1, 0)


def _limits(case: Case, providers: Sequence[Case], now: datetime) -> Limits:
    shuts = [
        Shut(NotFree.HOLIDAY, number, on, on, name=holiday["id"])
        for number, one in enumerate(providers)
        for holiday in case.get("holidays", [])
        if holiday["calendar"] == one.get("holiday_calendar")
        and holiday["id"] not in one.get("ignored_holidays", [])
        for on in [date.fromisoformat(holiday["date"]).toordinal()]
    ]
    held = [
        Held(number, utc_minute(at(one["start"])), utc_minute_after(at(one["end"])))
        for number, provider in enumerate(providers)
        for one in provider.get("busy", [])
        if one["kind"] == "held" and at(one["released_at"]) > now
    ]
    return Limits(shuts=shuts, held=held)


def _busy(provider: Case, number: int) -> Iterable[Span]:
    for one in provider.get("busy", []):
        blocks = one["kind"] != "held" and one.get("status") not in NOT_BLOCKING
        if blocks and not one.get("being_moved"):
            yield number, utc_minute(at(one["start"])), utc_minute_after(at(one["end"]))
