"""Wishes on the waiting list and the offers made for them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

EVERY_DAY = 127


class WishState(StrEnum):
    """Where a wish stands."""

    WAITING = "waiting"
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"


class OfferState(StrEnum):
    """Where an offer stands; the first ACCEPTED one of a time makes its rivals GONE."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    GONE = "gone"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class NewWish:
    """What a patient wishes: a service on `weekdays` (bit 0 for Monday) between two minutes of the
    clinic's wall clock, on days from `from_on` to `until_on`, told `notice_minutes` ahead at least.

    No clinic or doctor means any. With `appointment_id` the patient has a later visit, which is
    moved rather than booked anew.
    """

    patient_id: int
    service_id: int
    clinic_id: int | None = None
    doctor_id: int | None = None
    weekdays: int = EVERY_DAY
    from_minute: int = 0
    until_minute: int = 1440
    from_on: date | None = None
    until_on: date | None = None
    notice_minutes: int = 60
    appointment_id: int | None = None
    is_urgent: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish as the list shows it.

    `later_at` is the start of the patient's later visit, which a freed time would replace. Somebody
    who `has_mail` can be written to; the others are called.
    """

    id: int
    version: int
    wish: NewWish
    state: WishState
    patient_name: str
    service_name: str
    doctor_name: str
    duration_minutes: int
    created_at: datetime
    clinic_name: str = ""
    phone: str = ""
    has_mail: bool = False
    later_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FreedTime:
    """A time that fell free, [starts_at, ends_at) in UTC, with a doctor at a clinic."""

    clinic_id: int
    doctor_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wish beside a freed time: `left_out` says why it does not fit, and is empty if it does.

    `starts_at` is when the visit would begin within the freed time.
    """

    wish: Wish
    starts_at: datetime
    left_out: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A time offered to a patient until `expires_at`; `time_zone` is that of its clinic."""

    id: int
    wish_id: int
    patient_id: int
    patient_name: str
    service_name: str
    doctor_name: str
    time: FreedTime
    state: OfferState
    made_at: datetime
    expires_at: datetime
    phone: str = ""
    has_mail: bool = False
    time_zone: str = "UTC"
