"""Listens for a relay where the clinic wants it, as long as the program runs."""

import threading
from dataclasses import dataclass, replace

from clinicdesk.access import Action, Actor, open_to_all, program_actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.payments.events.service import EventService
from clinicdesk.payments.listener.listener import RelayListener
from clinicdesk.payments.listener.records import ListenerState
from clinicdesk.payments.listener.rules import LOOPBACK, PATH
from clinicdesk.payments.service import GatewaySource
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.secrets import LISTENER_SECRET, SecretStore
from clinicdesk.settings.service import load_settings, save_settings

OFF = 0
PORTS = range(1024, 65536)
NO_SECRET = "The relay's signing secret is missing, so nothing is listened to."  # noqa: S105


class PortError(InvalidInputError):
    """No program may listen at such a port."""

    def __init__(self) -> None:
        super().__init__("Please give a port from 1024 to 65535.", field="port")


@dataclass(frozen=True, slots=True)
class _Wanted:
    port: int
    secret: str
    live: bool


class RelayService:
    """The listener for a relay, off until somebody switches it on."""

    def __init__(
        self,
        database: Database,
        secrets: SecretStore,
        *,
        clock: Clock,
        audit: AuditLog,
        gateways: GatewaySource,
        events: EventService,
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock
        self._audit = audit
        self._gateways = gateways
        self._events = events
        self._lock = threading.Lock()
        self._running: tuple[_Wanted, RelayListener] | None = None
        self._trouble = ""
        self._is_over = False

    @requires(Action.REFUND)
    def keep(self, _actor: Actor) -> None:
        """Listen as the settings say now; called again and again by the background work."""
        port = self._database.read(lambda s: load_settings(s, PaymentSettings)).listener_port
        wanted, trouble = self._wanted(port) if port != OFF else (None, "")
        with self._lock:
            if not self._is_over:
                self._turn_to(wanted, trouble)

    @requires(Action.SET_UP_CLINIC)
    def state(self, _actor: Actor) -> ListenerState:
        """Tell whether this program listens."""
        running = self._running  # without the lock: an event in hand may hold it for long
        if running is None:
            return ListenerState(trouble=self._trouble)
        return ListenerState(f"http://{LOOPBACK}:{running[1].port}{PATH}")

    @requires(Action.SET_UP_CLINIC)
    def set_port(self, actor: Actor, port: int) -> None:
        """Choose where to listen, 0 for not at all; it holds within seconds.

        Raises:
            PortError: no program may listen there.
        """
        if port != OFF and port not in PORTS:
            raise PortError

        def work(transaction: Transaction) -> None:
            before = load_settings(transaction.session, PaymentSettings)
            save_settings(transaction, replace(before, listener_port=port))
            self._audit.record(
                transaction, actor, "set relay listener", entity="settings", entity_id=0, port=port
            )
            transaction.changed(Topic.CLINIC, 0)

        self._database.write(work)

    @open_to_all
    def stop(self) -> None:
        """Stop listening for good, as the program ends."""
        with self._lock:
            self._is_over = True
            self._turn_to(None, "")

    def _wanted(self, port: int) -> tuple[_Wanted | None, str]:
        try:
            secret = self._secrets.get(LISTENER_SECRET)
            if not secret:
                return None, NO_SECRET
            return _Wanted(port, secret, self._gateways().live), ""
        except ClinicDeskError as error:
            return None, error.sentence

    def _turn_to(self, wanted: _Wanted | None, trouble: str) -> None:
        self._trouble = trouble
        if self._running is not None and self._running[0] != wanted:
            self._running[1].stop()
            self._running = None
        if wanted is None or self._running is not None:
            return
        try:
            listener = RelayListener(
                wanted.port,
                secret=wanted.secret,
                live=wanted.live,
                clock=self._clock,
                hear=lambda event_id: self._events.hear_of(program_actor("relay"), event_id),
            )
        except OSError:
            self._trouble = (
                f"Port {wanted.port} is taken on this computer, by another program or another "
                "window of ClinicDesk."
            )
            return
        self._running = (wanted, listener)
