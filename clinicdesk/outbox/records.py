"""Messages as screens and channels see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class NotificationStatus(StrEnum):
    """Where a message stands.

    SENDING is claimed by a worker; one whose lease ran out has an unknown outcome and is sent once
    more with the same Message-ID. SUPPRESSED was not sent because it no longer makes sense.
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
    """A claimed message as the one who writes its text sees it."""

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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """What is sent: subject and text, HTML if any, and attachments."""

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    sender_name: str = ""
    reply_to: str = ""


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
    """How the queue stands: how many wait, how many failed, and when the next one is due."""

    queued: int
    failed: int
    next_due_at: datetime | None
    worker_seen_at: datetime | None
