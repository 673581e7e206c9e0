"""Compares the books with the card provider's."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.payments.service.card import GatewaySource


class ReconciliationService:
    """What the provider knows beside what is written here."""

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, gateways: GatewaySource
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._gateways = gateways
