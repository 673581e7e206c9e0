"""Gives money back: reserve, ask the provider with no transaction open, then record.

An amount stays reserved while its outcome is unknown, so that it cannot be given back twice.
"""

from datetime import datetime, timedelta

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.errors import RefusedError, UnavailableError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.errors import AnswerMismatchError
from clinicdesk.payments.gateway import RefundState
from clinicdesk.payments.obstacles import ReasonMissingError
from clinicdesk.payments.queries import OpenRefund, bounced_refunds, refunds_of_invoice
from clinicdesk.payments.records import RefundRecord, RefundStage
from clinicdesk.payments.refunding import RefundBook
from clinicdesk.payments.rules import STAGES
from clinicdesk.payments.service.card import GatewaySource

# A younger refund may still be on its way from the desk that began it.
YOUNGEST_TO_SEND = timedelta(minutes=3)
# Banks return refunds within some weeks; comparing a few more costs little.
LATEST_RETURN = timedelta(days=60)


class RefundService:
    """Refunds of payments, in whole or in part."""

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, gateways: GatewaySource
    ) -> None:
        self._database = database
        self._clock = clock
        self._book = RefundBook(database, clock=clock, audit=audit)
        self._gateways = gateways

    @requires(Action.REFUND)
    def process_refund(
        self,
        actor: Actor,
        payment_id: int,
        *,
        amount: Money,
        reason: str,
        refund_key: str,
        still_owed: bool = False,
        approver: Actor | None = None,
    ) -> RefundRecord:
        """Give back a part of a payment, or all that is left of it.

        `refund_key` is a UUID made once per confirmed refund: a second call with it gives the first
        one's record. After an error make a new one. `still_owed` says that the patient is to pay
        the amount in another way; otherwise the invoice asks for so much less. Where no answer came
        the record's stage is UNKNOWN, and the amount stays reserved until it is settled. From the
        clinic's limit on `approver` is a second person, who has just signed in for it.

        Raises:
            RefundTooLargeError, NotRefundableError, ReasonMissingError, AmountInvalidError,
            SecondPersonNeededError, SamePersonError, DisputedPaymentError,
            CardsOffError: nothing was begun.
            RefusedError, UnavailableError: the provider did nothing, and the refund has failed.
        """
        refund_id, is_new = self._book.reserve(
            actor,
            payment_id,
            amount=amount,
            reason=reason,
            refund_key=refund_key,
            still_owed=still_owed,
            approver=approver,
        )
        found = self._book.load(refund_id)
        if not is_new or not found.is_open:
            return found.refund
        try:
            return self._ask(actor, found)
        except UnknownOutcomeError:
            return self._book.put(actor, refund_id, RefundStage.UNKNOWN)
        except (RefusedError, UnavailableError) as error:
            self._fail(actor, found, error)
            raise

    @requires(Action.SEE_BILLING)
    def refunds_of_invoice(self, _actor: Actor, invoice_id: int) -> tuple[RefundRecord, ...]:
        """List the refunds of an invoice, failed ones too, oldest first."""
        return self._database.read(lambda session: refunds_of_invoice(session, invoice_id))

    @requires(Action.REFUND)
    def settle_open_refunds(self, actor: Actor) -> tuple[RefundRecord, ...]:
        """Find out about every open refund, and send those that never went out.

        One that the provider does not know is asked for again with its own key: it was reserved,
        and the patient was told of it.

        Raises:
            CardsOffError: there are open refunds, and no provider is set up.
        """
        return tuple(self._settle(actor, refund_id) for refund_id in self._book.open_ids())

    @requires(Action.REFUND)
    def look_again(self, actor: Actor, provider_refund_id: str) -> None:
        """Read a refund at the provider anew and record what became of it.

        A bank may send a refund back days after it was accepted. One that was made in the
        provider's own pages is taken over.
        """
        self._take_in(actor, self._gateways().retrieve_refund(provider_refund_id))

    @requires(Action.REFUND)
    def compare(self, actor: Actor, *, since: datetime) -> None:
        """Compare every refund made at the provider since a day with what is recorded here."""
        oldest_at = since - LATEST_RETURN
        for state in self._gateways().list_refunds(created_after=oldest_at):
            self._take_in(actor, state)

    @requires(Action.SEE_BILLING)
    def bounced(self, _actor: Actor, *, clinic_id: int | None = None) -> tuple[RefundRecord, ...]:
        """List the refunds that came back after they had been accepted, oldest first."""
        return self._database.read(lambda session: bounced_refunds(session, clinic_id=clinic_id))

    @requires(Action.REFUND)
    def see_to(self, actor: Actor, refund_id: int, *, note: str) -> RefundRecord:
        """Note what was done about a refund that came back, and take it off the list.

        Raises:
            ReasonMissingError: nothing was said about it.
        """
        if not note.strip():
            raise ReasonMissingError
        return self._book.see_to(actor, refund_id, note=note.strip())

    def _take_in(self, actor: Actor, state: RefundState) -> None:
        refund_id = self._book.id_of(state)
        if refund_id is None:
            if STAGES[state.status] is not RefundStage.FAILED:
                self._book.take_over(actor, state)
            return
        found = self._book.load(refund_id)
        if found.is_open:
            self._record(actor, found, state)
        elif STAGES[state.status] is RefundStage.FAILED:
            self._book.bounce(actor, refund_id, code=state.reason_code)

    def _settle(self, actor: Actor, refund_id: int) -> RefundRecord:
        found = self._book.load(refund_id)
        if not found.is_open:
            return found.refund
        try:
            return self._find_out(actor, found)
        except RefusedError as error:
            return self._fail(actor, found, error)
        except (UnknownOutcomeError, UnavailableError):
            return self._book.put(actor, refund_id, RefundStage.UNKNOWN)

    def _find_out(self, actor: Actor, found: OpenRefund) -> RefundRecord:
        gateway = self._gateways()
        if found.provider_refund_id is not None:
            state = gateway.retrieve_refund(found.provider_refund_id)
            return self._record(actor, found, state)
        known = gateway.find_refund(found.refund_key, intent_id=found.intent_id)
        if known is not None:
            return self._record(actor, found, known)
        if self._clock.now() - found.refund.created_at < YOUNGEST_TO_SEND:
            return found.refund
        return self._ask(actor, found)

    def _ask(self, actor: Actor, found: OpenRefund) -> RefundRecord:
        state = self._gateways().refund(
            found.refund_key, intent_id=found.intent_id, amount=found.refund.amount
        )
        return self._record(actor, found, state)

    def _record(self, actor: Actor, found: OpenRefund, state: RefundState) -> RefundRecord:
        if state.amount != found.refund.amount:
            raise AnswerMismatchError
        return self._book.put(
            actor,
            found.refund.id,
            STAGES[state.status],
            provider_refund_id=state.provider_refund_id,
            code=state.reason_code,
        )

    def _fail(
        self, actor: Actor, found: OpenRefund, error: RefusedError | UnavailableError
    ) -> RefundRecord:
        code = getattr(error, "code", "") or "unavailable"
        return self._book.put(actor, found.refund.id, RefundStage.FAILED, code=code)
