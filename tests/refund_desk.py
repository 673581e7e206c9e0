"""A desk in front of the card provider's stand-in, with a visit that was paid by card."""

import uuid

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.payments.disputes.service import DisputeService
from clinicdesk.payments.events.service import EventService
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.reconciliation.service import ReconciliationService
from clinicdesk.payments.records import PaymentRecord, ReaderStep, RefundRecord
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.stripe_desk import READER, REFUNDS

FOR_LONG = 50


class RefundDesk(BillingDesk):
    """A desk with an invoice that was paid by card."""

    stripe: TrainingStripe
    invoice_id: int

    def events(self) -> EventService:
        links = LinkService(
            self.database, clock=self.clock, audit=self.audit, gateways=self.gateways
        )
        disputes = DisputeService(
            self.database, clock=self.clock, audit=self.audit, gateways=self.gateways
        )
        reconciliation = ReconciliationService(
            self.database,
            clock=self.clock,
            audit=self.audit,
            gateways=self.gateways,
            payments=self.payments,
            refunds=self.refunds,
            links=links,
            disputes=disputes,
        )
        return EventService(
            self.database,
            clock=self.clock,
            gateways=self.gateways,
            payments=self.payments,
            refunds=self.refunds,
            links=links,
            disputes=disputes,
            reconciliation=reconciliation,
        )

    def paid(self, minor: int = 9500) -> PaymentRecord:
        invoice = self.invoice(minor)
        self.invoice_id = invoice.id
        (reader, *_) = self.readers.take_over(SETUP, self.clinic_id)
        begun = self.payments.create_payment_intent(
            RECEPTIONIST, invoice.id, amount=invoice.due, reader_id=reader.id
        )
        self.stripe.present_card(READER)
        done = self.payments.confirm_payment(RECEPTIONIST, begun.payment.id)
        assert done.step is ReaderStep.PAID
        return done.payment

    def refund(
        self, payment: PaymentRecord, minor: int, *, key: str = "", still_owed: bool = False
    ) -> RefundRecord:
        return self.refunds.process_refund(
            MANAGER,
            payment.id,
            amount=pounds(minor),
            reason="Wrong service",
            refund_key=key or str(uuid.uuid4()),
            still_owed=still_owed,
        )

    def spoil(self, kind: FaultKind, path: str = REFUNDS, method: str = "POST") -> Fault:
        return self.stripe.faults.add(Fault(kind, method=method, path=path, times=FOR_LONG))

    def given_back(self) -> int:
        (line,) = self.stripe.ledger().values()
        return line.refunded.minor

    def whole(self) -> InvoiceRecord:
        return self.billing.invoice(RECEPTIONIST, self.invoice_id)

    def payment(self) -> PaymentRecord:
        (payment,) = self.payments.payments_of_invoice(RECEPTIONIST, self.invoice_id)
        return payment

    def check(self, *, given_back_minor: int) -> None:
        """The provider's books, ours and the invoice agree."""
        payment, invoice = self.payment(), self.whole()
        assert self.given_back() == given_back_minor
        assert payment.refunded.minor == given_back_minor
        assert payment.refundable == payment.amount - payment.refunded
        assert invoice.paid == payment.amount - payment.refunded
        shown = sum(-entry.amount.minor for entry in invoice.ledger if entry.amount.minor < 0)
        assert shown == given_back_minor
        assert self.audit.verify(SETUP).is_whole


def refund_desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> RefundDesk:
    """Set the clinic up in front of the stand-in."""
    gateway = StripeGateway(TRAINING_KEY, api_base=stripe.api_base)
    desk = RefundDesk(database, clock, lambda: gateway)
    desk.stripe = stripe
    desk.set_up()
    return desk
