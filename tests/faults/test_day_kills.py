"""The program is killed in the middle of its day: after that nothing is lost, twice or stuck."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.access import program_actor
from clinicdesk.app import Services, build_services
from clinicdesk.changes import ChangeBus
from clinicdesk.database.connect import open_file
from clinicdesk.settings.secrets import DATABASE_KEY
from clinicdesk.training.clock import TrainingClock
from clinicdesk.training.session import TrainingSession

ROOT = Path(__file__).parents[2]
IN_THE_DEMO, IMPORTED = 73, 240
WATCHER = program_actor("test")
LOOKS = 2400
LOOK_SECONDS = 0.05
LONGER_THAN_A_LEASE = timedelta(minutes=6)

pytestmark = pytest.mark.slow


def _play_until(title: str, record: Path, folder: Path) -> None:
    """Play the day in a program of its own, and kill it as soon as a step has begun or ended."""
    command = [sys.executable, "-m", "ui.main", "demo", "--tour", str(record)]
    child = subprocess.Popen(
        [*command, "--folder", str(folder)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.DEVNULL,
    )
    never = threading.Event()
    for _ in range(LOOKS):
        if title in _steps(record) or child.poll() is not None:
            break
        never.wait(LOOK_SECONDS)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert child.returncode == -signal.SIGKILL, "the day was over before it could be killed"


def _steps(record: Path) -> list[str]:
    try:
        steps = json.loads((record / "tour.json").read_text(encoding="utf-8"))["steps"]
    except (OSError, ValueError):
        return []
    return [step["title"] for step in steps]


@contextmanager
def _restarted(folder: Path) -> Iterator[tuple[Services, TrainingSession]]:
    """Open what the killed program left, with the stand-ins as they were."""
    session = TrainingSession(folder, clock=TrainingClock(folder / "clock.json"))
    session.start()
    bus = ChangeBus()
    key = bytes.fromhex(session.secrets.get(DATABASE_KEY) or "")
    database = open_file(session.place.database_file, key, bus=bus)
    services = build_services(database, bus=bus, clock=session.clock, secrets=session.secrets)
    services.settings.save(WATCHER, session.mail_settings("desk@mainstreet.example"))
    services.settings.save(WATCHER, session.payment_settings())
    try:
        yield services, session
    finally:
        database.close()
        session.stop()


def _settle(services: Services, clock: TrainingClock) -> None:
    """Do what the background worker does, until no payment is open and no lease runs."""
    pause = threading.Event()
    for _ in range(LOOKS):
        services.payments.settle_open_attempts(WATCHER)
        services.refunds.settle_open_refunds(WATCHER)
        if not services.payments.open_attempts(WATCHER):
            break
        pause.wait(LOOK_SECONDS)
    services.delivery.process_pending_notifications()
    clock.put_to(clock.now() + LONGER_THAN_A_LEASE)
    services.delivery.process_pending_notifications()


def _numbers(services: Services, query: str) -> list[tuple[object, ...]]:
    return services.database.read(lambda session: [tuple(r) for r in session.execute(text(query))])


@pytest.mark.parametrize(
    "title",
    [
        "The first free time is booked",
        "The reader asks for the card",
        "The card is taken",
        "A part is given back",
    ],
)
def test_a_kill_loses_nothing_doubles_nothing_and_leaves_nothing_stuck(
    title: str, tmp_path: Path
) -> None:
    folder = tmp_path / "clinic"
    _play_until(title, tmp_path / "record", folder)
    with _restarted(folder) as (services, session):
        _settle(services, session.clock)
        assert services.audit.verify(WATCHER).is_whole
        assert _numbers(services, "PRAGMA integrity_check") == [("ok",)]
        assert _numbers(services, "PRAGMA foreign_key_check") == []
        assert services.patients.count(WATCHER) in {IN_THE_DEMO, IN_THE_DEMO + IMPORTED}
        assert services.payments.open_attempts(WATCHER) == ()
        taken = _numbers(
            services,
            "SELECT intent_id, amount_minor, refund_reserved_minor FROM payment"
            " WHERE method = 'card' AND status = 'completed'",
        )
        ledger = [
            (line.intent_id, line.captured.minor, line.refunded.minor)
            for line in session.stripe.ledger().values()
            if line.captured.minor
        ]
        assert taken == ledger
        assert len(ledger) <= 1
        numbers = [row[0] for row in _numbers(services, "SELECT series_number FROM invoice")]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert _numbers(services, "SELECT id FROM notification WHERE status = 'sending'") == []
        mails = Counter((str(m["to"]), str(m["subject"])) for m in session.mail.messages())
        ids = Counter((str(m["to"]), str(m["message-id"])) for m in session.mail.messages())
        assert len(mails) == len(ids)
        assert all(count <= 2 for count in ids.values())
