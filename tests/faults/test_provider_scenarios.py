"""What happens at the card provider while nobody at the desk looks, and what comes out of it.

Played on both databases like the scenarios of the counter; at the end of each the books are
compared with the provider's.
"""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinicdesk.billing.records import InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.payments.gateway import ProviderEvent
from clinicdesk.payments.obstacles import DisputedPaymentError
from clinicdesk.payments.records import LinkState, PaymentStatus
from clinicdesk.training.stripe.calls import RefusalError
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER

pytestmark = pytest.mark.slow

DECLINED_CARD = "4000000000000002"
KINDS = (
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "refund.created",
    "refund.updated",
    "charge.dispute.created",
)


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(database, clock, stripe=stripe).open()


def newest_intent(desk: MoneyDesk) -> str:
    return list(desk.stripe.ledger())[-1]


# --- 15: events in any order ---------------------------------------------------------------------


def full_life(desk: MoneyDesk) -> tuple[int, list[ProviderEvent]]:
    """Let a payment be declined, paid, given back in part elsewhere and disputed, all unseen.

    Gives its invoice and the five events that tell of it.
    """
    since = desk.newest_event()
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    desk.stripe.present_card(READER, DECLINED_CARD)
    desk.look(begun)
    desk.payments.try_again(RECEPTIONIST, begun.payment.id)
    desk.stripe.present_card(READER)
    refund_id = desk.stripe.refund_elsewhere(newest_intent(desk), minor=1000)
    desk.stripe.settle_refund(refund_id, status="succeeded")
    desk.stripe.open_dispute(newest_intent(desk), amount=8500)
    happened = {event.kind: event for event in desk.events_since(since)}
    return invoice.id, [happened[kind] for kind in KINDS]


def outcome(desk: MoneyDesk, invoice_id: int) -> tuple[object, ...]:
    invoice = desk.billing.invoice(RECEPTIONIST, invoice_id)
    (payment,) = desk.payments.payments_of_invoice(RECEPTIONIST, invoice_id)
    refunds = desk.refunds.refunds_of_invoice(RECEPTIONIST, invoice_id)
    return (
        payment.status,
        payment.refunded,
        tuple((refund.amount, refund.status) for refund in refunds),
        invoice.due,
        invoice.state,
    )


def test_15_five_events_in_each_of_their_orders_leave_the_same_books(
    file_database: Database, clock: FixedClock
) -> None:
    with TrainingStripe(clock=clock) as stripe:
        desk = MoneyDesk(file_database, clock, stripe=stripe).open()
        desk.paid(100)
        outcomes = set()
        for order in itertools.permutations(range(len(KINDS))):
            invoice_id, happened = full_life(desk)
            for number in order:
                desk.services.provider_events.hear(SETUP, happened[number])
            outcomes.add(outcome(desk, invoice_id))
        ((status, refunded, refunds, due, state),) = outcomes
        assert (status, refunded, due) == (PaymentStatus.COMPLETED, pounds(1000), pounds(8500))
        assert state is InvoiceState.DUE
        assert len(refunds) == 1
        assert desk.audit.verify(SETUP).is_whole


# --- 17: away for five weeks ---------------------------------------------------------------------


def test_17_after_five_weeks_nothing_is_missed_and_it_is_said(desk: MoneyDesk) -> None:
    events = desk.services.provider_events
    desk.paid(2000)
    events.catch_up(SETUP)
    unseen = desk.invoice(9500)
    desk.take(unseen)
    desk.stripe.present_card(READER)
    payment = desk.billing.invoice(RECEPTIONIST, 1)
    desk.stripe.refund_elsewhere(next(iter(desk.stripe.ledger())), minor=700)
    desk.clock.advance(timedelta(days=35))
    desk.stripe._book.tidy()
    assert events.catch_up(SETUP).compared
    assert desk.again(unseen).state is InvoiceState.PAID
    (refund,) = desk.refunds.refunds_of_invoice(MANAGER, payment.id)
    assert (refund.amount, refund.was_made_elsewhere) == (pounds(700), True)
    assert desk.services.reconciliation.comparisons(MANAGER)[0].after_absence
    desk.check_books(charged=11_500)


# --- 21: a dispute, and somebody who would refund -------------------------------------------------


def test_21_a_disputed_payment_is_flagged_and_not_given_back_a_second_time(
    desk: MoneyDesk,
) -> None:
    desk.paid(2000)
    desk.services.provider_events.catch_up(SETUP)
    payment = desk.paid(9500)
    dispute_id = desk.stripe.open_dispute(newest_intent(desk))
    desk.services.provider_events.catch_up(SETUP)
    (found,) = desk.services.disputes.disputes(RECEPTIONIST)
    assert found.needs_answer
    assert found.due_by_at == desk.clock.now() + timedelta(days=9)
    with pytest.raises(DisputedPaymentError, match="pay twice"):
        desk.give_back(payment, 9500)
    ledger = [entry.text for entry in desk.billing.invoice(MANAGER, payment.invoice_id).ledger]
    assert any("Taken back by the bank" in text for text in ledger)
    assert desk.billing.invoice(MANAGER, payment.invoice_id).due == pounds(9500)
    desk.stripe.end_dispute(dispute_id, status="won")
    desk.services.provider_events.catch_up(SETUP)
    assert desk.billing.invoice(MANAGER, payment.invoice_id).due == pounds(0)
    desk.check_books(charged=11_500)


# --- 22: a link and the desk ---------------------------------------------------------------------


def test_22_the_link_is_closed_before_the_card_is_taken_at_the_desk(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.services.links.open_link(RECEPTIONIST, invoice.id)
    page = desk.stripe.open_link(link.url)
    begun = desk.take(invoice)
    desk.stripe.present_card(READER)
    desk.look(begun)
    with pytest.raises(RefusalError, match="no longer open"):
        desk.stripe.pay_page(page)
    found = desk.services.links.link_of_invoice(RECEPTIONIST, invoice.id)
    assert found is not None
    assert found.state is LinkState.CLOSED
    desk.check_books(charged=9500)


def test_22_a_link_that_is_paid_after_the_cash_is_shown_as_too_much_and_given_back(
    desk: MoneyDesk,
) -> None:
    invoice = desk.invoice(9500)
    link = desk.services.links.open_link(RECEPTIONIST, invoice.id)
    page = desk.stripe.open_link(link.url)
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=pounds(9500), tendered=pounds(9500))
    desk.stripe.pay_page(page)
    desk.services.links.settle_open_links(SETUP)
    assert desk.again(invoice).credit == pounds(9500)
    desk.check_books(charged=9500, overpaid=9500)
    late = desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)[-1]
    desk.give_back(late, 9500)
    assert desk.again(invoice).credit == pounds(0)
    desk.check_books(charged=9500)


def test_22_a_link_that_is_paid_twice_is_recorded_twice(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.services.links.open_link(RECEPTIONIST, invoice.id)
    pages = [desk.stripe.open_link(link.url) for _ in range(2)]
    for page in pages:
        desk.stripe.pay_page(page)
    desk.services.links.settle_open_links(SETUP)
    assert len(desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)) == 2
    desk.check_books(charged=19_000, overpaid=9500)
