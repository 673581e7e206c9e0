"""The ways in which a payment goes wrong at a counter, and what comes out of each.

Every one is played on both databases against the card provider's stand-in over HTTP, whose every
request and answer is held against the provider's published shapes. At the end of each the books
are compared: nobody was charged more than was due, and every charge and refund is known here.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from clinicdesk.access import Actor, Role
from clinicdesk.billing.records import InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.errors import StorageBusyError
from clinicdesk.database.session import Database
from clinicdesk.errors import ClinicDeskError, RefusedError, UnavailableError
from clinicdesk.money import Money
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    BelowCardMinimumError,
    PaymentInProgressError,
    RefundTooLargeError,
)
from clinicdesk.payments.records import (
    CardProgress,
    PaymentStatus,
    ReaderStep,
    RefundRecord,
    RefundStage,
)
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import FOR_LONG, MoneyDesk
from tests.stripe_desk import INTENTS, OTHER_READER, PROCESS, READER, REFUNDS

pytestmark = pytest.mark.slow

OTHER_DESK = Actor(None, "Ana Costa", frozenset({Role.RECEPTIONIST}), desk="Front desk 2")
STOLEN_CARD = "4000000000009979"
ANY_READER = "/v1/terminal/readers/*"
CANCEL_ACTION = "/v1/terminal/readers/*/cancel_action"


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(database, clock, stripe=stripe).open()


def intents(desk: MoneyDesk) -> int:
    return len(desk.stripe.ledger())


def commands(desk: MoneyDesk) -> list[str]:
    """Give the keys of the commands that were sent to readers."""
    return [seen.key for seen in desk.stripe.log if "process_payment" in seen.path]


def all_at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Let desks do the same thing in the same moment; give what came out or was refused."""
    gate = threading.Barrier(count)

    def run(number: int) -> Any:
        gate.wait()
        try:
            return work(number)
        except ClinicDeskError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def pay(desk: MoneyDesk, begun: CardProgress, *, reader: str = READER) -> None:
    desk.stripe.present_card(reader)
    assert desk.look(begun).step is ReaderStep.PAID


# --- 1, 2: the answer to the making of an intent is lost ------------------------------------


def test_01_a_lost_answer_is_asked_for_again_under_the_same_key(desk: MoneyDesk) -> None:
    desk.spoil(FaultKind.DROP_AFTER, INTENTS)
    begun = desk.take(desk.invoice(9500))
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    keys = [s.key for s in desk.stripe.log if (s.method, s.path) == ("POST", INTENTS)]
    assert len(keys) == 2
    assert len(set(keys)) == intents(desk) == 1
    pay(desk, begun)
    desk.check_books(charged=9500)


def test_02_a_program_that_ends_before_the_answer_finds_its_intent(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.DROP_AFTER, INTENTS, times=FOR_LONG)
    begun = desk.take(invoice)
    assert begun.step is ReaderStep.UNKNOWN
    desk.heal()
    restarted = desk.another_program().payments
    (found,) = restarted.settle_open_attempts(SETUP)
    assert (found.step, intents(desk)) == (ReaderStep.NOT_SENT, 1)
    assert "was not charged" in found.sentence
    with pytest.raises(PaymentInProgressError):
        desk.take(invoice)
    assert restarted.try_again(RECEPTIONIST, begun.payment.id).step is ReaderStep.WAITING_FOR_CARD
    pay(desk, begun)
    assert intents(desk) == 1
    desk.check_books(charged=9500)


# --- 3: two hands on one payment ------------------------------------------------------------


