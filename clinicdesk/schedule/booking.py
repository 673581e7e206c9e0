"""Books, moves and cancels inside one transaction: checks, row, audit entry, messages, change."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Transaction
from clinicdesk.schedule import placing, queries, rules, trail
from clinicdesk.schedule.errors import (
    AlreadyBookedError,
    AppointmentMissingError,
    OffStepError,
)
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.records import (
    AppointmentDetails,
    AppointmentStatus,
    BookingPolicy,
    BookingRequest,
    CancelledBy,
)
from clinicdesk.schedule.refusals import Wanted, slot_taken
from clinicdesk.schedule.rules import Step
from clinicdesk.schedule.shelf.rows import take_off_shelf
from clinicdesk.schedule.slots import SlotSearch
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.settings.service import load_settings


class BookingDesk:
    """Changes appointments for the schedule's service, which opens the transactions."""

    def __init__(
        self,
        clock: Clock,
        audit: AuditLog,
        notifier: AppointmentNotifier | None,
        policy: BookingPolicy | None,
    ) -> None:
        self._clock = clock
        self._audit = audit
        self._notifier = notifier
        self._policy = policy

    def book(
        self, transaction: Transaction, actor: Actor, request: BookingRequest
    ) -> AppointmentDetails:
        """Book what was asked for, once for each request key."""
        rules.demand_own(actor, request.doctor_id)
        session = transaction.session
        placing.lock_doctors(session, [request.doctor_id])
        former = queries.details_by_key(session, request.request_key)
        if former is not None:
            return _same(former, request)
        wanted = placing.wanted_by(session, request)
        over = self._demand_free(session, wanted, actor, request.overbook_reason)
        placing.demand_patient_free(
            session,
            wanted,
            patient_id=request.patient_id,
            is_accepted=request.accept_patient_overlap,
        )
        status = AppointmentStatus.CONFIRMED if request.confirm_now else AppointmentStatus.REQUESTED
        row = Appointment(
            request_key=request.request_key,
            patient_id=request.patient_id,
            service_id=request.service_id,
            status=status,
            holds_slot=True,
            is_overbooked=bool(over),
            overbooked_reason=over,
            is_walk_in=request.is_walk_in,
            note=request.note.strip(),
            ended_reason="",
            version=1,
            created_at=self._clock.now(),
            created_by=actor.user_id,
        )
        placing.put(row, wanted)
        session.add(row)
        session.flush()
        self._record(transaction, actor, "book appointment", row, **_place(row))
        if self._notifier is not None and request.confirm_now:
            self._notifier.confirmed(transaction, row.id)
        return _shown(session, row.id)

    def confirm(
        self, transaction: Transaction, actor: Actor, appointment_id: int, version: int
    ) -> AppointmentDetails:
        """Confirm a request."""
        row = self._row(transaction, actor, appointment_id, version)
        was = row.status
        placing.set_status(row, rules.after(was, Step.CONFIRM))
        self._record(transaction, actor, "confirm appointment", row, was=was.value)
        if self._notifier is not None:
            self._notifier.confirmed(transaction, row.id)
        return _shown(transaction.session, row.id)

    def cancel(
        self,
        transaction: Transaction,
        actor: Actor,
        appointment_id: int,
        version: int,
        *,
        reason: str,
        by: CancelledBy = CancelledBy.PATIENT,
    ) -> AppointmentDetails:
        """Cancel, and free the time; a patient who does so shortly before the visit is late."""
        row = self._row(transaction, actor, appointment_id, version)
        was = row.status
        placing.set_status(row, rules.after(was, Step.CANCEL))
        row.ended_reason = reason.strip()
        row.cancelled_by, row.cancelled_at = by, self._clock.now()
        hours = load_settings(transaction.session, ScheduleSettings).late_cancel_hours
        is_short = row.starts_at - row.cancelled_at < timedelta(hours=hours)
        row.is_late_cancellation = by is CancelledBy.PATIENT and is_short
        self._record(
            transaction, actor, "cancel appointment", row, was=was.value, by=by.value,
            late=row.is_late_cancellation,
        )  # fmt: skip
        if self._notifier is not None:
            self._notifier.cancelled(transaction, row.id)
        return _shown(transaction.session, row.id)

    def restore(
        self, transaction: Transaction, actor: Actor, appointment_id: int, version: int
    ) -> AppointmentDetails:
        """Take a cancellation back."""
        session = transaction.session
        row = self._row(transaction, actor, appointment_id, version)
        present = row.status
        rules.demand_step(present, Step.RESTORE)
        placing.lock_doctors(session, [row.doctor_id])
        was = trail.status_before(session, row.id, present)
        target = rules.after(present, Step.RESTORE, was=was)
        placing.set_status(row, target)
        row.ended_reason = ""
        row.cancelled_by = row.cancelled_at = None
        row.is_late_cancellation = False
        self._record(transaction, actor, "restore appointment", row, back_from=present.value)
        if self._notifier is not None and target is not AppointmentStatus.REQUESTED:
            self._notifier.confirmed(transaction, row.id)
        return _shown(session, row.id)

    def move(
        self,
        transaction: Transaction,
        actor: Actor,
        appointment_id: int,
        version: int,
        *,
        doctor_id: int,
        starts_at: datetime,
        overbook_reason: str = "",
        accept_patient_overlap: bool = False,
    ) -> AppointmentDetails:
        """Move to another doctor or time at the same clinic."""
        session = transaction.session
        row = self._row(transaction, actor, appointment_id, version)
        rules.demand_own(actor, doctor_id)
        rules.demand_step(row.status, Step.MOVE)
        if (row.doctor_id, row.starts_at) == (doctor_id, starts_at):
            return _shown(session, row.id)
        placing.lock_doctors(session, [row.doctor_id, doctor_id])
        wanted = _moved(session, row, doctor_id, starts_at)
        over = self._demand_free(session, wanted, actor, overbook_reason)
        placing.demand_patient_free(
            session, wanted, patient_id=row.patient_id, is_accepted=accept_patient_overlap
        )
        before = _place(row)
        placing.put(row, wanted)
        row.is_overbooked, row.overbooked_reason = bool(over), over
        placing.set_status(row, row.status)
        take_off_shelf(transaction, row.id)
        self._record(transaction, actor, "move appointment", row, before=before, **_place(row))
        if self._notifier is not None:
            self._notifier.moved(transaction, row.id)
        return _shown(session, row.id)

    def resize(
        self,
        transaction: Transaction,
        actor: Actor,
        appointment_id: int,
        version: int,
        *,
        ends_at: datetime,
        overbook_reason: str = "",
    ) -> AppointmentDetails:
        """Give an appointment another end; shorter always fits."""
        session = transaction.session
        row = self._row(transaction, actor, appointment_id, version)
        rules.demand_step(row.status, Step.MOVE)
        placing.lock_doctors(session, [row.doctor_id])
        before, wanted = row.ends_at, stretched(session, row, ends_at)
        if ends_at > row.ends_at:
            over = self._demand_free(session, wanted, actor, overbook_reason)
            row.is_overbooked, row.overbooked_reason = bool(over), over
        placing.put(row, wanted)
        placing.set_status(row, row.status)
        self._record(
            transaction, actor, "resize appointment", row, before=before.isoformat(),
            ends_at=ends_at.isoformat(),
        )  # fmt: skip
        return _shown(session, row.id)

    def change(
        self,
        transaction: Transaction,
        actor: Actor,
        appointment_id: int,
        version: int,
        *,
        note: str | None,
        room_id: int | None,
    ) -> AppointmentDetails:
        """Change what does not touch the time: the note, the room."""
        row = self._row(transaction, actor, appointment_id, version)
        changed = []
        if note is not None and note.strip() != row.note:
            row.note = note.strip()
            changed.append("note")
        if room_id is not None and room_id != row.room_id:
            row.room_id = room_id
            changed.append("room")
        if changed:
            placing.set_status(row, row.status)
            self._record(transaction, actor, "change appointment", row, changed=changed)
        return _shown(transaction.session, row.id)

    def explain_booking(
        self, session: Session, request: BookingRequest, error: IntegrityError
    ) -> AppointmentDetails:
        """Answer a booking that the database refused: its own twin, or somebody else's."""
        former = queries.details_by_key(session, request.request_key)
        if former is not None:
            return _same(former, request)
        if not placing.is_taken(error):
            raise error
        wanted = placing.wanted_by(session, request)
        raise slot_taken(session, wanted, self._search(session, wanted)) from error

    def explain_move(
        self,
        session: Session,
        appointment_id: int,
        place: tuple[int, datetime] | None,
        error: IntegrityError,
    ) -> Exception:
        """Give the error to raise for a move (or, with no `place`, a return) that was refused."""
        row = session.get(Appointment, appointment_id)
        if row is None or not placing.is_taken(error):
            return error
        doctor_id, starts_at = place or (row.doctor_id, row.starts_at)
        wanted = _moved(session, row, doctor_id, starts_at)
        return slot_taken(session, wanted, self._search(session, wanted))

    def _row(
        self, transaction: Transaction, actor: Actor, appointment_id: int, version: int
    ) -> Appointment:
        row = placing.locked(transaction.session, appointment_id, version=version)
        rules.demand_own(actor, row.doctor_id)
        return row

    def _search(self, session: Session, wanted: Wanted) -> SlotSearch:
        return placing.search_around(session, wanted, policy=self._policy, now=self._clock.now())

    def _demand_free(self, session: Session, wanted: Wanted, actor: Actor, reason: str) -> str:
        search = self._search(session, wanted)
        return placing.demand_free_or_reason(session, wanted, search, reason=reason, actor=actor)

    def _record(
        self,
        transaction: Transaction,
        actor: Actor,
        action: str,
        row: Appointment,
        **details: Any,
    ) -> None:
        trail.record(self._audit, transaction, actor, action, row, **details)
        transaction.changed(Topic.APPOINTMENT, row.id)


