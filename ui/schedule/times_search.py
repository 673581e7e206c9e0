"""Asks for the free times of the booking dialog; runs beside the window."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from clinicdesk.access import Actor
from clinicdesk.schedule.reasons import WhyNot, Wishes
from clinicdesk.schedule.records import Slot
from ui.schedule.slot_list import MOST_ROWS

if TYPE_CHECKING:
    from clinicdesk.app import Services

ASKED_SLOTS = 1000
LOOKED_AHEAD = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class TimesQuestion:
    """Which times are asked for; `pointed_at` is the very time wanted of a doctor, if one is."""

    clinic_ids: Sequence[int]
    service_id: int
    doctor_id: int | None
    not_before_at: datetime
    within: Wishes
    hold_key: str
    pointed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The free times of a question, how long it took, and why the time pointed at is not free."""

    slots: tuple[Slot, ...]
    took_ms: int
    why: WhyNot | None = None


def find_times(services: "Services", actor: Actor, asked: TimesQuestion) -> Found:
    """Look four weeks ahead, and only where those hold too little, further."""
    began = perf_counter()
    soon = replace(asked.within, until_at=asked.not_before_at + LOOKED_AHEAD)
    slots = _free(services, actor, asked, soon)
    if len(slots) < MOST_ROWS:
        slots = _free(services, actor, asked, asked.within)
    took_ms = round((perf_counter() - began) * 1000)
    return Found(slots, took_ms, _why(services, actor, asked, slots))


def _free(
    services: "Services", actor: Actor, asked: TimesQuestion, within: Wishes
) -> tuple[Slot, ...]:
    return services.calendar.free_slots(
        actor,
        clinic_ids=asked.clinic_ids,
        service_id=asked.service_id,
        doctor_ids=None if asked.doctor_id is None else [asked.doctor_id],
        not_before_at=asked.not_before_at,
        limit=ASKED_SLOTS,
        within=within,
        hold_key=asked.hold_key,
    )


def _why(
    services: "Services", actor: Actor, asked: TimesQuestion, slots: Sequence[Slot]
) -> WhyNot | None:
    at = asked.pointed_at
    if at is None or asked.doctor_id is None or any(slot.starts_at == at for slot in slots[:1]):
        return None
    return services.calendar.why_not(
        actor,
        clinic_id=asked.clinic_ids[0],
        doctor_id=asked.doctor_id,
        service_id=asked.service_id,
        starts_at=at,
        hold_key=asked.hold_key,
    )
