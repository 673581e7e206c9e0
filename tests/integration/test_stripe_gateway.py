"""A card is taken, refused, cancelled and given back through the real library and real HTTP."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.errors import UnavailableError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.errors import (
    AmountRefusedError,
    IntentStateError,
    ProviderKeyError,
    ReaderBusyError,
    ReaderFaultError,
    ReaderOfflineError,
    ReaderTimeoutError,
    RefundRefusedError,
)
from clinicdesk.payments.gateway import IntentStatus, ReaderActionStatus, RefundStatus
from clinicdesk.training.stripe.faults import FaultKind
from tests.contracts import watched_stripe
from tests.stripe_desk import OTHER_READER, PROCESS, READER, REFUNDS, Desk


@pytest.fixture
def desk(clock: FixedClock) -> Iterator[Desk]:
    with watched_stripe(clock=clock) as stripe:
        yield Desk(stripe, clock)


def test_a_card_is_taken(desk: Desk) -> None:
    intent = desk.new_intent(8000)
    assert intent.status is IntentStatus.AWAITING_CARD
    assert (intent.amount, intent.live, intent.charge) == (Money(8000, "GBP"), False, None)
    assert intent.created_at == desk.clock.now().replace(microsecond=0)

    asked = desk.ask_card(intent)
    assert asked.action_status is ReaderActionStatus.IN_PROGRESS
    assert (asked.action_intent_id, asked.label) == (intent.intent_id, "Front desk 1")

    desk.stripe.present_card(READER)
    paid = desk.gateway.retrieve_intent(intent.intent_id)
    assert paid.status is IntentStatus.SUCCEEDED
    assert paid.charge is not None
    assert (paid.charge.brand, paid.charge.last4) == ("visa", "4242")
    assert desk.gateway.retrieve_reader(READER).action_status is ReaderActionStatus.SUCCEEDED
    assert desk.captured(intent) == 8000


def test_the_receipt_carries_what_card_networks_ask_for(desk: Desk) -> None:
    charge = desk.paid_intent().charge
    assert charge is not None
    receipt = dict(charge.receipt)
    assert receipt["Application"] == "Visa Credit"
    assert receipt["AID"] == "A0000000031010"
    assert {"Authorisation code", "Response code", "Cryptogram", "TVR", "TSI"} <= receipt.keys()
    assert "Verification" not in receipt, "a field that the card did not fill is left out"


def test_after_a_refused_card_another_one_pays_the_same_intent(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.ask_card(intent)
    desk.stripe.present_card(READER, "4000000000009995")
    refused = desk.gateway.retrieve_intent(intent.intent_id)
    reader = desk.gateway.retrieve_reader(READER)
    assert (refused.status, refused.charge) == (IntentStatus.AWAITING_CARD, None)
    assert refused.decline_code == "insufficient_funds"
    assert (reader.action_status, reader.failure_code) == (
        ReaderActionStatus.FAILED,
        "card_declined",
    )

    desk.ask_card(intent)
    desk.stripe.present_card(READER)
    paid = desk.gateway.retrieve_intent(intent.intent_id)
    assert (paid.status, paid.decline_code) == (IntentStatus.SUCCEEDED, "")
    assert desk.captured(intent) == 8000
    assert len(desk.stripe.ledger()) == 1


def test_a_patient_cancels_at_the_reader(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.ask_card(intent)
    desk.stripe.cancel_at_reader(READER)
    reader = desk.gateway.retrieve_reader(READER)
    assert (reader.action_status, reader.failure_code) == (
        ReaderActionStatus.FAILED,
        "customer_canceled",
    )
    assert desk.gateway.cancel_intent(intent.intent_id).status is IntentStatus.CANCELED
    assert desk.captured(intent) == 0


def test_a_busy_reader_keeps_its_payment_and_is_free_again_later(desk: Desk) -> None:
    first, second = desk.new_intent(), desk.new_intent(500)
    desk.ask_card(first)
    desk.stripe.put_reader(READER, busy=True)
    with pytest.raises(ReaderBusyError) as busy:
        desk.ask_card(second)
    assert isinstance(busy.value, UnavailableError)
    with pytest.raises(ReaderBusyError):
        desk.gateway.cancel_reader_action(READER)
    desk.stripe.present_card(READER)
    assert desk.gateway.retrieve_intent(first.intent_id).status is IntentStatus.SUCCEEDED
    assert desk.ask_card(second).action_intent_id == second.intent_id


def test_an_offline_or_broken_reader_takes_nothing_and_another_one_does(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.stripe.put_reader(READER, online=False)
    with pytest.raises(ReaderOfflineError, match="power and network"):
        desk.ask_card(intent)
    desk.spoil(FaultKind.READER_FAULT, PROCESS)
    with pytest.raises(ReaderFaultError) as fault:
        desk.ask_card(intent, OTHER_READER)
    assert fault.value.code == "terminal_reader_hardware_fault"
    assert desk.ask_card(intent, OTHER_READER).reader_id == OTHER_READER


def test_a_reader_that_never_got_the_command_is_asked_again(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.spoil(FaultKind.READER_TIMEOUT_LOST, PROCESS)
    with pytest.raises(ReaderTimeoutError) as timeout:
        desk.ask_card(intent)
    assert isinstance(timeout.value, UnknownOutcomeError)
    reader = desk.gateway.retrieve_reader(READER)
    assert (reader.action_status, reader.action_intent_id) == (ReaderActionStatus.NONE, "")
    desk.ask_card(intent)
    desk.stripe.present_card(READER)
    assert desk.captured(intent) == 8000


def test_the_same_command_again_only_repeats_the_stored_failure(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.spoil(FaultKind.READER_TIMEOUT_LOST, PROCESS)
    for _ in range(2):
        with pytest.raises(ReaderTimeoutError):
            desk.gateway.send_to_reader(intent.intent_id, reader_id=READER, command_key="one")
    assert desk.gateway.retrieve_reader(READER).action_status is ReaderActionStatus.NONE


def test_a_reader_that_got_the_command_all_the_same_takes_the_card_once(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.spoil(FaultKind.READER_TIMEOUT_RECEIVED, PROCESS)
    with pytest.raises(ReaderTimeoutError):
        desk.ask_card(intent)
    reader = desk.gateway.retrieve_reader(READER)
    assert reader.action_status is ReaderActionStatus.IN_PROGRESS
    assert reader.action_intent_id == intent.intent_id
    desk.stripe.present_card(READER)
    with pytest.raises(IntentStateError):
        desk.ask_card(intent)
    assert desk.gateway.retrieve_intent(intent.intent_id).status is IntentStatus.SUCCEEDED
    assert desk.captured(intent) == 8000


def test_a_card_that_is_being_authorised_cannot_be_cancelled_away(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.ask_card(intent)
    desk.stripe.put_reader(READER, busy=True)
    with pytest.raises(ReaderBusyError):
        desk.gateway.cancel_reader_action(READER)
    desk.stripe.present_card(READER)
    with pytest.raises(IntentStateError):
        desk.gateway.cancel_intent(intent.intent_id)
    assert desk.gateway.retrieve_intent(intent.intent_id).status is IntentStatus.SUCCEEDED


def test_a_tap_just_before_the_cancel_stays_paid(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.ask_card(intent)
    desk.stripe.present_card(READER)
    assert desk.gateway.cancel_reader_action(READER).action_status is ReaderActionStatus.NONE
    with pytest.raises(IntentStateError):
        desk.gateway.cancel_intent(intent.intent_id)
    assert desk.gateway.retrieve_intent(intent.intent_id).charge is not None


def test_a_cancel_in_time_leaves_nothing_to_tap(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.ask_card(intent)
    assert desk.gateway.cancel_reader_action(READER).action_intent_id == ""
    assert desk.gateway.cancel_intent(intent.intent_id).status is IntentStatus.CANCELED
    with pytest.raises(IntentStateError):
        desk.gateway.cancel_intent(intent.intent_id)
    with pytest.raises(IntentStateError):
        desk.ask_card(intent)


def test_a_reader_shows_one_payment_and_says_whose(desk: Desk) -> None:
    first, second = desk.new_intent(), desk.new_intent()
    desk.ask_card(first)
    desk.ask_card(second)
    assert desk.gateway.retrieve_reader(READER).action_intent_id == second.intent_id
    desk.stripe.present_card(READER)
    assert (desk.captured(first), desk.captured(second)) == (0, 8000)


def test_the_readers_are_listed_with_their_place(desk: Desk) -> None:
    found = desk.gateway.readers.listed()
    assert {(at.reader_id, at.label) for at in found} == {
        (READER, "Front desk 1"),
        (OTHER_READER, "Front desk 2"),
    }
    assert {(at.device_type, at.location_id) for at in found} == {
        ("simulated_wisepos_e", "tml_training")
    }


def test_every_change_carries_the_key_of_its_row(desk: Desk) -> None:
    attempt, refund = str(uuid.uuid4()), str(uuid.uuid4())
    intent = desk.gateway.create_intent(attempt, amount=Money(8000, "GBP"))
    desk.gateway.send_to_reader(intent.intent_id, reader_id=READER, command_key=f"{attempt}:1")
    desk.stripe.present_card(READER)
    desk.gateway.refund(refund, intent_id=intent.intent_id, amount=Money(1, "GBP"))
    assert [seen.key for seen in desk.stripe.log if seen.method == "POST"] == [
        f"pi:{attempt}",
        f"proc:{attempt}:1",
        f"re:{refund}",
    ]


@pytest.mark.parametrize("currency", ["JPY", "CAD", "KWD"])
def test_amounts_keep_their_minor_units(desk: Desk, currency: str) -> None:
    paid = desk.paid_intent(12345, currency)
    assert paid.amount == Money(12345, currency)
    assert desk.captured(paid) == 12345


def test_canadian_debit_cards_are_taken_in_canada_only(desk: Desk) -> None:
    for currency, captured in (("CAD", 8000), ("GBP", 0)):
        intent = desk.new_intent(8000, currency)
        desk.ask_card(intent)
        desk.stripe.present_card(READER, "4506445006931933")
        charge = desk.gateway.retrieve_intent(intent.intent_id).charge
        assert desk.captured(intent) == captured
        assert (charge.brand if charge else "") == ("interac" if captured else "")


@pytest.mark.parametrize(
    ("minor", "currency", "code"),
    [
        (49, "USD", "amount_too_small"),
        (29, "GBP", "amount_too_small"),
        (0, "GBP", "parameter_invalid_integer"),
        (-1, "GBP", "parameter_invalid_integer"),
        (100_000_000, "GBP", "amount_too_large"),
        (8000, "XTS", ""),
    ],
)
def test_an_amount_that_stripe_does_not_take_is_refused(
    desk: Desk, minor: int, currency: str, code: str
) -> None:
    with pytest.raises(AmountRefusedError) as refused:
        desk.new_intent(minor, currency)
    assert refused.value.code == code
    assert desk.stripe.ledger() == {}


def test_partial_refunds_add_up_and_equal_ones_are_two(desk: Desk) -> None:
    intent = desk.paid_intent(8000)
    for key in ("one", "two"):
        state = desk.gateway.refund(key, intent_id=intent.intent_id, amount=Money(1500, "GBP"))
        assert (state.status, state.amount) == (RefundStatus.SUCCEEDED, Money(1500, "GBP"))
        assert desk.gateway.retrieve_refund(state.provider_refund_id) == state
        assert desk.gateway.find_refund(key, intent_id=intent.intent_id) == state
    assert desk.refunded(intent) == 3000
    assert desk.gateway.find_refund("three", intent_id=intent.intent_id) is None


def test_one_refund_key_gives_back_once(desk: Desk) -> None:
    intent = desk.paid_intent()
    states = [
        desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))
        for _ in range(2)
    ]
    assert states[0] == states[1]
    assert desk.refunded(intent) == 1500


def test_more_than_the_rest_is_not_given_back(desk: Desk) -> None:
    intent = desk.paid_intent(8000)
    desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(6000, "GBP"))
    with pytest.raises(RefundRefusedError) as over:
        desk.gateway.refund("two", intent_id=intent.intent_id, amount=Money(2001, "GBP"))
    assert over.value.code == ""
    desk.gateway.refund("three", intent_id=intent.intent_id, amount=Money(2000, "GBP"))
    with pytest.raises(RefundRefusedError) as spent:
        desk.gateway.refund("four", intent_id=intent.intent_id, amount=Money(1, "GBP"))
    assert spent.value.code == "charge_already_refunded"
    assert desk.refunded(intent) == 8000


def test_a_pending_refund_counts_until_it_fails(desk: Desk) -> None:
    intent = desk.paid_intent(8000)
    desk.spoil(FaultKind.REFUND_PENDING, REFUNDS)
    pending = desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(8000, "GBP"))
    assert (pending.status, pending.reason_code) == (RefundStatus.PENDING, "insufficient_funds")
    with pytest.raises(RefundRefusedError):
        desk.gateway.refund("two", intent_id=intent.intent_id, amount=Money(1, "GBP"))

    desk.clock.advance(timedelta(days=2))
    desk.stripe.settle_refund(
        pending.provider_refund_id, status="failed", reason="lost_or_stolen_card"
    )
    failed = desk.gateway.retrieve_refund(pending.provider_refund_id)
    assert (failed.status, failed.reason_code) == (RefundStatus.FAILED, "lost_or_stolen_card")
    assert desk.refunded(intent) == 0
    desk.gateway.refund("three", intent_id=intent.intent_id, amount=Money(8000, "GBP"))


def test_what_was_not_paid_is_not_refunded(desk: Desk) -> None:
    intent = desk.new_intent()
    with pytest.raises(RefundRefusedError):
        desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1, "GBP"))


def test_an_intent_of_another_account_points_at_the_key(desk: Desk) -> None:
    with pytest.raises(ProviderKeyError, match="another account"):
        desk.gateway.retrieve_intent("pi_elsewhere")
    with pytest.raises(ProviderKeyError):
        desk.gateway.refund("one", intent_id="pi_elsewhere", amount=Money(1, "GBP"))
    with pytest.raises(ProviderKeyError):
        desk.gateway.send_to_reader("pi_elsewhere", reader_id=READER, command_key="one")
    with pytest.raises(ReaderFaultError):
        desk.gateway.retrieve_reader("tmr_elsewhere")


def test_an_attempt_is_found_by_its_key_alone(desk: Desk) -> None:
    asked_at = desk.clock.now()
    attempt = str(uuid.uuid4())
    assert desk.gateway.find_intent(attempt, created_after=asked_at) is None
    made = desk.gateway.create_intent(attempt, amount=Money(8000, "GBP"))
    for number in range(120):
        desk.stripe.add_paid(f"other {number}", amount=Money(100, "GBP"), paid_at=asked_at)
    assert desk.gateway.find_intent(attempt, created_after=asked_at) == made
    paged = [seen for seen in desk.stripe.log if seen.path == "/v1/payment_intents"][-2:]
    assert [seen.method for seen in paged] == ["GET", "GET"], "it lay on the second page"


def test_a_paid_attempt_is_found_with_its_charge(desk: Desk) -> None:
    paid_at = desk.clock.now() - timedelta(days=3)
    intent_id, charge_id = desk.stripe.add_paid("old", amount=Money(100, "GBP"), paid_at=paid_at)
    found = desk.gateway.find_intent("old", created_after=paid_at)
    assert found is not None
    assert found.charge is not None
    assert (found.intent_id, found.charge.charge_id) == (intent_id, charge_id)
    later = paid_at + timedelta(hours=2)
    assert desk.gateway.find_intent("old", created_after=later) is None
