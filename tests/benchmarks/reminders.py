"""10,000 due reminders to a mail server on loopback, each with a durable commit of its own.

Ours runs beside two bounds in the same sitting: `reuse`, one connection and a commit a mail with
smtplib, and `raw1`, the same with the envelope sent in one go. Then ours is killed five times at
random points, and what the server got is counted.
"""

import json
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import SystemClock
from clinicdesk.database.connect import open_file
from clinicdesk.database.session import Transaction
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.queue import queue_notification
from clinicdesk.outbox.records import Channel, NewNotification, QueuedMessage, WrittenMessage
from clinicdesk.settings.records import MailSecurity, MailSettings
from clinicdesk.tables import metadata
from clinicdesk.training.mail_sink import MailSink

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench"
MESSAGES = 10_000
ROUNDS = 3
KILLS = 5
KEY = bytes(range(32))
KIND = "given"
SENDER = "desk@clinic.test"
LEASE_AFTER_KILL = timedelta(seconds=3)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 20261124


class GivenText:
    """Writes the message whose words were queued with it."""

    def write(self, message: QueuedMessage) -> WrittenMessage:
        facts = message.facts
        marked = (("X-Reminder-Id", str(facts["id"])),)
        return WrittenMessage(subject=facts["subject"], text=facts["body"], headers=marked)


def main() -> None:
    """Print the rates, their ratios, and what became of the messages after the kills."""
    if not BENCH.is_dir():
        print("   left out: the workload's generator does not lie beside the repository")
        return
    with tempfile.TemporaryDirectory(prefix="clinicdesk-reminders-") as folder:
        work = Path(folder)
        rows = work / "reminders.jsonl"
        _run_script("gen_d_reminders.py", rows, MESSAGES)
        rates: dict[str, list[float]] = {"reuse": [], "ours": [], "raw1": []}
        for number in range(ROUNDS):
            for mode, found in rates.items():
                found.append(_rate(work, rows, mode, number))
        _print_rates(rates)
        _print_kills(work, rows)


def _print_rates(rates: dict[str, list[float]]) -> None:
    ours = statistics.median(rates["ours"])
    for mode, found in rates.items():
        middle = statistics.median(found)
        print(f"   {mode:6} {middle:6.0f} mails/s  (ours / it = {ours / middle:.2f})  ", end="")
        print(" ".join(f"{rate:.0f}" for rate in found))


def _rate(work: Path, rows: Path, mode: str, number: int) -> float:
    dump = work / f"{mode}-{number}.dump"
    with _sink(dump) as (port, _):
        if mode == "ours":
            _queue_all(work / f"{number}.db", rows)
            said = _drain(work / f"{number}.db", port).communicate()[0]
            rate, memory = (float(word) for word in said.split())
            print(f"   ours: memory grew by {memory:.1f} MB")
        else:
            database = work / f"{mode}-{number}.sqlite"
            _run_script("ref_d_drain.py", database, mode, port, rows)
            said = _run_script("ref_d_drain.py", database, mode, port)
            rate = float(re.findall(r"(\d+)/s", said)[0])
    assert _count(dump) == (MESSAGES, MESSAGES, 0, 0), f"{mode} lost or doubled a message"
    return rate


def _print_kills(work: Path, rows: Path) -> None:
    """Kill the worker at random points of the work, and count what the server got."""
    points = sorted(random.Random(SEED).sample(range(1, MESSAGES), KILLS))
    _queue_all(work / "killed.db", rows)
    dump = work / "killed.dump"
    with _sink(dump, *points) as (port, said):
        for _ in points:
            worker = _drain(work / "killed.db", port)
            assert next(said).startswith("reached")
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
        _drain(work / "killed.db", port).communicate()
    received, distinct, doubled, missing = _count(dump)
    print(f"   {KILLS} kills at {points}: received {received}, distinct {distinct}, ", end="")
    print(f"sent more than once {doubled}, missing {missing}")
    assert missing == 0, "a message was lost"
    assert doubled <= KILLS, "more than one message a kill was sent twice"
    assert received - distinct == doubled, "a message was sent more than twice"
    keys = set(re.findall(rb"(?m)^Message-ID: (\S+)", dump.read_bytes()))
    assert len(keys) == MESSAGES, "a message sent twice got another Message-ID"


