"""The account of a patient or family, and its statement, as screens and paper see them."""

from dataclasses import dataclass
from datetime import date, datetime

from clinicdesk.billing.records import InvoiceKind
from clinicdesk.money import Money


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """How an account stands in one currency; debts and credits are kept apart.

    `owed` is what is to be paid for what was done, `credit` what was paid ahead or too much, and
    `asked` what deposits still ask for, which nobody owes.
    """

    owed: Money
    credit: Money
    asked: Money


@dataclass(frozen=True, slots=True)
class AccountMember:
    """One member of a family; `balances` are of the member's own invoices."""

    patient_id: int
    number: str
    name: str
    pays: bool
    balances: tuple[AccountBalance, ...]


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice or deposit on which something is still to be paid."""

    id: int
    number: str
    kind: InvoiceKind
    clinic_id: int
    patient_id: int
    patient_name: str
    issued_on: date
    due_on: date
    days_late: int
    total: Money
    due: Money


@dataclass(frozen=True, slots=True)
class Credit:
    """What was paid on a deposit, or too much on an invoice, and can pay for another one."""

    invoice_id: int
    number: str
    kind: InvoiceKind
    clinic_id: int
    patient_id: int
    patient_name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CreditTransferRecord:
    """Credit that was moved; `can_be_undone` tells that it was not moved back yet."""

    id: int
    from_invoice_id: int
    from_number: str
    to_invoice_id: int
    to_number: str
    amount: Money
    moved_at: datetime
    can_be_undone: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One entry of an account: positive raises what is owed, negative lowers it.

    `balance` is what the account comes to after it: debts less credits.
    """

    on: date
    at: datetime
    invoice_id: int
    number: str
    patient_name: str
    text: str
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Account:
    """All that is between the clinic and a family; a patient without one is a family of one.

    `recent` holds the newest entries, newest first.
    """

    patient_id: int
    name: str
    members: tuple[AccountMember, ...]
    balances: tuple[AccountBalance, ...]
    open_invoices: tuple[OpenInvoice, ...]
    credits: tuple[Credit, ...]
    transfers: tuple[CreditTransferRecord, ...]
    recent: tuple[AccountLine, ...]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list: a patient with money owed or in credit, in one currency."""

    patient_id: int
    number: str
    name: str
    phone: str
    open_invoices: int
    oldest_due_on: date | None
    balance: AccountBalance


@dataclass(frozen=True, slots=True)
class Ageing:
    """What is owed, by the days that it is late; the five add up to all that is owed."""

    not_due: Money
    days_1_to_30: Money
    days_31_to_60: Money
    days_61_to_90: Money
    over_90: Money


@dataclass(frozen=True, slots=True)
class CurrencyStatement:
    """A statement's entries in one currency.

    `opening` and the lines make up `closing`, which is `owed` less `credit`. `asked` is what
    deposits still ask for at the end: it is no part of the balance.
    """

    currency: str
    opening: Money
    lines: tuple[AccountLine, ...]
    closing: Money
    owed: Money
    credit: Money
    asked: Money
    ageing: Ageing


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of account from a day to a day, both included.

    It goes to `name` at `address`: the patient, or who pays where it is the family's. `clinic_id`
    is of the newest invoice, None where there never was one.
    """

    patient_id: int
    patient_number: str
    name: str
    address: str
    clinic_id: int | None
    from_on: date
    to_on: date
    made_on: date
    is_of_family: bool
    parts: tuple[CurrencyStatement, ...]
