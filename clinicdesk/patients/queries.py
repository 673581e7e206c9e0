"""Reads patients: one, how many, and those that fit what was typed, in the order of names."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from clinicdesk.patients.birth_dates import Span
from clinicdesk.patients.models import Patient, PatientSearch
from clinicdesk.patients.places import ids_by_digits, ids_by_words
from clinicdesk.patients.records import PatientHit, PatientRecord
from clinicdesk.patients.search_keys import fits
from clinicdesk.patients.typed_text import Reading, Typed


class _Row(NamedTuple):
    """A found patient; rows compare in the order of results."""

    family_key: str
    given_key: str
    id: int
    number: str
    given_name: str
    family_name: str
    born_on: date | None
    phone: str


SHOWN = tuple(Patient.__table__.c[name] for name in _Row._fields)
SHOW = select(*SHOWN)
WITH_IDS = SHOW.where(Patient.__table__.c.id.in_(bindparam("ids", expanding=True)))


def patient_record(patient: Patient) -> PatientRecord:
    """Give a patient as screens see them."""
    return PatientRecord(
        id=patient.id,
        version=patient.version,
        number=patient.number,
        given_name=patient.given_name,
        family_name=patient.family_name,
        born_on=patient.born_on,
        died_on=patient.died_on,
        sex=patient.sex,
        phone=patient.phone,
        email=patient.email,
        address=patient.address,
        language=patient.language,
        alert=patient.alert,
        allows_email=patient.allows_email,
        allows_sms=patient.allows_sms,
    )


def patient_count(session: Session) -> int:
    """Count all patients."""
    return session.scalar(select(func.count()).select_from(Patient)) or 0


def found_patients(session: Session, typed: Typed, *, limit: int) -> tuple[PatientHit, ...]:
    """List the first patients that fit, ordered by family name, given name and id.

    Days that are not yet wholly typed are listed by date of birth first.
    """
    rows: set[_Row] = set()
    if typed.number:
        rows.update(_rows(session, Patient.number == typed.number))
    if typed.days:
        rows.update(_born(session, typed.days, typed.readings, limit))
    elif typed.readings:
        rows.update(_named(session, typed, limit))
    if typed.digits:
        rows.update(_with_ids(session, ids_by_digits(session, typed.digits, limit=limit)))
    begun = any(first != last for first, last in typed.days)
    ordered = sorted(rows, key=lambda row: (row.born_on if begun else date.min, *row[:3]))
    return tuple(_hit(row) for row in ordered[:limit])


def _named(session: Session, typed: Typed, limit: int) -> Sequence[_Row]:
    """Find by words; when nobody fits, also by two words that may belong together."""
    for readings in (typed.readings, _joined(typed.readings)):
        if readings:
            ids = ids_by_words(session, readings, whole_words=typed.whole_words, limit=limit)
            if ids:
                return _with_ids(session, ids)
    return ()


def _joined(readings: Iterable[Reading]) -> list[Reading]:
    return [
        (*words[:at], words[at] + words[at + 1], *words[at + 2 :])
        for words in readings
        for at in range(len(words) - 1)
    ]


def _born(
    session: Session, spans: Iterable[Span], readings: tuple[Reading, ...], limit: int
) -> list[_Row]:
    """Find by date of birth, and among them by words."""
    days = or_(*(_days(session, first, last, limit) for first, last in spans))
    if not readings:
        return _rows(session, days)
    query = select(*SHOWN, PatientSearch.words).join(
        PatientSearch, PatientSearch.patient_id == Patient.id
    )
    return [
        _Row(*shown)
        for *shown, words in session.execute(query.where(days))
        if fits(words.split(), readings)
    ]


def _days(session: Session, first: date, last: date, limit: int) -> ColumnElement[bool]:
    """Cut a span of days where it holds `limit` patients, the last day whole."""
    if first == last:
        return Patient.born_on == first
    enough = session.scalar(
        select(Patient.born_on)
        .where(Patient.born_on.between(first, last))
        .order_by(Patient.born_on)
        .offset(limit - 1)
        .limit(1)
    )
    return Patient.born_on.between(first, enough or last)


def _with_ids(session: Session, ids: Sequence[int]) -> list[_Row]:
    """Read the rows by one statement that is made once: this is the way of most searches."""
    return [_Row(*row) for row in session.execute(WITH_IDS, {"ids": ids})] if ids else []


def _rows(session: Session, condition: ColumnElement[bool]) -> list[_Row]:
    return [_Row(*row) for row in session.execute(SHOW.where(condition))]


def _hit(row: _Row) -> PatientHit:
    return PatientHit(
        id=row.id,
        number=row.number,
        name=f"{row.given_name} {row.family_name}".strip(),
        born_on=row.born_on,
        phone=row.phone,
    )
