"""Why what was found at the card provider cannot be settled so."""

from clinicdesk.errors import ConflictError, InvalidInputError, RuleError, UnavailableError


class ChargeSettledError(ConflictError):
    """Somebody has settled it, or it is none of what was found."""

    def __init__(self) -> None:
        super().__init__("This charge was settled already. Please look at the list again.")


class ChargeCurrencyError(RuleError):
    """The charge is in another currency than the invoice."""

    def __init__(self) -> None:
        super().__init__("This charge is in another currency than the invoice. Choose another one.")


class NoteMissingError(InvalidInputError):
    """What is set aside needs its reason."""

    def __init__(self) -> None:
        super().__init__("Please say what this charge was for.", field="note")


class WrongModeError(UnavailableError):
    """The key is of the other mode than the clinic's books: test money and real money never mix."""

    def __init__(self, *, books_are_live: bool) -> None:
        if books_are_live:
            sentence = (
                "The card provider's key in use is a TEST key, but this clinic's books hold real "
                "money. No card is taken until the live key is entered in the settings."
            )
        else:
            sentence = (
                "The card provider's key in use is a LIVE key, but this clinic's books were begun "
                "in test mode. No real card is taken into test books: start with a clinic of its "
                "own, or enter the test key."
            )
        super().__init__(sentence)
