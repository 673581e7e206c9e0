"""Makes payment links, closes them, and records what was paid on them."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.payments.service.card import GatewaySource


class LinkService:
    """The payment links of invoices."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        gateways: GatewaySource,
        notifier: BillingNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._gateways = gateways
        self._notifier = notifier
