"""Which events of the card provider have been dealt with."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base


class ProviderCursor(Base):
    """How far the provider's list of events has been read: one row."""

    __tablename__ = "provider_cursor"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str]
    happened_at: Mapped[datetime]
    read_at: Mapped[datetime]


class HandledEvent(Base):
    """An event that was dealt with; it is dealt with once, by whichever way it is heard of."""

    __tablename__ = "provider_event"
    __table_args__ = (Index(None, "happened_at"), STRICT)

    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    happened_at: Mapped[datetime]
    handled_at: Mapped[datetime]
