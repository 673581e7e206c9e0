"""Makes invoices from finished visits, and shows them. Nothing here changes an issued invoice."""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.errors import (
    CurrencyDiffersError,
    UnknownVisitError,
    VisitNotFinishedError,
)
from clinicdesk.billing.figures import billing_summary, debts_of_patients, patient_debt
from clinicdesk.billing.models import Invoice, InvoiceLine
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.billing.numbering import take_number
from clinicdesk.billing.queries import (
    invoice_id_of_visit,
    invoice_record,
    invoice_rows,
    owed_of_visits,
)
from clinicdesk.billing.records import (
    BillingSummary,
    InvoiceLineRecord,
    InvoiceRecord,
    InvoiceRow,
    VisitMoney,
)
from clinicdesk.billing.rules import invoice_number, priced_line, totals
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.clock import Clock, clinic_day
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.settings.records import BillingSettings
from clinicdesk.settings.service import load_settings

NEWEST = 200
NUMBER_ATTEMPTS = 5


class BillingService:
    """The clinic's invoices; `notifier` is told of each new one, None for nobody."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        notifier: BillingNotifier | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._notifier = notifier

    @requires(Action.INVOICE)
    def invoice_visit(self, actor: Actor, appointment_id: int) -> InvoiceRecord:
        """Make the invoice of a finished visit, or give the one that it already has.

        Raises:
            UnknownVisitError, VisitNotFinishedError, CurrencyDiffersError: as named.
        """

        def work(transaction: Transaction) -> InvoiceRecord:
            session = transaction.session
            visit = session.get(Appointment, appointment_id, with_for_update=True)
            if visit is None:
                raise UnknownVisitError
            invoice_id = invoice_id_of_visit(session, appointment_id)
            if invoice_id is None:
                invoice_id = self._issue(transaction, actor, visit)
            return invoice_record(session, invoice_id, now=self._clock.now())

        for _ in range(NUMBER_ATTEMPTS - 1):
            with suppress(IntegrityError):
                # Refused when another clinic begins the year's numbers in the same moment.
                return self._database.write(work)
        return self._database.write(work)

    @requires(Action.SEE_BILLING)
    def invoice(self, _actor: Actor, invoice_id: int) -> InvoiceRecord:
        """Give a whole invoice.

        Raises:
            UnknownInvoiceError: there is none of that id.
        """
        now = self._clock.now()
        return self._database.read(lambda session: invoice_record(session, invoice_id, now=now))

    @requires(Action.SEE_BILLING)
    def invoice_of_visit(self, _actor: Actor, appointment_id: int) -> InvoiceRecord | None:
        """Give the invoice of a visit, None if it has none yet."""

        def work(session: Session) -> InvoiceRecord | None:
            invoice_id = invoice_id_of_visit(session, appointment_id)
            if invoice_id is None:
                return None
            return invoice_record(session, invoice_id, now=self._clock.now())

        return self._database.read(work)

    @requires(Action.SEE_BILLING)
    def invoices(
        self, _actor: Actor, *, clinic_id: int, text: str = "", limit: int = NEWEST
    ) -> tuple[InvoiceRow, ...]:
        """List a clinic's newest invoices, or those that a number or patient's name finds."""

        def work(session: Session) -> tuple[InvoiceRow, ...]:
            today = clinic_day(self._clock.now(), session.get_one(Clinic, clinic_id).time_zone)
            return invoice_rows(session, clinic_id=clinic_id, text=text, limit=limit, today=today)

        return self._database.read(work)

    @requires(Action.SEE_BILLING)
    def summary(self, _actor: Actor, *, clinic_id: int) -> BillingSummary:
        """Give the figures above the list of invoices."""
        now = self._clock.now()
        return self._database.read(lambda session: billing_summary(session, clinic_id, now=now))

    @requires(Action.SEE_BILLING)
    def balance_of_patient(self, _actor: Actor, patient_id: int) -> Money | None:
        """Give what a patient owes; None for one who never had an invoice."""
        return self._database.read(lambda session: patient_debt(session, patient_id))

    @requires(Action.SEE_BILLING)
    def owed_by_appointments(
        self, _actor: Actor, appointment_ids: Collection[int]
    ) -> dict[int, VisitMoney]:
        """Give what each visit costs and what of that is still due, by the visit's id."""
        return self._database.read(lambda session: owed_of_visits(session, appointment_ids))

    @requires(Action.SEE_BILLING)
    def debts_of_patients(self, _actor: Actor, patient_ids: Collection[int]) -> dict[int, Money]:
        """Give what each of these patients who owes something owes, by the patient's id."""
        return self._database.read(lambda session: debts_of_patients(session, patient_ids))

    def _issue(self, transaction: Transaction, actor: Actor, visit: Appointment) -> int:
        if visit.status is not AppointmentStatus.COMPLETED:
            raise VisitNotFinishedError
        session = transaction.session
        clinic = session.get_one(Clinic, visit.clinic_id)
        service = session.get_one(Service, visit.service_id)
        if service.currency != clinic.currency:
            raise CurrencyDiffersError
        line = priced_line(
            service.name,
            quantity=1,
            unit_price=Money(service.price_minor, service.currency),
            tax_basis_points=service.tax_basis_points,
        )
        invoice = self._new_invoice(transaction, actor, visit, clinic, (line,))
        _add_line(session, invoice.id, line, position=1, service_id=service.id)
        self._audit.record(
            transaction,
            actor,
            "issue invoice",
            entity="invoice",
            entity_id=invoice.id,
            number=invoice.number,
            total_minor=invoice.total_minor,
            currency=invoice.currency,
        )
        transaction.changed(Topic.INVOICE, invoice.id)
        if self._notifier is not None:
            self._notifier.invoice_issued(transaction, invoice.id)
        return invoice.id

    def _new_invoice(
        self,
        transaction: Transaction,
        actor: Actor,
        visit: Appointment,
        clinic: Clinic,
        lines: tuple[InvoiceLineRecord, ...],
    ) -> Invoice:
        session = transaction.session
        patient = session.get_one(Patient, visit.patient_id)
        now = self._clock.now()
        issued_on = clinic_day(now, clinic.time_zone)
        term = timedelta(days=load_settings(session, BillingSettings).payment_term_days)
        prefix, number = take_number(transaction, clinic, issued_on.year)
        net, tax, total = totals(lines, clinic.currency)
        invoice = Invoice(
            clinic_id=clinic.id,
            series_year=issued_on.year,
            series_number=number,
            number=invoice_number(prefix, issued_on.year, number),
            patient_id=patient.id,
            appointment_id=visit.id,
            doctor_id=visit.doctor_id,
            billed_name=f"{patient.given_name} {patient.family_name}".strip(),
            billed_address=patient.address,
            currency=clinic.currency,
            net_minor=net.minor,
            tax_minor=tax.minor,
            total_minor=total.minor,
            issued_on=issued_on,
            due_on=issued_on + term,
            issued_at=now,
            issued_by=actor.user_id,
        )
        session.add(invoice)
        session.flush()
        return invoice


def _add_line(
    session: Session,
    invoice_id: int,
    line: InvoiceLineRecord,
    *,
    position: int,
    service_id: int | None,
) -> None:
    session.add(
        InvoiceLine(
            invoice_id=invoice_id,
            position=position,
            service_id=service_id,
            description=line.description,
            quantity=line.quantity,
            unit_price_minor=line.unit_price.minor,
            tax_basis_points=line.tax_basis_points,
            net_minor=line.net.minor,
            tax_minor=line.tax.minor,
            total_minor=line.total.minor,
        )
    )
    session.flush()
