"""The clinics, the people who work there, patients, settings and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1_people_and_places"
down_revision = None
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")

SQLITE_RULES = (
    """CREATE VIRTUAL TABLE patient_words USING fts5(
  words, content='patient_search', content_rowid='place', columnsize=0, tokenize='ascii', prefix='1 2 3 4', detail=none)""",
    """CREATE VIRTUAL TABLE patient_digits USING fts5(
  digits, content='patient_search', content_rowid='place', columnsize=0, tokenize='trigram')""",
    """INSERT INTO patient_words(patient_words, rank) VALUES ('secure-delete', 1)""",
    """INSERT INTO patient_digits(patient_digits, rank) VALUES ('secure-delete', 1)""",
    """CREATE TRIGGER patient_search_insert AFTER INSERT ON patient_search BEGIN INSERT INTO patient_words(rowid, words) VALUES (NEW.place, NEW.words); INSERT INTO patient_digits(rowid, digits) VALUES (NEW.place, NEW.digits); END""",
    """CREATE TRIGGER patient_search_update AFTER UPDATE ON patient_search BEGIN INSERT INTO patient_words(patient_words, rowid, words) VALUES ('delete', OLD.place, OLD.words); INSERT INTO patient_digits(patient_digits, rowid, digits) VALUES ('delete', OLD.place, OLD.digits); INSERT INTO patient_words(rowid, words) VALUES (NEW.place, NEW.words); INSERT INTO patient_digits(rowid, digits) VALUES (NEW.place, NEW.digits); END""",
    """CREATE TRIGGER patient_search_delete AFTER DELETE ON patient_search BEGIN INSERT INTO patient_words(patient_words, rowid, words) VALUES ('delete', OLD.place, OLD.words); INSERT INTO patient_digits(patient_digits, rowid, digits) VALUES ('delete', OLD.place, OLD.digits); END""",
)
POSTGRES_RULES = (
    """CREATE EXTENSION IF NOT EXISTS pg_trgm""",
    """CREATE INDEX ix_patient_search_words ON patient_search USING gin ((array_to_tsvector(string_to_array(words, ' '))))""",
    """CREATE INDEX ix_patient_search_digits ON patient_search USING gin (digits gin_trgm_ops)""",
)
SQLITE_DROPS = (
    """DROP TABLE IF EXISTS patient_words""",
    """DROP TABLE IF EXISTS patient_digits""",
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
        "patient_search",
        sa.Column("place", INTEGER, autoincrement=False, nullable=False),
        sa.Column("patient_id", INTEGER, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("digits", sa.Text(), nullable=False),
        sa.CheckConstraint("patient_id BETWEEN 1 AND 16777215", name=op.f("ck_patient_search_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_search_patient_id_patient"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_patient_search")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_patient_search_patient_id")),
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
    rules = SQLITE_RULES if op.get_bind().dialect.name == "sqlite" else POSTGRES_RULES
    for rule in rules:
        op.execute(sa.text(rule.replace(":", "\\:")))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_DROPS:
            op.execute(sa.text(statement))
    op.drop_table("doctor_service")
    op.drop_table("doctor_clinic")
    op.drop_table("user_role")
    op.drop_table("service")
    op.drop_table("room")
    op.drop_table("patient_search")
    op.drop_table("patient_import")
    op.drop_table("doctor")
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
