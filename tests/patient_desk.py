"""A desk at which patients are added and found, for tests of that room."""

from collections.abc import Iterable
from datetime import date

from clinicdesk.access import Actor, Role
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.patients.records import PatientDetails, PatientHit
from clinicdesk.patients.service import PatientService

MANAGER = Actor(None, "Maria", frozenset({Role.MANAGER}), desk="front")
AUDIT_KEY = b"a" * 32


def patient_service(database: Database, clock: Clock, *, region: str = "GB") -> PatientService:
    """Give the service on a database."""
    audit = AuditLog(database, clock=clock, key=AUDIT_KEY)
    return PatientService(database, clock=clock, audit=audit, region=region)


def person(name: str, *, born: str = "", phone: str = "") -> PatientDetails:
    """Give details from "Given Family"; the last word is the family name."""
    given, _, family = name.rpartition(" ")
    return PatientDetails(
        given_name=given,
        family_name=family,
        born_on=date.fromisoformat(born) if born else None,
        phone=phone,
    )


def names(hits: Iterable[PatientHit]) -> list[str]:
    """Give the names of hits in their order."""
    return [hit.name for hit in hits]
