"""Patients, and the keys by which they are found."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base
from clinicdesk.staff.models import User


class Patient(Base):
    """A patient. `family_key` and `given_key` are lower case without accents, for search.

    `guarantor_id` is who pays for this patient, None for the patient; those with one guarantor and
    the guarantor are a family. `import_key` is the source's own id of an imported row, so that the
    same row is not taken twice.
    The index `ix_patient_shown` holds the names alone: a day of the calendar reads hundreds of
    them, and in the encrypted file a narrow index stays in the cache where the table does not.
    """

    __tablename__ = "patient"
    __table_args__ = (
        Index("ix_patient_name", "family_key", "given_key", "id"),
        Index("ix_patient_given", "given_key", "family_key", "id"),
        Index("ix_patient_born_on", "born_on", "family_key", "given_key"),
        Index("ix_patient_shown", "id", "given_name", "family_name"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    import_key: Mapped[str | None] = mapped_column(unique=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    given_key: Mapped[str]
    family_key: Mapped[str]
    born_on: Mapped[date | None]
    died_on: Mapped[date | None]
    sex: Mapped[str]
    phone: Mapped[str]
    phone_digits: Mapped[str]
    email: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    alert: Mapped[str]
    note_sealed: Mapped[bytes | None]
    allows_email: Mapped[bool]
    allows_sms: Mapped[bool]
    guarantor_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    version: Mapped[int]
    created_at: Mapped[datetime]


class PatientSearch(Base):
    """What finds a patient: words of the name and digits of the phone, made by `search_keys`.

    `place` orders like family name, given name and id (see `name_order`). The full-text tables in
    `search_tables` are indexes over these columns, and its triggers keep them so.
    """

    __tablename__ = "patient_search"
    __table_args__ = (CheckConstraint("patient_id BETWEEN 1 AND 16777215", name="id"), STRICT)

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[int] = mapped_column(
        ForeignKey("patient.id", ondelete="CASCADE"), unique=True
    )
    words: Mapped[str]
    digits: Mapped[str]


class PatientNumber(Base):
    """The counter of patient numbers: one row."""

    __tablename__ = "patient_number"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_number: Mapped[int]


class PatientImport(Base):
    """One finished import: where it came from and how many rows it brought."""

    __tablename__ = "patient_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    rows: Mapped[int]
    imported_at: Mapped[datetime]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