def test_03_of_many_clicks_and_desks_one_attempt_is_made(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    came = all_at_once(6, lambda _number: desk.take(invoice))
    (begun,) = [one for one in came if isinstance(one, CardProgress)]
    assert {type(one) for one in came} == {CardProgress, PaymentInProgressError}
    with pytest.raises(PaymentInProgressError, match="Front desk 1"):
        desk.payments.create_payment_intent(
            OTHER_DESK, invoice.id, amount=invoice.due, reader_id=desk.other_reader_id
        )
    pay(desk, begun)
    desk.check_books(charged=9500)


# --- 4 to 7: the reader ------------------------------------------------------------------------


def test_04_a_silent_reader_that_got_nothing_is_asked_once_more(desk: MoneyDesk) -> None:
    desk.spoil(FaultKind.READER_TIMEOUT_LOST, PROCESS)
    begun = desk.take(desk.invoice(9500))
    assert begun.step is ReaderStep.WAITING_FOR_CARD
    assert len(set(commands(desk))) == 2
    assert intents(desk) == 1
    pay(desk, begun)
    desk.check_books(charged=9500)


def test_05_a_silent_reader_that_took_the_card_is_found_paid(desk: MoneyDesk) -> None:
    desk.spoil(FaultKind.READER_TIMEOUT_RECEIVED, PROCESS)
    begun = desk.take(desk.invoice(9500))
    assert len(commands(desk)) == 1
    pay(desk, begun)
    assert len(commands(desk)) == 1
    desk.check_books(charged=9500)


def test_06_an_offline_reader_is_named_and_another_takes_the_same_payment(
    desk: MoneyDesk,
) -> None:
    desk.stripe.put_reader(READER, online=False)
    begun = desk.take(desk.invoice(9500))
    assert begun.step is ReaderStep.NOT_SENT
    assert "Front desk 1 is offline" in begun.sentence
    again = desk.payments.try_again(RECEPTIONIST, begun.payment.id, reader_id=desk.other_reader_id)
    assert again.step is ReaderStep.WAITING_FOR_CARD
    pay(desk, begun, reader=OTHER_READER)
    assert intents(desk) == 1
    desk.check_books(charged=9500)


def test_07_a_reader_with_another_payment_is_left_alone(desk: MoneyDesk) -> None:
    theirs, ours = desk.take(desk.invoice(2000)), desk.invoice(9500)
    desk.stripe.put_reader(READER, busy=True)
    begun = desk.take(ours)
    assert (begun.step, "busy" in begun.sentence) == (ReaderStep.NOT_SENT, True)
    assert desk.look(begun).step is ReaderStep.NOT_SENT
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    assert desk.look(theirs).step is ReaderStep.WAITING_FOR_CARD
    desk.stripe.put_reader(READER)
    pay(desk, theirs)
    pay(desk, desk.take(ours))
    desk.check_books(charged=11_500)


# --- 8 to 11: the patient and the desk change their minds ----------------------------------


def test_08_another_card_pays_the_same_intent(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    desk.stripe.present_card(READER, STOLEN_CARD)
    declined = desk.look(begun)
    assert declined.step is ReaderStep.DECLINED
    assert "stolen" not in declined.sentence.lower()
    assert desk.payments.try_again(RECEPTIONIST, begun.payment.id).step is (
        ReaderStep.WAITING_FOR_CARD
    )
    pay(desk, begun)
    assert intents(desk) == 1
    kept = [e.details["code"] for e in desk.audit.entries(SETUP) if e.action == "card declined"]
    assert kept == ["stolen_card"]
    desk.check_books(charged=9500)


def test_09_what_the_patient_cancels_is_not_charged(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.cancel_at_reader(READER)
    seen = desk.look(begun)
    assert seen.step is ReaderStep.CANCELLED_AT_READER
    assert seen.sentence.startswith("Cancelled at the reader. Nothing was charged.")
    assert desk.payments.cancel(RECEPTIONIST, begun.payment.id).step is ReaderStep.CANCELLED
    assert desk.again(invoice).due == pounds(9500)
    desk.check_books(charged=0)


def test_10_a_card_that_is_being_checked_is_waited_for(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    desk.stripe.put_reader(READER, busy=True)
    waiting = desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    assert waiting.step is ReaderStep.WAITING_FOR_CARD
    desk.stripe.present_card(READER)
    paid = desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    assert paid.step is ReaderStep.PAID
    assert desk.give_back(paid.payment, 9500).status is RefundStage.COMPLETED
    desk.check_books(charged=9500)


def test_11_what_is_paid_in_the_moment_of_the_cancel_stays_paid(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    held = desk.spoil(FaultKind.HOLD_BEFORE, CANCEL_ACTION)
    with ThreadPoolExecutor(1) as pool:
        cancelling = pool.submit(desk.payments.cancel, RECEPTIONIST, begun.payment.id)
        assert held.reached.wait(20)
        desk.stripe.present_card(READER)
        held.release()
        assert cancelling.result(20).step is ReaderStep.PAID
    desk.check_books(charged=9500)


# --- 12 to 14: the card was taken, and something else breaks -------------------------------


def test_12_what_was_paid_while_the_program_was_gone_is_recorded_once(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    desk.take(invoice)
    desk.stripe.present_card(READER)
    restarted = desk.another_program().payments
    (found,) = restarted.settle_open_attempts(SETUP)
    assert found.step is ReaderStep.PAID
    assert restarted.settle_open_attempts(SETUP) == ()
    assert desk.again(invoice).state is InvoiceState.PAID
    desk.check_books(charged=9500)


def test_13_while_the_line_is_down_nothing_is_known_and_nothing_new_is_begun(
    desk: MoneyDesk,
) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.cut_the_line()
    desk.stripe.present_card(READER)
    for _minute in range(3):
        desk.clock.advance(timedelta(minutes=1))
        seen = desk.look(begun)
        assert (seen.step, "not known yet" in seen.sentence) == (ReaderStep.UNKNOWN, True)
        with pytest.raises(PaymentInProgressError):
            desk.payments.take_cash(
                RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due
            )
    desk.heal()
    (settled,) = desk.payments.settle_open_attempts(SETUP)
    assert settled.step is ReaderStep.PAID
    desk.check_books(charged=9500)


@contextmanager
def somebody_holds(database: Database, invoice_id: int) -> Iterator[None]:
    """Let another program hold what a payment must write, longer than a save waits."""
    patience = "PRAGMA busy_timeout = 50" if database.is_sqlite else "SET lock_timeout = '50ms'"

    def hurry(connection: Any, *_more: Any) -> None:
        connection.cursor().execute(patience)

    event.listen(database.engine, "checkout", hurry)
    with database.writer_connection() as holder:
        if not database.is_sqlite:
            held = text("SELECT id FROM invoice WHERE id = :id FOR UPDATE")
            holder.execute(held, {"id": invoice_id})
        yield
    event.remove(database.engine, "checkout", hurry)


def test_14_a_payment_that_cannot_be_written_down_stays_open(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.present_card(READER)
    with somebody_holds(desk.database, invoice.id), pytest.raises(StorageBusyError):
        desk.look(begun)
    (attempt,) = desk.payments.open_attempts(RECEPTIONIST)
    assert attempt.status is PaymentStatus.PENDING
    with pytest.raises(PaymentInProgressError):
        desk.take(invoice)
    assert desk.look(begun).step is ReaderStep.PAID
    desk.check_books(charged=9500)


# --- 15, 17: what happens at the provider is heard ------------------------------------------


def test_15_events_twice_and_in_any_order_change_nothing_the_second_time(
    desk: MoneyDesk,
) -> None:
    events = desk.services.provider_events
    desk.paid(2000)
    events.catch_up(SETUP)
    since = desk.newest_event()
    desk.give_back(desk.paid(9500), 3000)
    happened = desk.events_since(since)
    assert len(happened) > 1
    for heard in (*reversed(happened), *happened):
        events.hear(SETUP, heard)
    booked = [e for e in desk.audit.entries(SETUP) if e.action == "take payment"]
    assert len(booked) == 2
    desk.check_books(charged=11_500)


# --- 18: the provider is unwell ----------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [FaultKind.RATE_LIMIT, FaultKind.ERROR_BEFORE, FaultKind.HTML_BEFORE, FaultKind.LOCKED]
)
def test_18_a_provider_that_is_unwell_is_no_failed_payment(
    desk: MoneyDesk, kind: FaultKind
) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.present_card(READER)
    for path in ("/v1/payment_intents/*", ANY_READER):
        desk.spoil(kind, path, method="GET", times=FOR_LONG)
    seen = desk.look(begun)
    assert seen.payment.status in {PaymentStatus.PENDING, PaymentStatus.UNKNOWN}
    asked = len(desk.stripe.log)
    desk.look(begun)
    assert len(desk.stripe.log) - asked <= 3
    desk.heal()
    assert desk.look(begun).step is ReaderStep.PAID
    desk.check_books(charged=9500)


# --- 19, 20: refunds ------------------------------------------------------------------------


def test_19_two_desks_never_give_back_more_than_was_taken(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    came = all_at_once(2, lambda _number: desk.give_back(payment, 6650))
    assert sorted(type(one).__name__ for one in came) == ["RefundRecord", "RefundTooLargeError"]
    with pytest.raises(RefundTooLargeError, match=r"£28\.50"):
        desk.give_back(payment, 2851)
    twins = [desk.give_back(payment, 1000), desk.give_back(payment, 1000)]
    assert len({twin.id for twin in twins}) == 2
    (line,) = desk.stripe.ledger().values()
    assert line.refunded.minor == 6650 + 2000
    desk.check_books(charged=9500)


def test_20_a_refund_is_one_whatever_becomes_of_its_answer(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.spoil(FaultKind.DROP_AFTER, REFUNDS, times=FOR_LONG)
    lost = desk.give_back(payment, 3000, key="5c9f0f5e-8f1c-4a43-9b56-0f4a6f2a7d11")
    assert lost.status is RefundStage.UNKNOWN
    desk.heal()
    desk.clock.advance(timedelta(minutes=10))
    (known,) = desk.refunds.settle_open_refunds(SETUP)
    assert (known.id, known.status) == (lost.id, RefundStage.COMPLETED)
    desk.spoil(FaultKind.REFUND_PENDING, REFUNDS)
    waiting = desk.give_back(payment, 2000)
    assert waiting.status is RefundStage.PENDING
    desk.check_books(charged=9500)


def test_20_a_refund_that_fails_two_days_later_is_owed_again(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    refund = desk.give_back(payment, 3000)
    desk.services.provider_events.catch_up(SETUP)
    desk.clock.advance(timedelta(days=2))
    desk.stripe.settle_refund(desk.provider_refund_id(), status="failed")
    desk.services.provider_events.catch_up(SETUP)
    (alarm,) = desk.refunds.bounced(MANAGER)
    assert (alarm.id, alarm.status) == (refund.id, RefundStage.FAILED)
    assert desk.payments.payments_of_invoice(MANAGER, payment.invoice_id)[0].refundable == (
        pounds(9500)
    )
    desk.check_books(charged=9500)


# --- 23: amounts -----------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [0, -1, 100_000_000])
def test_23_a_senseless_amount_is_refused_before_the_reader(desk: MoneyDesk, amount: int) -> None:
    invoice = desk.invoice(9500)
    asked = len(desk.stripe.log)
    with pytest.raises(AmountInvalidError):
        desk.take(invoice, amount)
    assert len(desk.stripe.log) == asked
    desk.check_books(charged=0)


def test_23_an_amount_below_the_providers_least_is_refused_with_the_reason(
    desk: MoneyDesk,
) -> None:
    invoice = desk.invoice(9500)
    asked = len(desk.stripe.log)
    with pytest.raises(BelowCardMinimumError, match=r"Less than £0\.30 cannot be taken by card"):
        desk.take(invoice, 29)
    assert len(desk.stripe.log) == asked
    assert commands(desk) == []
    with pytest.raises(AmountInvalidError):
        desk.payments.create_payment_intent(
            RECEPTIONIST, invoice.id, amount=Money(9500, "JPY"), reader_id=desk.reader_id
        )
    assert desk.payments.open_attempts(RECEPTIONIST) == ()
    desk.check_books(charged=0)


# --- beside them ----------------------------------------------------------------------------


def test_a_key_that_is_withdrawn_stops_payments_at_once(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.KEY_REFUSED, "*", times=FOR_LONG)
    asked = len(desk.stripe.log)
    with pytest.raises((UnavailableError, RefusedError)):
        desk.take(invoice)
    assert len(desk.stripe.log) - asked == 1
    assert desk.payments.open_attempts(RECEPTIONIST) == ()
    desk.check_books(charged=0)


def test_more_refunds_than_desks_add_up(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    came = all_at_once(5, lambda _number: desk.give_back(payment, 2000))
    given = [one for one in came if isinstance(one, RefundRecord)]
    assert len(given) == 4
    desk.check_books(charged=9500)
