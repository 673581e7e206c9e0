"""Why nothing can be done about a dispute any more."""

from clinicdesk.errors import ConflictError


class UnknownDisputeError(ConflictError):
    """There is no such dispute."""

    def __init__(self) -> None:
        super().__init__("This dispute cannot be found. Please look at the list again.")


class DisputeDecidedError(ConflictError):
    """The dispute waits for no answer, so it cannot be given up."""

    def __init__(self) -> None:
        super().__init__(
            "This dispute waits for no answer of the clinic any more. Please look at the list "
            "again."
        )
