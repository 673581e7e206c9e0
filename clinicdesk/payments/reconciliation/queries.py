"""Reads what both books say of a span of time, and what is still to be settled."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.money import Money
from clinicdesk.payments.models import Payment
from clinicdesk.payments.reconciliation.models import Comparison, UnmatchedCharge
from clinicdesk.payments.reconciliation.records import ComparisonRecord, UnmatchedRecord
from clinicdesk.payments.records import PaymentMethod, PaymentStatus
from clinicdesk.payments.rules import BRANDS


def known_intents(session: Session, intent_ids: Collection[str]) -> dict[str, int]:
    """Give what is recorded as taken on some intents, in minor units by the intent's id."""
    rows = session.execute(
        select(Payment.intent_id, Payment.amount_minor).where(
            Payment.intent_id.in_(intent_ids), Payment.status == PaymentStatus.COMPLETED
        )
    )
    return {intent_id: minor for intent_id, minor in rows if intent_id is not None}


def taken_here(
    session: Session, currency: str, *, from_at: datetime, until_at: datetime
) -> dict[str, int]:
    """Give what attempts begun in [from_at, until_at) took on cards, by the intent's id.

    Links and charges made elsewhere are written down when they are found, so the provider may have
    begun them before.
    """
    rows = session.execute(
        select(Payment.intent_id, Payment.amount_minor).where(
            Payment.method == PaymentMethod.CARD,
            ~Payment.was_made_elsewhere,
            Payment.status == PaymentStatus.COMPLETED,
            Payment.currency == currency,
            Payment.created_at >= from_at,
            Payment.created_at < until_at,
        )
    )
    return {intent_id: minor for intent_id, minor in rows if intent_id is not None}


def unmatched_charges(session: Session) -> tuple[UnmatchedRecord, ...]:
    """List what is still to be settled, oldest first."""
    rows = session.scalars(
        select(UnmatchedCharge)
        .where(UnmatchedCharge.settled_at.is_(None))
        .order_by(UnmatchedCharge.charged_at, UnmatchedCharge.intent_id)
    )
    return tuple(
        UnmatchedRecord(
            row.intent_id,
            Money(row.amount_minor, row.currency),
            Money(row.refunded_minor, row.currency),
            f"{BRANDS.get(row.card_brand, row.card_brand.title())} •••• {row.card_last4}",
            row.charged_at,
            row.found_at,
        )
        for row in rows
    )


def newest_comparisons(session: Session, *, limit: int) -> tuple[ComparisonRecord, ...]:
    """List the last comparisons, newest first."""
    rows = session.scalars(select(Comparison).order_by(Comparison.id.desc()).limit(limit))
    return tuple(comparison_record(row) for row in rows)


def comparison_record(row: Comparison) -> ComparisonRecord:
    """Give a comparison as screens see it."""
    return ComparisonRecord(
        row.from_at,
        row.until_at,
        row.compared_at,
        Money(row.ours_minor, row.currency),
        Money(row.theirs_minor, row.currency),
        tuple(row.missing_here),
        tuple(row.missing_there),
        tuple(row.unreadable),
        row.after_absence,
        row.agrees,
    )
