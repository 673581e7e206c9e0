"""Makes payment links, closes them, and records what was paid on them.

A link is written down before the provider is asked, and closed there before a desk takes a card:
then it is looked at once more, because the patient may have paid in between. What was paid is
recorded whenever it is found, once, also when it came too late.
Source of the rules: https://docs.stripe.com/payment-links/share , .../payments/checkout/fulfillment
"""

from collections.abc import Collection
from datetime import timedelta

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.errors import RefusedError, UnavailableError, UnknownOutcomeError
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.gateway import IntentStatus
from clinicdesk.payments.links.book import LinkBook
from clinicdesk.payments.links.queries import link_record, live_link_ids, newest_link_of
from clinicdesk.payments.links.records import PaymentLinkRecord
from clinicdesk.payments.records import LinkState
from clinicdesk.payments.service.card import GatewaySource

# The provider remembers a key for a day; a little less is certain.
KEY_LASTS = timedelta(hours=23)
# A link that was just written down may still be on its way from the desk that makes it.
YOUNGEST_TO_SEND = timedelta(minutes=3)


class LinkService:
    """The payment links of invoices: one that can be paid per invoice, for all that is due."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        gateways: GatewaySource,
        notifier: BillingNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._gateways = gateways
        bookkeeper = Bookkeeper(audit, notifier)
        self._book = LinkBook(database, clock=clock, audit=audit, bookkeeper=bookkeeper)

    @requires(Action.TAKE_PAYMENT)
    def open_link(self, actor: Actor, invoice_id: int) -> PaymentLinkRecord:
        """Make a link for what is due, or give the one that is open.

        One that asks for another sum than is due by now is closed, and a new one made. Where no
        answer came the record's state is NEW, and it is found out later.

        Raises:
            CardsOffError, NothingDueError, PaymentInProgressError: nothing was begun.
            RefusedError, UnavailableError: the provider did nothing, and the link is closed.
        """
        self._gateways()
        link = self._book.reserve(actor, invoice_id)
        if link.state is LinkState.NEW:
            return self._make(actor, link)
        if link.amount == self._book.due_of(link.id) and link.state is LinkState.OPEN:
            return link
        self._close(actor, link)
        return self._make(actor, self._book.reserve(actor, invoice_id))

    @requires(Action.SEE_BILLING)
    def link_of_invoice(self, _actor: Actor, invoice_id: int) -> PaymentLinkRecord | None:
        """Give the newest link of an invoice, None if it never had one."""
        return self._database.read(lambda session: newest_link_of(session, invoice_id))

    @requires(Action.TAKE_PAYMENT)
    def close(self, actor: Actor, link_id: int) -> PaymentLinkRecord:
        """Close a link, with every page that was opened from it, and look what was paid.

        Raises:
            UnavailableError, UnknownOutcomeError: it may still be open; it is closed later.
        """
        return self._close(actor, self._database.read(lambda s: link_record(s, link_id)))

    @requires(Action.TAKE_PAYMENT)
    def look(self, actor: Actor, link_id: int) -> PaymentLinkRecord:
        """Look what was paid on a link, and close one that asks for what is not due any more.

        Raises:
            UnavailableError, UnknownOutcomeError: nobody knows now; ask again.
        """
        link = self._database.read(lambda session: link_record(session, link_id))
        if link.state is LinkState.NEW:
            return self._find_out(actor, link)
        if link.state is LinkState.CLOSING or link.amount != self._book.due_of(link_id):
            return self._close(actor, link)
        return self._close(actor, link) if self._take_in(actor, link) else link

    @requires(Action.TAKE_PAYMENT)
    def settle_open_links(self, actor: Actor) -> tuple[PaymentLinkRecord, ...]:
        """Look at every link that can still be paid; run it at start and regularly.

        Raises:
            CardsOffError: there are such links, and no provider is set up.
            UnavailableError, UnknownOutcomeError: nobody knows now; ask again.
        """
        ids = self._database.read(live_link_ids)
        return tuple(self.look(actor, link_id) for link_id in ids)

    @requires(Action.TAKE_PAYMENT)
    def close_for_desk(self, actor: Actor, invoice_ids: Collection[int]) -> None:
        """Close the links of invoices that a desk is about to take a card for.

        What was paid on one meanwhile is recorded, so that the desk hears that nothing is due.

        Raises:
            UnavailableError, UnknownOutcomeError: a link may still be open, so no card is taken.
        """
        for link_id in self._database.read(lambda s: live_link_ids(s, invoice_ids)):
            self.close(actor, link_id)

    # --- steps -----------------------------------------------------------------------------------

    def _make(self, actor: Actor, link: PaymentLinkRecord) -> PaymentLinkRecord:
        key, _ = self._book.key_of(link.id)
        title = f"Invoice {link.invoice_number}"
        try:
            made = self._gateways().links.create(key, amount=link.amount, title=title)
        except UnknownOutcomeError:
            return link
        except (RefusedError, UnavailableError):
            self._book.put_over(actor, link.id, LinkState.CLOSED)
            raise
        return self._book.put_open(actor, link.id, made)

    def _find_out(self, actor: Actor, link: PaymentLinkRecord) -> PaymentLinkRecord:
        """Find a link whose answer was lost, or make it with its own key while that lasts."""
        age = self._clock.now() - link.created_at
        if age < YOUNGEST_TO_SEND:
            return link
        if age < KEY_LASTS:
            return self._make(actor, link)
        key, _ = self._book.key_of(link.id)
        found = self._gateways().links.find(key)
        if found is None:
            return self._book.put_over(actor, link.id, LinkState.CLOSED)
        return self._book.put_open(actor, link.id, found)

    def _close(self, actor: Actor, link: PaymentLinkRecord) -> PaymentLinkRecord:
        if link.state in {LinkState.CLOSED, LinkState.PAID}:
            return link
        self._book.put_closing(actor, link.id)
        links = self._gateways().links
        key, provider_id = self._book.key_of(link.id)
        if not provider_id:
            found = links.find(key)
            if found is None:
                return self._book.put_over(actor, link.id, LinkState.CLOSED)
            provider_id = found.provider_link_id
        links.close(provider_id)
        for page in links.pages(provider_id):
            if page.is_open:
                links.expire(page.session_id)
        is_paid = self._take_in(actor, link, provider_id)
        return self._book.put_over(actor, link.id, LinkState.PAID if is_paid else LinkState.CLOSED)

    def _take_in(self, actor: Actor, link: PaymentLinkRecord, provider_id: str = "") -> bool:
        """Record what was paid on a link's pages; tell whether anything was, now or before."""
        gateway = self._gateways()
        provider_id = provider_id or self._book.key_of(link.id)[1]
        paid = [page for page in gateway.links.pages(provider_id) if page.is_paid]
        for page in paid:
            intent = gateway.retrieve_intent(page.intent_id)
            if intent.status is IntentStatus.SUCCEEDED:
                self._book.record(actor, link.id, intent)
        return bool(paid)
