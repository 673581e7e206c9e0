"""Takes card payments: reserve a row, ask the provider with no transaction open, then record.

The provider's payment intent is the truth, the reader only a hint. No answer is never taken for a
failure: the attempt stays open, and blocks another one for the same invoice, until it is known.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from clinicdesk.access import Action, Actor, requires
from clinicdesk.errors import RefusedError, UnavailableError, UnknownOutcomeError
from clinicdesk.payments.attempts import AttemptBook
from clinicdesk.payments.errors import (
    AnswerMismatchError,
    IntentStateError,
    ReaderBusyError,
    ReaderFaultError,
    ReaderOfflineError,
    ReaderTimeoutError,
)
from clinicdesk.payments.gateway import (
    CardGateway,
    IntentState,
    IntentStatus,
    ReaderActionStatus,
    ReaderState,
)
from clinicdesk.payments.queries import Attempt
from clinicdesk.payments.records import CardProgress, PaymentStatus, ReaderStep
from clinicdesk.payments.rules import CAN_TRY_AGAIN, sentence_of, step_of
from clinicdesk.payments.shares import Wanted

GatewaySource = Callable[[], CardGateway]
"""Gives the card provider when it is needed; raises CardsOffError where none is set up."""

BEING_AUTHORISED = "The card is being checked. Please wait a moment."
HELD = "The bank holds the amount, but it was not taken. Cancel this payment, then take it again."
STILL_AT_THE_CARD = "A card is being checked at the reader, so this cannot be cancelled now."


class CardPayments:
    """One card payment at a time for an invoice, from the reader's prompt to the receipt."""

    def __init__(self, book: AttemptBook, gateways: GatewaySource) -> None:
        self._book = book
        self._gateways = gateways

    @requires(Action.TAKE_PAYMENT)
    def start(self, actor: Actor, wanted: Wanted, *, reader_id: int) -> CardProgress:
        """Reserve an attempt and ask the reader for the card.

        A reader that cannot be reached ends as the step NOT_SENT: the attempt stays, to be tried
        again or cancelled.

        Raises:
            PaymentInProgressError, OtherClinicError, NothingDueError, MoreThanDueError,
            AmountInvalidError, ReaderGoneError, CardsOffError: nothing was begun.
            RefusedError, UnavailableError: the provider did nothing, and the attempt is closed.
        """
        self._gateways()
        attempt = self._book.reserve(actor, wanted, reader_id=reader_id)
        return self._begin(actor, attempt)

    @requires(Action.TAKE_PAYMENT)
    def poll(self, actor: Actor, payment_id: int) -> CardProgress:
        """Ask the provider how a payment stands, and record what it says.

        Raises:
            UnknownPaymentError, CardsOffError, StorageError: as named; ask again.
        """
        return self._look(actor, self._book.load(payment_id))

    @requires(Action.TAKE_PAYMENT)
    def try_again(
        self, actor: Actor, payment_id: int, *, reader_id: int | None = None
    ) -> CardProgress:
        """Ask for a card once more, for the same intent, if need be on another reader.

        Where the payment is settled, still runs or is unclear, only says so.
        """
        seen = self._look(actor, self._book.load(payment_id))
        if seen.step not in CAN_TRY_AGAIN:
            return seen
        attempt = self._book.load(payment_id)
        if attempt.intent_id is None:
            return self._begin_again(actor, attempt)
        return self._prompt(actor, attempt, attempt.intent_id, reader_id=reader_id)

    @requires(Action.TAKE_PAYMENT)
    def cancel(self, actor: Actor, payment_id: int) -> CardProgress:
        """Take the prompt off the reader, then cancel the intent, then look what really happened.

        What was paid in the last moment stays paid; while a card is being authorised nothing is
        cancelled.
        """
        attempt = self._book.load(payment_id)
        if not attempt.is_open:
            return _settled(attempt)
        if attempt.intent_id is None:
            seen = self._look(actor, attempt)
            attempt = self._book.load(payment_id)
            if attempt.intent_id is None and seen.step is ReaderStep.NOT_SENT:
                return _settled(self._book.settle_unpaid(actor, attempt, "not_sent"))
            if attempt.intent_id is None or not attempt.is_open:
                return seen
        return self._cancel_at_provider(actor, attempt, attempt.intent_id)

    @requires(Action.TAKE_PAYMENT)
    def settle_open_attempts(self, actor: Actor) -> tuple[CardProgress, ...]:
        """Look at every open attempt and record what is certain; run it at start and regularly.

        One with the provider's id is read. One without, because the program died or the line broke
        around its making, is looked for by its key and never made anew here. What was not paid
        stays open until somebody tries it again or cancels it: a reader is never asked unbidden.

        Raises:
            CardsOffError: there are open attempts, and no provider is set up.
        """
        return tuple(self._look(actor, attempt) for attempt in self._book.open_ones())

    def _look(self, actor: Actor, attempt: Attempt) -> CardProgress:
        """Read an attempt's intent and reader, and record what is certain."""
        if not attempt.is_open:
            return _settled(attempt)
        gateway = self._gateways()
        try:
            if attempt.intent_id is None:
                intent = gateway.find_intent(
                    attempt.attempt_key, created_after=attempt.payment.created_at
                )
                if intent is None:
                    attempt = self._book.mark(attempt, PaymentStatus.PENDING)
                    return _progress(attempt, ReaderStep.NOT_SENT)
                attempt = self._book.attach_intent(attempt, intent.intent_id)
            else:
                intent = gateway.retrieve_intent(attempt.intent_id)
            return self._judge(actor, attempt, intent)
        except (UnknownOutcomeError, UnavailableError) as error:
            return self._unknown(attempt, error.sentence)

    def _begin(self, actor: Actor, attempt: Attempt) -> CardProgress:
        """Make the intent, or find the one that the attempt's key has made, and ask for a card."""
        try:
            intent = self._gateways().create_intent(
                attempt.attempt_key, amount=attempt.payment.amount
            )
        except UnknownOutcomeError as error:
            return self._unknown(attempt, error.sentence)
        except (UnavailableError, RefusedError) as error:
            self._book.settle_unpaid(actor, attempt, getattr(error, "code", "") or "unavailable")
            raise
        return self._prompt(actor, attempt, intent.intent_id)

    def _begin_again(self, actor: Actor, attempt: Attempt) -> CardProgress:
        """Begin an attempt that the provider knows nothing of, if need be with a new key.

        A key remembers the failure that it met. Where the provider still has no intent of the old
        key, a new one is safe: an intent that no reader was asked for takes no money.
        """
        begun = self._begin(actor, attempt)
        if begun.step is not ReaderStep.UNKNOWN:
            return begun
        seen = self._look(actor, self._book.load(attempt.payment.id))
        if seen.step is not ReaderStep.NOT_SENT:
            return seen
        attempt = self._book.load(attempt.payment.id)
        if attempt.intent_id is not None:
            return self._prompt(actor, attempt, attempt.intent_id)
        return self._begin(actor, self._book.renew_key(attempt))

    def _prompt(
        self,
        actor: Actor,
        attempt: Attempt,
        intent_id: str,
        *,
        reader_id: int | None = None,
        may_repeat: bool = True,
    ) -> CardProgress:
        """Write the command's number down, then send it to the reader."""
        counted = self._book.next_command(attempt, intent_id=intent_id, reader_id=reader_id)
        if counted is None:
            return self._look(actor, self._book.load(attempt.payment.id))
        attempt = counted
        try:
            self._gateways().send_to_reader(
                intent_id,
                reader_id=attempt.reader_id,
                command_key=f"{attempt.attempt_key}:{attempt.commands}",
            )
        except ReaderTimeoutError as error:
            return self._after_silence(actor, attempt, intent_id, error, may_repeat=may_repeat)
        except IntentStateError:
            return self._look(actor, attempt)
        except UnknownOutcomeError as error:
            return self._unknown(attempt, error.sentence)
        except (UnavailableError, RefusedError) as error:
            return _progress(attempt, ReaderStep.NOT_SENT, _named(error, attempt))
        return _progress(attempt, ReaderStep.WAITING_FOR_CARD)

    def _after_silence(
        self,
        actor: Actor,
        attempt: Attempt,
        intent_id: str,
        error: ReaderTimeoutError,
        *,
        may_repeat: bool,
    ) -> CardProgress:
        """Ask once more, with a new command, a reader that has not got the first one."""
        seen = self._look(actor, attempt)
        if seen.step is not ReaderStep.NOT_SENT:
            return seen
        if may_repeat:
            return self._prompt(actor, attempt, intent_id, may_repeat=False)
        return replace(seen, sentence=error.sentence)

    def _judge(self, actor: Actor, attempt: Attempt, intent: IntentState) -> CardProgress:
        if intent.amount != attempt.payment.amount:
            raise AnswerMismatchError
        if intent.status is IntentStatus.SUCCEEDED:
            return _settled(self._book.settle_paid(actor, attempt, intent))
        if intent.status is IntentStatus.CANCELED:
            return _settled(self._book.settle_unpaid(actor, attempt, "cancelled"))
        if intent.status is IntentStatus.REQUIRES_CAPTURE:
            return self._unknown(attempt, HELD)
        if intent.status is IntentStatus.PROCESSING:
            attempt = self._book.mark(attempt, PaymentStatus.PENDING)
            return _progress(attempt, ReaderStep.WAITING_FOR_CARD, BEING_AUTHORISED)
        step = step_of(intent, self._reader_of(attempt))
        attempt = self._book.mark(attempt, PaymentStatus.PENDING)
        if step is ReaderStep.DECLINED:
            attempt = self._book.note_decline(actor, attempt, intent.decline_code)
        return _progress(attempt, step)

    def _reader_of(self, attempt: Attempt) -> ReaderState | None:
        try:
            return self._gateways().retrieve_reader(attempt.reader_id)
        except ReaderFaultError:
            return None

    def _cancel_at_provider(self, actor: Actor, attempt: Attempt, intent_id: str) -> CardProgress:
        gateway = self._gateways()
        try:
            reader = gateway.retrieve_reader(attempt.reader_id)
            if (
                reader.action_intent_id == intent_id
                and reader.action_status is ReaderActionStatus.IN_PROGRESS
            ):
                gateway.cancel_reader_action(attempt.reader_id)
        except ReaderBusyError:
            return self._still_at_the_card(actor, attempt)
        except (UnavailableError, UnknownOutcomeError):
            # A reader out of reach takes no money once the intent is cancelled.
            pass
        # Whatever is answered, the intent itself says below what is true.
        with suppress(IntentStateError, RefusedError, UnavailableError, UnknownOutcomeError):
            gateway.cancel_intent(intent_id)
        return self._look(actor, self._book.load(attempt.payment.id))

    def _still_at_the_card(self, actor: Actor, attempt: Attempt) -> CardProgress:
        seen = self._look(actor, attempt)
        if seen.step is not ReaderStep.WAITING_FOR_CARD:
            return seen
        return replace(seen, sentence=STILL_AT_THE_CARD)

    def _unknown(self, attempt: Attempt, sentence: str) -> CardProgress:
        attempt = self._book.mark(attempt, PaymentStatus.UNKNOWN)
        if not attempt.is_open:
            return _settled(attempt)
        return CardProgress(attempt.payment, ReaderStep.UNKNOWN, sentence)


def _settled(attempt: Attempt) -> CardProgress:
    """Say how an attempt stands that needs no more questions."""
    is_paid = attempt.payment.status is PaymentStatus.COMPLETED
    return _progress(attempt, ReaderStep.PAID if is_paid else ReaderStep.CANCELLED)


def _progress(attempt: Attempt, step: ReaderStep, sentence: str = "") -> CardProgress:
    payment = attempt.payment
    if not attempt.is_open:
        is_paid = payment.status is PaymentStatus.COMPLETED
        step, sentence = (ReaderStep.PAID if is_paid else ReaderStep.CANCELLED), ""
    said = sentence or sentence_of(step, payment, decline_code=payment.failure_code)
    return CardProgress(payment, step, said)


def _named(error: UnavailableError | RefusedError, attempt: Attempt) -> str:
    """Say the reader's name where the reader is what hinders."""
    if isinstance(error, ReaderBusyError | ReaderOfflineError | ReaderFaultError):
        return type(error)(attempt.payment.reader_label).sentence
    return error.sentence
