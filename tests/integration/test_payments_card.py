"""Card payments over HTTP against the stand-in: what is charged, what is recorded, what is said."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from clinicdesk.access import Actor, Role
from clinicdesk.billing.records import InvoiceRecord, InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, UnavailableError
from clinicdesk.money import Money
from clinicdesk.payments.errors import ProviderBusyError
from clinicdesk.payments.gateway import CardGateway
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    CardsOffError,
    MoreThanDueError,
    NothingDueError,
    PaymentInProgressError,
    UnknownPaymentError,
)
from clinicdesk.payments.records import CardProgress, PaymentStatus, ReaderStep
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import (
    RECEPTIONIST,
    SETUP,
    BillingDesk,
    pounds,
)
from tests.stripe_desk import INTENTS, OTHER_READER, PROCESS, READER

pytestmark = pytest.mark.slow

OTHER_DESK = Actor(None, "Ana Costa", frozenset({Role.RECEPTIONIST}), desk="Front desk 2")
DECLINED_CARD = "4000000000000002"
STOLEN_CARD = "4000000000009979"
ANY_INTENT = "/v1/payment_intents/*"
# The library itself asks three times, so a fault must outlast that.
FOR_LONG = 50


class CardDesk(BillingDesk):
    """A desk with two card readers, and the stand-in that they belong to."""

    stripe: TrainingStripe
    reader_id: int
    other_reader_id: int

    def take(self, invoice: InvoiceRecord, minor: int | None = None) -> CardProgress:
        amount = invoice.due if minor is None else pounds(minor)
        return self.payments.create_payment_intent(
            RECEPTIONIST, invoice.id, amount=amount, reader_id=self.reader_id
        )

    def poll(self, progress: CardProgress) -> CardProgress:
        return self.payments.confirm_payment(RECEPTIONIST, progress.payment.id)

    def spoil(self, kind: FaultKind, path: str, *, method: str = "POST", times: int = 1) -> Fault:
        return self.stripe.faults.add(Fault(kind, method=method, path=path, times=times))

    def heal(self) -> None:
        self.stripe.faults.clear()

    def check(self, invoice: InvoiceRecord, *, paid_minor: int) -> None:
        """The provider's books, ours and the invoice agree."""
        taken = [line for line in self.stripe.ledger().values() if line.captured.minor]
        payments = [
            payment
            for payment in self.payments.payments_of_invoice(RECEPTIONIST, invoice.id)
            if payment.status is PaymentStatus.COMPLETED
        ]
        assert sum(line.captured.minor for line in taken) == paid_minor
        assert sum(payment.amount.minor for payment in payments) == paid_minor
        assert self.again(invoice).paid.minor == paid_minor
        assert self.notes.received == [payment.id for payment in payments]
        booked = [e for e in self.audit.entries(SETUP) if e.action == "take payment"]
        assert len(booked) == len(payments)
        assert self.audit.verify(SETUP).is_whole


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> CardDesk:
    gateway = StripeGateway(TRAINING_KEY, api_base=stripe.api_base)
    return _card_desk(file_database, clock, stripe, lambda: gateway)


def _card_desk(
    database: Database,
    clock: FixedClock,
    stripe: TrainingStripe,
    gateways: Callable[[], CardGateway],
) -> CardDesk:
    desk = CardDesk(database, clock, gateways)
    desk.stripe = stripe
    desk.set_up()
    readers = {r.label: r.id for r in desk.readers.take_over(SETUP, desk.clinic_id)}
    desk.reader_id, desk.other_reader_id = readers["Front desk 1"], readers["Front desk 2"]
    return desk


def test_a_card_is_taken(database: Database, clock: FixedClock, stripe: TrainingStripe) -> None:
    gateway = StripeGateway(TRAINING_KEY, api_base=stripe.api_base)
    desk = _card_desk(database, clock, stripe, lambda: gateway)
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    assert begun.sentence == "Waiting for the card on Front desk 1."
    assert desk.poll(begun).step is ReaderStep.WAITING_FOR_CARD
    stripe.present_card(READER)
    done = desk.poll(begun)
    assert (done.step, done.sentence) == (ReaderStep.PAID, "£95.00 paid with Visa •••• 4242.")
    assert done.payment.settled_at == clock.now()
    assert dict(done.payment.card_receipt)["Application"]
    assert desk.poll(begun) == done
    assert desk.payments.open_attempts(RECEPTIONIST) == ()
    whole = desk.again(invoice)
    assert whole.state is InvoiceState.PAID
    assert [entry.text for entry in whole.ledger] == ["Paid 24 Nov · Visa •••• 4242"]
    desk.check(invoice, paid_minor=9500)


