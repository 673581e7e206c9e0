"""Gives an appointment another time, doctor, clinic, length, service, room or note."""

from datetime import datetime, timedelta

from clinicdesk.schedule import placing, rules, trail
from clinicdesk.schedule.booking.desk import Act, place_of
from clinicdesk.schedule.booking.wishes import moved, resized, with_service
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.refusals import reason_against
from clinicdesk.schedule.rules import Step
from clinicdesk.schedule.shelf.rows import take_off_shelf
from clinicdesk.schedule.wanted import Wanted


def move(
    act: Act,
    appointment_id: int,
    *,
    version: int,
    doctor_id: int,
    starts_at: datetime,
    clinic_id: int | None = None,
    overbook_reason: str = "",
    accept_patient_overlap: bool = False,
) -> AppointmentDetails:
    """Move to another time, doctor or clinic; the card on the shelf, if any, is gone with it."""
    row = act.row(appointment_id, version)
    rules.demand_own(act.actor, doctor_id)
    rules.demand_step(row.status, Step.MOVE)
    there = (clinic_id or row.clinic_id, doctor_id, starts_at)
    if (row.clinic_id, row.doctor_id, row.starts_at) == there:
        take_off_shelf(act.transaction, row.id)
        return act.told(row)
    placing.lock_doctors(act.session, [row.doctor_id, doctor_id])
    wanted = moved(act.session, row, doctor_id=doctor_id, starts_at=starts_at, clinic_id=clinic_id)
    former = _taken_back(act, row, wanted)
    if former is None:
        over = act.demand_free(wanted, reason=overbook_reason)
        placing.demand_patient_free(
            act.session, wanted, patient_id=row.patient_id, is_accepted=accept_patient_overlap
        )
    else:
        over = former
    _put(act, row, wanted, over, "move appointment")
    take_off_shelf(act.transaction, row.id)
    if act.notifier is not None:
        act.notifier.moved(act.transaction, row.id)
    return act.told(row)


def resize(
    act: Act, appointment_id: int, *, version: int, ends_at: datetime, overbook_reason: str = ""
) -> AppointmentDetails:
    """Give an appointment another end, also while the visit is under way; shorter always fits."""
    row = act.row(appointment_id, version)
    rules.demand_step(row.status, Step.RESIZE)
    if ends_at == row.ends_at:
        return act.told(row)
    placing.lock_doctors(act.session, [row.doctor_id])
    wanted = resized(act.session, row, ends_at=ends_at)
    over = _stretched(act, row, wanted, overbook_reason)
    _put(act, row, wanted, over, "resize appointment")
    return act.told(row)


def change(
    act: Act,
    appointment_id: int,
    *,
    version: int,
    note: str | None,
    service_id: int | None,
    room_id: int | None,
    overbook_reason: str = "",
) -> AppointmentDetails:
    """Change the note, the service or the room; None leaves each as it is, room 0 is none."""
    row = act.row(appointment_id, version)
    if service_id is not None and service_id != row.service_id:
        _change_service(act, row, service_id, overbook_reason)
    if room_id is not None and (room_id or None) != row.room_id:
        _change_room(act, row, room_id or None)
    if note is not None and note.strip() != row.note:
        row.note = note.strip()
        row.version += 1
        act.record("change appointment", row, changed=["note"])
    return act.told(row)


def _change_service(act: Act, row: Appointment, service_id: int, overbook_reason: str) -> None:
    rules.demand_step(row.status, Step.RESIZE)
    placing.lock_doctors(act.session, [row.doctor_id])
    wanted = with_service(act.session, row, service_id)
    over = _stretched(act, row, wanted, overbook_reason)
    before = place_of(row)
    row.service_id = service_id
    _put(act, row, wanted, over, "change service", before=dict(before))


def _change_room(act: Act, row: Appointment, room_id: int | None) -> None:
    if room_id is not None:
        placing.demand_room(act.session, room_id, clinic_id=row.clinic_id)
    before = place_of(row)
    row.room_id = room_id
    row.version += 1
    act.record("change room", row, before=dict(before), **place_of(row))


def _stretched(act: Act, row: Appointment, wanted: Wanted, overbook_reason: str) -> str:
    """Give why the wanted length is booked over something, "" where it is not.

    An overbooked visit that shrinks stays one with its reason, unless it now finds all it needs.
    """
    former = _taken_back(act, row, wanted)
    if former is not None:
        return former
    is_within = (
        wanted.busy[0] >= row.busy_from_at
        and wanted.busy[1] <= row.busy_until_at
        and wanted.visit[1] <= row.ends_at
        and wanted.length.equipment_kind == placing.length_of(act.session, row).equipment_kind
    )
    if not is_within:
        return act.demand_free(wanted, reason=overbook_reason, is_standing=True)
    if not row.is_overbooked:
        return ""
    search = placing.for_standing(act.desk.search(act.session, wanted), wanted)
    is_free = reason_against(act.session, wanted, search) is None
    return "" if is_free else row.overbooked_reason


def _taken_back(act: Act, row: Appointment, wanted: Wanted) -> str | None:
    """Give the former reason where a person takes their own last change of place back in time.

    Then only what has come into that place meanwhile is in the way: not that the time has passed
    or was booked over before. None where it is no such step back.

    Raises:
        SlotTakenError: somebody has the former time by now.
    """
    since = act.now - timedelta(minutes=act.settings.free_undo_minutes)
    former = trail.former_place(act.session, row.id, act.actor, since=since)
    place = (wanted.clinic_id, wanted.doctor_id, *wanted.visit)
    if former is None or former.place != place:
        return None
    if former.is_overbooked:
        return former.overbooked_reason
    act.demand_no_collision(wanted)
    return ""


def _put(
    act: Act,
    row: Appointment,
    wanted: Wanted,
    over: str,
    action: str,
    *,
    before: dict[str, object] | None = None,
) -> None:
    was = before or dict(place_of(row))
    placing.put(act.session, row, wanted)
    row.is_overbooked, row.overbooked_reason = bool(over), over
    act.set_status(row, row.status)
    act.record(action, row, before=was, **place_of(row))
