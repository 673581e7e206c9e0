"""Asks Stripe, and turns what goes wrong into our errors."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import stripe

from clinicdesk.errors import ClinicDeskError
from clinicdesk.payments.errors import (
    AnswerMismatchError,
    InsecureConnectionError,
    NoAnswerError,
    ProviderBusyError,
    ProviderKeyError,
)
from clinicdesk.payments.stripe_gateway.answers import Answer
from clinicdesk.payments.stripe_gateway.refusals import Refusal, lookup_refusal

T = TypeVar("T")

log = logging.getLogger(__name__)


class CountingClient(stripe.RequestsClient):
    """Stripe's HTTP client, which also tells how often the current thread's request was sent.

    A request that was sent twice may have been done the first time, whatever the second one met.
    """

    def __init__(self, timeout: tuple[float, float], *, own_computer: bool) -> None:
        # An empty proxy keeps the environment's proxy out of the way to this computer itself.
        super().__init__(timeout=timeout, proxy={"http": "", "https": ""} if own_computer else None)
        self._sent = threading.local()

    def start_counting(self) -> None:
        """Forget what this thread has sent before."""
        self._sent.times = 0

    def sent_once(self) -> bool:
        """Tell whether the request since then left once at most."""
        return bool(self._sent.times <= 1)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_more: Any,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Send a request, and count it."""
        self._sent.times += 1
        return super().request(method, url, headers, post_data)


class Caller:
    """Runs one request after another over a client that counts how often each was sent."""

    def __init__(self, http: CountingClient) -> None:
        self._http = http
        self.is_key_refused = False
        """Whether the latest answer refused the key itself, not only one of its rights."""

    def run(self, step: str, ask: Callable[[], T], *, refused: Refusal | None = None) -> T:
        """Ask, and turn what goes wrong into our errors; the causes hold bodies, so they go."""
        self._http.start_counting()
        try:
            answer = ask()
        except stripe.StripeError as error:
            raise self._known_error(step, error, refused) from None
        except AnswerMismatchError:
            _warn_of_answer(step, "is about something else")
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _warn_of_answer(step, f"cannot be read ({type(error).__name__})")
            raise AnswerMismatchError from None
        self.is_key_refused = False
        return answer

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
        self.is_key_refused = isinstance(error, stripe.AuthenticationError)
        if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
            return ProviderKeyError() if self._http.sent_once() else NoAnswerError()
        if isinstance(error, stripe.CardError | stripe.InvalidRequestError):
            return (refused or lookup_refusal)(code, param)
        return NoAnswerError()


def noted(step: str, answered: stripe.StripeObject) -> Answer:
    """Log the request's id, by which Stripe's support finds it; never the body."""
    response = answered.last_response
    request_id = getattr(response, "request_id", None) if response else None
    log.info("card provider: %s done (request %s)", step, request_id)
    return answered.to_dict()


def _warn_of_answer(step: str, what: str) -> None:
    log.error("card provider: the answer to %s %s", step, what)


def _code_and_param(error: stripe.StripeError) -> tuple[str, str]:
    """Read the body's own code: the exception's attribute is None for several kinds."""
    inner = error.error
    return str(getattr(inner, "code", None) or ""), str(getattr(inner, "param", None) or "")
