"""Carries out what the desk does with the selected appointment."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Actor
from clinicdesk.schedule.records import AppointmentDetails
from ui.core.session import Desk
from ui.schedule.appointment_words import short_day, wall, when_text
from ui.schedule.cancel_dialog import CancelDialog
from ui.schedule.chosen import Chosen

Say = Callable[[str], None]
OfferUndo = Callable[[str, Callable[[], None]], None]
DONE_WORDS = {
    "confirm": "confirmed",
    "check_in": "checked in",
    "take_to_room": "taken to the room",
    "complete": "finished",
    "no_show": "marked as a no-show",
    "undo": "set back one step",
    "restore": "is booked again",
}
BACK = {"check_in": "undo", "take_to_room": "undo", "complete": "undo", "no_show": "undo"}
"""The step that takes another back."""


class ServiceStep(Protocol):
    """A step of a service that needs no more than the appointment as it was seen."""

    def __call__(self, actor: Actor, appointment_id: int, /, *, version: int) -> AppointmentDetails:
        """Take the step."""
        ...


@dataclass(frozen=True)
class Outlet:
    """Where the outcome of a step is told: `changed` in every case, sentences on success."""

    changed: Callable[[], None]
    say: Say
    offer_undo: OfferUndo


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

        self._run(lambda: self._service_step(name, chosen.details), done)

    def _run(
        self,
        work: Callable[[], AppointmentDetails],
        done: Callable[[AppointmentDetails], None],
    ) -> None:
        self._desk.tasks.run(self._host, work, done=done, settled=self._outlet.changed)

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

        def cancel(reason: str) -> None:
            self._desk.tasks.run(
                dialog,
                lambda: services.schedule.cancel(
                    actor, details.id, version=details.version, reason=reason
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
            self._host, self._desk.theme, name=name, when=when_text(details), cancel=cancel
        )
        dialog.open()
        return dialog

    def move(self, chosen: Chosen, doctor_id: int, starts_at: datetime) -> None:
        """Move an appointment, and offer to move it back."""
        before, actor, services = chosen.details, self._desk.actor, self._desk.services

        def back(after: AppointmentDetails) -> None:
            self.move(replaced(chosen, after), before.doctor_id, before.starts_at)

        def moved(after: AppointmentDetails) -> None:
            start = wall(after.starts_at, after.time_zone)
            words = f"{chosen.patient.name} moved to {short_day(start.date())} {start:%H:%M}"
            self._outlet.offer_undo(f"{words}, {after.doctor_name}", lambda: back(after))

        self._run(
            lambda: services.schedule.move(
                actor,
                before.id,
                version=before.version,
                doctor_id=doctor_id,
                starts_at=starts_at,
            ),
            moved,
        )


def replaced(chosen: Chosen, after: AppointmentDetails) -> Chosen:
    """Give the same choice with the appointment as it stands after a step."""
    return replace(chosen, details=after)
