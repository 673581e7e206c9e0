"""One payment over several invoices: what each gets of it, and what of a refund comes off each.

The main invoice gets what is left when the shares of the others are taken off. Refunds come off the
main one first, then off the others in the order of their ids.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from clinicdesk.billing.ledger import balance_of, lock_invoice
from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.database.session import Transaction
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.payments.links.queries import LIVE
from clinicdesk.payments.models import Payment, PaymentClaim, PaymentLink, PaymentShare, Refund
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    OtherClinicError,
    OtherFamilyError,
    PaymentInProgressError,
    PaymentLinkOpenError,
    RefundTooLargeError,
)
from clinicdesk.payments.records import OPEN
from clinicdesk.payments.rules import check_amount

NO_SHARES: Mapping[int, Money] = {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to pay: `amount` in all, of it `shares` for other invoices by their ids.

    With `keeps_surplus` more than is due may be paid on the main invoice, as the patient's credit.
    """

    invoice_id: int
    amount: Money
    shares: Mapping[int, Money] = field(default_factory=dict)
    keeps_surplus: bool = False

    @property
    def main(self) -> Money:
        """What the main invoice gets."""
        return self.amount - sum(self.shares.values(), Money(0, self.amount.currency))


def check_wanted(transaction: Transaction, wanted: Wanted) -> None:
    """Lock every invoice that is to be paid, and let pass what may be taken for them now.

    Raises:
        PaymentInProgressError: an attempt for one of them is open.
        OtherClinicError, OtherFamilyError: they are not all of one clinic, or of one family.
        NothingDueError, MoreThanDueError, AmountInvalidError, UnknownInvoiceError: as named.
    """
    session = transaction.session
    invoices = lock_invoices(transaction, {wanted.invoice_id, *wanted.shares})
    for invoice_id in invoices:
        desk = paying_desk(session, invoice_id)
        if desk is not None:
            raise PaymentInProgressError(desk)
    if len({invoice.clinic_id for invoice in invoices.values()}) > 1:
        raise OtherClinicError
    if len({_payer(session, invoice) for invoice in invoices.values()}) > 1:
        raise OtherFamilyError
    main = invoices[wanted.invoice_id]
    if wanted.invoice_id in wanted.shares or any(
        share.currency != wanted.amount.currency for share in wanted.shares.values()
    ):
        raise AmountInvalidError("What is paid together is of one currency, each invoice once.")
    _check(session, main, wanted.main, keeps_surplus=wanted.keeps_surplus)
    for invoice_id, share in wanted.shares.items():
        _check(session, invoices[invoice_id], share)


def lock_invoices(transaction: Transaction, ids: Collection[int]) -> dict[int, Invoice]:
    """Lock invoices in the order of their ids, so that two desks never wait for each other."""
    return {invoice_id: lock_invoice(transaction, invoice_id) for invoice_id in sorted(ids)}


def paying_desk(session: Session, invoice_id: int) -> str | None:
    """Give the desk whose attempt for an invoice is open, None if there is no such attempt."""
    shared = select(PaymentShare.payment_id).where(PaymentShare.invoice_id == invoice_id)
    return session.scalar(
        select(Payment.desk)
        .where(
            (Payment.invoice_id == invoice_id) | Payment.id.in_(shared),
            Payment.status.in_(OPEN),
        )
        .limit(1)
    )


def add_shares(session: Session, payment: Payment, shares: Mapping[int, Money]) -> None:
    """Write down what of a payment is for other invoices than its own."""
    for invoice_id, share in shares.items():
        session.add(
            PaymentShare(payment_id=payment.id, invoice_id=invoice_id, amount_minor=share.minor)
        )
    session.flush()


def claim(session: Session, payment: Payment) -> None:
    """Hold every invoice of an open attempt; the database refuses one that another attempt holds.

    Raises:
        IntegrityError: another attempt holds one of them.
    """
    for invoice_id in parts_of(session, payment):
        session.add(PaymentClaim(invoice_id=invoice_id, payment_id=payment.id))
    session.flush()


def release(session: Session, payment_id: int) -> None:
    """Let the invoices of an attempt go, in the transaction that writes its outcome down."""
    session.execute(delete(PaymentClaim).where(PaymentClaim.payment_id == payment_id))


