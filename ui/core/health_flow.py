"""Saves a change of hours, closures or blocks: checked, decided on, stored, and mended."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.health.records import Finding, Proposal
from ui.core.health_dialog import Decision, HealthDialog, visits_text
from ui.core.session import Desk


@dataclass(frozen=True)
class CheckedChange:
    """A change to be saved once its consequences are decided on.

    `store` saves it beside the window; `verb` names it on the button, `done_text` afterwards.
    `saved` is called with a sentence, `failed` with what was wrong, `settled` in every case where
    the person is asked or answered.
    """

    proposal: Proposal
    store: Callable[[], object]
    verb: str
    done_text: str
    saved: Callable[[str], object]
    failed: Callable[[ClinicDeskError], object]
    settled: Callable[[], object]


def save_checked(owner: QWidget, desk: Desk, change: CheckedChange) -> None:
    """Check a change, ask about the visits it touches if there are any, and save it."""
    health, actor = desk.services.calendar_health, desk.actor

    def decide(findings: tuple[Finding, ...]) -> None:
        if not findings:
            _store(owner, desk, change, Decision())
            return
        dialog = HealthDialog(owner, desk.theme, findings=findings, verb=change.verb)
        dialog.decided.connect(lambda decision: _store(owner, desk, change, decision))
        dialog.open()

    desk.tasks.run(
        owner,
        lambda: health.check(actor, change.proposal),
        done=decide,
        failed=change.failed,
        settled=change.settled,
    )


def mend(desk: Desk, decision: Decision) -> str:
    """Move and keep what was decided, and give it in a sentence; runs beside the window."""
    health, actor = desk.services.calendar_health, desk.actor
    moved, missed = 0, []
    for finding in decision.moved:
        try:
            health.fix(actor, finding)
            moved += 1
        except ClinicDeskError as error:
            missed.append(f"{finding.patient_name} was not moved: {error.sentence}")
    for finding in decision.kept:
        if decision.reason:
            health.keep(actor, finding, reason=decision.reason)
    parts = [f"{visits_text(moved)} moved"] if moved else []
    parts += [f"{visits_text(len(decision.kept))} kept"] if decision.kept else []
    return " ".join([f"{', '.join(parts)}." if parts else "", *missed]).strip()


def _store(owner: QWidget, desk: Desk, change: CheckedChange, decision: Decision) -> None:
    def work() -> str:
        change.store()
        return f"{change.done_text} {mend(desk, decision)}".strip()

    desk.tasks.run(owner, work, done=change.saved, failed=change.failed, settled=change.settled)
