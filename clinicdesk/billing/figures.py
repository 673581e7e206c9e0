"""Adds up the figures above the list of invoices, and what one patient owes."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.billing.records import BillingSummary, MovementKind
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day, day_bounds, local_instant
from clinicdesk.money import Money

REFUNDS = (MovementKind.REFUND, MovementKind.REFUND_UNDONE)


def billing_summary(session: Session, clinic_id: int, *, now: datetime) -> BillingSummary:
    """Give the figures of a clinic for the day that it is there at `now`."""
    clinic = session.get_one(Clinic, clinic_id)
    today = clinic_day(now, clinic.time_zone)
    day_from, day_until = day_bounds(today, clinic.time_zone)
    month_from = local_instant(today.replace(day=1), 0, clinic.time_zone)
    month_until = local_instant(_next_month(today), 0, clinic.time_zone)
    taken, payments = _moved(session, clinic_id, (MovementKind.PAYMENT,), day_from, day_until)
    refunded, _ = _moved(session, clinic_id, REFUNDS, month_from, month_until)
    debts = _debts().where(Invoice.clinic_id == clinic_id).subquery()
    outstanding, count = session.execute(
        select(func.coalesce(func.sum(debts.c.due), 0), func.count())
    ).one()
    return BillingSummary(
        taken_today=Money(taken, clinic.currency),
        payments_today=payments,
        outstanding=Money(int(outstanding), clinic.currency),
        open_invoices=count,
        refunded_this_month=Money(-refunded, clinic.currency),
    )


def patient_debt(session: Session, patient_id: int) -> Money | None:
    """Give what a patient owes altogether; None for one who never had an invoice.

    Invoices in other currencies than the newest are left out: two currencies cannot be added.
    """
    newest = session.scalar(
        select(Invoice.currency)
        .where(Invoice.patient_id == patient_id)
        .order_by(Invoice.id.desc())
        .limit(1)
    )
    if newest is None:
        return None
    debts = _debts().where(Invoice.patient_id == patient_id, Invoice.currency == newest).subquery()
    owed = session.scalar(select(func.coalesce(func.sum(debts.c.due), 0)))
    return Money(int(owed or 0), newest)


def debts_of_patients(session: Session, patient_ids: Collection[int]) -> dict[int, Money]:
    """Give what each patient who owes something owes, by the patient's id.

    Of a patient with debts in two currencies the larger sum is given.
    """
    debts = (
        select(Invoice.patient_id, Invoice.currency, _due().label("due"))
        .outerjoin(InvoiceMovement, InvoiceMovement.invoice_id == Invoice.id)
        .where(Invoice.patient_id.in_(patient_ids))
        .group_by(Invoice.id)
        .having(_due() > 0)
        .subquery()
    )
    owed = func.sum(debts.c.due)
    rows = session.execute(
        select(debts.c.patient_id, debts.c.currency, owed)
        .group_by(debts.c.patient_id, debts.c.currency)
        .order_by(owed)
    )
    return {patient_id: Money(int(due), currency) for patient_id, currency, due in rows}


def _debts() -> Select[int, int]:
    """Select each invoice on which something is still owed."""
    return (
        select(Invoice.id, _due().label("due"))
        .outerjoin(InvoiceMovement, InvoiceMovement.invoice_id == Invoice.id)
        .group_by(Invoice.id)
        .having(_due() > 0)
    )


def _due() -> ColumnElement[int]:
    moved = InvoiceMovement.money_minor + InvoiceMovement.waived_minor
    return Invoice.total_minor - func.coalesce(func.sum(moved), 0)


def _moved(
    session: Session,
    clinic_id: int,
    kinds: tuple[MovementKind, ...],
    from_at: datetime,
    until_at: datetime,
) -> tuple[int, int]:
    total, count = session.execute(
        select(func.coalesce(func.sum(InvoiceMovement.money_minor), 0), func.count())
        .join(Invoice, Invoice.id == InvoiceMovement.invoice_id)
        .where(
            Invoice.clinic_id == clinic_id,
            InvoiceMovement.kind.in_(kinds),
            InvoiceMovement.at >= from_at,
            InvoiceMovement.at < until_at,
        )
    ).one()
    return int(total), count


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