def parts_of(session: Session, payment: Payment) -> dict[int, int]:
    """Give what each invoice gets of a payment in minor units, the main one first."""
    rows = session.execute(
        select(PaymentShare.invoice_id, PaymentShare.amount_minor)
        .where(PaymentShare.payment_id == payment.id)
        .order_by(PaymentShare.invoice_id)
    ).all()
    others = {row.invoice_id: row.amount_minor for row in rows}
    return {payment.invoice_id: payment.amount_minor - sum(others.values()), **others}


def matter_of(what: str, row_id: int, *, invoice_id: int, main_id: int) -> str:
    """Name a movement of a payment or refund: "payment:12", on another invoice "payment:12:34"."""
    return f"{what}:{row_id}" if invoice_id == main_id else f"{what}:{row_id}:{invoice_id}"


def refundable_parts(session: Session, payment: Payment) -> dict[int, int]:
    """Give what of a payment still lies on each of its invoices, in minor units, main one first.

    What was given back is off; so is what left as credit or was taken back by a bank.
    """
    parts = parts_of(session, payment)
    refunds = session.scalars(select(Refund.id).where(Refund.payment_id == payment.id)).all()
    left = {}
    for invoice_id, minor in parts.items():
        matters = [
            matter_of("refund", refund_id, invoice_id=invoice_id, main_id=payment.invoice_id)
            for refund_id in refunds
        ]
        moved = session.scalar(
            select(func.coalesce(func.sum(InvoiceMovement.money_minor), 0)).where(
                InvoiceMovement.matter.in_(matters)
            )
        )
        on_it = balance_of(session, session.get_one(Invoice, invoice_id)).paid
        left[invoice_id] = max(0, min(minor + int(moved or 0), on_it))
    return left


def allotted(amount_minor: int, left: Mapping[int, int], currency: str) -> dict[int, int]:
    """Share an amount out: each gets as much as is left of it, in the order given.

    Raises:
        RefundTooLargeError: there is less left than that.
    """
    shares, rest = {}, amount_minor
    for key, most in left.items():
        part = min(rest, most)
        if part:
            shares[key] = part
        rest -= part
    if rest:
        raise RefundTooLargeError(Money(amount_minor - rest, currency))
    return shares


def gone(amount_minor: int, left: Mapping[int, int]) -> dict[int, int]:
    """Share out what has left already, whatever lies on the invoices; the first one gets the rest.

    `left` is what lies on each, at least one of them.
    """
    shares, rest = {}, amount_minor
    for key, most in left.items():
        part = min(rest, most)
        if part:
            shares[key] = part
        rest -= part
    first = next(iter(left))
    if rest:
        shares[first] = shares.get(first, 0) + rest
    return shares


def check_no_link(session: Session, wanted: Wanted) -> None:
    """Let pass what no payment link is open for; the caller has locked the invoices.

    Raises:
        PaymentLinkOpenError: one of the invoices can still be paid by a link.
    """
    found = session.scalar(
        select(PaymentLink.id)
        .where(
            PaymentLink.invoice_id.in_([wanted.invoice_id, *wanted.shares]),
            PaymentLink.state.in_(LIVE),
        )
        .limit(1)
    )
    if found is not None:
        raise PaymentLinkOpenError


def _payer(session: Session, invoice: Invoice) -> int:
    """Give who pays a patient's bills: the guarantor, or the patient."""
    patient = session.get_one(Patient, invoice.patient_id)
    return patient.guarantor_id or patient.id


def _check(
    session: Session, invoice: Invoice, amount: Money, *, keeps_surplus: bool = False
) -> None:
    due = Money(balance_of(session, invoice).due, invoice.currency)
    check_amount(amount, due, keeps_surplus=keeps_surplus)


def shares_between(amount: Money, dues: Sequence[tuple[int, Money]]) -> dict[int, Money]:
    """Share an amount over what is due on several invoices, the first ones first.

    What is more than all of it is left to the first.
    """
    shares, rest = {}, amount.minor
    for invoice_id, due in dues:
        part = max(0, min(rest, due.minor))
        if part:
            shares[invoice_id] = Money(part, amount.currency)
        rest -= part
    if rest > 0 and dues:
        first = dues[0][0]
        shares[first] = shares.get(first, Money(0, amount.currency)) + Money(rest, amount.currency)
    return shares
