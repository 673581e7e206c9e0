"""Puts the services together: the one place that chooses what stands behind each."""

from dataclasses import dataclass

from clinicdesk.access import program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.accounts.service import AccountService
from clinicdesk.billing.credit_notes.service import CreditNoteService
from clinicdesk.billing.fees.service import FeeService
from clinicdesk.billing.invoicing.service import InvoicingService
from clinicdesk.billing.overdue.service import OverdueService
from clinicdesk.billing.service import BillingService
from clinicdesk.changes import ChangeBus
from clinicdesk.clinics.policy import PolicyService
from clinicdesk.clinics.resources import ResourceService
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import Clock
from clinicdesk.database.errors import DatabaseKeyError
from clinicdesk.database.session import Database
from clinicdesk.documents.service import DocumentService
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.records import Channel
from clinicdesk.outbox.service import OutboxService
from clinicdesk.patients.family import FamilyService
from clinicdesk.patients.service import PatientService
from clinicdesk.payments.disputes.service import DisputeService
from clinicdesk.payments.events.service import EventService
from clinicdesk.payments.journal.service import JournalService
from clinicdesk.payments.keys.provider import CardProvider
from clinicdesk.payments.keys.service import CardKeyService
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.listener.service import RelayService
from clinicdesk.payments.pending import OpenAttempts
from clinicdesk.payments.readers.service import ReaderService
from clinicdesk.payments.reconciliation.mode import check_mode
from clinicdesk.payments.reconciliation.service import ReconciliationService
from clinicdesk.payments.service import PaymentService
from clinicdesk.payments.service.refunds import RefundService
from clinicdesk.payments.till.card_check import CardChecker
from clinicdesk.payments.till.service import TillService
from clinicdesk.reminders.offers import OfferNotes, ProposalNotes
from clinicdesk.reminders.overdue import OverdueNotes
from clinicdesk.reminders.service import Notifier
from clinicdesk.reminders.writers import message_writers
from clinicdesk.schedule.calendar import CalendarService
from clinicdesk.schedule.disruption.service import DisruptionService
from clinicdesk.schedule.health.service import CalendarHealthService
from clinicdesk.schedule.holds.service import HoldService
from clinicdesk.schedule.hours.blocks import BlockService
from clinicdesk.schedule.hours.closures import ClosureService
from clinicdesk.schedule.hours.service import HoursService
from clinicdesk.schedule.hours.travel import TravelService
from clinicdesk.schedule.series.service import SeriesService
from clinicdesk.schedule.service import ScheduleService
from clinicdesk.schedule.shelf.service import ShelfService
from clinicdesk.schedule.views.service import ViewService
from clinicdesk.schedule.waiting.service import WaitingListService
from clinicdesk.settings.records import MailSettings
from clinicdesk.settings.secrets import (
    AUDIT_KEY,
    MAIL_PASSWORD,
    SecretStore,
)
from clinicdesk.settings.service import SettingsService
from clinicdesk.settings.workstation import WorkstationService
from clinicdesk.staff.passwords import Passwords
from clinicdesk.staff.service import StaffService
from clinicdesk.visits.service import VisitService

WORKER = program_actor("worker")


@dataclass(frozen=True)
class Services:
    """Everything a page, a job or a script may ask of the clinic."""

    database: Database
    bus: ChangeBus
    clock: Clock
    settings: SettingsService
    workstation: WorkstationService
    audit: AuditLog
    clinics: ClinicService
    resources: ResourceService
    policy: PolicyService
    staff: StaffService
    patients: PatientService
    families: FamilyService
    hours: HoursService
    closures: ClosureService
    blocks: BlockService
    travel: TravelService
    calendar: CalendarService
    schedule: ScheduleService
    series: SeriesService
    holds: HoldService
    shelf: ShelfService
    waiting: WaitingListService
    disruptions: DisruptionService
    calendar_health: CalendarHealthService
    views: ViewService
    visits: VisitService
    billing: BillingService
    invoicing: InvoicingService
    credit_notes: CreditNoteService
    fees: FeeService
    accounts: AccountService
    overdue: OverdueService
    payments: PaymentService
    refunds: RefundService
    links: LinkService
    readers: ReaderService
    card_keys: CardKeyService
    relay: RelayService
    disputes: DisputeService
    journal: JournalService
    reconciliation: ReconciliationService
    provider_events: EventService
    tills: TillService
    documents: DocumentService
    outbox: OutboxService
    delivery: Delivery


