"""Every role is allowed just what the table says, and told plainly otherwise."""

import itertools

import pytest

from clinicdesk.access import PERMISSIONS, Action, Actor, Role
from clinicdesk.errors import AccessDeniedError


def test_every_action_has_its_roles() -> None:
    assert set(PERMISSIONS) == set(Action)
    assert all(PERMISSIONS.values())


@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
def test_a_role_may_do_what_the_table_says(role: Role, action: Action) -> None:
    actor = Actor(1, "Maria", frozenset({role}))
    if role in PERMISSIONS[action]:
        actor.demand(action)
    else:
        with pytest.raises(AccessDeniedError, match="Maria may not"):
            actor.demand(action)


@pytest.mark.parametrize("action", [Action.FIND_PATIENT, Action.TAKE_PAYMENT, Action.REFUND])
def test_an_administrator_alone_sees_no_patient_and_moves_no_money(action: Action) -> None:
    assert not Actor(1, "Ruth", frozenset({Role.ADMINISTRATOR})).may(action)


def test_roles_add_up() -> None:
    both = Actor(1, "John", frozenset({Role.RECEPTIONIST, Role.MANAGER}))
    assert both.may(Action.TAKE_PAYMENT)
    assert both.may(Action.REFUND)
