"""Decides what a service and the clinic's rules may be."""

from dataclasses import dataclass

from clinicdesk.clinics.errors import (
    PolicyInvalidError,
    ServiceInvalidError,
    ServiceLengthError,
)
from clinicdesk.clinics.records import NewService
from clinicdesk.money import LARGEST_MINOR
from clinicdesk.settings.records import (
    BillingSettings,
    FeeSettings,
    OverdueSettings,
    RefundSettings,
    ScheduleSettings,
    VisitSettings,
)

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 720
LONGEST_BUFFER_MINUTES = 240
LONGEST_NOTICE_MINUTES = 60 * 24 * 90
LONGEST_HORIZON_DAYS = 365 * 3
LONGEST_LATE_HOURS = 24 * 30
A_DAY_MINUTES = 24 * 60
A_YEAR_DAYS = 365
PERCENT = 100


def check_service(new: NewService) -> None:
    """Check a service before it is stored.

    Raises:
        ServiceLengthError, ServiceInvalidError: as named; `field` says where.
    """
    if not new.name.strip():
        raise ServiceInvalidError("Please enter a name.", field="name")
    if not SHORTEST_MINUTES <= new.duration_minutes <= LONGEST_MINUTES:
        raise ServiceLengthError
    for field in ("buffer_before_minutes", "buffer_after_minutes"):
        if not 0 <= getattr(new, field) <= LONGEST_BUFFER_MINUTES:
            raise ServiceInvalidError("A buffer takes from 0 minutes to 4 hours.", field=field)
    notice, horizon = new.minimum_notice_minutes, new.horizon_days
    if notice is not None and not 0 <= notice <= LONGEST_NOTICE_MINUTES:
        raise ServiceInvalidError(
            "The shortest notice is at most 90 days.", field="minimum_notice_minutes"
        )
    if horizon is not None and not 1 <= horizon <= LONGEST_HORIZON_DAYS:
        raise ServiceInvalidError(
            "Times are offered from 1 day to 3 years ahead.", field="horizon_days"
        )
    if new.price.minor < 0:
        raise ServiceInvalidError("A price is not below zero.", field="price")


def check_booking_policy(policy: ScheduleSettings) -> None:
    """Check the rules of booking before they are stored.

    Raises:
        PolicyInvalidError: a number is out of reason; `field` says which.
    """
    highest = {
        "minimum_notice_minutes": LONGEST_NOTICE_MINUTES,
        "horizon_days": LONGEST_HORIZON_DAYS,
        "late_cancel_hours": LONGEST_LATE_HOURS,
        "free_undo_minutes": A_DAY_MINUTES,
    }
    for field, most in highest.items():
        _demand(getattr(policy, field), field, least=int(field == "horizon_days"), most=most)


def check_board_limits(limits: VisitSettings) -> None:
    """Check the limits of the board before they are stored.

    Raises:
        PolicyInvalidError: a number is out of reason; `field` says which.
    """
    for field in ("expected_late_minutes", "waiting_limit_minutes", "with_doctor_limit_minutes"):
        _demand(getattr(limits, field), field, least=0, most=A_DAY_MINUTES)


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """The rules of billing that hold at every clinic."""

    billing: BillingSettings
    fees: FeeSettings
    overdue: OverdueSettings
    refunds: RefundSettings


def check_money_rules(rules: MoneyRules) -> None:
    """Check the rules of billing before they are stored.

    Raises:
        PolicyInvalidError: a number is out of reason; `field` says which.
    """
    _demand(rules.billing.payment_term_days, "payment_term_days", least=0, most=A_YEAR_DAYS)
    for role in ("receptionist", "doctor", "manager"):
        field = f"{role}_discount_percent"
        _demand(getattr(rules.billing, field), field, least=0, most=PERCENT)
    for field in ("no_show_percent", "late_cancel_percent"):
        _demand(getattr(rules.fees, field), field, least=0, most=PERCENT)
    least = 0
    for field in ("first_after_days", "second_after_days", "third_after_days"):
        days = getattr(rules.overdue, field)
        _demand(days, field, least=least if days else 0, most=A_YEAR_DAYS)
        least = max(least, days + 1)
    limit = rules.refunds.second_person_from_minor
    _demand(limit, "second_person_from_minor", least=0, most=LARGEST_MINOR)


def _demand(value: int, field: str, *, least: int, most: int) -> None:
    if not least <= value <= most:
        raise PolicyInvalidError(f"Please enter from {least} to {most}.", field=field)
