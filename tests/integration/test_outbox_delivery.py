"""Whatever one message or the server does, the others go out and nobody gets one twice for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.outbox.records import (
    Attachment,
    NotificationStatus,
    QueuedMessage,
    Skip,
    WrittenMessage,
)
from clinicdesk.training.mail_sink import MailSink
from tests.mail_desk import MailDesk, given_text, loopback


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail", accounts={})
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def desk(database: Database, clock: FixedClock, sink: MailSink) -> MailDesk:
    return MailDesk(database, clock, sink)


def _poisoned(message: QueuedMessage) -> WrittenMessage | Skip:
    if message.recipient.startswith("template"):
        raise KeyError("Chloé Martin")
    if message.recipient.startswith("huge"):
        return WrittenMessage("Hello", "x", attachments=(Attachment("a", "a/b", b"x" * 1_000_000),))
    if message.recipient.startswith("gone"):
        return Skip("The patient is no longer there.")
    return given_text(message)


def test_poison_is_set_aside_and_the_others_go_out_in_the_same_run(
    desk: MailDesk, sink: MailSink, caplog: pytest.LogCaptureFixture
) -> None:
    desk.writer.work = _poisoned
    sink.extensions = ("PIPELINING", "SIZE 1000000")
    for key in ("template", "huge", "gone"):
        desk.queue(key)
    desk.queue("address", recipient="a@x.test, b@x.test")
    desk.queue("unknown", kind="from a newer version")
    desk.queue("fine")
    desk.send()
    assert desk.keys_sent() == ["fine"]
    assert desk.row("huge").status is NotificationStatus.FAILED
    assert desk.row("gone").status is NotificationStatus.SUPPRESSED
    assert desk.row("address").status is NotificationStatus.FAILED
    for _ in range(6):
        desk.later(hours=6)
        desk.send()
    for key in ("template", "unknown"):
        assert desk.row(key).status is NotificationStatus.FAILED
        assert desk.row(key).attempts == 5
        assert desk.row(key).reason
    assert "Chloé" not in caplog.text


def test_a_greylisted_message_comes_through_later(desk: MailDesk, sink: MailSink) -> None:
    sink.faults.replies["rcpt"] = ["451 4.7.1 greylisted"] * 2
    desk.queue("one")
    desk.send()
    assert desk.row("one").status is NotificationStatus.QUEUED
    desk.send()
    assert desk.keys_sent() == []
    desk.later(minutes=3)
    desk.send()
    assert desk.row("one").attempts == 2
    desk.later(minutes=13)
    desk.send()
    assert desk.keys_sent() == ["one"]


def test_a_server_that_is_down_costs_no_message_its_attempts(
    desk: MailDesk, sink: MailSink
) -> None:
    port = sink.port
    sink.stop()
    desk.settings = loopback(port)
    for number in range(3):
        desk.queue(f"m{number}", expires_at=desk.clock.now() + timedelta(days=2))
    for _ in range(24):
        report = desk.delivery.process_pending_notifications()
        desk.later(hours=1)
        assert report.sent == report.failed == 0
    assert desk.row("m0").attempts == 0
    assert "cannot be reached" in desk.row("m2").reason
    sink.start(port)
    desk.later(hours=4)
    desk.send()
    assert sorted(desk.keys_sent()) == ["m0", "m1", "m2"]


def test_a_wrong_password_stops_the_channel_and_loses_nothing(
    desk: MailDesk, sink: MailSink
) -> None:
    sink.accounts = {"desk": "right"}
    desk.settings = loopback(sink.port, user="desk")
    desk.password = "wrong"
    for number in range(5):
        desk.queue(f"m{number}")
    report = desk.delivery.process_pending_notifications()
    assert "user name or password" in report.halted
    for _ in range(10):
        desk.send()
    assert sink.counts["sign-ins"] == 1
    desk.password = "right"
    desk.send()
    assert sorted(desk.keys_sent()) == ["m0", "m1", "m2", "m3", "m4"]


def test_without_a_mail_server_messages_wait(desk: MailDesk, sink: MailSink) -> None:
    desk.settings = loopback(sink.port, sender_address="")
    desk.queue("one")
    desk.send()
    assert desk.row("one").status is NotificationStatus.QUEUED
    desk.settings = None
    desk.send()
    assert desk.keys_sent() == ["one"]


def test_an_unknown_outcome_is_followed_by_one_copy_with_the_same_message_id(
    desk: MailDesk, sink: MailSink
) -> None:
    sink.faults.drop_after_content = 1
    desk.queue("one")
    desk.send()
    desk.later(hours=1)
    desk.send()
    first, second = sink.messages()
    assert first["Message-ID"] == second["Message-ID"]
    assert desk.row("one").status is NotificationStatus.SENT
    assert "sent again with the same Message-ID" in desk.row("one").reason


def test_an_outcome_unknown_twice_is_left_to_people(desk: MailDesk, sink: MailSink) -> None:
    sink.faults.drop_after_content = 10
    desk.queue("one")
    for _ in range(10):
        desk.send()
        desk.later(hours=6)
    assert len(sink.messages()) == 2
    assert desk.row("one").status is NotificationStatus.FAILED
    assert "ask the patient" in desk.row("one").reason


def test_what_another_worker_took_over_is_not_sent_by_the_first(desk: MailDesk) -> None:
    """The first worker is slow: its lease ends while it writes the first of two messages."""
    desk.queue("first")
    desk.queue("second")
    other = desk.new_worker("other")

    def slowly(message: QueuedMessage) -> WrittenMessage | Skip:
        if message.recipient.startswith("first") and not desk.keys_sent():
            desk.later(minutes=6)
            desk.writer.work = given_text
            other.process_pending_notifications()
        return given_text(message)

    desk.writer.work = slowly
    desk.send()
    # Only the message in hand, whose worker was given up for dead, can go twice.
    assert sorted(desk.keys_sent()) == ["first", "first", "second"]


def test_a_stopped_worker_gives_back_what_it_claimed(desk: MailDesk) -> None:
    for number in range(3):
        desk.queue(f"m{number}")

    def stop(message: QueuedMessage) -> WrittenMessage | Skip:
        desk.delivery.stop()
        return given_text(message)

    desk.writer.work = stop
    desk.send()
    assert desk.keys_sent() == ["m0"]
    desk.new_worker("other").process_pending_notifications()
    assert desk.keys_sent() == ["m0", "m1", "m2"]


def test_a_message_goes_to_the_address_known_when_it_is_sent(desk: MailDesk) -> None:
    desk.writer.work = lambda _: WrittenMessage("Hello", "Hello", recipient="new@example.test")
    desk.queue("old")
    desk.send()
    assert desk.keys_sent() == ["new"]
    assert desk.row("old").recipient == "new@example.test"


def test_an_outcome_is_written_down_although_the_connection_to_the_data_was_lost(
    server_database: Database, clock: FixedClock, sink: MailSink
) -> None:
    desk = MailDesk(server_database, clock, sink)
    for number in range(3):
        desk.queue(f"m{number}")

    def cut(message: QueuedMessage) -> WrittenMessage | Skip:
        desk.writer.work = given_text
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        others += " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        server_database.read(lambda session: session.execute(text(others)).all())
        return given_text(message)

    desk.writer.work = cut
    desk.send()
    assert desk.keys_sent() == ["m0", "m1", "m2"]
    assert desk.row("m0").status is NotificationStatus.SENT
