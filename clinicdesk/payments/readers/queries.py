"""Reads card readers, and what of an invoice a reader may show."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.billing.ledger import balance_of
from clinicdesk.billing.models import Invoice, InvoiceLine
from clinicdesk.clinics.models import Clinic
from clinicdesk.money import Money
from clinicdesk.payments.models import CardReader, Payment
from clinicdesk.payments.readers.errors import ReaderNameError, UnknownReaderError
from clinicdesk.payments.readers.gateway import Cart, CartLine, Place
from clinicdesk.payments.records import OPEN, ReaderRecord

LONGEST_TEXT = 100
LEFT_TO_PAY = "Left to pay"


def readers_of_clinic(session: Session, clinic_id: int) -> tuple[ReaderRecord, ...]:
    """List the card readers in use at a clinic, by name."""
    rows = session.scalars(
        select(CardReader)
        .where(CardReader.clinic_id == clinic_id, CardReader.is_active)
        .order_by(CardReader.label, CardReader.id)
    )
    return tuple(ReaderRecord(row.id, row.clinic_id, row.label) for row in rows)


def reader_in_use(session: Session, reader_id: int) -> CardReader:
    """Give a reader.

    Raises:
        UnknownReaderError: there is none of that id in use.
    """
    row = session.get(CardReader, reader_id)
    if row is None or not row.is_active:
        raise UnknownReaderError
    return row


def free_label(session: Session, label: str, *, clinic_id: int, but: int = 0) -> str:
    """Give a name for a reader as it is kept.

    Raises:
        ReaderNameError: it is empty, or another reader of the clinic has it.
    """
    name = " ".join(label.split())
    if not name:
        raise ReaderNameError
    taken = session.scalar(
        select(CardReader.id).where(
            CardReader.clinic_id == clinic_id,
            CardReader.is_active,
            CardReader.label == name,
            CardReader.id != but,
        )
    )
    if taken is not None:
        raise ReaderNameError("Another reader of this clinic has that name.")
    return name


def desk_paying_on(session: Session, reader_id: int) -> str | None:
    """Give the desk whose open payment a reader is for, None if there is none."""
    return session.scalar(
        select(Payment.desk).where(Payment.reader_id == reader_id, Payment.status.in_(OPEN))
    )


def place_of(session: Session, clinic_id: int) -> Place:
    """Give a clinic's address as the provider wants it, as far as it can be told apart."""
    clinic = session.get_one(Clinic, clinic_id)
    parts = [part.strip() for part in clinic.address.replace("\n", ",").split(",")]
    lines = [part for part in parts if part]
    city, postal_code = _city_and_code(lines[-1]) if len(lines) > 1 else ("", "")
    return Place(clinic.name, clinic.country, lines[0] if lines else "", city, postal_code)


def cart_of(session: Session, invoice_id: int) -> Cart | None:
    """Give what a reader shows for an invoice, None where nothing is due.

    Where a part was paid before only what is left is shown: the lines add up to what is asked for.
    """
    invoice = session.get(Invoice, invoice_id)
    due = balance_of(session, invoice).due if invoice is not None else 0
    if invoice is None or due <= 0:
        return None
    total = Money(due, invoice.currency)
    if due != invoice.total_minor:
        return Cart((CartLine(LEFT_TO_PAY, total),), total)
    rows = session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice_id)
        .order_by(InvoiceLine.position)
    )
    return Cart(tuple(_cart_line(row, invoice.currency) for row in rows), total)


def _cart_line(row: InvoiceLine, currency: str) -> CartLine:
    many = f"{row.quantity} × " if row.quantity > 1 else ""
    return CartLine(f"{many}{row.description}"[:LONGEST_TEXT], Money(row.total_minor, currency))


def _city_and_code(line: str) -> tuple[str, str]:
    """Tell "London N1 2AB" and "10115 Berlin" apart: the words with a figure are the code."""
    words = line.split()
    codes = [word for word in words if any(letter.isdigit() for letter in word)]
    return " ".join(word for word in words if word not in codes), " ".join(codes)
