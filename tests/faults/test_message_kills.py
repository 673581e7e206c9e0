"""A worker is killed at every step of sending a message: it still goes out, and once.

Only between the server's "kept" and our commit can nobody know: there a second copy may go, with
the same Message-ID, and the row says so.
"""

import multiprocessing
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.outbox.records import NotificationStatus
from clinicdesk.training.mail_sink import MailSink
from tests.mail_desk import MailDesk, Place, work_until_killed

PATIENCE_S = 60
MOST_STEPS = 60


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    yield sink
    sink.stop()


def _steps_until_killed(place: Place, last: int) -> tuple[list[str], bool]:
    """Run a worker up to its `last` step; give the steps it took, and whether it was killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.mail_desk"])
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=work_until_killed, args=(place, theirs, last))
    worker.start()
    theirs.close()
    steps: list[str] = []
    try:
        while ours.poll(PATIENCE_S):
            steps.append(ours.recv())
    except EOFError:
        worker.join()
    ours.close()
    assert worker.exitcode in {0, -signal.SIGKILL}
    return steps, worker.exitcode != 0


def _is_in_doubt(steps: list[str]) -> bool:
    """Tell whether the server had the message, and the commit that records it was not made."""
    return "sent" in steps and "commit" not in steps[steps.index("sent") : -1]


@pytest.mark.slow
def test_a_kill_at_any_step_loses_nothing_and_doubles_only_what_is_in_doubt(
    request: pytest.FixtureRequest, database: Database, clock: FixedClock, sink: MailSink
) -> None:
    desk = MailDesk(database, clock, sink)
    file = request.getfixturevalue("database_file") if database.is_sqlite else None
    url = "" if database.is_sqlite else request.getfixturevalue("server_url")
    doubled: list[str] = []
    for last in range(1, MOST_STEPS):
        key = f"m{last}"
        desk.queue(key)
        before = len(sink.messages())
        place = Place(file, url, sink.port, clock.now())
        steps, was_killed = _steps_until_killed(place, last)
        desk.later(minutes=6)
        desk.send()
        mails = sink.messages()[before:]
        row = desk.row(key)
        assert row.status is NotificationStatus.SENT, steps
        assert len({mail["Message-ID"] for mail in mails}) == 1, steps
        assert len(mails) == (2 if was_killed and _is_in_doubt(steps) else 1), steps
        if len(mails) == 2:
            doubled.append(steps[-1])
            assert "outcome is unknown" in row.reason
        if not was_killed:
            break
    else:
        pytest.fail("the worker never came to its end")
    assert (doubled[0], doubled[-1]) == ("sent", "commit")
    assert set(doubled[1:-1]) == {"statement"}
    assert {"writing", "written", "sent", "statement", "commit"} <= set(steps)


def test_control_the_count_would_notice_a_message_that_is_sent_again(
    file_database: Database, clock: FixedClock, sink: MailSink
) -> None:
    desk = MailDesk(file_database, clock, sink)
    sink.faults.drop_after_content = 1
    desk.queue("one")
    desk.send()
    clock.advance(timedelta(minutes=6))
    desk.send()
    assert len(sink.messages()) == 2
