"""Invoices by hand, credit notes, links, disputes, reconciliation, workstations and logos."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_8_money"
down_revision = "20261123_7_tills"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
FINAL = ("credit_note", "credit_note_line", "credit_transfer")


def _sqlite(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_final_{verb.lower()} BEFORE {verb} ON {table}\n"
        "BEGIN\n  SELECT RAISE(ABORT, 'row_is_final');\nEND"
    )


def _postgres(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_final_{verb.lower()} BEFORE {verb} ON {table}\n"
        "FOR EACH ROW EXECUTE FUNCTION row_is_final()"
    )


def _add_reference(table: str, column: str, target: str) -> None:
    """Add a column that points to another table; SQLite takes the reference only with it."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    name = f"fk_{table}_{column}_{target}"
    op.execute(
        sa.text(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind}"
            f" CONSTRAINT {name} REFERENCES {target} (id)"
        )
    )


def upgrade() -> None:
    op.create_table(
        "printed_paper",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("item_id", INTEGER, nullable=False),
        sa.Column("printed_at", INSTANT, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("printed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_paper")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_printed_paper_paper_item_id"), "printed_paper", ["paper", "item_id"], unique=False
    )
    op.create_table(
        "provider_comparison",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("compared_at", INSTANT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ours_minor", INTEGER, nullable=False),
        sa.Column("theirs_minor", INTEGER, nullable=False),
        sa.Column("missing_here", sa.Text(), nullable=False),
        sa.Column("missing_there", sa.Text(), nullable=False),
        sa.Column("unreadable", sa.Text(), nullable=False),
        sa.Column("after_absence", FLAG, nullable=False),
        sa.Column("agrees", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_comparison")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_provider_comparison_until_at"), "provider_comparison", ["until_at"], unique=False
    )
    op.create_table(
        "provider_mode",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("is_live", FLAG, nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_provider_mode_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_mode")),
        sqlite_strict=True,
    )
    op.create_table(
        "workstation_setting",
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("desk", "topic", "name", name=op.f("pk_workstation_setting")),
        sqlite_strict=True,
    )
    op.create_table(
        "clinic_logo",
        sa.Column("clinic_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("width_px", INTEGER, nullable=False),
        sa.Column("height_px", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_logo_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic_logo")),
        sqlite_strict=True,
    )
    op.create_table(
        "number_series",
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", INTEGER, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("next_number", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_number_series_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "series", "year", name=op.f("pk_number_series")),
        sa.UniqueConstraint("year", "prefix", name=op.f("uq_number_series_year_prefix")),
        sqlite_strict=True,
    )
    op.create_table(
        "fee_decision",
        sa.Column("appointment_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("invoice_id", INTEGER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_by", INTEGER, nullable=True),
        sa.CheckConstraint(
            "invoice_id IS NOT NULL OR reason <> ''", name=op.f("ck_fee_decision_decision")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_fee_decision_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_fee_decision_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_fee_decision_decided_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_fee_decision")),
        sqlite_strict=True,
    )
    op.create_table(
        "credit_note",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("series_year", INTEGER, nullable=False),
        sa.Column("series_number", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("note_key", sa.Text(), nullable=False),
        sa.Column("invoice_id", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net_minor", INTEGER, nullable=False),
        sa.Column("tax_minor", INTEGER, nullable=False),
        sa.Column("total_minor", INTEGER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_on", DAY, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", INTEGER, nullable=True),
        sa.CheckConstraint("total_minor = net_minor + tax_minor", name=op.f("ck_credit_note_sum")),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_credit_note_total")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_credit_note_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_credit_note_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["user_account.id"], name=op.f("fk_credit_note_issued_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("note_key", name=op.f("uq_credit_note_note_key")),
        sa.UniqueConstraint(
            "clinic_id",
            "series_year",
            "series_number",
            name=op.f("uq_credit_note_clinic_id_series_year_series_number"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_credit_note_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_credit_note_invoice_id"), "credit_note", ["invoice_id"], unique=False)
    op.create_table(
        "credit_transfer",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("transfer_key", sa.Text(), nullable=False),
        sa.Column("from_invoice_id", INTEGER, nullable=False),
        sa.Column("to_invoice_id", INTEGER, nullable=False),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.Column("moved_by", INTEGER, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_credit_transfer_amount")),
        sa.CheckConstraint(
            "from_invoice_id <> to_invoice_id", name=op.f("ck_credit_transfer_ends")
        ),
        sa.ForeignKeyConstraint(
            ["from_invoice_id"],
            ["invoice.id"],
            name=op.f("fk_credit_transfer_from_invoice_id_invoice"),
        ),
        sa.ForeignKeyConstraint(
            ["moved_by"], ["user_account.id"], name=op.f("fk_credit_transfer_moved_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["to_invoice_id"], ["invoice.id"], name=op.f("fk_credit_transfer_to_invoice_id_invoice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_transfer")),
        sa.UniqueConstraint("transfer_key", name=op.f("uq_credit_transfer_transfer_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_credit_transfer_from_invoice_id"),
        "credit_transfer",
        ["from_invoice_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_credit_transfer_to_invoice_id"), "credit_transfer", ["to_invoice_id"], unique=False
    )
    op.create_table(
        "payment_link",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("link_key", sa.Text(), nullable=False),
        sa.Column("invoice_id", INTEGER, nullable=False),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_link_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", INTEGER, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_link_amount")),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_payment_link_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_link_invoice_id_invoice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_link")),
        sa.UniqueConstraint("link_key", name=op.f("uq_payment_link_link_key")),
        sa.UniqueConstraint("provider_link_id", name=op.f("uq_payment_link_provider_link_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_payment_link_invoice_id"), "payment_link", ["invoice_id"], unique=False
    )
    op.create_index(
        "uq_payment_link_live",
        "payment_link",
        ["invoice_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('new', 'open', 'closing')"),
        postgresql_where=sa.text("state IN ('new', 'open', 'closing')"),
    )
    op.create_table(
        "payment_reminder",
        sa.Column("invoice_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("level", INTEGER, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reminded_at", INSTANT, nullable=False),
        sa.Column("reminded_by", INTEGER, nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_payment_reminder_level")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_reminder_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["reminded_by"],
            ["user_account.id"],
            name=op.f("fk_payment_reminder_reminded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("invoice_id", "level", name=op.f("pk_payment_reminder")),
        sqlite_strict=True,
    )
    op.create_table(
        "credit_note_line",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("credit_note_id", INTEGER, nullable=False),
        sa.Column("invoice_line_id", INTEGER, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.Column("tax_basis_points", INTEGER, nullable=False),
        sa.Column("tax_mode", sa.Text(), nullable=False),
        sa.Column("net_minor", INTEGER, nullable=False),
        sa.Column("tax_minor", INTEGER, nullable=False),
        sa.Column("total_minor", INTEGER, nullable=False),
        sa.CheckConstraint(
            "total_minor = net_minor + tax_minor", name=op.f("ck_credit_note_line_sum")
        ),
        sa.ForeignKeyConstraint(
            ["credit_note_id"],
            ["credit_note.id"],
            name=op.f("fk_credit_note_line_credit_note_id_credit_note"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_line_id"],
            ["invoice_line.id"],
            name=op.f("fk_credit_note_line_invoice_line_id_invoice_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_line")),
        sa.UniqueConstraint(
            "credit_note_id", "position", name=op.f("uq_credit_note_line_credit_note_id_position")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_credit_note_line_invoice_line_id"),
        "credit_note_line",
        ["invoice_line_id"],
        unique=False,
    )
    op.create_table(
        "dispute",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("payment_id", INTEGER, nullable=True),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.Column("withdrawn_minor", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_refundable", FLAG, nullable=False),
        sa.Column("due_by_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("seen_to_at", INSTANT, nullable=True),
        sa.Column("seen_to_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_dispute_provider_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_dispute_payment_id"), "dispute", ["payment_id"], unique=False)
    op.create_table(
        "payment_share",
        sa.Column("payment_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("invoice_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_share_amount")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_share_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_share_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("payment_id", "invoice_id", name=op.f("pk_payment_share")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_payment_share_invoice_id"), "payment_share", ["invoice_id"], unique=False
    )
    op.create_table(
        "payment_claim",
        sa.Column("invoice_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("payment_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_claim_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_claim_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_payment_claim")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_payment_claim_payment_id"), "payment_claim", ["payment_id"], unique=False
    )
    op.execute(
        sa.text(
            "INSERT INTO payment_claim (invoice_id, payment_id)"
            " SELECT invoice_id, id FROM payment WHERE status IN ('pending', 'unknown')"
        )
    )
    op.create_table(
        "unmatched_charge",
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.Column("refunded_minor", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("card_brand", sa.Text(), nullable=False),
        sa.Column("card_last4", sa.Text(), nullable=False),
        sa.Column("charged_at", INSTANT, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("payment_id", INTEGER, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_unmatched_charge_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("pk_unmatched_charge")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_unmatched_charge_settled_at"), "unmatched_charge", ["settled_at"], unique=False
    )
    op.execute(
        sa.text(
            "INSERT INTO number_series (clinic_id, series, year, prefix, next_number)"
            " SELECT clinic_id, 'invoice', year, prefix, next_number FROM invoice_series"
        )
    )
    op.drop_table("invoice_series")
    op.add_column(
        "card_reader", sa.Column("device_type", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "card_reader", sa.Column("location_id", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("invoice", sa.Column("kind", sa.Text(), server_default="invoice", nullable=False))
    op.add_column("invoice", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column("invoice", sa.Column("draft_key", sa.Text(), nullable=True))
    op.create_index(op.f("uq_invoice_draft_key"), "invoice", ["draft_key"], unique=True)
    op.add_column(
        "invoice_line", sa.Column("tax_mode", sa.Text(), server_default="inclusive", nullable=False)
    )
    op.add_column(
        "invoice_line", sa.Column("discount_minor", INTEGER, server_default="0", nullable=False)
    )
    op.add_column(
        "invoice_line", sa.Column("discount_reason", sa.Text(), server_default="", nullable=False)
    )
    _add_reference("patient", "guarantor_id", "patient")
    op.create_index(op.f("ix_patient_guarantor_id"), "patient", ["guarantor_id"], unique=False)
    op.add_column("payment", sa.Column("reference", sa.Text(), server_default="", nullable=False))
    _add_reference("payment", "link_id", "payment_link")
    op.add_column(
        "payment", sa.Column("was_made_elsewhere", FLAG, server_default=sa.false(), nullable=False)
    )
    op.add_column("refund", sa.Column("approved_by", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "refund", sa.Column("was_made_elsewhere", FLAG, server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "service", sa.Column("tax_mode", sa.Text(), server_default="inclusive", nullable=False)
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in FINAL:
        for verb in ("UPDATE", "DELETE"):
            op.execute(sa.text(_sqlite(table, verb) if is_sqlite else _postgres(table, verb)))


def downgrade() -> None:
    op.drop_column("service", "tax_mode")
    op.drop_column("refund", "was_made_elsewhere")
    op.drop_column("refund", "approved_by")
    op.drop_column("payment", "was_made_elsewhere")
    op.drop_column("payment", "link_id")
    op.drop_column("payment", "reference")
    op.drop_index(op.f("ix_patient_guarantor_id"), table_name="patient")
    op.drop_column("patient", "guarantor_id")
    op.drop_column("invoice_line", "discount_reason")
    op.drop_column("invoice_line", "discount_minor")
    op.drop_column("invoice_line", "tax_mode")
    op.drop_index(op.f("uq_invoice_draft_key"), table_name="invoice")
    op.drop_column("invoice", "draft_key")
    op.drop_column("invoice", "note")
    op.drop_column("invoice", "kind")
    op.drop_column("card_reader", "location_id")
    op.drop_column("card_reader", "device_type")
    op.create_table(
        "invoice_series",
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("year", INTEGER, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("next_number", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_invoice_series_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "year", name=op.f("pk_invoice_series")),
        sa.UniqueConstraint("year", "prefix", name=op.f("uq_invoice_series_year_prefix")),
        sqlite_strict=True,
    )
    op.execute(
        sa.text(
            "INSERT INTO invoice_series (clinic_id, year, prefix, next_number)"
            " SELECT clinic_id, year, prefix, next_number FROM number_series"
            " WHERE series = 'invoice'"
        )
    )
    op.drop_index(op.f("ix_unmatched_charge_settled_at"), table_name="unmatched_charge")
    op.drop_table("unmatched_charge")
    op.drop_index(op.f("ix_payment_claim_payment_id"), table_name="payment_claim")
    op.drop_table("payment_claim")
    op.drop_index(op.f("ix_payment_share_invoice_id"), table_name="payment_share")
    op.drop_table("payment_share")
    op.drop_index(op.f("ix_dispute_payment_id"), table_name="dispute")
    op.drop_table("dispute")
    op.drop_index(op.f("ix_credit_note_line_invoice_line_id"), table_name="credit_note_line")
    op.drop_table("credit_note_line")
    op.drop_table("payment_reminder")
    op.drop_index(
        "uq_payment_link_live",
        table_name="payment_link",
        sqlite_where=sa.text("state IN ('new', 'open', 'closing')"),
        postgresql_where=sa.text("state IN ('new', 'open', 'closing')"),
    )
    op.drop_index(op.f("ix_payment_link_invoice_id"), table_name="payment_link")
    op.drop_table("payment_link")
    op.drop_index(op.f("ix_credit_transfer_to_invoice_id"), table_name="credit_transfer")
    op.drop_index(op.f("ix_credit_transfer_from_invoice_id"), table_name="credit_transfer")
    op.drop_table("credit_transfer")
    op.drop_index(op.f("ix_credit_note_invoice_id"), table_name="credit_note")
    op.drop_table("credit_note")
    op.drop_table("fee_decision")
    op.drop_table("number_series")
    op.drop_table("clinic_logo")
    op.drop_table("workstation_setting")
    op.drop_table("provider_mode")
    op.drop_index(op.f("ix_provider_comparison_until_at"), table_name="provider_comparison")
    op.drop_table("provider_comparison")
    op.drop_index(op.f("ix_printed_paper_paper_item_id"), table_name="printed_paper")
    op.drop_table("printed_paper")
