"""Why a paper cannot be made, or a picture not be taken in."""

from clinicdesk.errors import InvalidInputError, RuleError


class NoReceiptError(RuleError):
    """There is no receipt of what took no money."""

    def __init__(self) -> None:
        super().__init__("Nothing was taken by this payment, so there is no receipt of it.")


class NoRefundNoteError(RuleError):
    """There is no note of a refund that gave nothing back."""

    def __init__(self) -> None:
        super().__init__("Nothing was given back by this refund, so there is no note of it.")


class LogoError(InvalidInputError):
    """The file is no picture that papers can carry."""

    def __init__(
        self, sentence: str = "This is no picture in PNG or JPEG. Please choose another file."
    ) -> None:
        super().__init__(sentence, field="logo")
