"""What was found at the card provider and is missing in the clinic's books."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Json


class ProviderMode(Base):
    """In which mode the clinic's books are kept, test or live: one row, from the first contact."""

    __tablename__ = "provider_mode"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_live: Mapped[bool]
    noted_at: Mapped[datetime]


class UnmatchedCharge(Base):
    """Money that the provider took and that no payment here tells of, until somebody settles it.

    `payment_id` is the payment made of it; without one, `note` says why it is none of the clinic's
    invoices.
    """

    __tablename__ = "unmatched_charge"
    __table_args__ = (Index(None, "settled_at"), STRICT)

    intent_id: Mapped[str] = mapped_column(primary_key=True)
    amount_minor: Mapped[int]
    refunded_minor: Mapped[int]
    currency: Mapped[str]
    card_brand: Mapped[str]
    card_last4: Mapped[str]
    charged_at: Mapped[datetime]
    found_at: Mapped[datetime]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    note: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str]


class Comparison(Base):
    """One comparison of a span of time with the provider's list, and what differed.

    `unreadable` are intents that fit no rule here. It was `after_absence` where the provider no
    longer listed what had happened since it was last asked.
    """

    __tablename__ = "provider_comparison"
    __table_args__ = (Index(None, "until_at"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    compared_at: Mapped[datetime]
    currency: Mapped[str]
    ours_minor: Mapped[int]
    theirs_minor: Mapped[int]
    missing_here: Mapped[Any] = mapped_column(Json())
    missing_there: Mapped[Any] = mapped_column(Json())
    unreadable: Mapped[Any] = mapped_column(Json())
    after_absence: Mapped[bool]
    agrees: Mapped[bool]
