"""Tills: opened with a float, counted, signed and then final."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_7_tills"
down_revision = "20261123_6_provider_events"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")

FINAL = (
    ("till_session", "UPDATE", "OLD.closed_at IS NOT NULL"),
    ("till_session", "DELETE", ""),
    ("till_drawer", "UPDATE", ""),
    ("till_drawer", "DELETE", ""),
)


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
    op.create_table(
        "till_session",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("float_minor", INTEGER, nullable=False),
        sa.Column("counts_from_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("counted_minor", INTEGER, nullable=True),
        sa.Column("expected_minor", INTEGER, nullable=True),
        sa.Column("left_minor", INTEGER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("audit_seq", INTEGER, nullable=True),
        sa.Column("audit_mark", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (counted_minor IS NULL)", name=op.f("ck_till_session_count")
        ),
        sa.CheckConstraint("float_minor >= 0", name=op.f("ck_till_session_float")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_till_session_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_session")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_till_session_clinic_id_closed_at"),
        "till_session",
        ["clinic_id", "closed_at"],
        unique=False,
    )
    op.create_index(
        "uq_till_session_open",
        "till_session",
        ["clinic_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "till_drawer",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("session_id", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_till_drawer_amount")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_till_drawer_session_id_till_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_drawer")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_till_drawer_session_id"), "till_drawer", ["session_id"], unique=False)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in FINAL:
        op.execute(sa.text(_sqlite(*trigger) if is_sqlite else _postgres(*trigger)))


def downgrade() -> None:
    op.drop_index(op.f("ix_till_drawer_session_id"), table_name="till_drawer")
    op.drop_table("till_drawer")
    op.drop_index(
        "uq_till_session_open",
        table_name="till_session",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_till_session_clinic_id_closed_at"), table_name="till_session")
    op.drop_table("till_session")