def test_a_part_may_be_paid_and_the_rest_later(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice, 4000)
    desk.stripe.present_card(READER)
    desk.poll(begun)
    with pytest.raises(MoreThanDueError, match=r"Only £55\.00 is due"):
        desk.take(invoice, 5501)
    rest = desk.take(desk.again(invoice))
    desk.stripe.present_card(READER)
    assert desk.poll(rest).payment.amount == pounds(5500)
    with pytest.raises(NothingDueError):
        desk.take(invoice, 1)
    desk.check(invoice, paid_minor=9500)


@pytest.mark.parametrize("amount", [pounds(0), pounds(-1), Money(100, "EUR"), pounds(100_000_000)])
def test_senseless_amounts_are_refused_before_anything_is_asked(
    desk: CardDesk, amount: Money
) -> None:
    invoice = desk.invoice(9500)
    asked = len(desk.stripe.log)
    with pytest.raises(AmountInvalidError):
        desk.payments.create_payment_intent(
            RECEPTIONIST, invoice.id, amount=amount, reader_id=desk.reader_id
        )
    assert len(desk.stripe.log) == asked
    assert desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id) == ()


def test_who_may_not_take_payments_cannot(desk: CardDesk) -> None:
    invoice = desk.invoice()
    doctor = Actor(None, "Dr Tom Barrett", frozenset({Role.DOCTOR}))
    with pytest.raises(AccessDeniedError):
        desk.payments.create_payment_intent(
            doctor, invoice.id, amount=invoice.due, reader_id=desk.reader_id
        )
    with pytest.raises(UnknownPaymentError):
        desk.payments.confirm_payment(RECEPTIONIST, 999)


def test_without_a_provider_nothing_is_begun(file_database: Database, clock: FixedClock) -> None:
    desk = BillingDesk(file_database, clock).set_up()
    invoice = desk.invoice()
    with pytest.raises(CardsOffError):
        desk.payments.create_payment_intent(
            RECEPTIONIST, invoice.id, amount=invoice.due, reader_id=1
        )
    assert desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id) == ()
    assert desk.payments.settle_open_attempts(SETUP) == ()


def test_a_declined_card_leaves_the_same_payment_open_for_another(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.present_card(READER, STOLEN_CARD)
    declined = desk.poll(begun)
    assert declined.step is ReaderStep.DECLINED
    assert declined.sentence == (
        "The card was declined. Nothing was charged. Please ask for another card."
    )
    assert desk.poll(begun).step is ReaderStep.DECLINED
    assert desk.payments.try_again(RECEPTIONIST, begun.payment.id).step is (
        ReaderStep.WAITING_FOR_CARD
    )
    desk.stripe.present_card(READER, STOLEN_CARD)
    assert desk.poll(begun).step is ReaderStep.DECLINED
    desk.payments.try_again(RECEPTIONIST, begun.payment.id)
    desk.stripe.present_card(READER)
    assert desk.poll(begun).step is ReaderStep.PAID
    assert len(desk.stripe.ledger()) == 1
    commands = [seen.key for seen in desk.stripe.log if "process_payment" in seen.path]
    assert len(set(commands)) == 3
    declines = [e for e in desk.audit.entries(SETUP) if e.action == "card declined"]
    assert [entry.details["code"] for entry in declines] == ["stolen_card"] * 2
    desk.check(invoice, paid_minor=9500)


def test_the_patient_cancels_and_pays_in_cash_instead(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.cancel_at_reader(READER)
    assert desk.poll(begun).step is ReaderStep.CANCELLED_AT_READER
    with pytest.raises(PaymentInProgressError, match="Front desk 1"):
        desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due)
    over = desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    assert over.step is ReaderStep.CANCELLED
    assert over.payment.status is PaymentStatus.FAILED
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due)
    assert desk.again(invoice).state is InvoiceState.PAID
    assert [line.captured.minor for line in desk.stripe.ledger().values()] == [0]


