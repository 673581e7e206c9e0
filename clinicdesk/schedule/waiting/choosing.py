"""Reads what decides who may be offered a freed time, and ranks them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.schedule.busy import LONGEST
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import BLOCKING
from clinicdesk.schedule.waiting import queries
from clinicdesk.schedule.waiting.freed import Openings, openings
from clinicdesk.schedule.waiting.records import Candidate, FreedTime, OfferState, Wish
from clinicdesk.schedule.waiting.rules import Gap, Known, ranked
from clinicdesk.staff.models import Doctor

_Visits = Mapping[int, list[tuple[int, datetime, datetime]]]


def candidates(session: Session, freed: FreedTime, *, now: datetime) -> tuple[Candidate, ...]:
    """Rank every waiting wish for a freed time, with the reason for each that is left out.

    Raises:
        NotBookableError: there is no such doctor or clinic.
    """
    doctor, clinic = session.get(Doctor, freed.doctor_id), session.get(Clinic, freed.clinic_id)
    if doctor is None or clinic is None:
        raise NotBookableError("This doctor or clinic is not known. Please look at the day again.")
    gap = Gap(freed, clinic.time_zone, doctor.display_name, now)
    wishes = queries.waiting(session)
    visits = _visits(session, [wish.wish.patient_id for wish in wishes], freed)
    states: dict[int, set[OfferState]] = defaultdict(set)
    for offer in queries.offers_at(session, freed):
        states[offer.wish_id].add(queries.state_now(offer, now))
    found: dict[tuple[int, int], Openings] = {}
    known = []
    for wish in wishes:
        key = wish.wish.service_id, wish.duration_minutes
        if key not in found:
            found[key] = openings(
                session,
                freed,
                service_id=key[0],
                duration_minutes=key[1],
                doctor_name=doctor.display_name,
                now=now,
            )
        known.append(_known(wish, found[key], visits, states[wish.id]))
    return ranked(gap, known)


def _known(wish: Wish, opening: Openings, visits: _Visits, states: Collection[OfferState]) -> Known:
    return Known(
        wish,
        opening.starts,
        opening.obstacle,
        visits=tuple(
            (starts_at, ends_at)
            for visit_id, starts_at, ends_at in visits.get(wish.wish.patient_id, ())
            if visit_id != wish.wish.appointment_id
        ),
        has_declined=OfferState.DECLINED in states,
        is_offered=OfferState.OPEN in states,
    )


def _visits(session: Session, patient_ids: Collection[int], freed: FreedTime) -> _Visits:
    """Give the live visits of patients around a time."""
    found: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    rows = session.execute(
        select(
            Appointment.patient_id, Appointment.id, Appointment.starts_at, Appointment.ends_at
        ).where(
            Appointment.patient_id.in_(patient_ids),
            Appointment.status.in_(BLOCKING),
            Appointment.starts_at > freed.starts_at - LONGEST,
            Appointment.starts_at < freed.ends_at,
            Appointment.ends_at > freed.starts_at,
        )
    )
    for patient_id, visit_id, starts_at, ends_at in rows:
        found[patient_id].append((visit_id, starts_at, ends_at))
    return found
