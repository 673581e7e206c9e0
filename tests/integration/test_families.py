"""Who pays for whom: one step deep, the same at two desks, and in the audit log."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, ClinicDeskError
from clinicdesk.patients.errors import (
    GuarantorHasGuarantorError,
    GuarantorIsSelfError,
    GuarantorNotLivingError,
    PatientChangedError,
    PatientMissingError,
    PaysForOthersError,
)
from clinicdesk.patients.records import PatientDetails
from tests.account_desk import STRANGER, AccountDesk
from tests.billing_desk import RECEPTIONIST, SETUP


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> AccountDesk:
    return AccountDesk(database, clock).open()


def test_a_family_is_seen_from_both_sides(desk: AccountDesk) -> None:
    families = desk.services.families
    rosa, leo = (families.family(RECEPTIONIST, each) for each in (desk.rosa, desk.leo))
    assert rosa.guarantor is None
    assert [member.name for member in rosa.dependants] == ["Leo Álvarez", "Mia Álvarez"]
    assert leo.guarantor is not None
    assert leo.guarantor.name == "Rosa Álvarez"
    assert leo.dependants == ()
    alone = families.family(RECEPTIONIST, desk.patient_id)
    assert (alone.guarantor, alone.dependants) == (None, ())


def test_the_choice_is_audited_and_taken_back(desk: AccountDesk) -> None:
    desk.set_guarantor(desk.leo, None)
    assert desk.services.families.family(SETUP, desk.leo).guarantor is None
    newest = desk.services.audit.entries(SETUP, entity="patient", entity_id=desk.leo, limit=1)[0]
    assert newest.action == "set guarantor"
    assert newest.details == {"guarantor": None}
    before = desk.services.families.family(SETUP, desk.leo).version
    desk.set_guarantor(desk.leo, None)
    assert desk.services.families.family(SETUP, desk.leo).version == before


def test_a_change_of_the_patient_meanwhile_is_noticed(desk: AccountDesk) -> None:
    families, patients = desk.services.families, desk.services.patients
    version = families.family(SETUP, desk.leo).version
    changed = PatientDetails("Leon", "Álvarez")
    newest = patients.change(SETUP, desk.leo, version=version, details=changed)
    with pytest.raises(PatientChangedError):
        families.set_guarantor(SETUP, desk.leo, version=version, guarantor_id=None)
    families.set_guarantor(SETUP, desk.leo, version=newest.version, guarantor_id=None)
    with pytest.raises(PatientChangedError):
        patients.change(SETUP, desk.leo, version=newest.version, details=changed)


def refused(desk: AccountDesk, patient_id: int, guarantor_id: int) -> ClinicDeskError:
    before = desk.services.families.family(SETUP, patient_id)
    with pytest.raises(ClinicDeskError) as error:
        desk.services.families.set_guarantor(
            SETUP, patient_id, version=before.version, guarantor_id=guarantor_id
        )
    assert desk.services.families.family(SETUP, patient_id) == before
    return error.value


def test_no_chains_and_no_cycles(desk: AccountDesk) -> None:
    assert isinstance(refused(desk, desk.rosa, desk.rosa), GuarantorIsSelfError)
    assert isinstance(refused(desk, desk.rosa, desk.patient_id), PaysForOthersError)
    chain = refused(desk, desk.patient_id, desk.leo)
    assert isinstance(chain, GuarantorHasGuarantorError)
    assert "Choose Rosa Álvarez instead" in chain.sentence
    assert isinstance(refused(desk, desk.rosa, desk.leo), GuarantorHasGuarantorError)


def test_who_has_died_pays_for_nobody(desk: AccountDesk) -> None:
    details = PatientDetails("Chloé", "Martin", died_on=date(2026, 11, 2))
    desk.services.patients.change(SETUP, desk.patient_id, version=1, details=details)
    assert isinstance(refused(desk, desk.leo, desk.patient_id), GuarantorNotLivingError)


def test_nobody_is_nobodys_guarantor(desk: AccountDesk) -> None:
    families = desk.services.families
    with pytest.raises(PatientMissingError):
        families.family(SETUP, 999)
    with pytest.raises(PatientMissingError):
        families.set_guarantor(SETUP, 999, version=1, guarantor_id=None)
    assert isinstance(refused(desk, desk.patient_id, 999), PatientMissingError)
    with pytest.raises(AccessDeniedError):
        families.set_guarantor(STRANGER, desk.leo, version=1, guarantor_id=None)


def test_two_desks_cannot_make_a_chain_between_them(desk: AccountDesk) -> None:
    """Chloé is to pay for Jun, while Jun is to pay for Ann: one of them is too late."""
    for number in range(6):
        jun, ann = desk.patient("Jun", f"Tanaka {number}"), desk.patient("Ann", f"Lee {number}")
        start = threading.Barrier(2)

        def choose(wish: tuple[int, int], start: threading.Barrier = start) -> bool:
            start.wait(timeout=20)
            try:
                desk.services.families.set_guarantor(
                    SETUP, wish[0], version=1, guarantor_id=wish[1]
                )
            except (GuarantorHasGuarantorError, PaysForOthersError):
                return False
            return True

        with ThreadPoolExecutor(2) as desks:
            won = list(desks.map(choose, [(jun, desk.patient_id), (ann, jun)]))
        assert sorted(won) == [False, True]
