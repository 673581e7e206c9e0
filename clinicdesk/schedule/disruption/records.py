"""Disruptions and the visits they touch."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.schedule.records import AppointmentDetails, Slot


class CaseState(StrEnum):
    """What has become of a visit that a disruption touches."""

    OPEN = "open"
    CALLED = "called"
    MESSAGED = "messaged"
    MOVED = "moved"
    CANCELLED = "cancelled"
    KEPT = "kept"


HANDLED = frozenset({CaseState.MOVED, CaseState.CANCELLED, CaseState.KEPT})
"""The states in which nothing is left to do for a visit."""


class AlternativeKind(StrEnum):
    """In what an alternative keeps to the visit that cannot take place."""

    SAME_DOCTOR = "same doctor later"
    SAME_DAY = "another doctor the same day"
    OTHER_CLINIC = "another clinic"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free time that would do instead; names and zone are those of its doctor and clinic."""

    kind: AlternativeKind
    slot: Slot
    doctor_name: str
    clinic_name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class OutRecord:
    """A doctor who is out, how many visits that touches and how many of them are handled.

    `clinic_id` None is every clinic; `time_zone` is that of the clinic, or of the doctor's first.
    """

    id: int
    doctor_id: int
    doctor_name: str
    clinic_id: int | None
    time_zone: str
    from_at: datetime
    until_at: datetime
    reason: str
    total: int
    handled: int
    closed_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is left to do for anybody."""
        return self.handled == self.total


@dataclass(frozen=True, slots=True)
class Case:
    """A visit that a disruption touches, with its patient and what could be done about it.

    `alternatives` stand best first, and none of them is offered for another visit as well.
    `proposed` is the time that the patient was written to about. Somebody who `has_mail` can be.
    """

    disruption_id: int
    appointment: AppointmentDetails
    patient_name: str
    phone: str
    has_mail: bool
    state: CaseState
    note: str
    handled_at: datetime | None
    handled_by: str
    alternatives: tuple[Alternative, ...] = ()
    proposed: Slot | None = None

    @property
    def is_handled(self) -> bool:
        """Tell whether nothing is left to do about this visit."""
        return self.state in HANDLED
