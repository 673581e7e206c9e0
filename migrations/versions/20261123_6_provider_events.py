"""How far the card provider's events were read, and refunds that came back."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_6_provider_events"
down_revision = "20261123_5_whole_calendar"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "provider_cursor",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_provider_cursor_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_cursor")),
        sqlite_strict=True,
    )
    op.create_table(
        "provider_event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("handled_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_provider_event")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_provider_event_happened_at"), "provider_event", ["happened_at"], unique=False
    )
    op.add_column(
        "refund", sa.Column("has_bounced", FLAG, server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("refund", "has_bounced")
    op.drop_index(op.f("ix_provider_event_happened_at"), table_name="provider_event")
    op.drop_table("provider_event")
    op.drop_table("provider_cursor")
