"""Why an invoice cannot be corrected as somebody wants."""

from clinicdesk.errors import InvalidInputError, RuleError
from clinicdesk.money import Money


class NothingToCreditError(RuleError):
    """Nothing was chosen, or all of it was credited before."""

    def __init__(self) -> None:
        super().__init__("There is nothing left on this invoice that could be credited.")


class CreditTooLargeError(RuleError):
    """More was to be credited than is left of a line."""

    def __init__(self, left: Money) -> None:
        super().__init__(f"Only {left} of this line is left to credit.")
        self.left = left


class CreditReasonMissingError(InvalidInputError):
    """A credit note says why."""

    def __init__(self) -> None:
        super().__init__("Please say why this is credited.", field="reason")


class DepositPaidError(RuleError):
    """What was paid on a deposit is the patient's money, so it is given back, not credited."""

    def __init__(self) -> None:
        super().__init__(
            "This deposit was paid. Use it for an invoice, or give it back by a refund."
        )


class UnknownCreditNoteError(RuleError):
    """There is no such credit note."""

    def __init__(self) -> None:
        super().__init__("This credit note cannot be found. Please search for it again.")
