"""Card payments through Stripe, driven from the server side: the one door to the `stripe` library.

Importing this module costs some 0.4 s, and building a gateway another 0.1 s: do both where the
first payment is near, not before the first window. Every call blocks; call it from a worker.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import stripe

from clinicdesk.errors import ClinicDeskError
from clinicdesk.money import Money
from clinicdesk.payments.errors import (
    AmountRefusedError,
    AnswerMismatchError,
    InsecureConnectionError,
    NoAnswerError,
    ProviderBusyError,
    ProviderKeyError,
)
from clinicdesk.payments.gateway import IntentState, ReaderState, RefundState
from clinicdesk.payments.stripe_answers import (
    Answer,
    check_amount,
    intent_state,
    reader_state,
    refund_state,
)
from clinicdesk.payments.stripe_keys import check_address, key_kind
from clinicdesk.payments.stripe_refusals import (
    Refusal,
    amount_refusal,
    intent_refusal,
    lookup_refusal,
    reader_refusal,
    refund_refusal,
)

API = "https://api.stripe.com"
# Of a refused or lost request the library makes two more, with the same idempotency key.
NETWORK_RETRIES = 2
PAGE = 100
# The desk's clock and Stripe's may differ when an intent is looked up by its time.
CLOCK_MARGIN = timedelta(hours=1)
CARD_TYPES = {"CAD": ["card_present", "interac_present"]}

T = TypeVar("T")

log = logging.getLogger(__name__)


class _CountingClient(stripe.RequestsClient):
    """Stripe's HTTP client, which also tells how often the current thread's request was sent.

    A request that was sent twice may have been done the first time, whatever the second one met.
    """

    def __init__(self, timeout: tuple[float, float], *, own_computer: bool) -> None:
        # An empty proxy keeps the environment's proxy out of the way to this computer itself.
        super().__init__(timeout=timeout, proxy={"http": "", "https": ""} if own_computer else None)
        self._sent = threading.local()

    def start_counting(self) -> None:
        self._sent.times = 0

    def sent_once(self) -> bool:
        return bool(self._sent.times <= 1)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_more: Any,
    ) -> tuple[Any, int, Mapping[str, str]]:
        self._sent.times += 1
        return super().request(method, url, headers, post_data)


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
        self._http = _CountingClient(
            (connect_timeout_s, read_timeout_s), own_computer=check_address(base)
        )
        # Below warnings the library logs bodies; its telemetry names the computer.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        stripe.enable_telemetry = False
        client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            max_network_retries=NETWORK_RETRIES,
            base_addresses={"api": base},
        )
        self._intents = client.v1.payment_intents
        self._readers = client.v1.terminal.readers
        self._refunds = client.v1.refunds

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
            answer = self._noted("create intent", made)
            state = intent_state(answer, live=self.live)
            check_amount(state.amount, amount)
            if answer["metadata"].get("attempt") != attempt_key:
                raise AnswerMismatchError
            # Stripe drops the kinds that do not fit the account or currency without a word.
            if "card_present" not in answer["payment_method_types"]:
                raise AmountRefusedError("card_present_filtered")
            return state

        return self._call("create intent", ask, refused=amount_refusal)

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

        return self._call("find intent", ask)

    def retrieve_intent(self, intent_id: str) -> IntentState:
        """Read an intent with its charge."""

        def ask() -> IntentState:
            found = self._intents.retrieve(intent_id, {"expand": ["latest_charge"]})
            return intent_state(found.to_dict(), live=self.live, intent_id=intent_id)

        return self._call("retrieve intent", ask)

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
            state = reader_state(self._noted("send to reader", sent), live=self.live)
            if state.action_intent_id != intent_id:
                raise AnswerMismatchError
            return state

        return self._call("send to reader", ask, refused=reader_refusal)

    def retrieve_reader(self, reader_id: str) -> ReaderState:
        """Read a reader and its action slot."""

        def ask() -> ReaderState:
            return reader_state(self._readers.retrieve(reader_id).to_dict(), live=self.live)

        return self._call("retrieve reader", ask, refused=reader_refusal)

    def list_readers(self) -> tuple[ReaderState, ...]:
        """List the readers of the account, newest first."""

        def ask() -> tuple[ReaderState, ...]:
            pages = self._readers.list({"limit": PAGE})
            return tuple(
                reader_state(found.to_dict(), live=self.live) for found in pages.auto_paging_iter()
            )

        return self._call("list readers", ask)

    def cancel_reader_action(self, reader_id: str) -> ReaderState:
        """Take the prompt off the reader; not during an authorisation."""

        def ask() -> ReaderState:
            answer = self._noted("cancel action", self._readers.cancel_action(reader_id))
            return reader_state(answer, live=self.live)

        return self._call("cancel action", ask, refused=reader_refusal)

    def cancel_intent(self, intent_id: str) -> IntentState:
        """Cancel an intent that has taken no money."""

        def ask() -> IntentState:
            done = self._intents.cancel(intent_id, {"expand": ["latest_charge"]})
            answer = self._noted("cancel intent", done)
            return intent_state(answer, live=self.live, intent_id=intent_id)

        return self._call("cancel intent", ask, refused=intent_refusal)

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
            state = refund_state(self._noted("refund", made))
            check_amount(state.amount, amount)
            if state.intent_id != intent_id:
                raise AnswerMismatchError
            return state

        return self._call("refund", ask, refused=refund_refusal)

    def retrieve_refund(self, provider_refund_id: str) -> RefundState:
        """Read a refund."""

        def ask() -> RefundState:
            state = refund_state(self._refunds.retrieve(provider_refund_id).to_dict())
            if state.provider_refund_id != provider_refund_id:
                raise AnswerMismatchError
            return state

        return self._call("retrieve refund", ask)

    def find_refund(self, refund_key: str, *, intent_id: str) -> RefundState | None:
        """Look for a refund of an intent by its metadata."""

        def ask() -> RefundState | None:
            pages = self._refunds.list({"payment_intent": intent_id, "limit": PAGE})
            for found in pages.auto_paging_iter():
                answer = found.to_dict()
                if (answer.get("metadata") or {}).get("refund") == refund_key:
                    return refund_state(answer)
            return None

        return self._call("find refund", ask)

    def _noted(self, step: str, answered: stripe.StripeObject) -> Answer:
        """Log the request's id, by which Stripe's support finds it; never the body."""
        response = answered.last_response
        request_id = getattr(response, "request_id", None) if response else None
        log.info("card provider: %s done (request %s)", step, request_id)
        return answered.to_dict()

    def _call(self, step: str, ask: Callable[[], T], *, refused: Refusal | None = None) -> T:
        """Ask, and turn what goes wrong into our errors; the causes hold bodies, so they go."""
        self._http.start_counting()
        try:
            return ask()
        except stripe.StripeError as error:
            raise self._known_error(step, error, refused) from None
        except AnswerMismatchError:
            _warn_of_answer(step, "is about something else")
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _warn_of_answer(step, f"cannot be read ({type(error).__name__})")
            raise AnswerMismatchError from None

    def _known_error(
        self, step: str, error: stripe.StripeError, refused: Refusal | None
    ) -> ClinicDeskError:
        code, param = _code_and_param(error)
        log.warning(
            "card provider: %s failed: %s, HTTP %s, code %s (request %s)",
            step, type(error).__name__, error.http_status, code, error.request_id,
        )  # fmt: skip
        if isinstance(error, stripe.APIConnectionError):
            insecure = "SSL" in type(error.__cause__).__name__
            return InsecureConnectionError() if insecure else NoAnswerError()
        # Limits and keys are looked at before the idempotency key: after a lost answer to the
        # first try they say nothing about it.
        if isinstance(error, stripe.RateLimitError):
            return ProviderBusyError() if self._http.sent_once() else NoAnswerError()
        if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
            return ProviderKeyError() if self._http.sent_once() else NoAnswerError()
        if isinstance(error, stripe.CardError | stripe.InvalidRequestError):
            return (refused or lookup_refusal)(code, param)
        return NoAnswerError()


def _warn_of_answer(step: str, what: str) -> None:
    log.error("card provider: the answer to %s %s", step, what)


def _code_and_param(error: stripe.StripeError) -> tuple[str, str]:
    """Read the body's own code: the exception's attribute is None for several kinds."""
    inner = error.error
    return str(getattr(inner, "code", None) or ""), str(getattr(inner, "param", None) or "")
