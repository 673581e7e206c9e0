"""What ClinicDesk asks of Stripe, driven from the server side. Every call blocks."""

import itertools
import logging
from datetime import datetime, timedelta

import stripe

from clinicdesk.money import Money
from clinicdesk.payments.disputes.gateway import DisputeGateway
from clinicdesk.payments.errors import (
    AmountRefusedError,
    AnswerMismatchError,
    EventForgottenError,
)
from clinicdesk.payments.gateway import (
    IntentList,
    IntentState,
    PayoutGateway,
    ProviderEvent,
    ReaderState,
    RefundState,
)
from clinicdesk.payments.keys.rules import check_address, key_kind
from clinicdesk.payments.links.gateway import LinkGateway
from clinicdesk.payments.readers.gateway import ReaderGateway
from clinicdesk.payments.stripe_gateway.answers import (
    check_amount,
    intent_list,
    intent_state,
    provider_event,
    reader_state,
    refund_state,
)
from clinicdesk.payments.stripe_gateway.calls import Caller, CountingClient, noted
from clinicdesk.payments.stripe_gateway.disputes import StripeDisputes
from clinicdesk.payments.stripe_gateway.links import StripeLinks
from clinicdesk.payments.stripe_gateway.payouts import StripePayouts
from clinicdesk.payments.stripe_gateway.readers import StripeReaders
from clinicdesk.payments.stripe_gateway.refusals import (
    amount_refusal,
    event_refusal,
    intent_refusal,
    reader_refusal,
    refund_refusal,
)

API = "https://api.stripe.com"
# Of a refused or lost request the library makes two more, with the same idempotency key.
NETWORK_RETRIES = 2
PAGE = 100
# The desk's clock and Stripe's may differ when an intent is looked up by its time.
CLOCK_MARGIN = timedelta(hours=1)
# Of all that happens, what a clinic's payments can be changed by; Stripe takes up to 20 kinds.
EVENT_KINDS = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "terminal.reader.action_succeeded",
    "terminal.reader.action_failed",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
CARD_TYPES = {"CAD": ["card_present", "interac_present"]}


