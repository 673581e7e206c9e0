"""Decides which messages a change in the calendar or the till brings, and queues them with it."""

from datetime import datetime, timedelta

from clinicdesk.clock import Clock
from clinicdesk.database.session import Transaction
from clinicdesk.outbox.queue import queue_notification, suppress
from clinicdesk.outbox.records import Channel, NewNotification
from clinicdesk.reminders.queries import read_payment, read_visit
from clinicdesk.reminders.records import Kind, VisitFacts
from clinicdesk.reminders.rules import reminder_due_at
from clinicdesk.settings.records import ReminderSettings
from clinicdesk.settings.service import load_settings

MOVED = "The appointment was moved."
CANCELLED = "The appointment was cancelled."
UNCONFIRMED = "The appointment is a request again."
INVOICE_IS_NEWS_FOR = timedelta(days=14)


class Notifier:
    """Queues what patients are to read, in the transaction of its cause; it sends nothing.

    Written to are patients with an e-mail address who want e-mail, and about visits ahead.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def confirmed(self, transaction: Transaction, appointment_id: int) -> None:
        """Queue the confirmation, due now, and the reminder."""
        self._announce(transaction, appointment_id, Kind.CONFIRMATION)

    def unconfirmed(self, transaction: Transaction, appointment_id: int) -> None:
        """Take back what is queued for the visit, and write nothing."""
        suppress(transaction, appointment_id=appointment_id, reason=UNCONFIRMED)

    def moved(self, transaction: Transaction, appointment_id: int) -> None:
        """Take back what is queued for the former time; queue the news and a new reminder."""
        suppress(transaction, appointment_id=appointment_id, reason=MOVED)
        self._announce(transaction, appointment_id, Kind.CHANGED)

    def cancelled(self, transaction: Transaction, appointment_id: int) -> None:
        """Take back what is queued for the visit; queue the cancellation."""
        suppress(transaction, appointment_id=appointment_id, reason=CANCELLED)
        visit = read_visit(transaction.session, appointment_id)
        if visit is not None:
            self._queue(transaction, visit, Kind.CANCELLED, due_at=self._clock.now())

    def invoice_issued(self, transaction: Transaction, invoice_id: int) -> None:
        """Queue nothing: the desk hands an unpaid invoice over, and mails it when it is paid."""

    def payment_received(self, transaction: Transaction, payment_id: int) -> None:
        """Queue the thanks with the invoice, due now."""
        payment = read_payment(transaction.session, payment_id)
        if payment is None or not payment.patient.may_be_mailed:
            return
        now = self._clock.now()
        new = NewNotification(
            unique_key=f"{Kind.PAID_INVOICE}:{payment_id}:{Channel.EMAIL}",
            kind=Kind.PAID_INVOICE,
            channel=Channel.EMAIL,
            recipient=payment.patient.email,
            due_at=now,
            expires_at=now + INVOICE_IS_NEWS_FOR,
            patient_id=payment.patient.patient_id,
            invoice_id=payment.invoice_id,
            facts=(("payment_id", payment_id),),
        )
        queue_notification(transaction, new, now=now)

    def _announce(self, transaction: Transaction, appointment_id: int, news: Kind) -> None:
        visit = read_visit(transaction.session, appointment_id)
        if visit is None:
            return
        now = self._clock.now()
        self._queue(transaction, visit, news, due_at=now)
        settings = load_settings(transaction.session, ReminderSettings)
        due_at = reminder_due_at(
            visit.starts_at,
            hours_before=settings.hours_before,
            time_zone=visit.clinic.time_zone,
        )
        if due_at > now:
            self._queue(transaction, visit, Kind.REMINDER, due_at=due_at)

    def _queue(
        self, transaction: Transaction, visit: VisitFacts, kind: Kind, *, due_at: datetime
    ) -> None:
        now = self._clock.now()
        if visit.starts_at <= now or not visit.patient.may_be_mailed:
            return
        # The version is part of the key: back at its first time, a visit is news once more.
        new = NewNotification(
            unique_key=f"{kind}:{visit.appointment_id}:{visit.version}"
            f":{visit.starts_at:%Y%m%dT%H%MZ}:{Channel.EMAIL}",
            kind=kind,
            channel=Channel.EMAIL,
            recipient=visit.patient.email,
            due_at=due_at,
            expires_at=visit.starts_at,
            patient_id=visit.patient.patient_id,
            appointment_id=visit.appointment_id,
        )
        queue_notification(transaction, new, now=now)
