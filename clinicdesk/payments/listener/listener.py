"""Takes the provider's events from a relay on this computer, and has each dealt with in turn."""

import logging
import queue
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from clinicdesk.clock import Clock
from clinicdesk.errors import ClinicDeskError
from clinicdesk.payments.listener.rules import RefusedMessageError, check_signature, event_id_of
from clinicdesk.payments.listener.server import READ_SECONDS, RelayServer

MOST_WAITING = 200
TELL_AGAIN_AFTER = timedelta(minutes=1)
FULL = 503

log = logging.getLogger(__name__)


class RelayListener:
    """Answers at once and works later, one event after the other.

    `hear` deals with an event by its id. What it cannot do now is not lost: the provider is asked
    for what happened every so often anyway.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        port: int,
        *,
        secret: str,
        live: bool,
        clock: Clock,
        hear: Callable[[str], None],
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._secret, self._live = secret, live
        self._clock = clock
        self._hear = hear
        self._told_at: datetime | None = None
        self._lock = threading.Lock()
        self._waiting: queue.Queue[str] = queue.Queue(MOST_WAITING)
        self._server = RelayServer(
            port, take=self._take, refused=self._tell, read_seconds=read_seconds
        )
        self._worker = threading.Thread(target=self._work, name="relay-events", daemon=True)
        self._worker.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    def wait_until_idle(self) -> None:
        """Wait until every event taken so far has been dealt with."""
        self._waiting.join()

    def stop(self) -> None:
        """Stop listening; the event in hand is dealt with, those that wait are left."""
        self._server.close()
        while True:
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                break
            self._waiting.task_done()
        self._waiting.put("")
        self._worker.join()

    def _take(self, body: bytes, signature: str) -> None:
        check_signature(body, signature, secret=self._secret, now=self._clock.now())
        event_id = event_id_of(body, live=self._live)
        try:
            self._waiting.put_nowait(event_id)
        except queue.Full:
            raise RefusedMessageError(FULL, "too many events wait") from None

    def _tell(self, reason: str) -> None:
        """Log a refusal, once a minute: a flood is not to fill the disk."""
        now = self._clock.now()
        with self._lock:
            if self._told_at is not None and now - self._told_at < TELL_AGAIN_AFTER:
                return
            self._told_at = now
        log.warning("A message at the relay's address was refused: %s", reason)

    def _work(self) -> None:
        while event_id := self._waiting.get():
            try:
                self._hear(event_id)
            except ClinicDeskError as error:
                log.info("An event of the relay is left for later: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001  # the next event must be heard all the same
                # The error's own text could hold what patients said or are.
                place = traceback.extract_tb(error.__traceback__)[-1]
                log.error("Relay: %s at %s:%s", type(error).__name__, place.name, place.lineno)  # noqa: TRY400
            finally:
                self._waiting.task_done()
