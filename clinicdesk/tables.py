"""Every table of every room, for migrations and tests."""

from sqlalchemy import MetaData

from clinicdesk.audit import models as audit
from clinicdesk.billing import guard as billing_guard
from clinicdesk.billing import models as billing
from clinicdesk.clinics import models as clinics
from clinicdesk.database.base import Base
from clinicdesk.documents import models as documents
from clinicdesk.outbox import models as outbox
from clinicdesk.patients import models as patients
from clinicdesk.patients import search_tables
from clinicdesk.payments import guard as payments_guard
from clinicdesk.payments import models as payments
from clinicdesk.payments.disputes import models as disputes
from clinicdesk.payments.events import models as provider_events
from clinicdesk.payments.reconciliation import models as reconciliation
from clinicdesk.payments.till import models as till
from clinicdesk.schedule import guard
from clinicdesk.schedule import models as schedule
from clinicdesk.schedule.disruption import models as disruption
from clinicdesk.schedule.holds import models as holds
from clinicdesk.schedule.hours import models as hours
from clinicdesk.schedule.series import models as series
from clinicdesk.schedule.shelf import models as shelf
from clinicdesk.schedule.views import models as views
from clinicdesk.schedule.waiting import models as waiting
from clinicdesk.settings import models as settings
from clinicdesk.staff import models as staff

ROOMS = (
    settings,
    audit,
    outbox,
    clinics,
    staff,
    patients,
    search_tables,
    schedule,
    guard,
    hours,
    series,
    holds,
    shelf,
    waiting,
    disruption,
    views,
    billing,
    billing_guard,
    payments,
    provider_events,
    disputes,
    reconciliation,
    till,
    payments_guard,
    documents,
)


def metadata() -> MetaData:
    """Give the whole model."""
    return Base.metadata
