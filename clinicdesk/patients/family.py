"""Who pays for whom: a guarantor and the patients whose bills go to them are a family."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.database.session import Database, Transaction
from clinicdesk.patients.errors import (
    GuarantorHasGuarantorError,
    GuarantorIsSelfError,
    GuarantorNotLivingError,
    PatientChangedError,
    PatientMissingError,
    PaysForOthersError,
)
from clinicdesk.patients.models import Patient
from clinicdesk.patients.records import Family, FamilyMember


class FamilyService:
    """The families of the clinic's patients, which are one step deep: no chains, no cycles."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.FIND_PATIENT)
    def family(self, _actor: Actor, patient_id: int) -> Family:
        """Give who pays for a patient, and for whom the patient pays.

        Raises:
            PatientMissingError: there is no such patient.
        """
        return self._database.read(lambda session: family_of(session, patient_id))

    @requires(Action.EDIT_PATIENT)
    def set_guarantor(
        self, actor: Actor, patient_id: int, *, version: int, guarantor_id: int | None
    ) -> Family:
        """Let a patient's bills go to somebody else, or with None to the patient again.

        `version` is that of the record or family that the choice was made from.

        Raises:
            PatientChangedError: somebody else saved the patient meanwhile.
            PatientMissingError: there is no such patient or guarantor.
            GuarantorIsSelfError, GuarantorHasGuarantorError, GuarantorNotLivingError,
            PaysForOthersError: as named; nothing was saved.
        """

        def work(transaction: Transaction) -> Family:
            session = transaction.session
            patient, guarantor = _locked(session, patient_id, guarantor_id)
            if patient.version != version:
                raise PatientChangedError
            if guarantor is not None:
                _check(session, patient, guarantor)
            if patient.guarantor_id != guarantor_id:
                patient.guarantor_id = guarantor_id
                patient.version += 1
                self._note(transaction, actor, patient)
            return family_of(session, patient_id)

        return self._database.write(work)

    def _note(self, transaction: Transaction, actor: Actor, patient: Patient) -> None:
        transaction.session.flush()
        self._audit.record(
            transaction,
            actor,
            "set guarantor",
            entity="patient",
            entity_id=patient.id,
            guarantor=patient.guarantor_id,
        )
        transaction.changed(Topic.PATIENT, patient.id)


def family_of(session: Session, patient_id: int) -> Family:
    """Read who pays for a patient, and for whom the patient pays.

    Raises:
        PatientMissingError: there is no such patient.
    """
    patient = session.get(Patient, patient_id)
    if patient is None:
        raise PatientMissingError
    guarantor = None
    if patient.guarantor_id is not None:
        guarantor = _member(session.get_one(Patient, patient.guarantor_id))
    dependants = session.scalars(
        select(Patient)
        .where(Patient.guarantor_id == patient_id)
        .order_by(Patient.family_key, Patient.given_key, Patient.id)
    )
    return Family(patient.id, patient.version, guarantor, tuple(map(_member, dependants)))


def family_members(session: Session, patient_id: int) -> tuple[FamilyMember, ...]:
    """List a patient's whole family: first who pays, then the others by name.

    Raises:
        PatientMissingError: there is no such patient.
    """
    patient = session.get(Patient, patient_id)
    if patient is None:
        raise PatientMissingError
    head = patient.guarantor_id or patient.id
    return (_member(session.get_one(Patient, head)), *family_of(session, head).dependants)


def _locked(
    session: Session, patient_id: int, guarantor_id: int | None
) -> tuple[Patient, Patient | None]:
    """Lock both in the order of ids, so that two desks never wait for each other."""
    found = {
        wanted: session.get(Patient, wanted, with_for_update=True)
        for wanted in sorted({patient_id, guarantor_id or patient_id})
    }
    patient = found[patient_id]
    guarantor = None if guarantor_id is None else found[guarantor_id]
    if patient is None or (guarantor is None and guarantor_id is not None):
        raise PatientMissingError
    return patient, guarantor


def _check(session: Session, patient: Patient, guarantor: Patient) -> None:
    if guarantor.id == patient.id:
        raise GuarantorIsSelfError
    if guarantor.guarantor_id is not None:
        payer = _member(session.get_one(Patient, guarantor.guarantor_id))
        raise GuarantorHasGuarantorError(_member(guarantor).name, payer.name)
    if guarantor.died_on is not None:
        raise GuarantorNotLivingError
    if session.scalar(select(Patient.id).where(Patient.guarantor_id == patient.id).limit(1)):
        raise PaysForOthersError


def _member(patient: Patient) -> FamilyMember:
    return FamilyMember(
        id=patient.id,
        number=patient.number,
        name=f"{patient.given_name} {patient.family_name}".strip(),
        born_on=patient.born_on,
    )
