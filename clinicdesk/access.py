"""Who may do what: the one declared table of permissions, and the check that services run.

It stands on the ground floor because every room's service asks it, below and above `staff`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from clinicdesk.errors import AccessDeniedError


class Role(StrEnum):
    """What a person is at the clinic; one person may hold several."""

    RECEPTIONIST = "receptionist"
    DOCTOR = "doctor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What a service method does, as far as permission is concerned."""

    SEE_SETUP = "see how the clinics are set up"
    SEE_CALENDAR = "see the calendar"
    BOOK = "book, move and cancel appointments"
    OVERBOOK = "book over another appointment or outside hours"
    CORRECT_VISIT = "take back a step of a visit that has ended"
    RUN_VISIT = "check patients in and finish visits"
    FIND_PATIENT = "find patients"
    EDIT_PATIENT = "add and change patients"
    IMPORT_PATIENTS = "import patients"
    SEE_BILLING = "see invoices and payments"
    INVOICE = "make invoices"
    CORRECT_INVOICE = "correct invoices by credit notes"
    WAIVE_FEE = "let a patient off a fee"
    TAKE_PAYMENT = "take payments"
    REFUND = "refund payments"
    CLOSE_TILL = "count and close the till"
    SEE_MESSAGES = "see messages"
    SEE_AUDIT = "read the audit log"
    SET_UP_CLINIC = "set up clinics, services and hours"
    SET_UP_STAFF = "add people and set their roles"


_R, _D, _M, _A = Role.RECEPTIONIST, Role.DOCTOR, Role.MANAGER, Role.ADMINISTRATOR

PERMISSIONS: dict[Action, frozenset[Role]] = {
    Action.SEE_SETUP: frozenset({_R, _D, _M, _A}),
    Action.SEE_CALENDAR: frozenset({_R, _D, _M}),
    Action.BOOK: frozenset({_R, _D, _M}),
    Action.OVERBOOK: frozenset({_D, _M}),
    Action.CORRECT_VISIT: frozenset({_M}),
    Action.RUN_VISIT: frozenset({_R, _D, _M}),
    Action.FIND_PATIENT: frozenset({_R, _D, _M}),
    Action.EDIT_PATIENT: frozenset({_R, _D, _M}),
    Action.IMPORT_PATIENTS: frozenset({_M}),
    Action.SEE_BILLING: frozenset({_R, _M}),
    Action.INVOICE: frozenset({_R, _D, _M}),
    Action.CORRECT_INVOICE: frozenset({_M}),
    Action.WAIVE_FEE: frozenset({_D, _M}),
    Action.TAKE_PAYMENT: frozenset({_R, _M}),
    Action.REFUND: frozenset({_M}),
    Action.CLOSE_TILL: frozenset({_M}),
    Action.SEE_MESSAGES: frozenset({_R, _D, _M}),
    Action.SEE_AUDIT: frozenset({_M, _A}),
    Action.SET_UP_CLINIC: frozenset({_M, _A}),
    Action.SET_UP_STAFF: frozenset({_A}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the program itself) on whose behalf a service method runs.

    `user_id` is None for the background worker and for set-up. `doctor_id` is set for a person
    who is a doctor. `desk` names the workstation.
    """

    user_id: int | None
    name: str
    roles: frozenset[Role]
    desk: str = ""
    doctor_id: int | None = None

    def may(self, action: Action) -> bool:
        """Tell whether one of the person's roles allows the action."""
        return not self.roles.isdisjoint(PERMISSIONS[action])

    def demand(self, action: Action) -> None:
        """Raise AccessDeniedError unless the action is allowed."""
        if not self.may(action):
            raise AccessDeniedError(
                f"{self.name} may not {action.value}. Ask somebody who may, or sign in as them."
            )


def program_actor(desk: str = "") -> Actor:
    """Give the actor for what the program does by itself: set-up, jobs, recovery."""
    return Actor(user_id=None, name="ClinicDesk", roles=frozenset(Role), desk=desk)


S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


def requires(
    action: Action,
) -> Callable[
    [Callable[Concatenate[S, Actor, P], R]],
    Callable[Concatenate[S, Actor, P], R],
]:
    """Mark a service method with the action it needs, and check it before the method runs."""

    def decorate(
        method: Callable[Concatenate[S, Actor, P], R],
    ) -> Callable[Concatenate[S, Actor, P], R]:
        @wraps(method)
        def checked(self: S, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor.demand(action)
            return method(self, actor, *args, **kwargs)

        checked.required_action = action  # type: ignore[attr-defined]
        return checked

    return decorate


def open_to_all(method: Callable[P, R]) -> Callable[P, R]:
    """Mark a service method that needs no permission, such as signing in."""
    method.required_action = None  # type: ignore[attr-defined]
    return method


def required_action(method: Callable[..., Any]) -> Action | None:
    """Give the action a service method is marked with; AttributeError if it has no mark."""
    action: Action | None = method.required_action  # type: ignore[attr-defined]
    return action
