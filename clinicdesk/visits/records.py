"""The board of a clinic's day: which patient is where, and since when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.schedule.records import AppointmentId, AppointmentStatus
from clinicdesk.settings.records import VisitSettings


class Column(StrEnum):
    """Where on the board a visit stands; what is to pay is decided by who sees the invoices."""

    EXPECTED = "Expected"
    ARRIVED = "Arrived"
    WITH_DOCTOR = "With doctor"
    TO_PAY = "To pay"
    DONE = "Done"


COLUMN_OF = {
    AppointmentStatus.REQUESTED: Column.EXPECTED,
    AppointmentStatus.CONFIRMED: Column.EXPECTED,
    AppointmentStatus.ARRIVED: Column.ARRIVED,
    AppointmentStatus.IN_ROOM: Column.WITH_DOCTOR,
    AppointmentStatus.COMPLETED: Column.DONE,
    AppointmentStatus.NO_SHOW: Column.DONE,
    AppointmentStatus.CANCELLED: Column.DONE,
}


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One visit of the day; instants in UTC. `is_new` tells that the patient was never seen."""

    id: AppointmentId
    version: int
    patient_id: int
    given_name: str
    family_name: str
    doctor_id: int
    doctor_name: str
    room_id: int | None
    room_name: str
    service_name: str
    status: AppointmentStatus
    starts_at: datetime
    arrived_at: datetime | None
    called_in_at: datetime | None
    in_room_at: datetime | None
    completed_at: datetime | None
    is_walk_in: bool
    is_new: bool

    @property
    def patient_name(self) -> str:
        """The patient's whole name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def column(self) -> Column:
        """Where the card stands as far as the visit itself is concerned."""
        return COLUMN_OF[self.status]

    @property
    def is_cancelled(self) -> bool:
        """Whether the visit was called off."""
        return self.status is AppointmentStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class BoardRoom:
    """A room of the clinic, with the visit that is in it now, if any."""

    id: int
    name: str
    visit_id: int | None = None
    patient_name: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A clinic's day on the board, the earliest visit first; `limits` say when a card is late."""

    clinic_id: int
    day: date
    time_zone: str
    limits: VisitSettings
    cards: tuple[BoardCard, ...]
    rooms: tuple[BoardRoom, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of the day; `longest_minutes` is the longest wait of those who wait now."""

    booked: int
    waiting: int
    longest_minutes: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The visits of a day that are open: those `without_outcome`, and the completed ones.

    A completed one counts only where it has no invoice yet, which is known a floor above.
    """

    day: date
    time_zone: str
    without_outcome: tuple[BoardCard, ...]
    completed: tuple[BoardCard, ...]


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A patient who comes without an appointment; `request_key` is a UUID made once per dialog.

    Without `doctor_id` the first free doctor counts. With `overbook_reason` the patient is put in
    now, over what is there, with the doctor named; otherwise at the next free time of today.
    """

    request_key: str
    clinic_id: int
    patient_id: int
    service_id: int
    doctor_id: int | None = None
    overbook_reason: str = ""
    accept_patient_overlap: bool = False
