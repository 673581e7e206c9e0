"""Confirms, cancels and takes both back."""

from datetime import timedelta

from clinicdesk.schedule import placing, queries, rules, trail
from clinicdesk.schedule.booking.desk import Act
from clinicdesk.schedule.errors import SlotTakenError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, CancelledBy
from clinicdesk.schedule.rules import Step


def confirm(
    act: Act, appointment_id: int, *, version: int, overbook_reason: str = ""
) -> AppointmentDetails:
    """Confirm a request; one that held no time must find it free."""
    row = act.row(appointment_id, version)
    was = row.status
    target = rules.after(was, Step.CONFIRM)
    if not row.holds_slot:
        _claim(act, row, overbook_reason)
    act.set_status(row, target)
    over = {"overbooked": row.overbooked_reason} if row.is_overbooked else {}
    act.record("confirm appointment", row, was=was.value, **over)
    if act.notifier is not None:
        act.notifier.confirmed(act.transaction, row.id)
    return act.told(row)


def unconfirm(
    act: Act, appointment_id: int, *, version: int, reason: str = ""
) -> AppointmentDetails:
    """Take a confirmation back: the appointment is a request again."""
    row = act.row(appointment_id, version)
    was = row.status
    target = rules.after(was, Step.UNCONFIRM)
    act.demand_back(row, reason=reason)
    act.set_status(row, target)
    act.record("take confirmation back", row, back_from=was.value, **_why(reason))
    if act.notifier is not None:
        act.notifier.unconfirmed(act.transaction, row.id)
    return act.told(row)


def cancel(
    act: Act,
    appointment_id: int,
    *,
    version: int,
    reason: str,
    by: CancelledBy = CancelledBy.PATIENT,
) -> AppointmentDetails:
    """Cancel, and free the time; a patient who does so shortly before the visit is late."""
    row = act.row(appointment_id, version)
    was = row.status
    act.set_status(row, rules.after(was, Step.CANCEL))
    now, hours = act.now, act.settings.late_cancel_hours
    row.ended_reason = reason.strip()
    row.cancelled_by, row.cancelled_at = by, now
    is_short = row.starts_at - now < timedelta(hours=hours)
    row.is_late_cancellation = by is CancelledBy.PATIENT and is_short
    act.record("cancel appointment", row, was=was.value, by=by.value, late=row.is_late_cancellation)
    if act.notifier is not None:
        act.notifier.cancelled(act.transaction, row.id)
    return act.told(row)


def restore(act: Act, appointment_id: int, *, version: int, reason: str = "") -> AppointmentDetails:
    """Take a cancellation back, into the state before it.

    Of a visit ahead that is a booking like any other; of one whose time has come it is a
    correction of what was, and needs what every step back needs.
    """
    row = act.row(appointment_id, version)
    present = row.status
    rules.demand_step(present, Step.RESTORE)
    if row.starts_at <= act.now:
        act.demand_back(row, reason=reason)
    placing.lock_doctors(act.session, [row.doctor_id])
    was = trail.status_before(act.session, row.id, present)
    target = rules.after(present, Step.RESTORE, was=was)
    if placing.holds_slot(act.session, target) and not row.is_overbooked:
        act.demand_no_collision(placing.standing(act.session, row))
    placing.put_again(act.session, row)
    act.set_status(row, target)
    row.ended_reason = ""
    row.cancelled_by = row.cancelled_at = None
    row.is_late_cancellation = False
    act.record("restore appointment", row, back_from=present.value, **_why(reason))
    if act.notifier is not None and target is not AppointmentStatus.REQUESTED:
        act.notifier.confirmed(act.transaction, row.id)
    return act.told(row)


def _claim(act: Act, row: Appointment, overbook_reason: str) -> None:
    placing.lock_doctors(act.session, [row.doctor_id])
    wanted = placing.standing(act.session, row)
    try:
        over = act.demand_free(wanted, reason=overbook_reason, is_standing=True)
    except SlotTakenError as error:
        raise error.beside(queries.rival_requests(act.session, wanted)) from None
    placing.put(act.session, row, wanted)
    row.is_overbooked, row.overbooked_reason = bool(over), over


def _why(reason: str) -> dict[str, str]:
    return {"reason": reason.strip()} if reason.strip() else {}
