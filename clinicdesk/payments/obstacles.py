"""Why the desk cannot take or give back money now, before anybody outside is asked."""

from clinicdesk.errors import ConflictError, InvalidInputError, RuleError, UnavailableError
from clinicdesk.money import Money


class PaymentInProgressError(ConflictError):
    """A payment of this invoice is running or unclear; `desk` is where it was begun."""

    def __init__(self, desk: str = "") -> None:
        where = f" at {desk}" if desk else ""
        super().__init__(
            f"A payment for this invoice is in progress{where}. Finish or cancel it there first, "
            "so that nothing is charged twice."
        )
        self.desk = desk


class NothingDueError(RuleError):
    """The invoice is paid."""

    def __init__(self) -> None:
        super().__init__("Nothing is due on this invoice any more, so nothing was taken.")


class MoreThanDueError(RuleError):
    """The amount is larger than what is owed."""

    def __init__(self, due: Money) -> None:
        super().__init__(f"Only {due} is due on this invoice. Please take that or less.")
        self.due = due


class OtherClinicError(RuleError):
    """Invoices of two clinics cannot be paid at once: each has its own till."""

    def __init__(self) -> None:
        super().__init__("These invoices are of different clinics. Please take each by itself.")


class OtherFamilyError(RuleError):
    """Invoices that go to different people are not paid together."""

    def __init__(self) -> None:
        super().__init__(
            "These invoices go to people who are not of one family. Please take each by itself, "
            "or set first who pays for whom."
        )


class PaymentLinkOpenError(ConflictError):
    """A payment link was made for one of the invoices in the last moment."""

    def __init__(self) -> None:
        super().__init__(
            "A payment link was made for this invoice a moment ago. Please take the payment again: "
            "the link is closed first, so that nothing is paid twice."
        )


class BelowCardMinimumError(RuleError):
    """The card provider takes no such small amount; `least` is the smallest that it does."""

    def __init__(self, least: Money) -> None:
        super().__init__(
            f"Less than {least} cannot be taken by card. Please take it another way, "
            "or together with other invoices."
        )
        self.least = least


class ReaderCurrencyError(RuleError):
    """The reader stands in a country with another currency than the invoice's."""

    def __init__(self, label: str, *, local: str, currency: str) -> None:
        super().__init__(
            f"The card reader {label} takes {local} only, the currency of its country; this "
            f"invoice is in {currency}. Please take it another way."
        )
        self.local = local


class AmountInvalidError(InvalidInputError):
    """No amount, a negative one, or one of another currency than the invoice's."""

    def __init__(self, sentence: str = "The amount must be more than zero.") -> None:
        super().__init__(sentence, field="amount")


class TenderedTooLittleError(InvalidInputError):
    """The cash that was handed over is less than what is to be paid by it."""

    def __init__(self, amount: Money) -> None:
        super().__init__(
            f"That is less than {amount}. Enter what was handed over.", field="tendered"
        )


class ReaderGoneError(ConflictError):
    """The card reader was taken out of use."""

    def __init__(self) -> None:
        super().__init__("This card reader is not in use any more. Please choose another one.")


class CardsOffError(UnavailableError):
    """No card provider is set up."""

    def __init__(self) -> None:
        super().__init__(
            "Card payments are not set up yet. Enter the card provider's key in the settings, "
            "or take the payment another way."
        )


class UnknownPaymentError(ConflictError):
    """There is no such payment."""

    def __init__(self) -> None:
        super().__init__("This payment cannot be found. Please open its invoice again.")


class NotRefundableError(RuleError):
    """The payment took no money, so there is none to give back."""

    def __init__(self) -> None:
        super().__init__("This payment has taken no money, so there is nothing to give back.")


class RefundTooLargeError(RuleError):
    """More would be given back than is left of the payment."""

    def __init__(self, left: Money) -> None:
        super().__init__(
            f"Only {left} of this payment can still be given back."
            if left.minor
            else "All of this payment has been given back already."
        )
        self.left = left


class DisputedPaymentError(RuleError):
    """A refund would give the cardholder the money twice: the bank has it back already."""

    def __init__(self, amount: Money, *, is_lost: bool) -> None:
        super().__init__(
            f"The cardholder's bank has taken {amount} of this payment back for good, so there is "
            "nothing to refund."
            if is_lost
            else f"The cardholder's bank has {amount} of this payment in dispute. A refund now "
            "would pay twice. See Billing, Card provider."
        )


class SecondPersonNeededError(RuleError):
    """So large a refund needs somebody beside the person who makes it."""

    def __init__(self, limit: Money) -> None:
        super().__init__(
            f"From {limit} on a refund needs a second person. Please ask somebody who may refund "
            "to enter their name and password."
        )


class SamePersonError(RuleError):
    """Nobody approves their own refund."""

    def __init__(self) -> None:
        super().__init__("The second person must be somebody else. Please ask a colleague.")


class ReasonMissingError(InvalidInputError):
    """A refund needs a reason."""

    def __init__(self) -> None:
        super().__init__("Please say why the money is given back.", field="reason")
