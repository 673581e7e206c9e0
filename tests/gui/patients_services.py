"""The services that the page of patients works with, on an encrypted file."""

from types import SimpleNamespace
from typing import Any

from clinicdesk.access import program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.service import BillingService
from clinicdesk.clinics.records import NewClinic
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.patients.service import PatientService
from clinicdesk.schedule.service import ScheduleService


def patients_services(database: Database, clock: Clock) -> Any:
    """Give real services with one clinic."""
    audit = AuditLog(database, clock=clock, key=b"k" * 32)
    clinics = ClinicService(database, audit=audit)
    clinics.open_clinic(
        program_actor(), NewClinic("Main Street Clinic", "Europe/London", "GBP", "GB")
    )
    return SimpleNamespace(
        clinics=clinics,
        patients=PatientService(database, clock=clock, audit=audit),
        schedule=ScheduleService(database, clock=clock, audit=audit),
        billing=BillingService(database, clock=clock, audit=audit),
    )
