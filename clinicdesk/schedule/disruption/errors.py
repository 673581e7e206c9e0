"""Why the disruption desk cannot do what was asked."""

from clinicdesk.errors import ConflictError, InvalidInputError, RuleError


class OutInvalidError(InvalidInputError):
    """The times at which a doctor is out cannot be: the sentence says why, `field` where."""


class AlreadyOutError(ConflictError):
    """The doctor is marked out for that time already."""

    def __init__(self) -> None:
        super().__init__(
            "This doctor is marked out for a part of that time already. Open it beside the "
            "calendar, or choose other times."
        )


class DisruptionOverError(ConflictError):
    """A colleague has finished with the disruption."""

    def __init__(self) -> None:
        super().__init__("A colleague has closed this already. The calendar shows how it stands.")


class CaseHandledError(ConflictError):
    """A colleague has taken care of this visit meanwhile."""

    def __init__(self) -> None:
        super().__init__("A colleague has taken care of this visit meanwhile; nothing was changed.")


class CasesOpenError(RuleError):
    """Not everybody is taken care of yet."""

    def __init__(self, count: int) -> None:
        who = "1 patient is" if count == 1 else f"{count} patients are"
        super().__init__(f"{who} not taken care of yet. Move, keep or cancel each visit first.")


class NobodyToWriteError(RuleError):
    """The patient cannot be written to."""

    def __init__(self) -> None:
        super().__init__("This patient has no e-mail address or wants no e-mail. Please call them.")
