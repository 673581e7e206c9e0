"""Keeps payment links in the database: a row before the provider is asked, an outcome once."""

import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.ledger import balance_of, lock_invoice
from clinicdesk.billing.models import Invoice
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.gateway import IntentState
from clinicdesk.payments.links.gateway import LinkState as ProviderLink
from clinicdesk.payments.links.queries import LIVE, link_record
from clinicdesk.payments.links.records import PaymentLinkRecord
from clinicdesk.payments.models import Payment, PaymentLink
from clinicdesk.payments.obstacles import NothingDueError, PaymentInProgressError
from clinicdesk.payments.records import LinkState, PaymentMethod, PaymentStatus
from clinicdesk.payments.shares import paying_desk


class LinkBook:
    """The payment links of the clinic."""

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, bookkeeper: Bookkeeper
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._bookkeeper = bookkeeper

    def reserve(self, actor: Actor, invoice_id: int) -> PaymentLinkRecord:
        """Write a link for all that is due down, or give the live one that the invoice has.

        Raises:
            NothingDueError, UnknownInvoiceError: as named.
            PaymentInProgressError: a desk is taking a payment for it.
        """

        def work(transaction: Transaction) -> PaymentLinkRecord:
            session = transaction.session
            invoice = lock_invoice(transaction, invoice_id)
            live = session.scalar(
                select(PaymentLink.id).where(
                    PaymentLink.invoice_id == invoice_id, PaymentLink.state.in_(LIVE)
                )
            )
            if live is not None:
                return link_record(session, live)
            desk = paying_desk(session, invoice_id)
            if desk is not None:
                raise PaymentInProgressError(desk)
            due = balance_of(session, invoice).due
            if due <= 0:
                raise NothingDueError
            link = self._new(actor, invoice, due)
            session.add(link)
            session.flush()
            self._note(transaction, actor, "make payment link", link)
            return link_record(session, link.id)

        return self._database.write(work)

    def key_of(self, link_id: int) -> tuple[str, str]:
        """Give a link's key, and the provider's id for it, "" while there is none."""

        def work(session: Session) -> tuple[str, str]:
            link = session.get_one(PaymentLink, link_id)
            return link.link_key, link.provider_link_id or ""

        return self._database.read(work)

    def due_of(self, link_id: int) -> Money:
        """Give what is due on a link's invoice now."""

        def work(session: Session) -> Money:
            link = session.get_one(PaymentLink, link_id)
            invoice = session.get_one(Invoice, link.invoice_id)
            return Money(balance_of(session, invoice).due, invoice.currency)

        return self._database.read(work)

    def put_open(self, actor: Actor, link_id: int, made: ProviderLink) -> PaymentLinkRecord:
        """Write down where the page of a new link opens."""
        values = {"provider_link_id": made.provider_link_id, "url": made.url}
        return self._move(
            actor, link_id, LinkState.OPEN, was=(LinkState.NEW,), values=values, action=""
        )

    def put_closing(self, actor: Actor, link_id: int) -> PaymentLinkRecord:
        """Write down that a link is to be closed, before the provider is asked to."""
        return self._move(
            actor, link_id, LinkState.CLOSING, was=(LinkState.NEW, LinkState.OPEN), action=""
        )

    def put_over(self, actor: Actor, link_id: int, state: LinkState) -> PaymentLinkRecord:
        """Write down that nothing can be paid on a link any more: CLOSED, or PAID."""
        values = {"closed_at": self._clock.now()}
        action = "close payment link" if state is LinkState.CLOSED else ""
        return self._move(actor, link_id, state, was=LIVE, values=values, action=action)

    def record(self, actor: Actor, link_id: int, intent: IntentState) -> bool:
        """Write down, once, what was paid on a link; tell whether it was news.

        It is written down whatever is due by now: what is too much is the patient's credit, and is
        offered for a refund.
        """

        def work(transaction: Transaction) -> bool:
            session, now = transaction.session, self._clock.now()
            link = session.get_one(PaymentLink, link_id)
            invoice = lock_invoice(transaction, link.invoice_id)
            known = select(Payment.id).where(Payment.intent_id == intent.intent_id)
            if session.scalar(known) is not None:
                return False
            is_late = balance_of(session, invoice).due < intent.amount.minor
            payment = _payment(link, intent)
            payment.created_at = payment.settled_at = now
            session.add(payment)
            session.flush()
            self._bookkeeper.book(transaction, actor, payment, at=now)
            if is_late:
                self._note(transaction, actor, "payment link paid too late", link)
            return True

        return self._database.write(work)

    def _move(
        self,
        actor: Actor,
        link_id: int,
        state: LinkState,
        *,
        was: tuple[LinkState, ...],
        values: dict[str, Any] | None = None,
        action: str,
    ) -> PaymentLinkRecord:
        def work(transaction: Transaction) -> PaymentLinkRecord:
            session = transaction.session
            moved = session.execute(
                update(PaymentLink)
                .where(PaymentLink.id == link_id, PaymentLink.state.in_(was))
                .values(state=state, **(values or {}))
                .returning(PaymentLink.id)
            ).one_or_none()
            if moved is not None:
                link = session.get_one(PaymentLink, link_id, populate_existing=True)
                transaction.changed(Topic.INVOICE, link.invoice_id)
                if action:
                    self._note(transaction, actor, action, link)
            return link_record(session, link_id)

        return self._database.write(work)

    def _new(self, actor: Actor, invoice: Invoice, due_minor: int) -> PaymentLink:
        return PaymentLink(
            link_key=str(uuid.uuid4()),
            invoice_id=invoice.id,
            amount_minor=due_minor,
            currency=invoice.currency,
            state=LinkState.NEW,
            provider_link_id=None,
            url="",
            desk=actor.desk,
            created_at=self._clock.now(),
            created_by=actor.user_id,
            closed_at=None,
        )

    def _note(self, transaction: Transaction, actor: Actor, action: str, link: PaymentLink) -> None:
        self._audit.record(
            transaction,
            actor,
            action,
            entity="payment link",
            entity_id=link.id,
            invoice=link.invoice_id,
            amount_minor=link.amount_minor,
            currency=link.currency,
        )
        transaction.changed(Topic.INVOICE, link.invoice_id)


def _payment(link: PaymentLink, intent: IntentState) -> Payment:
    charge = intent.charge
    return Payment(
        attempt_key=str(uuid.uuid4()),
        invoice_id=link.invoice_id,
        method=PaymentMethod.LINK,
        status=PaymentStatus.COMPLETED,
        amount_minor=intent.amount.minor,
        refund_reserved_minor=0,
        tendered_minor=None,
        currency=intent.amount.currency,
        reader_id=None,
        intent_id=intent.intent_id,
        reader_commands=0,
        card_brand=charge.brand if charge else "",
        card_last4=charge.last4 if charge else "",
        card_receipt=[],
        failure_code="",
        desk=link.desk,
        created_by=None,
        link_id=link.id,
    )
