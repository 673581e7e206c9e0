"""Why nobody can be reminded of an invoice."""

from clinicdesk.errors import RuleError


class NotOverdueError(RuleError):
    """Nothing is due on the invoice, or not yet."""

    def __init__(self) -> None:
        super().__init__("Nothing on this invoice is late, so there is nothing to remind of.")


class DisputedError(RuleError):
    """The cardholder disputes the payment of the invoice."""

    def __init__(self) -> None:
        super().__init__(
            "The payment of this invoice is disputed at the bank, so no reminder is sent. Answer "
            "the dispute first."
        )


class PayerDiedError(RuleError):
    """The patient, or who pays, has died."""

    def __init__(self) -> None:
        super().__init__(
            "No reminder is sent, because this patient or the one who pays has died. Please write "
            "to the family yourself."
        )


class NoMailError(RuleError):
    """Whoever pays has no e-mail address, or does not want e-mail."""

    def __init__(self) -> None:
        super().__init__(
            "There is no e-mail address to write to, or no consent to e-mail. Print the letter "
            "instead."
        )


class RemindedEnoughError(RuleError):
    """The last reminder went out already."""

    def __init__(self) -> None:
        super().__init__(
            "The last reminder of this invoice went out already. Please call, or correct the "
            "invoice by a credit note."
        )


class RemindedTodayError(RuleError):
    """A reminder went out today, perhaps from another desk."""

    def __init__(self) -> None:
        super().__init__("A reminder of this invoice went out today already. Wait for an answer.")


class NotRemindedError(RuleError):
    """A letter is wanted for which no reminder was written down."""

    def __init__(self) -> None:
        super().__init__("No reminder of this invoice went out yet. Remind by letter first.")
