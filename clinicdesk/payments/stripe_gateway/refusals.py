"""Chooses our error for a request that Stripe has refused: by its code, or else by what was asked.

Each function takes the error's `code` and the parameter it blames, "" where Stripe gives none.
Codes: https://docs.stripe.com/error-codes
"""

from collections.abc import Callable

from clinicdesk.errors import ClinicDeskError
from clinicdesk.payments.errors import (
    AmountRefusedError,
    EventForgottenError,
    IntentStateError,
    NoAnswerError,
    PaymentDisputedError,
    ProviderKeyError,
    ProviderRefusedError,
    ReaderBusyError,
    ReaderFaultError,
    ReaderOfflineError,
    ReaderTimeoutError,
    RefundRefusedError,
)

Refusal = Callable[[str, str], ClinicDeskError]

MISSING = "resource_missing"
MOVED_ON = frozenset({"intent_invalid_state", "payment_intent_unexpected_state", "card_declined"})
DISPUTED = frozenset({"charge_disputed", "refund_disputed_payment"})
AMOUNT_CODES = frozenset({"amount_too_small", "amount_too_large", "invalid_charge_amount"})


def lookup_refusal(code: str, _param: str) -> ClinicDeskError:
    """Why something could not be read: it is not in this account, or nobody knows."""
    if code == MISSING:
        return ProviderKeyError(
            "The card provider does not know this payment under the clinic's key. The key "
            "probably belongs to another account; please have it checked in the settings."
        )
    return NoAnswerError()


def amount_refusal(code: str, param: str) -> ClinicDeskError:
    """Why an intent could not be created."""
    if param in {"amount", "currency"} or code in AMOUNT_CODES:
        return AmountRefusedError(code)
    return ProviderRefusedError(code)


def reader_refusal(code: str, param: str) -> ClinicDeskError:
    """Why a reader did not take a command; a timeout is no refusal."""
    by_code: dict[str, Callable[[], ClinicDeskError]] = {
        "terminal_reader_busy": ReaderBusyError,
        "terminal_reader_offline": ReaderOfflineError,
        "terminal_reader_timeout": ReaderTimeoutError,
        **dict.fromkeys(MOVED_ON, IntentStateError),
    }
    if code in by_code:
        return by_code[code]()
    if code == MISSING and param in {"intent", "payment_intent"}:
        return lookup_refusal(code, param)
    return ReaderFaultError(code=code)


def intent_refusal(code: str, param: str) -> ClinicDeskError:
    """Why an intent could not be cancelled."""
    if code in MOVED_ON:
        return IntentStateError()
    return lookup_refusal(code, param) if code == MISSING else ProviderRefusedError(code)


def refund_refusal(code: str, param: str) -> ClinicDeskError:
    """Why a refund could not be made."""
    if code in DISPUTED:
        return PaymentDisputedError(code)
    return lookup_refusal(code, param) if code == MISSING else RefundRefusedError(code)


def event_refusal(code: str, param: str) -> ClinicDeskError:
    """Why the events after a cursor could not be listed: the cursor is forgotten, or unknown."""
    is_cursor = code == MISSING or param == "ending_before"
    return EventForgottenError() if is_cursor else lookup_refusal(code, param)
