"""The section for the calendar's health: what stands wrong now, and what the clocks will do."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from clinicdesk.schedule.health.records import (
    AsItStands,
    ClockChange,
    Finding,
    NextClockChange,
    Proposal,
)
from ui.core.day_text import moment_text
from ui.core.health_dialog import Decision, HealthDialog
from ui.core.health_flow import mend
from ui.core.session import Desk
from ui.core.table_model import Column
from ui.settings.list_section import ListBlock
from ui.settings.section import Section, Setup

ALL_WELL = "Every visit ahead lies within its doctor's hours, and none is doubled."
NO_TROUBLE = "The next change of clocks touches no visit, series or reminder."
NO_CHANGE = "The clocks of this clinic do not change within a year."


@dataclass(frozen=True, slots=True)
class _Health:
    standing: tuple[Finding, ...]
    change: ClockChange | None
    shifted: tuple[Finding, ...]


class HealthSection(Section):
    """What the health check finds at the clinic chosen."""

    needs = Action.SEE_CALENDAR
    name = "Calendar check"
    sentence = (
        "Visits that lie outside hours, in closures or blocks, or at the same time as another; and "
        "those that the next change of clocks would shift."
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        columns: list[Column[Any]] = [
            Column("Visit", _when, is_strong=True),
            Column("Patient", lambda each: each.patient_name),
            Column("Doctor", lambda each: each.doctor_name),
            Column("What is wrong", lambda each: each.sentence),
            Column("Proposed", _proposed),
        ]
        self.standing = ListBlock(
            desk.theme,
            "As it stands",
            columns=columns,
            widths_px=(150, 120, 120, 330, 150),
            empty=ALL_WELL,
        )
        self.mend_standing = self.standing.add_button(
            "Go through…", lambda: self._go_through(AsItStands), kind="primary"
        )
        self.shifted = ListBlock(
            desk.theme,
            "Next change of clocks",
            columns=columns,
            widths_px=(150, 120, 120, 330, 150),
            empty=NO_TROUBLE,
        )
        self.mend_shifted = self.shifted.add_button(
            "Go through…", lambda: self._go_through(NextClockChange), kind="primary"
        )
        self.again = self.add_head_button("Check again", self.ask, key="Ctrl+R")
        for block in (self.standing, self.shifted):
            self.body.addWidget(block)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget:
        """Begin with the check."""
        return self.again

    def read(self, setup: Setup) -> _Health:
        """Check the clinic."""
        health, actor = self.desk.services.calendar_health, self.desk.actor
        return _Health(
            health.check(actor, AsItStands(setup.clinic.id)),
            health.next_clock_change(actor, setup.clinic.id),
            health.check(actor, NextClockChange(setup.clinic.id)),
        )

    def show_data(self, data: object) -> None:
        """Show both lists."""
        if not isinstance(data, _Health) or self.setup is None:
            return
        self.standing.show_records(data.standing)
        self.shifted.show_records(data.shifted)
        self.mend_standing.setEnabled(bool(data.standing))
        self.mend_shifted.setEnabled(bool(data.shifted))
        if data.change is None:
            self.shifted.card.set_empty_text(NO_CHANGE)
        else:
            when = moment_text(data.change.at, self.setup.clinic.time_zone)
            way = "forward" if data.change.shift_minutes > 0 else "back"
            minutes = abs(data.change.shift_minutes)
            self.shifted.card.set_empty_text(
                f"The clocks go {way} by {minutes} minutes: then it is {when}. {NO_TROUBLE}"
            )

    def _go_through(self, kind: type[AsItStands] | type[NextClockChange]) -> None:
        if self.setup is None:
            return
        proposal: Proposal = kind(self.setup.clinic.id)
        block = self.standing if isinstance(proposal, AsItStands) else self.shifted
        findings = tuple(block.model.records)
        if findings:
            dialog = HealthDialog(self, self.desk.theme, findings=findings, verb="Put in order")
            dialog.decided.connect(self._mend)
            dialog.open()

    def _mend(self, decision: Decision) -> None:
        desk = self.desk

        def tell(sentence: str) -> None:
            self.told.emit(sentence or "Nothing was changed.")
            self.ask()

        desk.tasks.run(self, lambda: mend(desk, decision), done=tell)


def _when(finding: Finding) -> str:
    return moment_text(finding.starts_at, finding.time_zone)


def _proposed(finding: Finding) -> str:
    if finding.kept:
        return f"kept: {finding.kept}"
    if finding.proposed_at is None:
        return "–"
    return moment_text(finding.proposed_at, finding.time_zone)
