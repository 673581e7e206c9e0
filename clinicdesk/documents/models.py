"""The clinic's logo, and which papers have been handed out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice
from clinicdesk.documents.records import Paper


class ClinicLogo(Base):
    """The picture at the head of a clinic's papers, as JPEG."""

    __tablename__ = "clinic_logo"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinic.id"), primary_key=True, autoincrement=False
    )
    jpeg: Mapped[bytes]
    width_px: Mapped[int]
    height_px: Mapped[int]


class PrintedPaper(Base):
    """A paper that was printed or sent; what comes after the first is marked as a copy."""

    __tablename__ = "printed_paper"
    __table_args__ = (Index(None, "paper", "item_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[Paper] = mapped_column(Choice(Paper))
    item_id: Mapped[int]
    printed_at: Mapped[datetime]
    desk: Mapped[str]
    printed_by: Mapped[str]
