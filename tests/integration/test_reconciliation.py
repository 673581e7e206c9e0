"""The books are compared with the provider's: the lost is found, the foreign is settled."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinicdesk.app import build_services
from clinicdesk.billing.records import InvoiceState
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.events.records import Heard
from clinicdesk.payments.obstacles import PaymentInProgressError
from clinicdesk.payments.reconciliation.errors import (
    ChargeCurrencyError,
    ChargeSettledError,
    NoteMissingError,
    WrongModeError,
)
from clinicdesk.payments.records import PaymentStatus
from clinicdesk.settings.secrets import STRIPE_KEY
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.services import KeptSecrets, services_over
from tests.stripe_desk import READER

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(database, clock, stripe=stripe).open()


def elsewhere(desk: MoneyDesk, currency: str = "GBP") -> str:
    """Let somebody take money in the provider's own pages."""
    amount = Money(4000, currency)
    return desk.stripe.add_paid("by hand", amount=amount, paid_at=desk.clock.now())[0]


def test_books_that_agree(desk: MoneyDesk) -> None:
    desk.paid(9500)
    desk.paid(2000)
    desk.clock.advance(HOUR)
    (found,) = desk.services.reconciliation.compare_recent(SETUP)
    assert found.agrees
    assert (found.ours, found.theirs) == (pounds(11_500), pounds(11_500))
    assert desk.services.reconciliation.comparisons(MANAGER) == (found,)
    assert desk.services.reconciliation.unmatched(MANAGER) == ()


