"""Shows how the messages stand, and puts a failed one back into the queue."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.outbox.errors import MessageNotFailedError, MessageTooLateError
from clinicdesk.outbox.models import IS_WAITING, Notification, WorkerHeartbeat
from clinicdesk.outbox.records import NotificationRecord, NotificationStatus, OutboxSummary

NEWEST = 200


class OutboxService:
    """The clinic's messages as the desk sees them."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.SEE_MESSAGES)
    def notifications(
        self, _actor: Actor, *, limit: int = NEWEST
    ) -> tuple[NotificationRecord, ...]:
        """List the messages, the newest first."""
        newest = select(Notification).order_by(Notification.id.desc()).limit(limit)
        return self._database.read(
            lambda session: tuple(_record(row) for row in session.scalars(newest))
        )

    @requires(Action.SEE_MESSAGES)
    def summary(self, _actor: Actor) -> OutboxSummary:
        """Say how the queue stands."""
        now = self._clock.now()
        return self._database.read(lambda session: _summary(session, now))

    @requires(Action.SEE_MESSAGES)
    def retry(self, actor: Actor, notification_id: int) -> None:
        """Put a failed message back into the queue, due now, with its attempts counted anew.

        Raises:
            MessageNotFailedError: it was sent, waits already, or is not there.
            MessageTooLateError: what it is about is over.
        """
        now = self._clock.now()

        def work(transaction: Transaction) -> None:
            row = transaction.session.get(Notification, notification_id, with_for_update=True)
            if row is None or row.status is not NotificationStatus.FAILED:
                raise MessageNotFailedError
            if row.expires_at is not None and row.expires_at <= now:
                raise MessageTooLateError
            row.status, row.attempts, row.reason = NotificationStatus.QUEUED, 0, ""
            row.next_attempt_at = now
            self._audit.record(
                transaction, actor, "message retried", entity="notification", entity_id=row.id
            )
            transaction.changed(Topic.NOTIFICATION, row.id)

        self._database.write(work)


def _summary(session: Session, now: datetime) -> OutboxSummary:
    overdue = select(Notification.reason).where(IS_WAITING, Notification.next_attempt_at <= now)
    queued, next_due_at = session.execute(
        select(func.count(), func.min(Notification.next_attempt_at)).where(IS_WAITING)
    ).one()
    failed = select(func.count()).where(Notification.status == NotificationStatus.FAILED)
    reasons = overdue.where(Notification.reason != "").order_by(Notification.next_attempt_at)
    return OutboxSummary(
        queued=queued,
        failed=session.execute(failed).scalar_one(),
        next_due_at=next_due_at,
        worker_seen_at=session.execute(select(func.max(WorkerHeartbeat.seen_at))).scalar(),
        overdue=session.execute(select(func.count()).select_from(overdue.subquery())).scalar_one(),
        trouble=session.execute(reasons.limit(1)).scalar() or "",
    )


def _record(row: Notification) -> NotificationRecord:
    return NotificationRecord(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        recipient=row.recipient,
        patient_id=row.patient_id,
        appointment_id=row.appointment_id,
        status=row.status,
        due_at=row.due_at,
        attempts=row.attempts,
        reason=row.reason,
        sent_at=row.sent_at,
    )
