"""Credit notes as screens and paper see them."""

from dataclasses import dataclass
from datetime import date

from clinicdesk.money import Money, TaxMode


@dataclass(frozen=True, slots=True)
class CreditNoteLineRecord:
    """What a credit note takes off one line of its invoice; amounts are positive."""

    invoice_line_id: int
    description: str
    tax_basis_points: int
    tax_mode: TaxMode
    net: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True)
class CreditNoteRecord:
    """A whole credit note."""

    id: int
    number: str
    clinic_id: int
    invoice_id: int
    invoice_number: str
    invoice_issued_on: date
    billed_name: str
    billed_address: str
    issued_on: date
    reason: str
    lines: tuple[CreditNoteLineRecord, ...]
    net: Money
    tax: Money
    total: Money
