"""Compares the books with the card provider's, and settles what only the provider knew of.

What a desk began and lost sight of is looked at first, so that what is left was really made
elsewhere: in the provider's own pages, or by a program that is gone.
Source of the rule to compare each day: https://docs.stripe.com/terminal/features/refunds
"""

import contextlib
from datetime import date, datetime, timedelta

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock, day_bounds
from clinicdesk.database.session import Database
from clinicdesk.errors import UnavailableError, UnknownOutcomeError
from clinicdesk.payments.disputes.service import DisputeService
from clinicdesk.payments.gateway import PayoutState
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.reconciliation import queries
from clinicdesk.payments.reconciliation.book import ComparisonBook, Listed
from clinicdesk.payments.reconciliation.errors import NoteMissingError
from clinicdesk.payments.reconciliation.records import ComparisonRecord, UnmatchedRecord
from clinicdesk.payments.records import PaymentRecord
from clinicdesk.payments.service import GatewaySource, PaymentService, RefundService

# What a desk has just begun is still its own; and clocks differ a little.
STILL_RUNNING = timedelta(minutes=10)
LOOKED_BACK = timedelta(days=3)
SHOWN = 30
PAYOUTS_SHOWN = 20


class ReconciliationService:
    """What the provider knows beside what is written here.

    `payments`, `refunds`, `links` and `disputes` look at what they keep.
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
        disputes: DisputeService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._book = ComparisonBook(database, clock=clock, audit=audit)
        self._gateways = gateways
        self._payments = payments
        self._refunds = refunds
        self._links = links
        self._disputes = disputes

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
    def compare_since(self, actor: Actor, since: datetime) -> tuple[ComparisonRecord, ...]:
        """Compare everything after an absence: the provider no longer lists what happened since.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: nothing was compared.
        """
        span = (since - LOOKED_BACK, self._clock.now())
        return self._compare(actor, *span, after_absence=True)

    @requires(Action.REFUND)
    def compare(
        self, actor: Actor, *, from_at: datetime, until_at: datetime
    ) -> tuple[ComparisonRecord, ...]:
        """Compare what was begun in [from_at, until_at), by currency, and keep what differs.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: nothing was compared.
        """
        return self._compare(actor, from_at, until_at)

    @requires(Action.SEE_BILLING)
    def unmatched(self, _actor: Actor) -> tuple[UnmatchedRecord, ...]:
        """List what the provider took and no payment here tells of, oldest first."""
        return self._database.read(queries.unmatched_charges)

    @requires(Action.SEE_BILLING)
    def comparisons(self, _actor: Actor) -> tuple[ComparisonRecord, ...]:
        """List the last comparisons, newest first."""
        return self._database.read(lambda s: queries.newest_comparisons(s, limit=SHOWN))

    @requires(Action.SEE_BILLING)
    def payouts(self, _actor: Actor) -> tuple[PayoutState, ...]:
        """Ask the provider for its newest payouts to the clinic's bank account.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError, ProviderKeyError: as named; a
                restricted key may not be allowed to read them.
        """
        return self._gateways().payouts.newest(limit=PAYOUTS_SHOWN)

    @requires(Action.REFUND)
    def match(self, actor: Actor, intent_id: str, invoice_id: int) -> PaymentRecord:
        """Record a charge as a payment of an invoice; what is too much stays as credit.

        What was given back of it already is recorded too; where the provider cannot be asked for
        it now, the next comparison does so.

        Raises:
            ChargeSettledError, ChargeCurrencyError, UnknownInvoiceError: as named.
        """
        payment, refunded_since = self._book.match(actor, intent_id, invoice_id)
        if refunded_since is not None:
            with contextlib.suppress(UnavailableError, UnknownOutcomeError):
                self._refunds.compare(actor, since=refunded_since)
        return payment

    @requires(Action.REFUND)
    def set_aside(self, actor: Actor, intent_id: str, *, note: str) -> None:
        """Settle a charge that is for none of the clinic's invoices, with what it was for.

        Raises:
            NoteMissingError, ChargeSettledError: as named.
        """
        if not note.strip():
            raise NoteMissingError
        self._book.set_aside(actor, intent_id, note=note.strip())

    def _compare(
        self, actor: Actor, from_at: datetime, until_at: datetime, *, after_absence: bool = False
    ) -> tuple[ComparisonRecord, ...]:
        gateway = self._gateways()
        self._links.settle_open_links(actor)
        intents = gateway.list_intents(created_from=from_at, created_until=until_at)
        listed = Listed(from_at, until_at, intents, after_absence)
        known = self._database.read(lambda session: queries.known_intents(session, listed.paid))
        for intent_id in listed.paid.keys() - known.keys():
            self._payments.look_again(actor, intent_id)
        self._refunds.compare(actor, since=from_at)
        self._disputes.compare(actor, since=from_at)
        return self._book.keep(actor, listed)
