"""The stand-in keeps Stripe's rules: keys, limits, lists, events, signatures, and its own books."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe

from clinicdesk.clock import FixedClock, SystemClock
from clinicdesk.money import Money
from clinicdesk.payments.gateway import IntentStatus, ReaderActionStatus
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.calls import Call, Reply
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.contracts import decode_form, need_stripe_contract, watched_stripe
from tests.stripe_desk import INTENTS, READER, Desk

EIGHTY = Money(8000, "GBP")
ROOT = Path(__file__).resolve().parents[2]
# A child that keeps the books in a file until it is killed.
CHILD = """
import sys, threading
from pathlib import Path
from clinicdesk.training.stripe.stand_in import TrainingStripe
stand_in = TrainingStripe(state_path=Path(sys.argv[1])).start()
print(stand_in.api_base, flush=True)
threading.Event().wait()
"""


@pytest.fixture
def desk(clock: FixedClock) -> Iterator[Desk]:
    with watched_stripe(clock=clock) as stand_in:
        yield Desk(stand_in, clock)


def library(base: str, key: str = TRAINING_KEY) -> stripe.StripeClient:
    """Give the library as anybody would use it, without our gateway."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        http_client=stripe.RequestsClient(timeout=(5, 30)),
        max_network_retries=0,
    )


def create(client: stripe.StripeClient, key: str, amount: int = 8000, **more: Any) -> Any:
    params: Any = {
        "amount": amount,
        "currency": "gbp",
        "allowed_payment_method_types": ["card_present"],
        **more,
    }
    return client.v1.payment_intents.create(params, options={"idempotency_key": key})


def test_the_same_question_under_the_same_key_is_answered_from_memory(desk: Desk) -> None:
    client = library(desk.stripe.api_base)
    first, second = create(client, "one"), create(client, "one")
    assert first.id == second.id
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"


def test_another_question_under_the_same_key_is_an_error(desk: Desk) -> None:
    client = library(desk.stripe.api_base)
    create(client, "one")
    with pytest.raises(stripe.IdempotencyError) as error:
        create(client, "one", 9000)
    assert error.value.http_status == 400
    assert len(desk.stripe.ledger()) == 1


def test_a_question_that_is_still_being_answered_is_a_conflict(desk: Desk) -> None:
    held = desk.spoil(FaultKind.HOLD_BEFORE, INTENTS)
    client = library(desk.stripe.api_base)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(create, library(desk.stripe.api_base), "one")
        assert held.reached.wait(10)
        with pytest.raises(stripe.APIError) as error:
            create(client, "one")
        held.release()
        intent = first.result()
    assert error.value.http_status == 409
    assert error.value.error is not None
    assert error.value.error.code == "idempotency_key_in_use"
    assert create(client, "one").id == intent.id


def test_an_error_after_work_began_is_remembered_and_a_wrong_form_is_not(desk: Desk) -> None:
    client = library(desk.stripe.api_base)
    with pytest.raises(stripe.InvalidRequestError):
        create(client, "form", 1)
    assert create(client, "form").amount == 8000

    def process() -> None:
        client.v1.terminal.readers.process_payment_intent(
            READER,
            {"payment_intent": create(client, "form").id},
            options={"idempotency_key": "work"},
        )

    desk.stripe.put_reader(READER, online=False)
    with pytest.raises(stripe.InvalidRequestError):
        process()
    desk.stripe.put_reader(READER, online=True)
    with pytest.raises(stripe.InvalidRequestError) as replayed:
        process()
    assert replayed.value.code == "terminal_reader_offline"
    assert replayed.value.headers is not None
    assert replayed.value.headers["Idempotent-Replayed"] == "true"


