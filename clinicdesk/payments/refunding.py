"""Keeps refunds in the database: reserved first, then asked for, then recorded once."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.ledger import balance_of, undo_refund, write_movement
from clinicdesk.billing.records import MovementKind
from clinicdesk.billing.rules import waived_by_refund
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.payments.disputes.queries import check_refundable
from clinicdesk.payments.gateway import RefundState
from clinicdesk.payments.models import Payment, Refund
from clinicdesk.payments.obstacles import (
    NotRefundableError,
    ReasonMissingError,
    SamePersonError,
    SecondPersonNeededError,
    UnknownPaymentError,
)
from clinicdesk.payments.queries import (
    OPEN_REFUNDS,
    OpenRefund,
    open_refund,
    open_refund_ids,
    refund_id_of,
    refund_record,
)
from clinicdesk.payments.records import AT_PROVIDER, PaymentStatus, RefundRecord, RefundStage
from clinicdesk.payments.rules import STAGES, check_refund, means
from clinicdesk.payments.shares import (
    allotted,
    gone,
    lock_invoices,
    matter_of,
    parts_of,
    refundable_parts,
)
from clinicdesk.settings.records import RefundSettings
from clinicdesk.settings.service import load_settings

ELSEWHERE = "Made in the card provider's own pages"


class RefundBook:
    """The refunds of the clinic."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def reserve(
        self,
        actor: Actor,
        payment_id: int,
        *,
        amount: Money,
        reason: str,
        refund_key: str,
        still_owed: bool,
        approver: Actor | None,
    ) -> tuple[int, bool]:
        """Write a refund down and take its amount off what is left of the payment.

        Gives the refund's id, and whether it is new: the same key a second time changes nothing.
        What was paid in cash or by transfer is given back at the counter, and so is done at once.

        Raises:
            NotRefundableError, RefundTooLargeError, AmountInvalidError, ReasonMissingError,
            UnknownPaymentError, SecondPersonNeededError, SamePersonError,
            DisputedPaymentError: as named.
            AccessDeniedError: the second person may not refund.
        """
        if not reason.strip():
            raise ReasonMissingError

        def work(transaction: Transaction) -> tuple[int, bool]:
            session = transaction.session
            found = session.get(Payment, payment_id)
            if found is None:
                raise UnknownPaymentError
            invoices = lock_invoices(transaction, parts_of(session, found))
            payment = session.get_one(
                Payment, payment_id, with_for_update=True, populate_existing=True
            )
            former = session.scalar(select(Refund.id).where(Refund.refund_key == refund_key))
            if former is not None:
                return former, False
            if payment.status is not PaymentStatus.COMPLETED:
                raise NotRefundableError
            check_refundable(session, payment.id)
            left = payment.amount_minor - payment.refund_reserved_minor
            check_refund(amount, Money(left, payment.currency))
            demand_second_person(session, actor, amount, approver)
            parts = allotted(amount.minor, refundable_parts(session, payment), payment.currency)
            waived = {
                invoice_id: 0
                if still_owed
                else waived_by_refund(balance_of(session, invoices[invoice_id]), minor)
                for invoice_id, minor in parts.items()
            }
            refund = self._new(actor, payment, amount, reason.strip(), refund_key)
            refund.approved_by = approver.name if approver else ""
            self._take_off(transaction, payment, refund, parts=parts, waived=waived)
            self._note(transaction, actor, "refund", refund)
            return refund.id, True

        return self._database.write(work)

    def record(self, refund_id: int) -> RefundRecord:
        """Give a refund as it stands."""
        return self._database.read(lambda session: refund_record(session, refund_id))

    def load(self, refund_id: int) -> OpenRefund:
        """Give a refund with what the provider knows it by."""
        return self._database.read(lambda session: open_refund(session, refund_id))

    def open_ids(self) -> tuple[int, ...]:
        """List the refunds that are not settled, oldest first."""
        return self._database.read(open_refund_ids)

    def put(
        self,
        actor: Actor,
        refund_id: int,
        stage: RefundStage,
        *,
        provider_refund_id: str | None = None,
        code: str = "",
    ) -> RefundRecord:
        """Write down how an open refund stands; one that is settled stays as it is.

        A failed one gives its amount back to what is left of the payment.
        """

        def work(transaction: Transaction) -> RefundRecord:
            session = transaction.session
            lock_invoices(transaction, _invoices_of(session, refund_id))
            refund = session.get_one(Refund, refund_id, with_for_update=True)
            if refund.status in OPEN_REFUNDS:
                is_news = refund.status is not stage
                refund.status = stage
                refund.provider_refund_id = provider_refund_id or refund.provider_refund_id
                refund.failure_code = code
                if stage not in OPEN_REFUNDS:
                    refund.settled_at = self._clock.now()
                if stage is RefundStage.FAILED:
                    self._release(transaction, refund)
                if is_news:
                    self._note(transaction, actor, f"refund {stage.value}", refund, code)
            return refund_record(session, refund_id)

        return self._database.write(work)

    def bounce(self, actor: Actor, refund_id: int, *, code: str) -> None:
        """Write down that an accepted refund came back: the money is here again, and owed.

        Done once; a refund that is not COMPLETED stays as it is.
        """

        def work(transaction: Transaction) -> None:
            session = transaction.session
            lock_invoices(transaction, _invoices_of(session, refund_id))
            refund = session.get_one(Refund, refund_id, with_for_update=True)
            if refund.status is RefundStage.COMPLETED:
                refund.status = RefundStage.FAILED
                refund.failure_code = code
                refund.has_bounced = True
                self._release(transaction, refund)
                self._note(transaction, actor, "refund came back", refund, code)

        self._database.write(work)

    def see_to(self, actor: Actor, refund_id: int, *, note: str) -> RefundRecord:
        """Write down what was done about a refund that came back."""

        def work(transaction: Transaction) -> RefundRecord:
            session = transaction.session
            refund = session.get_one(Refund, refund_id, with_for_update=True)
            if refund.has_bounced:
                refund.has_bounced = False
                self._note(transaction, actor, "see to refund that came back", refund, note)
            return refund_record(session, refund_id)

        return self._database.write(work)

    def id_of(self, state: RefundState) -> int | None:
        """Give the refund that the provider knows; None if it is none of those kept here."""
        return self._database.read(lambda session: refund_id_of(session, state))

    def take_over(self, actor: Actor, state: RefundState) -> None:
        """Write down a refund that was made in the provider's own pages, as given back for good.

        Done once, and only for a payment that is known here. Where less is left of it, a refund
        begun here holds the rest and is going to fail: the next look takes this one over.
        """

        def work(transaction: Transaction) -> None:
            session = transaction.session
            payment = session.scalar(
                select(Payment).where(
                    Payment.intent_id == state.intent_id,
                    Payment.status == PaymentStatus.COMPLETED,
                    Payment.currency == state.amount.currency,
                )
            )
            if payment is None:
                return
            invoices = lock_invoices(transaction, parts_of(session, payment))
            session.refresh(payment, with_for_update=True)
            left = payment.amount_minor - payment.refund_reserved_minor
            if left < state.amount.minor or refund_id_of(session, state) is not None:
                return
            parts = gone(state.amount.minor, refundable_parts(session, payment))
            balances = {name: balance_of(session, invoices[name]) for name in parts}
            # What was not there any more, because it was moved on as credit, is owed again.
            waived = {
                name: waived_by_refund(balances[name], min(minor, max(0, balances[name].paid)))
                for name, minor in parts.items()
            }
            key = f"elsewhere:{state.provider_refund_id}"
            refund = self._new(actor, payment, state.amount, ELSEWHERE, key)
            refund.was_made_elsewhere = True
            refund.provider_refund_id = state.provider_refund_id
            refund.status = STAGES[state.status]
            if refund.status not in OPEN_REFUNDS:
                refund.settled_at = self._clock.now()
            self._take_off(transaction, payment, refund, parts=parts, waived=waived)
            self._note(transaction, actor, "find refund made elsewhere", refund)

        self._database.write(work)

    def _take_off(
        self,
        transaction: Transaction,
        payment: Payment,
        refund: Refund,
        *,
        parts: Mapping[int, int],
        waived: Mapping[int, int],
    ) -> None:
        transaction.session.add(refund)
        payment.refund_reserved_minor += refund.amount_minor
        transaction.session.flush()
        for invoice_id, minor in parts.items():
            write_movement(
                transaction,
                invoice_id,
                kind=MovementKind.REFUND,
                matter=matter_of(
                    "refund", refund.id, invoice_id=invoice_id, main_id=payment.invoice_id
                ),
                means=means(payment.method, payment.card_brand, payment.card_last4),
                money_minor=-minor,
                waived_minor=waived[invoice_id],
                at=refund.created_at,
            )

    def _release(self, transaction: Transaction, refund: Refund) -> None:
        payment = transaction.session.get_one(
            Payment, refund.payment_id, with_for_update=True, populate_existing=True
        )
        payment.refund_reserved_minor -= refund.amount_minor
        for invoice_id in parts_of(transaction.session, payment):
            matter = matter_of(
                "refund", refund.id, invoice_id=invoice_id, main_id=payment.invoice_id
            )
            undo_refund(transaction, invoice_id, matter=matter, at=self._clock.now())

    def _new(
        self, actor: Actor, payment: Payment, amount: Money, reason: str, refund_key: str
    ) -> Refund:
        now = self._clock.now()
        is_at_provider = payment.method in AT_PROVIDER
        return Refund(
            refund_key=refund_key,
            payment_id=payment.id,
            amount_minor=amount.minor,
            currency=amount.currency,
            reason=reason,
            status=RefundStage.PENDING if is_at_provider else RefundStage.COMPLETED,
            provider_refund_id=None,
            failure_code="",
            created_at=now,
            created_by=actor.user_id,
            settled_at=None if is_at_provider else now,
        )

    def _note(
        self, transaction: Transaction, actor: Actor, action: str, refund: Refund, code: str = ""
    ) -> None:
        details = {"code": code} if code else {}
        if refund.approved_by:
            details["approved_by"] = refund.approved_by
        self._audit.record(
            transaction,
            actor,
            action,
            entity="refund",
            entity_id=refund.id,
            payment=refund.payment_id,
            amount_minor=refund.amount_minor,
            currency=refund.currency,
            **details,
        )
        transaction.changed(Topic.PAYMENT, refund.payment_id)


def _invoices_of(session: Session, refund_id: int) -> Collection[int]:
    query = select(Payment).join(Refund, Refund.payment_id == Payment.id)
    payment = session.scalars(query.where(Refund.id == refund_id)).one()
    return parts_of(session, payment)


def demand_second_person(
    session: Session, actor: Actor, amount: Money, approver: Actor | None
) -> None:
    """Check that a refund from the clinic's limit on was approved by another person.

    Raises:
        SecondPersonNeededError, SamePersonError: as named.
        AccessDeniedError: the second person may not refund.
    """
    limit = load_settings(session, RefundSettings).second_person_from_minor
    if not limit or amount.minor < limit:
        return
    if approver is None:
        raise SecondPersonNeededError(Money(limit, amount.currency))
    if (approver.user_id, approver.name) == (actor.user_id, actor.name):
        raise SamePersonError
    approver.demand(Action.REFUND)
