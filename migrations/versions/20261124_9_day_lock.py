"""Lock the days that a signed till has closed, and keep with each till what was found open."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_9_day_lock"
down_revision = "20261124_8_money"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
OF_INVOICE = "(SELECT clinic_id FROM invoice WHERE id = NEW.invoice_id)"
LOCKED = (
    ("invoice", "issued_at", "NEW.clinic_id"),
    ("credit_note", "issued_at", "NEW.clinic_id"),
    ("invoice_movement", "at", OF_INVOICE),
)
FINAL = (
    ("UPDATE", "NEW.locked_until_at < OLD.locked_until_at OR NEW.clinic_id <> OLD.clinic_id"),
    ("DELETE", ""),
)
FUNCTION = """CREATE OR REPLACE FUNCTION day_is_locked() RETURNS trigger LANGUAGE plpgsql AS
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


def _sqlite_lock(table: str, instant: str, clinic: str) -> str:
    return (
        f"CREATE TRIGGER {table}_day_lock BEFORE INSERT ON {table}\n"
        f"WHEN NEW.{instant} < (SELECT locked_until_at FROM day_lock WHERE clinic_id = {clinic})\n"
        "BEGIN\n  SELECT RAISE(ABORT, 'day_is_locked');\nEND"
    )


def _postgres_lock(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_day_lock BEFORE INSERT ON {table}\n"
        "FOR EACH ROW EXECUTE FUNCTION day_is_locked()"
    )


def _final(verb: str, when: str, *, is_sqlite: bool) -> str:
    name = f"CREATE TRIGGER day_lock_final_{verb.lower()} BEFORE {verb} ON day_lock"
    if is_sqlite:
        condition = f"\nWHEN {when}" if when else ""
        return f"{name}{condition}\nBEGIN\n  SELECT RAISE(ABORT, 'row_is_final');\nEND"
    condition = f" WHEN ({when})" if when else ""
    return f"{name}\nFOR EACH ROW{condition} EXECUTE FUNCTION row_is_final()"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "day_lock",
        sa.Column("clinic_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("locked_until_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_day_lock_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_day_lock")),
        sqlite_strict=True,
    )
    beginning = "0" if is_sqlite else "'epoch'::timestamptz"
    op.execute(
        sa.text(
            "INSERT INTO day_lock (clinic_id, locked_until_at)"
            f" SELECT clinic_id, coalesce(max(closed_at), {beginning}) FROM till_session"
            " GROUP BY clinic_id"
        )
    )
    if not is_sqlite:
        op.execute(sa.text(FUNCTION.replace(":=", "\\:=")))
    for table, instant, clinic in LOCKED:
        lock = _sqlite_lock(table, instant, clinic) if is_sqlite else _postgres_lock(table)
        op.execute(sa.text(lock))
    for verb, when in FINAL:
        op.execute(sa.text(_final(verb, when, is_sqlite=is_sqlite)))
    op.add_column("till_session", sa.Column("closed_by_id", INTEGER, nullable=True))
    op.add_column("till_session", sa.Column("card_check", sa.Text(), nullable=True))
    op.add_column("till_session", sa.Column("loose", sa.Text(), nullable=True))
    op.add_column(
        "till_session", sa.Column("loose_reason", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for column in ("loose_reason", "loose", "card_check", "closed_by_id"):
        op.drop_column("till_session", column)
    for table, _instant, _clinic in LOCKED:
        of = "" if is_sqlite else f" ON {table}"
        op.execute(sa.text(f"DROP TRIGGER {table}_day_lock{of}"))
    op.drop_table("day_lock")
    if not is_sqlite:
        op.execute(sa.text("DROP FUNCTION day_is_locked()"))
