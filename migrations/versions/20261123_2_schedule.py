"""Hours and appointments, with the rule that no two hold the same slot."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_2_schedule"
down_revision = "20261123_1_people_and_places"
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
        ["doctor_id", "busy_from_at", "busy_until_at"],
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
        ["room_id", "starts_at", "ends_at"],
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
    rules = SQLITE_RULES if op.get_bind().dialect.name == "sqlite" else POSTGRES_RULES
    for rule in rules:
        op.execute(sa.text(rule.replace(":", "\\:")))


def downgrade() -> None:
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
