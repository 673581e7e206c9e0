"""Tills: opened with a float, counted, signed and then final."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.billing.guard import FUNCTION, attach, postgres_refusal, sqlite_refusal
from clinicdesk.database.base import STRICT, Base, Choice, Json
from clinicdesk.payments.till.records import Drawer


class TillSession(Base):
    """A till from its opening to its close; one is open for a clinic at a time.

    It counts what has moved since `counts_from_at`, the close of the one before, so that nothing
    falls between two tills. `card_check` is what the card provider knew when it was signed, `loose`
    what was still open then, and `loose_reason` why it was signed all the same.
    """

    __tablename__ = "till_session"
    __table_args__ = (
        CheckConstraint("float_minor >= 0", name="float"),
        CheckConstraint("(closed_at IS NULL) = (counted_minor IS NULL)", name="count"),
        Index(
            "uq_till_session_open",
            "clinic_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(None, "clinic_id", "closed_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    currency: Mapped[str]
    float_minor: Mapped[int]
    counts_from_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str]
    counted: Mapped[Any] = mapped_column(Json())
    counted_minor: Mapped[int | None]
    expected_minor: Mapped[int | None]
    left_minor: Mapped[int | None]
    reason: Mapped[str]
    audit_seq: Mapped[int | None]
    audit_mark: Mapped[str]
    closed_by_id: Mapped[int | None]
    card_check: Mapped[Any | None] = mapped_column(Json())
    loose: Mapped[Any | None] = mapped_column(Json())
    loose_reason: Mapped[str] = mapped_column(server_default="")


class TillDrawer(Base):
    """Cash put into or taken out of the drawer without an invoice."""

    __tablename__ = "till_drawer"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), index=True)
    kind: Mapped[Drawer] = mapped_column(Choice(Drawer))
    amount_minor: Mapped[int]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


attach(TillSession, "postgresql", [FUNCTION])
_CLOSED = "OLD.closed_at IS NOT NULL"
for _dialect, _refusal in (("sqlite", sqlite_refusal), ("postgresql", postgres_refusal)):
    attach(
        TillSession,
        _dialect,
        [_refusal("till_session", "UPDATE", when=_CLOSED), _refusal("till_session", "DELETE")],
    )
    attach(TillDrawer, _dialect, [_refusal("till_drawer", verb) for verb in ("UPDATE", "DELETE")])
