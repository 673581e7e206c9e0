"""Proposes, prices and issues invoices, and asks for deposits."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.errors import UnknownVisitError, VisitNotFinishedError
from clinicdesk.billing.invoicing.errors import AlreadyInvoicedError, NotThisPatientsVisitError
from clinicdesk.billing.invoicing.records import (
    DraftLine,
    InvoiceDraft,
    PricedDraft,
    UninvoicedVisit,
)
from clinicdesk.billing.invoicing.rules import (
    allowed_percent,
    checked_deposit,
    demand_discounts,
    priced_draft,
)
from clinicdesk.billing.issuing import Issuer, NewInvoice, write_numbered
from clinicdesk.billing.models import Invoice
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.billing.queries import invoice_record
from clinicdesk.billing.records import InvoiceKind, InvoiceRecord
from clinicdesk.billing.rules import priced_line
from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money, TaxMode
from clinicdesk.patients.errors import PatientMissingError
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.settings.records import BillingSettings
from clinicdesk.settings.service import load_settings

MOST_VISITS = 20


class InvoicingService:
    """Invoices from the lines that somebody chose; `notifier` is told of each new one."""

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
    def visits_to_invoice(
        self, _actor: Actor, *, clinic_id: int, patient_id: int
    ) -> tuple[UninvoicedVisit, ...]:
        """List a patient's finished visits at a clinic that have no invoice, newest first."""
        query = (
            select(Appointment, Service, Clinic.time_zone)
            .join(Service, Service.id == Appointment.service_id)
            .join(Clinic, Clinic.id == Appointment.clinic_id)
            .outerjoin(Invoice, Invoice.appointment_id == Appointment.id)
            .where(
                Appointment.clinic_id == clinic_id,
                Appointment.patient_id == patient_id,
                Appointment.status == AppointmentStatus.COMPLETED,
                Invoice.id.is_(None),
            )
            .order_by(Appointment.starts_at.desc())
            .limit(MOST_VISITS)
        )

        def work(session: Session) -> tuple[UninvoicedVisit, ...]:
            return tuple(
                UninvoicedVisit(visit.starts_at, time_zone, service.name, _draft_of(visit, service))
                for visit, service, time_zone in session.execute(query)
            )

        return self._database.read(work)

    @requires(Action.INVOICE)
    def price(self, actor: Actor, draft: InvoiceDraft) -> PricedDraft:
        """Work a draft out as `issue` would, and write nothing.

        Raises:
            InvoiceEmptyError, LineInvalidError, InvoiceTooLargeError, DiscountTooLargeError: as
            named; those of a line carry its place.
        """
        return self._database.read(lambda session: _priced(session, actor, draft))

    @requires(Action.INVOICE)
    def issue(self, actor: Actor, draft: InvoiceDraft, *, draft_key: str) -> InvoiceRecord:
        """Issue a draft; the same `draft_key` (a UUID of the dialog) gives the same invoice again.

        Raises:
            What `price` raises, and PatientMissingError, UnknownVisitError,
            VisitNotFinishedError, NotThisPatientsVisitError, AlreadyInvoicedError: as named.
        """

        def prepare(session: Session) -> NewInvoice:
            _check_visit(session, draft)
            priced = _priced(session, actor, draft)
            return NewInvoice(
                draft.clinic_id,
                draft.patient_id,
                priced.lines,
                appointment_id=draft.appointment_id,
                doctor_id=draft.doctor_id,
                note=draft.note.strip(),
                due_on=draft.due_on,
                draft_key=draft_key,
            )

        return self._issue_once(actor, draft_key, draft.patient_id, prepare)

    @requires(Action.INVOICE)
    def ask_deposit(
        self,
        actor: Actor,
        *,
        clinic_id: int,
        patient_id: int,
        amount: Money,
        note: str,
        draft_key: str,
    ) -> InvoiceRecord:
        """Ask for money ahead of a visit; what is paid on it is the patient's credit.

        Raises:
            LineInvalidError, PatientMissingError: as named.
        """

        def prepare(session: Session) -> NewInvoice:
            currency = session.get_one(Clinic, clinic_id).currency
            line = priced_line(
                "Deposit",
                quantity=1,
                unit_price=checked_deposit(amount, currency),
                tax_basis_points=0,
                tax_mode=TaxMode.EXEMPT,
            )
            return NewInvoice(
                clinic_id,
                patient_id,
                (line,),
                kind=InvoiceKind.DEPOSIT,
                note=note.strip(),
                draft_key=draft_key,
            )

        return self._issue_once(actor, draft_key, patient_id, prepare)

    def _issue_once(
        self,
        actor: Actor,
        draft_key: str,
        patient_id: int,
        prepare: Callable[[Session], NewInvoice],
    ) -> InvoiceRecord:
        def work(transaction: Transaction) -> InvoiceRecord:
            session = transaction.session
            # One draft at a time of a patient: the second click finds what the first has made.
            if session.get(Patient, patient_id, with_for_update={"key_share": True}) is None:
                raise PatientMissingError
            made = session.scalar(select(Invoice.id).where(Invoice.draft_key == draft_key))
            if made is None:
                made = self._issuer.issue(transaction, actor, prepare(session))
            return invoice_record(session, made, now=self._clock.now())

        return write_numbered(self._database, work)


def _draft_of(visit: Appointment, service: Service) -> InvoiceDraft:
    line = DraftLine(
        service.name,
        1,
        Money(service.price_minor, service.currency),
        service.tax_basis_points,
        service.tax_mode,
        service_id=service.id,
    )
    return InvoiceDraft(
        visit.clinic_id,
        visit.patient_id,
        (line,),
        appointment_id=visit.id,
        doctor_id=visit.doctor_id,
    )


def _priced(session: Session, actor: Actor, draft: InvoiceDraft) -> PricedDraft:
    clinic = session.get_one(Clinic, draft.clinic_id)
    priced = priced_draft(draft, clinic.currency)
    asked = {line.service_id for line in draft.lines if line.service_id is not None}
    services = session.scalars(select(Service).where(Service.id.in_(asked)))
    demand_discounts(
        draft,
        priced,
        percent=allowed_percent(actor, load_settings(session, BillingSettings)),
        list_prices={
            service.id: service.price_minor
            for service in services
            if service.currency == clinic.currency
        },
    )
    return priced


def _check_visit(session: Session, draft: InvoiceDraft) -> None:
    if draft.appointment_id is None:
        return
    visit = session.get(Appointment, draft.appointment_id, with_for_update=True)
    if visit is None:
        raise UnknownVisitError
    if (visit.patient_id, visit.clinic_id) != (draft.patient_id, draft.clinic_id):
        raise NotThisPatientsVisitError
    if visit.status is not AppointmentStatus.COMPLETED:
        raise VisitNotFinishedError
    number = session.scalar(select(Invoice.number).where(Invoice.appointment_id == visit.id))
    if number is not None:
        raise AlreadyInvoicedError(number)