def _count(dump: Path) -> tuple[int, int, int, int]:
    """Give how many messages were received, distinct, sent more than once, and missing."""
    seen = Counter(re.findall(rb"(?im)^X-Reminder-Id: *(\d+)", dump.read_bytes()))
    doubled = sum(times > 1 for times in seen.values())
    return sum(seen.values()), len(seen), doubled, MESSAGES - len(seen)


def _run_script(name: str, *arguments: object) -> str:
    command = [sys.executable, str(BENCH / name), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def _sink(dump: Path, *points: int) -> Iterator[tuple[int, Iterator[str]]]:
    """Run a mail server in a process of its own; it says when it has `points` messages."""
    command = [sys.executable, "-m", __spec__.name, "sink", str(dump), *map(str, points)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout
    try:
        yield int(process.stdout.readline()), process.stdout
    finally:
        process.communicate("stop\n")


def _drain(file: Path, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", __spec__.name, "drain", str(file), str(port)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _queue_all(file: Path, rows: Path) -> None:
    database = open_file(file, KEY, bus=ChangeBus(), create=True)
    metadata().create_all(database.engine)

    def work(transaction: Transaction) -> None:
        for line in rows.read_text().splitlines():
            row = json.loads(line)
            new = NewNotification(
                unique_key=f"{KIND}:{row['id']}",
                kind=KIND,
                channel=Channel.EMAIL,
                recipient=row["to"],
                due_at=LONG_AGO,
                facts=tuple((name, row[name]) for name in ("id", "subject", "body")),
            )
            queue_notification(transaction, new, now=LONG_AGO)

    database.write(work)
    database.close()


def serve(dump: Path, points: list[int]) -> None:
    """Be the mail server: write all that comes into `dump`, until a line comes in."""
    left = list(points)
    lock = threading.Lock()
    with dump.open("wb") as file:

        def take(content: bytes) -> None:
            with lock:
                file.write(content)
                if left and sink.counts["messages"] + 1 >= left[0]:
                    print(f"reached {left.pop(0)}", flush=True)

        sink = MailSink(on_content=take)
        sink.start()
        print(sink.port, flush=True)
        sys.stdin.readline()
        sink.stop()


def drain(file: Path, port: int) -> None:
    """Be the worker: send all there is; print the rate and by how many MB its memory grew."""
    database = open_file(file, KEY, bus=ChangeBus())
    settings = MailSettings("127.0.0.1", port, MailSecurity.LOOPBACK, "", SENDER)
    clock = SystemClock()
    channel = SmtpChannel(lambda: settings, password=lambda: None, clock=clock)
    delivery = Delivery(
        database,
        clock=clock,
        writers={KIND: GivenText()},
        channels={Channel.EMAIL: channel},
        lease=LEASE_AFTER_KILL,
    )
    sent, began = 0, time.perf_counter()
    before = _memory("VmRSS")
    # What a killed worker had claimed falls due within its lease.
    ends = began + LEASE_AFTER_KILL.total_seconds() + 1
    lasted = 0.0
    while time.perf_counter() < ends:
        started = time.perf_counter()
        report = delivery.process_pending_notifications()
        if report.sent:
            sent, lasted = sent + report.sent, lasted + time.perf_counter() - started
            ends = time.perf_counter() + LEASE_AFTER_KILL.total_seconds() + 1
        threading.Event().wait(0.05)
    print(sent / max(lasted, 0.001), _memory("VmHWM") - before, flush=True)


def _memory(name: str) -> float:
    """Give this process's memory, now (VmRSS) or at most (VmHWM), in MB."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sink", dump_file, *numbers]:
            serve(Path(dump_file), [int(number) for number in numbers])
        case ["drain", database_file, port_number]:
            drain(Path(database_file), int(port_number))
        case _:
            main()
