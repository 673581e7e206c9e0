"""Keeps how far the provider's events were read, and which of them were dealt with."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.events.models import HandledEvent, ProviderCursor
from clinicdesk.payments.gateway import ProviderEvent

ONLY = 1


class EventBook:
    """The events of the card provider as the clinic has dealt with them."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def place(self) -> tuple[str, datetime] | None:
        """Give the last event read, its id and time; None before the first time.

        The id is "" where the provider listed nothing yet when it was first asked.
        """

        def work(session: Session) -> tuple[str, datetime] | None:
            cursor = session.get(ProviderCursor, ONLY)
            return None if cursor is None else (cursor.event_id, cursor.happened_at)

        return self._database.read(work)

    def is_handled(self, event_id: str) -> bool:
        """Tell whether an event was dealt with before, by whichever way it was heard of."""
        known = select(HandledEvent.event_id).where(HandledEvent.event_id == event_id)
        return self._database.read(lambda session: session.scalar(known)) is not None

    def begin_empty(self) -> None:
        """Write down that the provider lists nothing now: whatever it lists later is new."""

        def work(transaction: Transaction) -> None:
            cursor = _cursor(transaction.session, self._clock.now())
            cursor.event_id, cursor.happened_at = "", self._clock.now()
            cursor.read_at = self._clock.now()

        self._database.write(work)

    def note(self, event: ProviderEvent, *, handled: bool = True, moves: bool = True) -> None:
        """Write down that an event was dealt with.

        Where it `moves` so was everything before it: the list is read on from there. That never
        goes back.
        """

        def work(transaction: Transaction) -> None:
            session, now = transaction.session, self._clock.now()
            if handled:
                session.merge(
                    HandledEvent(
                        event_id=event.event_id,
                        kind=event.kind,
                        happened_at=event.happened_at,
                        handled_at=now,
                    )
                )
            if not moves:
                return
            cursor = _cursor(session, event.happened_at)
            if not cursor.event_id or cursor.happened_at <= event.happened_at:
                cursor.event_id, cursor.happened_at = event.event_id, event.happened_at
            cursor.read_at = now

        try:
            self._database.write(work)
        except IntegrityError:
            self._database.write(work)  # another worker has just noted the same event


def _cursor(session: Session, happened_at: datetime) -> ProviderCursor:
    cursor = session.get(ProviderCursor, ONLY, with_for_update=True)
    if cursor is None:
        cursor = ProviderCursor(id=ONLY, event_id="", happened_at=happened_at)
        session.add(cursor)
    return cursor
