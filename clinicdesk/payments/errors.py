"""Why a card cannot be charged or refunded now, and what the desk can do about it.

Where the outcome is not known the error is an `UnknownOutcomeError`, however likely a failure is:
the next step is to ask the provider what happened, never to take the money again.
"""

from clinicdesk.errors import (
    ConflictError,
    RefusedError,
    UnavailableError,
    UnknownOutcomeError,
)


def _the_reader(label: str) -> str:
    return f"The card reader {label}" if label else "The card reader"


class ReaderBusyError(UnavailableError):
    """The reader is authorising a card, updating itself, or has a card left in it.

    `label` is the reader's name on the desk; whoever knows it raises the error anew with it.
    """

    def __init__(self, label: str = "") -> None:
        super().__init__(
            f"{_the_reader(label)} is busy. Please wait until its screen is free and try again, "
            "or choose another reader."
        )


class ReaderOfflineError(UnavailableError):
    """The provider has lost the reader; nothing was sent to it."""

    def __init__(self, label: str = "") -> None:
        super().__init__(
            f"{_the_reader(label)} is offline. Please check its power and network, "
            "or choose another reader."
        )


class ReaderFaultError(UnavailableError):
    """The reader cannot take this payment: broken, removed, or set up for another place.

    `code` is the provider's word for it.
    """

    def __init__(self, label: str = "", *, code: str = "") -> None:
        super().__init__(
            f"{_the_reader(label)} cannot take this payment. Please choose another reader, "
            "and have this one checked."
        )
        self.code = code


class ReaderTimeoutError(UnknownOutcomeError):
    """The reader has not confirmed a command; it may show it all the same."""

    def __init__(self, label: str = "") -> None:
        super().__init__(
            f"{_the_reader(label)} has not answered. It may still ask for the card, so please "
            "look at its screen; the payment is being checked."
        )


class NoAnswerError(UnknownOutcomeError):
    """No usable answer came: a lost connection, a fault of the provider's, a foreign page."""

    def __init__(self) -> None:
        super().__init__(
            "The card provider has not answered, so it is not known yet whether this went through. "
            "Please do not charge again; it is being checked."
        )


class InsecureConnectionError(UnknownOutcomeError):
    """Somebody on the way to the provider answered with a certificate that is not its own."""

    def __init__(self) -> None:
        super().__init__(
            "The connection to the card provider is not safe: its certificate could not be "
            "verified. Please ask whoever looks after the network; no card can be taken until then."
        )


class AnswerMismatchError(UnknownOutcomeError):
    """The provider's answer is not about what was asked: another amount, currency or payment."""

    def __init__(self) -> None:
        super().__init__(
            "The card provider's answer does not fit this payment. Please do not charge again, "
            "and compare the payment with the provider's own records."
        )


class ProviderBusyError(UnavailableError):
    """The provider has had too many requests; it did nothing with this one."""

    def __init__(self) -> None:
        super().__init__("The card provider is busy. Please try again in a moment.")


class ProviderKeyError(UnavailableError):
    """The key for the card provider was refused, lacks a right, or is of the other mode."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence
            or "The card provider does not accept this clinic's key. "
            "Please have the key checked in the settings."
        )


class ProviderRefusedError(RefusedError):
    """The provider would not do it, and did nothing; `code` is its word for why."""

    def __init__(self, code: str = "") -> None:
        super().__init__(
            "The card provider has refused this step. Nothing was charged by it; "
            "please take the payment another way."
        )
        self.code = code


class AmountRefusedError(RefusedError):
    """The provider takes no such amount, or not in this currency; `code` is its word for why."""

    def __init__(self, code: str = "") -> None:
        reason = {
            "amount_too_small": "The card provider takes no amount as small as this.",
            "amount_too_large": "The card provider takes no amount as large as this.",
            "card_present_filtered": (
                "The card provider takes no cards at a reader in this currency: readers take "
                "that of their own country alone."
            ),
        }.get(code, "The card provider does not take this amount or currency by card.")
        super().__init__(f"{reason} Nothing was charged. Please take the payment another way.")
        self.code = code


class RefundRefusedError(RefusedError):
    """The provider will not refund that; `code` is its word for why, "" if it gave none."""

    def __init__(self, code: str = "") -> None:
        super().__init__(
            "The card provider has refused this refund, so nothing was given back. "
            "Please check what has been refunded already, or give the money back another way."
        )
        self.code = code


class PaymentDisputedError(RefundRefusedError):
    """The cardholder asks the money back of the bank, so the provider refunds nothing."""

    def __init__(self, code: str = "") -> None:
        RefusedError.__init__(
            self,
            "The cardholder's bank has this payment in dispute, so nothing was given back: a "
            "refund would pay twice. See Billing, Card provider.",
        )
        self.code = code


class EventForgottenError(UnavailableError):
    """The provider no longer lists what happened since it was last asked."""

    def __init__(self) -> None:
        super().__init__(
            "The card provider was not asked for so long that it has forgotten what happened "
            "meanwhile. Payments and refunds are being compared one by one."
        )


class IntentStateError(ConflictError):
    """The payment has moved on at the provider; read it again before the next step."""

    def __init__(self) -> None:
        super().__init__("This payment has moved on meanwhile. It is being checked again.")
