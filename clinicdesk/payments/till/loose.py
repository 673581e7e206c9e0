"""Finds what is still open when a day is to be closed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session

from clinicdesk.billing.models import Invoice
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.records import NotificationStatus
from clinicdesk.payments.disputes.models import Dispute
from clinicdesk.payments.models import Payment, PaymentLink, Refund
from clinicdesk.payments.reconciliation.models import UnmatchedCharge
from clinicdesk.payments.records import LinkState, PaymentStatus, RefundStage
from clinicdesk.payments.till.records import Loose, LooseKind
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus

# The worker looks every minute; what has just become due is on its way.
ON_ITS_WAY = timedelta(minutes=10)
ENDED = (AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED)
LIVE = (LinkState.NEW, LinkState.OPEN, LinkState.CLOSING)
WAITING = (NotificationStatus.QUEUED, NotificationStatus.SENDING)


def loose_ends(
    session: Session, clinic_id: int, *, from_at: datetime, until_at: datetime
) -> tuple[Loose, ...]:
    """List what is open of a clinic's till that counts from `from_at` on, the gravest first.

    Charges that nobody knows of, and messages and disputes about no invoice, are of every clinic.
    """
    visits = (
        Appointment.clinic_id == clinic_id,
        Appointment.starts_at >= from_at,
        Appointment.starts_at < until_at,
    )
    found = {
        LooseKind.RUNNING: _payments(session, clinic_id, PaymentStatus.PENDING),
        LooseKind.DOUBTFUL: _payments(session, clinic_id, PaymentStatus.UNKNOWN),
        LooseKind.REFUND: _refunds(
            session, clinic_id, Refund.status.in_((RefundStage.PENDING, RefundStage.UNKNOWN))
        ),
        LooseKind.BOUNCED: _refunds(session, clinic_id, Refund.has_bounced),
        LooseKind.CHARGE: (0,) * _charges(session),
        LooseKind.NO_OUTCOME: _without_outcome(session, visits, until_at=until_at),
        LooseKind.NO_INVOICE: _without_invoice(session, visits),
        LooseKind.MESSAGE: (0,) * _unsent(session, clinic_id, from_at=from_at, until_at=until_at),
        LooseKind.DISPUTE: (0,) * _disputes(session, clinic_id),
        LooseKind.LINK: _links(session, clinic_id),
    }
    return tuple(Loose(kind, len(ids), ids[0]) for kind, ids in found.items() if ids)


def _payments(session: Session, clinic_id: int, status: PaymentStatus) -> Sequence[int]:
    return session.scalars(
        select(Payment.invoice_id)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .where(Payment.status == status, Invoice.clinic_id == clinic_id)
        .order_by(Payment.id)
    ).all()


def _refunds(
    session: Session, clinic_id: int, condition: SQLColumnExpression[bool]
) -> Sequence[int]:
    return session.scalars(
        select(Payment.invoice_id)
        .join(Refund, Refund.payment_id == Payment.id)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .where(condition, Invoice.clinic_id == clinic_id)
        .order_by(Refund.id)
    ).all()


def _charges(session: Session) -> int:
    return session.execute(
        select(func.count())
        .select_from(UnmatchedCharge)
        .where(UnmatchedCharge.settled_at.is_(None))
    ).scalar_one()


def _disputes(session: Session, clinic_id: int) -> int:
    return session.execute(
        select(func.count())
        .select_from(Dispute)
        .outerjoin(Payment, Payment.id == Dispute.payment_id)
        .outerjoin(Invoice, Invoice.id == Payment.invoice_id)
        .where(
            Dispute.closed_at.is_(None),
            or_(Dispute.payment_id.is_(None), Invoice.clinic_id == clinic_id),
        )
    ).scalar_one()


def _links(session: Session, clinic_id: int) -> Sequence[int]:
    return session.scalars(
        select(PaymentLink.invoice_id)
        .join(Invoice, Invoice.id == PaymentLink.invoice_id)
        .where(PaymentLink.state.in_(LIVE), Invoice.clinic_id == clinic_id)
        .order_by(PaymentLink.id)
    ).all()


def _without_outcome(
    session: Session, visits: Sequence[ColumnElement[bool]], *, until_at: datetime
) -> Sequence[int]:
    return session.scalars(
        select(Appointment.id)
        .where(*visits, Appointment.ends_at <= until_at, Appointment.status.not_in(ENDED))
        .order_by(Appointment.starts_at)
    ).all()


def _without_invoice(session: Session, visits: Sequence[ColumnElement[bool]]) -> Sequence[int]:
    return session.scalars(
        select(Appointment.id)
        .outerjoin(Invoice, Invoice.appointment_id == Appointment.id)
        .where(*visits, Appointment.status == AppointmentStatus.COMPLETED, Invoice.id.is_(None))
        .order_by(Appointment.starts_at)
    ).all()


def _unsent(session: Session, clinic_id: int, *, from_at: datetime, until_at: datetime) -> int:
    """Count what failed since `from_at`, and what should have gone long before `until_at`."""
    late = and_(
        Notification.status.in_(WAITING), Notification.next_attempt_at < until_at - ON_ITS_WAY
    )
    failed = and_(Notification.status == NotificationStatus.FAILED, Notification.due_at >= from_at)
    of_clinic = func.coalesce(Appointment.clinic_id, Invoice.clinic_id, clinic_id)
    return session.execute(
        select(func.count())
        .select_from(Notification)
        .outerjoin(Appointment, Appointment.id == Notification.appointment_id)
        .outerjoin(Invoice, Invoice.id == Notification.invoice_id)
        .where(or_(late, failed), of_clinic == clinic_id)
    ).scalar_one()