def test_a_key_is_forgotten_after_a_day(desk: Desk) -> None:
    client = library(desk.stripe.api_base)
    first = create(client, "one")
    desk.clock.advance(timedelta(hours=23, minutes=59))
    assert create(client, "one").id == first.id
    desk.clock.advance(timedelta(minutes=2))
    assert create(client, "one").id != first.id


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"payment_method_types": ["card_present"]}, "payment_method_types_no_longer_supported"),
        ({"amuont": 1}, "parameter_unknown"),
    ],
)
def test_parameters_of_yesterday_and_misspelt_ones_are_refused(
    desk: Desk, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        create(library(desk.stripe.api_base), "one", **more)
    assert error.value.code == code


def test_only_test_keys_are_taken(desk: Desk) -> None:
    with pytest.raises(stripe.AuthenticationError):
        library(desk.stripe.api_base, "sk_live_abc").v1.terminal.readers.list()


def test_an_unknown_address_is_404(desk: Desk) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        library(desk.stripe.api_base).v1.customers.list()
    assert error.value.http_status == 404


def test_two_desks_at_once_never_charge_an_intent_twice(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.ask_card(intent)
    start = threading.Barrier(4)

    def tap() -> str:
        start.wait(10)
        client = library(desk.stripe.api_base)
        try:
            client.v1.test_helpers.terminal.readers.present_payment_method(READER)
        except stripe.InvalidRequestError as error:
            return str(error.code)
        return "paid"

    with ThreadPoolExecutor(4) as patients:
        told = [each.result() for each in [patients.submit(tap) for _ in range(4)]]
    assert sorted(told) == ["paid", *["terminal_reader_busy"] * 3]
    assert desk.captured(intent) == 8000


def test_events_are_read_on_from_a_cursor_in_order(desk: Desk) -> None:
    client = library(desk.stripe.api_base)
    desk.new_intent()
    (cursor,) = client.v1.events.list({"limit": 1}).data
    intent = desk.paid_intent()
    desk.gateway.refund("one", intent_id=intent.intent_id, amount=EIGHTY)
    pages = client.v1.events.list({"ending_before": cursor.id, "limit": 2})
    assert pages.has_more
    assert [event.type for event in pages.auto_paging_iter()] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "terminal.reader.action_succeeded",
        "refund.created",
        "charge.refunded",
    ]


def test_events_are_chosen_by_type_and_forgotten_after_30_days(desk: Desk) -> None:
    client = library(desk.stripe.api_base)
    intent = desk.paid_intent()
    wanted = ["payment_intent.succeeded", "terminal.reader.action_failed"]
    (event,) = client.v1.events.list({"types": wanted}).data
    assert event.data.object["id"] == intent.intent_id
    assert client.v1.events.retrieve(event.id).type == "payment_intent.succeeded"
    assert client.v1.events.list({"type": "refund.*"}).data == []
    desk.clock.advance(timedelta(days=31))
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.events.list({"ending_before": event.id})
    assert error.value.code == "resource_missing"


def test_a_failed_refund_rings_the_bell(desk: Desk) -> None:
    intent = desk.paid_intent()
    refund = desk.gateway.refund("one", intent_id=intent.intent_id, amount=EIGHTY)
    desk.stripe.settle_refund(refund.provider_refund_id, status="failed")
    (event,) = library(desk.stripe.api_base).v1.events.list({"type": "refund.failed"}).data
    assert event.data.object["failure_reason"] == "declined"
    assert desk.refunded(intent) == 0


@pytest.mark.parametrize(("age_s", "taken"), [(0, True), (299, True), (302, False)])
def test_a_signed_event_is_what_the_library_verifies(desk: Desk, age_s: int, taken: bool) -> None:
    intent = desk.paid_intent()
    client = library(desk.stripe.api_base)
    event = client.v1.events.list({"type": "payment_intent.succeeded"}).data[0]
    now = SystemClock().now()
    body, header = desk.stripe.signed_event(
        event.id, secret="whsec_training", at=now - timedelta(seconds=age_s)
    )
    if taken:
        heard = client.construct_event(body, header, "whsec_training")
        assert heard.data.object["id"] == intent.intent_id
    for forged in (body.replace(b"8000", b"9000"), body + b" "):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(forged, header, "whsec_training")
    if not taken:
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(body, header, "whsec_training")


def test_the_books_outlive_a_kill(tmp_path: Path) -> None:
    books = tmp_path / "stripe.json"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(books)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        base = child.stdout.readline().strip()
        gateway = StripeGateway(TRAINING_KEY, api_base=base)
        paid = gateway.create_intent("paid", amount=EIGHTY)
        gateway.send_to_reader(paid.intent_id, reader_id=READER, command_key="1")
        library(base).v1.test_helpers.terminal.readers.present_payment_method(READER)
        asked = gateway.create_intent("asked", amount=EIGHTY)
        gateway.send_to_reader(asked.intent_id, reader_id=READER, command_key="2")
    finally:
        child.kill()
        child.communicate()

    with watched_stripe(state_path=books) as stand_in:
        gateway = StripeGateway(TRAINING_KEY, api_base=stand_in.api_base)
        assert gateway.retrieve_intent(paid.intent_id).status is IntentStatus.SUCCEEDED
        assert gateway.create_intent("asked", amount=EIGHTY) == asked
        reader = gateway.retrieve_reader(READER)
        assert reader.action_status is ReaderActionStatus.IN_PROGRESS
        stand_in.present_card(READER)
        captured = [line.captured.minor for line in stand_in.ledger().values()]
        assert captured == [8000, 8000]


def test_the_file_holds_a_change_before_its_answer_leaves(tmp_path: Path) -> None:
    books = tmp_path / "stripe.json"
    held: list[int] = []

    def look(call: Call, reply: Reply) -> None:
        if call.method == "POST":
            held.append(len(json.loads(books.read_text())["intents"]))

    with TrainingStripe(state_path=books, observer=look) as stand_in:
        gateway = StripeGateway(TRAINING_KEY, api_base=stand_in.api_base)
        for key in ("one", "two", "three"):
            gateway.create_intent(key, amount=EIGHTY)
    assert held == [1, 2, 3]
    assert books.stat().st_mode & 0o077 == 0


def test_payments_of_the_past_are_in_the_books_from_the_start(
    tmp_path: Path, clock: FixedClock
) -> None:
    books = tmp_path / "stripe.json"
    stand_in = TrainingStripe(state_path=books, clock=clock)
    written = [
        stand_in.add_paid(f"old {number}", amount=EIGHTY, paid_at=clock.now() - timedelta(days=9))
        for number in range(3)
    ]
    with stand_in:
        pass
    with watched_stripe(state_path=books, clock=clock) as again:
        desk = Desk(again, clock)
        for intent_id, charge_id in written:
            paid = desk.gateway.retrieve_intent(intent_id)
            assert paid.charge is not None
            assert paid.charge.charge_id == charge_id
            desk.gateway.refund(intent_id, intent_id=intent_id, amount=EIGHTY)
            assert desk.refunded(paid) == 8000


def test_in_training_a_card_is_tapped_by_itself(clock: FixedClock) -> None:
    with watched_stripe(clock=clock, auto_present_after_s=0.01) as stand_in:
        desk = Desk(stand_in, clock)
        intent = desk.new_intent()
        desk.ask_card(intent)
        assert _settled(desk, intent.intent_id) is IntentStatus.SUCCEEDED


def test_a_card_that_is_tapped_by_itself_may_be_refused_each_time(clock: FixedClock) -> None:
    options = {"auto_present_after_s": 0.01, "auto_present_card": "4000000000000002"}
    with watched_stripe(clock=clock, **options) as stand_in:
        desk = Desk(stand_in, clock)
        intent = desk.new_intent()
        for _ in range(2):
            desk.ask_card(intent)
            assert _settled(desk, intent.intent_id) is IntentStatus.AWAITING_CARD
            state = desk.gateway.retrieve_intent(intent.intent_id)
            assert state.decline_code == "generic_decline"


def test_a_restart_taps_what_was_asked_before_it(tmp_path: Path, clock: FixedClock) -> None:
    books = tmp_path / "stripe.json"
    with watched_stripe(clock=clock, state_path=books, auto_present_after_s=600.0) as stand_in:
        desk = Desk(stand_in, clock)
        intent = desk.new_intent()
        desk.ask_card(intent)
    with watched_stripe(clock=clock, state_path=books, auto_present_after_s=0.0) as stand_in:
        desk = Desk(stand_in, clock)
        assert _settled(desk, intent.intent_id) is IntentStatus.SUCCEEDED


def test_a_payment_that_was_taken_off_is_not_tapped(clock: FixedClock) -> None:
    with watched_stripe(clock=clock, auto_present_after_s=600.0) as stand_in:
        desk = Desk(stand_in, clock)
        intent = desk.new_intent()
        desk.ask_card(intent)
        assert _tapping()
        desk.gateway.cancel_reader_action(READER)
        assert not _tapping()


def test_it_stops_without_leaving_threads(clock: FixedClock) -> None:
    before = threading.active_count()
    with watched_stripe(clock=clock, auto_present_after_s=600.0) as stand_in:
        desk = Desk(stand_in, clock)
        desk.ask_card(desk.new_intent())
        assert threading.active_count() > before
    assert threading.active_count() == before


def test_what_goes_over_the_wire_is_held_against_stripes_shapes() -> None:
    contract = need_stripe_contract()
    good = Call("POST", INTENTS, {}, form="amount=1&currency=gbp&metadata[a]=b")
    assert contract.request_problems(good) == []
    for form in ("amount=1", "amount=x&currency=gbp", "amount=1&currency=gbp&amuont=1"):
        assert contract.request_problems(Call("POST", INTENTS, {}, form=form)) != []
    assert contract.answer_problems(good, 200, {"object": "payment_intent"}) != []
    assert contract.answer_problems(good, 400, {"error": {"type": "card_error"}}) == []


def test_forms_are_decoded_into_lists_and_names() -> None:
    assert decode_form("a[0]=x&a[1]=y+z&m[k%5D]=v&n=&o[p][0][q]=1") == {
        "a": ["x", "y z"],
        "m": {"k": "v"},
        "n": "",
        "o": {"p": [{"q": "1"}]},
    }


def _settled(desk: Desk, intent_id: str) -> IntentStatus:
    """Ask until the reader is done, as a desk does; give where the intent stands then."""
    reader = desk.gateway.retrieve_reader(READER)
    until = time.monotonic() + 20
    while reader.action_status is ReaderActionStatus.IN_PROGRESS and time.monotonic() < until:
        reader = desk.gateway.retrieve_reader(READER)
    assert reader.action_intent_id == intent_id
    return desk.gateway.retrieve_intent(intent_id).status


def _tapping() -> list[threading.Thread]:
    return [
        at
        for at in threading.enumerate()
        if isinstance(at, threading.Timer) and not at.finished.is_set()
    ]
