"""Reads how a clinic's papers are made up, and which of them were handed out."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.documents.language import ENGLISH, PaperLanguage, language_named
from clinicdesk.documents.models import ClinicLogo, PrintedPaper
from clinicdesk.documents.records import Paper
from clinicdesk.patients.models import Patient
from clinicdesk.settings.records import PaperSettings
from clinicdesk.settings.service import load_settings


def language_for(session: Session, patient_id: int | None) -> PaperLanguage:
    """Give the language of a patient's papers: the patient's, else the clinic's choice.

    Of a language that the program does not write, the clinic's is taken.
    """
    patient = session.get(Patient, patient_id) if patient_id is not None else None
    wanted = language_named(patient.language) if patient is not None else None
    usual = language_named(load_settings(session, PaperSettings).language)
    return wanted or usual or ENGLISH


def logo_row(session: Session, clinic_id: int) -> ClinicLogo | None:
    """Give a clinic's picture, None for none."""
    return session.get(ClinicLogo, clinic_id)


def was_printed(session: Session, paper: Paper, item_id: int) -> bool:
    """Tell whether a paper was handed out before."""
    found = session.scalar(
        select(PrintedPaper.id)
        .where(PrintedPaper.paper == paper, PrintedPaper.item_id == item_id)
        .limit(1)
    )
    return found is not None
