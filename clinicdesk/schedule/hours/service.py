"""Sets when doctors see patients: weekly hours and the exceptions to them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.hours.plan import (
    check_exception,
    check_weekly,
    replace_weekly,
    store_exception,
)
from clinicdesk.schedule.records import HoursException, WeeklyHours
from clinicdesk.staff.models import DoctorClinic


class HoursService:
    """The hours of doctors and clinics. Every change is one transaction with its audit line."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.SET_UP_CLINIC)
    def set_weekly_hours(self, actor: Actor, doctor_id: int, hours: Sequence[WeeklyHours]) -> None:
        """Put these weekly hours in place of all that the doctor had.

        Raises:
            HoursInvalidError: the hours cannot be; `field` says where.
        """

        def work(transaction: Transaction) -> None:
            session = transaction.session
            check_weekly(doctor_id, hours, _clinics_of(session, doctor_id))
            replace_weekly(session, doctor_id, hours)
            self._audit.record(
                transaction, actor, "set hours", entity="doctor", entity_id=doctor_id,
                spans=len(hours),
            )  # fmt: skip
            transaction.changed(Topic.AVAILABILITY, doctor_id)

        self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def add_exception(self, actor: Actor, change: HoursException) -> int:
        """Change a doctor's hours on some days; gives the exception's id.

        Raises:
            HoursInvalidError: the days or times cannot be; `field` says where.
        """
        check_exception(change)

        def work(transaction: Transaction) -> int:
            clinics = _clinics_of(transaction.session, change.doctor_id)
            if not clinics or change.clinic_id not in {None, *clinics}:
                raise NotBookableError("This doctor does not work at that clinic.")
            exception_id = store_exception(transaction.session, change)
            self._audit.record(
                transaction, actor, "change hours", entity="doctor", entity_id=change.doctor_id,
                kind=change.kind.value, days=[str(change.from_on), str(change.until_on)],
            )  # fmt: skip
            transaction.changed(Topic.AVAILABILITY, change.doctor_id)
            return exception_id

        return self._database.write(work)


def _clinics_of(session: Session, doctor_id: int) -> set[int]:
    rows = session.scalars(
        select(DoctorClinic.clinic_id).where(DoctorClinic.doctor_id == doctor_id)
    )
    return set(rows)
