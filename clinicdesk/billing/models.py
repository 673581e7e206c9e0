"""Invoices, their lines, their numbers, and the ledger of what was paid and given back."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.billing.records import MovementKind
from clinicdesk.database.base import STRICT, Base, Choice


class InvoiceSeries(Base):
    """The counter of a clinic's invoices in a year; its row is locked while a number is taken.

    `prefix` begins the numbers of that year: no two clinics share it, whatever their settings say.
    """

    __tablename__ = "invoice_series"
    __table_args__ = (UniqueConstraint("year", "prefix"), STRICT)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    prefix: Mapped[str]
    next_number: Mapped[int]


class Invoice(Base):
    """An issued invoice. What is paid is not stored here: it is the sum of its movements."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("clinic_id", "series_year", "series_number"),
        CheckConstraint("total_minor = net_minor + tax_minor", name="sum"),
        Index(None, "patient_id"),
        Index(None, "issued_on", "id"),
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


class InvoiceLine(Base):
    """One line: amounts are of the whole line, rounded once."""

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
