"""Everybody's own views of the calendar, on their function keys."""

import pytest
from sqlalchemy import text

from clinicdesk.access import Actor, Role, program_actor
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.views.records import LAST_LEFT, SavedView, ViewKind
from clinicdesk.schedule.views.service import ViewInvalidError, ViewService
from clinicdesk.staff.records import NewUser
from tests.services import services_over

ROOMS = SavedView(
    3, "Rooms", ViewKind.ROOMS, clinic_id=2, hidden=(4, 5), first_minute=480, least_column_px=180
)


@pytest.fixture
def people(database: Database, clock: FixedClock) -> tuple[Actor, Actor]:
    services = services_over(database, clock)
    maria, john = (
        services.staff.add_user(
            program_actor(),
            NewUser(login, login.title(), "training desk", frozenset({Role.MANAGER})),
        )
        for login in ("maria", "john")
    )
    roles = frozenset({Role.RECEPTIONIST})
    return Actor(maria, "Maria", roles), Actor(john, "John", roles)


def test_a_view_comes_back_as_it_was_saved_and_to_nobody_else(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    maria, john = people
    views = ViewService(database)
    views.save(maria, ROOMS)
    views.save(maria, SavedView(LAST_LEFT, "", ViewKind.WEEK, doctor_id=7))
    assert views.views(maria) == (SavedView(0, "", ViewKind.WEEK, doctor_id=7), ROOMS)
    assert views.views(john) == ()


def test_a_key_holds_one_view_until_it_is_taken_off(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    maria, _ = people
    views = ViewService(database)
    views.save(maria, ROOMS)
    views.save(maria, SavedView(3, "My week", ViewKind.WEEK))
    assert [view.name for view in views.views(maria)] == ["My week"]
    views.remove(maria, 3)
    assert views.views(maria) == ()


@pytest.mark.parametrize(
    ("view", "field"),
    [
        (SavedView(2, "Lock"), "key"),
        (SavedView(13, "None"), "key"),
        (SavedView(3, "  "), "name"),
        (SavedView(3, "Narrow", least_column_px=99), "least_column_px"),
        (SavedView(3, "Wide", least_column_px=301), "least_column_px"),
    ],
)
def test_a_view_that_cannot_be_is_refused(
    database: Database, people: tuple[Actor, Actor], view: SavedView, field: str
) -> None:
    with pytest.raises(ViewInvalidError) as refusal:
        ViewService(database).save(people[0], view)
    assert refusal.value.field == field


def test_a_view_of_a_later_version_is_still_read(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    maria, _ = people
    views = ViewService(database)
    views.save(maria, ROOMS)
    body = '{"kind": "timeline", "hidden": [1], "zoom": 3}'
    database.write(
        lambda transaction: transaction.session.execute(
            text("UPDATE calendar_view SET body = :body"), {"body": body}
        )
    )
    (view,) = views.views(maria)
    assert (view.kind, view.hidden, view.name) == (ViewKind.DAY, (1,), "Rooms")
