"""Keeps track of disputes: a cardholder who asks the money back of the bank.

They are answered in the provider's own pages, where the papers are; here they are seen in time, and
the books follow.
"""

from datetime import datetime, timedelta

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.payments.disputes import queries
from clinicdesk.payments.disputes.book import DisputeBook
from clinicdesk.payments.disputes.errors import DisputeDecidedError
from clinicdesk.payments.disputes.records import DisputeRecord
from clinicdesk.payments.service.card import GatewaySource

# Banks decide within months: https://docs.stripe.com/disputes/how-disputes-work
LATEST_DECISION = timedelta(days=120)


class DisputeService:
    """Disputes of the clinic's card payments."""

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, gateways: GatewaySource
    ) -> None:
        self._database = database
        self._book = DisputeBook(database, clock=clock, audit=audit)
        self._gateways = gateways

    @requires(Action.SEE_BILLING)
    def disputes(self, _actor: Actor) -> tuple[DisputeRecord, ...]:
        """List all disputes, those that ask for somebody first, then the newest."""
        return self._database.read(queries.disputes)

    @requires(Action.REFUND)
    def look_again(self, actor: Actor, provider_id: str) -> DisputeRecord:
        """Read a dispute at the provider anew and record where it stands.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: nothing was recorded.
        """
        return self._book.take_in(actor, self._gateways().disputes.retrieve(provider_id))

    @requires(Action.REFUND)
    def compare(self, actor: Actor, *, since: datetime) -> None:
        """Read every dispute that can have changed since an instant.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: as named.
        """
        for state in self._gateways().disputes.opened_since(since - LATEST_DECISION):
            self._book.take_in(actor, state)

    @requires(Action.REFUND)
    def accept_loss(self, actor: Actor, dispute_id: int) -> DisputeRecord:
        """Give a dispute up at the provider: the cardholder keeps the money, for good.

        Raises:
            DisputeDecidedError, UnknownDisputeError: there is nothing to give up.
            CardsOffError, RefusedError, UnavailableError, UnknownOutcomeError: as named; where no
                answer came, the next comparison shows what the provider did.
        """
        found = self._database.read(lambda session: queries.dispute(session, dispute_id))
        if not found.needs_answer:
            raise DisputeDecidedError
        return self._book.take_in(actor, self._gateways().disputes.close(found.provider_id))

    @requires(Action.REFUND)
    def see_to(self, actor: Actor, dispute_id: int) -> DisputeRecord:
        """Take note of how a dispute ended; one that is not closed stays as it is.

        Raises:
            UnknownDisputeError: there is none of that id.
        """
        return self._book.see_to(actor, dispute_id)
