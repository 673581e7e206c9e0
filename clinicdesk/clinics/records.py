"""Clinics, rooms, services and specialties as screens see them."""

from dataclasses import dataclass

from clinicdesk.money import Money, TaxMode


@dataclass(frozen=True, slots=True)
class ClinicRecord:
    """A clinic; `opens_minute` and `closes_minute` bound the drawn day in wall time."""

    id: int
    name: str
    time_zone: str
    currency: str
    country: str
    address: str
    phone: str
    email: str
    tax_number: str
    bank_details: str
    invoice_prefix: str
    step_minutes: int
    opens_minute: int
    closes_minute: int
    holiday_region: str = ""


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """A consulting room; one that is not active is offered no more."""

    id: int
    clinic_id: int
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class EquipmentRecord:
    """A thing that one visit uses at a time; services ask for its kind, such as "ECG"."""

    id: int
    clinic_id: int
    kind: str
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """What can be booked; `tax_mode` says how tax at `tax_basis_points` (2000 is 20 %) is charged.

    `minimum_notice_minutes` and `horizon_days` None stand for the clinic's own. A service with an
    `equipment_kind` needs a piece of that kind at the clinic for its whole length.
    """

    id: int
    name: str
    specialty: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: Money
    tax_basis_points: int
    minimum_notice_minutes: int | None = None
    horizon_days: int | None = None
    equipment_kind: str = ""
    tax_mode: TaxMode = TaxMode.INCLUSIVE


@dataclass(frozen=True, slots=True)
class NewClinic:
    """What is needed to open a clinic."""

    name: str
    time_zone: str
    currency: str
    country: str
    address: str = ""
    phone: str = ""
    email: str = ""
    tax_number: str = ""
    bank_details: str = ""
    invoice_prefix: str = "INV"
    step_minutes: int = 15
    opens_minute: int = 8 * 60
    closes_minute: int = 18 * 60
    rooms: tuple[str, ...] = ()
    holiday_region: str = ""


@dataclass(frozen=True, slots=True)
class NewService:
    """What is needed to offer a service; ServiceRecord says what its fields mean."""

    name: str
    duration_minutes: int
    price: Money
    tax_basis_points: int = 0
    specialty: str = ""
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    minimum_notice_minutes: int | None = None
    horizon_days: int | None = None
    equipment_kind: str = ""
    tax_mode: TaxMode = TaxMode.INCLUSIVE
