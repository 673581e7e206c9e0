"""Sets when doctors see patients: weekly hours, the exceptions to them, and their places."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Room
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.hours.errors import EntryGoneError, PlaceInvalidError
from clinicdesk.schedule.hours.exceptions import (
    check_exception,
    plain,
    read_exceptions,
    remove_exception,
    store_exception,
)
from clinicdesk.schedule.hours.records import DoctorPlace
from clinicdesk.schedule.hours.weekly import (
    check_weekly,
    plain_hours,
    read_weekly,
    replace_weekly,
)
from clinicdesk.schedule.records import HoursException, WeeklyHours
from clinicdesk.staff.models import DoctorClinic

MOST_SAME_DAY = 100


class HoursService:
    """The hours of doctors. Every change is one transaction with its audit line."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.SEE_SETUP)
    def weekly_hours(self, _actor: Actor, doctor_id: int) -> tuple[WeeklyHours, ...]:
        """List a doctor's weekly hours by clinic, weekday and start, also those of other times."""
        return self._database.read(lambda session: read_weekly(session, doctor_id))

    @requires(Action.SET_UP_CLINIC)
    def set_weekly_hours(self, actor: Actor, doctor_id: int, hours: Sequence[WeeklyHours]) -> None:
        """Put these weekly hours in place of all that the doctor had; the audit log keeps those.

        Raises:
            HoursInvalidError: the hours cannot be; `field` says where.
        """

        def work(transaction: Transaction) -> None:
            session = transaction.session
            check_weekly(doctor_id, hours, clinics_of(session, doctor_id))
            before = plain_hours(read_weekly(session, doctor_id))
            replace_weekly(session, doctor_id, hours)
            self._record(
                transaction, actor, "set hours", doctor_id,
                spans=len(hours), before=before, after=plain_hours(hours),
            )  # fmt: skip

        self._database.write(work)

    @requires(Action.SEE_SETUP)
    def exceptions(
        self, _actor: Actor, doctor_id: int, *, from_on: date | None = None
    ) -> tuple[HoursException, ...]:
        """List a doctor's exceptions by day; with `from_on` those that end then or later."""
        return self._database.read(
            lambda session: read_exceptions(session, doctor_id, from_on=from_on)
        )

    @requires(Action.SET_UP_CLINIC)
    def add_exception(self, actor: Actor, change: HoursException) -> int:
        """Change a doctor's hours on some days; gives the exception's id.

        Raises:
            HoursInvalidError: the days or times cannot be; `field` says where.
            NotBookableError: the doctor does not work at that clinic.
        """
        check_exception(change)

        def work(transaction: Transaction) -> int:
            clinics = clinics_of(transaction.session, change.doctor_id)
            if not clinics or change.clinic_id not in {None, *clinics}:
                raise NotBookableError("This doctor does not work at that clinic.")
            exception_id = store_exception(transaction.session, change)
            self._record(
                transaction, actor, "change hours", change.doctor_id,
                kind=change.kind.value, days=[str(change.from_on), str(change.until_on)],
            )  # fmt: skip
            return exception_id

        return self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def remove_exception(self, actor: Actor, exception_id: int) -> HoursException:
        """Take an exception away, and give what it was; the audit log keeps it.

        Raises:
            EntryGoneError: it is not there any more.
        """

        def work(transaction: Transaction) -> HoursException:
            removed = remove_exception(transaction.session, exception_id)
            self._record(
                transaction, actor, "remove change of hours", removed.doctor_id,
                removed=plain(removed),
            )  # fmt: skip
            return removed

        return self._database.write(work)

    @requires(Action.SEE_SETUP)
    def places(self, _actor: Actor, doctor_id: int) -> tuple[DoctorPlace, ...]:
        """List the clinics where a doctor works, with room and places kept for the same day."""

        def work(session: Session) -> tuple[DoctorPlace, ...]:
            rows = session.scalars(
                select(DoctorClinic)
                .where(DoctorClinic.doctor_id == doctor_id)
                .order_by(DoctorClinic.clinic_id)
            )
            return tuple(
                DoctorPlace(row.doctor_id, row.clinic_id, row.room_id, row.same_day_places)
                for row in rows
            )

        return self._database.read(work)

    @requires(Action.SET_UP_CLINIC)
    def set_place(self, actor: Actor, place: DoctorPlace) -> None:
        """Set the usual room of a doctor at a clinic, and the places kept for the same day.

        Raises:
            PlaceInvalidError: the number or the room cannot be; `field` says where.
            EntryGoneError: the doctor does not work there.
        """
        if not 0 <= place.same_day_places <= MOST_SAME_DAY:
            raise PlaceInvalidError(
                f"Please enter from 0 to {MOST_SAME_DAY} places.", field="same_day_places"
            )

        def work(transaction: Transaction) -> None:
            session = transaction.session
            row = session.get(DoctorClinic, (place.doctor_id, place.clinic_id))
            if row is None:
                raise EntryGoneError
            if place.room_id is not None:
                room = session.get(Room, place.room_id)
                if room is None or room.clinic_id != place.clinic_id:
                    raise PlaceInvalidError("This room is at another clinic.", field="room_id")
            before = [row.room_id, row.same_day_places]
            row.room_id, row.same_day_places = place.room_id, place.same_day_places
            self._record(
                transaction, actor, "set place of work", place.doctor_id, clinic=place.clinic_id,
                before=before, after=[place.room_id, place.same_day_places],
            )  # fmt: skip

        self._database.write(work)

    def _record(
        self, transaction: Transaction, actor: Actor, action: str, doctor_id: int, **details: Any
    ) -> None:
        self._audit.record(
            transaction, actor, action, entity="doctor", entity_id=doctor_id, **details
        )
        transaction.changed(Topic.AVAILABILITY, doctor_id)


def clinics_of(session: Session, doctor_id: int) -> set[int]:
    """Give the clinics where a doctor works."""
    rows = session.scalars(
        select(DoctorClinic.clinic_id).where(DoctorClinic.doctor_id == doctor_id)
    )
    return set(rows)