def _moved(session: Session, row: Appointment, doctor_id: int, starts_at: datetime) -> Wanted:
    room_id = row.room_id
    if doctor_id != row.doctor_id:
        room_id = placing.fitting_room(
            session, doctor_id=doctor_id, clinic_id=row.clinic_id, service_id=row.service_id
        )
    length = placing.length_of(session, row)
    return Wanted(row.clinic_id, doctor_id, room_id, starts_at, length, leave_out=row.id)


def stretched(session: Session, row: Appointment, ends_at: datetime) -> Wanted:
    """Give what an appointment asks for with another end.

    Raises:
        OffStepError: it would end before it begins.
    """
    if ends_at <= row.starts_at:
        raise OffStepError("A visit ends after it begins. Please choose a later end.")
    minutes = (ends_at - row.starts_at) // timedelta(minutes=1)
    length = replace(placing.length_of(session, row), duration_minutes=minutes)
    return Wanted(
        row.clinic_id, row.doctor_id, row.room_id, row.starts_at, length, leave_out=row.id
    )


def _same(former: AppointmentDetails, request: BookingRequest) -> AppointmentDetails:
    asked = (request.clinic_id, request.doctor_id, request.patient_id, request.service_id)
    made = (former.clinic_id, former.doctor_id, former.patient_id, former.service_id)
    if (*asked, request.starts_at) != (*made, former.starts_at):
        raise AlreadyBookedError
    return former


def _shown(session: Session, appointment_id: int) -> AppointmentDetails:
    session.flush()
    found = queries.details(session, appointment_id)
    if found is None:
        raise AppointmentMissingError
    return found


def _place(row: Appointment) -> dict[str, Any]:
    return {"doctor": row.doctor_id, "starts_at": row.starts_at.isoformat()}
