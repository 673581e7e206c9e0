"""A desk whose patients are families with debts, deposits and credit."""

import uuid
from dataclasses import dataclass, field

from clinicdesk.access import Actor
from clinicdesk.app import Services
from clinicdesk.billing.accounts.records import AccountBalance, CreditTransferRecord
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.money import Money
from clinicdesk.patients.records import PatientDetails
from clinicdesk.settings.records import OverdueSettings
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.services import services_over

STRANGER = Actor(None, "Nobody", frozenset())


@dataclass
class AccountDesk(BillingDesk):
    """One clinic; Rosa pays for Leo and Mia, Chloé for herself. With `writes` mail is queued."""

    writes: bool = False
    services: Services = field(init=False)

    def open(self) -> "AccountDesk":
        self.set_up()
        self.services = services_over(self.database, self.clock, writes=self.writes)
        self.rosa = self.patient("Rosa", "Álvarez", email="rosa@example.org")
        self.leo, self.mia = (self.patient(name, "Álvarez") for name in ("Leo", "Mia"))
        for child in (self.leo, self.mia):
            self.set_guarantor(child, self.rosa)
        return self

    def patient(self, given_name: str, family_name: str, *, email: str = "") -> int:
        details = PatientDetails(
            given_name, family_name, email=email, phone="020 7946 0147", address="2 Elm Way"
        )
        return self.services.patients.add(SETUP, details).id

    def set_guarantor(self, patient_id: int, guarantor_id: int | None) -> None:
        version = self.services.families.family(SETUP, patient_id).version
        self.services.families.set_guarantor(
            RECEPTIONIST, patient_id, version=version, guarantor_id=guarantor_id
        )

    def bill(self, patient_id: int, minor: int = 9500) -> InvoiceRecord:
        """Invoice a finished visit of somebody."""
        service = self.offer(pounds(minor))
        return self.billing.invoice_visit(RECEPTIONIST, self.visit(service, patient_id=patient_id))

    def bill_yen(self, patient_id: int, minor: int) -> InvoiceRecord:
        """Invoice at a clinic whose currency is another one."""
        clinic_id = self.open_clinic("Tokyo", prefix="TYO", currency="JPY")
        service = self.offer(Money(minor, "JPY"))
        visit = self.visit(service, patient_id=patient_id, clinic_id=clinic_id)
        return self.billing.invoice_visit(RECEPTIONIST, visit)

    def deposit(self, patient_id: int, minor: int = 5000) -> InvoiceRecord:
        return self.services.invoicing.ask_deposit(
            RECEPTIONIST,
            patient_id=patient_id,
            clinic_id=self.clinic_id,
            amount=pounds(minor),
            note="",
            draft_key=str(uuid.uuid4()),
        )

    def pay(self, invoice: InvoiceRecord, minor: int) -> int:
        """Take cash, and give the payment's id."""
        amount = pounds(minor)
        done = self.services.payments.take_cash(
            RECEPTIONIST, invoice.id, amount=amount, tendered=amount
        )
        return done.id

    def refund(self, payment_id: int, minor: int) -> None:
        self.services.refunds.process_refund(
            MANAGER,
            payment_id,
            amount=pounds(minor),
            reason="Not done",
            refund_key=str(uuid.uuid4()),
        )

    def overpay(self, invoice: InvoiceRecord, minor: int) -> None:
        """Pay an invoice whole, then correct it, so that so much is paid too much."""
        self.pay(invoice, invoice.due.minor)
        self.credit(invoice, minor)

    def credit(self, invoice: InvoiceRecord, minor: int) -> None:
        """Write a credit note of a part of the only line."""
        (line,) = self.again(invoice).lines
        self.services.credit_notes.correct(
            MANAGER,
            invoice.id,
            amounts={line.id: pounds(minor)},
            reason="Shorter than planned",
            note_key=str(uuid.uuid4()),
        )

    def apply(
        self, source: InvoiceRecord, target: InvoiceRecord, minor: int, *, key: str = ""
    ) -> CreditTransferRecord:
        return self.services.accounts.apply_credit(
            RECEPTIONIST,
            from_invoice_id=source.id,
            to_invoice_id=target.id,
            amount=pounds(minor),
            transfer_key=key or str(uuid.uuid4()),
        )

    def balance(self, patient_id: int) -> tuple[int, int, int]:
        """Give what a family owes, has in credit and is asked for, in pence."""
        found = self.services.accounts.account(RECEPTIONIST, patient_id).balances
        return minor_of(found[0]) if found else (0, 0, 0)

    def dues(self, *invoices: InvoiceRecord) -> list[int]:
        return [self.again(invoice).due.minor for invoice in invoices]

    def set_overdue(self, **changes: bool | int) -> None:
        self.services.settings.save(SETUP, OverdueSettings(**changes))  # type: ignore[arg-type]


def minor_of(balance: AccountBalance) -> tuple[int, int, int]:
    return balance.owed.minor, balance.credit.minor, balance.asked.minor
