"""Takes one step of a visit inside one transaction: checks, row, times, audit entry, change."""

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day
from clinicdesk.schedule import placing, rules, trail
from clinicdesk.schedule.booking.desk import Act
from clinicdesk.schedule.errors import SlotTakenError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from clinicdesk.schedule.rules import Step
from clinicdesk.visits.errors import NotWaitingError, stays_no_show
from clinicdesk.visits.rooms import put_into_room
from clinicdesk.visits.rules import demand_begun, demand_day, stamp

_WORDS = {
    Step.CHECK_IN: "check in",
    Step.TAKE_TO_ROOM: "take to room",
    Step.COMPLETE: "complete visit",
    Step.NO_SHOW: "mark no-show",
    Step.UNDO: "undo visit step",
}


def take_step(
    act: Act, appointment_id: int, step: Step, *, version: int, reason: str = ""
) -> AppointmentDetails:
    """Take a step forward, or the last one back."""
    row = act.row(appointment_id, version)
    return _stepped(act, row, step, reason=reason)


def take_to_room(
    act: Act, appointment_id: int, *, version: int, room_id: int | None, share: bool
) -> AppointmentDetails:
    """Take a patient to a room; to the visit's own where none is named."""
    row = act.row(appointment_id, version)
    rules.demand_step(row.status, Step.TAKE_TO_ROOM)
    if room_id is not None:
        put_into_room(act, row, room_id, share=share)
    return _stepped(act, row, Step.TAKE_TO_ROOM)


def call_in(act: Act, appointment_id: int, *, version: int, is_back: bool) -> AppointmentDetails:
    """Note that a patient who waits was called, or take that back.

    Raises:
        NotWaitingError: the patient does not wait.
    """
    row = act.row(appointment_id, version)
    if row.status is not AppointmentStatus.ARRIVED:
        raise NotWaitingError
    row.called_in_at = None if is_back else act.now
    act.set_status(row, row.status)
    act.record("take call back" if is_back else "call in", row)
    return act.told(row)


def check_in_now(act: Act, appointment_id: int) -> AppointmentDetails:
    """Check in a visit that this transaction has made."""
    row = act.session.get_one(Appointment, appointment_id)
    return _stepped(act, row, Step.CHECK_IN)


def _stepped(act: Act, row: Appointment, step: Step, *, reason: str = "") -> AppointmentDetails:
    was, is_back = row.status, step is Step.UNDO
    before = trail.status_before(act.session, row.id, was) if is_back else None
    target = rules.after(was, step, was=before, is_arrived=row.arrived_at is not None)
    _demand_time(act, row, step)
    if is_back:
        act.demand_back(row, reason=reason)
    if was is AppointmentStatus.NO_SHOW and not row.is_overbooked:
        try:
            act.demand_no_collision(placing.standing(act.session, row))
        except SlotTakenError as error:
            raise stays_no_show() from error
    act.set_status(row, target)
    stamp(row, target, act.now)
    details = {"back_from" if is_back else "was": was.value}
    if reason.strip():
        details["reason"] = reason.strip()
    act.record(_WORDS[step], row, **details)
    return act.told(row)


def _demand_time(act: Act, row: Appointment, step: Step) -> None:
    if step is Step.NO_SHOW:
        demand_begun(row.starts_at, act.now)
    elif step in (Step.CHECK_IN, Step.COMPLETE):
        zone = act.session.get_one(Clinic, row.clinic_id).time_zone
        day, today = (clinic_day(at, zone) for at in (row.starts_at, act.now))
        demand_day(day, today, may_be_later=step is Step.COMPLETE)
