"""A desk that bills: a clinic with finished visits, and the services that take their money."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from clinicdesk.access import Actor, Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.accounts.service import AccountService
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.billing.service import BillingService
from clinicdesk.clinics.records import NewClinic, NewService
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.patients.search_keys import name_key
from clinicdesk.payments.gateway import CardGateway
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.pending import OpenAttempts
from clinicdesk.payments.readers.service import ReaderService
from clinicdesk.payments.service import PaymentService, RefundService
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.settings.workstation import WorkstationService
from clinicdesk.staff.models import Doctor

SETUP = program_actor("Back office")
RECEPTIONIST = Actor(None, "Maria Keane", frozenset({Role.RECEPTIONIST}), desk="Front desk 1")
MANAGER = Actor(None, "John Abara", frozenset({Role.MANAGER}), desk="Front desk 2")
GBP = "GBP"


def pounds(minor: int) -> Money:
    return Money(minor, GBP)


def cards_off() -> CardGateway:
    raise CardsOffError


class Notes:
    """Writes down what it is told, in the transaction that tells it, and once a commit."""

    def __init__(self) -> None:
        self.issued: list[int] = []
        self.received: list[int] = []

    def invoice_issued(self, transaction: Transaction, invoice_id: int) -> None:
        self.issued.append(invoice_id)

    def payment_received(self, transaction: Transaction, payment_id: int) -> None:
        self.received.append(payment_id)


@dataclass
class BillingDesk:
    """One clinic "Main" with a doctor; `gateways` reaches the card provider."""

    database: Database
    clock: FixedClock
    gateways: Callable[[], CardGateway] = cards_off
    notes: Notes = field(default_factory=Notes)
    visits: int = 0

    def __post_init__(self) -> None:
        self.audit = AuditLog(self.database, clock=self.clock, key=b"k" * 32)
        self.clinics = ClinicService(self.database, audit=self.audit)
        self.billing = BillingService(
            self.database, clock=self.clock, audit=self.audit, notifier=self.notes
        )
        self.payments = PaymentService(
            self.database,
            clock=self.clock,
            audit=self.audit,
            gateways=self.gateways,
            notifier=self.notes,
        )
        self.workstation = WorkstationService(self.database)
        self.readers = ReaderService(self.database, audit=self.audit, gateways=self.gateways)
        self.accounts = AccountService(
            self.database, clock=self.clock, audit=self.audit, pending=OpenAttempts()
        )
        self.refunds = RefundService(
            self.database, clock=self.clock, audit=self.audit, gateways=self.gateways
        )

    def set_up(self) -> "BillingDesk":
        """Open the clinic, with one doctor and one patient."""
        self.clinic_id = self.open_clinic("Main Street Clinic")
        self.patient_id = self.add_patient("Chloé", "Martin")

        def work(transaction: Transaction) -> int:
            doctor = Doctor(display_name="Dr Tom Barrett", accent=0, is_active=True)
            transaction.session.add(doctor)
            transaction.session.flush()
            return doctor.id

        self.doctor_id = self.database.write(work)
        return self

    def open_clinic(self, name: str, *, prefix: str = "INV", currency: str = GBP) -> int:
        new = NewClinic(
            name,
            "Europe/London",
            currency,
            "GB",
            address="1 Main Street, London N1 2AB",
            phone="020 7946 0000",
            email="desk@mainstreet.example",
            tax_number="GB 123 4567 89",
            bank_details="GB00 BANK 0000 0000 0000 00",
            invoice_prefix=prefix,
        )
        return self.clinics.open_clinic(SETUP, new)

    def offer(self, price: Money, *, tax_basis_points: int = 0, name: str = "") -> int:
        new = NewService(name or f"Service {uuid.uuid4()}", 30, price, tax_basis_points)
        return self.clinics.offer(SETUP, new)

    def add_patient(self, given_name: str, family_name: str, *, address: str = "") -> int:
        def work(transaction: Transaction) -> int:
            patient = Patient(
                number=str(uuid.uuid4()),
                given_name=given_name,
                family_name=family_name,
                given_key=name_key(given_name),
                family_key=name_key(family_name),
                sex="",
                phone="",
                phone_digits="",
                email="",
                address=address,
                language="",
                alert="",
                allows_email=True,
                allows_sms=True,
                version=1,
                created_at=self.clock.now(),
            )
            transaction.session.add(patient)
            transaction.session.flush()
            return patient.id

        return self.database.write(work)

    def visit(
        self,
        service_id: int,
        *,
        status: AppointmentStatus = AppointmentStatus.COMPLETED,
        patient_id: int | None = None,
        clinic_id: int | None = None,
    ) -> int:
        """Write a visit down, each an hour after the former."""
        self.visits += 1
        starts_at = self.clock.now() - timedelta(days=1) + timedelta(hours=self.visits)
        ends_at = starts_at + timedelta(minutes=30)

        def work(transaction: Transaction) -> int:
            visit = Appointment(
                request_key=str(uuid.uuid4()),
                clinic_id=clinic_id or self.clinic_id,
                doctor_id=self.doctor_id,
                patient_id=patient_id or self.patient_id,
                service_id=service_id,
                status=status,
                holds_slot=True,
                is_overbooked=False,
                starts_at=starts_at,
                ends_at=ends_at,
                busy_from_at=starts_at,
                busy_until_at=ends_at,
                note="",
                ended_reason="",
                version=1,
                created_at=self.clock.now(),
            )
            transaction.session.add(visit)
            transaction.session.flush()
            return visit.id

        return self.database.write(work)

    def invoice(self, minor: int = 9500, *, tax_basis_points: int = 0) -> InvoiceRecord:
        """Make an invoice of one visit at a price."""
        service = self.offer(pounds(minor), tax_basis_points=tax_basis_points)
        return self.billing.invoice_visit(RECEPTIONIST, self.visit(service))

    def again(self, invoice: InvoiceRecord) -> InvoiceRecord:
        """Read an invoice anew."""
        return self.billing.invoice(RECEPTIONIST, invoice.id)
