"""Decides what a service may be."""

from clinicdesk.clinics.errors import ServiceInvalidError, ServiceLengthError
from clinicdesk.clinics.records import NewService

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 720
LONGEST_BUFFER_MINUTES = 240
LONGEST_NOTICE_MINUTES = 60 * 24 * 90
LONGEST_HORIZON_DAYS = 365 * 3


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
