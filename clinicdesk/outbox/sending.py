"""Works through a claimed batch: each message is written at the last moment, sent and recorded.

No transaction is open while a channel talks to the outside. One transaction writes down what became
of a message and that the next one is begun, so a commit a message suffices, and a kill at any
moment leaves one message in doubt at most.
"""

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from clinicdesk.changes import Change, Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, KeptWriter, Transaction
from clinicdesk.errors import StorageError
from clinicdesk.outbox import claims
from clinicdesk.outbox.channels.protocol import MessageChannel
from clinicdesk.outbox.records import (
    Channel,
    DeliveryReport,
    NotificationStatus,
    Outcome,
    OutgoingMessage,
    QueuedMessage,
    SendResult,
    Skip,
    WrittenMessage,
)
from clinicdesk.outbox.rules import NextStep, after_attempt

# With less of the lease left, no message is begun any more: its sending could outlive the lease.
LONGEST_SENDING = timedelta(minutes=2)
NOT_WRITTEN = "The message could not be written."
RECORDING_TRIES = 5
RECORDING_PAUSE_SECONDS = 0.5

log = logging.getLogger(__name__)


class MessageWriter(Protocol):
    """Writes the messages of one kind."""

    def write(self, message: QueuedMessage) -> WrittenMessage | Skip:
        """Look again whether the message still makes sense, and write it as things stand now."""
        ...


@dataclass(frozen=True, slots=True)
class _Done:
    message: QueuedMessage
    step: NextStep
    recipient: str = ""


class Sending:
    """One run of a worker: what it sends, and the count of what became of it."""

    def __init__(
        self,
        database: Database,
        *,
        writer: KeptWriter,
        clock: Clock,
        holder: str,
        writers: Mapping[str, MessageWriter],
        channels: Mapping[Channel, MessageChannel],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._holder = holder
        self._progress = claims.Progress(holder, dialect=writer.dialect)
        self._writers = writers
        self._channels = channels
        self._is_stopping = is_stopping
        self._halted: dict[Channel, str] = {}
        self._counts: Counter[str] = Counter()

    def deliver(self, batch: Sequence[QueuedMessage], *, until_at: datetime) -> None:
        """Send a batch that is leased until `until_at`; what cannot be begun is given back."""
        done: _Done | None = None
        left: list[QueuedMessage] = []
        last_start_at = until_at - min(LONGEST_SENDING, (until_at - self._clock.now()) / 2)
        for message in batch:
            is_late = self._is_stopping() or self._clock.now() > last_start_at
            if is_late or message.channel in self._halted:
                left.append(message)
                continue
            is_ours = self._turn_over(done, begin=message)
            done = self._attempt(message) if is_ours else None
        if done is not None:
            self._turn_over(done)
        self._give_back(left)

    def report(self) -> DeliveryReport:
        """Give the counts so far."""
        counts = self._counts
        return DeliveryReport(
            sent=counts[NotificationStatus.SENT],
            postponed=counts[NotificationStatus.QUEUED],
            failed=counts[NotificationStatus.FAILED],
            skipped=counts[NotificationStatus.SUPPRESSED] + counts[NotificationStatus.EXPIRED],
            halted=" ".join(self._halted.values()),
        )

    def _attempt(self, message: QueuedMessage) -> _Done:
        written = self._write(message)
        if isinstance(written, Skip):
            return _Done(message, NextStep(written.status, written.reason))
        if isinstance(written, SendResult):
            return _Done(message, self._next_step(message, written))
        recipient = written.recipient or message.recipient
        result = self._send(OutgoingMessage(message.message_key, recipient, written), message)
        if result.outcome is Outcome.HALTED:
            self._halted[message.channel] = result.reason
        return _Done(message, self._next_step(message, result), recipient)

    def _write(self, message: QueuedMessage) -> WrittenMessage | Skip | SendResult:
        try:
            return self._writers[message.kind].write(message)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  # one bad message must not hold up the others
            return _bad_message(message, error)

    def _send(self, outgoing: OutgoingMessage, message: QueuedMessage) -> SendResult:
        try:
            return self._channels[message.channel].send(outgoing)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  # as above: the message may be to blame
            return _bad_message(message, error)

    def _next_step(self, message: QueuedMessage, result: SendResult) -> NextStep:
        jitter = random.random()  # noqa: S311
        return after_attempt(message, result, now=self._clock.now(), jitter=jitter)

    def _turn_over(self, done: _Done | None, *, begin: QueuedMessage | None = None) -> bool:
        """Record one message's end and the next one's beginning; False if that is not ours."""
        now = self._clock.now()

        def work(cursor: Any) -> bool:
            if done is not None:
                self._progress.settle(
                    cursor, done.message.id, done.step, now=now, recipient=done.recipient
                )
            return begin is not None and self._progress.begin(cursor, begin.id)

        changes = [] if done is None else [Change(Topic.NOTIFICATION, done.message.id)]
        is_ours = self._record(lambda: self._writer.write(work, changes=changes))
        if done is not None:
            self._counts[done.step.status] += 1
        return is_ours

    def _give_back(self, left: Sequence[QueuedMessage]) -> None:
        reason = " ".join(self._halted.values())

        def work(transaction: Transaction) -> None:
            claims.release(
                transaction.session.connection(),
                [message.id for message in left],
                holder=self._holder,
                now=self._clock.now(),
                reason=reason,
            )

        if left:
            self._database.write(work)

    def _record(self, write: Callable[[], bool]) -> bool:
        """Write down what has happened outside already, with patience where the data is busy."""
        for _ in range(RECORDING_TRIES - 1):
            try:
                return write()
            except StorageError:
                threading.Event().wait(RECORDING_PAUSE_SECONDS)
        return write()


def _bad_message(message: QueuedMessage, error: Exception) -> SendResult:
    log.error("Message %d (%s) fails: %s", message.id, message.kind, type(error).__name__)
    return SendResult(Outcome.POSTPONED, NOT_WRITTEN)
