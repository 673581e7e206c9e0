"""Let the database itself refuse changes of issued invoices and of the money that moved."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_4_final_books"
down_revision = "20261123_3_money_and_messages"
branch_labels = None
depends_on = None

FINAL = ("invoice", "invoice_line", "invoice_movement")
GUARDED = {
    "payment": "NEW.invoice_id <> OLD.invoice_id OR NEW.method <> OLD.method"
    " OR NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency"
    " OR (OLD.status = 'completed' AND NEW.status <> OLD.status)",
    "refund": "NEW.payment_id <> OLD.payment_id OR NEW.amount_minor <> OLD.amount_minor"
    " OR NEW.currency <> OLD.currency OR NEW.refund_key <> OLD.refund_key"
    " OR (OLD.status = 'failed' AND NEW.status <> OLD.status)",
}
FUNCTION = """CREATE OR REPLACE FUNCTION row_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'row_is_final' USING ERRCODE = '23514'; END $$"""


def _triggers() -> list[tuple[str, str, str]]:
    """Give each trigger's table, verb and condition."""
    always = [(table, verb, "") for table in FINAL for verb in ("UPDATE", "DELETE")]
    for table, when in GUARDED.items():
        always += [(table, "UPDATE", when), (table, "DELETE", "")]
    return always


def _sqlite(table: str, verb: str, when: str) -> str:
    condition = f"\nWHEN {when}" if when else ""
    return (
        f"CREATE TRIGGER {table}_final_{verb.lower()} BEFORE {verb} ON {table}{condition}\n"
        "BEGIN\n  SELECT RAISE(ABORT, 'row_is_final');\nEND"
    )


def _postgres(table: str, verb: str, when: str) -> str:
    condition = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {table}_final_{verb.lower()} BEFORE {verb} ON {table}\n"
        f"FOR EACH ROW{condition} EXECUTE FUNCTION row_is_final()"
    )


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(sa.text(FUNCTION))
    for trigger in _triggers():
        op.execute(sa.text(_sqlite(*trigger) if is_sqlite else _postgres(*trigger)))


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, verb, _ in _triggers():
        of = "" if is_sqlite else f" ON {table}"
        op.execute(sa.text(f"DROP TRIGGER {table}_final_{verb.lower()}{of}"))
    if not is_sqlite:
        op.execute(sa.text("DROP FUNCTION row_is_final()"))
