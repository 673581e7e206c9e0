"""Why credit cannot be moved, or a statement not be made."""

from clinicdesk.errors import ConflictError, InvalidInputError, RuleError
from clinicdesk.money import Money


class CreditAmountError(InvalidInputError):
    """The amount is not more than zero."""

    def __init__(self) -> None:
        super().__init__("Please enter an amount of more than zero.", field="amount")


class CreditTooSmallError(RuleError):
    """There is less credit than was to be moved, perhaps because another desk used it."""

    def __init__(self, left: Money) -> None:
        text = f"Only {left} of credit is left" if left.minor > 0 else "No credit is left"
        super().__init__(f"{text} there. Choose a smaller amount or another credit.")
        self.left = left


class CreditTooLargeError(RuleError):
    """Less is owed on the invoice than was to be moved to it."""

    def __init__(self, due: Money) -> None:
        text = f"Only {due} is due" if due.minor > 0 else "Nothing is due"
        super().__init__(f"{text} on that invoice. Choose a smaller amount or another invoice.")
        self.due = due


class CreditCurrencyError(RuleError):
    """Credit and invoice are in two currencies."""

    def __init__(self) -> None:
        super().__init__(
            "The credit and the invoice are in two currencies. Give the credit back, and take a "
            "payment for the invoice."
        )


class SameInvoiceError(RuleError):
    """Credit was to be moved to the invoice on which it lies."""

    def __init__(self) -> None:
        super().__init__("The credit lies on that invoice already. Choose another invoice.")


class NotOneFamilyError(RuleError):
    """The invoices are of patients who are not of one family."""

    def __init__(self) -> None:
        super().__init__(
            "Credit can be used within one family only. Give it back, or set the same guarantor "
            "for both patients first."
        )


class BeingPaidError(ConflictError):
    """A payment of the invoice is going on, so what is due is not settled."""

    def __init__(self) -> None:
        super().__init__(
            "A payment of that invoice is going on. Finish or cancel it, then use the credit."
        )


class TransferKeyUsedError(ConflictError):
    """The same key came before with something else in it."""

    def __init__(self) -> None:
        super().__init__("This credit was moved differently before. Please open the account again.")


class UnknownTransferError(ConflictError):
    """There is no such transfer of credit, or it is one that moved credit back."""

    def __init__(self) -> None:
        super().__init__("This move of credit cannot be found. Please open the account again.")


class CreditUsedError(RuleError):
    """What was moved cannot be moved back, as it is not there any more."""

    def __init__(self) -> None:
        super().__init__(
            "This credit was given back or moved on since, so it cannot be moved back whole. Look "
            "at the invoice's payments first."
        )


class PeriodReversedError(InvalidInputError):
    """A period ends before it begins."""

    def __init__(self) -> None:
        super().__init__("The period ends before it begins. Please check the days.", field="to_on")
