"""Says of a wanted time why it cannot be had: as an answer to a question, or as an error."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from clinicdesk.schedule.errors import (
    ClinicClosedError,
    EquipmentMissingError,
    KeptForTheDayError,
    OffStepError,
    OutsideHoursError,
    PastTimeError,
    ShortNoticeError,
    SlotTakenError,
    TimeBlockedError,
    TimeNotOfferedError,
    TooFarAheadError,
    TravelTimeError,
)
from clinicdesk.schedule.finding import busy_reader, find_slots
from clinicdesk.schedule.reasons import OVERBOOKABLE, NotFree, WhyNot
from clinicdesk.schedule.search import SlotSearch
from clinicdesk.schedule.sentences import HAS_GONE, Case, sentence
from clinicdesk.schedule.slots import why_not
from clinicdesk.schedule.wall_clock import utc_minute, utc_minute_after
from clinicdesk.schedule.wanted import Wanted

__all__ = ("OFFERED", "Wanted", "reason_against", "refusal", "slot_taken", "why")

OFFERED = 3
_ERRORS: Mapping[NotFree, type[TimeNotOfferedError]] = {
    NotFree.OFF_STEP: OffStepError,
    NotFree.PAST: PastTimeError,
    NotFree.NOTICE: ShortNoticeError,
    NotFree.TOO_FAR: TooFarAheadError,
    NotFree.HOLIDAY: ClinicClosedError,
    NotFree.CLOSED: ClinicClosedError,
    NotFree.OUTSIDE_HOURS: OutsideHoursError,
    NotFree.BLOCKED: TimeBlockedError,
    NotFree.TRAVEL: TravelTimeError,
    NotFree.ROOM_BLOCKED: TimeBlockedError,
    NotFree.NO_EQUIPMENT: EquipmentMissingError,
    NotFree.KEPT_FOR_THE_DAY: KeptForTheDayError,
}


def reason_against(session: Session, wanted: Wanted, search: SlotSearch) -> NotFree | None:
    """Give why a wanted time cannot be had, None where it can.

    The desk may still book the step that is running, for the patient who stands at the counter.
    """
    if wanted.starts_at.second or wanted.starts_at.microsecond:
        return NotFree.OFF_STEP
    search = _for_room(search, wanted)
    (pair,) = search.pairs
    step = search.places[wanted.clinic_id].step_minutes
    return why_not(
        replace(search, from_minute=search.from_minute - step + 1),
        busy_reader(session, [pair], leave_out=wanted.leave_out, limits=search.limits),
        pair=pair,
        start=utc_minute(wanted.starts_at),
    )


def why(session: Session, reason: NotFree, wanted: Wanted, search: SlotSearch) -> WhyNot:
    """Put a reason into words, with the next free times of the same doctor at the same clinic."""
    search = _for_room(search, wanted)
    later = max(search.from_minute, utc_minute_after(wanted.starts_at))
    free = find_slots(
        session, replace(search, from_minute=later), limit=OFFERED, leave_out=wanted.leave_out
    )
    words = sentence(reason, Case(session, wanted, search, free))
    return WhyNot(reason, words, free, can_overbook=reason in OVERBOOKABLE)


def refusal(
    session: Session, reason: NotFree, wanted: Wanted, search: SlotSearch
) -> SlotTakenError | TimeNotOfferedError:
    """Give the error that says why `wanted` cannot be had."""
    told = why(session, reason, wanted, search)
    kind = _ERRORS.get(reason, SlotTakenError)
    if kind is SlotTakenError:
        return _taken(told)
    return kind(told.sentence, next_free=told.next_free, can_overbook=told.can_overbook)


def slot_taken(session: Session, wanted: Wanted, search: SlotSearch) -> SlotTakenError:
    """Give the error that says who is there now, with the next free times of the same doctor."""
    return _taken(why(session, NotFree.DOCTOR_BUSY, wanted, search))


def _taken(told: WhyNot) -> SlotTakenError:
    return SlotTakenError(
        told.sentence,
        next_free=told.next_free,
        can_overbook=told.can_overbook,
        has_gone=told.sentence.startswith(HAS_GONE),
    )


def _for_room(search: SlotSearch, wanted: Wanted) -> SlotSearch:
    """Narrow a search to the wanted doctor, clinic and room."""
    pairs = [
        replace(pair, room_id=wanted.room_id)
        for pair in search.pairs
        if (pair.doctor_id, pair.clinic_id) == (wanted.doctor_id, wanted.clinic_id)
    ]
    return replace(search, pairs=pairs)
