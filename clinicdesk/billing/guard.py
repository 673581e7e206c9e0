"""The rule of the database itself: an issued invoice and its ledger are final, whoever writes.

Triggers refuse every change and removal of invoices, their lines and their movements. What is wrong
is put right by another row.
"""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from clinicdesk.billing.models import (
    CreditNote,
    CreditNoteLine,
    CreditTransfer,
    Invoice,
    InvoiceLine,
    InvoiceMovement,
)
from clinicdesk.database.base import Base

FINAL = "row_is_final"
FUNCTION = f"""CREATE OR REPLACE FUNCTION {FINAL}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{FINAL}' USING ERRCODE = '23514'; END $$"""
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