def test_the_desk_cancels_a_waiting_payment(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    assert [line.status for line in desk.stripe.ledger().values()] == ["canceled"]
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    second = desk.take(invoice)
    desk.stripe.present_card(READER)
    assert desk.poll(second).step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


def test_what_is_paid_while_the_desk_cancels_stays_paid(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    held = desk.spoil(FaultKind.HOLD_BEFORE, "/v1/terminal/readers/*/cancel_action")
    with ThreadPoolExecutor(1) as pool:
        cancelling = pool.submit(desk.payments.cancel, RECEPTIONIST, begun.payment.id)
        assert held.reached.wait(20)
        desk.stripe.present_card(READER)
        held.release()
        assert cancelling.result(20).step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


def test_a_card_that_is_being_authorised_is_not_cancelled(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.put_reader(READER, busy=True)
    waiting = desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    assert waiting.step is ReaderStep.WAITING_FOR_CARD
    assert "cannot be cancelled now" in waiting.sentence
    desk.stripe.present_card(READER)
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


def test_another_payments_prompt_is_neither_cancelled_nor_taken_for_ours(desk: CardDesk) -> None:
    ours, theirs = desk.invoice(9500), desk.invoice(2000)
    begun = desk.take(ours)
    replaced = desk.take(theirs)
    assert desk.poll(begun).step is ReaderStep.NOT_SENT
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    desk.stripe.present_card(READER)
    assert desk.poll(replaced).step is ReaderStep.PAID
    assert desk.again(ours).paid == pounds(0)


def test_two_desks_cannot_take_one_invoice(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    start = threading.Barrier(8)
    outcomes: list[CardProgress | PaymentInProgressError] = []

    def take() -> None:
        start.wait()
        try:
            outcomes.append(desk.take(invoice))
        except PaymentInProgressError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (begun,) = [each for each in outcomes if isinstance(each, CardProgress)]
    assert len(outcomes) == 8
    with pytest.raises(PaymentInProgressError, match="Front desk 1") as refusal:
        desk.payments.create_payment_intent(
            OTHER_DESK, invoice.id, amount=invoice.due, reader_id=desk.other_reader_id
        )
    assert refusal.value.desk == "Front desk 1"
    assert len(desk.stripe.ledger()) == 1
    desk.stripe.present_card(READER)
    assert desk.poll(begun).step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


def test_many_watchers_record_a_payment_once(
    database: Database, clock: FixedClock, stripe: TrainingStripe
) -> None:
    gateway = StripeGateway(TRAINING_KEY, api_base=stripe.api_base)
    desk = _card_desk(database, clock, stripe, lambda: gateway)
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    stripe.present_card(READER)
    start = threading.Barrier(6)

    def watch(_number: int) -> CardProgress:
        start.wait()
        return desk.poll(begun)

    with ThreadPoolExecutor(6) as pool:
        steps = {progress.step for progress in pool.map(watch, range(6))}
    assert steps == {ReaderStep.PAID}
    desk.check(invoice, paid_minor=9500)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FaultKind.READER_OFFLINE, "The card reader Front desk 1 is offline."),
        (FaultKind.READER_BUSY, "The card reader Front desk 1 is busy."),
        (FaultKind.READER_FAULT, "The card reader Front desk 1 cannot take this payment."),
    ],
)
def test_a_reader_that_refuses_is_named_and_another_takes_over(
    desk: CardDesk, kind: FaultKind, words: str
) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(kind, PROCESS)
    begun = desk.take(invoice)
    assert begun.step is ReaderStep.NOT_SENT
    assert begun.sentence.startswith(words)
    again = desk.payments.try_again(RECEPTIONIST, begun.payment.id, reader_id=desk.other_reader_id)
    assert again.sentence == "Waiting for the card on Front desk 2."
    desk.stripe.present_card(OTHER_READER)
    assert desk.poll(begun).step is ReaderStep.PAID
    assert len(desk.stripe.ledger()) == 1
    desk.check(invoice, paid_minor=9500)


def test_a_silent_reader_that_got_nothing_is_asked_once_more(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.READER_TIMEOUT_LOST, PROCESS)
    begun = desk.take(invoice)
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    commands = [seen.key for seen in desk.stripe.log if "process_payment" in seen.path]
    assert len(commands) == len(set(commands)) == 2
    desk.stripe.present_card(READER)
    assert desk.poll(begun).step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


def test_a_reader_that_stays_silent_leaves_the_choice_to_the_desk(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.READER_TIMEOUT_LOST, PROCESS, times=FOR_LONG)
    begun = desk.take(invoice)
    assert (begun.step, "has not answered" in begun.sentence) == (ReaderStep.NOT_SENT, True)
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    desk.check(invoice, paid_minor=0)


def test_a_silent_reader_that_got_the_command_is_only_watched(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.READER_TIMEOUT_RECEIVED, PROCESS)
    begun = desk.take(invoice)
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    assert sum("process_payment" in seen.path for seen in desk.stripe.log) == 1
    desk.stripe.present_card(READER)
    assert desk.poll(begun).step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


LOST = [
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.CUT_AFTER,
    FaultKind.HTML_BEFORE,
    FaultKind.HTML_AFTER,
    FaultKind.ERROR_BEFORE,
    FaultKind.ERROR_AFTER,
    FaultKind.ALTERED,
]


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("path", [INTENTS, PROCESS])
def test_no_answer_is_never_taken_for_a_failure(desk: CardDesk, path: str, kind: FaultKind) -> None:
    invoice = desk.invoice(9500)
    fault = desk.spoil(kind, path, times=FOR_LONG)
    if kind is FaultKind.ALTERED:
        fault.changes = {"amount": 1} if path == INTENTS else {"action": None}
    begun = desk.take(invoice)
    assert begun.step is ReaderStep.UNKNOWN
    assert begun.payment.status is PaymentStatus.UNKNOWN
    with pytest.raises(PaymentInProgressError):
        desk.take(invoice)
    desk.heal()
    seen = desk.poll(begun)
    assert seen.payment.status is PaymentStatus.PENDING
    if seen.step is ReaderStep.NOT_SENT:
        seen = desk.payments.try_again(RECEPTIONIST, begun.payment.id)
    assert seen.step is ReaderStep.WAITING_FOR_CARD
    desk.stripe.present_card(READER)
    assert desk.poll(begun).step is ReaderStep.PAID
    assert len(desk.stripe.ledger()) == 1
    desk.check(invoice, paid_minor=9500)


@pytest.mark.parametrize("method", ["retrieve intent", "retrieve reader"])
def test_a_lost_line_while_waiting_is_not_a_failure(desk: CardDesk, method: str) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    path = ANY_INTENT if method == "retrieve intent" else "/v1/terminal/readers/*"
    desk.spoil(FaultKind.DROP_BEFORE, path, method="GET", times=FOR_LONG)
    unknown = desk.poll(begun)
    assert (unknown.step, unknown.payment.status) == (ReaderStep.UNKNOWN, PaymentStatus.UNKNOWN)
    with pytest.raises(PaymentInProgressError):
        desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due)
    desk.stripe.present_card(READER)
    desk.heal()
    (settled,) = desk.payments.settle_open_attempts(SETUP)
    assert settled.step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