def build_services(
    database: Database,
    *,
    bus: ChangeBus,
    clock: Clock,
    secrets: SecretStore,
    writes_to_patients: bool = True,
) -> Services:
    """Build every service over an open database.

    Without `writes_to_patients` no message is queued, as when a past is written into a demo.
    """
    audit = AuditLog(database, clock=clock, key=key_of(secrets, AUDIT_KEY))
    settings = SettingsService(database)
    provider = CardProvider(
        settings,
        secrets,
        clock=clock,
        check=lambda live: check_mode(database, live=live, clock=clock),
    )
    notifier = Notifier(clock=clock) if writes_to_patients else None
    documents = DocumentService(database, clock=clock, audit=audit)
    calendar = CalendarService(database, clock=clock)
    schedule = ScheduleService(database, clock=clock, audit=audit, notifier=notifier)
    links = LinkService(
        database, clock=clock, audit=audit, gateways=provider.gateway, notifier=notifier
    )
    payments = PaymentService(
        database,
        clock=clock,
        audit=audit,
        gateways=provider.gateway,
        notifier=notifier,
        links=links,
    )
    disputes = DisputeService(database, clock=clock, audit=audit, gateways=provider.gateway)
    refunds = RefundService(database, clock=clock, audit=audit, gateways=provider.gateway)
    reconciliation = ReconciliationService(
        database,
        clock=clock,
        audit=audit,
        gateways=provider.gateway,
        payments=payments,
        refunds=refunds,
        links=links,
        disputes=disputes,
    )
    events = EventService(
        database,
        clock=clock,
        gateways=provider.gateway,
        payments=payments,
        refunds=refunds,
        links=links,
        disputes=disputes,
        reconciliation=reconciliation,
    )
    return Services(
        database=database,
        bus=bus,
        clock=clock,
        settings=settings,
        workstation=WorkstationService(database),
        audit=audit,
        clinics=ClinicService(database, audit=audit),
        resources=ResourceService(database, audit=audit),
        policy=PolicyService(database, audit=audit),
        staff=StaffService(database, clock=clock, audit=audit, passwords=Passwords()),
        patients=PatientService(database, clock=clock, audit=audit),
        families=FamilyService(database, audit=audit),
        hours=HoursService(database, clock=clock, audit=audit),
        closures=ClosureService(database, audit=audit),
        blocks=BlockService(database, audit=audit),
        travel=TravelService(database, audit=audit),
        calendar=calendar,
        schedule=schedule,
        series=SeriesService(database, clock=clock, audit=audit, notifier=notifier),
        holds=HoldService(database, clock=clock, audit=audit),
        shelf=ShelfService(database, clock=clock, audit=audit),
        waiting=WaitingListService(
            database,
            clock=clock,
            audit=audit,
            notifier=notifier,
            offer_notifier=OfferNotes(clock=clock) if writes_to_patients else None,
        ),
        disruptions=DisruptionService(
            database,
            clock=clock,
            audit=audit,
            notifier=notifier,
            proposal_notifier=ProposalNotes(clock=clock) if writes_to_patients else None,
        ),
        calendar_health=CalendarHealthService(
            database, clock=clock, audit=audit, schedule=schedule
        ),
        views=ViewService(database),
        visits=VisitService(database, clock=clock, audit=audit),
        billing=BillingService(database, clock=clock, audit=audit, notifier=notifier),
        invoicing=InvoicingService(database, clock=clock, audit=audit, notifier=notifier),
        credit_notes=CreditNoteService(database, clock=clock, audit=audit),
        fees=FeeService(database, clock=clock, audit=audit, notifier=notifier),
        accounts=AccountService(database, clock=clock, audit=audit, pending=OpenAttempts()),
        overdue=OverdueService(
            database,
            clock=clock,
            audit=audit,
            reminders=OverdueNotes(clock=clock) if writes_to_patients else None,
        ),
        payments=payments,
        refunds=refunds,
        links=links,
        readers=ReaderService(database, audit=audit, gateways=provider.gateway),
        card_keys=CardKeyService(database, secrets, provider=provider, audit=audit),
        disputes=disputes,
        journal=JournalService(database, payments=payments, refunds=refunds, links=links),
        reconciliation=reconciliation,
        provider_events=events,
        relay=RelayService(
            database, secrets, clock=clock, audit=audit, gateways=provider.gateway, events=events
        ),
        tills=TillService(
            database,
            clock=clock,
            audit=audit,
            cards=CardChecker(
                database, clock=clock, gateways=provider.gateway, reconciliation=reconciliation
            ),
        ),
        documents=documents,
        outbox=OutboxService(database, clock=clock, audit=audit),
        delivery=_delivery(database, clock, settings, secrets, documents),
    )


def _delivery(
    database: Database,
    clock: Clock,
    settings: SettingsService,
    secrets: SecretStore,
    documents: DocumentService,
) -> Delivery:
    def mail_settings() -> MailSettings:
        return settings.load(MailSettings)

    mail = SmtpChannel(mail_settings, password=lambda: secrets.get(MAIL_PASSWORD), clock=clock)
    writers = message_writers(
        database,
        clock=clock,
        organiser=lambda: mail_settings().sender_address,
        invoice_pdf=lambda invoice_id: documents.generate_invoice_pdf(
            WORKER, invoice_id, is_original=True
        ),
    )
    return Delivery(database, clock=clock, writers=writers, channels={Channel.EMAIL: mail})


def key_of(secrets: SecretStore, name: str) -> bytes:
    """Give a kept key.

    Raises:
        DatabaseKeyError: there is none of that name.
    """
    kept = secrets.get(name)
    if kept is None:
        raise DatabaseKeyError
    return bytes.fromhex(kept)
