"""Saved views of the calendar."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base


class CalendarView(Base):
    """A person's view on a function key, 0 for the one left last; `body` is the view as JSON."""

    __tablename__ = "calendar_view"
    __table_args__ = (CheckConstraint("key = 0 OR key BETWEEN 3 AND 12", name="key"), STRICT)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    body: Mapped[str]
