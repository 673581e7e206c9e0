"""Puts a clinic's day into a column for each room."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Room
from clinicdesk.schedule.records import CalendarAppointment, CalendarColumn, OpenSpan
from clinicdesk.schedule.slots import Pair

NO_ROOM = 0


def room_columns(
    session: Session,
    *,
    clinic_id: int,
    pairs: Sequence[Pair],
    doctors: Sequence[CalendarColumn],
    shown: Iterable[CalendarAppointment],
) -> tuple[CalendarColumn, ...]:
    """Give a column for each room of a clinic, with the hours of the doctors who use it.

    What stands in no room, and doctors who have none, get a column "No room" at the end.
    """
    used = {room_id for room_id in (one.room_id for one in shown) if room_id is not None}
    has_roomless = any(one.room_id is None for one in shown)
    by_room: dict[int, list[CalendarColumn]] = defaultdict(list)
    places = {pair.doctor_id: pair.room_id or NO_ROOM for pair in pairs}
    for column in doctors:
        by_room[places.get(column.doctor_id, NO_ROOM)].append(column)
    made = [
        _column(room_id, name, number, by_room[room_id])
        for number, (room_id, name) in enumerate(_rooms(session, clinic_id, used))
    ]
    if has_roomless or by_room[NO_ROOM]:
        made.append(_column(NO_ROOM, "No room", len(made), by_room[NO_ROOM]))
    return tuple(made)


def _rooms(session: Session, clinic_id: int, used: Collection[int]) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Room.id, Room.name, Room.is_active)
        .where(Room.clinic_id == clinic_id)
        .order_by(Room.id)
    )
    return [(room_id, name) for room_id, name, is_active in rows if is_active or room_id in used]


def _column(
    room_id: int, name: str, accent: int, doctors: Sequence[CalendarColumn]
) -> CalendarColumn:
    spans: list[OpenSpan] = [span for column in doctors for span in column.open_spans]
    return CalendarColumn(
        doctor_id=0,
        doctor_name=name,
        specialty=", ".join(column.doctor_name for column in doctors),
        accent=accent,
        open_spans=tuple(sorted(spans, key=lambda span: span.starts_at)),
        free_slots=sum(column.free_slots for column in doctors),
        room_id=room_id,
        doctor_ids=tuple(column.doctor_id for column in doctors),
    )
