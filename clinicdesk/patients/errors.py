"""Why a patient cannot be saved, shown or imported."""

from clinicdesk.errors import ConflictError, InvalidInputError, RuleError


class NameMissingError(InvalidInputError):
    """Neither a given nor a family name was entered."""

    def __init__(self) -> None:
        super().__init__("Please enter a name: given, family or both.", field="family_name")


class TextUnusableError(InvalidInputError):
    """A text has control characters or is too long; `field` says which."""


class EmailInvalidError(InvalidInputError):
    """What was entered is not one e-mail address."""

    def __init__(self) -> None:
        super().__init__(
            "Please enter one e-mail address, such as anna@example.org, or leave it empty.",
            field="email",
        )


class DateImpossibleError(InvalidInputError):
    """A date of birth or death that cannot be; `field` says which."""


class PatientMissingError(ConflictError):
    """There is no such patient, or no longer."""

    def __init__(self) -> None:
        super().__init__("This patient is not in the clinic's records. Please search again.")


class PatientChangedError(ConflictError):
    """Somebody saved the patient between opening the form and saving it."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this patient meanwhile, so nothing was saved. Look at the "
            "newest details, then enter your change again."
        )


class GuarantorIsSelfError(InvalidInputError):
    """A patient was chosen as their own guarantor."""

    def __init__(self) -> None:
        super().__init__(
            "Patients pay for themselves unless somebody else is chosen. Choose another person, "
            "or nobody.",
            field="guarantor",
        )


class GuarantorHasGuarantorError(InvalidInputError):
    """The one chosen to pay has somebody else pay for them: families are one step deep."""

    def __init__(self, chosen: str, payer: str) -> None:
        super().__init__(
            f"The bills of {chosen} go to {payer}. Choose {payer} instead.", field="guarantor"
        )


class GuarantorNotLivingError(InvalidInputError):
    """The one chosen to pay has died."""

    def __init__(self) -> None:
        super().__init__("This person has died. Choose somebody else.", field="guarantor")


class PaysForOthersError(InvalidInputError):
    """A patient who pays for others cannot have somebody else pay for them."""

    def __init__(self) -> None:
        super().__init__(
            "This patient pays for others. Choose another guarantor for those first, then this "
            "patient's bills can go to somebody else.",
            field="guarantor",
        )


class ImportFileError(InvalidInputError):
    """A file cannot be read as a list of patients; nothing was imported."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="path")


class ImportRefusedError(RuleError):
    """Some rows cannot be taken and the import was to be whole."""

    def __init__(self, count: int) -> None:
        rows = "1 row" if count == 1 else f"{count:,} rows"
        super().__init__(
            f"{rows} cannot be taken, so nothing was imported. Mend the file, or import it "
            "without those rows."
        )
        self.count = count


class ImportCancelledError(RuleError):
    """Somebody stopped the import."""

    title = "Import stopped"

    def __init__(self) -> None:
        super().__init__("The import was stopped. Nothing was added.")
