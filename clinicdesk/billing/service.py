"""Makes invoices from finished visits, and shows them. Nothing here changes an issued invoice."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.errors import (
    CurrencyDiffersError,
    UnknownVisitError,
    VisitNotFinishedError,
)
from clinicdesk.billing.figures import billing_summary, debts_of_patients, patient_debt
from clinicdesk.billing.issuing import Issuer, NewInvoice, write_numbered
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.billing.queries import (
    invoice_id_of_visit,
    invoice_record,
    invoice_rows,
    owed_of_visits,
)
from clinicdesk.billing.records import (
    BillingSummary,
    InvoiceRecord,
    InvoiceRow,
    VisitMoney,
)
from clinicdesk.billing.rules import priced_line
from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.clock import Clock, clinic_day
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus

NEWEST = 200


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
        self._issuer = Issuer(clock=clock, audit=audit, notifier=notifier)

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
                new = _of_visit(session, visit)
                invoice_id = self._issuer.issue(transaction, actor, new)
            return invoice_record(session, invoice_id, now=self._clock.now())

        return write_numbered(self._database, work)

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


def _of_visit(session: Session, visit: Appointment) -> NewInvoice:
    """Give the invoice of a finished visit: its service at the price of today's list."""
    if visit.status is not AppointmentStatus.COMPLETED:
        raise VisitNotFinishedError
    clinic = session.get_one(Clinic, visit.clinic_id)
    service = session.get_one(Service, visit.service_id)
    if service.currency != clinic.currency:
        raise CurrencyDiffersError
    line = priced_line(
        service.name,
        quantity=1,
        unit_price=Money(service.price_minor, service.currency),
        tax_basis_points=service.tax_basis_points,
        tax_mode=service.tax_mode,
        service_id=service.id,
    )
    return NewInvoice(
        clinic.id, visit.patient_id, (line,), appointment_id=visit.id, doctor_id=visit.doctor_id
    )
