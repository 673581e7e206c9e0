"""The rule of the database itself: an issued invoice and its ledger are final, whoever writes.

Triggers refuse every change and removal of invoices, their lines and their movements. What is wrong
is put right by another row. Nor is anything written into a day that a signed till has closed.
"""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from clinicdesk.billing.models import (
    CreditNote,
    CreditNoteLine,
    CreditTransfer,
    DayLock,
    Invoice,
    InvoiceLine,
    InvoiceMovement,
)
from clinicdesk.database.base import Base

FINAL = "row_is_final"
FUNCTION = f"""CREATE OR REPLACE FUNCTION {FINAL}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{FINAL}' USING ERRCODE = '23514'; END $$"""
LOCKED = "day_is_locked"
LOCK_FUNCTION = """CREATE OR REPLACE FUNCTION day_is_locked() RETURNS trigger LANGUAGE plpgsql AS
$$ DECLARE
  clinic BIGINT;
  booked_at TIMESTAMPTZ;
  until_at TIMESTAMPTZ;
BEGIN
  IF TG_TABLE_NAME = 'invoice_movement' THEN
    SELECT invoice.clinic_id INTO clinic FROM invoice WHERE invoice.id = NEW.invoice_id;
    booked_at := NEW.at;
  ELSE
    clinic := NEW.clinic_id;
    booked_at := NEW.issued_at;
  END IF;
  SELECT locked_until_at INTO until_at FROM day_lock WHERE clinic_id = clinic FOR SHARE;
  IF booked_at < until_at THEN
    RAISE EXCEPTION 'day_is_locked' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$"""
_SQLITE_LOCK = """CREATE TRIGGER {table}_day_lock BEFORE INSERT ON {table}
WHEN NEW.{instant} < (SELECT locked_until_at FROM day_lock WHERE clinic_id = {clinic})
BEGIN
  SELECT RAISE(ABORT, '{locked}');
END"""
_POSTGRES_LOCK = """CREATE TRIGGER {table}_day_lock BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION {locked}()"""
_SQLITE = """CREATE TRIGGER {table}_final_{event} BEFORE {verb} ON {table}{condition}
BEGIN
  SELECT RAISE(ABORT, '{final}');
END"""
_POSTGRES = """CREATE TRIGGER {table}_final_{event} BEFORE {verb} ON {table}
FOR EACH ROW{condition} EXECUTE FUNCTION {final}()"""


def sqlite_refusal(table: str, verb: str, *, when: str = "") -> str:
    """Give a trigger that refuses to UPDATE or DELETE rows, always or where `when` is true."""
    condition = f"\nWHEN {when}" if when else ""
    return _SQLITE.format(
        table=table, verb=verb, event=verb.lower(), condition=condition, final=FINAL
    )


def postgres_refusal(table: str, verb: str, *, when: str = "") -> str:
    """Give the same for PostgreSQL; it needs the function in `FUNCTION`."""
    condition = f" WHEN ({when})" if when else ""
    return _POSTGRES.format(
        table=table, verb=verb, event=verb.lower(), condition=condition, final=FINAL
    )


def attach(model: type[Base], dialect: str, statements: list[str]) -> None:
    """Let statements run right after a model's table is created."""
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(model.__table__, "after_create", ddl.execute_if(dialect=dialect))


attach(Invoice, "postgresql", [FUNCTION])
FINAL_TABLES = (Invoice, InvoiceLine, InvoiceMovement, CreditNote, CreditNoteLine, CreditTransfer)
for _model in FINAL_TABLES:
    for _dialect, _refusal in (("sqlite", sqlite_refusal), ("postgresql", postgres_refusal)):
        _statements = [_refusal(_model.__tablename__, verb) for verb in ("UPDATE", "DELETE")]
        attach(_model, _dialect, _statements)

attach(Invoice, "postgresql", [LOCK_FUNCTION])
_OF_INVOICE = "(SELECT clinic_id FROM invoice WHERE id = NEW.invoice_id)"
for _model, _instant, _clinic in (
    (Invoice, "issued_at", "NEW.clinic_id"),
    (CreditNote, "issued_at", "NEW.clinic_id"),
    (InvoiceMovement, "at", _OF_INVOICE),
):
    _names = {"table": _model.__tablename__, "locked": LOCKED}
    attach(_model, "sqlite", [_SQLITE_LOCK.format(**_names, instant=_instant, clinic=_clinic)])
    attach(_model, "postgresql", [_POSTGRES_LOCK.format(**_names)])

attach(DayLock, "postgresql", [FUNCTION])
_BACK = "NEW.locked_until_at < OLD.locked_until_at OR NEW.clinic_id <> OLD.clinic_id"
for _dialect, _refusal in (("sqlite", sqlite_refusal), ("postgresql", postgres_refusal)):
    attach(
        DayLock,
        _dialect,
        [_refusal("day_lock", "UPDATE", when=_BACK), _refusal("day_lock", "DELETE")],
    )
