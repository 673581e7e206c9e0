"""Invoices, payments, refunds, card readers and the queue of messages."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_3_money_and_messages"
down_revision = "20261123_2_schedule"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_heartbeat")),
        sqlite_strict=True,
    )
    op.create_table(
        "card_reader",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_card_reader_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_reader")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_card_reader_provider_id")),
        sqlite_strict=True,
    )
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
    op.create_table(
        "invoice",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("series_year", INTEGER, nullable=False),
        sa.Column("series_number", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("patient_id", INTEGER, nullable=False),
        sa.Column("appointment_id", INTEGER, nullable=True),
        sa.Column("doctor_id", INTEGER, nullable=True),
        sa.Column("billed_name", sa.Text(), nullable=False),
        sa.Column("billed_address", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net_minor", INTEGER, nullable=False),
        sa.Column("tax_minor", INTEGER, nullable=False),
        sa.Column("total_minor", INTEGER, nullable=False),
        sa.Column("issued_on", DAY, nullable=False),
        sa.Column("due_on", DAY, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", INTEGER, nullable=True),
        sa.CheckConstraint("total_minor = net_minor + tax_minor", name=op.f("ck_invoice_sum")),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_invoice_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_invoice_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_invoice_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["user_account.id"], name=op.f("fk_invoice_issued_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_invoice_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_invoice_appointment_id")),
        sa.UniqueConstraint(
            "clinic_id",
            "series_year",
            "series_number",
            name=op.f("uq_invoice_clinic_id_series_year_series_number"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_invoice_issued_on_id"), "invoice", ["issued_on", "id"], unique=False)
    op.create_index(op.f("ix_invoice_patient_id"), "invoice", ["patient_id"], unique=False)
    op.create_table(
        "invoice_line",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("invoice_id", INTEGER, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("service_id", INTEGER, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", INTEGER, nullable=False),
        sa.Column("unit_price_minor", INTEGER, nullable=False),
        sa.Column("tax_basis_points", INTEGER, nullable=False),
        sa.Column("net_minor", INTEGER, nullable=False),
        sa.Column("tax_minor", INTEGER, nullable=False),
        sa.Column("total_minor", INTEGER, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_invoice_line_quantity")),
        sa.CheckConstraint("total_minor = net_minor + tax_minor", name=op.f("ck_invoice_line_sum")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_invoice_line_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint(
            "invoice_id", "position", name=op.f("uq_invoice_line_invoice_id_position")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "invoice_movement",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("invoice_id", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("money_minor", INTEGER, nullable=False),
        sa.Column("waived_minor", INTEGER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_movement_invoice_id_invoice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_movement")),
        sa.UniqueConstraint("matter", "kind", name=op.f("uq_invoice_movement_matter_kind")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_invoice_movement_at"), "invoice_movement", ["at"], unique=False)
    op.create_index(
        op.f("ix_invoice_movement_invoice_id"), "invoice_movement", ["invoice_id"], unique=False
    )
    op.create_table(
        "notification",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("unique_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("patient_id", INTEGER, nullable=True),
        sa.Column("appointment_id", INTEGER, nullable=True),
        sa.Column("invoice_id", INTEGER, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("max_attempts", INTEGER, nullable=False),
        sa.Column("lease_until_at", INSTANT, nullable=True),
        sa.Column("lease_holder", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_notification_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_notification_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_notification_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("message_key", name=op.f("uq_notification_message_key")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_notification_unique_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_notification_appointment_id"), "notification", ["appointment_id"], unique=False
    )
    op.create_index(
        "ix_notification_due",
        "notification",
        ["next_attempt_at", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('queued', 'sending')"),
        postgresql_where=sa.text("status IN ('queued', 'sending')"),
    )
    op.create_table(
        "payment",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("attempt_key", sa.Text(), nullable=False),
        sa.Column("invoice_id", INTEGER, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.Column("refund_reserved_minor", INTEGER, nullable=False),
        sa.Column("tendered_minor", INTEGER, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reader_id", INTEGER, nullable=True),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("reader_commands", INTEGER, nullable=False),
        sa.Column("card_brand", sa.Text(), nullable=False),
        sa.Column("card_last4", sa.Text(), nullable=False),
        sa.Column("card_receipt", sa.Text(), nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", INTEGER, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint(
            "refund_reserved_minor BETWEEN 0 AND amount_minor", name=op.f("ck_payment_refunds")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_payment_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["card_reader.id"], name=op.f("fk_payment_reader_id_card_reader")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("attempt_key", name=op.f("uq_payment_attempt_key")),
        sa.UniqueConstraint("intent_id", name=op.f("uq_payment_intent_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_payment_invoice_id"), "payment", ["invoice_id"], unique=False)
    op.create_index(op.f("ix_payment_settled_at"), "payment", ["settled_at"], unique=False)
    op.create_index(
        "uq_payment_open_attempt",
        "payment",
        ["invoice_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('pending', 'unknown')"),
        postgresql_where=sa.text("status IN ('pending', 'unknown')"),
    )
    op.create_table(
        "refund",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("refund_key", sa.Text(), nullable=False),
        sa.Column("payment_id", INTEGER, nullable=False),
        sa.Column("amount_minor", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("provider_refund_id", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", INTEGER, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_refund_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("provider_refund_id", name=op.f("uq_refund_provider_refund_id")),
        sa.UniqueConstraint("refund_key", name=op.f("uq_refund_refund_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_refund_payment_id"), "refund", ["payment_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_refund_payment_id"), table_name="refund")
    op.drop_table("refund")
    op.drop_index(
        "uq_payment_open_attempt",
        table_name="payment",
        sqlite_where=sa.text("status IN ('pending', 'unknown')"),
        postgresql_where=sa.text("status IN ('pending', 'unknown')"),
    )
    op.drop_index(op.f("ix_payment_settled_at"), table_name="payment")
    op.drop_index(op.f("ix_payment_invoice_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(
        "ix_notification_due",
        table_name="notification",
        sqlite_where=sa.text("status IN ('queued', 'sending')"),
        postgresql_where=sa.text("status IN ('queued', 'sending')"),
    )
    op.drop_index(op.f("ix_notification_appointment_id"), table_name="notification")
    op.drop_table("notification")
    op.drop_index(op.f("ix_invoice_movement_invoice_id"), table_name="invoice_movement")
    op.drop_index(op.f("ix_invoice_movement_at"), table_name="invoice_movement")
    op.drop_table("invoice_movement")
    op.drop_table("invoice_line")
    op.drop_index(op.f("ix_invoice_patient_id"), table_name="invoice")
    op.drop_index(op.f("ix_invoice_issued_on_id"), table_name="invoice")
    op.drop_table("invoice")
    op.drop_table("invoice_series")
    op.drop_table("card_reader")
    op.drop_table("worker_heartbeat")
