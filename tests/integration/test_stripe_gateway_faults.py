"""Lost answers, foreign pages, limits, wrong keys and wrong amounts on the way to Stripe."""

import logging
import ssl
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import stripe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clinicdesk.clock import FixedClock
from clinicdesk.errors import ClinicDeskError, UnavailableError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.errors import (
    AmountRefusedError,
    AnswerMismatchError,
    InsecureConnectionError,
    NoAnswerError,
    ProviderBusyError,
    ProviderKeyError,
    ReaderBusyError,
)
from clinicdesk.payments.gateway import IntentStatus, ReaderActionStatus, RefundStatus
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY
from tests.contracts import watched_stripe
from tests.stripe_desk import INTENTS, PROCESS, READER, REFUNDS, Desk

pytestmark = pytest.mark.slow

EIGHTY = Money(8000, "GBP")


def _charge(*, amount: int, captured: int) -> dict[str, object]:
    details = {"type": "card_present"}
    return {
        "id": "ch_1",
        "amount": amount,
        "amount_captured": captured,
        "currency": "gbp",
        "payment_method_details": details,
    }


@pytest.fixture
def desk(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # The library's pauses between its tries are its own; here they only cost time.
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0)
    with watched_stripe(clock=clock) as stand_in:
        yield Desk(stand_in, clock)


@pytest.mark.parametrize(
    ("kind", "tries", "error"),
    [
        (FaultKind.ERROR_PASSING, 3, NoAnswerError),
        (FaultKind.HTML_BEFORE, 3, NoAnswerError),
        (FaultKind.HTML_AFTER, 3, NoAnswerError),
        (FaultKind.DROP_BEFORE, 3, NoAnswerError),
        (FaultKind.DROP_AFTER, 3, NoAnswerError),
        (FaultKind.LOCKED, 3, NoAnswerError),
        (FaultKind.CUT_AFTER, 1, NoAnswerError),
        (FaultKind.ERROR_BEFORE, 1, NoAnswerError),
        (FaultKind.ERROR_AFTER, 1, NoAnswerError),
        (FaultKind.RATE_LIMIT, 1, ProviderBusyError),
        (FaultKind.KEY_REFUSED, 1, ProviderKeyError),
    ],
)
def test_what_the_library_repeats_and_what_the_desk_is_told(
    desk: Desk, kind: FaultKind, tries: int, error: type[ClinicDeskError]
) -> None:
    desk.spoil(kind, INTENTS, times=3)
    with pytest.raises(error):
        desk.gateway.create_intent("one", amount=EIGHTY)
    assert desk.keys(INTENTS) == ["pi:one"] * tries
    assert len(desk.stripe.ledger()) <= 1


def test_a_silent_provider_is_given_up_and_may_have_done_it(desk: Desk) -> None:
    held = desk.spoil(FaultKind.HOLD_AFTER, INTENTS, times=3)
    with pytest.raises(NoAnswerError) as silent:
        desk.another_gateway(read_s=0.15).create_intent("one", amount=EIGHTY)
    held.release()
    assert isinstance(silent.value, UnknownOutcomeError)
    assert "do not charge again" in silent.value.sentence
    assert desk.keys(INTENTS) == ["pi:one"] * 3
    assert len(desk.stripe.ledger()) == 1


def test_a_closed_port_is_no_answer(desk: Desk) -> None:
    with watched_stripe() as stand_in:
        base = stand_in.api_base
    gateway = StripeGateway(TRAINING_KEY, api_base=base)
    with pytest.raises(NoAnswerError):
        gateway.retrieve_intent("pi_any")


