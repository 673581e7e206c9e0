"""Explains what the database itself refused, because somebody was faster."""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.schedule import placing, queries
from clinicdesk.schedule.booking.desk import BookingDesk
from clinicdesk.schedule.booking.new import same
from clinicdesk.schedule.errors import SlotTakenError, TimeNotOfferedError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.reasons import COLLISIONS
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest
from clinicdesk.schedule.refusals import reason_against, refusal, slot_taken
from clinicdesk.schedule.wanted import Wanted

Wish = Callable[[Session, Appointment], Wanted]
"""Says what an appointment was to ask for."""


def explain_booking(
    desk: BookingDesk, session: Session, request: BookingRequest, error: IntegrityError
) -> AppointmentDetails:
    """Answer a booking that was refused: its own twin, or somebody else's.

    Raises:
        SlotTakenError: somebody took the time.
        IntegrityError: it was refused for another cause.
    """
    former = queries.details_by_key(session, request.request_key)
    if former is not None:
        return same(former, request)
    if not placing.is_taken(error):
        raise error
    raise _taken(desk, session, placing.wanted_by(session, request)) from error


def explain_change(
    desk: BookingDesk,
    session: Session,
    appointment_id: int,
    error: IntegrityError,
    *,
    wish: Wish = placing.standing,
) -> Exception:
    """Give the error to raise for a change of an appointment that was refused."""
    row = session.get(Appointment, appointment_id)
    if row is None or not placing.is_taken(error):
        return error
    return _taken(desk, session, wish(session, row))


def _taken(
    desk: BookingDesk, session: Session, wanted: Wanted
) -> SlotTakenError | TimeNotOfferedError:
    search = desk.search(session, wanted)
    reason = reason_against(session, wanted, placing.for_standing(search, wanted))
    if reason in COLLISIONS:
        return refusal(session, reason, wanted, search)
    return slot_taken(session, wanted, search)
