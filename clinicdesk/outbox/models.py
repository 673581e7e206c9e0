"""The queue of messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice, Json
from clinicdesk.outbox.records import Channel, NotificationStatus

# Word for word in the index and in every query: otherwise SQLite cannot tell that the index serves.
IS_WAITING = text("notification.status IN ('queued', 'sending')")
_WAITING_ROWS = text("status IN ('queued', 'sending')")


class Notification(Base):
    """A message that is due: what it is about, to whom, and how its sending stands.

    The text is not stored: `kind` and the ids say what to write, and it is written when it is sent,
    so that a moved visit is told with its new time. `unique_key` makes each message exist once.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index(
            "ix_notification_due",
            "next_attempt_at",
            "id",
            sqlite_where=_WAITING_ROWS,
            postgresql_where=_WAITING_ROWS,
        ),
        Index(None, "appointment_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_key: Mapped[str] = mapped_column(unique=True)
    unique_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    recipient: Mapped[str]
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    facts: Mapped[Any] = mapped_column(Json())
    status: Mapped[NotificationStatus] = mapped_column(Choice(NotificationStatus))
    due_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    lease_until_at: Mapped[datetime | None]
    lease_holder: Mapped[str]
    reason: Mapped[str]
    provider_id: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class WorkerHeartbeat(Base):
    """When each worker was last seen at work."""

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
