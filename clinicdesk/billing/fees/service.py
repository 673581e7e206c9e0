"""Charges missed and late-cancelled visits, or lets patients off."""

from datetime import timedelta

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.fees.errors import FeeReasonMissingError, NoFeeError
from clinicdesk.billing.fees.queries import pending_fees
from clinicdesk.billing.fees.records import FeeCause, PendingFee
from clinicdesk.billing.issuing import Issuer, NewInvoice, write_numbered
from clinicdesk.billing.models import FeeDecision
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.billing.queries import invoice_record
from clinicdesk.billing.records import InvoiceKind, InvoiceRecord
from clinicdesk.billing.rules import priced_line
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Service
from clinicdesk.clock import Clock, clinic_day
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import TaxMode
from clinicdesk.schedule.models import Appointment
from clinicdesk.settings.records import FeeSettings, ScheduleSettings
from clinicdesk.settings.service import load_settings

WORDS = {FeeCause.NO_SHOW: "Missed visit", FeeCause.LATE_CANCELLATION: "Late cancellation"}


class FeeService:
    """Fees by the rule in FeeSettings; `notifier` is told of each invoice.

    Of a visit it is decided once: charged or let off. A fee of a visit that stands again later is
    taken back by a credit note.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: BillingNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._issuer = Issuer(clock=clock, audit=audit, notifier=notifier)

    @requires(Action.SEE_BILLING)
    def pending(self, _actor: Actor, clinic_id: int) -> tuple[PendingFee, ...]:
        """List a clinic's visits that cost a fee and are not decided yet, oldest first."""

        def work(session: Session) -> tuple[PendingFee, ...]:
            settings = load_settings(session, FeeSettings)
            return pending_fees(session, settings, clinic_id=clinic_id)

        return self._database.read(work)

    @requires(Action.INVOICE)
    def charge(self, actor: Actor, appointment_id: int) -> InvoiceRecord:
        """Make the invoice of a visit's fee.

        Raises:
            NoFeeError: none is open; of two desks the second hears this.
        """

        def work(transaction: Transaction) -> InvoiceRecord:
            fee = self._open_fee(transaction, appointment_id)
            invoice_id = self._charge(transaction, actor, fee)
            return invoice_record(transaction.session, invoice_id, now=self._clock.now())

        return write_numbered(self._database, work)

    @requires(Action.WAIVE_FEE)
    def waive(self, actor: Actor, appointment_id: int, *, reason: str) -> None:
        """Let the patient off.

        Raises:
            FeeReasonMissingError, NoFeeError: as named.
        """
        if not reason.strip():
            raise FeeReasonMissingError

        def work(transaction: Transaction) -> None:
            fee = self._open_fee(transaction, appointment_id)
            self._decide(transaction, actor, fee, invoice_id=None, reason=reason.strip())

        self._database.write(work)

    @requires(Action.INVOICE)
    def charge_due(self, actor: Actor) -> int:
        """Charge what can no longer be taken back freely; run it regularly, it charges once.

        Gives how many were charged: none unless the clinic chose that it happens by itself.
        """

        def find(session: Session) -> tuple[PendingFee, ...]:
            settings = load_settings(session, FeeSettings)
            if not settings.is_automatic:
                return ()
            minutes = load_settings(session, ScheduleSettings).free_undo_minutes
            latest = self._clock.now() - timedelta(minutes=minutes)
            return tuple(one for one in pending_fees(session, settings) if one.since_at < latest)

        due = self._database.read(find)
        return sum(self._charge_if_open(actor, fee.appointment_id) for fee in due)

    def _charge_if_open(self, actor: Actor, appointment_id: int) -> bool:
        try:
            self.charge(actor, appointment_id)
        except NoFeeError:
            return False
        return True

    def _open_fee(self, transaction: Transaction, appointment_id: int) -> PendingFee:
        session = transaction.session
        session.get(Appointment, appointment_id, with_for_update=True)
        settings = load_settings(session, FeeSettings)
        found = pending_fees(session, settings, appointment_id=appointment_id)
        if not found:
            raise NoFeeError
        return found[0]

    def _charge(self, transaction: Transaction, actor: Actor, fee: PendingFee) -> int:
        session = transaction.session
        visit = session.get_one(Appointment, fee.appointment_id)
        service = session.get_one(Service, visit.service_id)
        day = clinic_day(fee.starts_at, fee.time_zone)
        line = priced_line(
            f"{WORDS[fee.cause]}, {fee.service_name}, {day:%d.%m.%Y}",
            quantity=1,
            unit_price=fee.fee,
            tax_basis_points=0,
            tax_mode=TaxMode.EXEMPT,
            service_id=service.id,
        )
        invoice_id = self._issuer.issue(
            transaction,
            actor,
            NewInvoice(
                fee.clinic_id,
                fee.patient_id,
                (line,),
                kind=InvoiceKind.FEE,
                doctor_id=fee.doctor_id,
            ),
        )
        self._decide(transaction, actor, fee, invoice_id=invoice_id, reason="")
        return invoice_id

    def _decide(
        self,
        transaction: Transaction,
        actor: Actor,
        fee: PendingFee,
        *,
        invoice_id: int | None,
        reason: str,
    ) -> None:
        transaction.session.add(
            FeeDecision(
                appointment_id=fee.appointment_id,
                invoice_id=invoice_id,
                reason=reason,
                decided_at=self._clock.now(),
                decided_by=actor.user_id,
            )
        )
        transaction.session.flush()
        self._audit.record(
            transaction,
            actor,
            "charge fee" if invoice_id else "let off fee",
            entity="appointment",
            entity_id=fee.appointment_id,
            fee_minor=fee.fee.minor,
            currency=fee.fee.currency,
            reason=reason,
        )
        transaction.changed(Topic.INVOICE, invoice_id or 0)
