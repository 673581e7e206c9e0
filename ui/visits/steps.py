"""Takes the steps of visits beside the window; each can be taken back for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Actor
from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.errors import ReasonNeededError
from clinicdesk.schedule.records import AppointmentDetails
from ui.core.errors import ErrorPresenter
from ui.core.reason_dialog import ReasonDialog
from ui.core.session import Desk

if TYPE_CHECKING:
    from clinicdesk.app import Services

DONE_WORDS = {
    "check_in": "checked in",
    "call_in": "called in",
    "call_back": "is waiting again",
    "room": "is with the doctor",
    "complete": "completed",
    "no_show": "marked as a no-show",
    "undo": "set back one step",
}
BACK = {
    "check_in": "undo",
    "call_in": "call_back",
    "room": "undo",
    "complete": "undo",
    "no_show": "undo",
}
"""The step that takes another back."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as the desk saw it: what a step needs."""

    id: int
    version: int
    name: str


@dataclass(frozen=True)
class Outlet:
    """Where the outcome of a step is told."""

    say: Callable[[str], None]
    offer_undo: Callable[[str, Callable[[], None]], None]


class VisitSteps:
    """Runs the steps of DONE_WORDS; a refusal is shown, and the board follows by itself."""

    def __init__(self, host: QWidget, desk: Desk, outlet: Outlet) -> None:
        self._host, self._desk, self._outlet = host, desk, outlet

    def run(self, name: str, visit: Visit) -> None:
        """Take a step."""
        services, actor = self._desk.services, self._desk.actor
        self._desk.tasks.run(
            self._host,
            lambda: take(services, actor, name, visit),
            done=lambda after: self.tell(name, visit, after),
            failed=lambda error: self._failed(name, visit, error),
        )

    def take_to_room(
        self,
        visit: Visit,
        *,
        room_id: int | None,
        share: bool,
        done: Callable[[], None],
        failed: Callable[[ClinicDeskError], None],
    ) -> None:
        """Take a patient to a room."""
        services, actor = self._desk.services, self._desk.actor

        def finished(after: AppointmentDetails) -> None:
            done()
            self.tell("room", visit, after)

        self._desk.tasks.run(
            self._host,
            lambda: services.visits.take_to_room(
                actor, visit.id, version=visit.version, room_id=room_id, share=share
            ),
            done=finished,
            failed=failed,
        )

    def tell(self, name: str, visit: Visit, after: AppointmentDetails) -> None:
        """Say what was done, and offer to take it back."""
        words, back = f"{visit.name} {DONE_WORDS[name]}", BACK.get(name)
        if name == "room" and after.room_name:
            words = f"{visit.name} taken to {after.room_name}"
        if back is None:
            self._outlet.say(words)
        else:
            former = Visit(visit.id, after.version, visit.name)
            self._outlet.offer_undo(words, lambda: self.run(back, former))

    def _failed(self, name: str, visit: Visit, error: ClinicDeskError) -> None:
        if name == "undo" and isinstance(error, ReasonNeededError):
            self._ask_reason(visit, error)
        else:
            self.show_refusal(error)

    def show_refusal(self, error: ClinicDeskError) -> None:
        """Say over the page why a step was not taken."""
        ErrorPresenter(self._desk.theme, self._host.window).show_error(self._host, error)

    def _ask_reason(self, visit: Visit, error: ClinicDeskError) -> None:
        services, actor = self._desk.services, self._desk.actor

        def go_on(reason: str) -> None:
            self._desk.tasks.run(
                dialog,
                lambda: services.visits.undo(actor, visit.id, version=visit.version, reason=reason),
                done=done,
                failed=dialog.refuse,
            )

        def done(after: AppointmentDetails) -> None:
            dialog.finish()
            self.tell("undo", visit, after)

        dialog = ReasonDialog(
            self._host,
            self._desk.theme,
            title=f"Take the last step back · {visit.name}",
            sentence=error.sentence,
            verb="Take it back",
            go_on=go_on,
        )
        dialog.open()


def take(services: "Services", actor: Actor, name: str, visit: Visit) -> AppointmentDetails:
    """Take a step with one service call; runs beside the window."""
    visits, key, version = services.visits, visit.id, visit.version
    if name in {"call_in", "call_back"}:
        return visits.call_in(actor, key, version=version, is_back=name == "call_back")
    step = {
        "check_in": visits.check_in,
        "complete": visits.complete,
        "no_show": visits.mark_no_show,
        "undo": visits.undo,
    }[name]
    return step(actor, key, version=version)
