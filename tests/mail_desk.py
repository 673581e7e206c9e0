"""A desk that sends mail: a clinic's database, a mail server on loopback, and workers to kill."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, select, update

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import Clock, FixedClock
from clinicdesk.database.connect import open_file, open_server
from clinicdesk.database.session import Database
from clinicdesk.outbox.channels.protocol import MessageChannel
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.queue import queue_notification
from clinicdesk.outbox.records import (
    Channel,
    NewNotification,
    NotificationStatus,
    OutgoingMessage,
    QueuedMessage,
    SendResult,
    Skip,
    WrittenMessage,
)
from clinicdesk.settings.records import MailSecurity, MailSettings
from clinicdesk.tables import metadata
from clinicdesk.training.mail_sink import MailSink
from tests.conftest import FILE_KEY

SENDER = "desk@clinic.test"
KIND = "given"
TABLES = metadata()  # a queued message names rows of other rooms
Writing = Callable[[QueuedMessage], WrittenMessage | Skip]


def given_text(message: QueuedMessage) -> WrittenMessage | Skip:
    """Write the words that were queued with the message."""
    return WrittenMessage(subject=message.facts.get("subject", "Hello"), text="Dear patient\n")


@dataclass
class GivenText:
    """A writer whose words, or whose refusal, a test decides."""

    work: Writing = given_text

    def write(self, message: QueuedMessage) -> WrittenMessage | Skip:
        return self.work(message)


def loopback(port: int, **chosen: Any) -> MailSettings:
    """Settings that reach a mail server on this computer."""
    values = {"security": MailSecurity.LOOPBACK, "sender_address": SENDER, **chosen}
    return MailSettings(host="127.0.0.1", port=port, **values)


@dataclass
class MailDesk:
    """One clinic's queue, and the server its mail goes to."""

    database: Database
    clock: FixedClock
    sink: MailSink
    writer: GivenText = field(default_factory=GivenText)
    password: str = ""
    settings: MailSettings | None = None

    def __post_init__(self) -> None:
        self.delivery = self.new_worker()

    def new_worker(self, name: str = "worker") -> Delivery:
        return Delivery(
            self.database,
            clock=self.clock,
            writers={KIND: self.writer},
            channels={Channel.EMAIL: self.channel()},
            name=name,
        )

    def channel(self) -> SmtpChannel:
        return SmtpChannel(
            lambda: self.settings or loopback(self.sink.port),
            password=lambda: self.password,
            clock=self.clock,
        )

    def queue(self, key: str, **chosen: Any) -> int | None:
        """Queue a message that is due now."""
        values: dict[str, Any] = {
            "unique_key": key,
            "kind": KIND,
            "channel": Channel.EMAIL,
            "recipient": f"{key}@example.test",
            "due_at": self.clock.now(),
            **chosen,
        }
        new = NewNotification(**values)
        return self.database.write(
            lambda transaction: queue_notification(transaction, new, now=self.clock.now())
        )

    def row(self, key: str) -> Notification:
        query = select(Notification).where(Notification.unique_key == key)
        return self.database.read(lambda session: session.scalars(query).one())

    def send(self) -> None:
        self.delivery.process_pending_notifications()

    def later(self, **passed: float) -> None:
        self.clock.advance(timedelta(**passed))

    def keys_sent(self) -> list[str]:
        """Give the name before the @ of each message's recipient, in the order of arrival."""
        return [str(message["To"]).partition("@")[0] for message in self.sink.messages()]


def text_of(message: EmailMessage, subtype: str) -> str:
    """Give the text or the HTML of a message."""
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


@dataclass(frozen=True)
class Place:
    """How another process reaches a desk's database and mail server."""

    file: Path | None
    url: str
    port: int
    now: datetime

    def open(self) -> Database:
        if self.file is not None:
            return open_file(self.file, FILE_KEY, bus=ChangeBus())
        return open_server(self.url, bus=ChangeBus())

    def channel(self, clock: Clock) -> SmtpChannel:
        return SmtpChannel(lambda: loopback(self.port), password=lambda: None, clock=clock)


def work_alongside(place: Place, start: Barrier) -> None:
    """Be one of several workers that begin together."""
    database, clock = place.open(), FixedClock(place.now)
    delivery = Delivery(
        database,
        clock=clock,
        writers={KIND: GivenText()},
        channels={Channel.EMAIL: place.channel(clock)},
    )
    start.wait()
    delivery.process_pending_notifications(20)


def work_without_claims(place: Place, start: Barrier) -> None:
    """Be a worker as one would write it without thinking of the others."""
    database, clock = place.open(), FixedClock(place.now)
    channel = place.channel(clock)
    waiting = select(Notification.id, Notification.message_key, Notification.recipient)
    waiting = waiting.where(Notification.status == NotificationStatus.QUEUED).limit(20)
    start.wait()
    while rows := database.read(lambda session: session.execute(waiting).all()):
        for row_id, key, recipient in rows:
            channel.send(OutgoingMessage(key, recipient, WrittenMessage("Hello", "Hello\n")))
            done = update(Notification).where(Notification.id == row_id)
            done = done.values(status=NotificationStatus.SENT)
            database.write(lambda transaction, done=done: transaction.session.execute(done))  # type: ignore[misc]


class Steps:
    """Tells each step of a worker to whoever listens, and ends the process at the `last` one."""

    def __init__(self, pipe: Pipe, last: int) -> None:
        self._pipe = pipe
        self._left = last

    def take(self, name: str) -> None:
        self._pipe.send(name)
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class SteppingChannel:
    """The real channel, with a step before and after each message."""

    channel: MessageChannel
    steps: Steps

    def is_ready(self) -> bool:
        return self.channel.is_ready()

    def trouble(self) -> str:
        return self.channel.trouble()

    def send(self, message: OutgoingMessage) -> SendResult:
        self.steps.take("written")
        result = self.channel.send(message)
        self.steps.take("sent")
        return result

    def close(self) -> None:
        self.channel.close()


def work_until_killed(place: Place, pipe: Pipe, last: int) -> None:
    """Be a worker that is killed at its `last` step: a statement, a commit, a word to outside."""
    database, clock = place.open(), FixedClock(place.now)
    steps = Steps(pipe, last)

    def write(message: QueuedMessage) -> WrittenMessage | Skip:
        steps.take("writing")
        return given_text(message)

    delivery = Delivery(
        database,
        clock=clock,
        writers={KIND: GivenText(write)},
        channels={Channel.EMAIL: SteppingChannel(place.channel(clock), steps)},
    )
    event.listen(database.engine, "connect", lambda driver, _: _watch(driver, steps))
    database.close()
    delivery.process_pending_notifications()


def _watch(driver: Any, steps: Steps) -> None:
    """Take a step before each statement and each commit of a driver's connection."""
    if not isinstance(driver, psycopg.Connection):
        driver.set_trace_callback(
            lambda text: steps.take("commit" if text == "COMMIT" else "statement")
        )
        return
    commit = driver.commit

    class SteppingCursor(psycopg.Cursor[Any]):
        def execute(self, *arguments: Any, **options: Any) -> Any:
            steps.take("statement")
            return super().execute(*arguments, **options)

    def step_and_commit() -> None:
        steps.take("commit")
        commit()

    driver.cursor_factory = SteppingCursor
    driver.commit = step_and_commit  # type: ignore[method-assign]
