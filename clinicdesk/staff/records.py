"""Doctors and people as screens see them."""

from dataclasses import dataclass

from clinicdesk.access import Role


@dataclass(frozen=True, slots=True)
class DoctorRecord:
    """A doctor; `clinic_ids` are the places of work, `service_ids` what the doctor gives."""

    id: int
    name: str
    specialty: str
    accent: int
    clinic_ids: tuple[int, ...]
    service_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to let a person sign in."""

    login: str
    display_name: str
    password: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class NewDoctor:
    """What is needed to give a doctor a column; `rooms` maps clinic ids to room ids."""

    name: str
    specialty: str
    clinic_rooms: tuple[tuple[int, int | None], ...]
    service_ids: tuple[int, ...]
    user_id: int | None = None
