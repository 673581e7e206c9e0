"""Closes clinics on some days: by hand, or for the public holidays of their country."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.hours import closing
from clinicdesk.schedule.hours.errors import ClosureInvalidError
from clinicdesk.schedule.hours.exceptions import plain
from clinicdesk.schedule.hours.holidays import PublicHoliday, public_holidays
from clinicdesk.schedule.hours.records import Closure, ClosureKind, HolidayProposal

EVERY_CLINIC = 0
"""What the change bus and the audit log name for a closure of all clinics."""

FIRST_YEAR, LAST_YEAR = 1990, 2100


class ClosureService:
    """The closures of clinics. Every change is one transaction with its audit line."""

    def __init__(self, database: Database, *, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    @requires(Action.SEE_SETUP)
    def closures(
        self, _actor: Actor, clinic_id: int | None = None, *, from_on: date | None = None
    ) -> tuple[Closure, ...]:
        """List closures by day: of a clinic with those of all clinics, or with None every one."""
        return self._database.read(
            lambda session: closing.read_closures_of(session, clinic_id, from_on=from_on)
        )

    @requires(Action.SET_UP_CLINIC)
    def add_closure(self, actor: Actor, closure: Closure) -> int:
        """Close a clinic, or with `clinic_id` None every one; gives the closure's id.

        Raises:
            ClosureInvalidError: days, minutes or reason cannot be; `field` says where.
        """
        closing.check_closure(closure)
        return self._database.write(lambda transaction: self._add(transaction, actor, closure))

    @requires(Action.SET_UP_CLINIC)
    def remove_closure(self, actor: Actor, closure_id: int) -> Closure:
        """Take a closure away, and give what it was; the audit log keeps it.

        Raises:
            EntryGoneError: it is not there any more.
        """

        def work(transaction: Transaction) -> Closure:
            removed = closing.remove_closure(transaction.session, closure_id)
            self._audit.record(
                transaction, actor, "remove closure", entity="closure", entity_id=closure_id,
                removed=plain(removed),
            )  # fmt: skip
            transaction.changed(Topic.AVAILABILITY, removed.clinic_id or EVERY_CLINIC)
            return removed

        return self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def propose_holidays(
        self, _actor: Actor, clinic_id: int, *, year: int
    ) -> tuple[HolidayProposal, ...]:
        """List the public holidays of a year in the clinic's country and region, by day.

        Nothing is stored: each may be left out. Two that fall on one day are one entry.

        Raises:
            HolidaysUnknownError: nothing is known of the clinic's country or region.
            ClosureInvalidError: the year or the clinic cannot be.
        """
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ClosureInvalidError(
                f"Please enter a year from {FIRST_YEAR} to {LAST_YEAR}.", field="year"
            )

        def where(session: Session) -> tuple[str, str, frozenset[date]]:
            clinic = session.get(Clinic, clinic_id)
            if clinic is None:
                raise ClosureInvalidError("Please choose a clinic.", field="clinic_id")
            stored = closing.stored_holidays(session, clinic_id, year)
            return clinic.country, clinic.holiday_region, stored

        country, region, stored = self._database.read(where)
        known = public_holidays(country, region, year)
        return tuple(HolidayProposal(each.on, each.name, each.on in stored) for each in known)

    @requires(Action.SET_UP_CLINIC)
    def add_holidays(
        self, actor: Actor, clinic_id: int, *, holidays: Collection[PublicHoliday]
    ) -> tuple[int, ...]:
        """Close a clinic on the holidays chosen; those that stand already are passed over.

        Gives the ids of the new closures.
        """

        def work(transaction: Transaction) -> tuple[int, ...]:
            # Two desks that take over the same list wait for each other here.
            transaction.session.get(Clinic, clinic_id, with_for_update=True)
            years = {each.on.year for each in holidays}
            stored = {
                day
                for year in years
                for day in closing.stored_holidays(transaction.session, clinic_id, year)
            }
            return tuple(
                self._add(transaction, actor, holiday_closure(clinic_id, each))
                for each in sorted(holidays)
                if each.on not in stored
            )

        return self._database.write(work)

    def _add(self, transaction: Transaction, actor: Actor, closure: Closure) -> int:
        closure_id = closing.store_closure(transaction.session, closure)
        self._audit.record(
            transaction, actor, "add closure", entity="closure", entity_id=closure_id,
            clinic=closure.clinic_id, kind=closure.kind.value,
            days=[str(closure.from_on), str(closure.until_on)],
        )  # fmt: skip
        transaction.changed(Topic.AVAILABILITY, closure.clinic_id or EVERY_CLINIC)
        return closure_id


def holiday_closure(clinic_id: int, holiday: PublicHoliday) -> Closure:
    """Give the closure that a public holiday makes."""
    return Closure(clinic_id, holiday.on, holiday.on, holiday.name, ClosureKind.HOLIDAY)
