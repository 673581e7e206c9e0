"""How a paper is made up: its language, the clinic's picture, and its marks."""

from dataclasses import dataclass

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.language import ENGLISH, PaperLanguage
from clinicdesk.documents.sheet import Logo
from clinicdesk.documents.wording import language_of


@dataclass(frozen=True, slots=True)
class PaperStyle:
    """One that `is_copy` was handed out before; one that `is_test` is about no real money."""

    language: PaperLanguage = ENGLISH
    logo: Logo | None = None
    is_copy: bool = False
    is_test: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands above the title, in the paper's language."""
        marks = (("COPY", self.is_copy), ("TEST", self.is_test))
        return tuple(self.language.say(word) for word, is_set in marks if is_set)

    def tag(self, clinic: ClinicRecord) -> str:
        """Give the language tag that the file is marked with."""
        return language_of(clinic.country) if self.language.is_english else self.language.tag


PLAIN = PaperStyle()
