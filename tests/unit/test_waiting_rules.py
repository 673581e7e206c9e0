"""Whom a freed time suits, in which order, and what is said of those it does not suit."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.schedule.waiting.errors import WishInvalidError
from clinicdesk.schedule.waiting.records import Candidate, FreedTime, NewWish, Wish, WishState
from clinicdesk.schedule.waiting.rules import Gap, Known, demand_sensible, ranked, span_words

NOW = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)
TEN_THIRTY = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
FREED = FreedTime(1, 7, TEN_THIRTY, TEN_THIRTY + timedelta(minutes=30))
GAP = Gap(FREED, "Europe/London", "Dr Osei", NOW)
MINUTES = timedelta(minutes=1)


def wish(
    number: int = 1, *, minutes: int = 30, later_at: datetime | None = None, **asked: object
) -> Wish:
    new = replace(NewWish(patient_id=number, service_id=1), **asked)  # type: ignore[arg-type]
    return Wish(
        number, 1, new, WishState.WAITING, f"Patient {number}", "Check-up", "Dr Sato", minutes,
        created_at=NOW - timedelta(days=number), clinic_name="River", later_at=later_at,
    )  # fmt: skip


def known(asked: Wish, **more: object) -> Known:
    return replace(Known(asked, (TEN_THIRTY,)), **more)  # type: ignore[arg-type]


def reason(asked: Wish, **more: object) -> str:
    (candidate,) = ranked(GAP, [known(asked, **more)])
    return candidate.left_out


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (wish(), ""),
        (wish(until_minute=720), ""),
        (wish(until_minute=660), "only before 11:00"),
        (wish(from_minute=720), "only afternoons"),
        (wish(from_minute=900, until_minute=1020), "only from 15:00 to 17:00"),
        (wish(from_minute=900), "only from 15:00"),
        (wish(weekdays=0b0000101), "only Mon and Wed"),
        (wish(weekdays=0b0010101), "only Mon, Wed and Fri"),
        (wish(weekdays=0b0000010), ""),
        (wish(from_on=date(2026, 11, 25)), "only from Wed 25 Nov"),
        (wish(until_on=date(2026, 11, 23)), "only until Mon 23 Nov"),
        (wish(until_on=date(2026, 11, 24)), ""),
        (wish(notice_minutes=120), "wants 2 h notice"),
        (wish(notice_minutes=72), ""),
        (wish(doctor_id=8), "asked for Dr Sato"),
        (wish(doctor_id=7), ""),
        (wish(clinic_id=2), "asked for River"),
        (wish(later_at=TEN_THIRTY - MINUTES), "has an earlier visit already"),
        (wish(later_at=TEN_THIRTY + MINUTES), ""),
    ],
)
def test_who_is_left_out_is_told_why(asked: Wish, words: str) -> None:
    assert reason(asked) == words


def test_mornings_are_called_mornings() -> None:
    afternoon = FREED.starts_at + timedelta(hours=3)
    gap = replace(GAP, freed=replace(FREED, starts_at=afternoon, ends_at=afternoon + 30 * MINUTES))
    (candidate,) = ranked(gap, [known(wish(until_minute=720), starts=(afternoon,))])
    assert candidate.left_out == "only mornings"


def test_what_is_known_of_a_patient_leaves_them_out() -> None:
    other = (TEN_THIRTY + 29 * MINUTES, TEN_THIRTY + 60 * MINUTES)
    assert reason(wish(), has_declined=True) == "was offered this and declined"
    assert reason(wish(), is_offered=True) == "is offered this already"
    assert reason(wish(), visits=(other,)) == "already has a visit then"
    after = (TEN_THIRTY + 30 * MINUTES, TEN_THIRTY + 60 * MINUTES)
    assert reason(wish(), visits=(after,)) == ""
    words = "needs 45 min, 30 are free"
    assert reason(wish(), starts=(), obstacle=words) == words


def test_a_later_start_within_the_time_is_taken_where_the_first_does_not_do() -> None:
    starts = tuple(TEN_THIRTY + number * 15 * MINUTES for number in range(4))
    (candidate,) = ranked(GAP, [known(wish(notice_minutes=90), starts=starts)])
    assert (candidate.left_out, candidate.starts_at) == ("", starts[2])


def test_the_order_is_urgency_length_no_later_visit_and_waiting() -> None:
    later = TEN_THIRTY + timedelta(days=3)
    wishes = [
        wish(1),
        wish(2, later_at=later),
        wish(3, minutes=15),
        wish(4),
        wish(5, minutes=15, is_urgent=True),
        wish(6, doctor_id=8),
    ]
    order = [each.wish.id for each in ranked(GAP, [known(each) for each in wishes])]
    assert order == [5, 4, 1, 2, 3, 6]


WISHES = st.builds(
    wish,
    st.integers(1, 9),
    minutes=st.sampled_from((15, 30)),
    later_at=st.sampled_from((None, TEN_THIRTY - MINUTES, TEN_THIRTY + timedelta(days=1))),
    weekdays=st.integers(1, 127),
    from_minute=st.sampled_from((0, 600, 720)),
    until_minute=st.sampled_from((721, 1440)),
    notice_minutes=st.sampled_from((0, 60, 240)),
    is_urgent=st.booleans(),
    doctor_id=st.sampled_from((None, 7, 8)),
)


def met(candidate: Candidate) -> bool:
    """Look at each demand by itself, in the plainest way."""
    asked, start = candidate.wish.wish, candidate.starts_at  # London is on UTC in November
    minute = start.hour * 60 + start.minute
    later = candidate.wish.later_at
    return (
        bool(asked.weekdays >> start.weekday() & 1)
        and asked.from_minute <= minute < asked.until_minute
        and start - NOW >= asked.notice_minutes * MINUTES
        and asked.doctor_id in {None, 7}
        and (later is None or later > start)
    )


@given(st.lists(WISHES, unique_by=lambda each: each.id), st.randoms(use_true_random=False))
def test_the_ranking_is_whole_and_does_not_depend_on_the_order_given(
    wishes: list[Wish], chance: object
) -> None:
    found = ranked(GAP, [known(each) for each in wishes])
    shuffled = list(wishes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranked(GAP, [known(each) for each in shuffled]) == found
    assert sorted(each.wish.id for each in found) == sorted(each.id for each in wishes)
    assert [met(each) for each in found] == [not each.left_out for each in found]
    for before, after in pairwise(found):
        assert not before.left_out or after.left_out
        if not after.left_out:
            assert before.wish.wish.is_urgent >= after.wish.wish.is_urgent


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (NewWish(1, 1, weekdays=0), "weekdays"),
        (NewWish(1, 1, from_minute=720, until_minute=720), "until_minute"),
        (NewWish(1, 1, from_on=date(2026, 11, 25), until_on=date(2026, 11, 24)), "until_on"),
        (NewWish(1, 1, notice_minutes=-1), "notice_minutes"),
    ],
)
def test_a_wish_that_can_never_be_met_is_refused_at_its_field(asked: NewWish, field: str) -> None:
    with pytest.raises(WishInvalidError) as refused:
        demand_sensible(asked)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(45, "45 min"), (120, "2 h"), (90, "1 h 30 min"), (1440, "1 day"), (2880, "2 days")],
)
def test_notice_is_told_as_people_say_it(minutes: int, words: str) -> None:
    assert span_words(minutes) == words
