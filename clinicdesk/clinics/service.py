"""Opens clinics and says what they offer."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic, Room, Service, Specialty
from clinicdesk.clinics.queries import active_clinics, active_services
from clinicdesk.clinics.records import ClinicRecord, NewClinic, NewService, ServiceRecord
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import ConflictError, InvalidInputError

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 720


class NameTakenError(ConflictError):
    """Another clinic or service has that name."""

    def __init__(self) -> None:
        super().__init__("That name is already used. Please choose another.")


class UnknownTimeZoneError(InvalidInputError):
    """The time zone's name is not one that computers know."""

    def __init__(self) -> None:
        super().__init__(
            "That time zone is not known. Choose one such as Europe/London.", field="time_zone"
        )


class ServiceLengthError(InvalidInputError):
    """A service is too short or too long to be booked."""

    def __init__(self) -> None:
        super().__init__(
            "A service takes between 5 minutes and 12 hours.", field="duration_minutes"
        )


class ClinicService:
    """The clinics, their rooms and services."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.SEE_CALENDAR)
    def clinics(self, _actor: Actor) -> tuple[ClinicRecord, ...]:
        """List the clinics."""
        return self._database.read(active_clinics)

    @requires(Action.SEE_CALENDAR)
    def services(self, _actor: Actor) -> tuple[ServiceRecord, ...]:
        """List what can be booked."""
        return self._database.read(active_services)

    @requires(Action.SET_UP_CLINIC)
    def open_clinic(self, actor: Actor, new: NewClinic) -> int:
        """Open a clinic with its rooms and give its id.

        Raises:
            UnknownTimeZoneError, NameTakenError: as named.
        """
        try:
            ZoneInfo(new.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UnknownTimeZoneError from error

        def work(transaction: Transaction) -> int:
            clinic = _clinic(new)
            transaction.session.add(clinic)
            transaction.session.flush()
            for name in new.rooms:
                transaction.session.add(Room(clinic_id=clinic.id, name=name, is_active=True))
            self._record(transaction, actor, "open clinic", entity="clinic", entity_id=clinic.id)
            return clinic.id

        return self._unless_taken(work)

    @requires(Action.SET_UP_CLINIC)
    def offer(self, actor: Actor, new: NewService) -> int:
        """Add a service and give its id.

        Raises:
            ServiceLengthError, NameTakenError: as named.
        """
        if not SHORTEST_MINUTES <= new.duration_minutes <= LONGEST_MINUTES:
            raise ServiceLengthError

        def work(transaction: Transaction) -> int:
            service = _service(new, specialty_id(transaction.session, new.specialty))
            transaction.session.add(service)
            transaction.session.flush()
            self._record(transaction, actor, "add service", entity="service", entity_id=service.id)
            return service.id

        return self._unless_taken(work)

    @requires(Action.SET_UP_CLINIC)
    def rooms(self, _actor: Actor, clinic_id: int) -> tuple[tuple[int, str], ...]:
        """List a clinic's rooms: id and name."""

        def work(session: Session) -> tuple[tuple[int, str], ...]:
            rows = session.execute(
                select(Room.id, Room.name).where(Room.clinic_id == clinic_id).order_by(Room.id)
            )
            return tuple((room_id, name) for room_id, name in rows)

        return self._database.read(work)

    def _record(
        self, transaction: Transaction, actor: Actor, action: str, *, entity: str, entity_id: int
    ) -> None:
        self._audit.record(transaction, actor, action, entity=entity, entity_id=entity_id)
        transaction.changed(Topic.CLINIC, entity_id)

    def _unless_taken(self, work: Callable[[Transaction], int]) -> int:
        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise NameTakenError from error


def specialty_id(session: Session, name: str) -> int | None:
    """Give the id of a specialty, adding it when it is new; None for no name."""
    if not name:
        return None
    found = session.scalar(select(Specialty).where(Specialty.name == name))
    if found is None:
        found = Specialty(name=name)
        session.add(found)
        session.flush()
    return found.id


def _clinic(new: NewClinic) -> Clinic:
    return Clinic(
        name=new.name,
        time_zone=new.time_zone,
        currency=new.currency,
        country=new.country,
        address=new.address,
        phone=new.phone,
        email=new.email,
        tax_number=new.tax_number,
        bank_details=new.bank_details,
        invoice_prefix=new.invoice_prefix,
        step_minutes=new.step_minutes,
        opens_minute=new.opens_minute,
        closes_minute=new.closes_minute,
        is_active=True,
    )


def _service(new: NewService, specialty: int | None) -> Service:
    return Service(
        name=new.name,
        specialty_id=specialty,
        duration_minutes=new.duration_minutes,
        buffer_before_minutes=new.buffer_before_minutes,
        buffer_after_minutes=new.buffer_after_minutes,
        price_minor=new.price.minor,
        currency=new.price.currency,
        tax_basis_points=new.tax_basis_points,
        is_active=True,
    )
