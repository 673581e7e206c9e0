"""What follows an attempt: growing gaps, an end to them, and at most one doubtful copy."""

from datetime import UTC, datetime, timedelta

import pytest

from clinicdesk.outbox.records import (
    Channel,
    NotificationStatus,
    Outcome,
    QueuedMessage,
    SendResult,
)
from clinicdesk.outbox.rules import TOO_LATE, UNKNOWN_ONCE, UNKNOWN_TWICE, after_attempt, retry_gap

NOW = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)


def _message(**changed: object) -> QueuedMessage:
    values: dict[str, object] = {
        "id": 1,
        "message_key": "k",
        "kind": "reminder",
        "channel": Channel.EMAIL,
        "recipient": "a@example.test",
        "patient_id": None,
        "appointment_id": None,
        "invoice_id": None,
        "facts": {},
        "attempts": 1,
        **changed,
    }
    return QueuedMessage(**values)  # type: ignore[arg-type]


def _after(outcome: Outcome, **changed: object):
    return after_attempt(_message(**changed), SendResult(outcome, "Why."), now=NOW, jitter=0.5)


def test_gaps_grow_and_stay_within_a_fifth() -> None:
    middle = [retry_gap(attempt, jitter=0.5) for attempt in range(1, 7)]
    assert middle == sorted(middle)
    assert middle[0] == timedelta(minutes=2)
    assert middle[3] == middle[5] == timedelta(hours=4)
    assert retry_gap(1, jitter=0) == timedelta(seconds=96)
    assert retry_gap(1, jitter=1) == timedelta(seconds=144)


def test_a_postponed_message_waits_and_after_five_attempts_is_set_aside() -> None:
    first = _after(Outcome.POSTPONED)
    assert first.status is NotificationStatus.QUEUED
    assert first.next_attempt_at == NOW + timedelta(minutes=2)
    last = _after(Outcome.POSTPONED, attempts=5)
    assert (last.status, last.reason) == (NotificationStatus.FAILED, "Why.")


def test_what_would_come_after_the_visit_fails_now_so_that_somebody_can_call() -> None:
    step = _after(Outcome.POSTPONED, expires_at=NOW + timedelta(minutes=1))
    assert step.status is NotificationStatus.FAILED
    assert step.reason == f"Why. {TOO_LATE}"


def test_a_refusal_is_for_good() -> None:
    assert _after(Outcome.REFUSED).status is NotificationStatus.FAILED


def test_a_halted_channel_costs_no_attempt() -> None:
    step = _after(Outcome.HALTED, attempts=5)
    assert step.status is NotificationStatus.QUEUED
    assert not step.counts


def test_an_unknown_outcome_is_tried_once_more_and_never_twice() -> None:
    first = _after(Outcome.UNKNOWN)
    assert first.status is NotificationStatus.QUEUED
    assert first.reason.startswith(UNKNOWN_ONCE)
    second = _after(Outcome.UNKNOWN, reason=first.reason, attempts=2)
    assert (second.status, second.reason) == (NotificationStatus.FAILED, UNKNOWN_TWICE)


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.POSTPONED, Outcome.REFUSED])
def test_the_note_of_an_unknown_outcome_is_kept(outcome: Outcome) -> None:
    assert _after(outcome, reason=UNKNOWN_ONCE, attempts=2).reason.startswith(UNKNOWN_ONCE)
