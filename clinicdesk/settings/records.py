"""The settings of each topic with their defaults; secrets are not among them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected; plain only on loopback."""

    TLS = "tls"
    STARTTLS = "starttls"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server that the clinic's messages go through."""

    topic: ClassVar[str] = "mail"

    host: str = ""
    port: int = 465
    security: MailSecurity = MailSecurity.TLS
    user: str = ""
    sender_address: str = ""


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """How card payments are taken; `api_base` is set only to reach a stand-in on loopback.

    `shows_cart` puts the invoice's lines on the reader before the card is asked for. A
    `listener_port` other than 0 is where a relay on this computer hands over the provider's events.
    """

    topic: ClassVar[str] = "payments"

    api_base: str = ""
    reader_poll_seconds: float = 1.0
    reader_patience_seconds: float = 120.0
    shows_cart: bool = False
    listener_port: int = 0


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """When patients are reminded, in whole hours before the visit."""

    topic: ClassVar[str] = "reminders"

    hours_before: int = 24


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """The clinic's booking policy.

    A cancellation within `late_cancel_hours` of the visit is a late one. A step can be taken back
    without a reason for `free_undo_minutes`, by whoever made it.
    """

    topic: ClassVar[str] = "schedule"

    minimum_notice_minutes: int = 0
    horizon_days: int = 365
    requests_hold_slot: bool = True
    late_cancel_hours: int = 24
    free_undo_minutes: int = 15


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """After how many minutes a card on the board of today is late, by where the patient is."""

    topic: ClassVar[str] = "visits"

    expected_late_minutes: int = 10
    waiting_limit_minutes: int = 15
    with_doctor_limit_minutes: int = 60


@dataclass(frozen=True, slots=True)
class BillingSettings:
    """The clinic's billing policy; discounts are limited in whole percent of a line by role."""

    topic: ClassVar[str] = "billing"

    payment_term_days: int = 14
    receptionist_discount_percent: int = 10
    doctor_discount_percent: int = 25
    manager_discount_percent: int = 100


@dataclass(frozen=True, slots=True)
class FeeSettings:
    """What a missed or late-cancelled visit costs, in whole percent of its price; 0 is nothing.

    Where `is_automatic` the invoice is made by itself once the step can no longer be taken back.
    """

    topic: ClassVar[str] = "fees"

    no_show_percent: int = 0
    late_cancel_percent: int = 0
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class OverdueSettings:
    """When patients are reminded of an unpaid invoice, in days after it was due; 0 is never."""

    topic: ClassVar[str] = "overdue"

    first_after_days: int = 7
    second_after_days: int = 21
    third_after_days: int = 35
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """In which language papers are written for patients who named none; a tag such as "de"."""

    topic: ClassVar[str] = "paper"

    language: str = "en"


@dataclass(frozen=True, slots=True)
class RefundSettings:
    """From which sum (minor units) on a refund needs a second person; 0 is never."""

    topic: ClassVar[str] = "refunds"

    second_person_from_minor: int = 0
