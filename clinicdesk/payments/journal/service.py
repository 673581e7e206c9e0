"""Shows what became of every payment, refund and link, and finds out where that is not known."""

from clinicdesk.access import Action, Actor, requires
from clinicdesk.database.session import Database
from clinicdesk.payments.journal import queries
from clinicdesk.payments.journal.records import JournalEntry, JournalKind, OpenQuestions
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.service import PaymentService, RefundService

NEWEST = 200


class JournalService:
    """The payment journal; `payments`, `refunds` and `links` ask the provider."""

    def __init__(
        self,
        database: Database,
        *,
        payments: PaymentService,
        refunds: RefundService,
        links: LinkService,
    ) -> None:
        self._database = database
        self._payments = payments
        self._refunds = refunds
        self._links = links

    @requires(Action.SEE_BILLING)
    def entries(
        self,
        _actor: Actor,
        clinic_id: int,
        *,
        kinds: frozenset[JournalKind] = frozenset(JournalKind),
        only_questions: bool = False,
        text: str = "",
        limit: int = NEWEST,
    ) -> tuple[JournalEntry, ...]:
        """List a clinic's newest entries, open questions first.

        `text` finds an invoice's number or a patient's name.
        """
        return self._database.read(
            lambda session: queries.entries(
                session,
                clinic_id=clinic_id,
                kinds=kinds,
                only_questions=only_questions,
                text=text,
                limit=limit,
            )
        )

    @requires(Action.SEE_BILLING)
    def questions(self, _actor: Actor) -> OpenQuestions:
        """Count what somebody should look at, of all clinics."""
        return self._database.read(queries.count_questions)

    @requires(Action.TAKE_PAYMENT)
    def look_now(self, actor: Actor) -> OpenQuestions:
        """Ask the provider about everything that is open, and count what is still in question.

        Refunds are asked about only for those who may give money back.

        Raises:
            CardsOffError, UnavailableError, UnknownOutcomeError: the provider cannot be asked now.
        """
        self._payments.settle_open_attempts(actor)
        self._links.settle_open_links(actor)
        if actor.may(Action.REFUND):
            self._refunds.settle_open_refunds(actor)
        return self._database.read(queries.count_questions)
