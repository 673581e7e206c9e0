"""Takes care of everybody whose doctor is out."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.schedule.calendar import CalendarService
from clinicdesk.schedule.service import ScheduleService


class DisruptionService:
    """The disruption desk."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        schedule: ScheduleService,
        calendar: CalendarService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._schedule = schedule
        self._calendar = calendar
