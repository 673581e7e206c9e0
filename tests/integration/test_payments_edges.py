"""Rarer turns of a payment: two desks on one attempt, odd states at the provider, wrong cash."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from clinicdesk.access import Actor, Role
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import AccessDeniedError
from clinicdesk.money import Money
from clinicdesk.payments.models import CardReader
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    ReaderGoneError,
    TenderedTooLittleError,
)
from clinicdesk.payments.records import CardProgress, PaymentStatus, ReaderStep
from clinicdesk.payments.service import PaymentService
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import FOR_LONG, MoneyDesk
from tests.stripe_desk import INTENTS, PROCESS, READER

pytestmark = pytest.mark.slow

OTHER = Actor(None, "Ana Costa", frozenset({Role.RECEPTIONIST}), desk="Front desk 2")
STOLEN_CARD = "4000000000009979"
ANY_INTENT, ANY_READER = "/v1/payment_intents/*", "/v1/terminal/readers/*"


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(file_database, clock, stripe=stripe).open()


def gateway(desk: MoneyDesk) -> StripeGateway:
    return StripeGateway(TRAINING_KEY, api_base=desk.stripe.api_base)


def alter(desk: MoneyDesk, **changes: Any) -> Fault:
    fault = desk.spoil(FaultKind.ALTERED, ANY_INTENT, method="GET", times=FOR_LONG)
    fault.changes = changes
    return fault


def meanwhile(held: Fault, ask: Callable[[], CardProgress], do: Callable[[], Any]) -> CardProgress:
    """Ask, and do something else while the answer is held up."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        assert held.reached.wait(20)
        do()
        held.release()
        return asked.result(20)


def lost_making(desk: MoneyDesk, kind: FaultKind = FaultKind.DROP_AFTER) -> CardProgress:
    """Begin a payment whose intent was, or was not, made without an answer."""
    desk.spoil(kind, INTENTS, times=FOR_LONG)
    begun = desk.take(desk.invoice(9500))
    desk.heal()
    return begun


# --- asking again --------------------------------------------------------------------------------


