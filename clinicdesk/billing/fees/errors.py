"""Why a fee cannot be charged or let off."""

from clinicdesk.errors import ConflictError, InvalidInputError


class NoFeeError(ConflictError):
    """The visit takes no fee: it stands again, the rule is off, or somebody has decided."""

    def __init__(self) -> None:
        super().__init__(
            "No fee is open for this visit: it was decided already, or the visit stands again."
        )


class FeeReasonMissingError(InvalidInputError):
    """A fee is let off for a reason."""

    def __init__(self) -> None:
        super().__init__("Please say why the patient is let off.", field="reason")
