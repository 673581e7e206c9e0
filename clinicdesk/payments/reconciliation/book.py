"""Keeps what a comparison with the card provider has found, and how it was settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.ledger import lock_invoice
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.gateway import IntentList, IntentState, IntentStatus
from clinicdesk.payments.models import Payment
from clinicdesk.payments.queries import payment_record
from clinicdesk.payments.reconciliation import queries
from clinicdesk.payments.reconciliation.errors import ChargeCurrencyError, ChargeSettledError
from clinicdesk.payments.reconciliation.models import Comparison, UnmatchedCharge
from clinicdesk.payments.reconciliation.records import ComparisonRecord
from clinicdesk.payments.records import PaymentMethod, PaymentRecord, PaymentStatus

# One comparison every few minutes would fill the table with agreement.
AGREEMENT_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Listed:
    """What the provider lists of [from_at, until_at)."""

    from_at: datetime
    until_at: datetime
    intents: IntentList
    after_absence: bool = False

    @property
    def paid(self) -> dict[str, IntentState]:
        """What took money, by the intent's id."""
        intents = self.intents.intents
        return {one.intent_id: one for one in intents if one.status is IntentStatus.SUCCEEDED}


class ComparisonBook:
    """The comparisons, and the charges that are still to be settled."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._bookkeeper = Bookkeeper(audit, None)

    def keep(self, actor: Actor, listed: Listed) -> tuple[ComparisonRecord, ...]:
        """Write down each charge that is not known here, once, and by currency what differs."""

        def work(transaction: Transaction) -> tuple[ComparisonRecord, ...]:
            session, paid = transaction.session, listed.paid
            known = queries.known_intents(session, paid)
            for intent_id in paid.keys() - known.keys():
                self._find(transaction, actor, paid[intent_id])
            self._forget_agreement(session)
            currencies = sorted({one.amount.currency for one in paid.values()})
            rows = [self._compared(session, currency, listed, known) for currency in currencies]
            session.add_all(rows)
            session.flush()
            return tuple(queries.comparison_record(row) for row in rows)

        return self._database.write(work)

    def match(
        self, actor: Actor, intent_id: str, invoice_id: int
    ) -> tuple[PaymentRecord, datetime | None]:
        """Record a charge as a payment of an invoice.

        Gives the payment, and since when its refunds at the provider are to be looked for; None
        where nothing was given back of it.

        Raises:
            ChargeSettledError, ChargeCurrencyError, UnknownInvoiceError: as named.
        """

        def work(transaction: Transaction) -> tuple[PaymentRecord, datetime | None]:
            session, now = transaction.session, self._clock.now()
            invoice = lock_invoice(transaction, invoice_id)
            charge = _open_charge(session, intent_id)
            if charge.currency != invoice.currency:
                raise ChargeCurrencyError
            payment = _payment_of(charge, invoice_id, actor, now)
            session.add(payment)
            session.flush()
            self._bookkeeper.book(transaction, actor, payment, at=now)
            charge.payment_id = payment.id
            charge.settled_at, charge.settled_by = now, actor.name
            refunded_since = charge.charged_at if charge.refunded_minor else None
            return payment_record(session, payment.id), refunded_since

        return self._database.write(work)

    def set_aside(self, actor: Actor, intent_id: str, *, note: str) -> None:
        """Settle a charge that is for none of the clinic's invoices.

        Raises:
            ChargeSettledError: somebody has settled it.
        """

        def work(transaction: Transaction) -> None:
            charge = _open_charge(transaction.session, intent_id)
            charge.note = note
            charge.settled_at, charge.settled_by = self._clock.now(), actor.name
            self._note(transaction, actor, "set charge aside", charge)

        self._database.write(work)

    def _find(self, transaction: Transaction, actor: Actor, intent: IntentState) -> None:
        session = transaction.session
        found = session.get(UnmatchedCharge, intent.intent_id)
        if found is None:
            found = _unmatched(intent, found_at=self._clock.now())
            session.add(found)
            session.flush()
            self._note(transaction, actor, "find charge made elsewhere", found)
        found.refunded_minor = intent.charge.refunded_minor if intent.charge else 0

    def _forget_agreement(self, session: Session) -> None:
        session.execute(
            delete(Comparison).where(
                Comparison.compared_at < self._clock.now() - AGREEMENT_KEPT, Comparison.agrees
            )
        )

    def _compared(
        self, session: Session, currency: str, listed: Listed, known: Mapping[str, int]
    ) -> Comparison:
        theirs = {
            name: intent.amount.minor
            for name, intent in listed.paid.items()
            if intent.amount.currency == currency
        }
        begun_here = queries.taken_here(
            session, currency, from_at=listed.from_at, until_at=listed.until_at
        )
        ours = begun_here | {name: known[name] for name in theirs if name in known}
        missing_here = sorted(theirs.keys() - known.keys())
        missing_there = sorted(begun_here.keys() - theirs.keys())
        unreadable = sorted(listed.intents.unreadable)
        ours_minor, theirs_minor = sum(ours.values()), sum(theirs.values())
        differs = missing_here or missing_there or unreadable or ours_minor != theirs_minor
        return Comparison(
            from_at=listed.from_at,
            until_at=listed.until_at,
            compared_at=self._clock.now(),
            currency=currency,
            ours_minor=ours_minor,
            theirs_minor=theirs_minor,
            missing_here=missing_here,
            missing_there=missing_there,
            unreadable=unreadable,
            after_absence=listed.after_absence,
            agrees=not differs,
        )

    def _note(
        self, transaction: Transaction, actor: Actor, action: str, charge: UnmatchedCharge
    ) -> None:
        self._audit.record(
            transaction,
            actor,
            action,
            entity="charge",
            entity_id=0,
            intent=charge.intent_id,
            amount_minor=charge.amount_minor,
            currency=charge.currency,
            note=charge.note,
        )
        transaction.changed(Topic.PAYMENT, 0)


def _open_charge(session: Session, intent_id: str) -> UnmatchedCharge:
    charge = session.get(UnmatchedCharge, intent_id, with_for_update=True)
    if charge is None or charge.settled_at is not None:
        raise ChargeSettledError
    return charge


def _unmatched(intent: IntentState, *, found_at: datetime) -> UnmatchedCharge:
    charge = intent.charge
    return UnmatchedCharge(
        intent_id=intent.intent_id,
        amount_minor=intent.amount.minor,
        refunded_minor=0,
        currency=intent.amount.currency,
        card_brand=charge.brand if charge else "",
        card_last4=charge.last4 if charge else "",
        charged_at=intent.created_at,
        found_at=found_at,
        payment_id=None,
        note="",
        settled_at=None,
        settled_by="",
    )


def _payment_of(charge: UnmatchedCharge, invoice_id: int, actor: Actor, now: datetime) -> Payment:
    return Payment(
        attempt_key=f"elsewhere:{charge.intent_id}",
        invoice_id=invoice_id,
        method=PaymentMethod.CARD,
        status=PaymentStatus.COMPLETED,
        amount_minor=charge.amount_minor,
        refund_reserved_minor=0,
        tendered_minor=None,
        currency=charge.currency,
        reader_id=None,
        intent_id=charge.intent_id,
        reader_commands=0,
        card_brand=charge.card_brand,
        card_last4=charge.card_last4,
        card_receipt=[],
        failure_code="",
        desk=actor.desk,
        created_at=now,
        created_by=actor.user_id,
        settled_at=now,
        was_made_elsewhere=True,
    )
