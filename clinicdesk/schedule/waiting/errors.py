"""Why the waiting list cannot do what was asked."""

from clinicdesk.errors import ConflictError, InvalidInputError, RuleError


class WishChangedError(ConflictError):
    """A colleague changed the wish, or took it off the list."""

    def __init__(self) -> None:
        super().__init__(
            "A colleague changed this wish meanwhile, so nothing was saved. Look at the waiting "
            "list again."
        )


class WishInvalidError(InvalidInputError):
    """A wish that cannot be: the sentence says why, `field` where."""


class WishLeftOutError(ConflictError):
    """Somebody chosen cannot be offered the time any more, so nobody was."""

    title = "Nothing was offered"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} cannot be offered this time now: {reason}. Nothing was sent; please look at "
            "the list again."
        )


class OfferGoneError(ConflictError):
    """The time that was offered went to somebody else, or the offer ended; the sentence says."""

    title = "That time is gone"


class NobodyChosenError(RuleError):
    """No wish was chosen to be offered the time."""

    def __init__(self) -> None:
        super().__init__("Nobody is chosen. Tick at least one patient to offer the time to.")
