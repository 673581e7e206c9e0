"""Lists overdue invoices and reminds of them, each level once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.ledger import lock_invoice
from clinicdesk.billing.models import PaymentReminder
from clinicdesk.billing.notifier import OverdueNotifier
from clinicdesk.billing.overdue.errors import (
    DisputedError,
    NoMailError,
    NotOverdueError,
    NotRemindedError,
    PayerDiedError,
    RemindedEnoughError,
    RemindedTodayError,
)
from clinicdesk.billing.overdue.queries import Late, late_invoices, overdue_row, read_late
from clinicdesk.billing.overdue.records import (
    Obstacle,
    OverdueRow,
    ReminderChannel,
    ReminderLetter,
    ReminderRecord,
)
from clinicdesk.billing.overdue.rules import LAST_LEVEL
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.settings.records import OverdueSettings
from clinicdesk.settings.service import load_settings


class OverdueService:
    """Overdue invoices; `reminders` queues what patients are to read, None queues nothing."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        reminders: OverdueNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._reminders = reminders

    @requires(Action.SEE_BILLING)
    def overdue(self, _actor: Actor, clinic_id: int) -> tuple[OverdueRow, ...]:
        """List a clinic's overdue invoices, the latest first; deposits are asked for, not owed."""

        def work(session: Session) -> tuple[OverdueRow, ...]:
            settings = load_settings(session, OverdueSettings)
            late = late_invoices(session, clinic_id, now=self._clock.now())
            return tuple(overdue_row(each, settings) for each in late)

        return self._database.read(work)

    @requires(Action.INVOICE)
    def remind(self, actor: Actor, invoice_id: int, channel: ReminderChannel) -> ReminderRecord:
        """Remind whoever pays of an overdue invoice, one level above the last reminder.

        A mail is queued; a letter is only written down, and drawn from what `letter` gives.

        Raises:
            NotOverdueError, DisputedError, PayerDiedError, NoMailError, RemindedEnoughError,
            RemindedTodayError, UnknownInvoiceError: as named; nobody was reminded.
        """

        def work(transaction: Transaction) -> ReminderRecord:
            late = self._locked(transaction, invoice_id)
            _check(late)
            return self._write_down(transaction, actor, late, level=late.level + 1, channel=channel)

        return self._database.write(work)

    @requires(Action.INVOICE)
    def remind_due(self, actor: Actor) -> int:
        """Mail every reminder that the settings ask for today, and give how many there were.

        Only where the settings let it happen by itself. Who cannot be mailed stays in the list.
        """
        return sum(self._remind_if_due(actor, invoice_id) for invoice_id in self._due_ids())

    @requires(Action.SEE_BILLING)
    def letter(self, _actor: Actor, invoice_id: int) -> ReminderLetter:
        """Give what stands in the letter of the last reminder of an invoice.

        Raises:
            NotRemindedError: no reminder went out yet.
            UnknownInvoiceError: there is none of that id.
        """

        def work(session: Session) -> ReminderLetter:
            late = read_late(session, invoice_id, now=self._clock.now())
            if not late.level:
                raise NotRemindedError
            return _letter(late)

        return self._database.read(work)

    def _due_ids(self) -> list[int]:
        def work(session: Session) -> list[int]:
            settings = load_settings(session, OverdueSettings)
            if not settings.is_automatic or self._reminders is None:
                return []
            clinics = session.scalars(select(Clinic.id).where(Clinic.is_active)).all()
            now = self._clock.now()
            return [
                late.invoice.id
                for clinic_id in clinics
                for late in late_invoices(session, clinic_id, now=now)
                if late.can_be_mailed and late.next_level(settings) is not None
            ]

        return self._database.read(work)

    def _remind_if_due(self, actor: Actor, invoice_id: int) -> bool:
        """Look again under the invoice's lock: another worker may have been faster."""

        def work(transaction: Transaction) -> bool:
            late = self._locked(transaction, invoice_id)
            level = late.next_level(load_settings(transaction.session, OverdueSettings))
            if level is None or not late.can_be_mailed:
                return False
            self._write_down(transaction, actor, late, level=level, channel=ReminderChannel.MAIL)
            return True

        return self._database.write(work)

    def _locked(self, transaction: Transaction, invoice_id: int) -> Late:
        lock_invoice(transaction, invoice_id)
        return read_late(transaction.session, invoice_id, now=self._clock.now())

    def _write_down(
        self,
        transaction: Transaction,
        actor: Actor,
        late: Late,
        *,
        level: int,
        channel: ReminderChannel,
    ) -> ReminderRecord:
        now, invoice_id = self._clock.now(), late.invoice.id
        if channel is ReminderChannel.MAIL:
            self._queue(transaction, late, level)
        transaction.session.add(
            PaymentReminder(
                invoice_id=invoice_id,
                level=level,
                channel=channel,
                reminded_at=now,
                reminded_by=actor.user_id,
            )
        )
        transaction.session.flush()
        self._audit.record(
            transaction,
            actor,
            "remind of unpaid invoice",
            entity="invoice",
            entity_id=invoice_id,
            level=level,
            channel=channel.value,
        )
        transaction.changed(Topic.INVOICE, invoice_id)
        return ReminderRecord(invoice_id, late.invoice.number, late.payer_name, level, channel, now)

    def _queue(self, transaction: Transaction, late: Late, level: int) -> None:
        if self._reminders is None or not self._reminders.payment_overdue(
            transaction, late.invoice.id, level=level
        ):
            raise NoMailError


def _check(late: Late) -> None:
    if not late.is_overdue:
        raise NotOverdueError
    if late.obstacle is Obstacle.DISPUTED:
        raise DisputedError
    if late.obstacle is Obstacle.DIED:
        raise PayerDiedError
    if late.level >= LAST_LEVEL:
        raise RemindedEnoughError
    if late.reminded_on == late.today:
        raise RemindedTodayError


def _letter(late: Late) -> ReminderLetter:
    invoice = late.invoice
    return ReminderLetter(
        invoice_id=invoice.id,
        clinic_id=invoice.clinic_id,
        level=late.level,
        payer_name=late.payer_name,
        payer_address=late.payer.address,
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        days_late=late.days_late,
        total=Money(invoice.total_minor, invoice.currency),
        due=Money(late.due_minor, invoice.currency),
        written_on=late.today,
    )
