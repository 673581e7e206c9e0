"""Clinic sessions with several places, by cases of a national booking service: run or listed.

A session of n places is n doctors who are there at its hours and give its services.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from clinicdesk.clock import local_instant
from clinicdesk.schedule.availability import HoursPlan
from clinicdesk.schedule.records import ExceptionKind, HoursException
from clinicdesk.schedule.search import Busy, Pair, Place, SlotSearch, Span
from clinicdesk.schedule.slots import free_slots
from clinicdesk.schedule.wall_clock import WallClock, utc_minute
from tests.slot_cases import Case, cases, clock_minute, demand_cases

LONDON = "Europe/London"
CLINIC = 1
FREED = {"cancelled", "provisional-expired"}
GROUP = "a visit is for one patient: nobody asks for places back to back for a group"
WHICH_SESSION = "the desk chooses the doctor, so no rule decides which session a booking takes"
OFF_STEP = "visits start on the clinic's step from the full hour, not from the session's beginning"
DOES_NOT_APPLY = {
    "nhs-002": OFF_STEP,
    "nhs-039": OFF_STEP,
    "nhs-059": OFF_STEP,
    **dict.fromkeys(
        "nhs-060 nhs-062 nhs-064 nhs-068 nhs-070 nhs-072 nhs-074 nhs-075 nhs-090 nhs-094 nhs-095"
        " nhs-096 nhs-098 nhs-099 nhs-102 nhs-103 nhs-106 nhs-113 nhs-114 nhs-115 nhs-118 nhs-119"
        " nhs-122 nhs-123".split(),
        GROUP,
    ),
    **dict.fromkeys(
        "nhs-016 nhs-018 nhs-019 nhs-033 nhs-034 nhs-035 nhs-049 nhs-050 nhs-137 nhs-138"
        " nhs-139 nhs-141".split(),
        WHICH_SESSION,
    ),
}


def applicable() -> list[Any]:
    """Give the cases that apply, each with its id."""
    found = [case for case in cases("sessions") if case["id"] not in DOES_NOT_APPLY]
    return [pytest.param(case, id=case["id"]) for case in found]


def test_every_case_is_run_or_listed_with_a_reason() -> None:
    demand_cases()
    every = {case["id"]: case["tags"] for case in cases("sessions")}
    assert every.keys() >= DOES_NOT_APPLY.keys()
    assert len(applicable()) == len(every) - len(DOES_NOT_APPLY)
    tags = {GROUP: "back-to-back-group", WHICH_SESSION: "parallel-sessions"}
    assert all(
        tags.get(why, "clinic-sessions") in every[key] for key, why in DOES_NOT_APPLY.items()
    )


@dataclass
class Sessions:
    """The doctors of a case, with what is booked."""

    doctors: dict[int, Case]
    busy: list[Span]

    def free(self, service: str, first: date, last: date) -> list[tuple[datetime, int, int]]:
        """Give start, minutes and doctor of what is free for a service."""
        found = []
        for doctor_id, session in self.doctors.items():
            if service in session["services"]:
                search = _search(doctor_id, session, first, last)
                slots = free_slots(search, lambda *_: Busy(self.busy))
                found += [(slot.starts_at, int(session["slot_min"]), doctor_id) for slot in slots]
        return sorted(found)

    def book(self, booking: Case) -> bool:
        """Take a place where one is free."""
        day = date.fromisoformat(booking["date"])
        start = local_instant(day, clock_minute(booking["time"]), LONDON)
        minutes = booking["duration_min"]
        for at, length, doctor_id in self.free(booking["service"], day, day):
            if at == start and length == minutes:
                begin = utc_minute(start)
                self.busy.append((doctor_id, begin, begin + minutes))
                return True
        return False


def _sessions(case: Case) -> Sessions:
    doctors: dict[int, Case] = {}
    for session in case["sessions"]:
        for _ in range(session["capacity"]):
            doctors[len(doctors) + 1] = session
    made = Sessions(doctors, [])
    for booking in case["bookings"]:
        if booking["status"] not in FREED:
            assert made.book(booking)
    return made


def _search(doctor_id: int, session: Case, first: date, last: date) -> SlotSearch:
    day = date.fromisoformat(session["date"])
    span = clock_minute(session["from"]), clock_minute(session["until"])
    hours = HoursException(doctor_id, CLINIC, ExceptionKind.ADDED, day, day, *span)
    week = timedelta(days=7)
    return SlotSearch(
        plan=HoursPlan([], [hours], first_on=first - week, last_on=last + week),
        places={CLINIC: Place(WallClock(LONDON), session["slot_min"])},
        pairs=[Pair(doctor_id, CLINIC)],
        duration_minutes=session["slot_min"],
        before_minutes=0,
        after_minutes=0,
        from_minute=utc_minute(local_instant(first, 0, LONDON)),
        until_minute=utc_minute(local_instant(last, 1440, LONDON)),
    )


def _asked(made: Sessions, query: Case) -> list[tuple[datetime, int, int]]:
    (service,) = query.get("attendee_services") or [query["service"]]
    first = date.fromisoformat(query.get("date") or query["from"])
    last = date.fromisoformat(query.get("date") or query["to"])
    return made.free(service, first, last)


def _by_slot(made: Sessions, query: Case) -> Any:
    counts = Counter((at, minutes) for at, minutes, _ in _asked(made, query))
    found: dict[str, list[Case]] = defaultdict(list)
    for (at, minutes), count in sorted(counts.items()):
        found[str(at.date())].append({**_from_until(at, minutes), "count": count})
    return {day: found[day] for day in query["expect"]} if found else {}


def _daily(made: Sessions, query: Case) -> Any:
    found = {day: {"am": 0, "pm": 0} for day in query["expect"]}
    for at, _, _ in _asked(made, query):
        found[str(at.date())]["am" if at.hour < 12 else "pm"] += 1
    return found


def _hourly(made: Sessions, query: Case) -> Any:
    counts = Counter(at.replace(minute=0) for at, _, _ in _asked(made, query))
    found: dict[str, list[Case]] = defaultdict(list)
    for at, count in sorted(counts.items()):
        found[str(at.date())].append({**_from_until(at, 60), "count": count})
    return dict(found)


def _group_slots(made: Sessions, query: Case) -> Any:
    services = query["attendee_services"]
    found = sorted({(at, minutes) for at, minutes, _ in _asked(made, query)})
    return [{**_from_until(at, minutes), "services": services} for at, minutes in found]


def _group_hours(made: Sessions, query: Case) -> Any:
    hours = sorted({at.replace(minute=0) for at, _, _ in _asked(made, query)})
    return [_from_until(at, 60) for at in hours]


def _group_days(made: Sessions, query: Case) -> Any:
    found: dict[str, set[str]] = defaultdict(set)
    for at, _, _ in _asked(made, query):
        found[str(at.date())].add("AM" if at.hour < 12 else "PM")
    return [{"date": day, "blocks": sorted(blocks)} for day, blocks in sorted(found.items())]


def _attempt(made: Sessions, query: Case) -> Any:
    return "accepted" if made.book(query["booking"]) else "refused"


ANSWERS: dict[str, Callable[[Sessions, Case], Any]] = {
    "slot": _by_slot,
    "daily": _daily,
    "hourly": _hourly,
    "group-slots": _group_slots,
    "group-hours": _group_hours,
    "group-days": _group_days,
    "attempt": _attempt,
}


def _from_until(at: datetime, minutes: int) -> Case:
    """Write a span of the London winter, when the wall shows UTC."""
    return {"from": f"{at:%H:%M}", "until": f"{at + timedelta(minutes=minutes):%H:%M}"}


def _checked(expected: Any) -> Iterator[Any]:
    for one in expected:
        yield {k: v for k, v in one.items() if not k.endswith("_not_checked")}


@pytest.mark.parametrize("case", applicable())
def test_places_are_free_as_the_case_says(case: Case) -> None:
    made = _sessions(case)
    for query in case["queries"]:
        expected = query["expect"]
        expected = list(_checked(expected)) if isinstance(expected, list) else expected
        assert ANSWERS[query["by"]](made, query) == expected
