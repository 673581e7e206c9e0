"""Why an invoice cannot be issued as it was put together."""

from clinicdesk.billing.errors import CurrencyDiffersError
from clinicdesk.errors import AccessDeniedError, ConflictError, InvalidInputError, RuleError

__all__ = [
    "AlreadyInvoicedError",
    "CurrencyDiffersError",
    "DiscountTooLargeError",
    "InvoiceEmptyError",
    "InvoiceTooLargeError",
    "LineInvalidError",
    "NotThisPatientsVisitError",
]


class InvoiceEmptyError(RuleError):
    """The invoice has no lines."""

    def __init__(self) -> None:
        super().__init__("There is nothing on this invoice yet. Please add what was done.")


class LineInvalidError(InvalidInputError):
    """Something in a line cannot be; `line` is its place from 0, `field` names what."""

    def __init__(self, sentence: str, *, field: str, line: int) -> None:
        super().__init__(sentence, field=field)
        self.line = line


class DiscountTooLargeError(AccessDeniedError):
    """The person may not take so much off a line."""

    def __init__(self, percent: int, *, line: int) -> None:
        allowed = f"You may take up to {percent} % off a line." if percent else "You give none."
        super().__init__(f"{allowed} Ask a manager for a larger discount.")
        self.line = line


class InvoiceTooLargeError(RuleError):
    """The total is larger than can be paid."""

    def __init__(self) -> None:
        super().__init__("This invoice is too large to be paid at once. Please make two of it.")


class AlreadyInvoicedError(ConflictError):
    """The visit has its invoice already."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"This visit was invoiced already: {number}. What is wrong on it is put right by a "
            "credit note."
        )


class NotThisPatientsVisitError(RuleError):
    """The visit is another patient's or clinic's."""

    def __init__(self) -> None:
        super().__init__("This visit belongs to another patient or clinic. Please start again.")
