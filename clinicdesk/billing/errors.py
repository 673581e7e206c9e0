"""Why an invoice cannot be made or found."""

from clinicdesk.errors import ConflictError, RuleError


class VisitNotFinishedError(RuleError):
    """The visit is not over, so what is to be billed is not settled."""

    def __init__(self) -> None:
        super().__init__("This visit is not finished yet. Finish it first, then make its invoice.")


class CurrencyDiffersError(RuleError):
    """The service is priced in another currency than the clinic's."""

    def __init__(self) -> None:
        super().__init__(
            "This service is priced in another currency than the clinic's, so no invoice was made. "
            "Please correct the service's price in the settings."
        )


class UnknownInvoiceError(ConflictError):
    """There is no such invoice."""

    def __init__(self) -> None:
        super().__init__("This invoice cannot be found. Please search for it again.")


class UnknownVisitError(ConflictError):
    """There is no such visit."""

    def __init__(self) -> None:
        super().__init__("This visit cannot be found. Please open it again from the calendar.")