def test_a_busy_reader_is_asked_once(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.spoil(FaultKind.READER_BUSY, PROCESS, times=3)
    with pytest.raises(ReaderBusyError):
        desk.ask_card(intent)
    path = PROCESS.replace("*", READER)
    assert len(desk.keys(path)) == 1


def test_one_lost_answer_is_not_even_noticed(desk: Desk) -> None:
    desk.spoil(FaultKind.DROP_AFTER, INTENTS)
    intent = desk.gateway.create_intent("one", amount=EIGHTY)
    assert list(desk.stripe.ledger()) == [intent.intent_id]
    assert desk.keys(INTENTS) == ["pi:one"] * 2


def test_after_all_answers_were_lost_the_same_key_gives_the_same_intent(desk: Desk) -> None:
    desk.spoil(FaultKind.DROP_AFTER, INTENTS, times=3)
    with pytest.raises(NoAnswerError):
        desk.gateway.create_intent("one", amount=EIGHTY)
    asked_at = desk.clock.now()
    found = desk.another_gateway().find_intent("one", created_after=asked_at)
    again = desk.another_gateway().create_intent("one", amount=EIGHTY)
    assert found == again
    assert list(desk.stripe.ledger()) == [again.intent_id]


def test_a_day_later_only_looking_first_prevents_a_second_intent(desk: Desk) -> None:
    asked_at = desk.clock.now()
    desk.spoil(FaultKind.DROP_AFTER, INTENTS, times=3)
    with pytest.raises(NoAnswerError):
        desk.gateway.create_intent("one", amount=EIGHTY)
    desk.clock.advance(timedelta(hours=25))
    found = desk.gateway.find_intent("one", created_after=asked_at)
    assert found is not None
    assert desk.gateway.create_intent("one", amount=EIGHTY).intent_id != found.intent_id


def test_another_amount_under_the_same_key_is_not_taken_for_the_first(desk: Desk) -> None:
    desk.gateway.create_intent("one", amount=EIGHTY)
    with pytest.raises(UnknownOutcomeError):
        desk.gateway.create_intent("one", amount=Money(9000, "GBP"))
    assert len(desk.stripe.ledger()) == 1


def test_a_lost_reader_command_shows_the_payment_once(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.spoil(FaultKind.DROP_AFTER, PROCESS, times=3)
    with pytest.raises(NoAnswerError):
        desk.ask_card(intent)
    assert desk.gateway.retrieve_reader(READER).action_intent_id == intent.intent_id
    desk.stripe.present_card(READER)
    assert desk.captured(intent) == 8000


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.HTML_AFTER, FaultKind.CUT_AFTER])
def test_a_refund_whose_answer_was_lost_is_found_and_made_once(desk: Desk, kind: FaultKind) -> None:
    intent = desk.paid_intent()
    desk.spoil(kind, REFUNDS, times=3)
    with pytest.raises(NoAnswerError):
        desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))
    desk.stripe.faults.clear()
    found = desk.gateway.find_refund("one", intent_id=intent.intent_id)
    again = desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))
    assert found == again
    assert desk.refunded(intent) == 1500


def test_a_remembered_500_is_no_refusal(desk: Desk) -> None:
    intent = desk.paid_intent()
    desk.spoil(FaultKind.ERROR_AFTER, REFUNDS)
    for _ in range(2):
        with pytest.raises(NoAnswerError):
            desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))
    found = desk.gateway.find_refund("one", intent_id=intent.intent_id)
    assert found is not None
    assert found.status is RefundStatus.SUCCEEDED
    assert desk.refunded(intent) == 1500


@pytest.mark.parametrize("then", [FaultKind.RATE_LIMIT, FaultKind.KEY_REFUSED])
def test_a_refusal_of_the_second_try_says_nothing_of_the_first(desk: Desk, then: FaultKind) -> None:
    intent = desk.paid_intent()
    desk.spoil(FaultKind.DROP_AFTER, REFUNDS)
    desk.spoil(then, REFUNDS, nth=2)
    with pytest.raises(NoAnswerError) as unknown:
        desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))
    assert not isinstance(unknown.value, UnavailableError)
    assert desk.refunded(intent) == 1500


def test_a_limit_met_after_other_calls_is_still_known_to_have_done_nothing(desk: Desk) -> None:
    intent = desk.paid_intent()
    desk.spoil(FaultKind.RATE_LIMIT, REFUNDS)
    with pytest.raises(ProviderBusyError):
        desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))
    assert desk.refunded(intent) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 9000},
        {"amount": "8000"},
        {"currency": "eur"},
        {"metadata": {"attempt": "of somebody else"}},
        {"id": None},
        {"status": None, "metadata": None},
    ],
)
def test_an_answer_about_something_else_is_unknown_and_loud(
    desk: Desk, changes: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    desk.spoil(FaultKind.ALTERED, INTENTS, changes=changes)
    with pytest.raises(AnswerMismatchError) as odd:
        desk.gateway.create_intent("one", amount=EIGHTY)
    assert isinstance(odd.value, UnknownOutcomeError)
    assert [at.levelname for at in caplog.records if at.levelno >= logging.ERROR] == ["ERROR"]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "pi_other"},
        {"amount_received": 7999},
        {"latest_charge": None},
        {"latest_charge": _charge(amount=7999, captured=7999)},
        {"latest_charge": _charge(amount=8000, captured=7999)},
        {"livemode": None},
    ],
)
def test_a_paid_intent_is_believed_only_if_all_of_it_fits(
    desk: Desk, changes: dict[str, object]
) -> None:
    intent = desk.paid_intent()
    desk.spoil(FaultKind.ALTERED, f"{INTENTS}/*", method="GET", changes=changes)
    with pytest.raises(UnavailableError if "livemode" in changes else AnswerMismatchError):
        desk.gateway.retrieve_intent(intent.intent_id)
    assert desk.gateway.retrieve_intent(intent.intent_id).status is IntentStatus.SUCCEEDED


@pytest.mark.parametrize(
    "changes", [{"amount": 1501}, {"currency": "usd"}, {"payment_intent": "pi_other"}]
)
def test_a_refund_is_believed_only_if_all_of_it_fits(
    desk: Desk, changes: dict[str, object]
) -> None:
    intent = desk.paid_intent()
    desk.spoil(FaultKind.ALTERED, REFUNDS, changes=changes)
    with pytest.raises(AnswerMismatchError):
        desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))


