"""Hears what happened at the card provider, and looks at each thing itself.

A desk has no public address to be called at, so it asks: every so often, from where it stopped. An
event is a bell and nothing more. What it rings for is read anew, and recorded by updates that work
once, so an event that comes twice, late or out of order does no harm.
Source of the rules: https://docs.stripe.com/webhooks/process-undelivered-events
"""

import logging

from clinicdesk.access import Action, Actor, requires
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.payments.disputes.service import DisputeService
from clinicdesk.payments.errors import AnswerMismatchError, EventForgottenError
from clinicdesk.payments.events.cursor import EventBook
from clinicdesk.payments.events.records import Heard
from clinicdesk.payments.gateway import CardGateway, ProviderEvent
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.reconciliation.service import ReconciliationService
from clinicdesk.payments.service import GatewaySource, PaymentService, RefundService

log = logging.getLogger(__name__)

AT_ONCE = 200
REFUND = "refund."
PAGE_OF_LINK = "checkout.session."
DISPUTE = "charge.dispute."


class EventService:
    """Keeps up with the card provider.

    `payments`, `refunds`, `links` and `disputes` look at what an event rings for; `reconciliation`
    goes through everything after an absence.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        gateways: GatewaySource,
        payments: PaymentService,
        refunds: RefundService,
        links: LinkService,
        disputes: DisputeService,
        reconciliation: ReconciliationService,
    ) -> None:
        self._book = EventBook(database, clock=clock)
        self._gateways = gateways
        self._payments = payments
        self._refunds = refunds
        self._links = links
        self._disputes = disputes
        self._reconciliation = reconciliation

    @requires(Action.REFUND)
    def catch_up(self, actor: Actor) -> Heard:
        """Deal with everything that happened since the last time, oldest first.

        The first time only notes where to begin: what is open is looked at by itself. The cursor
        moves after an event's outcome is recorded, so that a kill in between repeats the look.
        Where no cards are taken there is nothing to hear.

        Raises:
            UnavailableError, UnknownOutcomeError: the provider cannot be asked now; ask again.
        """
        try:
            gateway = self._gateways()
        except CardsOffError:
            return Heard(0)
        place = self._book.place()
        if place is None:
            self._begin(gateway)
            return Heard(0)
        event_id, happened_at = place
        try:
            events = gateway.events_after(event_id, limit=AT_ONCE)
        except EventForgottenError:
            self._reconciliation.compare_since(actor, happened_at)
            self._begin(gateway)
            return Heard(0, compared=True)
        for event in events:
            self._deal(actor, event, moves=True)
        return Heard(len(events))

    @requires(Action.REFUND)
    def hear(self, actor: Actor, event: ProviderEvent) -> None:
        """Deal with one event out of turn, unless it was dealt with before.

        Those before it may be unheard, so catching up goes on from where it stopped.
        """
        self._deal(actor, event, moves=False)

    @requires(Action.REFUND)
    def hear_of(self, actor: Actor, event_id: str) -> None:
        """Deal with an event that a relay tells of; what it is about is asked of the provider.

        Raises:
            UnavailableError, UnknownOutcomeError: the provider cannot be asked now.
        """
        if self._book.is_handled(event_id):
            return
        event = self._gateways().event(event_id)
        if event is None:
            log.warning("A relay told of an event that the card provider does not know")
            return
        self.hear(actor, event)

    def _deal(self, actor: Actor, event: ProviderEvent, *, moves: bool) -> None:
        if not self._book.is_handled(event.event_id):
            try:
                self._look(actor, event)
            except AnswerMismatchError:
                # It would hold up all that come after it; the next comparison looks once more.
                log.warning("An event %s is about something that fits nothing here", event.kind)
        self._book.note(event, moves=moves)

    def _look(self, actor: Actor, event: ProviderEvent) -> None:
        # A refund or dispute may be heard of before its payment.
        if event.intent_id:
            self._payments.look_again(actor, event.intent_id)
        if event.kind.startswith(REFUND):
            self._refunds.look_again(actor, event.object_id)
        elif event.kind.startswith(DISPUTE):
            self._disputes.look_again(actor, event.object_id)
        elif event.kind.startswith(PAGE_OF_LINK):
            self._links.settle_open_links(actor)

    def _begin(self, gateway: CardGateway) -> None:
        newest = gateway.newest_event()
        if newest is None:
            self._book.begin_empty()
        else:
            self._book.note(newest, handled=False)
