"""Changes the visits of a series inside one transaction, by the booking's own steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule import placing, queries
from clinicdesk.schedule.booking import new, places, refused, states
from clinicdesk.schedule.booking.desk import BookingDesk
from clinicdesk.schedule.errors import (
    AppointmentMissingError,
    PatientOverlapError,
    SlotTakenError,
    TimeNotOfferedError,
)
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, CancelledBy, Slot
from clinicdesk.schedule.rules import Step
from clinicdesk.schedule.series.errors import NoDateChosenError, SeriesHinderedError
from clinicdesk.schedule.series.models import AppointmentSeries
from clinicdesk.schedule.series.reading import rows_in_scope, zone_of
from clinicdesk.schedule.series.records import Recurrence, Scope, ShiftedVisit, ShiftPreview
from clinicdesk.schedule.series.rules import demand_sensible, shifted

T = TypeVar("T")
ENTITY = "appointment series"
is_taken = placing.is_taken


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a visit of a series should go, and for which of the others that is meant."""

    appointment_id: int
    version: int
    scope: Scope
    doctor_id: int
    starts_at: datetime
    leave: frozenset[int] = frozenset()
    accept_patient_overlap: bool = False


class SeriesDesk:
    """Changes series for their service, which opens the transactions."""

    def __init__(self, desk: BookingDesk, clock: Clock, audit: AuditLog) -> None:
        self._desk = desk
        self._clock = clock
        self._audit = audit

    def book(
        self,
        transaction: Transaction,
        actor: Actor,
        request: BookingRequest,
        recurrence: Recurrence,
        chosen: Sequence[Slot],
    ) -> tuple[AppointmentDetails, ...]:
        """Book every chosen time; a repeated request finds the visits that it made."""
        session = transaction.session
        slots = sorted(chosen, key=lambda slot: slot.starts_at)
        if not slots:
            raise NoDateChosenError
        demand_sensible(recurrence, first_on=slots[0].starts_at.date())
        placing.lock_doctors(session, [slot.doctor_id for slot in slots])
        requests = [_visit(request, slot, number) for number, slot in enumerate(slots)]
        is_new = queries.details_by_key(session, requests[0].request_key) is None
        act = self._desk.act(transaction, actor)
        booked = [new.book(act, each) for each in requests]
        ids = [details.id for details in booked]
        if is_new:
            series = self._new_series(session, actor, recurrence)
            for row in session.query(Appointment).where(Appointment.id.in_(ids)):
                row.series_id = series.id
            self._record(transaction, actor, "book series", series.id, ids)
        return _shown(session, ids)

    def move(
        self, transaction: Transaction, actor: Actor, shift: Shift
    ) -> tuple[list[int], ShiftPreview]:
        """Move what can be moved; tell which visits were, and what hindered the others.

        Those that go furthest in the direction of the move go first, so that a visit finds the
        place of its neighbour free.
        """
        session, now = transaction.session, self._clock.now()
        anchor = placing.locked(session, shift.appointment_id, version=shift.version)
        rows, left_alone = rows_in_scope(session, anchor, shift.scope, step=Step.MOVE, now=now)
        zone, before = zone_of(session, anchor.clinic_id), anchor.starts_at
        other_doctor = shift.doctor_id if shift.doctor_id != anchor.doctor_id else None
        is_later = shift.starts_at > before
        going = [row for row in rows if row.id not in shift.leave]
        placing.lock_doctors(session, [shift.doctor_id, *(row.doctor_id for row in going)])
        visits = []
        for row in sorted(going, key=lambda row: row.starts_at, reverse=is_later):
            starts_at = shifted(row.starts_at, before=before, after=shift.starts_at, time_zone=zone)
            doctor_id = other_doctor or row.doctor_id
            slot = Slot(
                doctor_id, row.clinic_id, starts_at, starts_at + (row.ends_at - row.starts_at)
            )
            accepts = shift.accept_patient_overlap
            sentence = self._try_move(transaction, actor, row, slot, accepts_overlap=accepts)
            visits.append(ShiftedVisit(row.id, row.starts_at, slot, sentence))
        visits.sort(key=lambda visit: visit.slot.starts_at)
        moved = [visit.appointment_id for visit in visits if not visit.sentence]
        return moved, ShiftPreview(tuple(visits), left_alone)

    def move_all(
        self, transaction: Transaction, actor: Actor, shift: Shift
    ) -> tuple[AppointmentDetails, ...]:
        """Move every visit that the shift is for.

        Raises:
            SeriesHinderedError: one cannot go there; the caller rolls everything back.
        """
        moved, preview = self.move(transaction, actor, shift)
        if preview.hindered:
            raise SeriesHinderedError(preview)
        return _shown(transaction.session, moved)

    def cancel(
        self,
        transaction: Transaction,
        actor: Actor,
        appointment_id: int,
        version: int,
        *,
        scope: Scope,
        reason: str,
        by: CancelledBy,
    ) -> tuple[AppointmentDetails, ...]:
        """Cancel the visits of a scope that are still to come."""
        session = transaction.session
        anchor = placing.locked(session, appointment_id, version=version)
        rows, _ = rows_in_scope(session, anchor, scope, step=Step.CANCEL, now=self._clock.now())
        act = self._desk.act(transaction, actor)
        return tuple(
            states.cancel(act, row.id, version=row.version, reason=reason, by=by) for row in rows
        )

    def restore(
        self, database: Database, actor: Actor, cancelled: Sequence[AppointmentDetails]
    ) -> tuple[AppointmentDetails, ...]:
        """Take cancellations back in one transaction; the database's own refusal is explained."""
        at: list[int] = []

        def work(transaction: Transaction) -> tuple[AppointmentDetails, ...]:
            restored = []
            for each in cancelled:
                at[:] = [each.id]
                act = self._desk.act(transaction, actor)
                restored.append(states.restore(act, each.id, version=each.version))
            return tuple(restored)

        try:
            return database.write(work)
        except IntegrityError as error:
            taken = error
        raise database.read(
            lambda session: refused.explain_change(self._desk, session, at[0], taken)
        ) from taken

    def _try_move(
        self,
        transaction: Transaction,
        actor: Actor,
        row: Appointment,
        slot: Slot,
        *,
        accepts_overlap: bool,
    ) -> str:
        """Move one visit inside a savepoint; give the sentence of a refusal."""
        try:
            with transaction.session.begin_nested():
                places.move(
                    self._desk.act(transaction, actor),
                    row.id,
                    version=row.version,
                    doctor_id=slot.doctor_id,
                    starts_at=slot.starts_at,
                    accept_patient_overlap=accepts_overlap,
                )
        except (SlotTakenError, TimeNotOfferedError, PatientOverlapError) as error:
            return error.sentence
        except IntegrityError as error:
            if not is_taken(error):
                raise
            return "Somebody took that time a moment ago."
        return ""

    def _new_series(
        self, session: Session, actor: Actor, recurrence: Recurrence
    ) -> AppointmentSeries:
        series = AppointmentSeries(
            frequency=recurrence.frequency,
            every=recurrence.every,
            weekdays=recurrence.weekdays,
            visits=recurrence.count,
            until_on=recurrence.until_on,
            created_at=self._clock.now(),
            created_by=actor.user_id,
        )
        session.add(series)
        session.flush()
        return series

    def _record(
        self,
        transaction: Transaction,
        actor: Actor,
        action: str,
        series_id: int,
        ids: Sequence[int],
    ) -> None:
        self._audit.record(
            transaction, actor, action, entity=ENTITY, entity_id=series_id, visits=list(ids)
        )


