"""A relay that rings has the payment looked at: once, and only where the clinic listens."""

import http.client
import json
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from clinicdesk.app import build_services
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.jobs import LISTEN_FOR_RELAY, Worker, jobs_of
from clinicdesk.payments.keys.service import CardKeyService
from clinicdesk.payments.listener.rules import PATH
from clinicdesk.payments.listener.service import NO_SECRET, PortError, RelayService
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.secrets import LISTENER_SECRET, STRIPE_KEY
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.signing import signature
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.services import KeptSecrets
from tests.stripe_desk import OTHER_READER, READER

pytestmark = pytest.mark.slow

SECRET = "whsec_for_tests"


def post(port: int, body: bytes, headers: dict[str, str]) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("POST", PATH, body, headers)
        return line.getresponse().status
    finally:
        line.close()


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(database, clock, stripe=stripe).open()


class Relay:
    """A program of the clinic that listens, and the relay that rings."""

    def __init__(self, desk: MoneyDesk, *, secret: str = SECRET) -> None:
        self.desk, self.secrets = desk, KeptSecrets()
        self.secrets.set(STRIPE_KEY, TRAINING_KEY)
        if secret:
            self.secrets.set(LISTENER_SECRET, secret)
        self.services = build_services(
            desk.database, bus=ChangeBus(), clock=desk.clock, secrets=self.secrets
        )
        self.service: RelayService = self.services.relay
        self.keys: CardKeyService = self.services.card_keys

    def listen(self) -> "Relay":
        self.service.set_port(MANAGER, free_port())
        self.service.keep(SETUP)
        return self

    @property
    def address(self) -> str:
        return self.service.state(MANAGER).address

    def ring(self, event_id: str, *, at: datetime | None = None, secret: str = SECRET) -> int:
        body, signed = self.desk.stripe.signed_event(
            event_id, secret=secret, at=at or self.desk.clock.now()
        )
        return self.ring_with(body, signed)

    def ring_with(self, body: bytes, signed: str) -> int:
        port = int(self.address.split(":")[2].split("/")[0])
        status = post(port, body, {"Content-Type": "application/json", "Stripe-Signature": signed})
        running = self.service._running
        assert running is not None
        running[1].wait_until_idle()
        return status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def relay(desk: MoneyDesk) -> Iterator[Relay]:
    made = Relay(desk).listen()
    yield made
    made.service.stop()


def paid_unseen(desk: MoneyDesk) -> tuple[int, str]:
    """Let a patient pay without the desk noticing; gives the invoice and the event."""
    invoice = desk.invoice(9500)
    desk.take(invoice)
    desk.stripe.present_card(READER)
    return invoice.id, desk.newest_event().event_id


def status(desk: MoneyDesk, invoice_id: int) -> str:
    (payment,) = desk.payments.payments_of_invoice(RECEPTIONIST, invoice_id)
    return payment.status.value


def test_a_ring_has_the_payment_looked_at_once(relay: Relay, desk: MoneyDesk) -> None:
    invoice_id, event_id = paid_unseen(desk)
    assert relay.ring(event_id) == 200
    assert status(desk, invoice_id) == "completed"
    asked = len(desk.stripe.log)
    for _ in range(3):
        assert relay.ring(event_id) == 200
    assert len(desk.stripe.log) == asked
    desk.check_books(charged=9500)


def test_a_replay_counts_neither_after_a_restart_nor_at_another_desk(
    relay: Relay, desk: MoneyDesk
) -> None:
    _, event_id = paid_unseen(desk)
    relay.ring(event_id)
    relay.service.stop()
    assert relay.address == ""
    again = Relay(desk).listen()
    asked = len(desk.stripe.log)
    assert again.ring(event_id) == 200
    assert len(desk.stripe.log) == asked
    again.service.stop()
    desk.check_books(charged=9500)


def test_a_ring_out_of_turn_leaves_nothing_before_it_unheard(relay: Relay, desk: MoneyDesk) -> None:
    events = desk.services.provider_events
    events.catch_up(SETUP)
    first, _ = paid_unseen(desk)
    desk.clock.advance(timedelta(seconds=5))
    second = desk.invoice(2000)
    desk.payments.create_payment_intent(
        RECEPTIONIST, second.id, amount=second.total, reader_id=desk.other_reader_id
    )
    desk.stripe.present_card(OTHER_READER)
    relay.ring(desk.newest_event().event_id)
    assert status(desk, second.id) == "completed"
    assert status(desk, first) != "completed"
    events.catch_up(SETUP)
    assert status(desk, first) == "completed"


