"""Moves and cancels several visits of a series at once, with the way back."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.records import AppointmentDetails, CancelledBy
from clinicdesk.schedule.series.errors import SeriesHinderedError
from clinicdesk.schedule.series.records import Scope
from ui.core.session import Desk
from ui.schedule.appointment_words import late_sentence, when_text
from ui.schedule.cancel_dialog import CancelDialog
from ui.schedule.chosen import Chosen
from ui.schedule.outlet import Outlet
from ui.schedule.refused_dialog import RefusedDialog, WaysOn


class SeriesSteps:
    """Changes the visits of a scope in one step; `refused` tells that nothing has moved."""

    def __init__(
        self, host: QWidget, desk: Desk, outlet: Outlet, *, refused: Callable[[], None]
    ) -> None:
        self._host, self._desk, self._outlet, self._refused = host, desk, outlet, refused

    def move(
        self,
        chosen: Chosen,
        scope: Scope,
        doctor_id: int,
        starts_at: datetime,
        *,
        leave: Sequence[int] = (),
    ) -> None:
        """Move a visit and the others of the scope by as much; what cannot go is told first."""
        before, actor, services = chosen.details, self._desk.actor, self._desk.services

        def moved(visits: tuple[AppointmentDetails, ...]) -> None:
            after = next((one for one in visits if one.id == before.id), before)
            words = f"{_count(len(visits))} of {chosen.patient.name} moved"
            later = Chosen(after, chosen.patient)
            stayed = tuple(leave)
            self._outlet.offer_undo(
                words,
                lambda: self.move(later, scope, before.doctor_id, before.starts_at, leave=stayed),
            )

        def failed(error: ClinicDeskError) -> None:
            self._refused()
            self._explain(
                error, lambda left: self.move(chosen, scope, doctor_id, starts_at, leave=left)
            )

        self._desk.tasks.run(
            self._host,
            lambda: services.series.move(
                actor,
                before.id,
                version=before.version,
                scope=scope,
                doctor_id=doctor_id,
                starts_at=starts_at,
                leave=leave,
            ),
            done=moved,
            failed=failed,
            settled=self._outlet.changed,
        )

    def _explain(self, error: ClinicDeskError, go_on: Callable[[Sequence[int]], None]) -> None:
        """Say what hinders, and offer to move the others where some can go."""
        ways = WaysOn()
        if isinstance(error, SeriesHinderedError):
            hindered = [one.appointment_id for one in error.preview.hindered]
            others = len(error.preview.visits) - len(hindered)
            if others:
                ways = WaysOn(
                    override=lambda: go_on(hindered), override_text=f"Move the other {others}"
                )
        RefusedDialog(self._host, self._desk.theme, error, ways=ways).open()

    def cancel(self, chosen: Chosen, scope: Scope) -> None:
        """Ask for the reason, then cancel the visits of the scope."""
        details, actor, services = chosen.details, self._desk.actor, self._desk.services

        def cancel(reason: str, by: CancelledBy) -> None:
            self._desk.tasks.run(
                dialog,
                lambda: services.series.cancel(
                    actor,
                    details.id,
                    version=details.version,
                    scope=scope,
                    reason=reason,
                    by=by,
                ),
                done=cancelled,
                failed=dialog.refuse,
                settled=self._outlet.changed,
            )

        def cancelled(visits: tuple[AppointmentDetails, ...]) -> None:
            dialog.finish()
            words = f"Cancelled · {_count(len(visits))} of {chosen.patient.name}"
            self._outlet.offer_undo(words, lambda: self._restore(chosen, visits))

        dialog = CancelDialog(
            self._host,
            self._desk.theme,
            name=chosen.patient.name,
            when=f"{when_text(details)}, and the others of its series that are meant",
            cancel=cancel,
            late=late_sentence(chosen, now=self._desk.clock.now()),
        )
        dialog.open()

    def _restore(self, chosen: Chosen, visits: Sequence[AppointmentDetails]) -> None:
        services, actor = self._desk.services, self._desk.actor
        self._desk.tasks.run(
            self._host,
            lambda: services.series.restore(actor, visits),
            done=lambda back: self._outlet.say(
                f"{_count(len(back))} of {chosen.patient.name} booked again"
            ),
            settled=self._outlet.changed,
        )


def _count(number: int) -> str:
    return f"{number} visit" if number == 1 else f"{number} visits"
