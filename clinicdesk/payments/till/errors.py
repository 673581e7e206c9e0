"""Why a till cannot be opened, used or closed now."""

from clinicdesk.errors import ConflictError, InvalidInputError, RuleError
from clinicdesk.money import Money


class TillOpenError(ConflictError):
    """The till is open already."""

    def __init__(self) -> None:
        super().__init__("The till is open already. Count and close it first.")


class TillClosedError(ConflictError):
    """The till is not open, or somebody closed it meanwhile."""

    def __init__(self) -> None:
        super().__init__("The till is closed. Open it with what is in the drawer.")


class CountInvalidError(InvalidInputError):
    """A count that cannot be: negative, or of a coin or note that does not exist."""

    def __init__(self, sentence: str = "Please count each coin and note from nought up.") -> None:
        super().__init__(sentence, field="count")


class TooMuchLeftError(InvalidInputError):
    """More is to stay in the drawer than was counted."""

    def __init__(self, counted: Money) -> None:
        super().__init__(
            f"Only {counted} was counted, so no more can stay in the drawer.", field="left"
        )


class DifferenceUnexplainedError(InvalidInputError):
    """The count differs from what should be there, and nobody has said why."""

    def __init__(self, difference: Money) -> None:
        more = difference.minor > 0
        amount = difference if more else -difference
        super().__init__(
            f"There is {amount} too {'much' if more else 'little'} in the drawer. Count again, or "
            "say what is known about it.",
            field="reason",
        )


class DrawerReasonError(InvalidInputError):
    """Cash goes in or out of the drawer for a reason."""

    def __init__(self) -> None:
        super().__init__("Please say what the money is for.", field="reason")


class DrawerEmptyError(RuleError):
    """More is taken out of the drawer than is in it."""

    def __init__(self, held: Money) -> None:
        super().__init__(f"The drawer should hold {held}, so no more can be taken out.")


class CardRunningError(ConflictError):
    """A card payment is running, so what the day took is not known yet."""

    def __init__(self, sentence: str) -> None:
        super().__init__(
            f"{sentence}. Finish or cancel it first, so that it is clear to which day it belongs."
        )


class LooseUnexplainedError(InvalidInputError):
    """Something is still open, and nobody has said why the till is closed all the same."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{sentence}. Deal with it, or say why it stays open.", field="loose")


class LooseChangedError(ConflictError):
    """Something came up while the till was counted, which nobody has seen yet."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Meanwhile: {sentence}. Please look at it, then close the till.")
