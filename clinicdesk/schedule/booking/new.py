"""Books a new appointment."""

from clinicdesk.schedule import placing, queries, rules
from clinicdesk.schedule.booking.desk import Act, place_of
from clinicdesk.schedule.errors import AlreadyBookedError
from clinicdesk.schedule.holds.rows import end_hold
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, BookingRequest


def book(act: Act, request: BookingRequest) -> AppointmentDetails:
    """Book what was asked for, once for each request key; the dialog's own hold ends with it."""
    rules.demand_own(act.actor, request.doctor_id)
    placing.lock_doctors(act.session, [request.doctor_id])
    former = queries.details_by_key(act.session, request.request_key)
    if former is not None:
        return same(former, request)
    wanted = placing.wanted_by(act.session, request)
    over = act.demand_free(wanted, reason=request.overbook_reason)
    placing.demand_patient_free(
        act.session,
        wanted,
        patient_id=request.patient_id,
        is_accepted=request.accept_patient_overlap,
    )
    row = _row(act, request)
    row.is_overbooked, row.overbooked_reason = bool(over), over
    placing.put(act.session, row, wanted)
    act.session.add(row)
    act.record("book appointment", row, **place_of(row))
    if request.hold_key:
        end_hold(act.transaction, request.hold_key)
    if act.notifier is not None and request.confirm_now:
        act.notifier.confirmed(act.transaction, row.id)
    return act.told(row)


def same(former: AppointmentDetails, request: BookingRequest) -> AppointmentDetails:
    """Give the appointment that a repeated request has made.

    Raises:
        AlreadyBookedError: it made another than it asks for now.
    """
    asked = (request.clinic_id, request.doctor_id, request.patient_id, request.service_id)
    made = (former.clinic_id, former.doctor_id, former.patient_id, former.service_id)
    if (*asked, request.starts_at) != (*made, former.starts_at):
        raise AlreadyBookedError
    return former


def _row(act: Act, request: BookingRequest) -> Appointment:
    status = AppointmentStatus.CONFIRMED if request.confirm_now else AppointmentStatus.REQUESTED
    return Appointment(
        request_key=request.request_key,
        patient_id=request.patient_id,
        service_id=request.service_id,
        status=status,
        holds_slot=placing.holds_slot(act.session, status),
        is_walk_in=request.is_walk_in,
        note=request.note.strip(),
        ended_reason="",
        version=1,
        created_at=act.now,
        created_by=act.actor.user_id,
    )
