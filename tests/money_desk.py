"""A desk with everything about money in front of the card provider, put together as the program is.

`check_books` holds our books against the provider's: nobody is charged more than was due, and
every charge and refund is known here.
"""

import uuid
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.app import Services, build_services
from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.billing.records import InvoiceKind, InvoiceRecord
from clinicdesk.changes import ChangeBus
from clinicdesk.money import Money
from clinicdesk.payments.gateway import ProviderEvent
from clinicdesk.payments.links.gateway import LinkGateway
from clinicdesk.payments.models import Payment, Refund
from clinicdesk.payments.records import (
    AT_PROVIDER,
    CardProgress,
    PaymentRecord,
    PaymentStatus,
    ReaderStep,
    RefundRecord,
    RefundStage,
)
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.secrets import STRIPE_KEY
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.services import KeptSecrets
from tests.stripe_desk import READER

FOR_LONG = 50


@dataclass
class MoneyDesk(BillingDesk):
    """One clinic "Main" with two readers; its services reach `stripe` by HTTP."""

    stripe: TrainingStripe = field(kw_only=True)

    def __post_init__(self) -> None:
        self.services = self.another_program()
        self.audit = self.services.audit
        self.clinics = self.services.clinics
        self.billing = self.services.billing
        self.payments = self.services.payments
        self.refunds = self.services.refunds
        self.readers = self.services.readers

    def another_program(self) -> Services:
        """Start the program once more over the same data, as after a kill or at another desk."""
        secrets = KeptSecrets()
        secrets.set(STRIPE_KEY, TRAINING_KEY)
        services = build_services(self.database, bus=ChangeBus(), clock=self.clock, secrets=secrets)
        services.settings.save(SETUP, PaymentSettings(api_base=self.stripe.api_base))
        return services

    def open(self) -> "MoneyDesk":
        """Set the clinic and its readers up."""
        self.set_up()
        found = self.readers.take_over(SETUP, self.clinic_id)
        self.reader_ids = {reader.label: reader.id for reader in found}
        self.reader_id, self.other_reader_id = self.reader_ids.values()
        return self

    # --- what a desk does ------------------------------------------------------------------

    def take(self, invoice: InvoiceRecord, minor: int | None = None) -> CardProgress:
        amount = invoice.due if minor is None else Money(minor, invoice.due.currency)
        return self.payments.create_payment_intent(
            RECEPTIONIST, invoice.id, amount=amount, reader_id=self.reader_id
        )

    def look(self, progress: CardProgress) -> CardProgress:
        return self.payments.confirm_payment(RECEPTIONIST, progress.payment.id)

    def paid(self, minor: int = 9500) -> PaymentRecord:
        """Take a card payment from its beginning to its end."""
        begun = self.take(self.invoice(minor))
        self.stripe.present_card(READER)
        done = self.look(begun)
        assert done.step is ReaderStep.PAID
        return done.payment

    def give_back(self, payment: PaymentRecord, minor: int, *, key: str = "") -> RefundRecord:
        return self.refunds.process_refund(
            MANAGER,
            payment.id,
            amount=pounds(minor),
            reason="Wrong service",
            refund_key=key or str(uuid.uuid4()),
        )

    def spoil(self, kind: FaultKind, path: str, *, method: str = "POST", times: int = 1) -> Fault:
        return self.stripe.faults.add(Fault(kind, method=method, path=path, times=times))

    def cut_the_line(self, *, done: bool = False) -> None:
        """Let no answer come any more, whatever is asked; with `done` it is done all the same."""
        for method in ("GET", "POST"):
            kind = FaultKind.DROP_AFTER if done else FaultKind.DROP_BEFORE
            self.spoil(kind, "*", method=method, times=FOR_LONG)

    def heal(self) -> None:
        self.stripe.faults.clear()

    def events_since(self, event: ProviderEvent) -> list[ProviderEvent]:
        gateway = StripeGateway(TRAINING_KEY, api_base=self.stripe.api_base)
        return list(gateway.events_after(event.event_id, limit=100))

    def newest_event(self) -> ProviderEvent:
        newest = StripeGateway(TRAINING_KEY, api_base=self.stripe.api_base).newest_event()
        assert newest is not None
        return newest

    def gateway_links(self) -> LinkGateway:
        return StripeGateway(TRAINING_KEY, api_base=self.stripe.api_base).links

    def provider_refund_id(self) -> str:
        """Give the newest refund by the provider's name for it."""
        return list(self.stripe._book.table("refunds"))[-1]

    # --- the books -----------------------------------------------------------------------------

    def charged(self) -> int:
        return sum(line.captured.minor for line in self.stripe.ledger().values())

    def check_books(self, *, charged: int, overpaid: int = 0) -> None:
        """The provider took `charged` in all; every charge and refund of it is known here.

        No invoice was paid more than it asks for, except for `overpaid` in all, which is shown.
        """
        assert self.charged() == charged
        lines = {name: line for name, line in self.stripe.ledger().items() if line.captured.minor}
        payments = {p.intent_id: p for p in self._payments() if p.method in AT_PROVIDER}
        done = {
            name: payment.amount_minor
            for name, payment in payments.items()
            if payment.status is PaymentStatus.COMPLETED
        }
        assert done == {name: line.captured.minor for name, line in lines.items()}
        given_back = Counter[str | None]()
        for refund, payment in self._refunds():
            given_back[payment.intent_id] += refund.amount_minor
        for name, line in lines.items():
            assert given_back[name] == line.refunded.minor
        assert self._too_much() == overpaid
        assert self.audit.verify(SETUP).is_whole

    def _payments(self) -> list[Payment]:
        return self.database.read(lambda session: list(session.scalars(select(Payment))))

    def _refunds(self) -> list[tuple[Refund, Payment]]:
        counted = (
            select(Refund, Payment)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Refund.status != RefundStage.FAILED, Payment.method.in_(AT_PROVIDER))
        )
        return self.database.read(
            lambda session: [(row[0], row[1]) for row in session.execute(counted)]
        )

    def _too_much(self) -> int:
        def work(session: Session) -> int:
            invoices = session.scalars(select(Invoice)).all()
            moved = session.scalars(select(InvoiceMovement)).all()
            due = Counter({invoice.id: invoice.total_minor for invoice in invoices})
            for movement in moved:
                due[movement.invoice_id] -= movement.money_minor + movement.waived_minor
            asks = [i.id for i in invoices if i.kind is not InvoiceKind.DEPOSIT]
            return sum(max(0, -due[invoice_id]) for invoice_id in asks)

        return self.database.read(work)
