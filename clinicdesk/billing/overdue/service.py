"""Lists overdue invoices and reminds of them, each level once."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.notifier import OverdueNotifier
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database


class OverdueService:
    """Overdue invoices; `reminders` queues what patients are to read."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        reminders: OverdueNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._reminders = reminders
