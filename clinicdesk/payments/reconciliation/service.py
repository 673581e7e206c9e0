"""Compares the books with the card provider's, and settles what only the provider knew of.

What a desk began and lost sight of is looked at first, so that what is left was really made
elsewhere: in the provider's own pages, or by a program that is gone.
Source of the rule to compare each day: https://docs.stripe.com/terminal/features/refunds
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.ledger import lock_invoice
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock, day_bounds
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.gateway import IntentState, IntentStatus
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.models import Payment
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.queries import payment_record
from clinicdesk.payments.reconciliation import queries
from clinicdesk.payments.reconciliation.errors import (
    ChargeCurrencyError,
    ChargeSettledError,
    NoteMissingError,
)
from clinicdesk.payments.reconciliation.models import Comparison, UnmatchedCharge
from clinicdesk.payments.reconciliation.records import ComparisonRecord, UnmatchedRecord
from clinicdesk.payments.records import PaymentMethod, PaymentRecord, PaymentStatus
from clinicdesk.payments.service import GatewaySource, PaymentService, RefundService

# What a desk has just begun is still its own; and clocks differ a little.
STILL_RUNNING = timedelta(minutes=10)
LOOKED_BACK = timedelta(days=3)
SHOWN = 30


class ReconciliationService:
    """What the provider knows beside what is written here.

    `payments`, `refunds` and `links` look at what was begun here and is not settled.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        gateways: GatewaySource,
        payments: PaymentService,
        refunds: RefundService,
        links: LinkService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._gateways = gateways
        self._payments = payments
        self._refunds = refunds
        self._links = links
        self._bookkeeper = Bookkeeper(audit, None)

    @requires(Action.REFUND)
    def compare_recent(self, actor: Actor) -> tuple[ComparisonRecord, ...]:
        """Compare the last days; run it at start and regularly. Nothing where no cards are taken.

        Raises:
            UnavailableError, UnknownOutcomeError: the provider cannot be asked now; ask again.
        """
        now = self._clock.now()
        try:
            return self.compare(actor, from_at=now - LOOKED_BACK, until_at=now - STILL_RUNNING)
        except CardsOffError:
            return ()

    @requires(Action.REFUND)
    def compare_day(self, actor: Actor, clinic_id: int, day: date) -> tuple[ComparisonRecord, ...]:
        """Compare a day of a clinic's own clock; today as far as it has come.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: nothing was compared.
        """
        zone = self._database.read(lambda session: session.get_one(Clinic, clinic_id).time_zone)
        from_at, until_at = day_bounds(day, zone)
        return self.compare(actor, from_at=from_at, until_at=min(until_at, self._clock.now()))

    @requires(Action.REFUND)
    def compare(
        self, actor: Actor, *, from_at: datetime, until_at: datetime
    ) -> tuple[ComparisonRecord, ...]:
        """Compare what was begun in [from_at, until_at), by currency, and keep what differs.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: nothing was compared.
        """
        gateway = self._gateways()
        self._links.settle_open_links(actor)
        intents = gateway.list_intents(created_from=from_at, created_until=until_at)
        paid = {one.intent_id: one for one in intents if one.status is IntentStatus.SUCCEEDED}
        known = self._database.read(lambda session: queries.known_intents(session, paid))
        for intent_id in paid.keys() - known.keys():
            self._payments.look_again(actor, intent_id)
        self._refunds.compare(actor, since=from_at)
        return self._database.write(
            lambda transaction: self._keep(transaction, actor, paid, (from_at, until_at))
        )

    @requires(Action.SEE_BILLING)
    def unmatched(self, _actor: Actor) -> tuple[UnmatchedRecord, ...]:
        """List what the provider took and no payment here tells of, oldest first."""
        return self._database.read(queries.unmatched_charges)

    @requires(Action.SEE_BILLING)
    def comparisons(self, _actor: Actor) -> tuple[ComparisonRecord, ...]:
        """List the last comparisons, newest first."""
        return self._database.read(lambda s: queries.newest_comparisons(s, limit=SHOWN))

    @requires(Action.REFUND)
    def match(self, actor: Actor, intent_id: str, invoice_id: int) -> PaymentRecord:
        """Record a charge as a payment of an invoice; what is too much stays as credit.

        Raises:
            ChargeSettledError, ChargeCurrencyError, UnknownInvoiceError: as named.
        """

        def work(transaction: Transaction) -> PaymentRecord:
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
            return payment_record(session, payment.id)

        return self._database.write(work)

    @requires(Action.REFUND)
    def set_aside(self, actor: Actor, intent_id: str, *, note: str) -> None:
        """Settle a charge that is for none of the clinic's invoices, with what it was for.

        Raises:
            NoteMissingError, ChargeSettledError: as named.
        """
        if not note.strip():
            raise NoteMissingError

        def work(transaction: Transaction) -> None:
            charge = _open_charge(transaction.session, intent_id)
            charge.note = note.strip()
            charge.settled_at, charge.settled_by = self._clock.now(), actor.name
            self._record(transaction, actor, "set charge aside", charge)

        self._database.write(work)

    # --- keeping ---------------------------------------------------------------------------------

    def _keep(
        self,
        transaction: Transaction,
        actor: Actor,
        paid: Mapping[str, IntentState],
        span: tuple[datetime, datetime],
    ) -> tuple[ComparisonRecord, ...]:
        session = transaction.session
        known = queries.known_intents(session, paid)
        for intent_id, intent in paid.items():
            if intent_id not in known and session.get(UnmatchedCharge, intent_id) is None:
                charge = _unmatched(intent, found_at=self._clock.now())
                session.add(charge)
                session.flush()
                self._record(transaction, actor, "find charge made elsewhere", charge)
        currencies = sorted({one.amount.currency for one in paid.values()})
        rows = [
            self._compared(session, currency, theirs=_of(paid, currency), known=known, span=span)
            for currency in currencies
        ]
        session.add_all(rows)
        session.flush()
        return tuple(queries.comparison_record(row) for row in rows)

    def _compared(
        self,
        session: Session,
        currency: str,
        *,
        theirs: Mapping[str, int],
        known: Mapping[str, int],
        span: tuple[datetime, datetime],
    ) -> Comparison:
        from_at, until_at = span
        begun_here = queries.taken_here(session, currency, from_at=from_at, until_at=until_at)
        ours = begun_here | {name: known[name] for name in theirs if name in known}
        return Comparison(
            from_at=from_at,
            until_at=until_at,
            compared_at=self._clock.now(),
            currency=currency,
            ours_minor=sum(ours.values()),
            theirs_minor=sum(theirs.values()),
            missing_here=sorted(theirs.keys() - known.keys()),
            missing_there=sorted(begun_here.keys() - theirs.keys()),
        )

    def _record(
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


def _of(paid: Mapping[str, IntentState], currency: str) -> dict[str, int]:
    """Give what was taken in one currency, in minor units by the intent's id."""
    return {
        name: intent.amount.minor
        for name, intent in paid.items()
        if intent.amount.currency == currency
    }


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
