"""Messages as screens and channels see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class NotificationStatus(StrEnum):
    """Where a message stands.

    QUEUED waits, or is claimed by a worker that has not begun with it. SENDING is begun; one whose
    lease ran out has an unknown outcome and is sent once more with the same Message-ID. SUPPRESSED
    was not sent because it no longer makes sense, EXPIRED because it came too late.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class NewNotification:
    """A message to queue.

    `unique_key` says what it is about so that the same message is queued once: kind, visit, the
    visit's time, channel, recipient. `due_at` is when it goes; `expires_at` when it is pointless.
    """

    unique_key: str
    kind: str
    channel: Channel
    recipient: str
    due_at: datetime
    expires_at: datetime | None = None
    patient_id: int | None = None
    appointment_id: int | None = None
    invoice_id: int | None = None
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A claimed message as the one who writes its text sees it; `attempts` counts this one."""

    id: int
    message_key: str
    kind: str
    channel: Channel
    recipient: str
    patient_id: int | None
    appointment_id: int | None
    invoice_id: int | None
    facts: dict[str, Any]
    attempts: int
    max_attempts: int = 5
    expires_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """What is sent: subject and text, HTML if any, and attachments.

    `recipient` is set when the message goes to another address than the one it was queued for.
    `headers` are further ones whose names begin with X-; nothing about a patient stands in them.
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    sender_name: str = ""
    reply_to: str = ""
    recipient: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Skip:
    """A writer's answer when the message must not go: SUPPRESSED or EXPIRED, and why."""

    reason: str
    status: NotificationStatus = NotificationStatus.SUPPRESSED


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One written message to one recipient; `message_key` is the same at every attempt."""

    message_key: str
    recipient: str
    content: WrittenMessage


class Outcome(StrEnum):
    """What became of one attempt to send.

    REFUSED is for good; POSTPONED may work later; UNKNOWN means that it may have gone; HALTED means
    that nothing went and that no other message would go by this channel now.
    """

    SENT = "sent"
    REFUSED = "refused"
    POSTPONED = "postponed"
    UNKNOWN = "unknown"
    HALTED = "halted"


@dataclass(frozen=True, slots=True)
class SendResult:
    """An attempt's outcome with a plain reason; `pause` is how long a halted channel rests."""

    outcome: Outcome
    reason: str = ""
    provider_id: str = ""
    pause: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one run of the worker did, in messages; `halted` says what stopped a channel."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    skipped: int = 0
    halted: str = ""


@dataclass(frozen=True, slots=True)
class NotificationRecord:
    """A message in a list."""

    id: int
    kind: str
    channel: Channel
    recipient: str
    patient_id: int | None
    appointment_id: int | None
    status: NotificationStatus
    due_at: datetime
    attempts: int
    reason: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """How the queue stands: how many wait, how many failed, and when the next one is due.

    `overdue` counts those that should have gone already, and `trouble` says what holds them up.
    """

    queued: int
    failed: int
    next_due_at: datetime | None
    worker_seen_at: datetime | None
    overdue: int = 0
    trouble: str = ""
