"""Invoices as screens and paper see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.money import Money, TaxMode


class InvoiceState(StrEnum):
    """Where an invoice stands, worked out from its ledger and its due day."""

    DUE = "due"
    OVERDUE = "overdue"
    PART_PAID = "part paid"
    PAID = "paid"
    REFUNDED = "refunded"
    CREDITED = "credited"


class InvoiceKind(StrEnum):
    """What an invoice is for: what was done, money ahead of a visit, or a visit that was missed."""

    INVOICE = "invoice"
    DEPOSIT = "deposit"
    FEE = "fee"


class Series(StrEnum):
    """Which papers are numbered together: deposits and fees are invoices."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"


class MovementKind(StrEnum):
    """What a line of the ledger tells; REFUND_UNDONE takes back a refund that failed.

    A CREDIT_NOTE waives. CREDIT_OUT and CREDIT_IN are the two ends of a credit that was moved.
    DISPUTED is what a bank took back for a cardholder, DISPUTE_WON what it returned after all.
    """

    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_UNDONE = "refund undone"
    CREDIT_NOTE = "credit note"
    CREDIT_OUT = "credit out"
    CREDIT_IN = "credit in"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute won"


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums of an invoice's ledger, in minor units of one currency.

    `taken` is what came in, from the patient, as credit, or back from a dispute, less what left as
    credit or by a dispute. `waived` is what need not be paid any more, because it was given back
    for good or a credit note says so; `credited` is the part of it that credit notes make up.
    """

    total: int
    taken: int = 0
    given_back: int = 0
    waived: int = 0
    credited: int = 0

    @property
    def paid(self) -> int:
        """What was taken less what was given back."""
        return self.taken - self.given_back

    @property
    def due(self) -> int:
        """What is still owed; negative when more was paid than was owed."""
        return self.total - self.waived - self.paid

    def credit(self, kind: InvoiceKind) -> int:
        """Give what may be moved to other invoices: all of a deposit, else what is too much."""
        return max(0, self.paid if kind is InvoiceKind.DEPOSIT else -self.due)


@dataclass(frozen=True, slots=True)
class InvoiceLineRecord:
    """One line; the amounts but `unit_price` are of the whole line, after its `discount`.

    `tax_mode` says whether `unit_price` and `discount` hold the tax. `credited` is what credit
    notes took off the total.
    """

    description: str
    quantity: int
    unit_price: Money
    tax_basis_points: int
    net: Money
    tax: Money
    total: Money
    discount: Money
    tax_mode: TaxMode = TaxMode.INCLUSIVE
    discount_reason: str = ""
    service_id: int | None = None
    id: int = 0
    credited: int = 0


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """What bears one rate of tax on an invoice; exempt lines are a group of their own."""

    tax_basis_points: int
    is_exempt: bool
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice in a list: `paid` is what was taken less what was given back."""

    id: int
    number: str
    issued_on: date
    patient_id: int
    patient_name: str
    doctor_name: str
    total: Money
    paid: Money
    due: Money
    state: InvoiceState
    kind: InvoiceKind = InvoiceKind.INVOICE


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A payment (positive) or refund (negative) that counts, in words for a person.

    `kind`, `means` and the clinic's day `on` are what the words were made of.
    """

    at: datetime
    text: str
    amount: Money
    kind: MovementKind | None = None
    means: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """A whole invoice.

    `credited` is what credit notes took off. `credit` is what may be moved to other invoices: what
    was paid on a deposit, or what was paid too much.
    """

    id: int
    number: str
    clinic_id: int
    patient_id: int
    appointment_id: int | None
    patient_name: str
    billed_name: str
    billed_address: str
    doctor_name: str
    specialty: str
    visit_at: datetime | None
    time_zone: str
    issued_on: date
    due_on: date
    lines: tuple[InvoiceLineRecord, ...]
    net: Money
    tax: Money
    total: Money
    ledger: tuple[LedgerEntry, ...]
    paid: Money
    due: Money
    state: InvoiceState
    credited: Money
    credit: Money
    kind: InvoiceKind = InvoiceKind.INVOICE
    note: str = ""


@dataclass(frozen=True, slots=True)
class VisitMoney:
    """What a visit costs: `due` is what is still to be paid, before the invoice its price."""

    invoice_id: int | None
    due: Money
    paid: Money

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to pay or to invoice."""
        return self.due.minor <= 0


@dataclass(frozen=True, slots=True)
class BillingSummary:
    """The figures above the list of invoices, for one clinic and its day."""

    taken_today: Money
    payments_today: int
    outstanding: Money
    open_invoices: int
    refunded_this_month: Money
