"""The whole calendar: closures, blocks, equipment, travel, series, holds, shelf, waiting list."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_5_whole_calendar"
down_revision = "20261123_4_final_books"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")

EQUIPMENT_GUARD = "ex_appointment_equipment"
DOCTOR = ("ex_appointment_doctor", "doctor_id", "busy_from_at", "busy_until_at")
ROOM = ("ex_appointment_room", "room_id", "starts_at", "ends_at")
EQUIPMENT = (EQUIPMENT_GUARD, "equipment_id", "starts_at", "ends_at")
SQLITE_GUARD = """CREATE TRIGGER {name}_{verb} BEFORE {verb} ON appointment
WHEN NEW.holds_slot = 1 AND NEW.is_overbooked = 0
BEGIN
  SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
    SELECT 1 FROM appointment AS other
    WHERE other.{key} = NEW.{key} AND {others}
      AND other.{start} > NEW.{start} - 86400000000
      AND other.{start} < NEW.{end} AND other.{end} > NEW.{start});
END"""
FORMER_OTHERS = "other.holds_slot = 1 AND other.id IS NOT NEW.id"
OTHERS = """other.id IS NOT NEW.id
      AND other.holds_slot = 1 AND other.is_overbooked = 0"""
POSTGRES_GUARD = """ALTER TABLE appointment ADD CONSTRAINT ex_appointment_equipment EXCLUDE USING gist
(equipment_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (holds_slot AND NOT is_overbooked)"""


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


def _drop_guards(*rules: tuple[str, str, str, str]) -> None:
    for name, *_ in rules:
        for verb in ("INSERT", "UPDATE"):
            op.execute(sa.text(f"DROP TRIGGER {name}_{verb}"))


def _create_guards(*rules: tuple[str, str, str, str], others: str) -> None:
    for name, key, start, end in rules:
        for verb in ("INSERT", "UPDATE"):
            made = SQLITE_GUARD.format(
                name=name, verb=verb, key=key, start=start, end=end, others=others
            )
            op.execute(sa.text(made))


def upgrade() -> None:
    op.create_table(
        "block_type",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_hard", FLAG, nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_type")),
        sa.UniqueConstraint("name", name=op.f("uq_block_type_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "appointment_series",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("every", INTEGER, nullable=False),
        sa.Column("weekdays", INTEGER, nullable=False),
        sa.Column("visits", INTEGER, nullable=True),
        sa.Column("until_on", DAY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", INTEGER, nullable=True),
        sa.CheckConstraint("every BETWEEN 1 AND 366", name=op.f("ck_appointment_series_every")),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_appointment_series_created_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_series")),
        sqlite_strict=True,
    )
    op.create_table(
        "calendar_view",
        sa.Column("user_id", INTEGER, nullable=False),
        sa.Column("key", INTEGER, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("key = 0 OR key BETWEEN 3 AND 12", name=op.f("ck_calendar_view_key")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_calendar_view_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_calendar_view")),
        sqlite_strict=True,
    )
    op.create_table(
        "clinic_closure",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_on", DAY, nullable=False),
        sa.Column("until_on", DAY, nullable=False),
        sa.Column("starts_minute", INTEGER, nullable=True),
        sa.Column("ends_minute", INTEGER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(starts_minute IS NULL) = (ends_minute IS NULL)",
            name=op.f("ck_clinic_closure_minutes"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_clinic_closure_days")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_closure_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_closure")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_clinic_closure_from_on_until_on"),
        "clinic_closure",
        ["from_on", "until_on"],
        unique=False,
    )
    op.create_table(
        "equipment",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", FLAG, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_equipment_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_equipment_clinic_id_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "travel_time",
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("other_clinic_id", INTEGER, nullable=False),
        sa.Column("minutes", INTEGER, nullable=False),
        sa.CheckConstraint("clinic_id < other_clinic_id", name=op.f("ck_travel_time_once")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 600", name=op.f("ck_travel_time_minutes")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_travel_time_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["other_clinic_id"], ["clinic.id"], name=op.f("fk_travel_time_other_clinic_id_clinic")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "other_clinic_id", name=op.f("pk_travel_time")),
        sqlite_strict=True,
    )
    op.create_table(
        "block_type_service",
        sa.Column("block_type_id", INTEGER, nullable=False),
        sa.Column("service_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["block_type_id"],
            ["block_type.id"],
            name=op.f("fk_block_type_service_block_type_id_block_type"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_block_type_service_service_id_service")
        ),
        sa.PrimaryKeyConstraint("block_type_id", "service_id", name=op.f("pk_block_type_service")),
        sqlite_strict=True,
    )
    op.create_table(
        "calendar_block",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("block_type_id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=True),
        sa.Column("room_id", INTEGER, nullable=True),
        sa.Column("from_on", DAY, nullable=False),
        sa.Column("until_on", DAY, nullable=False),
        sa.Column("weekdays", INTEGER, nullable=False),
        sa.Column("every_weeks", INTEGER, nullable=False),
        sa.Column("starts_minute", INTEGER, nullable=False),
        sa.Column("ends_minute", INTEGER, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.CheckConstraint(
            "doctor_id IS NULL OR room_id IS NULL", name=op.f("ck_calendar_block_owner")
        ),
        sa.CheckConstraint(
            "every_weeks BETWEEN 1 AND 52", name=op.f("ck_calendar_block_every_weeks")
        ),
        sa.CheckConstraint(
            "starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute AND ends_minute <= 2880",
            name=op.f("ck_calendar_block_minutes"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_calendar_block_days")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_calendar_block_weekdays")),
        sa.ForeignKeyConstraint(
            ["block_type_id"],
            ["block_type.id"],
            name=op.f("fk_calendar_block_block_type_id_block_type"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_calendar_block_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_calendar_block_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_calendar_block_room_id_room")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_block")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_calendar_block_clinic_id_from_on"),
        "calendar_block",
        ["clinic_id", "from_on"],
        unique=False,
    )
    op.create_table(
        "disruption",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=True),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("exception_ids", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", INTEGER, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_disruption_span")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_disruption_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_disruption_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_disruption_doctor_id_doctor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disruption")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_disruption_doctor_id"), "disruption", ["doctor_id"], unique=False)
    op.create_table(
        "slot_hold",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("hold_key", sa.Text(), nullable=False),
        sa.Column("user_id", INTEGER, nullable=True),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slot_hold_span")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_slot_hold_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_slot_hold_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_slot_hold_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_hold")),
        sa.UniqueConstraint("hold_key", name=op.f("uq_slot_hold_hold_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_slot_hold_doctor_id_starts_at"),
        "slot_hold",
        ["doctor_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "disruption_case",
        sa.Column("disruption_id", INTEGER, nullable=False),
        sa.Column("appointment_id", INTEGER, nullable=False),
        sa.Column("was_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("handled_at", INSTANT, nullable=True),
        sa.Column("handled_by", sa.Text(), nullable=False),
        sa.Column("proposed_doctor_id", INTEGER, nullable=True),
        sa.Column("proposed_clinic_id", INTEGER, nullable=True),
        sa.Column("proposed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_disruption_case_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_clinic_id"],
            ["clinic.id"],
            name=op.f("fk_disruption_case_proposed_clinic_id_clinic"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_doctor_id"],
            ["doctor.id"],
            name=op.f("fk_disruption_case_proposed_doctor_id_doctor"),
        ),
        sa.ForeignKeyConstraint(
            ["disruption_id"],
            ["disruption.id"],
            name=op.f("fk_disruption_case_disruption_id_disruption"),
        ),
        sa.PrimaryKeyConstraint("disruption_id", "appointment_id", name=op.f("pk_disruption_case")),
        sqlite_strict=True,
    )
    op.create_table(
        "shelf_card",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("appointment_id", INTEGER, nullable=True),
        sa.Column("patient_id", INTEGER, nullable=False),
        sa.Column("service_id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Text(), nullable=False),
        sa.Column("put_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_shelf_card_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_shelf_card_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_shelf_card_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_shelf_card_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_shelf_card_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_card")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_shelf_card_appointment_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_shelf_card_clinic_id"), "shelf_card", ["clinic_id"], unique=False)
    op.create_table(
        "waiting_wish",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("patient_id", INTEGER, nullable=False),
        sa.Column("service_id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=True),
        sa.Column("doctor_id", INTEGER, nullable=True),
        sa.Column("appointment_id", INTEGER, nullable=True),
        sa.Column("weekdays", INTEGER, nullable=False),
        sa.Column("from_minute", INTEGER, nullable=False),
        sa.Column("until_minute", INTEGER, nullable=False),
        sa.Column("from_on", DAY, nullable=True),
        sa.Column("until_on", DAY, nullable=True),
        sa.Column("notice_minutes", INTEGER, nullable=False),
        sa.Column("is_urgent", FLAG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", INTEGER, nullable=True),
        sa.CheckConstraint("until_minute > from_minute", name=op.f("ck_waiting_wish_minutes")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_waiting_wish_weekdays")),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_waiting_wish_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_waiting_wish_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_waiting_wish_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_waiting_wish_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_waiting_wish_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_waiting_wish_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_wish")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_waiting_wish_patient_id"), "waiting_wish", ["patient_id"], unique=False
    )
    op.create_index(
        op.f("ix_waiting_wish_state_created_at"),
        "waiting_wish",
        ["state", "created_at"],
        unique=False,
    )
    op.create_table(
        "slot_offer",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("wish_id", INTEGER, nullable=False),
        sa.Column("clinic_id", INTEGER, nullable=False),
        sa.Column("doctor_id", INTEGER, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", INTEGER, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slot_offer_span")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_slot_offer_clinic_id_clinic")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_slot_offer_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_slot_offer_made_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["waiting_wish.id"], name=op.f("fk_slot_offer_wish_id_waiting_wish")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_offer")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_slot_offer_doctor_id_starts_at"),
        "slot_offer",
        ["doctor_id", "starts_at"],
        unique=False,
    )
    op.create_index(op.f("ix_slot_offer_wish_id"), "slot_offer", ["wish_id"], unique=False)
    _add_reference("appointment", "equipment_id", "equipment")
    _add_reference("appointment", "series_id", "appointment_series")
    op.add_column(
        "appointment", sa.Column("overbooked_reason", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("appointment", sa.Column("cancelled_by", sa.Text(), nullable=True))
    op.add_column("appointment", sa.Column("cancelled_at", INSTANT, nullable=True))
    op.add_column(
        "appointment",
        sa.Column("is_late_cancellation", FLAG, server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "appointment", sa.Column("is_walk_in", FLAG, server_default=sa.false(), nullable=False)
    )
    op.add_column("appointment", sa.Column("called_in_at", INSTANT, nullable=True))
    op.create_index(
        "ix_appointment_equipment_starts",
        "appointment",
        ["equipment_id", "starts_at", "ends_at"],
        unique=False,
        sqlite_where=sa.text("holds_slot = 1"),
        postgresql_where=sa.text("holds_slot"),
    )
    op.create_index(op.f("ix_appointment_series_id"), "appointment", ["series_id"], unique=False)
    op.add_column(
        "availability",
        sa.Column("every_weeks", INTEGER, server_default=sa.text("1"), nullable=False),
    )
    op.add_column(
        "clinic", sa.Column("holiday_region", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "doctor_clinic",
        sa.Column("same_day_places", INTEGER, server_default=sa.text("0"), nullable=False),
    )
    op.add_column("service", sa.Column("minimum_notice_minutes", INTEGER, nullable=True))
    op.add_column("service", sa.Column("horizon_days", INTEGER, nullable=True))
    op.add_column(
        "service", sa.Column("equipment_kind", sa.Text(), server_default="", nullable=False)
    )

    op.create_index(
        "ix_patient_shown", "patient", ["id", "given_name", "family_name"], unique=False
    )
    if op.get_bind().dialect.name == "sqlite":
        # An overbooked visit must not hinder a change of the one that it stands beside.
        _drop_guards(DOCTOR, ROOM)
        _create_guards(DOCTOR, ROOM, EQUIPMENT, others=OTHERS)
    else:
        op.execute(sa.text(POSTGRES_GUARD))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _drop_guards(DOCTOR, ROOM, EQUIPMENT)
        _create_guards(DOCTOR, ROOM, others=FORMER_OTHERS)
    else:
        op.execute(sa.text(f"ALTER TABLE appointment DROP CONSTRAINT {EQUIPMENT_GUARD}"))
    op.drop_index("ix_patient_shown", table_name="patient")
    op.drop_column("service", "equipment_kind")
    op.drop_column("service", "horizon_days")
    op.drop_column("service", "minimum_notice_minutes")
    op.drop_column("doctor_clinic", "same_day_places")
    op.drop_column("clinic", "holiday_region")
    op.drop_column("availability", "every_weeks")
    op.drop_index(op.f("ix_appointment_series_id"), table_name="appointment")
    op.drop_index(
        "ix_appointment_equipment_starts",
        table_name="appointment",
        sqlite_where=sa.text("holds_slot = 1"),
        postgresql_where=sa.text("holds_slot"),
    )
    op.drop_column("appointment", "called_in_at")
    op.drop_column("appointment", "is_walk_in")
    op.drop_column("appointment", "is_late_cancellation")
    op.drop_column("appointment", "cancelled_at")
    op.drop_column("appointment", "cancelled_by")
    op.drop_column("appointment", "overbooked_reason")
    op.drop_column("appointment", "series_id")
    op.drop_column("appointment", "equipment_id")
    op.drop_index(op.f("ix_slot_offer_wish_id"), table_name="slot_offer")
    op.drop_index(op.f("ix_slot_offer_doctor_id_starts_at"), table_name="slot_offer")
    op.drop_table("slot_offer")
    op.drop_index(op.f("ix_waiting_wish_state_created_at"), table_name="waiting_wish")
    op.drop_index(op.f("ix_waiting_wish_patient_id"), table_name="waiting_wish")
    op.drop_table("waiting_wish")
    op.drop_index(op.f("ix_shelf_card_clinic_id"), table_name="shelf_card")
    op.drop_table("shelf_card")
    op.drop_table("disruption_case")
    op.drop_index(op.f("ix_slot_hold_doctor_id_starts_at"), table_name="slot_hold")
    op.drop_table("slot_hold")
    op.drop_index(op.f("ix_disruption_doctor_id"), table_name="disruption")
    op.drop_table("disruption")
    op.drop_index(op.f("ix_calendar_block_clinic_id_from_on"), table_name="calendar_block")
    op.drop_table("calendar_block")
    op.drop_table("block_type_service")
    op.drop_table("travel_time")
    op.drop_table("equipment")
    op.drop_index(op.f("ix_clinic_closure_from_on_until_on"), table_name="clinic_closure")
    op.drop_table("clinic_closure")
    op.drop_table("calendar_view")
    op.drop_table("appointment_series")
    op.drop_table("block_type")
