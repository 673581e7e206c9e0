"""Which time goes to whom when a doctor is out, which hours close, and how a case stands."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import local_instant
from clinicdesk.schedule.disruption.records import AlternativeKind, CaseState
from clinicdesk.schedule.disruption.rules import (
    Asking,
    Closing,
    Option,
    closings,
    shared_out,
    state_now,
)
from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.schedule.records import Slot

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
LONDON = "Europe/London"
SAME, DAY, OTHER = AlternativeKind
TUE, WED, THU, FRI = (date(2026, 11, day) for day in (24, 25, 26, 27))


def option(kind: AlternativeKind, doctor_id: int, hours: float, *, minutes: int = 30) -> Option:
    start = TEN + timedelta(hours=hours)
    end = start + minutes * MINUTES
    return Option(kind, Slot(doctor_id, 1, start, end), (start, end))


def test_the_same_doctor_soon_is_better_than_another_and_elsewhere_comes_last() -> None:
    options = [option(OTHER, 3, 1), option(DAY, 2, 1), option(SAME, 1, 24)]
    (given_,) = shared_out([Asking(1, TEN, options)]).values()
    assert [each.kind for each in given_] == [SAME, DAY, OTHER]


def test_another_doctor_today_is_better_than_the_same_one_in_a_week() -> None:
    options = [option(SAME, 1, 7 * 24), option(DAY, 2, 1)]
    (given_,) = shared_out([Asking(1, TEN, options)]).values()
    assert [each.kind for each in given_] == [DAY, SAME]


def test_everybody_gets_a_best_one_before_anybody_gets_a_second() -> None:
    options = [option(SAME, 1, 24), option(SAME, 1, 25)]
    shared = shared_out([Asking(1, TEN, options), Asking(2, TEN + 30 * MINUTES, options)])
    assert [len(each) for each in shared.values()] == [1, 1]


def test_what_was_proposed_to_somebody_stays_theirs_and_first() -> None:
    options = [option(SAME, 1, 24), option(SAME, 1, 30)]
    asking = [Asking(1, TEN, options), Asking(2, TEN, options, reserved=options[0].slot)]
    shared = shared_out(asking)
    assert shared[2][0] == options[0]
    assert shared[1] == (options[1],)


def test_nobody_is_offered_a_time_at_which_they_are_elsewhere() -> None:
    options = [option(SAME, 1, 24), option(SAME, 1, 25)]
    visit = (options[0].slot.starts_at + 29 * MINUTES, options[0].slot.ends_at)
    (given_,) = shared_out([Asking(1, TEN, options, visits=[visit])]).values()
    assert given_ == (options[1],)


OPTIONS = st.lists(
    st.builds(
        option,
        st.sampled_from(AlternativeKind),
        st.integers(1, 3),
        st.integers(0, 40).map(lambda quarter: quarter / 4),
        minutes=st.sampled_from((15, 30, 45)),
    ),
    max_size=12,
)


@given(st.lists(OPTIONS, min_size=1, max_size=6))
def test_no_time_stands_at_two_visits(found: list[list[Option]]) -> None:
    asking = [Asking(number, TEN, options) for number, options in enumerate(found)]
    shared = shared_out(asking)
    every = [each for options in shared.values() for each in options]
    for one, other in combinations(every, 2):
        if one.slot.doctor_id == other.slot.doctor_id:
            assert one.busy[1] <= other.busy[0] or other.busy[1] <= one.busy[0]
    for each in asking:
        assert len(shared[each.key]) <= 3
        assert set(shared[each.key]) <= set(each.options)
    assert not found[0] or shared[0]


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ((TUE, 600), (TUE, 720), [Closing(TUE, TUE, 600, 720)]),
        ((TUE, 0), (WED, 0), [Closing(TUE, TUE)]),
        ((TUE, 600), (WED, 0), [Closing(TUE, TUE, 600, 1440)]),
        ((TUE, 600), (WED, 720), [Closing(TUE, TUE, 600, 1440), Closing(WED, WED, 0, 720)]),
        (
            (TUE, 600),
            (FRI, 720),
            [Closing(TUE, TUE, 600, 1440), Closing(WED, THU), Closing(FRI, FRI, 0, 720)],
        ),
    ],
)
def test_hours_close_for_just_that_time(
    begins: tuple[date, int], ends: tuple[date, int], expected: list[Closing]
) -> None:
    from_at, until_at = (local_instant(on, minute, LONDON) for on, minute in (begins, ends))
    assert list(closings(from_at, until_at, LONDON)) == expected


@pytest.mark.parametrize(
    ("stored", "status", "is_touched", "shown"),
    [
        (CaseState.OPEN, Status.CONFIRMED, True, CaseState.OPEN),
        (CaseState.CALLED, Status.CONFIRMED, True, CaseState.CALLED),
        (CaseState.OPEN, Status.CANCELLED, True, CaseState.CANCELLED),
        (CaseState.OPEN, Status.CONFIRMED, False, CaseState.MOVED),
        (CaseState.MOVED, Status.CONFIRMED, True, CaseState.OPEN),
        (CaseState.CANCELLED, Status.CONFIRMED, True, CaseState.OPEN),
        (CaseState.KEPT, Status.CONFIRMED, True, CaseState.KEPT),
        (CaseState.OPEN, Status.IN_ROOM, True, CaseState.KEPT),
    ],
)
def test_a_case_follows_its_visit(
    stored: CaseState, status: Status, is_touched: bool, shown: CaseState
) -> None:
    assert state_now(stored, status, is_touched=is_touched) is shown
