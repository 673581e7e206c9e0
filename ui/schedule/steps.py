"""Carries out what the desk does with the selected appointment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Actor
from clinicdesk.patients.records import PatientRecord
from clinicdesk.schedule.records import AppointmentDetails
from ui.core.session import Desk
from ui.schedule.appointment_words import short_day, wall, when_text
from ui.schedule.cancel_dialog import CancelDialog

Say = Callable[[str], None]
OfferUndo = Callable[[str, Callable[[], None]], None]
DONE_WORDS = {
    "confirm": "confirmed",
    "check_in": "checked in",
    "take_to_room": "taken to the room",
    "complete": "finished",
    "no_show": "marked as a no-show",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An appointment with its patient."""

    details: AppointmentDetails
    patient: PatientRecord


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
        details, actor = chosen.details, self._desk.actor
        self._desk.tasks.run(
            self._host,
            lambda: self._service_step(name, actor, details),
            done=lambda _new: self._outlet.say(f"{chosen.patient.name} {DONE_WORDS[name]}"),
            settled=self._outlet.changed,
        )

    def _service_step(
        self, name: str, actor: Actor, details: AppointmentDetails
    ) -> AppointmentDetails:
        services = self._desk.services
        step = {
            "confirm": services.schedule.confirm,
            "check_in": services.visits.check_in,
            "take_to_room": services.visits.take_to_room,
            "complete": services.visits.complete,
            "no_show": services.visits.mark_no_show,
        }[name]
        return step(actor, details.id, version=details.version)

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
                done=lambda _new: cancelled(),
                failed=dialog.refuse,
                settled=self._outlet.changed,
            )

        def cancelled() -> None:
            dialog.finish()
            self._outlet.say(f"Cancelled · {name}, {when_text(details)}")

        dialog = CancelDialog(
            self._host, self._desk.theme, name=name, when=when_text(details), cancel=cancel
        )
        dialog.open()
        return dialog

    def move(self, chosen: Chosen, doctor_id: int, starts_at: datetime) -> None:
        """Move an appointment, and offer to move it back."""
        before, actor, services = chosen.details, self._desk.actor, self._desk.services

        def back(after: AppointmentDetails) -> None:
            self.move(Chosen(after, chosen.patient), before.doctor_id, before.starts_at)

        def moved(after: AppointmentDetails) -> None:
            start = wall(after.starts_at, after.time_zone)
            words = f"{chosen.patient.name} moved to {short_day(start.date())} {start:%H:%M}"
            self._outlet.offer_undo(f"{words}, {after.doctor_name}", lambda: back(after))

        self._desk.tasks.run(
            self._host,
            lambda: services.schedule.move(
                actor,
                before.id,
                version=before.version,
                doctor_id=doctor_id,
                starts_at=starts_at,
            ),
            done=moved,
            settled=self._outlet.changed,
        )
