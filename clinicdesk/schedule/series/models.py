"""Series of appointments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice
from clinicdesk.schedule.series.records import Frequency


class AppointmentSeries(Base):
    """How a series was meant to recur; its visits are appointments that name it."""

    __tablename__ = "appointment_series"
    __table_args__ = (CheckConstraint("every BETWEEN 1 AND 366", name="every"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(Choice(Frequency))
    every: Mapped[int]
    weekdays: Mapped[int]
    visits: Mapped[int | None]
    until_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
