"""Clinics, rooms, services and specialties as screens see them."""

from dataclasses import dataclass

from clinicdesk.money import Money


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


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """What can be booked; the price includes tax at `tax_basis_points` (2000 is 20 %)."""

    id: int
    name: str
    specialty: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: Money
    tax_basis_points: int


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


@dataclass(frozen=True, slots=True)
class NewService:
    """What is needed to offer a service."""

    name: str
    duration_minutes: int
    price: Money
    tax_basis_points: int = 0
    specialty: str = ""
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