class StripeGateway:
    """The `CardGateway` of Stripe.

    `api_base` stands in for Stripe's own address; it must be https unless it is this computer.
    One try may take `connect_timeout_s` and `read_timeout_s`, and there are three of them.

    Raises:
        ProviderKeyError: if `secret_key` is no secret key of Stripe.
        ValueError: if `api_base` is neither https nor this computer.
    """

    def __init__(
        self,
        secret_key: str,
        *,
        api_base: str | None = None,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 30.0,
    ) -> None:
        self.live = key_kind(secret_key).live
        base = api_base or API
        http = CountingClient((connect_timeout_s, read_timeout_s), own_computer=check_address(base))
        # Below warnings the library logs bodies; its telemetry names the computer.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        stripe.enable_telemetry = False
        client = stripe.StripeClient(
            secret_key,
            http_client=http,
            max_network_retries=NETWORK_RETRIES,
            base_addresses={"api": base},
        )
        self._caller = Caller(http)
        self.links: LinkGateway = StripeLinks(client, self._caller, live=self.live)
        self.disputes: DisputeGateway = StripeDisputes(client, self._caller, live=self.live)
        self.payouts: PayoutGateway = StripePayouts(client, self._caller, live=self.live)
        self.readers: ReaderGateway = StripeReaders(client, self._caller, live=self.live)
        self._intents = client.v1.payment_intents
        self._readers = client.v1.terminal.readers
        self._refunds = client.v1.refunds
        self._events = client.v1.events

    @property
    def is_key_refused(self) -> bool:
        """Tell whether the key was refused by the latest answer."""
        return self._caller.is_key_refused

    def create_intent(self, attempt_key: str, *, amount: Money) -> IntentState:
        """Create the intent of an attempt, or give back the one made with the same key."""
        kinds = CARD_TYPES.get(amount.currency, ["card_present"])

        def ask() -> IntentState:
            made = self._intents.create(
                {
                    "amount": amount.minor,
                    "currency": amount.currency.lower(),
                    "allowed_payment_method_types": kinds,
                    "capture_method": "automatic",
                    "metadata": {"attempt": attempt_key},
                    "expand": ["latest_charge"],
                },
                options={"idempotency_key": f"pi:{attempt_key}"},
            )
            answer = noted("create intent", made)
            state = intent_state(answer, live=self.live)
            check_amount(state.amount, amount)
            if answer["metadata"].get("attempt") != attempt_key:
                raise AnswerMismatchError
            # Stripe drops the kinds that do not fit the account or currency without a word.
            if "card_present" not in answer["payment_method_types"]:
                raise AmountRefusedError("card_present_filtered")
            return state

        return self._caller.run("create intent", ask, refused=amount_refusal)

    def find_intent(self, attempt_key: str, *, created_after: datetime) -> IntentState | None:
        """Look among the intents made since; Stripe's search lags behind, its lists do not."""
        since = int((created_after - CLOCK_MARGIN).timestamp())

        def ask() -> IntentState | None:
            pages = self._intents.list(
                {"created": {"gte": since}, "limit": PAGE, "expand": ["data.latest_charge"]}
            )
            for found in pages.auto_paging_iter():
                answer = found.to_dict()
                if answer["metadata"].get("attempt") == attempt_key:
                    return intent_state(answer, live=self.live)
            return None

        return self._caller.run("find intent", ask)

    def list_intents(self, *, created_from: datetime, created_until: datetime) -> IntentList:
        """List the intents made in [created_from, created_until), newest first."""
        since, until = int(created_from.timestamp()), int(created_until.timestamp())

        def ask() -> IntentList:
            pages = self._intents.list(
                {
                    "created": {"gte": since, "lt": until},
                    "limit": PAGE,
                    "expand": ["data.latest_charge"],
                }
            )
            answers = (found.to_dict() for found in pages.auto_paging_iter())
            return intent_list(answers, live=self.live)

        return self._caller.run("list intents", ask)

    def retrieve_intent(self, intent_id: str) -> IntentState:
        """Read an intent with its charge."""

        def ask() -> IntentState:
            found = self._intents.retrieve(intent_id, {"expand": ["latest_charge"]})
            return intent_state(found.to_dict(), live=self.live, intent_id=intent_id)

        return self._caller.run("retrieve intent", ask)

    def send_to_reader(self, intent_id: str, *, reader_id: str, command_key: str) -> ReaderState:
        """Ask a reader to take the card for an intent; its screen lets the patient cancel."""

        def ask() -> ReaderState:
            sent = self._readers.process_payment_intent(
                reader_id,
                {
                    "payment_intent": intent_id,
                    "process_config": {"enable_customer_cancellation": True},
                },
                options={"idempotency_key": f"proc:{command_key}"},
            )
            state = reader_state(noted("send to reader", sent), live=self.live)
            if state.action_intent_id != intent_id:
                raise AnswerMismatchError
            return state

        return self._caller.run("send to reader", ask, refused=reader_refusal)

    def retrieve_reader(self, reader_id: str) -> ReaderState:
        """Read a reader and its action slot."""

        def ask() -> ReaderState:
            return reader_state(self._readers.retrieve(reader_id).to_dict(), live=self.live)

        return self._caller.run("retrieve reader", ask, refused=reader_refusal)

    def cancel_reader_action(self, reader_id: str) -> ReaderState:
        """Take the prompt off the reader; not during an authorisation."""

        def ask() -> ReaderState:
            answer = noted("cancel action", self._readers.cancel_action(reader_id))
            return reader_state(answer, live=self.live)

        return self._caller.run("cancel action", ask, refused=reader_refusal)

    def cancel_intent(self, intent_id: str) -> IntentState:
        """Cancel an intent that has taken no money."""

        def ask() -> IntentState:
            done = self._intents.cancel(intent_id, {"expand": ["latest_charge"]})
            answer = noted("cancel intent", done)
            return intent_state(answer, live=self.live, intent_id=intent_id)

        return self._caller.run("cancel intent", ask, refused=intent_refusal)

    def refund(self, refund_key: str, *, intent_id: str, amount: Money) -> RefundState:
        """Refund a part of a succeeded intent once per key."""

        def ask() -> RefundState:
            made = self._refunds.create(
                {
                    "payment_intent": intent_id,
                    "amount": amount.minor,
                    "metadata": {"refund": refund_key},
                },
                options={"idempotency_key": f"re:{refund_key}"},
            )
            state = refund_state(noted("refund", made))
            check_amount(state.amount, amount)
            if state.intent_id != intent_id:
                raise AnswerMismatchError
            return state

        return self._caller.run("refund", ask, refused=refund_refusal)

    def retrieve_refund(self, provider_refund_id: str) -> RefundState:
        """Read a refund."""

        def ask() -> RefundState:
            state = refund_state(self._refunds.retrieve(provider_refund_id).to_dict())
            if state.provider_refund_id != provider_refund_id:
                raise AnswerMismatchError
            return state

        return self._caller.run("retrieve refund", ask)

    def find_refund(self, refund_key: str, *, intent_id: str) -> RefundState | None:
        """Look for a refund of an intent by its metadata."""

        def ask() -> RefundState | None:
            pages = self._refunds.list({"payment_intent": intent_id, "limit": PAGE})
            for found in pages.auto_paging_iter():
                answer = found.to_dict()
                if (answer.get("metadata") or {}).get("refund") == refund_key:
                    return refund_state(answer)
            return None

        return self._caller.run("find refund", ask)

    def list_refunds(self, *, created_after: datetime) -> tuple[RefundState, ...]:
        """List the refunds made since, newest first, whoever made them."""
        since = int((created_after - CLOCK_MARGIN).timestamp())

        def ask() -> tuple[RefundState, ...]:
            pages = self._refunds.list({"created": {"gte": since}, "limit": PAGE})
            return tuple(refund_state(found.to_dict()) for found in pages.auto_paging_iter())

        return self._caller.run("list refunds", ask)

    def event(self, event_id: str) -> ProviderEvent | None:
        """Read one event."""

        def ask() -> ProviderEvent | None:
            found = self._events.retrieve(event_id).to_dict()
            return provider_event(found, live=self.live)

        try:
            return self._caller.run("retrieve event", ask, refused=event_refusal)
        except EventForgottenError:
            return None

    def newest_event(self) -> ProviderEvent | None:
        """Give the latest event that matters; None where there was none."""

        def ask() -> ProviderEvent | None:
            page = self._events.list({"types": list(EVENT_KINDS), "limit": 1})
            events = [provider_event(one.to_dict(), live=self.live) for one in page.data]
            return events[0] if events else None

        return self._caller.run("newest event", ask)

    def events_after(self, event_id: str, *, limit: int) -> tuple[ProviderEvent, ...]:
        """List the events after one; with `ending_before` the library pages oldest first."""

        def ask() -> tuple[ProviderEvent, ...]:
            pages = self._events.list(
                {"types": list(EVENT_KINDS), "limit": PAGE, "ending_before": event_id}
                if event_id
                else {"types": list(EVENT_KINDS), "limit": PAGE}
            )
            listed = pages.auto_paging_iter()
            oldest_first = listed if event_id else iter(list(listed)[::-1])
            found = itertools.islice(oldest_first, limit)
            return tuple(provider_event(one.to_dict(), live=self.live) for one in found)

        return self._caller.run("list events", ask, refused=event_refusal)
