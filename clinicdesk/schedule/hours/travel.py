"""Says how long the way between clinics takes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.hours import models
from clinicdesk.schedule.hours.errors import TravelInvalidError
from clinicdesk.schedule.hours.records import TravelTime

LONGEST_MINUTES = 600


class TravelService:
    """The ways between clinics. Every change is one transaction with its audit line."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.SEE_SETUP)
    def travel_times(self, _actor: Actor) -> tuple[TravelTime, ...]:
        """List the ways that take time, each once; those not listed take none."""

        def work(session: Session) -> tuple[TravelTime, ...]:
            rows = session.scalars(
                select(models.TravelTime).order_by(
                    models.TravelTime.clinic_id, models.TravelTime.other_clinic_id
                )
            )
            return tuple(
                TravelTime(row.clinic_id, row.other_clinic_id, row.minutes) for row in rows
            )

        return self._database.read(work)

    @requires(Action.SET_UP_CLINIC)
    def set_travel_time(self, actor: Actor, way: TravelTime) -> None:
        """Say how long the way between two clinics takes, in both directions; 0 for no time.

        Raises:
            TravelInvalidError: clinics or minutes cannot be; `field` says which.
        """
        first, second = sorted((way.clinic_id, way.other_clinic_id))
        if first == second:
            raise TravelInvalidError("Please choose two clinics.", field="other_clinic_id")
        if not 0 <= way.minutes <= LONGEST_MINUTES:
            raise TravelInvalidError(
                f"Please enter from 0 to {LONGEST_MINUTES} minutes.", field="minutes"
            )

        def work(transaction: Transaction) -> None:
            session = transaction.session
            if session.get(Clinic, first) is None or session.get(Clinic, second) is None:
                raise TravelInvalidError("Please choose two clinics.", field="other_clinic_id")
            row = session.get(models.TravelTime, (first, second))
            before = row.minutes if row is not None else 0
            if row is None:
                row = models.TravelTime(clinic_id=first, other_clinic_id=second)
                session.add(row)
            row.minutes = way.minutes
            session.flush()
            self._audit.record(
                transaction, actor, "set travel time", entity="clinic", entity_id=first,
                other=second, before=before, after=way.minutes,
            )  # fmt: skip
            for clinic_id in (first, second):
                transaction.changed(Topic.CLINIC, clinic_id)
                transaction.changed(Topic.AVAILABILITY, clinic_id)

        self._database.write(work)