def test_a_reader_that_took_up_something_else_is_noticed(desk: Desk) -> None:
    intent = desk.new_intent()
    desk.spoil(FaultKind.ALTERED, PROCESS, changes={"action": None})
    with pytest.raises(AnswerMismatchError):
        desk.ask_card(intent)


def test_cards_that_stripe_silently_leaves_out_are_noticed(desk: Desk) -> None:
    desk.spoil(FaultKind.ALTERED, INTENTS, changes={"payment_method_types": ["card"]})
    with pytest.raises(AmountRefusedError):
        desk.gateway.create_intent("one", amount=EIGHTY)


def test_words_of_a_newer_stripe_are_survived(desk: Desk) -> None:
    intent = desk.paid_intent()
    refund = desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1, "GBP"))
    new = {"status": "requires_astonishment"}
    desk.spoil(FaultKind.ALTERED, f"{INTENTS}/*", method="GET", changes=new)
    desk.spoil(FaultKind.ALTERED, f"{REFUNDS}/*", method="GET", changes=new)
    desk.spoil(
        FaultKind.ALTERED,
        "/v1/terminal/readers/*",
        method="GET",
        changes={"action": {"type": "juggle", **new}},
    )
    assert desk.gateway.retrieve_intent(intent.intent_id).status is IntentStatus.OTHER
    assert desk.gateway.retrieve_refund(refund.provider_refund_id).status is RefundStatus.OTHER
    assert desk.gateway.retrieve_reader(READER).action_status is ReaderActionStatus.OTHER


def test_a_refund_that_waits_for_the_patient_is_pending(desk: Desk) -> None:
    intent = desk.paid_intent()
    refund = desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1, "GBP"))
    waiting = {"status": "requires_action"}
    desk.spoil(FaultKind.ALTERED, f"{REFUNDS}/*", method="GET", changes=waiting)
    state = desk.gateway.retrieve_refund(refund.provider_refund_id)
    assert (state.status, state.reason_code) == (RefundStatus.PENDING, "requires_action")


def test_live_answers_to_a_test_key_are_refused_loudly(desk: Desk) -> None:
    desk.spoil(FaultKind.ALTERED, INTENTS, changes={"livemode": True})
    with pytest.raises(ProviderKeyError, match="other mode"):
        desk.gateway.create_intent("one", amount=EIGHTY)
    desk.spoil(FaultKind.ALTERED, "/v1/terminal/readers/*", method="GET", changes={"livemode": 1})
    with pytest.raises(ProviderKeyError, match="other mode"):
        desk.gateway.retrieve_reader(READER)


def test_a_live_key_does_nothing_in_training(desk: Desk) -> None:
    live = desk.another_gateway(key="rk_live_something")
    assert live.live
    with pytest.raises(ProviderKeyError, match="settings"):
        live.create_intent("one", amount=EIGHTY)
    assert desk.stripe.ledger() == {}


@pytest.mark.parametrize("key", ["", "pk_test_abc", "sk_test_", "whsec_abc", " sk_test_abc"])
def test_what_is_no_secret_key_never_leaves_the_computer(key: str) -> None:
    with pytest.raises(ProviderKeyError, match="rk_live_"):
        StripeGateway(key)


@pytest.mark.parametrize(
    "address", ["http://api.stripe.com", "http://127.0.0.1.example.org", "ftp://127.0.0.1", "x"]
)
def test_the_key_is_sent_unencrypted_to_this_computer_only(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        StripeGateway(TRAINING_KEY, api_base=address)


def test_the_environments_proxy_does_not_see_this_computers_traffic(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert desk.another_gateway().readers.listed()


def test_the_log_names_requests_and_holds_no_bodies_or_keys(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    attempt = str(uuid.uuid4())
    intent = desk.gateway.create_intent(attempt, amount=EIGHTY)
    desk.spoil(FaultKind.ERROR_BEFORE, REFUNDS)
    with pytest.raises(NoAnswerError) as error:
        desk.gateway.refund("one", intent_id=intent.intent_id, amount=Money(1500, "GBP"))
    ours = [at for at in caplog.records if at.name.startswith(("clinicdesk", "stripe"))]
    assert "create intent done (request req_" in ours[0].getMessage()
    assert "HTTP 500" in ours[-1].getMessage()
    text = caplog.text
    assert TRAINING_KEY not in text
    assert attempt not in text
    assert "An unknown error" not in text
    assert error.value.__suppress_context__


def test_a_strangers_certificate_is_named_and_nothing_is_sent(tmp_path: Path) -> None:
    with _impostor(tmp_path) as (port, heard):
        gateway = StripeGateway(TRAINING_KEY, api_base=f"https://127.0.0.1:{port}")
        with pytest.raises(InsecureConnectionError, match="certificate"):
            gateway.retrieve_intent("pi_any")
        assert heard == []


class _impostor:  # noqa: N801
    """An https server whose certificate nobody has signed."""

    def __init__(self, folder: Path) -> None:
        heard: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)

        self._heard = heard
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_own_certificate(folder))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> tuple[int, list[str]]:
        self._thread.start()
        return self._server.server_address[1], self._heard

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _own_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.stripe.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "impostor.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
