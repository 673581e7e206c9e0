"""Why an invoice cannot be made or found."""

from datetime import datetime

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


class DayLockedError(RuleError):
    """Something would be booked on a day that was closed; both instants in the clinic's time."""

    def __init__(self, locked_until: datetime, at: datetime) -> None:
        form = "%Y-%m-%d, %H:%M"
        super().__init__(
            f"The books are closed up to {locked_until:{form}}, and by this computer's clock it is "
            f"{at:{form}}. Nothing was booked. Please set the clock right, then try again."
        )