def test_an_answer_about_another_amount_is_not_believed(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.present_card(READER)
    fault = desk.spoil(FaultKind.ALTERED, ANY_INTENT, method="GET", times=FOR_LONG)
    fault.changes = {"amount": 950, "amount_received": 950}
    seen = desk.poll(begun)
    assert seen.step is ReaderStep.UNKNOWN
    assert desk.again(invoice).paid == pounds(0)
    desk.heal()
    assert desk.poll(begun).step is ReaderStep.PAID


def test_a_cancel_that_nobody_answers_stays_open(desk: CardDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.spoil(FaultKind.DROP_BEFORE, "*", times=FOR_LONG)
    desk.spoil(FaultKind.DROP_BEFORE, "*", method="GET", times=FOR_LONG)
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.UNKNOWN
    desk.stripe.present_card(READER)
    desk.heal()
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.PAID
    desk.check(invoice, paid_minor=9500)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.RATE_LIMIT, ProviderBusyError),
        (FaultKind.KEY_REFUSED, UnavailableError),
    ],
)
def test_a_provider_that_does_nothing_leaves_nothing_open(
    desk: CardDesk, kind: FaultKind, error: type[Exception]
) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(kind, INTENTS)
    with pytest.raises(error):
        desk.take(invoice)
    assert desk.payments.open_attempts(RECEPTIONIST) == ()
    assert desk.take(invoice).step is ReaderStep.WAITING_FOR_CARD


def test_an_intent_whose_answer_was_lost_is_found_after_its_key_has_expired(
    desk: CardDesk,
) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.DROP_AFTER, INTENTS, times=FOR_LONG)
    begun = desk.take(invoice)
    desk.heal()
    desk.clock.advance(timedelta(hours=25))
    again = desk.payments.try_again(RECEPTIONIST, begun.payment.id)
    assert again.step is ReaderStep.WAITING_FOR_CARD
    desk.stripe.present_card(READER)
    assert desk.poll(begun).step is ReaderStep.PAID
    assert len(desk.stripe.ledger()) == 1
    desk.check(invoice, paid_minor=9500)
