"""The payment journal as screens see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.money import Money


class JournalKind(StrEnum):
    """What an entry tells of."""

    PAYMENT = "Payment"
    REFUND = "Refund"
    LINK = "Link"


class Outcome(StrEnum):
    """How an entry stands: `OPEN` goes on as it should, `IN_DOUBT` has to be found out.

    A refund that `CAME_BACK` waits for somebody to give the money back in another way.
    """

    DONE = "done"
    OPEN = "open"
    IN_DOUBT = "in doubt"
    NOT_DONE = "not done"
    CAME_BACK = "came back"


QUESTIONS = frozenset({Outcome.IN_DOUBT, Outcome.CAME_BACK})


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One attempt to take money, one refund or one payment link.

    `state` is a word or two, `sentence` says whether money moved. `by` is the desk or the person
    who began it.
    """

    kind: JournalKind
    id: int
    invoice_id: int
    invoice_number: str
    patient_name: str
    amount: Money
    means: str
    outcome: Outcome
    state: str
    sentence: str
    at: datetime
    by: str = ""

    @property
    def is_question(self) -> bool:
        """Whether it is not known what became of it, or somebody has to see to it."""
        return self.outcome in QUESTIONS


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """What somebody should look at in the journal or at the card provider, counted.

    `in_doubt` are payments, refunds and links whose outcome is not known; `charges` are those that
    the provider took and that no payment here tells of.
    """

    in_doubt: int
    came_back: int
    charges: int
    disputes: int

    @property
    def at_provider(self) -> int:
        """How many are settled where the card provider is shown."""
        return self.charges + self.disputes
