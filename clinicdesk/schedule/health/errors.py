"""Why a finding of the health check cannot be mended or kept."""

from clinicdesk.errors import InvalidInputError, RuleError


class NoBetterTimeError(RuleError):
    """No other time was proposed for the visit."""

    def __init__(self) -> None:
        super().__init__(
            "No free time with this doctor was found for this visit. Move it by hand, or keep it "
            "as it is with a reason."
        )


class KeepingReasonError(InvalidInputError):
    """A visit is kept against the rules without a reason."""

    def __init__(self) -> None:
        super().__init__(
            "Please write why this visit stays as it is; its history keeps the reason.",
            field="reason",
        )
