"""What a change of an appointment has around it: the person, the transaction, clock and log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Transaction
from clinicdesk.schedule import placing, queries, rules, trail
from clinicdesk.schedule.errors import AppointmentMissingError
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.notifier import AppointmentNotifier
from clinicdesk.schedule.reasons import COLLISIONS
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, BookingPolicy
from clinicdesk.schedule.refusals import reason_against, refusal
from clinicdesk.schedule.search import SlotSearch
from clinicdesk.schedule.wanted import Wanted
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.settings.service import load_settings


@dataclass(frozen=True, slots=True)
class BookingDesk:
    """What every change of an appointment works with; `policy` None is the clinic's own."""

    clock: Clock
    audit: AuditLog
    notifier: AppointmentNotifier | None
    policy: BookingPolicy | None

    def act(self, transaction: Transaction, actor: Actor) -> "Act":
        """Give what one person's change in one transaction needs."""
        return Act(self, transaction, actor)

    def search(self, session: Session, wanted: Wanted) -> SlotSearch:
        """Read what decides about one wanted time."""
        now = self.clock.now()
        return placing.search_around(session, wanted, policy=self.policy, now=now)


@dataclass(frozen=True, slots=True)
class Act:
    """One person's change in one transaction."""

    desk: BookingDesk
    transaction: Transaction
    actor: Actor

    @property
    def session(self) -> Session:
        """The session of the transaction."""
        return self.transaction.session

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.desk.clock.now()

    @property
    def notifier(self) -> AppointmentNotifier | None:
        """Who writes to patients, if anybody does."""
        return self.desk.notifier

    @property
    def settings(self) -> ScheduleSettings:
        """The clinic's policy as it stands in this transaction."""
        return load_settings(self.session, ScheduleSettings)

    def row(self, appointment_id: int, version: int) -> Appointment:
        """Give an appointment for a change by somebody who may change it.

        Raises:
            AppointmentMissingError, AppointmentChangedError, OtherDoctorsAppointmentError: as
                named.
        """
        row = placing.locked(self.session, appointment_id, version=version)
        rules.demand_own(self.actor, row.doctor_id)
        return row

    def demand_free(self, wanted: Wanted, *, reason: str = "", is_standing: bool = False) -> str:
        """Check that a time can be had, or booked over with a reason; give the reason if it was.

        With `is_standing` the visit has its start already: that it has passed, or is kept for the
        day itself, does not count.

        Raises:
            SlotTakenError, TimeNotOfferedError, AccessDeniedError: as named.
        """
        return placing.demand_free_or_reason(
            self.session,
            wanted,
            self.desk.search(self.session, wanted),
            reason=reason,
            actor=self.actor,
            is_standing=is_standing,
        )

    def demand_no_collision(self, wanted: Wanted) -> None:
        """Check that nobody has come into a place that a visit had before; only that counts.

        The database would not see who was booked over something else there.

        Raises:
            SlotTakenError: somebody has what the visit needs by now, or is about to take it.
        """
        search = self.desk.search(self.session, wanted)
        against = reason_against(self.session, wanted, placing.for_standing(search, wanted))
        if against in COLLISIONS:
            raise refusal(self.session, against, wanted, search)

    def demand_back(self, row: Appointment, *, reason: str) -> None:
        """Check that the step that led to the present state may be taken back.

        Raises:
            AccessDeniedError, ReasonNeededError: as in `rules.demand_back`.
        """
        rules.demand_back(
            self.actor,
            trail.last_step(self.session, row.id, row.status),
            now=self.now,
            free_minutes=self.settings.free_undo_minutes,
            reason=reason,
        )

    def set_status(self, row: Appointment, status: AppointmentStatus) -> None:
        """Give an appointment its state, what that holds, and a new version."""
        placing.set_status(self.session, row, status)

    def record(self, action: str, row: Appointment, **details: Any) -> None:
        """Keep what was done in the audit log, and tell the other screens."""
        self.session.flush()
        trail.record(self.desk.audit, self.transaction, self.actor, action, row, **details)
        self.transaction.changed(Topic.APPOINTMENT, row.id)

    def told(self, row: Appointment) -> AppointmentDetails:
        """Give the appointment as it now stands."""
        self.session.flush()
        found = queries.details(self.session, row.id)
        if found is None:
            raise AppointmentMissingError
        return found


def place_of(row: Appointment) -> Mapping[str, Any]:
    """Give where an appointment stands, as the audit log keeps it."""
    place: dict[str, Any] = {
        "clinic": row.clinic_id,
        "doctor": row.doctor_id,
        "room": row.room_id,
        "service": row.service_id,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }
    if row.is_overbooked:
        place["overbooked"] = row.overbooked_reason
    return place
