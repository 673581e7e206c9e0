"""How a worker takes messages from the queue and settles them: by lease, one message at a time.

A claim leases messages until an instant and puts their next attempt there, so a claim whose worker
died simply falls due again. A worker marks each message as begun before sending it; that mark and
the outcome are written only while the lease is still the worker's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Dialect, Integer, Text, bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from clinicdesk.database.base import Choice, Instant
from clinicdesk.database.prepared import Prepared
from clinicdesk.outbox.models import IS_WAITING, Notification, WorkerHeartbeat
from clinicdesk.outbox.records import Channel, NotificationStatus, QueuedMessage
from clinicdesk.outbox.rules import ENDED_MIDWAY, TOO_LATE, UNKNOWN_ONCE, NextStep

_N = Notification
_FIELDS = (
    _N.id,
    _N.message_key,
    _N.kind,
    _N.channel,
    _N.recipient,
    _N.patient_id,
    _N.appointment_id,
    _N.invoice_id,
    _N.facts,
    (_N.attempts + 1).label("attempts"),
    _N.max_attempts,
    _N.expires_at,
    _N.reason,
)
_FIELD_NAMES = tuple(field.key for field in _FIELDS)
_OWN = (_N.id == bindparam("row_id"), _N.lease_holder == bindparam("holder"))
_BEGIN = (
    update(_N)
    .where(*_OWN, _N.status == NotificationStatus.QUEUED)
    .values(status=NotificationStatus.SENDING, attempts=_N.attempts + 1)
)
_SETTLE = (
    update(_N)
    .where(*_OWN, _N.status == NotificationStatus.SENDING)
    .values(
        status=bindparam("to_status", type_=Choice(NotificationStatus)),
        reason=bindparam("to_reason", type_=Text()),
        provider_id=bindparam("to_provider_id", type_=Text()),
        recipient=func.coalesce(bindparam("to_recipient", type_=Text()), _N.recipient),
        next_attempt_at=func.coalesce(bindparam("again_at", type_=Instant()), _N.next_attempt_at),
        sent_at=bindparam("at_sent", type_=Instant()),
        attempts=_N.attempts - bindparam("not_counted", type_=Integer()),
        lease_holder="",
        lease_until_at=None,
    )
)


def set_aside_hopeless(connection: Connection, *, now: datetime) -> list[int]:
    """End what came too late, and what was begun too often without ever coming to an end."""
    due = (IS_WAITING, _N.next_attempt_at <= now)
    expired = update(_N).where(*due, _N.expires_at <= now)
    endless = update(_N).where(*due, _N.attempts >= _N.max_attempts)
    ended = [
        expired.values(status=NotificationStatus.EXPIRED, reason=TOO_LATE, lease_holder=""),
        endless.values(status=NotificationStatus.FAILED, reason=ENDED_MIDWAY, lease_holder=""),
    ]
    return [
        row_id for one in ended for row_id in connection.execute(one.returning(_N.id)).scalars()
    ]


def claim(
    connection: Connection,
    *,
    limit: int,
    holder: str,
    now: datetime,
    lease: timedelta,
    channels: Iterable[Channel],
) -> list[QueuedMessage]:
    """Lease up to `limit` due messages to `holder`, the longest due first.

    Two workers never get the same message: on SQLite the writing transaction is the only one, on
    PostgreSQL rows that another one is claiming are passed over. What another worker had begun and
    never ended is marked: its outcome is unknown. The attempts given count the one to come.
    """
    rows = connection.execute(
        select(*_FIELDS, _N.status)
        .where(IS_WAITING, _N.next_attempt_at <= now, _N.channel.in_(list(channels)))
        .order_by(_N.next_attempt_at, _N.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return []
    leased = update(_N).values(
        status=NotificationStatus.QUEUED,
        lease_holder=holder,
        lease_until_at=now + lease,
        next_attempt_at=now + lease,
    )
    connection.execute(leased.where(_N.id.in_([row.id for row in rows])))
    begun = [row.id for row in rows if row.status is NotificationStatus.SENDING]
    if begun:
        connection.execute(update(_N).where(_N.id.in_(begun)).values(reason=UNKNOWN_ONCE))
    return [_message(row) for row in rows]


def _message(row: Any) -> QueuedMessage:
    *values, status = row
    message = QueuedMessage(**dict(zip(_FIELD_NAMES, values, strict=True)))
    is_begun = status is NotificationStatus.SENDING
    return replace(message, reason=UNKNOWN_ONCE) if is_begun else message


class Progress:
    """Marks one claimed message after the other as begun and as settled, for one `holder`."""

    def __init__(self, holder: str, *, dialect: Dialect) -> None:
        self._holder = holder
        self._begin = Prepared(_BEGIN, dialect=dialect)
        self._settle = Prepared(_SETTLE, dialect=dialect)

    def begin(self, cursor: Any, message_id: int) -> bool:
        """Mark a claimed message as begun, which makes one attempt more.

        False if it is not this holder's to send any more: cancelled, or claimed by another.
        """
        return self._begin.run(cursor, row_id=message_id, holder=self._holder) == 1

    def settle(
        self,
        cursor: Any,
        message_id: int,
        step: NextStep,
        *,
        now: datetime,
        recipient: str | None = None,
    ) -> bool:
        """Write what became of a begun message; False if the lease is not this holder's any more.

        `recipient` is the address it really went to, when that is another than the queued one.
        """
        done = self._settle.run(
            cursor,
            row_id=message_id,
            holder=self._holder,
            to_status=step.status,
            to_reason=step.reason,
            to_provider_id=step.provider_id,
            to_recipient=recipient or None,
            again_at=step.next_attempt_at,
            at_sent=now if step.status is NotificationStatus.SENT else None,
            not_counted=0 if step.counts else 1,
        )
        return done == 1


def release(
    connection: Connection, message_ids: Sequence[int], *, holder: str, now: datetime, reason: str
) -> None:
    """Give claimed messages that were not begun back to the queue, due at once."""
    if not message_ids:
        return
    given_back = update(_N).where(
        _N.id.in_(message_ids),
        _N.lease_holder == holder,
        _N.status == NotificationStatus.QUEUED,
    )
    kept = case((_N.reason.startswith(UNKNOWN_ONCE), _N.reason), else_=reason or _N.reason)
    connection.execute(
        given_back.values(lease_holder="", lease_until_at=None, next_attempt_at=now, reason=kept)
    )


def beat(connection: Connection, worker: str, *, now: datetime) -> None:
    """Note that a worker is at work."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(WorkerHeartbeat).values(worker=worker, seen_at=now)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["worker"], set_={"seen_at": now})
    )
