"""The use cases around a patient's record: add, change, find, import."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import insert

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.patients import importing
from clinicdesk.patients.csv_rows import RowReader
from clinicdesk.patients.errors import (
    ImportRefusedError,
    PatientChangedError,
    PatientMissingError,
)
from clinicdesk.patients.models import Patient, PatientImport
from clinicdesk.patients.queries import found_patients, patient_count, patient_record
from clinicdesk.patients.records import (
    ImportOutcome,
    ImportPreview,
    PatientDetails,
    PatientHit,
    PatientRecord,
)
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

    @requires(Action.IMPORT_PATIENTS)
    def preview_import(
        self,
        _actor: Actor,
        path: Path,
        *,
        columns: Mapping[str, str] | None = None,
        strip_digits: bool = False,
    ) -> ImportPreview:
        """Tell what importing a CSV file would do; nothing is written.

        `columns` maps headings to fields (`csv_columns.FIELDS`, "" to leave one out) where the
        usual names do not fit. `strip_digits` takes away the digits that made-up names end in.

        Raises:
            ImportFileError: the file cannot be read to its end; the sentence says where and why.
        """
        reader = self._reader(path, columns, strip_digits=strip_digits)
        return self._database.read(lambda session: importing.preview(session, reader))

    @requires(Action.IMPORT_PATIENTS)
    def import_file(
        self,
        actor: Actor,
        path: Path,
        *,
        columns: Mapping[str, str] | None = None,
        skip_problems: bool = False,
        strip_digits: bool = False,
        progress: importing.Progress | None = None,
    ) -> ImportOutcome:
        """Add a CSV file's new patients, all of them or none; those imported before stay.

        `progress` is told the number of rows done and gives back False to stop. One change with
        id 0 tells screens that many patients came.

        Raises:
            ImportRefusedError: rows cannot be taken, and `skip_problems` is not set.
            ImportCancelledError: `progress` said stop.
            ImportFileError: the file cannot be read to its end.
        """
        reader = self._reader(path, columns, strip_digits=strip_digits)
        if not skip_problems:
            trial = self._database.read(lambda session: importing.preview(session, reader))
            if trial.problem_count:
                raise ImportRefusedError(trial.problem_count)

        def work(transaction: Transaction) -> ImportOutcome:
            outcome = importing.run(
                transaction.session, reader, skip_problems=skip_problems, progress=progress
            )
            self._record_import(transaction, actor, path.name, outcome)
            return outcome

        return self._database.write(work)

    def _reader(
        self, path: Path, columns: Mapping[str, str] | None, *, strip_digits: bool
    ) -> RowReader:
        return importing.open_list(
            path,
            columns=columns or {},
            now=self._clock.now(),
            region=self._region,
            strip_digits=strip_digits,
        )

    def _record_import(
        self, transaction: Transaction, actor: Actor, source: str, outcome: ImportOutcome
    ) -> None:
        done: int = transaction.session.execute(
            insert(PatientImport).returning(PatientImport.id),
            {
                "source": source,
                "rows": outcome.added,
                "imported_at": self._clock.now(),
                "imported_by": actor.user_id,
            },
        ).scalar_one()
        self._audit.record(
            transaction,
            actor,
            "import patients",
            entity="patient_import",
            entity_id=done,
            added=outcome.added,
            known=outcome.known,
            left_out=outcome.left_out,
        )
        if outcome.added:
            transaction.changed(Topic.PATIENT, 0)

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
