"""Missed and late-cancelled visits for which a fee can be charged."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.money import Money


class FeeCause(StrEnum):
    """Why a fee is asked for."""

    NO_SHOW = "missed"
    LATE_CANCELLATION = "cancelled late"


@dataclass(frozen=True, slots=True)
class PendingFee:
    """A visit of which it is not decided yet; `since_at` is when it was missed or cancelled."""

    appointment_id: int
    clinic_id: int
    patient_id: int
    patient_name: str
    service_name: str
    doctor_id: int
    starts_at: datetime
    since_at: datetime
    time_zone: str
    cause: FeeCause
    fee: Money
