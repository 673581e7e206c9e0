"""Puts appointments and wishes aside, for every desk to take up."""

from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database


class ShelfService:
    """The shelf that all desks share."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
