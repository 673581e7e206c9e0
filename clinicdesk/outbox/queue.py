"""Puts messages into the queue and takes them off it, in the transaction of their cause."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from clinicdesk.changes import Topic
from clinicdesk.database.session import Transaction
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.records import NewNotification, NotificationStatus
from clinicdesk.outbox.rules import MAX_ATTEMPTS


def queue_notification(
    transaction: Transaction, new: NewNotification, *, now: datetime
) -> int | None:
    """Queue a message within the caller's transaction; give its id, None if it exists already.

    It exists at most once per `unique_key`, whoever queues it and however often.
    """
    values = {
        "message_key": uuid.uuid4().hex,
        "unique_key": new.unique_key,
        "kind": new.kind,
        "channel": new.channel,
        "recipient": new.recipient,
        "patient_id": new.patient_id,
        "appointment_id": new.appointment_id,
        "invoice_id": new.invoice_id,
        "facts": dict(new.facts),
        "status": NotificationStatus.QUEUED,
        "due_at": new.due_at,
        "next_attempt_at": new.due_at,
        "expires_at": new.expires_at,
        "attempts": 0,
        "max_attempts": MAX_ATTEMPTS,
        "lease_until_at": None,
        "lease_holder": "",
        "reason": "",
        "provider_id": "",
        "created_at": now,
        "sent_at": None,
    }
    connection = transaction.session.connection()
    row_id = _insert_new(connection, values)
    if row_id is not None:
        transaction.changed(Topic.NOTIFICATION, row_id)
    return row_id


def _insert_new(connection: Connection, values: dict[str, Any]) -> int | None:
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(Notification).on_conflict_do_nothing(index_elements=["unique_key"])
    found: int | None = connection.execute(
        statement.returning(Notification.id), values
    ).scalar_one_or_none()
    return found


def take_back(transaction: Transaction, *, unique_key: str, reason: str) -> bool:
    """Take one waiting message off the queue; tells whether it had not gone yet."""
    row_id = (
        transaction.session.connection()
        .execute(
            update(Notification)
            .where(
                Notification.unique_key == unique_key,
                Notification.status == NotificationStatus.QUEUED,
            )
            .values(status=NotificationStatus.SUPPRESSED, reason=reason, lease_holder="")
            .returning(Notification.id)
        )
        .scalar_one_or_none()
    )
    if row_id is not None:
        transaction.changed(Topic.NOTIFICATION, row_id)
    return row_id is not None


def suppress(
    transaction: Transaction, *, appointment_id: int, reason: str, kinds: Sequence[str] = ()
) -> list[str]:
    """Take an appointment's waiting messages off the queue and give their kinds.

    `kinds` narrows it. One that is being sent this moment can no longer be held back.
    """
    statement = (
        update(Notification)
        .where(
            Notification.appointment_id == appointment_id,
            Notification.status == NotificationStatus.QUEUED,
        )
        .values(status=NotificationStatus.SUPPRESSED, reason=reason, lease_holder="")
        .returning(Notification.id, Notification.kind)
    )
    if kinds:
        statement = statement.where(Notification.kind.in_(kinds))
    rows = transaction.session.connection().execute(statement).all()
    for row in rows:
        transaction.changed(Topic.NOTIFICATION, row.id)
    return [row.kind for row in rows]
