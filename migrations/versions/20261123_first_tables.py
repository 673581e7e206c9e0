"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_first_tables"
down_revision = None
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")

SQLITE_RULES = (
    """CREATE TRIGGER ex_appointment_doctor_INSERT BEFORE INSERT ON appointment
WHEN NEW.holds_slot = 1 AND NEW.is_overbooked = 0
BEGIN
  SELECT RAISE(ABORT, 'ex_appointment_doctor') WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.doctor_id = NEW.doctor_id AND other.holds_slot = 1 AND other.id IS NOT NEW.id
      AND other.busy_from_at > NEW.busy_from_at - 86400000000
      AND other.busy_from_at < NEW.busy_until_at AND other.busy_until_at > NEW.busy_from_at);
END""",
    """CREATE TRIGGER ex_appointment_doctor_UPDATE BEFORE UPDATE ON appointment
WHEN NEW.holds_slot = 1 AND NEW.is_overbooked = 0
BEGIN
  SELECT RAISE(ABORT, 'ex_appointment_doctor') WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.doctor_id = NEW.doctor_id AND other.holds_slot = 1 AND other.id IS NOT NEW.id
      AND other.busy_from_at > NEW.busy_from_at - 86400000000
      AND other.busy_from_at < NEW.busy_until_at AND other.busy_until_at > NEW.busy_from_at);
END""",
    """CREATE TRIGGER ex_appointment_room_INSERT BEFORE INSERT ON appointment
WHEN NEW.holds_slot = 1 AND NEW.is_overbooked = 0
BEGIN
  SELECT RAISE(ABORT, 'ex_appointment_room') WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.room_id = NEW.room_id AND other.holds_slot = 1 AND other.id IS NOT NEW.id
      AND other.starts_at > NEW.starts_at - 86400000000
      AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at);
END""",
    """CREATE TRIGGER ex_appointment_room_UPDATE BEFORE UPDATE ON appointment
WHEN NEW.holds_slot = 1 AND NEW.is_overbooked = 0
BEGIN
  SELECT RAISE(ABORT, 'ex_appointment_room') WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.room_id = NEW.room_id AND other.holds_slot = 1 AND other.id IS NOT NEW.id
      AND other.starts_at > NEW.starts_at - 86400000000
      AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at);
END""",
)
POSTGRES_RULES = (
    """CREATE EXTENSION IF NOT EXISTS btree_gist""",
    """ALTER TABLE appointment ADD CONSTRAINT ex_appointment_doctor EXCLUDE USING gist
(doctor_id WITH =, tstzrange(busy_from_at, busy_until_at) WITH &&) WHERE (holds_slot AND NOT is_overbooked)""",
    """ALTER TABLE appointment ADD CONSTRAINT ex_appointment_room EXCLUDE USING gist
(room_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (holds_slot AND NOT is_overbooked)""",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", INTEGER, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", INTEGER, nullable=True),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", INTEGER, nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_audit_entry_entity_entity_id"),
        "audit_entry",
        ["entity", "entity_id"],
        unique=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("seq", INTEGER, nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "clinic",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("bank_details", sa.Text(), nullable=False),
        sa.Column("invoice_prefix", sa.Text(), nullable=False),
        sa.Column("step_minutes", INTEGER, nullable=False),
        sa.Column("opens_minute", INTEGER, nullable=False),
        sa.Column("closes_minute", INTEGER, nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.CheckConstraint("step_minutes IN (5, 10, 15, 20, 30)", name=op.f("ck_clinic_step")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
        sa.UniqueConstraint("name", name=op.f("uq_clinic_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "patient",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("import_key", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_key", sa.Text(), nullable=False),
        sa.Column("family_key", sa.Text(), nullable=False),
        sa.Column("born_on", DAY, nullable=True),
        sa.Column("died_on", DAY, nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_digits", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("allows_email", FLAG, nullable=False),
        sa.Column("allows_sms", FLAG, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("import_key", name=op.f("uq_patient_import_key")),
        sa.UniqueConstraint("number", name=op.f("uq_patient_number")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_patient_born_on", "patient", ["born_on", "family_key", "given_key"], unique=False
    )
    op.create_index("ix_patient_given", "patient", ["given_key", "family_key", "id"], unique=False)
    op.create_index("ix_patient_name", "patient", ["family_key", "given_key", "id"], unique=False)
    op.create_table(
        "patient_number",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("next_number", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "setting",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "name", name=op.f("pk_setting")),
        sqlite_strict=True,
    )
    op.create_table(
        "specialty",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialty")),
        sa.UniqueConstraint("name", name=op.f("uq_specialty_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "user_account",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.Column("missed_sign_ins", INTEGER, nullable=False),
        sa.Column("locked_until_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
        sqlite_strict=True,
    )
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
        "doctor",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("user_id", INTEGER, nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("specialty_id", INTEGER, nullable=True),
        sa.Column("accent", INTEGER, nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.ForeignKeyConstraint(
            ["specialty_id"], ["specialty.id"], name=op.f("fk_doctor_specialty_id_specialty")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_doctor_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctor")),
        sa.UniqueConstraint("user_id", name=op.f("uq_doctor_user_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "invoice_series",
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("year", INTEGER, nullable=False),
        sa.Column("next_number", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_invoice_series_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "year", name=op.f("pk_invoice_series")),
        sqlite_strict=True,
    )
    op.create_table(
        "patient_import",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rows", INTEGER, nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("imported_by", INTEGER, nullable=True),
        sa.ForeignKeyConstraint(
            ["imported_by"],
            ["user_account.id"],
            name=op.f("fk_patient_import_imported_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_import")),
        sqlite_strict=True,
    )
    op.create_table(
        "room",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_room_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_room_clinic_id_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "service",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("specialty_id", INTEGER, nullable=True),
        sa.Column("duration_minutes", INTEGER, nullable=False),
        sa.Column("buffer_before_minutes", INTEGER, nullable=False),
        sa.Column("buffer_after_minutes", INTEGER, nullable=False),
        sa.Column("price_minor", INTEGER, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax_basis_points", INTEGER, nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.CheckConstraint("duration_minutes BETWEEN 5 AND 720", name=op.f("ck_service_duration")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_service_price")),
        sa.CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name=op.f("ck_service_tax")),
        sa.ForeignKeyConstraint(
            ["specialty_id"], ["specialty.id"], name=op.f("fk_service_specialty_id_specialty")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("name", name=op.f("uq_service_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", INTEGER, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
        sqlite_strict=True,
    )
    op.create_table(
        "appointment",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("room_id", INTEGER, nullable=True),
        sa.Column("patient_id", INTEGER, nullable=False),
        sa.Column("service_id", INTEGER, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("holds_slot", FLAG, nullable=False),
        sa.Column("is_overbooked", FLAG, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("busy_from_at", INSTANT, nullable=False),
        sa.Column("busy_until_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("in_room_at", INSTANT, nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", INTEGER, nullable=True),
        sa.CheckConstraint(
            "busy_from_at <= starts_at AND busy_until_at >= ends_at",
            name=op.f("ck_appointment_busy"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_span")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_appointment_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_appointment_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_appointment_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_appointment_room_id_room")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_appointment_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("request_key", name=op.f("uq_appointment_request_key")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_appointment_clinic_starts", "appointment", ["clinic_id", "starts_at"], unique=False
    )
    op.create_index(
        "ix_appointment_doctor_busy",
        "appointment",
        ["doctor_id", "busy_from_at"],
        unique=False,
        sqlite_where=sa.text("holds_slot = 1"),
        postgresql_where=sa.text("holds_slot"),
    )
    op.create_index(
        "ix_appointment_patient_starts", "appointment", ["patient_id", "starts_at"], unique=False
    )
    op.create_index(
        "ix_appointment_room_starts",
        "appointment",
        ["room_id", "starts_at"],
        unique=False,
        sqlite_where=sa.text("holds_slot = 1"),
        postgresql_where=sa.text("holds_slot"),
    )
    op.create_table(
        "availability",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("weekday", INTEGER, nullable=False),
        sa.Column("starts_minute", INTEGER, nullable=False),
        sa.Column("ends_minute", INTEGER, nullable=False),
        sa.Column("valid_from_on", DAY, nullable=False),
        sa.Column("valid_until_on", DAY, nullable=True),
        sa.CheckConstraint(
            "ends_minute > starts_minute AND ends_minute <= 2880", name=op.f("ck_availability_end")
        ),
        sa.CheckConstraint("starts_minute BETWEEN 0 AND 1439", name=op.f("ck_availability_start")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_availability_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_availability_doctor_id_doctor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_availability_doctor_id_clinic_id"),
        "availability",
        ["doctor_id", "clinic_id"],
        unique=False,
    )
    op.create_table(
        "availability_exception",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_on", DAY, nullable=False),
        sa.Column("until_on", DAY, nullable=False),
        sa.Column("starts_minute", INTEGER, nullable=True),
        sa.Column("ends_minute", INTEGER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(starts_minute IS NULL) = (ends_minute IS NULL) AND (kind = 'closed' OR starts_minute IS NOT NULL)",
            name=op.f("ck_availability_exception_minutes"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_availability_exception_days")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_availability_exception_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_availability_exception_doctor_id_doctor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_exception")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_availability_exception_doctor_id_from_on"),
        "availability_exception",
        ["doctor_id", "from_on"],
        unique=False,
    )
    op.create_table(
        "doctor_clinic",
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("room_id", INTEGER, nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_doctor_clinic_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_doctor_clinic_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_doctor_clinic_room_id_room")
        ),
        sa.PrimaryKeyConstraint("doctor_id", "clinic_id", name=op.f("pk_doctor_clinic")),
        sqlite_strict=True,
    )
    op.create_table(
        "doctor_service",
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("service_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_doctor_service_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_doctor_service_service_id_service")
        ),
        sa.PrimaryKeyConstraint("doctor_id", "service_id", name=op.f("pk_doctor_service")),
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
    rules = SQLITE_RULES if op.get_bind().dialect.name == "sqlite" else POSTGRES_RULES
    for rule in rules:
        op.execute(sa.text(rule.replace(":", "\\:")))


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
    op.drop_table("invoice_line")
    op.drop_index(op.f("ix_invoice_patient_id"), table_name="invoice")
    op.drop_index(op.f("ix_invoice_issued_on_id"), table_name="invoice")
    op.drop_table("invoice")
    op.drop_table("doctor_service")
    op.drop_table("doctor_clinic")
    op.drop_index(
        op.f("ix_availability_exception_doctor_id_from_on"), table_name="availability_exception"
    )
    op.drop_table("availability_exception")
    op.drop_index(op.f("ix_availability_doctor_id_clinic_id"), table_name="availability")
    op.drop_table("availability")
    op.drop_index(
        "ix_appointment_room_starts",
        table_name="appointment",
        sqlite_where=sa.text("holds_slot = 1"),
        postgresql_where=sa.text("holds_slot"),
    )
    op.drop_index("ix_appointment_patient_starts", table_name="appointment")
    op.drop_index(
        "ix_appointment_doctor_busy",
        table_name="appointment",
        sqlite_where=sa.text("holds_slot = 1"),
        postgresql_where=sa.text("holds_slot"),
    )
    op.drop_index("ix_appointment_clinic_starts", table_name="appointment")
    op.drop_table("appointment")
    op.drop_table("user_role")
    op.drop_table("service")
    op.drop_table("room")
    op.drop_table("patient_import")
    op.drop_table("invoice_series")
    op.drop_table("doctor")
    op.drop_table("card_reader")
    op.drop_table("worker_heartbeat")
    op.drop_table("user_account")
    op.drop_table("specialty")
    op.drop_table("setting")
    op.drop_table("patient_number")
    op.drop_index("ix_patient_name", table_name="patient")
    op.drop_index("ix_patient_given", table_name="patient")
    op.drop_index("ix_patient_born_on", table_name="patient")
    op.drop_table("patient")
    op.drop_table("clinic")
    op.drop_table("audit_head")
    op.drop_index(op.f("ix_audit_entry_entity_entity_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
