"""The use cases around a patient's record: add, change, find, import."""

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.patients.errors import PatientChangedError, PatientMissingError
from clinicdesk.patients.models import Patient
from clinicdesk.patients.queries import found_patients, patient_count, patient_record
from clinicdesk.patients.records import PatientDetails, PatientHit, PatientRecord
from clinicdesk.patients.rules import LATEST_ZONE, changed_fields, checked
from clinicdesk.patients.storing import details_of, insert_patients, update_patient
from clinicdesk.patients.typed_text import Typed, read_typed

SHOWN_HITS = 20


class PatientService:
    """The clinic's patients.

    `region` is the country (ISO 3166) whose phone numbers are written without a country code.
    """

    def __init__(
        self, database: Database, *, clock: Clock, audit: AuditLog, region: str = "GB"
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._region = region

    @requires(Action.EDIT_PATIENT)
    def add(self, actor: Actor, details: PatientDetails) -> PatientRecord:
        """Add a patient, who gets the next patient number.

        Raises:
            NameMissingError, EmailInvalidError, TextUnusableError, DateImpossibleError: `field`
                names what cannot be saved.
        """
        now = self._clock.now()
        good = checked(details, now=now)

        def work(transaction: Transaction) -> PatientRecord:
            session = transaction.session
            (patient_id,) = insert_patients(
                session, [(good, None)], created_at=now, region=self._region
            )
            self._record(transaction, actor, "add patient", patient_id)
            return patient_record(session.get_one(Patient, patient_id))

        return self._database.write(work)

    @requires(Action.EDIT_PATIENT)
    def change(
        self, actor: Actor, patient_id: int, *, version: int, details: PatientDetails
    ) -> PatientRecord:
        """Replace a patient's details; `version` is that of the record they were read from.

        Raises:
            PatientChangedError: somebody else saved meanwhile.
            PatientMissingError: there is no such patient.
            NameMissingError, EmailInvalidError, TextUnusableError, DateImpossibleError: `field`
                names what cannot be saved.
        """
        good = checked(details, now=self._clock.now())

        def work(transaction: Transaction) -> PatientRecord:
            session = transaction.session
            patient = session.get(Patient, patient_id, with_for_update=True)
            if patient is None:
                raise PatientMissingError
            if patient.version != version:
                raise PatientChangedError
            fields = changed_fields(details_of(patient), good)
            if fields:
                update_patient(session, patient, good, self._region)
                self._record(transaction, actor, "change patient", patient_id, fields=fields)
            return patient_record(patient)

        return self._database.write(work)

    @requires(Action.FIND_PATIENT)
    def patient(self, _actor: Actor, patient_id: int) -> PatientRecord:
        """Give a patient's record.

        Raises:
            PatientMissingError: there is no such patient.
        """
        found = self._database.read(
            lambda session: (
                patient_record(patient) if (patient := session.get(Patient, patient_id)) else None
            )
        )
        if found is None:
            raise PatientMissingError
        return found

    @requires(Action.FIND_PATIENT)
    def search(
        self, _actor: Actor, text: str, *, limit: int = SHOWN_HITS
    ) -> tuple[PatientHit, ...]:
        """Find patients by what was typed so far, ordered by family name, given name and id.

        Understood are parts of names in any order, three or more digits of the phone, a date of
        birth in any usual order (with parts of the name if wanted), and the patient's number.
        """
        today = (self._clock.now() + LATEST_ZONE).date()
        typed = read_typed(text, region=self._region, today=today)
        if typed == Typed():
            return ()
        return self._database.read(lambda session: found_patients(session, typed, limit=limit))

    @requires(Action.FIND_PATIENT)
    def count(self, _actor: Actor) -> int:
        """Count all patients."""
        return self._database.read(patient_count)

    def _record(
        self,
        transaction: Transaction,
        actor: Actor,
        action: str,
        patient_id: int,
        *,
        fields: list[str] | None = None,
    ) -> None:
        details = {"fields": fields} if fields else {}
        self._audit.record(
            transaction, actor, action, entity="patient", entity_id=patient_id, **details
        )
        transaction.changed(Topic.PATIENT, patient_id)
