"""Invoices, their lines, their numbers, and the ledger of what was paid and given back."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.billing.records import InvoiceKind, MovementKind, Series
from clinicdesk.database.base import STRICT, Base, Choice
from clinicdesk.money import TaxMode


class NumberSeries(Base):
    """The counter of a clinic's papers of one series in a year; locked while a number is taken.

    `prefix` begins the numbers of that year: no two series share it, whatever the settings say.
    """

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("year", "prefix"), STRICT)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    series: Mapped[Series] = mapped_column(Choice(Series), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    prefix: Mapped[str]
    next_number: Mapped[int]


class Invoice(Base):
    """An issued invoice. What is paid is not stored here: it is the sum of its movements.

    `draft_key` is a UUID of the dialog that made it, so that one click makes one invoice.
    A DEPOSIT asks for money ahead of a visit; a FEE is for one that was missed or cancelled late.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("clinic_id", "series_year", "series_number"),
        CheckConstraint("total_minor = net_minor + tax_minor", name="sum"),
        Index(None, "patient_id"),
        Index(None, "issued_on", "id"),
        Index("uq_invoice_draft_key", "draft_key", unique=True),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    series_year: Mapped[int]
    series_number: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), unique=True)
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctor.id"))
    billed_name: Mapped[str]
    billed_address: Mapped[str]
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[InvoiceKind] = mapped_column(Choice(InvoiceKind), server_default="invoice")
    note: Mapped[str] = mapped_column(server_default="")
    draft_key: Mapped[str | None]


class InvoiceLine(Base):
    """One line: amounts are of the whole line, after its discount, rounded once.

    `unit_price_minor` is before the discount; `tax_mode` says whether it holds the tax.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total_minor = net_minor + tax_minor", name="sum"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    description: Mapped[str]
    quantity: Mapped[int]
    unit_price_minor: Mapped[int]
    tax_basis_points: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    tax_mode: Mapped[TaxMode] = mapped_column(Choice(TaxMode), server_default="inclusive")
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    discount_reason: Mapped[str] = mapped_column(server_default="")


class CreditNote(Base):
    """What corrects an issued invoice: by so much less is owed. Final, like the invoice."""

    __tablename__ = "credit_note"
    __table_args__ = (
        UniqueConstraint("clinic_id", "series_year", "series_number"),
        CheckConstraint("total_minor > 0", name="total"),
        CheckConstraint("total_minor = net_minor + tax_minor", name="sum"),
        Index(None, "invoice_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    series_year: Mapped[int]
    series_number: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    note_key: Mapped[str] = mapped_column(unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    reason: Mapped[str]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CreditNoteLine(Base):
    """One line of a credit note, taken from a line of its invoice; amounts are positive."""

    __tablename__ = "credit_note_line"
    __table_args__ = (
        UniqueConstraint("credit_note_id", "position"),
        CheckConstraint("total_minor = net_minor + tax_minor", name="sum"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_note_id: Mapped[int] = mapped_column(ForeignKey("credit_note.id"))
    invoice_line_id: Mapped[int] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    position: Mapped[int]
    description: Mapped[str]
    quantity: Mapped[int]
    tax_basis_points: Mapped[int]
    tax_mode: Mapped[TaxMode] = mapped_column(Choice(TaxMode))
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]


class CreditTransfer(Base):
    """Credit that was moved from an overpaid or deposit invoice to one on which money is owed."""

    __tablename__ = "credit_transfer"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("from_invoice_id <> to_invoice_id", name="ends"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_key: Mapped[str] = mapped_column(unique=True)
    from_invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    to_invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    moved_at: Mapped[datetime]
    moved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class FeeDecision(Base):
    """What was decided of a missed or late-cancelled visit: charged, or let off with a reason.

    The invoice is not the visit's own, which it may still get where the visit is restored.
    """

    __tablename__ = "fee_decision"
    __table_args__ = (
        CheckConstraint("invoice_id IS NOT NULL OR reason <> ''", name="decision"),
        STRICT,
    )

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointment.id"), primary_key=True, autoincrement=False
    )
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PaymentReminder(Base):
    """A reminder of an unpaid invoice that went out: each level once."""

    __tablename__ = "payment_reminder"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level"), STRICT)

    invoice_id: Mapped[int] = mapped_column(
        ForeignKey("invoice.id"), primary_key=True, autoincrement=False
    )
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str]
    reminded_at: Mapped[datetime]
    reminded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class InvoiceMovement(Base):
    """One line of the ledger: written once, never changed; what was wrong is written back.

    `money_minor` is what came in (positive) or went out (negative), `waived_minor` how much less
    the patient owes by it. `matter` names what moved ("payment:12"), and with `kind` exists once.
    """

    __tablename__ = "invoice_movement"
    __table_args__ = (UniqueConstraint("matter", "kind"), Index(None, "invoice_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    kind: Mapped[MovementKind] = mapped_column(Choice(MovementKind))
    matter: Mapped[str]
    means: Mapped[str]
    money_minor: Mapped[int]
    waived_minor: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)


class DayLock(Base):
    """Up to when a clinic's books are closed: the instant of its last signed till."""

    __tablename__ = "day_lock"
    __table_args__ = (STRICT,)

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinic.id"), primary_key=True, autoincrement=False
    )
    locked_until_at: Mapped[datetime]
