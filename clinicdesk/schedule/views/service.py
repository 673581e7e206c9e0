"""Keeps each person's views of the calendar on their function keys."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.views.models import CalendarView
from clinicdesk.schedule.views.records import (
    FIRST_KEY,
    LAST_KEY,
    LAST_LEFT,
    SavedView,
    ViewKind,
)

NARROWEST_PX, WIDEST_PX = 100, 300


class ViewInvalidError(InvalidInputError):
    """A view without a name, on a key that has none, or with columns too narrow or wide."""


class ViewService:
    """Saved views of the calendar; everybody has their own, so no audit entry tells of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @requires(Action.SEE_CALENDAR)
    def views(self, actor: Actor) -> tuple[SavedView, ...]:
        """List the views on the person's keys, the one left last first if there is one."""

        def work(session: Session) -> tuple[SavedView, ...]:
            rows = session.scalars(
                select(CalendarView)
                .where(CalendarView.user_id == actor.user_id)
                .order_by(CalendarView.key)
            )
            return tuple(_view(row) for row in rows)

        return () if actor.user_id is None else self._database.read(work)

    @requires(Action.SEE_CALENDAR)
    def save(self, actor: Actor, view: SavedView) -> None:
        """Put a view on its key, in place of the one before.

        Raises:
            ViewInvalidError: as named.
        """
        _check(view)
        user_id = actor.user_id
        if user_id is None:
            return

        def work(transaction: Transaction) -> None:
            body = {name: value for name, value in asdict(view).items() if name != "key"}
            transaction.session.merge(
                CalendarView(
                    user_id=user_id,
                    key=view.key,
                    name=view.name.strip(),
                    body=json.dumps(body, sort_keys=True),
                )
            )

        self._database.write(work)

    @requires(Action.SEE_CALENDAR)
    def remove(self, actor: Actor, key: int) -> None:
        """Take a view off its key."""

        def work(transaction: Transaction) -> None:
            transaction.session.execute(
                delete(CalendarView).where(
                    CalendarView.user_id == actor.user_id, CalendarView.key == key
                )
            )

        self._database.write(work)


def _check(view: SavedView) -> None:
    if view.key != LAST_LEFT and not FIRST_KEY <= view.key <= LAST_KEY:
        raise ViewInvalidError("Views are kept on the keys F3 to F12.", field="key")
    if view.key != LAST_LEFT and not view.name.strip():
        raise ViewInvalidError("Please give the view a name.", field="name")
    if not NARROWEST_PX <= view.least_column_px <= WIDEST_PX:
        raise ViewInvalidError(
            f"A column is {NARROWEST_PX} to {WIDEST_PX} points wide.", field="least_column_px"
        )


def _view(row: CalendarView) -> SavedView:
    """Read a view; what a later version may have added to it is passed over."""
    body: dict[str, Any] = json.loads(row.body)
    known = {name: body[name] for name in SavedView.__dataclass_fields__ if name in body}
    kind = known.get("kind")
    known["kind"] = ViewKind(kind) if kind in set(ViewKind) else ViewKind.DAY
    known["hidden"] = tuple(known.get("hidden", ()))
    return SavedView(**{**known, "key": row.key, "name": row.name})
