"""Holds a time softly while a booking is being made."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.schedule.holds.models import SlotHold
from clinicdesk.schedule.holds.queries import live_holds, rival_holds
from clinicdesk.schedule.holds.records import HOLD_SECONDS, Hold
from clinicdesk.schedule.placing import lock_doctors


class HoldService:
    """Soft holds, seen by every desk until they expire.

    A hold leaves the time out of what other desks are offered, and tells them who is at it; the
    database itself refuses nobody for it. A desk that dies lets go by itself, because a hold counts
    for HOLD_SECONDS only unless it is taken again. No hold is written to the audit log: it changes
    nothing of any patient's, and is gone before anybody could ask about it.
    """

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.BOOK)
    def hold(
        self,
        actor: Actor,
        *,
        hold_key: str,
        clinic_id: int,
        doctor_id: int,
        starts_at: datetime,
        ends_at: datetime,
    ) -> tuple[Hold, ...]:
        """Take, move or renew the one hold of a dialog; give the others' holds on that time.

        `hold_key` is made once per dialog. Where somebody else was first the dialog has none: two
        holds on one time would stand in each other's way. What has expired is swept away.
        """
        place = (clinic_id, doctor_id, starts_at, ends_at)

        def work(transaction: Transaction) -> tuple[Hold, ...]:
            return self._take(transaction, actor, hold_key, place)

        try:
            return self._database.write(work)
        except IntegrityError:
            return self._database.write(work)  # the same dialog took it at the same moment

    @requires(Action.BOOK)
    def release(self, _actor: Actor, hold_key: str) -> None:
        """Let go of a dialog's hold; one that is gone already is no error."""

        def work(transaction: Transaction) -> None:
            _forget(transaction, SlotHold.hold_key == hold_key)

        self._database.write(work)

    @requires(Action.SEE_CALENDAR)
    def live(
        self, _actor: Actor, *, clinic_id: int, from_at: datetime, until_at: datetime
    ) -> tuple[Hold, ...]:
        """List the holds of a clinic that overlap [from_at, until_at) and count now."""
        now = self._clock.now()

        def work(session: Session) -> tuple[Hold, ...]:
            return live_holds(
                session, clinic_id=clinic_id, from_at=from_at, until_at=until_at, now=now
            )

        return self._database.read(work)

    def _take(
        self,
        transaction: Transaction,
        actor: Actor,
        hold_key: str,
        place: tuple[int, int, datetime, datetime],
    ) -> tuple[Hold, ...]:
        session, now = transaction.session, self._clock.now()
        clinic_id, doctor_id, starts_at, ends_at = place
        lock_doctors(session, [doctor_id])
        _forget(transaction, SlotHold.expires_at <= now)
        rivals = rival_holds(
            session,
            doctor_id=doctor_id,
            from_at=starts_at,
            until_at=ends_at,
            hold_key=hold_key,
            now=now,
        )
        if rivals:
            _forget(transaction, SlotHold.hold_key == hold_key)
            return rivals
        own = session.scalar(select(SlotHold).where(SlotHold.hold_key == hold_key))
        is_seen_anew = own is None or (
            (own.clinic_id, own.doctor_id, own.starts_at, own.ends_at) != place
        )
        if own is None:
            own = SlotHold(hold_key=hold_key)
            session.add(own)
        own.user_id, own.user_name, own.desk = actor.user_id, actor.name, actor.desk
        own.clinic_id, own.doctor_id = clinic_id, doctor_id
        own.starts_at, own.ends_at = starts_at, ends_at
        own.expires_at = now + timedelta(seconds=HOLD_SECONDS)
        session.flush()
        if is_seen_anew:  # that it goes on is no news to the other desks
            transaction.changed(Topic.HOLD, own.id)
        return ()


def _forget(transaction: Transaction, condition: ColumnElement[bool]) -> None:
    """Delete holds, and tell of them."""
    gone = transaction.session.scalars(delete(SlotHold).where(condition).returning(SlotHold.id))
    for hold_id in gone.all():
        transaction.changed(Topic.HOLD, hold_id)
