"""Carries out what the desk does with the selected appointment."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.errors import ReasonNeededError
from clinicdesk.schedule.records import AppointmentDetails, CancelledBy
from clinicdesk.schedule.series.records import Scope
from ui.core.session import Desk
from ui.schedule.appointment_words import late_sentence, when_text
from ui.schedule.cancel_dialog import CancelDialog
from ui.schedule.chosen import Chosen
from ui.schedule.outlet import Outlet
from ui.schedule.reason_dialog import ReasonDialog
from ui.schedule.refused_dialog import RefusedDialog, WaysOn
from ui.schedule.series_scope_dialog import ask_scope
from ui.schedule.series_steps import SeriesSteps

DONE_WORDS = {
    "confirm": "confirmed",
    "check_in": "checked in",
    "take_to_room": "taken to the room",
    "complete": "finished",
    "no_show": "marked as a no-show",
    "undo": "set back one step",
    "unconfirm": "is a request again",
    "recancel": "is cancelled again",
    "restore": "is booked again",
}
BACK = dict.fromkeys(("check_in", "take_to_room", "complete", "no_show"), "undo") | {
    "confirm": "unconfirm",
    "unconfirm": "confirm",
    "restore": "recancel",
}
"""The step that takes another back."""


WITH_REASON = frozenset({"undo", "unconfirm", "restore"})
"""Steps back, for which the clinic may want to know why."""


class Steps:
    """Runs the steps beside the window; a refusal is shown, and the day is asked anew."""

    def __init__(self, host: QWidget, desk: Desk, outlet: Outlet) -> None:
        self._host, self._desk, self._outlet = host, desk, outlet
        self._series = SeriesSteps(host, desk, outlet, refused=lambda: None)

    def run(self, name: str, chosen: Chosen) -> None:
        """Take the step `name` of DONE_WORDS with an appointment as it was seen."""
        words = f"{chosen.patient.name} {DONE_WORDS[name]}"

        def done(after: AppointmentDetails) -> None:
            back = BACK.get(name)
            if back is None:
                self._outlet.say(words)
            else:
                again = after if name != "restore" else _as_cancelled(chosen.details, after)
                self._outlet.offer_undo(words, lambda: self.run(back, replaced(chosen, again)))
            if name == "no_show":
                self._outlet.freed(after.id)

        def failed(error: ClinicDeskError) -> None:
            if isinstance(error, ReasonNeededError) and name in WITH_REASON:
                self._ask_reason(name, chosen, error)
            else:
                RefusedDialog(self._host, self._desk.theme, error, ways=WaysOn()).open()

        self._desk.tasks.run(
            self._host,
            lambda: self._take(name, chosen.details),
            done=done,
            failed=failed,
            settled=self._outlet.changed,
        )

    def _ask_reason(self, name: str, chosen: Chosen, error: ClinicDeskError) -> None:
        """Take a step back with the reason that the clinic wants to know."""

        def go_on(reason: str) -> None:
            self._desk.tasks.run(
                dialog,
                lambda: self._take(name, chosen.details, reason),
                done=done,
                failed=dialog.refuse,
                settled=self._outlet.changed,
            )

        def done(_after: AppointmentDetails) -> None:
            dialog.finish()
            self._outlet.say(f"{chosen.patient.name} {DONE_WORDS[name]}")

        dialog = ReasonDialog(
            self._host,
            self._desk.theme,
            title=f"Take a step back · {chosen.patient.name}",
            sentence=error.sentence,
            verb="Take it back",
            go_on=go_on,
        )
        dialog.open()

    def _take(self, name: str, details: AppointmentDetails, reason: str = "") -> AppointmentDetails:
        services, actor = self._desk.services, self._desk.actor
        steps: dict[str, Callable[..., AppointmentDetails]] = {
            "confirm": services.schedule.confirm,
            "unconfirm": services.schedule.unconfirm,
            "restore": services.schedule.restore,
            "check_in": services.visits.check_in,
            "take_to_room": services.visits.take_to_room,
            "complete": services.visits.complete,
            "no_show": services.visits.mark_no_show,
            "undo": services.visits.undo,
        }
        if name == "recancel":
            by = details.cancelled_by or CancelledBy.PATIENT
            return services.schedule.cancel(
                actor, details.id, version=details.version, reason=details.ended_reason, by=by
            )
        given = {"reason": reason} if reason else {}
        return steps[name](actor, details.id, version=details.version, **given)

    def cancel(self, chosen: Chosen) -> None:
        """Ask for the reason, and of a series for which of its visits, then cancel."""
        if chosen.details.series_id is None:
            self._cancel_one(chosen)
            return
        ask_scope(
            self._host,
            self._desk.theme,
            title="Cancel a visit of a series",
            what=when_text(chosen.details),
            chosen=lambda scope: (
                self._cancel_one(chosen)
                if scope is Scope.THIS
                else self._series.cancel(chosen, scope)
            ),
        )

    def _cancel_one(self, chosen: Chosen) -> None:
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
            self._outlet.freed(details.id)

        dialog = CancelDialog(
            self._host,
            self._desk.theme,
            name=name,
            when=when_text(details),
            cancel=cancel,
            late=late_sentence(chosen, now=self._desk.clock.now()),
        )
        dialog.open()


def replaced(chosen: Chosen, after: AppointmentDetails) -> Chosen:
    """Give the same choice with the appointment as it stands after a step."""
    return replace(chosen, details=after)


def _as_cancelled(before: AppointmentDetails, after: AppointmentDetails) -> AppointmentDetails:
    """Keep with a restored appointment why and by whom it was cancelled, to do so once more."""
    return replace(after, ended_reason=before.ended_reason, cancelled_by=before.cancelled_by)
