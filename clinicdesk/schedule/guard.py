"""The rule of the database itself: no two appointments that hold a slot overlap.

PostgreSQL has exclusion constraints; SQLite has triggers. Both compare half-open spans, per doctor
with buffers, per room and piece of equipment without. An overbooking is a marked exception: it is
let in beside others, and hinders no change of those that it stands beside. The longest busy span
(`LONGEST_MICROSECONDS`) bounds the search from below, so a check reads a few rows of an index
whatever the size of the table.
"""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from clinicdesk.schedule.models import Appointment

DOCTOR_TAKEN = "ex_appointment_doctor"
ROOM_TAKEN = "ex_appointment_room"
EQUIPMENT_TAKEN = "ex_appointment_equipment"
LONGEST_MICROSECONDS = 24 * 3600 * 1_000_000

_SQLITE = """
CREATE TRIGGER {name}_{verb} BEFORE {verb} ON appointment
WHEN NEW.holds_slot = 1 AND NEW.is_overbooked = 0
BEGIN
  SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.{key} = NEW.{key} AND other.id IS NOT NEW.id
      AND other.holds_slot = 1 AND other.is_overbooked = 0
      AND other.{start} > NEW.{start} - {longest}
      AND other.{start} < NEW.{end} AND other.{end} > NEW.{start});
END
"""
_POSTGRES = """
ALTER TABLE appointment ADD CONSTRAINT {name} EXCLUDE USING gist
({key} WITH =, tstzrange({start}, {end}) WITH &&) WHERE (holds_slot AND NOT is_overbooked)
"""
_RULES = (
    {"name": DOCTOR_TAKEN, "key": "doctor_id", "start": "busy_from_at", "end": "busy_until_at"},
    {"name": ROOM_TAKEN, "key": "room_id", "start": "starts_at", "end": "ends_at"},
    {"name": EQUIPMENT_TAKEN, "key": "equipment_id", "start": "starts_at", "end": "ends_at"},
)


def sqlite_statements() -> list[str]:
    """Give the triggers."""
    return [
        _SQLITE.format(**rule, verb=verb, longest=LONGEST_MICROSECONDS)
        for rule in _RULES
        for verb in ("INSERT", "UPDATE")
    ]


def postgres_statements() -> list[str]:
    """Give the exclusion constraints and the extension they need."""
    return ["CREATE EXTENSION IF NOT EXISTS btree_gist", *(_POSTGRES.format(**r) for r in _RULES)]


def _attach(dialect: str, statements: list[str]) -> None:
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(Appointment.__table__, "after_create", ddl.execute_if(dialect=dialect))


_attach("sqlite", sqlite_statements())
_attach("postgresql", postgres_statements())
