"""A cardholder asks the money back of the bank: it is seen in time, and the books follow."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinicdesk.billing.records import InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.disputes.errors import DisputeDecidedError, UnknownDisputeError
from clinicdesk.payments.disputes.records import DisputeRecord
from clinicdesk.payments.disputes.rules import reason_text, state_text
from clinicdesk.payments.errors import PaymentDisputedError, ProviderRefusedError
from clinicdesk.payments.obstacles import DisputedPaymentError, RefundTooLargeError
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER

pytestmark = pytest.mark.slow


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    made = MoneyDesk(database, clock, stripe=stripe).open()
    made.services.provider_events.catch_up(SETUP)
    return made


def intent_of(desk: MoneyDesk) -> str:
    return list(desk.stripe.ledger())[-1]


def hear(desk: MoneyDesk) -> DisputeRecord:
    desk.services.provider_events.catch_up(SETUP)
    return desk.services.disputes.disputes(RECEPTIONIST)[0]


def actions(desk: MoneyDesk) -> list[str]:
    entries = desk.audit.entries(SETUP)
    return [entry.action for entry in entries if entry.entity == "dispute"]


def test_a_dispute_is_heard_of_and_its_invoice_is_owed_again(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.stripe.open_dispute(intent_of(desk))
    found = hear(desk)
    assert (found.amount, found.withdrawn) == (pounds(9500), pounds(9500))
    assert (found.invoice_number, found.patient_name) == ("INV-2026-00001", "Chloé Martin")
    assert (found.state, found.reason) == ("Answer needed", "The cardholder does not know of it")
    assert (found.needs_answer, found.asks_attention, found.is_closed) == (True, True, False)
    assert found.due_by_at == desk.clock.now() + timedelta(days=9)
    assert found.card == "Visa •••• 4242"
    invoice = desk.billing.invoice(RECEPTIONIST, payment.invoice_id)
    assert invoice.due == pounds(9500)
    with pytest.raises(DisputedPaymentError, match="pay twice"):
        desk.give_back(payment, 9500)
    desk.services.disputes.look_again(MANAGER, found.provider_id)
    assert actions(desk).count("dispute needs response") == 1


def test_a_dispute_that_is_won_pays_the_invoice_again(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    dispute_id = desk.stripe.open_dispute(intent_of(desk))
    hear(desk)
    desk.stripe.put_dispute(dispute_id, status="under_review")
    assert (hear(desk).state, hear(desk).asks_attention) == ("With the bank", False)
    desk.stripe.end_dispute(dispute_id, status="won")
    found = hear(desk)
    assert (found.state, found.withdrawn, found.is_closed) == ("Won", pounds(0), True)
    invoice = desk.billing.invoice(RECEPTIONIST, payment.invoice_id)
    assert (invoice.due, invoice.state) == (pounds(0), InvoiceState.PAID)


def test_after_an_appeal_the_money_may_go_a_second_time(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    dispute_id = desk.stripe.open_dispute(intent_of(desk))
    hear(desk)
    desk.stripe.end_dispute(dispute_id, status="won")
    hear(desk)
    desk.stripe.put_dispute(dispute_id, status="appeal_needs_response", takes_money=True)
    found = hear(desk)
    assert (found.state, found.withdrawn) == ("Appeal: answer needed", pounds(9500))
    assert desk.billing.invoice(RECEPTIONIST, payment.invoice_id).due == pounds(9500)
    desk.stripe.end_dispute(dispute_id, status="won")
    hear(desk)
    assert desk.billing.invoice(RECEPTIONIST, payment.invoice_id).due == pounds(0)


def test_an_inquiry_can_still_be_ended_by_a_refund(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    dispute_id = desk.stripe.open_dispute(intent_of(desk), is_inquiry=True, reason="general")
    found = hear(desk)
    assert (found.withdrawn, found.is_refundable) == (pounds(0), True)
    assert desk.billing.invoice(RECEPTIONIST, payment.invoice_id).due == pounds(0)
    desk.give_back(payment, 9500)
    desk.stripe.end_dispute(dispute_id, status="warning_closed")
    found = hear(desk)
    assert (found.state, found.asks_attention) == ("Inquiry closed", False)
    desk.check_books(charged=9500)


def test_a_refund_before_anybody_heard_of_the_dispute_is_refused_and_explained(
    desk: MoneyDesk,
) -> None:
    payment = desk.paid(9500)
    desk.stripe.open_dispute(intent_of(desk))
    with pytest.raises(PaymentDisputedError, match="pay twice"):
        desk.give_back(payment, 3000)
    assert desk.refunds.refunds_of_invoice(MANAGER, payment.invoice_id)[0].failure_code == (
        "charge_disputed"
    )
    hear(desk)
    with pytest.raises(DisputedPaymentError):
        desk.give_back(payment, 3000)


def test_giving_a_dispute_up_is_for_managers_and_for_good(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.stripe.open_dispute(intent_of(desk))
    found = hear(desk)
    disputes = desk.services.disputes
    with pytest.raises(AccessDeniedError):
        disputes.accept_loss(RECEPTIONIST, found.id)
    lost = disputes.accept_loss(MANAGER, found.id)
    assert (lost.state, lost.withdrawn, lost.asks_attention) == ("Lost", pounds(9500), True)
    with pytest.raises(DisputeDecidedError):
        disputes.accept_loss(MANAGER, found.id)
    with pytest.raises(DisputedPaymentError, match="for good"):
        desk.give_back(payment, 100)
    seen = disputes.see_to(MANAGER, found.id)
    assert (seen.asks_attention, seen.seen_to_by) == (False, MANAGER.name)
    assert disputes.see_to(MANAGER, found.id) == seen
    assert actions(desk).count("see to dispute") == 1
    hear(desk)
    assert disputes.disputes(MANAGER)[0].seen_to_by == MANAGER.name


def test_a_lost_answer_to_giving_up_is_found_out_later(desk: MoneyDesk) -> None:
    desk.paid(9500)
    desk.stripe.open_dispute(intent_of(desk))
    found = hear(desk)
    desk.spoil(FaultKind.DROP_AFTER, "/v1/disputes/*/close", times=5)
    with pytest.raises(UnknownOutcomeError):
        desk.services.disputes.accept_loss(MANAGER, found.id)
    assert desk.services.disputes.disputes(MANAGER)[0].needs_answer
    desk.heal()
    assert hear(desk).state == "Lost"


def test_what_the_provider_has_decided_meanwhile_is_not_given_up(desk: MoneyDesk) -> None:
    desk.paid(9500)
    dispute_id = desk.stripe.open_dispute(intent_of(desk))
    found = hear(desk)
    desk.stripe.end_dispute(dispute_id, status="won")
    with pytest.raises(ProviderRefusedError):
        desk.services.disputes.accept_loss(MANAGER, found.id)
    with pytest.raises(UnknownDisputeError):
        desk.services.disputes.accept_loss(MANAGER, 999)
    with pytest.raises(UnknownDisputeError):
        desk.services.disputes.see_to(MANAGER, 999)
    assert not desk.services.disputes.see_to(MANAGER, found.id).seen_to_by


@pytest.mark.parametrize(("minor", "owed"), [(6000, (5000, 1000)), (4000, (4000, 0))])
def test_a_dispute_over_several_invoices_takes_from_each_what_it_had(
    desk: MoneyDesk, minor: int, owed: tuple[int, int]
) -> None:
    first, second = desk.invoice(5000), desk.invoice(3000)
    begun = desk.payments.create_payment_intent(
        RECEPTIONIST,
        first.id,
        amount=pounds(8000),
        reader_id=desk.reader_id,
        shares={second.id: pounds(3000)},
    )
    desk.stripe.present_card(READER)
    desk.look(begun)
    desk.stripe.open_dispute(intent_of(desk), amount=minor)
    hear(desk)
    assert tuple(desk.again(invoice).due.minor for invoice in (first, second)) == owed


def test_a_refund_and_a_dispute_together_are_shown_as_they_are(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.give_back(payment, 3000)
    dispute_id = desk.stripe.open_dispute(intent_of(desk), amount=10_000)
    hear(desk)
    # The bank took more than was paid, and 30 had been given back for good.
    assert desk.billing.invoice(RECEPTIONIST, payment.invoice_id).due == pounds(10_000)
    desk.stripe.end_dispute(dispute_id, status="won")
    hear(desk)
    assert desk.billing.invoice(RECEPTIONIST, payment.invoice_id).due == pounds(0)


def test_a_dispute_of_an_unknown_payment_is_kept_and_booked_once_it_is_matched(
    desk: MoneyDesk,
) -> None:
    intent_id, _ = desk.stripe.add_paid("by hand", amount=pounds(4000), paid_at=desk.clock.now())
    desk.stripe.open_dispute(intent_id)
    found = hear(desk)
    assert (found.invoice_id, found.card, found.withdrawn) == (None, "", pounds(0))
    desk.clock.advance(timedelta(hours=1))
    desk.services.reconciliation.compare_recent(SETUP)
    invoice = desk.invoice(4000)
    desk.services.reconciliation.match(MANAGER, intent_id, invoice.id)
    assert desk.again(invoice).due == pounds(0)
    desk.services.reconciliation.compare_recent(SETUP)
    (found,) = desk.services.disputes.disputes(MANAGER)
    assert (found.invoice_number, found.withdrawn) == (invoice.number, pounds(4000))
    assert desk.again(invoice).due == pounds(4000)


def test_disputes_are_found_by_comparison_without_any_event(desk: MoneyDesk) -> None:
    desk.paid(9500)
    desk.clock.advance(timedelta(days=40))
    desk.stripe.open_dispute(intent_of(desk))
    desk.services.reconciliation.compare_recent(SETUP)
    assert desk.services.disputes.disputes(MANAGER)[0].withdrawn == pounds(9500)


def test_payouts_are_shown_as_the_provider_lists_them(desk: MoneyDesk) -> None:
    desk.stripe.add_payout(Money(120_000, "GBP"))
    desk.stripe.add_payout(Money(500, "GBP"), status="failed", failure_code="account_closed")
    newest, oldest = desk.services.reconciliation.payouts(MANAGER)
    assert (newest.status, newest.failure_code) == ("failed", "account_closed")
    assert oldest.amount == Money(120_000, "GBP")
    assert oldest.arrives_on == (desk.clock.now() + timedelta(days=2)).date()


def test_a_refund_made_elsewhere_is_taken_over_once(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.stripe.refund_elsewhere(intent_of(desk), minor=3000)
    for _ in range(2):
        desk.services.provider_events.catch_up(SETUP)
        desk.refunds.compare(SETUP, since=desk.clock.now())
    (refund,) = desk.refunds.refunds_of_invoice(MANAGER, payment.invoice_id)
    assert (refund.amount, refund.was_made_elsewhere) == (pounds(3000), True)
    assert desk.billing.invoice(RECEPTIONIST, payment.invoice_id).due == pounds(0)
    with pytest.raises(RefundTooLargeError):
        desk.give_back(payment, 6501)
    desk.give_back(payment, 6500)
    desk.check_books(charged=9500)


def test_a_refund_elsewhere_that_bounces_comes_back(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.stripe.refund_elsewhere(intent_of(desk), minor=3000)
    desk.services.provider_events.catch_up(SETUP)
    desk.stripe.settle_refund(desk.provider_refund_id(), status="failed")
    desk.services.provider_events.catch_up(SETUP)
    (refund,) = desk.refunds.refunds_of_invoice(MANAGER, payment.invoice_id)
    assert refund.has_bounced
    desk.check_books(charged=9500)


def test_a_refund_elsewhere_waits_for_one_of_ours_that_holds_the_rest(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.spoil(FaultKind.DROP_BEFORE, "/v1/refunds", times=3)
    desk.give_back(payment, 9500)
    desk.heal()
    desk.stripe.refund_elsewhere(intent_of(desk), minor=9500)
    desk.services.provider_events.catch_up(SETUP)
    desk.clock.advance(timedelta(minutes=5))
    desk.refunds.settle_open_refunds(SETUP)
    desk.refunds.compare(SETUP, since=desk.clock.now())
    ours, theirs = desk.refunds.refunds_of_invoice(MANAGER, payment.invoice_id)
    assert (ours.status.value, theirs.status.value) == ("failed", "completed")
    desk.check_books(charged=9500)


def test_a_failed_refund_elsewhere_and_one_of_a_foreign_payment_change_nothing(
    desk: MoneyDesk,
) -> None:
    payment = desk.paid(9500)
    desk.stripe.refund_elsewhere(intent_of(desk), minor=3000)
    desk.stripe.settle_refund(desk.provider_refund_id(), status="failed")
    intent_id, _ = desk.stripe.add_paid("by hand", amount=pounds(4000), paid_at=desk.clock.now())
    desk.stripe.refund_elsewhere(intent_id, minor=4000)
    desk.services.provider_events.catch_up(SETUP)
    assert desk.refunds.refunds_of_invoice(MANAGER, payment.invoice_id) == ()


def test_more_given_back_elsewhere_than_lies_on_the_invoice_is_booked_all_the_same(
    desk: MoneyDesk,
) -> None:
    payment = desk.paid(9500)
    other = desk.invoice(5000)
    desk.services.credit_notes.correct(
        MANAGER, payment.invoice_id, amounts=None, reason="Not done", note_key="n"
    )
    desk.services.accounts.apply_credit(
        MANAGER,
        from_invoice_id=payment.invoice_id,
        to_invoice_id=other.id,
        amount=pounds(5000),
        transfer_key="t",
    )
    desk.stripe.refund_elsewhere(intent_of(desk), minor=9500)
    desk.services.provider_events.catch_up(SETUP)
    assert desk.billing.invoice(RECEPTIONIST, payment.invoice_id).due == pounds(5000)


def test_words_that_are_new_are_shown_as_they_are() -> None:
    assert state_text("sent_to_court") == "Sent to court"
    assert reason_text("new_reason") == "New reason"
