"""Puts the program together: the one place that chooses what stands behind each service."""

import secrets as randomness
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clinicdesk.access import Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.accounts.service import AccountService
from clinicdesk.billing.credit_notes.service import CreditNoteService
from clinicdesk.billing.fees.service import FeeService
from clinicdesk.billing.invoicing.service import InvoicingService
from clinicdesk.billing.overdue.service import OverdueService
from clinicdesk.billing.service import BillingService
from clinicdesk.changes import ChangeBus
from clinicdesk.clinics.policy import PolicyService
from clinicdesk.clinics.records import NewClinic
from clinicdesk.clinics.resources import ResourceService
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import Clock, FixedClock, SystemClock
from clinicdesk.database.connect import KEY_BYTES, open_file, open_server
from clinicdesk.database.errors import DatabaseKeyError
from clinicdesk.database.session import Database
from clinicdesk.database.upgrade import upgrade
from clinicdesk.documents.service import DocumentService
from clinicdesk.errors import ConflictError
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.records import Channel
from clinicdesk.outbox.service import OutboxService
from clinicdesk.patients.family import FamilyService
from clinicdesk.patients.service import PatientService
from clinicdesk.payments.disputes.service import DisputeService
from clinicdesk.payments.events.service import EventService
from clinicdesk.payments.gateway import CardGateway
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.pending import OpenAttempts
from clinicdesk.payments.readers.service import ReaderService
from clinicdesk.payments.reconciliation.mode import check_mode
from clinicdesk.payments.reconciliation.service import ReconciliationService
from clinicdesk.payments.service import PaymentService
from clinicdesk.payments.service.refunds import RefundService
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
from clinicdesk.settings.place import ClinicPlace, place_in
from clinicdesk.settings.records import MailSettings, PaymentSettings
from clinicdesk.settings.secrets import (
    AUDIT_KEY,
    DATABASE_KEY,
    MAIL_PASSWORD,
    STRIPE_KEY,
    KeyringSecrets,
    SecretStore,
)
from clinicdesk.settings.service import SettingsService
from clinicdesk.settings.workstation import WorkstationService
from clinicdesk.staff.passwords import Passwords
from clinicdesk.staff.records import NewUser
from clinicdesk.staff.service import StaffService
from clinicdesk.training.builder import BuildingServices, DemoBuilder
from clinicdesk.training.clock import TrainingClock
from clinicdesk.training.demo_calendar import CalendarServices
from clinicdesk.training.demo_clinic import CLINICS, TOUR_BEGINS_AT, demo_morning
from clinicdesk.training.secrets import TrainingSecrets
from clinicdesk.training.session import SECRETS_FILE, TrainingSession
from clinicdesk.visits.service import VisitService

SETUP, WORKER = program_actor("set-up"), program_actor("worker")


class ClinicExistsError(ConflictError):
    """There is a clinic in that place already."""

    def __init__(self) -> None:
        super().__init__(
            "There is a clinic on this computer already; it was left as it is. "
            "Start it with: clinicdesk"
        )


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
    disputes: DisputeService
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
    audit = AuditLog(database, clock=clock, key=_key(secrets, AUDIT_KEY))
    settings = SettingsService(database)
    provider = CardProvider(
        settings, secrets, check=lambda live: check_mode(database, live=live, clock=clock)
    )
    notifier = Notifier(clock=clock) if writes_to_patients else None
    documents = DocumentService(database, clock=clock)
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
    refunds = RefundService(database, clock=clock, audit=audit, gateways=provider.gateway)
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
        readers=ReaderService(database, clock=clock, audit=audit, gateways=provider.gateway),
        disputes=DisputeService(database, clock=clock, audit=audit, gateways=provider.gateway),
        reconciliation=ReconciliationService(
            database,
            clock=clock,
            audit=audit,
            gateways=provider.gateway,
            payments=payments,
            refunds=refunds,
            links=links,
        ),
        provider_events=EventService(
            database,
            clock=clock,
            gateways=provider.gateway,
            payments=payments,
            refunds=refunds,
            links=links,
        ),
        tills=TillService(database, clock=clock, audit=audit),
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
        invoice_pdf=lambda invoice_id: documents.generate_invoice_pdf(WORKER, invoice_id),
    )
    return Delivery(database, clock=clock, writers=writers, channels={Channel.EMAIL: mail})


