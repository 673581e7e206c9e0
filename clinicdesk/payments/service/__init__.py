"""Takes payments and gives money back: the services that screens and jobs speak to."""

from collections.abc import Collection, Mapping
from typing import Protocol

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.payments.attempts import AttemptBook
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.queries import open_attempts, open_payment_of, payments_of_invoice
from clinicdesk.payments.records import (
    CardProgress,
    PaymentMethod,
    PaymentRecord,
)
from clinicdesk.payments.service.card import CardPayments, GatewaySource
from clinicdesk.payments.service.cash import CounterPayments
from clinicdesk.payments.service.refunds import RefundService
from clinicdesk.payments.shares import NO_SHARES, Wanted

__all__ = ["GatewaySource", "PaymentService", "RefundService"]


class LinkCloser(Protocol):
    """Closes the payment links of invoices before a card is taken for them."""

    def close_for_desk(self, actor: Actor, invoice_ids: Collection[int]) -> None:
        """Close them, and record what was paid on one meanwhile; raises where that fails."""
        ...


class PaymentService:
    """All that takes money; `gateways` gives the card provider when it is needed.

    Card payments are described in `service.card`, cash, transfers and cheques in `service.cash`.
    Where one payment is for several invoices, `shares` says what the others get of the amount, by
    their ids; with `keeps_surplus` what is paid too much stays the patient's credit.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        gateways: GatewaySource,
        notifier: BillingNotifier | None = None,
        links: LinkCloser | None = None,
    ) -> None:
        self._links = links
        bookkeeper = Bookkeeper(audit, notifier)
        book = AttemptBook(database, clock=clock, bookkeeper=bookkeeper)
        self._database = database
        self._cards = CardPayments(book, gateways)
        self._counter = CounterPayments(database, clock=clock, bookkeeper=bookkeeper)

    @requires(Action.TAKE_PAYMENT)
    def create_payment_intent(
        self,
        actor: Actor,
        invoice_id: int,
        *,
        amount: Money,
        reader_id: int,
        shares: Mapping[int, Money] = NO_SHARES,
        keeps_surplus: bool = False,
    ) -> CardProgress:
        """Reserve an attempt and ask a reader for the card; see `CardPayments.start`.

        A payment link of an invoice that is paid is closed before.
        """
        if self._links is not None:
            self._links.close_for_desk(actor, {invoice_id, *shares})
        wanted = Wanted(invoice_id, amount, shares, keeps_surplus)
        return self._cards.start(actor, wanted, reader_id=reader_id)

    @requires(Action.TAKE_PAYMENT)
    def confirm_payment(self, actor: Actor, payment_id: int) -> CardProgress:
        """Ask how a card payment stands, and record it; see `CardPayments.poll`."""
        return self._cards.poll(actor, payment_id)

    @requires(Action.TAKE_PAYMENT)
    def try_again(
        self, actor: Actor, payment_id: int, *, reader_id: int | None = None
    ) -> CardProgress:
        """Ask for another card for the same payment; see `CardPayments.try_again`."""
        return self._cards.try_again(actor, payment_id, reader_id=reader_id)

    @requires(Action.TAKE_PAYMENT)
    def cancel(self, actor: Actor, payment_id: int) -> CardProgress:
        """Cancel a card payment unless it was paid; see `CardPayments.cancel`."""
        return self._cards.cancel(actor, payment_id)

    @requires(Action.TAKE_PAYMENT)
    def settle_open_attempts(self, actor: Actor) -> tuple[CardProgress, ...]:
        """Look at every open card payment; see `CardPayments.settle_open_attempts`."""
        return self._cards.settle_open_attempts(actor)

    @requires(Action.TAKE_PAYMENT)
    def take_cash(
        self,
        actor: Actor,
        invoice_id: int,
        *,
        amount: Money,
        tendered: Money,
        attempt_key: str = "",
        shares: Mapping[int, Money] = NO_SHARES,
        keeps_surplus: bool = False,
    ) -> PaymentRecord:
        """Take cash and say the change; see `CounterPayments.take_cash`."""
        wanted = Wanted(invoice_id, amount, shares, keeps_surplus)
        return self._counter.take_cash(actor, wanted, tendered=tendered, attempt_key=attempt_key)

    @requires(Action.TAKE_PAYMENT)
    def record_transfer(
        self,
        actor: Actor,
        invoice_id: int,
        *,
        amount: Money,
        attempt_key: str = "",
        reference: str = "",
        shares: Mapping[int, Money] = NO_SHARES,
        keeps_surplus: bool = False,
    ) -> PaymentRecord:
        """Write down a bank transfer that has arrived; see `CounterPayments.record`."""
        wanted = Wanted(invoice_id, amount, shares, keeps_surplus)
        return self._counter.record(
            actor,
            wanted,
            method=PaymentMethod.TRANSFER,
            reference=reference,
            attempt_key=attempt_key,
        )

    @requires(Action.TAKE_PAYMENT)
    def record_cheque(
        self,
        actor: Actor,
        invoice_id: int,
        *,
        amount: Money,
        reference: str,
        attempt_key: str = "",
        shares: Mapping[int, Money] = NO_SHARES,
        keeps_surplus: bool = False,
    ) -> PaymentRecord:
        """Write down a cheque by its number; see `CounterPayments.record`."""
        wanted = Wanted(invoice_id, amount, shares, keeps_surplus)
        return self._counter.record(
            actor,
            wanted,
            method=PaymentMethod.CHEQUE,
            reference=reference,
            attempt_key=attempt_key,
        )

    @requires(Action.TAKE_PAYMENT)
    def look_again(self, actor: Actor, intent_id: str) -> None:
        """Look at the open payment of an intent; one that is settled or foreign is left alone."""
        payment_id = self._database.read(lambda session: open_payment_of(session, intent_id))
        if payment_id is not None:
            self._cards.poll(actor, payment_id)

    @requires(Action.SEE_BILLING)
    def payments_of_invoice(self, _actor: Actor, invoice_id: int) -> tuple[PaymentRecord, ...]:
        """List the payments and attempts of an invoice, oldest first."""
        return self._database.read(lambda session: payments_of_invoice(session, invoice_id))

    @requires(Action.SEE_BILLING)
    def open_attempts(
        self, _actor: Actor, *, clinic_id: int | None = None
    ) -> tuple[PaymentRecord, ...]:
        """List the card payments whose outcome is not settled, oldest first."""

        def work(session: Session) -> tuple[PaymentRecord, ...]:
            found = open_attempts(session, clinic_id=clinic_id)
            return tuple(attempt.payment for attempt in found)

        return self._database.read(work)
