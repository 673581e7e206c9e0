"""Opens clinics and says what they offer."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.errors import (
    ClinicGoneError,
    NameTakenError,
    ServiceGoneError,
    UnknownTimeZoneError,
)
from clinicdesk.clinics.models import Clinic, Room, Service, Specialty
from clinicdesk.clinics.queries import active_clinics, active_services
from clinicdesk.clinics.records import ClinicRecord, NewClinic, NewService, ServiceRecord
from clinicdesk.clinics.rules import check_service
from clinicdesk.database.session import Database, Transaction


class ClinicService:
    """The clinics, their rooms and services."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.SEE_SETUP)
    def clinics(self, _actor: Actor) -> tuple[ClinicRecord, ...]:
        """List the clinics."""
        return self._database.read(active_clinics)

    @requires(Action.SEE_SETUP)
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
            ServiceLengthError, ServiceInvalidError, NameTakenError: as named.
        """
        check_service(new)

        def work(transaction: Transaction) -> int:
            service = _service(new, specialty_id(transaction.session, new.specialty))
            transaction.session.add(service)
            transaction.session.flush()
            self._record(transaction, actor, "add service", entity="service", entity_id=service.id)
            return service.id

        return self._unless_taken(work)

    @requires(Action.SET_UP_CLINIC)
    def change_service(self, actor: Actor, service_id: int, *, new: NewService) -> int:
        """Change what a service takes from now on, and give its id; what is booked stays.

        Raises:
            ServiceLengthError, ServiceInvalidError, NameTakenError: as for offering one.
            ServiceGoneError: it is not offered any more.
        """
        check_service(new)

        def work(transaction: Transaction) -> int:
            session = transaction.session
            row = session.get(Service, service_id, with_for_update=True)
            if row is None or not row.is_active:
                raise ServiceGoneError
            changed = _service(new, specialty_id(session, new.specialty))
            before, after = _values(row), _values(changed)
            for name, value in after.items():
                setattr(row, name, value)
            session.flush()
            moved = sorted(name for name in after if after[name] != before[name])
            self._audit.record(
                transaction, actor, "change service", entity="service", entity_id=row.id,
                before={name: before[name] for name in moved},
                after={name: after[name] for name in moved},
            )  # fmt: skip
            transaction.changed(Topic.CLINIC, row.id)
            transaction.changed(Topic.AVAILABILITY, row.id)
            return row.id

        return self._unless_taken(work)

    @requires(Action.SET_UP_CLINIC)
    def set_holiday_region(self, actor: Actor, clinic_id: int, *, region: str) -> None:
        """Say in which region of its country a clinic lies, as a code of ISO 3166-2 such as ENG.

        Raises:
            ClinicGoneError: there is no such clinic.
        """

        def work(transaction: Transaction) -> None:
            row = transaction.session.get(Clinic, clinic_id)
            if row is None:
                raise ClinicGoneError
            before, row.holiday_region = row.holiday_region, region.strip().upper()
            self._audit.record(
                transaction, actor, "set region", entity="clinic", entity_id=clinic_id,
                before=before, after=row.holiday_region,
            )  # fmt: skip
            transaction.changed(Topic.CLINIC, clinic_id)

        self._database.write(work)

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
        holiday_region=new.holiday_region.strip().upper(),
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
        tax_mode=new.tax_mode,
        minimum_notice_minutes=new.minimum_notice_minutes,
        horizon_days=new.horizon_days,
        equipment_kind=new.equipment_kind.strip(),
        is_active=True,
    )


def _values(service: Service) -> dict[str, Any]:
    """Give what can be changed of a service, as plain values."""
    columns = (column.key for column in Service.__table__.c)
    return {name: getattr(service, name) for name in columns if name not in {"id", "is_active"}}