def test_a_payment_that_was_lost_sight_of_is_recorded_first(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    desk.take(invoice)
    desk.stripe.present_card(READER)
    desk.clock.advance(HOUR)
    (found,) = desk.services.reconciliation.compare_recent(SETUP)
    assert found.agrees
    assert desk.again(invoice).state is InvoiceState.PAID
    desk.check_books(charged=9500)


def test_a_charge_made_elsewhere_is_told_once_and_matched(desk: MoneyDesk) -> None:
    intent_id = elsewhere(desk)
    desk.clock.advance(HOUR)
    reconciliation = desk.services.reconciliation
    for _ in range(2):
        (found,) = reconciliation.compare_recent(SETUP)
    assert (found.agrees, found.missing_here) == (False, (intent_id,))
    (charge,) = reconciliation.unmatched(MANAGER)
    assert (charge.amount, charge.card) == (pounds(4000), "Visa •••• 4242")
    invoice = desk.invoice(3000)
    payment = reconciliation.match(MANAGER, intent_id, invoice.id)
    assert (payment.amount, payment.status) == (pounds(4000), PaymentStatus.COMPLETED)
    assert desk.again(invoice).credit == pounds(1000)
    assert reconciliation.unmatched(MANAGER) == ()
    with pytest.raises(ChargeSettledError):
        reconciliation.match(MANAGER, intent_id, invoice.id)
    assert reconciliation.compare_recent(SETUP)[0].agrees
    desk.give_back(payment, 1000)
    desk.check_books(charged=4000)


def test_a_charge_for_nothing_of_ours_is_set_aside_with_a_note(desk: MoneyDesk) -> None:
    intent_id = elsewhere(desk)
    desk.clock.advance(HOUR)
    reconciliation = desk.services.reconciliation
    reconciliation.compare_recent(SETUP)
    with pytest.raises(NoteMissingError):
        reconciliation.set_aside(MANAGER, intent_id, note=" ")
    with pytest.raises(AccessDeniedError):
        reconciliation.set_aside(RECEPTIONIST, intent_id, note="x")
    reconciliation.set_aside(MANAGER, intent_id, note="Sold a poster")
    reconciliation.compare_recent(SETUP)
    assert reconciliation.unmatched(MANAGER) == ()
    told = [e for e in desk.audit.entries(SETUP) if e.action == "set charge aside"]
    assert [entry.details["note"] for entry in told] == ["Sold a poster"]


def test_another_currency_is_matched_to_no_invoice(desk: MoneyDesk) -> None:
    intent_id = elsewhere(desk, "EUR")
    desk.clock.advance(HOUR)
    desk.services.reconciliation.compare_recent(SETUP)
    with pytest.raises(ChargeCurrencyError):
        desk.services.reconciliation.match(MANAGER, intent_id, desk.invoice(3000).id)


def test_what_a_desk_has_just_begun_is_its_own(desk: MoneyDesk) -> None:
    desk.take(desk.invoice(9500))
    assert desk.services.reconciliation.compare_recent(SETUP) == ()
    desk.clock.advance(HOUR)
    assert desk.services.reconciliation.compare_recent(SETUP) == ()
    with pytest.raises(PaymentInProgressError):
        desk.take(desk.billing.invoice(RECEPTIONIST, 1))


def test_a_day_is_compared_on_the_clinics_own_clock(desk: MoneyDesk) -> None:
    desk.paid(9500)
    day = desk.clock.now().date()
    desk.clock.advance(HOUR)
    reconciliation = desk.services.reconciliation
    (found,) = reconciliation.compare_day(MANAGER, desk.clinic_id, day)
    assert found.agrees
    assert reconciliation.compare_day(MANAGER, desk.clinic_id, day - timedelta(days=1)) == ()


def test_no_answer_decides_nothing(desk: MoneyDesk) -> None:
    elsewhere(desk)
    desk.clock.advance(HOUR)
    desk.cut_the_line()
    with pytest.raises(UnknownOutcomeError):
        desk.services.reconciliation.compare_recent(SETUP)
    desk.heal()
    assert desk.services.reconciliation.comparisons(MANAGER) == ()
    desk.services.reconciliation.compare_recent(SETUP)
    assert len(desk.services.reconciliation.unmatched(MANAGER)) == 1


def test_without_cards_there_is_nothing_to_compare(
    file_database: Database, clock: FixedClock
) -> None:
    BillingDesk(file_database, clock).set_up()
    assert services_over(file_database, clock).reconciliation.compare_recent(SETUP) == ()


@pytest.mark.parametrize("began_live", [False, True])
def test_a_key_of_the_other_mode_is_refused_loudly(
    file_database: Database, clock: FixedClock, stripe: TrainingStripe, began_live: bool
) -> None:
    test_key, live_key = "sk_test_" + "a" * 24, "rk_live_" + "a" * 24
    secrets = KeptSecrets()
    secrets.set(STRIPE_KEY, live_key if began_live else test_key)
    desk = BillingDesk(file_database, clock).set_up()
    services = build_services(file_database, bus=ChangeBus(), clock=clock, secrets=secrets)
    services.payments._cards._gateways()
    secrets.set(STRIPE_KEY, test_key if began_live else live_key)
    for program in (
        services,
        build_services(file_database, bus=ChangeBus(), clock=clock, secrets=secrets),
    ):
        with pytest.raises(WrongModeError, match="TEST key" if began_live else "LIVE key"):
            program.payments.create_payment_intent(
                RECEPTIONIST, desk.invoice(9500).id, amount=pounds(9500), reader_id=1
            )
    secrets.set(STRIPE_KEY, live_key if began_live else test_key)
    services.payments._cards._gateways()


def test_what_was_given_back_of_a_foreign_charge_is_recorded_with_it(desk: MoneyDesk) -> None:
    intent_id = elsewhere(desk)
    desk.stripe.refund_elsewhere(intent_id, minor=1500)
    desk.clock.advance(HOUR)
    reconciliation = desk.services.reconciliation
    reconciliation.compare_recent(SETUP)
    desk.stripe.refund_elsewhere(intent_id, minor=500)
    reconciliation.compare_recent(SETUP)
    (charge,) = reconciliation.unmatched(MANAGER)
    assert (charge.amount, charge.refunded) == (pounds(4000), pounds(2000))
    payment = reconciliation.match(MANAGER, intent_id, desk.invoice(4000).id)
    refunds = desk.refunds.refunds_of_invoice(MANAGER, payment.invoice_id)
    assert {refund.amount for refund in refunds} == {pounds(1500), pounds(500)}
    assert all(refund.was_made_elsewhere for refund in refunds)
    desk.check_books(charged=4000)


def test_refunds_of_a_matched_charge_that_cannot_be_read_now_come_later(desk: MoneyDesk) -> None:
    intent_id = elsewhere(desk)
    desk.stripe.refund_elsewhere(intent_id, minor=1500)
    desk.clock.advance(HOUR)
    desk.services.reconciliation.compare_recent(SETUP)
    desk.cut_the_line()
    invoice = desk.invoice(4000)
    desk.services.reconciliation.match(MANAGER, intent_id, invoice.id)
    desk.heal()
    assert desk.refunds.refunds_of_invoice(MANAGER, invoice.id) == ()
    desk.services.reconciliation.compare_recent(SETUP)
    desk.check_books(charged=4000)


def test_one_odd_intent_does_not_keep_the_others_from_being_compared(desk: MoneyDesk) -> None:
    desk.paid(9500)
    odd, found = elsewhere(desk), elsewhere(desk)
    desk.stripe._book.table("intents")[odd]["amount_received"] = 1
    desk.clock.advance(HOUR)
    (compared,) = desk.services.reconciliation.compare_recent(SETUP)
    assert (compared.unreadable, compared.missing_here) == ((odd,), (found,))
    assert not compared.agrees
    assert [one.intent_id for one in desk.services.reconciliation.unmatched(MANAGER)] == [found]


def test_agreement_is_forgotten_after_a_while_and_differences_are_not(desk: MoneyDesk) -> None:
    desk.paid(9500)
    desk.clock.advance(HOUR)
    reconciliation = desk.services.reconciliation
    reconciliation.compare_recent(SETUP)
    elsewhere(desk)
    desk.clock.advance(HOUR)
    reconciliation.compare_recent(SETUP)
    desk.clock.advance(timedelta(days=4))
    desk.paid(2000)
    desk.clock.advance(HOUR)
    reconciliation.compare_recent(SETUP)
    assert [one.agrees for one in reconciliation.comparisons(MANAGER)] == [True, False]


def test_after_thirty_five_days_everything_is_gone_through(desk: MoneyDesk) -> None:
    desk.paid(9500)
    events = desk.services.provider_events
    events.catch_up(SETUP)
    payment = desk.paid(2000)
    invoice = desk.invoice(3000)
    desk.take(invoice)
    desk.stripe.present_card(READER)
    intents = list(desk.stripe.ledger())
    desk.stripe.refund_elsewhere(intents[1], minor=500)
    desk.stripe.open_dispute(intents[0])
    found = elsewhere(desk)
    desk.clock.advance(timedelta(days=35))
    desk.stripe._book.tidy()
    assert events.catch_up(SETUP).compared
    assert desk.again(invoice).state is InvoiceState.PAID
    (refund,) = desk.refunds.refunds_of_invoice(MANAGER, payment.invoice_id)
    assert refund.amount == pounds(500)
    assert desk.services.disputes.disputes(MANAGER)[0].withdrawn == pounds(9500)
    assert [one.intent_id for one in desk.services.reconciliation.unmatched(MANAGER)] == [found]
    (told,) = desk.services.reconciliation.comparisons(MANAGER)
    assert told.after_absence
    assert events.catch_up(SETUP) == Heard(0)
