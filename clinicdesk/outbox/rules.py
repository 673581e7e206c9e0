"""Decides what follows an attempt to send: done, again later, or set aside."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinicdesk.outbox.records import NotificationStatus, Outcome, QueuedMessage, SendResult

MAX_ATTEMPTS = 5
RETRY_GAPS = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
)
JITTER_SHARE = 0.2
UNKNOWN_ONCE = "An earlier outcome is unknown, so it was sent again with the same Message-ID."
UNKNOWN_TWICE = "It is not known whether the message arrived. Please ask the patient."
TOO_LATE = "It could not be sent in time."
ENDED_MIDWAY = "Sending it never came to an end. Please check it, then try again."


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to write to a message's row; `next_attempt_at` is set when it goes again.

    `counts` tells whether the attempt is one of the few that a message has.
    """

    status: NotificationStatus
    reason: str
    next_attempt_at: datetime | None = None
    provider_id: str = ""
    counts: bool = True


def retry_gap(attempts: int, *, jitter: float) -> timedelta:
    """Give the time to wait after the `attempts`-th try: it grows, and `jitter` (0..1) spreads it.

    The gap is within a fifth of 2 minutes, 10 minutes, 1 hour, then 4 hours.
    """
    gap = RETRY_GAPS[min(max(attempts, 1), len(RETRY_GAPS)) - 1]
    return gap * (1 - JITTER_SHARE + 2 * JITTER_SHARE * jitter)


def after_attempt(
    message: QueuedMessage, result: SendResult, *, now: datetime, jitter: float
) -> NextStep:
    """Decide what follows an attempt; `message.attempts` counts it already.

    A message whose outcome is unknown goes once more and never a third time. A halted channel costs
    the message no attempt: it waits for the channel.
    """
    past = UNKNOWN_ONCE if message.reason.startswith(UNKNOWN_ONCE) else ""
    if result.outcome is Outcome.SENT:
        return NextStep(NotificationStatus.SENT, past, provider_id=result.provider_id)
    if result.outcome is Outcome.HALTED:
        reason = _join(past, result.reason)
        return NextStep(NotificationStatus.QUEUED, reason, now, counts=False)
    if result.outcome is Outcome.REFUSED:
        return NextStep(NotificationStatus.FAILED, _join(past, result.reason))
    if result.outcome is Outcome.UNKNOWN:
        if past:
            return NextStep(NotificationStatus.FAILED, UNKNOWN_TWICE)
        past = UNKNOWN_ONCE
    reason = _join(past, result.reason)
    return _later(message, reason, again_at=now + retry_gap(message.attempts, jitter=jitter))


def _later(message: QueuedMessage, reason: str, *, again_at: datetime) -> NextStep:
    if message.attempts >= message.max_attempts:
        return NextStep(NotificationStatus.FAILED, reason)
    if message.expires_at is not None and again_at >= message.expires_at:
        return NextStep(NotificationStatus.FAILED, _join(reason, TOO_LATE))
    return NextStep(NotificationStatus.QUEUED, reason, again_at)


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
