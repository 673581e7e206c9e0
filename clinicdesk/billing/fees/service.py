"""Charges missed and late-cancelled visits, or lets patients off."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database


class FeeService:
    """Fees by the rule in FeeSettings; `notifier` is told of each invoice."""

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