class _TakenBackError(Exception):
    """Ends a transaction that was only a trial; carries what it found."""

    def __init__(self, found: object) -> None:
        super().__init__()
        self.found = found


def tried(database: Database, work: Callable[[Transaction], T]) -> T:
    """Run a write as it would be made, take it back, and give what it returned."""
    found: list[T] = []

    def trial(transaction: Transaction) -> None:
        found[:] = [work(transaction)]
        raise _TakenBackError(found)

    try:
        database.write(trial)
    except _TakenBackError:
        return found[0]
    raise AssertionError("a trial always ends in being taken back")


def visits(session: Session, appointment_id: int) -> tuple[AppointmentDetails, ...]:
    """Give the visits of an appointment's series, or the appointment alone.

    Raises:
        AppointmentMissingError: there is no such appointment.
    """
    row = session.get(Appointment, appointment_id)
    if row is None:
        raise AppointmentMissingError
    if row.series_id is None:
        return _shown(session, [row.id])
    query = session.query(Appointment.id).where(Appointment.series_id == row.series_id)
    return _shown(session, [found for (found,) in query.order_by(Appointment.starts_at)])


def _visit(request: BookingRequest, slot: Slot, number: int) -> BookingRequest:
    return replace(
        request,
        request_key=f"{request.request_key}/{number}",
        clinic_id=slot.clinic_id,
        doctor_id=slot.doctor_id,
        starts_at=slot.starts_at,
    )


def _shown(session: Session, ids: Sequence[int]) -> tuple[AppointmentDetails, ...]:
    session.flush()
    found = [queries.details(session, appointment_id) for appointment_id in ids]
    shown = [details for details in found if details is not None]
    return tuple(sorted(shown, key=lambda details: details.starts_at))