def test_a_ring_while_the_provider_is_away_is_caught_up_later(
    relay: Relay, desk: MoneyDesk
) -> None:
    desk.services.provider_events.catch_up(SETUP)
    invoice_id, event_id = paid_unseen(desk)
    desk.spoil(FaultKind.RATE_LIMIT, "/v1/events/*", method="GET", times=9)
    assert relay.ring(event_id) == 200
    assert status(desk, invoice_id) != "completed"
    desk.heal()
    desk.services.provider_events.catch_up(SETUP)
    assert status(desk, invoice_id) == "completed"


def test_an_event_of_another_account_is_ignored(
    relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"id": "evt_elsewhere", "livemode": False}).encode()
    signed = signature(body, SECRET, at=relay.desk.clock.now())
    assert relay.ring_with(body, signed) == 200
    assert "does not know" in caplog.text
    caplog.clear()


def test_a_forged_ring_does_nothing(relay: Relay, desk: MoneyDesk) -> None:
    invoice_id, event_id = paid_unseen(desk)
    asked = len(desk.stripe.log)
    assert relay.ring(event_id, secret="whsec_wrong") == 400
    assert relay.ring(event_id, at=desk.clock.now() + timedelta(seconds=301)) == 400
    assert len(desk.stripe.log) == asked
    assert status(desk, invoice_id) != "completed"


# --- switched on and off ------------------------------------------------------------------------


def test_it_is_off_until_it_is_switched_on(desk: MoneyDesk) -> None:
    relay = Relay(desk)
    relay.service.keep(SETUP)
    assert relay.service.state(MANAGER).address == ""
    assert relay.service.state(MANAGER).trouble == ""
    port = free_port()
    relay.service.set_port(MANAGER, port)
    relay.service.keep(SETUP)
    relay.service.keep(SETUP)
    assert relay.address == f"http://127.0.0.1:{port}/stripe/events"
    kept = desk.services.settings.load(PaymentSettings)
    assert (kept.listener_port, kept.api_base) == (port, desk.stripe.api_base)
    relay.service.set_port(MANAGER, 0)
    relay.service.keep(SETUP)
    assert relay.address == ""
    with pytest.raises(OSError):  # nobody is there
        socket.create_connection(("127.0.0.1", port), timeout=2)
    assert [e.details["port"] for e in desk.audit.entries(SETUP)
            if e.action == "set relay listener"] == [0, port]  # fmt: skip


def test_another_secret_or_port_holds_without_a_new_start(relay: Relay, desk: MoneyDesk) -> None:
    _, event_id = paid_unseen(desk)
    relay.keys.set_listener_secret(MANAGER, "whsec_new")
    relay.listen()
    assert relay.ring(event_id) == 400
    assert relay.ring(event_id, secret="whsec_new") == 200


def test_what_hinders_the_listening_is_told(desk: MoneyDesk) -> None:
    bare = Relay(desk, secret="").listen()
    assert bare.service.state(MANAGER).trouble == NO_SECRET
    first, second = Relay(desk).listen(), Relay(desk)
    second.service.keep(SETUP)
    assert "is taken on this computer" in second.service.state(MANAGER).trouble
    first.secrets.delete(STRIPE_KEY)
    first.service.keep(SETUP)
    assert first.address == ""
    assert first.service.state(MANAGER).trouble
    second.service.keep(SETUP)
    assert second.address
    second.service.stop()
    second.service.keep(SETUP)
    assert second.address == ""


@pytest.mark.parametrize("port", [-1, 80, 1023, 65536])
def test_a_port_that_is_none_is_refused(desk: MoneyDesk, port: int) -> None:
    with pytest.raises(PortError) as raised:
        desk.services.relay.set_port(MANAGER, port)
    assert raised.value.field == "port"
    for act in (
        lambda: desk.services.relay.set_port(RECEPTIONIST, 8443),
        lambda: desk.services.relay.state(RECEPTIONIST),
    ):
        with pytest.raises(AccessDeniedError):
            act()


def test_the_background_work_listens_and_stops(desk: MoneyDesk) -> None:
    relay = Relay(desk)
    relay.service.set_port(MANAGER, free_port())
    (job,) = (job for job in jobs_of(relay.services) if job.name == LISTEN_FOR_RELAY)
    worker = Worker([job])
    worker.start()
    tried: Any = (relay.address for _ in iter(int, 1))
    address = next(found for found in tried if found)
    worker.stop()
    assert relay.address == ""
    with pytest.raises(OSError):  # nobody is there
        socket.create_connection(("127.0.0.1", int(address.split(":")[2].split("/")[0])), timeout=2)
