"""Books, previews and changes visits that recur."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.schedule.notifier import AppointmentNotifier


class SeriesService:
    """Series of appointments."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: AppointmentNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._notifier = notifier
