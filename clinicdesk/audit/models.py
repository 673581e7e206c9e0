"""The audit log: one row per change, chained by a keyed hash."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Json


class AuditEntry(Base):
    """Who did what, when, to which row. `details` holds ids, states and amounts, never names."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "entity", "entity_id"), STRICT)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    desk: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[int]
    details: Mapped[Any] = mapped_column(Json())
    mac: Mapped[bytes]


class AuditHead(Base):
    """The newest entry's number and hash; its one row is locked by every writer on PostgreSQL."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    mac: Mapped[bytes]