def test_a_payment_that_waits_for_its_card_is_not_asked_for_twice(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    again = desk.payments.try_again(OTHER, begun.payment.id)
    assert again.step is ReaderStep.WAITING_FOR_CARD
    assert sum("process_payment" in seen.path for seen in desk.stripe.log) == 1


def test_a_second_making_that_is_lost_too_leaves_the_question_open(desk: MoneyDesk) -> None:
    begun = lost_making(desk, FaultKind.DROP_BEFORE)
    desk.spoil(FaultKind.DROP_BEFORE, INTENTS, times=FOR_LONG)
    desk.stripe.faults.add(
        Fault(FaultKind.DROP_BEFORE, method="GET", path=INTENTS, nth=2, times=FOR_LONG)
    )
    assert desk.payments.try_again(RECEPTIONIST, begun.payment.id).step is ReaderStep.UNKNOWN
    desk.heal()
    assert desk.payments.try_again(RECEPTIONIST, begun.payment.id).step is (
        ReaderStep.WAITING_FOR_CARD
    )
    assert len(desk.stripe.ledger()) == 1


def test_a_second_making_whose_answer_is_lost_is_found_and_prompted(desk: MoneyDesk) -> None:
    begun = lost_making(desk, FaultKind.DROP_BEFORE)
    desk.spoil(FaultKind.DROP_AFTER, INTENTS, times=FOR_LONG)
    again = desk.payments.try_again(RECEPTIONIST, begun.payment.id)
    assert again.step is ReaderStep.WAITING_FOR_CARD
    assert len(desk.stripe.ledger()) == 1


def test_a_key_a_day_old_is_never_posted_before_it_was_looked_for(desk: MoneyDesk) -> None:
    begun = lost_making(desk)
    desk.clock.advance(timedelta(hours=25))
    made = sum((s.method, s.path) == ("POST", INTENTS) for s in desk.stripe.log)
    desk.spoil(FaultKind.DROP_BEFORE, INTENTS, method="GET", times=FOR_LONG)
    assert desk.payments.try_again(RECEPTIONIST, begun.payment.id).step is ReaderStep.UNKNOWN
    desk.heal()
    assert desk.payments.try_again(RECEPTIONIST, begun.payment.id).step is (
        ReaderStep.WAITING_FOR_CARD
    )
    assert sum((s.method, s.path) == ("POST", INTENTS) for s in desk.stripe.log) == made
    assert len(desk.stripe.ledger()) == 1


def test_of_two_desks_on_one_attempt_one_sends_the_command(desk: MoneyDesk) -> None:
    held = desk.spoil(FaultKind.HOLD_AFTER, INTENTS)
    invoice = desk.invoice(9500)

    def take_over() -> None:
        (attempt,) = desk.payments.open_attempts(OTHER)
        assert desk.payments.try_again(OTHER, attempt.id).step is ReaderStep.WAITING_FOR_CARD

    begun = meanwhile(held, lambda: desk.take(invoice), take_over)
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    assert sum("process_payment" in seen.path for seen in desk.stripe.log) == 1
    assert len(desk.stripe.ledger()) == 1


def test_a_decline_is_noted_once_however_many_desks_see_it(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    desk.stripe.present_card(READER, STOLEN_CARD)
    held = desk.spoil(FaultKind.HOLD_AFTER, ANY_READER, method="GET")
    meanwhile(
        held,
        lambda: desk.look(begun),
        lambda: desk.payments.try_again(OTHER, begun.payment.id),
    )
    assert [e.action for e in desk.audit.entries(SETUP)].count("card declined") == 1
    assert desk.look(begun).step is ReaderStep.WAITING_FOR_CARD


def test_a_payment_that_ends_while_its_command_is_on_the_way_says_so(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    desk.stripe.cancel_at_reader(READER)
    held = desk.spoil(FaultKind.HOLD_BEFORE, PROCESS)
    seen = meanwhile(
        held,
        lambda: desk.payments.try_again(RECEPTIONIST, begun.payment.id),
        lambda: desk.payments.cancel(OTHER, begun.payment.id),
    )
    assert seen.step is ReaderStep.CANCELLED
    desk.check_books(charged=0)


def test_a_provider_that_is_busy_at_the_command_leaves_the_attempt_to_be_tried(
    desk: MoneyDesk,
) -> None:
    desk.spoil(FaultKind.RATE_LIMIT, PROCESS)
    begun = desk.take(desk.invoice(9500))
    assert (begun.step, "provider is busy" in begun.sentence) == (ReaderStep.NOT_SENT, True)


def test_an_attempt_that_never_went_out_is_told_and_not_sent_by_itself(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.DROP_BEFORE, INTENTS, times=FOR_LONG)
    begun = desk.take(invoice)
    desk.heal()
    desk.clock.advance(timedelta(hours=25))
    (seen,) = desk.payments.settle_open_attempts(SETUP)
    assert seen.step is ReaderStep.NOT_SENT
    assert seen.sentence == "£95.00 was not charged. Try again, or cancel this payment."
    assert desk.stripe.ledger() == {}
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    desk.check_books(charged=0)


def test_a_reader_out_of_use_is_refused(desk: MoneyDesk) -> None:
    north = desk.open_clinic("North")
    assert desk.readers.take_over(SETUP, north) == ()
    assert len(desk.readers.readers(RECEPTIONIST, desk.clinic_id)) == 2
    invoice = desk.invoice()
    with pytest.raises(ReaderGoneError):
        desk.payments.create_payment_intent(
            RECEPTIONIST, invoice.id, amount=invoice.due, reader_id=999
        )
    with pytest.raises(AccessDeniedError):
        desk.readers.take_over(RECEPTIONIST, desk.clinic_id)


# --- cancelling ----------------------------------------------------------------------------------


def test_a_cancel_without_an_answer_to_the_making_stays_open(desk: MoneyDesk) -> None:
    begun = lost_making(desk)
    desk.cut_the_line()
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.UNKNOWN
    desk.heal()
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    assert [line.status for line in desk.stripe.ledger().values()] == ["canceled"]


def test_what_was_cancelled_at_the_provider_is_found_cancelled(desk: MoneyDesk) -> None:
    begun = lost_making(desk)
    (name,) = desk.stripe.ledger()
    gateway(desk).cancel_intent(name)
    over = desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    assert (over.step, over.payment.failure_code) == (ReaderStep.CANCELLED, "cancelled")


def test_a_card_that_is_through_before_the_busy_reader_is_asked_again_is_paid(
    desk: MoneyDesk,
) -> None:
    begun = desk.take(desk.invoice(9500))
    desk.stripe.put_reader(READER, busy=True)
    held = desk.spoil(FaultKind.HOLD_BEFORE, ANY_INTENT, method="GET")
    seen = meanwhile(
        held,
        lambda: desk.payments.cancel(RECEPTIONIST, begun.payment.id),
        lambda: desk.stripe.present_card(READER),
    )
    assert seen.step is ReaderStep.PAID
    desk.check_books(charged=9500)


# --- what the provider says ----------------------------------------------------------------------


def test_an_intent_of_another_amount_is_not_believed(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    alter(desk, amount=950)
    assert desk.look(begun).step is ReaderStep.UNKNOWN


def test_an_amount_that_is_held_and_not_taken_is_told(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    alter(desk, status="requires_capture")
    seen = desk.look(begun)
    assert (seen.step, "was not taken" in seen.sentence) == (ReaderStep.UNKNOWN, True)


def test_a_card_that_is_being_checked_is_told(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    alter(desk, status="processing")
    seen = desk.look(begun)
    assert (seen.step, "being checked" in seen.sentence) == (ReaderStep.WAITING_FOR_CARD, True)


def test_a_status_that_this_version_does_not_know_ends_nothing(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    alter(desk, status="requires_a_dance")
    assert desk.look(begun).payment.status in {PaymentStatus.PENDING, PaymentStatus.UNKNOWN}


def test_a_reader_that_nobody_knows_any_more_leaves_the_payment_to_be_tried(
    desk: MoneyDesk,
) -> None:
    begun = desk.take(desk.invoice(9500))

    def take_away(transaction: Transaction) -> None:
        transaction.session.get_one(CardReader, desk.reader_id).provider_id = "tmr_gone"

    desk.database.write(take_away)
    assert desk.look(begun).step is ReaderStep.NOT_SENT


def test_a_lost_answer_says_nothing_against_what_another_desk_has_recorded(
    desk: MoneyDesk,
) -> None:
    begun = desk.take(desk.invoice(9500))
    held = desk.spoil(FaultKind.HOLD_AFTER, ANY_INTENT, method="GET")

    def pay_and_cut() -> None:
        desk.stripe.present_card(READER)
        assert desk.payments.confirm_payment(OTHER, begun.payment.id).step is ReaderStep.PAID
        desk.spoil(FaultKind.DROP_BEFORE, ANY_READER, method="GET", times=FOR_LONG)

    assert meanwhile(held, lambda: desk.look(begun), pay_and_cut).step is ReaderStep.PAID
    desk.check_books(charged=9500)


def test_an_intent_of_somebody_elses_is_left_alone(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    desk.payments.look_again(SETUP, "pi_of_somebody_else")
    assert desk.look(begun).step is ReaderStep.WAITING_FOR_CARD
    ours = desk.payments.open_attempts(RECEPTIONIST, clinic_id=desk.clinic_id)
    assert [payment.id for payment in ours] == [begun.payment.id]
    assert desk.payments.open_attempts(RECEPTIONIST, clinic_id=999) == ()
    assert desk.refunds.bounced(RECEPTIONIST, clinic_id=desk.clinic_id) == ()


# --- at the counter ------------------------------------------------------------------------------


def test_cash_that_does_not_fit_is_refused(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    for tendered, error in (
        (pounds(9499), TenderedTooLittleError),
        (Money(9500, "EUR"), AmountInvalidError),
    ):
        with pytest.raises(error):
            desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=invoice.due, tendered=tendered)
    assert desk.again(invoice).paid == pounds(0)


def test_one_dialog_takes_once_and_the_change_is_said(desk: MoneyDesk) -> None:
    invoice, key = desk.invoice(9500), str(uuid.uuid4())
    took = [
        desk.payments.take_cash(
            RECEPTIONIST, invoice.id, amount=invoice.due, tendered=pounds(10_000), attempt_key=key
        )
        for _ in range(2)
    ]
    assert took[0] == took[1]
    assert took[0].change == pounds(500)
    assert desk.again(invoice).paid == pounds(9500)


def test_nobody_is_written_to_where_nobody_writes(desk: MoneyDesk) -> None:
    silent = PaymentService(
        desk.database, clock=desk.clock, audit=desk.audit, gateways=lambda: gateway(desk)
    )
    invoice = desk.invoice(9500)
    paid = silent.record_transfer(RECEPTIONIST, invoice.id, amount=invoice.due)
    assert (paid.status, paid.change, paid.reference) == (PaymentStatus.COMPLETED, None, "")
