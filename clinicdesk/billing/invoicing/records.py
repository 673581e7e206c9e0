"""Invoices that are still being put together."""

from dataclasses import dataclass
from datetime import date, datetime

from clinicdesk.billing.records import InvoiceLineRecord, TaxGroup
from clinicdesk.money import Money, TaxMode


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as it was typed; `service_id` where it comes from the price list.

    A discount is either whole percent of the line or an amount off it, and needs its reason.
    """

    description: str
    quantity: int
    unit_price: Money
    tax_basis_points: int = 0
    tax_mode: TaxMode = TaxMode.INCLUSIVE
    service_id: int | None = None
    discount_percent: int = 0
    discount: Money | None = None
    discount_reason: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice before it has a number; None as `due_on` is the clinic's term."""

    clinic_id: int
    patient_id: int
    lines: tuple[DraftLine, ...]
    appointment_id: int | None = None
    doctor_id: int | None = None
    note: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class PricedDraft:
    """What a draft comes to."""

    lines: tuple[InvoiceLineRecord, ...]
    taxes: tuple[TaxGroup, ...]
    net: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True)
class UninvoicedVisit:
    """A finished visit without an invoice, and the draft that its invoice would begin as."""

    starts_at: datetime
    time_zone: str
    service_name: str
    draft: InvoiceDraft
