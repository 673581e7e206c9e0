"""Puts appointments and wishes aside, for every desk to take up."""

from sqlalchemy import select

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.patients.models import Patient
from clinicdesk.schedule import rules, trail
from clinicdesk.schedule.errors import AppointmentMissingError, NotBookableError, ShelfCardGoneError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.rules import Step
from clinicdesk.schedule.shelf import queries
from clinicdesk.schedule.shelf.models import ShelfRow
from clinicdesk.schedule.shelf.records import ShelfCard

ENTITY = "shelf card"


class ShelfService:
    """The shelf that all desks share.

    A card is a row, so it outlives a restart. An appointment on the shelf keeps its time; moving it
    takes its card off in the same transaction (see `shelf.rows`). Doctors put their own
    appointments there alone: OtherDoctorsAppointmentError.
    """

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.SEE_CALENDAR)
    def cards(self, _actor: Actor, clinic_id: int) -> tuple[ShelfCard, ...]:
        """List what lies on a clinic's shelf, the first put first."""
        return self._database.read(lambda session: queries.cards_of(session, clinic_id))

    @requires(Action.BOOK)
    def put(self, actor: Actor, appointment_id: int) -> ShelfCard:
        """Put an appointment aside; one that lies there already stays as it is.

        Raises:
            AppointmentMissingError: there is no such appointment.
            WrongStepError: it has begun or ended, so it cannot be moved.
        """

        def work(transaction: Transaction) -> ShelfCard:
            session = transaction.session
            visit = session.get(Appointment, appointment_id, with_for_update={"key_share": True})
            if visit is None:
                raise AppointmentMissingError
            rules.demand_own(actor, visit.doctor_id)
            rules.demand_step(visit.status, Step.MOVE)
            former = session.scalar(
                select(ShelfRow.id).where(ShelfRow.appointment_id == appointment_id)
            )
            if former is not None:
                return _shown(transaction, former)
            trail.record(self._audit, transaction, actor, "put appointment on shelf", visit)
            return self._put(
                transaction,
                actor,
                ShelfRow(
                    clinic_id=visit.clinic_id,
                    appointment_id=visit.id,
                    patient_id=visit.patient_id,
                    service_id=visit.service_id,
                    doctor_id=visit.doctor_id,
                    note="",
                ),
            )

        return self._database.write(work)

    @requires(Action.BOOK)
    def put_wish(
        self,
        actor: Actor,
        *,
        clinic_id: int,
        patient_id: int,
        service_id: int,
        doctor_id: int | None = None,
        note: str = "",
    ) -> ShelfCard:
        """Put aside that a patient wants a visit, to be booked later.

        Raises:
            NotBookableError: clinic, patient or service are not known; the sentence names which.
        """

        def work(transaction: Transaction) -> ShelfCard:
            session = transaction.session
            for model, number, name in (
                (Clinic, clinic_id, "clinic"),
                (Patient, patient_id, "patient"),
                (Service, service_id, "service"),
            ):
                if session.get(model, number) is None:
                    raise NotBookableError(f"There is no such {name}. Please choose another.")
            made = self._put(
                transaction,
                actor,
                ShelfRow(
                    clinic_id=clinic_id,
                    appointment_id=None,
                    patient_id=patient_id,
                    service_id=service_id,
                    doctor_id=doctor_id,
                    note=note.strip(),
                ),
            )
            self._audit.record(
                transaction, actor, "put wish on shelf", entity=ENTITY, entity_id=made.id
            )
            return made

        return self._database.write(work)

    @requires(Action.BOOK)
    def take_off(self, actor: Actor, card_id: int) -> None:
        """Take a card off: its appointment stays where it is, a wish is done with.

        Raises:
            ShelfCardGoneError: a colleague was faster.
        """

        def work(transaction: Transaction) -> None:
            row = transaction.session.get(ShelfRow, card_id)
            if row is None:
                raise ShelfCardGoneError
            self._remove(transaction, actor, row)

        self._database.write(work)

    @requires(Action.BOOK)
    def clear(self, actor: Actor, clinic_id: int) -> int:
        """Send every appointment on a clinic's shelf home and give how many; wishes stay there."""

        def work(transaction: Transaction) -> int:
            rows = transaction.session.scalars(
                select(ShelfRow).where(
                    ShelfRow.clinic_id == clinic_id, ShelfRow.appointment_id.is_not(None)
                )
            ).all()
            for row in rows:
                self._remove(transaction, actor, row)
            return len(rows)

        return self._database.write(work)

    def _put(self, transaction: Transaction, actor: Actor, row: ShelfRow) -> ShelfCard:
        row.put_by, row.put_at = actor.name, self._clock.now()
        transaction.session.add(row)
        transaction.session.flush()
        transaction.changed(Topic.SHELF, row.id)
        return _shown(transaction, row.id)

    def _remove(self, transaction: Transaction, actor: Actor, row: ShelfRow) -> None:
        transaction.session.delete(row)
        self._audit.record(
            transaction,
            actor,
            "take off shelf",
            entity=ENTITY,
            entity_id=row.id,
            appointment=row.appointment_id,
        )
        transaction.changed(Topic.SHELF, row.id)


def _shown(transaction: Transaction, card_id: int) -> ShelfCard:
    found = queries.card(transaction.session, card_id)
    if found is None:
        raise ShelfCardGoneError
    return found
