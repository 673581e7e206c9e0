"""Carries out what the desk does with the selected appointment."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Actor
from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.errors import ReasonNeededError
from clinicdesk.schedule.records import AppointmentDetails, CancelledBy
from ui.core.session import Desk
from ui.schedule.appointment_words import late_sentence, when_text
from ui.schedule.cancel_dialog import CancelDialog
from ui.schedule.chosen import Chosen
from ui.schedule.outlet import Outlet
from ui.schedule.reason_dialog import ReasonDialog
from ui.schedule.refused_dialog import RefusedDialog, WaysOn

DONE_WORDS = {
    "confirm": "confirmed",
    "check_in": "checked in",
    "take_to_room": "taken to the room",
    "complete": "finished",
    "no_show": "marked as a no-show",
    "undo": "set back one step",
    "restore": "is booked again",
}
BACK = dict.fromkeys(("check_in", "take_to_room", "complete", "no_show"), "undo")
"""The step that takes another back."""


class ServiceStep(Protocol):
    """A step of a service that needs no more than the appointment as it was seen."""

    def __call__(self, actor: Actor, appointment_id: int, /, *, version: int) -> AppointmentDetails:
        """Take the step."""
        ...


class Steps:
    """Runs the steps beside the window; a refusal is shown, and the day is asked anew."""

    def __init__(self, host: QWidget, desk: Desk, outlet: Outlet) -> None:
        self._host, self._desk, self._outlet = host, desk, outlet

    def run(self, name: str, chosen: Chosen) -> None:
        """Take the step `name` of DONE_WORDS with an appointment as it was seen."""
        words = f"{chosen.patient.name} {DONE_WORDS[name]}"

        def done(after: AppointmentDetails) -> None:
            back = BACK.get(name)
            if back is None:
                self._outlet.say(words)
            else:
                self._outlet.offer_undo(words, lambda: self.run(back, replaced(chosen, after)))

        def failed(error: ClinicDeskError) -> None:
            if isinstance(error, ReasonNeededError) and name == "undo":
                self._ask_reason(chosen, error)
            else:
                RefusedDialog(self._host, self._desk.theme, error, ways=WaysOn()).open()

        self._desk.tasks.run(
            self._host,
            lambda: self._service_step(name, chosen.details),
            done=done,
            failed=failed,
            settled=self._outlet.changed,
        )

    def _ask_reason(self, chosen: Chosen, error: ClinicDeskError) -> None:
        """Take a step back with the reason that the clinic wants to know."""
        details, actor, services = chosen.details, self._desk.actor, self._desk.services

        def go_on(reason: str) -> None:
            self._desk.tasks.run(
                dialog,
                lambda: services.visits.undo(
                    actor, details.id, version=details.version, reason=reason
                ),
                done=done,
                failed=dialog.refuse,
                settled=self._outlet.changed,
            )

        def done(_after: AppointmentDetails) -> None:
            dialog.finish()
            self._outlet.say(f"{chosen.patient.name} {DONE_WORDS['undo']}")

        dialog = ReasonDialog(
            self._host,
            self._desk.theme,
            title=f"Take the last step back · {chosen.patient.name}",
            sentence=error.sentence,
            verb="Take it back",
            go_on=go_on,
        )
        dialog.open()

    def _service_step(self, name: str, details: AppointmentDetails) -> AppointmentDetails:
        services, actor = self._desk.services, self._desk.actor
        steps: dict[str, ServiceStep] = {
            "confirm": services.schedule.confirm,
            "restore": services.schedule.restore,
            "check_in": services.visits.check_in,
            "take_to_room": services.visits.take_to_room,
            "complete": services.visits.complete,
            "no_show": services.visits.mark_no_show,
            "undo": services.visits.undo,
        }
        return steps[name](actor, details.id, version=details.version)

    def cancel(self, chosen: Chosen) -> CancelDialog:
        """Ask for the reason, then cancel."""
        details, actor, services = chosen.details, self._desk.actor, self._desk.services
        name = chosen.patient.name

        def cancel(reason: str, by: CancelledBy) -> None:
            self._desk.tasks.run(
                dialog,
                lambda: services.schedule.cancel(
                    actor, details.id, version=details.version, reason=reason, by=by
                ),
                done=cancelled,
                failed=dialog.refuse,
                settled=self._outlet.changed,
            )

        def cancelled(after: AppointmentDetails) -> None:
            dialog.finish()
            words = f"Cancelled · {name}, {when_text(details)}"
            self._outlet.offer_undo(words, lambda: self.run("restore", replaced(chosen, after)))

        dialog = CancelDialog(
            self._host,
            self._desk.theme,
            name=name,
            when=when_text(details),
            cancel=cancel,
            late=late_sentence(chosen, now=self._desk.clock.now()),
        )
        dialog.open()
        return dialog


def replaced(chosen: Chosen, after: AppointmentDetails) -> Chosen:
    """Give the same choice with the appointment as it stands after a step."""
    return replace(chosen, details=after)
