"""A message exists once, is one worker's at a time, and comes to an end whatever happens."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from clinicdesk.access import Actor, Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import AccessDeniedError
from clinicdesk.outbox import claims
from clinicdesk.outbox.errors import MessageNotFailedError, MessageTooLateError
from clinicdesk.outbox.queue import queue_notification
from clinicdesk.outbox.records import (
    Channel,
    NewNotification,
    NotificationStatus,
    QueuedMessage,
)
from clinicdesk.outbox.rules import NextStep
from clinicdesk.outbox.service import OutboxService
from clinicdesk.training.mail_sink import MailSink
from tests.mail_desk import MailDesk, Place, work_alongside, work_without_claims

RECEPTIONIST = Actor(1, "Maria Keane", frozenset({Role.RECEPTIONIST}))
LEASE = timedelta(minutes=5)
PROCESSES = 4


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def desk(database: Database, clock: FixedClock, sink: MailSink) -> MailDesk:
    return MailDesk(database, clock, sink)


def _claim(desk: MailDesk, holder: str, limit: int = 10) -> list[QueuedMessage]:
    return desk.database.write(
        lambda transaction: claims.claim(
            transaction.session.connection(),
            limit=limit,
            holder=holder,
            now=desk.clock.now(),
            lease=LEASE,
            channels=[Channel.EMAIL],
        )
    )


def _begin(desk: MailDesk, message: QueuedMessage, holder: str) -> bool:
    with desk.database.kept_writer() as writer:
        progress = claims.Progress(holder, dialect=writer.dialect)
        return writer.write(lambda cursor: progress.begin(cursor, message.id))


def _settle(desk: MailDesk, message: QueuedMessage, holder: str) -> bool:
    step, now = NextStep(NotificationStatus.SENT, ""), desk.clock.now()
    with desk.database.kept_writer() as writer:
        progress = claims.Progress(holder, dialect=writer.dialect)
        return writer.write(lambda cursor: progress.settle(cursor, message.id, step, now=now))


def test_the_same_message_is_queued_once(desk: MailDesk) -> None:
    first = desk.queue("reminder.1")
    assert first is not None
    assert desk.queue("reminder.1", recipient="other@example.test") is None
    assert desk.queue("reminder.2") not in {None, first}
    desk.send()
    assert desk.keys_sent() == ["reminder.1", "reminder.2"]


def test_a_message_is_queued_with_its_cause_or_not_at_all(desk: MailDesk) -> None:
    def work(transaction: Transaction) -> None:
        new = NewNotification("lost", "given", Channel.EMAIL, "lost@x.test", desk.clock.now())
        queue_notification(transaction, new, now=desk.clock.now())
        raise RuntimeError

    desk.queue("kept")
    with pytest.raises(RuntimeError):
        desk.database.write(work)
    desk.send()
    assert desk.keys_sent() == ["kept"]


def test_nothing_goes_before_its_time(desk: MailDesk) -> None:
    desk.queue("tomorrow", due_at=desk.clock.now() + timedelta(days=1))
    desk.send()
    assert desk.keys_sent() == []
    desk.later(days=1)
    desk.send()
    assert desk.keys_sent() == ["tomorrow"]


def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(desk: MailDesk) -> None:
    desk.queue("one")
    assert len(_claim(desk, "A")) == 1
    assert _claim(desk, "B") == []
    desk.later(minutes=5)
    (again,) = _claim(desk, "B")
    assert again.reason == ""  # A never began with it, so nothing is in doubt
    assert not _begin(desk, again, "A")
    assert _begin(desk, again, "B")


def test_two_desks_of_a_server_that_claim_at_once_get_different_messages(
    server_database: Database, clock: FixedClock, sink: MailSink
) -> None:
    desk = MailDesk(server_database, clock, sink)
    for number in range(10):
        desk.queue(f"m{number}")

    def claim_while_another_does(transaction: Transaction) -> set[int]:
        first = claims.claim(
            transaction.session.connection(),
            limit=5,
            holder="A",
            now=clock.now(),
            lease=LEASE,
            channels=[Channel.EMAIL],
        )
        return {message.id for message in [*first, *_claim(desk, "B", limit=5)]}

    assert len(server_database.write(claim_while_another_does)) == 10


def test_what_was_begun_and_never_ended_is_in_doubt(desk: MailDesk) -> None:
    desk.queue("one")
    (message,) = _claim(desk, "A")
    assert _begin(desk, message, "A")
    desk.later(minutes=5)
    (again,) = _claim(desk, "B")
    assert (again.message_key, again.attempts) == (message.message_key, 2)
    assert "outcome is unknown" in again.reason
    assert not _settle(desk, message, "A"), "the former holder wrote over the new one"
    assert _begin(desk, again, "B")
    assert _settle(desk, again, "B")
    assert desk.row("one").sent_at == desk.clock.now()


def test_what_came_too_late_is_not_sent_and_says_so(desk: MailDesk) -> None:
    desk.queue("visit", expires_at=desk.clock.now() + timedelta(hours=1))
    desk.later(hours=60)
    desk.queue("other")
    desk.send()
    assert desk.keys_sent() == ["other"]
    assert desk.row("visit").status is NotificationStatus.EXPIRED
    assert desk.row("visit").reason


def test_a_message_that_always_ends_its_worker_is_set_aside(desk: MailDesk) -> None:
    desk.queue("deadly")
    for _ in range(5):
        (message,) = _claim(desk, "A")
        assert _begin(desk, message, "A")
        desk.later(minutes=6)
    desk.queue("harmless")
    desk.send()
    assert desk.keys_sent() == ["harmless"]
    assert desk.row("deadly").status is NotificationStatus.FAILED


def test_the_bus_tells_of_each_message(desk: MailDesk, bus: ChangeBus) -> None:
    told: list[Change] = []
    bus.subscribe(told.extend)
    row_id = desk.queue("one")
    desk.send()
    assert told == [Change(Topic.NOTIFICATION, row_id or 0)] * 2


def test_the_desk_sees_how_the_queue_stands_and_may_try_a_failed_one_again(
    desk: MailDesk, sink: MailSink
) -> None:
    audit = AuditLog(desk.database, clock=desk.clock, key=b"k" * 32)
    outbox = OutboxService(desk.database, clock=desk.clock, audit=audit)
    sink.faults.rcpt_replies["bad@example.test"] = "550 5.1.1 unknown"
    desk.queue("bad", expires_at=desk.clock.now() + timedelta(days=1))
    desk.queue("later", due_at=desk.clock.now() + timedelta(hours=1))
    desk.send()
    summary = outbox.summary(RECEPTIONIST)
    assert (summary.queued, summary.failed, summary.overdue) == (1, 1, 0)
    assert summary.next_due_at == desk.clock.now() + timedelta(hours=1)
    assert summary.worker_seen_at == desk.clock.now()
    later, bad = outbox.notifications(RECEPTIONIST)
    assert (bad.recipient, bad.status) == ("bad@example.test", NotificationStatus.FAILED)
    assert "550 5.1.1" in bad.reason
    with pytest.raises(MessageNotFailedError):
        outbox.retry(RECEPTIONIST, later.id)
    sink.faults.rcpt_replies.clear()
    outbox.retry(RECEPTIONIST, bad.id)
    desk.send()
    assert desk.keys_sent() == ["bad"]
    assert audit.entries(program_actor())[0].action == "message retried"
    with pytest.raises(AccessDeniedError):
        outbox.summary(Actor(2, "Root", frozenset({Role.ADMINISTRATOR})))


def test_a_failed_message_whose_visit_is_over_is_not_tried_again(
    desk: MailDesk, sink: MailSink
) -> None:
    audit = AuditLog(desk.database, clock=desk.clock, key=b"k" * 32)
    outbox = OutboxService(desk.database, clock=desk.clock, audit=audit)
    sink.faults.replies["rcpt"] = ["550 5.1.1 unknown"]
    row_id = desk.queue("bad", expires_at=desk.clock.now() + timedelta(hours=1))
    desk.send()
    desk.later(hours=1)
    with pytest.raises(MessageTooLateError):
        outbox.retry(RECEPTIONIST, row_id or 0)


def test_a_long_history_does_not_slow_the_search_for_what_is_due(
    file_database: Database, clock: FixedClock, sink: MailSink
) -> None:
    desk = MailDesk(file_database, clock, sink)
    ways: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "notification" in statement and statement.startswith("SELECT"):
            cursor = cursor.connection.cursor()
            ways.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values))

    event.listen(file_database.engine, "before_cursor_execute", explain)
    assert _claim(desk, "A") == []
    assert ways == ["SEARCH notification USING INDEX ix_notification_due (next_attempt_at<?)"]


@contextmanager
def _together(work: Callable[..., None], place: Place) -> Iterator[None]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.mail_desk"])
    start = context.Barrier(PROCESSES)
    workers = [context.Process(target=work, args=(place, start)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    yield
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0


@pytest.mark.slow
def test_four_workers_send_three_hundred_messages_once_each(
    desk: MailDesk, sink: MailSink, place: Place
) -> None:
    keys = [f"m{number}" for number in range(300)]
    for key in keys:
        desk.queue(key)
    with _together(work_alongside, place):
        pass
    assert Counter(desk.keys_sent()) == Counter(keys)


@pytest.mark.slow
def test_without_claims_the_same_messages_go_out_several_times(
    desk: MailDesk, sink: MailSink, place: Place
) -> None:
    for number in range(300):
        desk.queue(f"m{number}")
    with _together(work_without_claims, place):
        pass
    sent = Counter(desk.keys_sent())
    assert len(sent) == 300
    assert sent.total() > 300


@pytest.fixture
def place(
    request: pytest.FixtureRequest, database: Database, clock: FixedClock, sink: MailSink
) -> Place:
    """The desk as other processes reach it."""
    if database.is_sqlite:
        file: Path = request.getfixturevalue("database_file")
        return Place(file, "", sink.port, clock.now())
    url: str = request.getfixturevalue("server_url")
    return Place(None, url, sink.port, clock.now())
