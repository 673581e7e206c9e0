"""Says what a change of clocks, holidays or hours would do to the calendar."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database


class CalendarHealthService:
    """The calendar's health check."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