class CardProvider:
    """Gives the card provider's gateway, made when the first card is taken.

    It is made anew when the key or the address has changed. `check` is told whether the key is
    live, and raises where the books are not of that mode.
    """

    def __init__(
        self, settings: SettingsService, secrets: SecretStore, *, check: Callable[[bool], None]
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._check = check
        self._made: tuple[tuple[str, str], CardGateway] | None = None

    def gateway(self) -> CardGateway:
        """Give the gateway.

        Raises:
            CardsOffError: no key is kept, so cards cannot be taken.
            WrongModeError: it is a test key for real books, or the other way round.
        """
        key = self._secrets.get(STRIPE_KEY)
        if not key:
            raise CardsOffError
        wanted = (key, self._settings.load(PaymentSettings).api_base)
        if self._made is None or self._made[0] != wanted:
            from clinicdesk.payments.stripe_gateway import StripeGateway  # noqa: PLC0415

            made = StripeGateway(key, api_base=wanted[1] or None)
            self._check(made.live)
            self._made = (wanted, made)
        return self._made[1]


@dataclass
class OpenClinic:
    """A clinic whose data is open; `training` is the session behind a demo clinic."""

    services: Services
    training: TrainingSession | None = None

    def close(self) -> None:
        """End the stand-ins and the connections; whoever runs jobs has ended them before."""
        if self.training is not None:
            self.training.stop()
        self.services.database.close()


def open_own(folder: Path | None = None) -> OpenClinic:
    """Open the clinic of this computer, or the one in `folder`.

    Raises:
        DatabaseMissingError, DatabaseKeyError, KeyringError: as named; nothing new was made.
    """
    place = place_in(folder)
    secrets = KeyringSecrets(place.secrets_name)
    bus = ChangeBus()
    database = _open_database(place, secrets, bus=bus)
    return OpenClinic(build_services(database, bus=bus, clock=SystemClock(), secrets=secrets))


def open_demo(folder: Path, *, clock: TrainingClock, tour: bool = False) -> OpenClinic:
    """Open the demo clinic in `folder`, with its stand-ins; make it where there is none of today.

    A tour always has a new one, which stands at the morning of the tour's own day.
    """
    begins_at = TOUR_BEGINS_AT if tour else demo_morning(SystemClock().now())
    if tour or not _is_of_today(folder, begins_at, clock):
        _make_demo(folder, begins_at, clock=clock)
    training = TrainingSession(folder, clock=clock)
    training.start()
    bus = ChangeBus()
    database = _open_database(training.place, training.secrets, bus=bus)
    services = build_services(database, bus=bus, clock=clock, secrets=training.secrets)
    services.settings.save(SETUP, training.mail_settings(CLINICS[0].email))
    services.settings.save(SETUP, training.payment_settings())
    for clinic in services.clinics.clinics(SETUP)[:1]:
        services.payments.register_readers(SETUP, clinic.id)
    return OpenClinic(services, training)


def _is_of_today(folder: Path, begins_at: datetime, clock: Clock) -> bool:
    is_whole = ClinicPlace(folder).database_file.is_file()
    return is_whole and clock.now().date() == begins_at.date()


def _make_demo(folder: Path, begins_at: datetime, *, clock: TrainingClock) -> None:
    """Make the demo clinic aside and put it in place whole, instead of a former one."""
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    place, secrets = ClinicPlace(aside), TrainingSecrets(aside / SECRETS_FILE)
    place.make_folder()
    _make_keys(secrets)
    bus, past = ChangeBus(), FixedClock(begins_at)
    database = _open_database(place, secrets, bus=bus, create=True)
    made = build_services(database, bus=bus, clock=past, secrets=secrets, writes_to_patients=False)
    DemoBuilder(
        BuildingServices(
            past,
            made.clinics,
            made.staff,
            made.patients,
            made.hours,
            made.schedule,
            made.visits,
            made.billing,
            made.payments,
            CalendarServices(made.closures, made.blocks, made.resources, made.travel),
            made.waiting,
        ),
        now=begins_at,
    ).build()
    database.close()
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)
    clock.put_to(begins_at)


@contextmanager
def clinic_on_this_computer(folder: Path | None) -> Iterator[Services]:
    """Open the clinic for a command, and close it again."""
    clinic = open_own(folder)
    try:
        yield clinic.services
    finally:
        clinic.close()


def make_clinic(
    place: ClinicPlace, new: NewClinic, *, login: str, name: str, password: str
) -> None:
    """Make a clinic's data with fresh keys, and its first administrator.

    Raises:
        ClinicExistsError: there is one already; it is left alone.
        KeyringError: the keys cannot be kept, so nothing was made.
    """
    if place.database_file.exists():
        raise ClinicExistsError
    secrets = KeyringSecrets(place.secrets_name)
    bus = ChangeBus()
    _make_keys(secrets)
    database = _open_database(place, secrets, bus=bus, create=True)
    services = build_services(database, bus=bus, clock=SystemClock(), secrets=secrets)
    services.clinics.open_clinic(SETUP, new)
    roles = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
    services.staff.add_user(SETUP, NewUser(login, name, password, roles))
    database.close()


def _open_database(
    place: ClinicPlace, secrets: SecretStore, *, bus: ChangeBus, create: bool = False
) -> Database:
    if create:
        place.make_folder()
    if place.server_url:
        database = open_server(place.server_url, bus=bus)
    else:
        key = _key(secrets, DATABASE_KEY)
        database = open_file(place.database_file, key, bus=bus, create=create)
    upgrade(database)
    return database


def _make_keys(secrets: SecretStore) -> None:
    for name in (DATABASE_KEY, AUDIT_KEY):
        if secrets.get(name) is None:
            secrets.set(name, randomness.token_bytes(KEY_BYTES).hex())


def _key(secrets: SecretStore, name: str) -> bytes:
    kept = secrets.get(name)
    if kept is None:
        raise DatabaseKeyError
    return bytes.fromhex(kept)
