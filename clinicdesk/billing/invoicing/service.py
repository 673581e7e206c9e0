"""Proposes, prices and issues invoices."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database


class InvoicingService:
    """Invoices from the lines that somebody chose; `notifier` is told of each new one."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: BillingNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._notifier = notifier
