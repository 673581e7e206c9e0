"""The services that the page of patients works with, on an encrypted file."""

from clinicdesk.access import program_actor
from clinicdesk.app import Services
from clinicdesk.clinics.records import NewClinic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from tests.services import services_over


def patients_services(database: Database, clock: Clock) -> Services:
    """Give real services with one clinic."""
    services = services_over(database, clock)
    services.clinics.open_clinic(
        program_actor(), NewClinic("Main Street Clinic", "Europe/London", "GBP", "GB")
    )
    return services
