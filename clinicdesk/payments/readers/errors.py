"""Why a card reader cannot be taken into use, changed or reset."""

from clinicdesk.errors import ConflictError, InvalidInputError, RefusedError


class ReaderCodeError(InvalidInputError):
    """The provider does not know the registration code."""

    def __init__(self) -> None:
        super().__init__(
            "The card provider does not know this code. Codes are short-lived: let the reader "
            "show a new one (Settings, Generate pairing code) and type it here.",
            field="code",
        )


class ReaderNameError(InvalidInputError):
    """The reader has no name, or one that another reader of the clinic has."""

    def __init__(self, sentence: str = "Please give the reader a name.") -> None:
        super().__init__(sentence, field="label")


class UnknownReaderError(ConflictError):
    """There is no such reader in use."""

    def __init__(self) -> None:
        super().__init__("This card reader is not in use any more. Please look at the list again.")


class ReaderInUseError(ConflictError):
    """A payment runs on the reader; `desk` is where it was begun."""

    def __init__(self, desk: str) -> None:
        where = f" at {desk}" if desk else ""
        super().__init__(
            f"A payment is in progress on this reader{where}. Finish or cancel it there first."
        )


class PlaceRefusedError(RefusedError):
    """The provider does not take the clinic's address as the place of its readers."""

    def __init__(self) -> None:
        super().__init__(
            "The card provider does not accept the clinic's address as the place of its readers. "
            "Please complete the address (street, postcode, town) in the settings."
        )
