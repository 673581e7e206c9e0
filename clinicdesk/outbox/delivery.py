"""Sends what is due, batch after batch, as one worker among several."""

import threading
import uuid
from collections.abc import Mapping
from datetime import timedelta

from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.outbox import claims
from clinicdesk.outbox.channels.protocol import MessageChannel
from clinicdesk.outbox.records import Channel, DeliveryReport, QueuedMessage
from clinicdesk.outbox.sending import MessageWriter, Sending

BATCH_SIZE = 100
LEASE = timedelta(minutes=5)


class Delivery:
    """The worker's hands: everything due goes out once, the longest due first.

    `writers` are by kind of message. `name` is the worker's in the heartbeat. A claim whose worker
    died falls due again after `lease`.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        writers: Mapping[str, MessageWriter],
        channels: Mapping[Channel, MessageChannel],
        name: str = "worker",
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._writers = writers
        self._channels = channels
        self._name = name
        self._holder = f"{name}:{uuid.uuid4().hex}"
        self._lease = lease
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End for good, after the message in hand; what is claimed goes back to the queue."""
        self._stopping.set()

    def process_pending_notifications(self, batch_size: int = BATCH_SIZE) -> DeliveryReport:
        """Send everything that is due, `batch_size` messages claimed at a time.

        A run that meets another one of this object does nothing.

        Raises:
            StorageError: the queue cannot be read or an outcome not be written down, so nothing
                more is sent.
        """
        if not self._one_at_a_time.acquire(blocking=False):
            return DeliveryReport()
        try:
            return self._run(batch_size)
        finally:
            for way in self._channels.values():
                way.close()
            self._one_at_a_time.release()

    def _run(self, batch_size: int) -> DeliveryReport:
        with self._database.kept_writer() as writer:
            sending = Sending(
                self._database,
                writer=writer,
                clock=self._clock,
                holder=self._holder,
                writers=self._writers,
                channels=self._channels,
                is_stopping=self._stopping.is_set,
            )
            self._database.write(self._begin_run)
            while batch := self._claim(batch_size):
                sending.deliver(batch, until_at=self._clock.now() + self._lease)
                if self._stopping.is_set():
                    break
            return sending.report()

    def _begin_run(self, transaction: Transaction) -> None:
        connection, now = transaction.session.connection(), self._clock.now()
        claims.beat(connection, self._name, now=now)
        for row_id in claims.set_aside_hopeless(connection, now=now):
            transaction.changed(Topic.NOTIFICATION, row_id)

    def _claim(self, limit: int) -> list[QueuedMessage]:
        ready = [channel for channel, way in self._channels.items() if way.is_ready()]
        if not ready or self._stopping.is_set():
            return []
        now = self._clock.now()

        def work(transaction: Transaction) -> list[QueuedMessage]:
            connection = transaction.session.connection()
            claims.beat(connection, self._name, now=now)
            return claims.claim(
                connection,
                limit=limit,
                holder=self._holder,
                now=now,
                lease=self._lease,
                channels=ready,
            )

        return self._database.write(work)
