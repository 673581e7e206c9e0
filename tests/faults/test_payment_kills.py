"""A desk is killed at every step of a payment and of a refund: nothing is charged or lost twice.

The provider lives on in this process; the desk is a process of its own, killed with SIGKILL before
and after each of its requests and around each of its commits. What a new start finds is compared
with the provider's books.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.billing.records import InvoiceState
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file, open_server
from clinicdesk.database.session import Database
from clinicdesk.payments.obstacles import PaymentInProgressError
from clinicdesk.payments.records import PaymentStatus, RefundStage
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.calls import Call, Reply, Spoilt
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import RECEPTIONIST, SETUP, BillingDesk
from tests.conftest import FILE_KEY, TUESDAY
from tests.postgres import PostgresCluster
from tests.stripe_desk import READER

PRICE, PART = 9500, 6000
# What a second invoice costs that is paid with the first, and a refund that takes of both.
MORE, OF_BOTH = 2000, 10_500
LATER = TUESDAY + timedelta(minutes=10)
DECLINED_CARD = "4000000000000002"
REFUND_KEY = "5c9f0f5e-8f1c-4a43-9b56-0f4a6f2a7d11"
KILLED = -signal.SIGKILL


class Witness(TrainingStripe):
    """The provider, with a patient who holds out a bad card first and then a good one.

    Kills the desk before or after its n-th request.
    """

    def __init__(self, *, state_path: Path | None = None) -> None:
        super().__init__(clock=FixedClock(TUESDAY), state_path=state_path)
        self.requests = 0
        self.kill_at: tuple[int, bool] | None = None
        self.pid = 0
        self.pid_known = threading.Event()
        self._cards = [DECLINED_CARD]

    def _answer(self, call: Call) -> Reply:
        self.requests += 1
        if self.kill_at == (self.requests, False):
            self._kill()
            return Reply(0, b"", spoilt=Spoilt.DROPPED)
        reply = super()._answer(call)
        if call.path.endswith("process_payment_intent") and reply.status == 200:
            self.present_card(READER, *(self._cards.pop() for _ in self._cards[:1]))
        if self.kill_at == (self.requests, True):
            self._kill()
        return reply

    def _kill(self) -> None:
        assert self.pid_known.wait(20)
        os.kill(self.pid, signal.SIGKILL)

    def taken(self) -> list[int]:
        return [line.captured.minor for line in self.ledger().values() if line.captured.minor]

    def given_back(self) -> int:
        return sum(line.refunded.minor for line in self.ledger().values())


class Workshop:
    """Runs desks, each as a fork of one process that has everything imported."""

    def __init__(self) -> None:
        root = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.payment_child"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, witness: Witness, job: str, **given: Any) -> dict[str, Any]:
        """Run one desk to its end, however it ends."""
        assert self._process.stdin
        assert self._process.stdout
        witness.pid_known.clear()
        order = {"job": job, "api_base": witness.api_base, **given}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = {}
        while "ended" not in told or "pid" not in told:
            told |= json.loads(self._process.stdout.readline())
            if "pid" in told and not witness.pid_known.is_set():
                witness.pid = told["pid"]
                witness.pid_known.set()
        assert told["ended"] in {0, KILLED}, told
        return told

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@dataclass
class Scene:
    """A clinic as it was before the kill, on one kind of database, to be copied for each kill."""

    copies: Callable[[], str]
    books: Path
    facts: dict[str, Any]
    drop: Callable[[str], None] = field(default=lambda _where: None)


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    made = Workshop()
    yield made
    made.close()


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """Two unpaid invoices, and two that were paid by one card payment."""
    if request.param == "sqlite":
        return _file_scene(request.getfixturevalue("database_file"), tmp_path)
    cluster, url = (request.getfixturevalue(name) for name in ("cluster", "server_url"))
    return _server_scene(cluster, url, tmp_path)


def _file_scene(path: Path, folder: Path) -> Scene:
    database = open_file(path, FILE_KEY, bus=ChangeBus())
    facts = _furnish(database, folder / "books.json")
    copies = iter(range(1000))

    def copy() -> str:
        return str(shutil.copy(path, folder / f"copy{next(copies)}.db"))

    return Scene(copy, folder / "books.json", facts)


def _server_scene(cluster: PostgresCluster, url: str, folder: Path) -> Scene:
    facts = _furnish(open_server(url, bus=ChangeBus()), folder / "books.json")
    return Scene(
        lambda: cluster.url_for_new_database(url), folder / "books.json", facts, cluster.drop
    )


def _furnish(database: Database, books: Path) -> dict[str, Any]:
    with TrainingStripe(clock=FixedClock(TUESDAY), state_path=books) as stripe:
        gateway = StripeGateway(TRAINING_KEY, api_base=stripe.api_base)
        desk = BillingDesk(database, FixedClock(TUESDAY), lambda: gateway).set_up()
        reader, *_ = desk.readers.take_over(SETUP, desk.clinic_id)
        paid, unpaid = desk.invoice(PRICE), desk.invoice(PRICE)
        paid_too, unpaid_too = desk.invoice(MORE), desk.invoice(MORE)
        begun = desk.payments.create_payment_intent(
            RECEPTIONIST,
            paid.id,
            amount=paid.due + paid_too.due,
            reader_id=reader.id,
            shares={paid_too.id: paid_too.due},
        )
        stripe.present_card(READER)
        desk.payments.confirm_payment(RECEPTIONIST, begun.payment.id)
    database.close()
    return {
        "unpaid_ids": [unpaid.id, unpaid_too.id],
        "paid_ids": [paid.id, paid_too.id],
        "payment_id": begun.payment.id,
        "reader_id": reader.id,
    }


class Trial:
    """One copy of the scene: a desk that is killed, and what is found afterwards."""

    def __init__(self, scene: Scene, workshop: Workshop, number: int) -> None:
        self._scene = scene
        self._workshop = workshop
        self.where = scene.copies()
        books = scene.books.with_name(f"books-{number}-{Path(self.where).name}.json")
        self.witness = Witness(state_path=Path(shutil.copy(scene.books, books)))

    def __enter__(self) -> "Trial":
        self.witness.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.witness.stop()
        self._scene.drop(self.where)

    def run(self, job: str, *, late: bool = False, **more: Any) -> dict[str, Any]:
        at = (LATER if late else TUESDAY).isoformat()
        facts = {**self._scene.facts, "refund_key": REFUND_KEY}
        return self._workshop.run(self.witness, job, database=self.where, at=at, **facts, **more)

    @contextmanager
    def desk(self) -> Iterator[BillingDesk]:
        """Open the database as another program does; at the end its audit chain is whole."""
        bus = ChangeBus()
        is_file = not self.where.startswith("postgresql")
        database = (
            open_file(Path(self.where), FILE_KEY, bus=bus)
            if is_file
            else open_server(self.where, bus=bus)
        )
        try:
            desk = BillingDesk(database, FixedClock(LATER))
            yield desk
            assert desk.audit.verify(SETUP).is_whole
        finally:
            database.close()


# Requests are the same whatever keeps the data, so there the file stands for both.
KILLS = [
    ("sqlite", "before a request"),
    ("sqlite", "after a request"),
    ("sqlite", "before a commit"),
    ("sqlite", "after a commit"),
    ("postgresql", "before a commit"),
]
# What several invoices add is in the database alone.
KILLS_OF_SEVERAL = [("sqlite", "before a commit"), ("postgresql", "before a commit")]


def _trials(scene: Scene, workshop: Workshop, job: str, kill: str) -> Iterator[tuple[Trial, int]]:
    """Yield a fresh trial for each place in the job at which the desk can be killed."""
    with Trial(scene, workshop, 0) as unharmed:
        told = unharmed.run(job)
        places = unharmed.witness.requests if "request" in kill else told["commits"]
    assert places
    for number in range(1, places + 1):
        with Trial(scene, workshop, number) as trial:
            yield trial, number


def _killed(trial: Trial, job: str, kill: str, number: int) -> None:
    after = kill.startswith("after")
    if "request" in kill:
        trial.witness.kill_at = (number, after)
        told = trial.run(job)
        trial.witness.kill_at = None
    else:
        told = trial.run(job, commit=number, after=after)
    assert told["ended"] == KILLED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "kill", "invoices"),
    [(*kill, 1) for kill in KILLS] + [(*kill, 2) for kill in KILLS_OF_SEVERAL],
    indirect=["scene"],
)
def test_a_killed_payment_is_charged_once_and_recorded_once(
    scene: Scene, workshop: Workshop, kill: str, invoices: int
) -> None:
    ids = scene.facts["invoice_ids"] = scene.facts["unpaid_ids"][:invoices]
    price = PRICE if invoices == 1 else PRICE + MORE
    for trial, number in _trials(scene, workshop, "take", kill):
        before = trial.witness.taken()
        _killed(trial, "take", kill, number)
        made = len(trial.witness.ledger())
        trial.run("recover", late=True)
        assert len(trial.witness.ledger()) == made, "a start makes no intents"
        with trial.desk() as desk:
            is_charged = len(trial.witness.taken()) > len(before)
            for invoice_id in ids:
                _check_known(desk, invoice_id, is_charged=is_charged)
        assert trial.run("go_on", late=True)["said"] in {"paid", "nothing due"}
        assert trial.witness.taken() == [*before, price]
        with trial.desk() as desk:
            for invoice_id in ids:
                _check_paid_once(desk, invoice_id, main_id=ids[0])


def _check_known(desk: BillingDesk, invoice_id: int, *, is_charged: bool) -> None:
    """What was taken is known, and an open question blocks a second charge."""
    invoice = desk.billing.invoice(RECEPTIONIST, invoice_id)
    assert (invoice.state is InvoiceState.PAID) == is_charged
    if desk.payments.open_attempts(RECEPTIONIST):
        with pytest.raises(PaymentInProgressError):
            desk.payments.take_cash(
                RECEPTIONIST, invoice_id, amount=invoice.due, tendered=invoice.due
            )


def _check_paid_once(desk: BillingDesk, invoice_id: int, *, main_id: int) -> None:
    invoice = desk.billing.invoice(RECEPTIONIST, invoice_id)
    assert (invoice.paid, invoice.due.minor) == (invoice.total, 0)
    payments = desk.payments.payments_of_invoice(RECEPTIONIST, invoice_id)
    statuses = [payment.status for payment in payments]
    assert statuses.count(PaymentStatus.COMPLETED) == 1
    assert set(statuses) <= {PaymentStatus.COMPLETED, PaymentStatus.FAILED}
    receipts = [
        entry
        for entry in desk.audit.entries(SETUP, entity="payment")
        if entry.action == "take payment" and entry.details["invoice"] == main_id
    ]
    assert len(receipts) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "kill", "minor"),
    [(*kill, PART) for kill in KILLS] + [(*kill, OF_BOTH) for kill in KILLS_OF_SEVERAL],
    indirect=["scene"],
)
def test_a_killed_refund_goes_out_once(
    scene: Scene, workshop: Workshop, kill: str, minor: int
) -> None:
    scene.facts["minor"] = minor
    for trial, number in _trials(scene, workshop, "refund", kill):
        _killed(trial, "refund", kill, number)
        trial.run("settle_refunds", late=True)
        _check_refunds(trial, scene.facts)
        # Where the kill came before anything was written down, the desk does it again.
        assert trial.run("refund", late=True)["said"] == "completed"
        assert trial.witness.given_back() == minor
        _check_refunds(trial, scene.facts)


def _check_refunds(trial: Trial, facts: dict[str, Any]) -> None:
    with trial.desk() as desk:
        main_id, other_id = facts["paid_ids"]
        refunds = desk.refunds.refunds_of_invoice(RECEPTIONIST, main_id)
        assert [refund.status for refund in refunds] == [RefundStage.COMPLETED] * len(refunds)
        assert trial.witness.given_back() == facts["minor"] * len(refunds)
        main, other = (desk.billing.invoice(RECEPTIONIST, one) for one in (main_id, other_id))
        off_main = main.total.minor - main.paid.minor
        off_other = other.total.minor - other.paid.minor
        assert off_main + off_other == trial.witness.given_back()
        assert off_main == min(PRICE, trial.witness.given_back()), "the main invoice comes first"
