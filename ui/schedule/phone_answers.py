"""Answers a line typed on the phone: who may be meant, and which times may be offered."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clinicdesk.access import Actor
from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.clock import local_instant
from clinicdesk.patients.records import PatientHit
from clinicdesk.schedule.last_seen import LastVisit
from clinicdesk.schedule.reasons import Wishes
from clinicdesk.schedule.records import Slot
from clinicdesk.schedule.typed_days import Days
from clinicdesk.schedule.typed_line import TypedLine
from ui.schedule.offers import SlotWords, spread

if TYPE_CHECKING:
    from clinicdesk.app import Services

MOST_PATIENTS, MOST_OFFERS = 5, 3
SEARCHED_PATIENTS, ASKED_SLOTS = 60, 200


@dataclass(frozen=True, slots=True)
class Question:
    """A line with the service it is about and the clinic it is asked at."""

    line: TypedLine
    service: ServiceRecord | None
    clinic: ClinicRecord
    hold_key: str

    @property
    def duration_minutes(self) -> int | None:
        """The length typed, where it is not the service's own; else None."""
        typed = self.line.duration_minutes
        usual = self.service.duration_minutes if self.service else None
        return typed if typed != usual else None


@dataclass(frozen=True, slots=True)
class PhoneAnswer:
    """Who may be meant, each with the last visit, and up to three times."""

    question: Question
    patients: tuple[PatientHit, ...]
    last_visits: dict[int, LastVisit]
    slots: tuple[Slot, ...]


def answer(
    services: "Services", actor: Actor, question: Question, *, words: SlotWords, now: datetime
) -> PhoneAnswer:
    """Ask for patients and times; runs beside the window."""
    patients = _patients(services, actor, question.line)
    last_visits = services.calendar.last_visits(actor, [hit.id for hit in patients])
    slots = _slots(services, actor, question, words=words, now=now)
    return PhoneAnswer(question, patients, last_visits, slots)


def _patients(services: "Services", actor: Actor, line: TypedLine) -> tuple[PatientHit, ...]:
    """Find patients who fit all that was typed of them: by name first, then by the digits."""
    texts = dict.fromkeys((line.search_text, line.digits))
    found: dict[int, PatientHit] = {}
    for text in texts:
        if len(text) > 1 and len(found) < MOST_PATIENTS:
            hits = services.patients.search(actor, text, limit=SEARCHED_PATIENTS)
            found |= {hit.id: hit for hit in hits if line.fits(hit)}
    return tuple(found.values())[:MOST_PATIENTS]


def _slots(
    services: "Services", actor: Actor, question: Question, *, words: SlotWords, now: datetime
) -> tuple[Slot, ...]:
    line, service, clinic = question.line, question.service, question.clinic
    if service is None:
        return ()
    found: set[Slot] = set()
    for days in line.days or (None,):
        not_before_at, wishes = _span(line, days, clinic, now)
        found |= set(
            services.calendar.free_slots(
                actor,
                clinic_ids=line.clinic_ids or (clinic.id,),
                service_id=service.id,
                doctor_ids=line.doctor_ids or None,
                not_before_at=not_before_at,
                limit=ASKED_SLOTS,
                within=wishes,
                hold_key=question.hold_key,
                duration_minutes=question.duration_minutes,
            )
        )
    ordered = sorted(found, key=lambda slot: (slot.starts_at, slot.doctor_id, slot.clinic_id))
    first, rest = ordered[:1], ordered[1:]
    chosen = spread(rest, wall_of=words.wall, preferred=None, most=MOST_OFFERS - len(first))
    return (*first, *chosen)


def _span(
    line: TypedLine, days: Days | None, clinic: ClinicRecord, now: datetime
) -> tuple[datetime, Wishes]:
    """Give from when on to look, and within which wall-clock times of which days."""
    wishes = Wishes(from_minute=line.times.from_minute, until_minute=line.times.until_minute)
    if days is None:
        return now, wishes
    zone = clinic.time_zone
    if days.until_on is not None:
        until_at = local_instant(days.until_on + timedelta(days=1), 0, zone)
        wishes = replace(wishes, until_at=until_at)
    return max(now, local_instant(days.from_on, 0, zone)), wishes
