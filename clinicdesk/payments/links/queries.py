"""Reads payment links."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.billing.models import Invoice
from clinicdesk.money import Money
from clinicdesk.payments.links.records import PaymentLinkRecord
from clinicdesk.payments.models import PaymentLink
from clinicdesk.payments.records import LinkState

LIVE = (LinkState.NEW, LinkState.OPEN, LinkState.CLOSING)


def link_record(session: Session, link_id: int) -> PaymentLinkRecord:
    """Give a link, which must be there."""
    link = session.get_one(PaymentLink, link_id, populate_existing=True)
    invoice = session.get_one(Invoice, link.invoice_id)
    return PaymentLinkRecord(
        id=link.id,
        invoice_id=link.invoice_id,
        invoice_number=invoice.number,
        amount=Money(link.amount_minor, link.currency),
        state=link.state,
        url=link.url,
        created_at=link.created_at,
        closed_at=link.closed_at,
    )


def newest_link_of(session: Session, invoice_id: int) -> PaymentLinkRecord | None:
    """Give the newest link of an invoice, None if it never had one."""
    found = session.scalar(
        select(PaymentLink.id)
        .where(PaymentLink.invoice_id == invoice_id)
        .order_by(PaymentLink.id.desc())
        .limit(1)
    )
    return None if found is None else link_record(session, found)


def live_link_ids(session: Session, invoice_ids: Collection[int] | None = None) -> tuple[int, ...]:
    """List the links that can still be paid, oldest first, of some invoices if asked."""
    query = select(PaymentLink.id).where(PaymentLink.state.in_(LIVE)).order_by(PaymentLink.id)
    if invoice_ids is not None:
        query = query.where(PaymentLink.invoice_id.in_(invoice_ids))
    return tuple(session.scalars(query))


def live_link_url(session: Session, invoice_id: int) -> str:
    """Give where an invoice can be paid now, "" where it has no open link."""
    found = session.scalar(
        select(PaymentLink.url).where(
            PaymentLink.invoice_id == invoice_id, PaymentLink.state == LinkState.OPEN
        )
    )
    return found or ""
