"""Shows which visits a change would touch, and what to do with each before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.health.records import Finding
from ui.core.buttons import KeyButton
from ui.core.cards import Card
from ui.core.day_text import moment_text
from ui.core.dialogs import Dialog
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.theme import Theme

MOVE, KEEP = "move", "keep"
MOST_SHOWN = 100
NO_REASON = "Please write why the visits that are kept stay as they are; their history keeps it."


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: the visits to move to their proposed times, and those to keep and why."""

    moved: tuple[Finding, ...] = ()
    kept: tuple[Finding, ...] = ()
    reason: str = ""


def visits_text(count: int) -> str:
    """Give "1 visit" or "3 visits"."""
    return f"{count} visit" if count == 1 else f"{count} visits"


class FindingRow(Card):
    """One visit: who, when, what would be wrong, and the choice."""

    def __init__(self, theme: Theme, finding: Finding) -> None:
        super().__init__(theme, margin_px=12, mark="requested")
        self.finding = finding
        when = moment_text(finding.starts_at, finding.time_zone)
        who = plain_label(f"{finding.patient_name} · {when}", "strong")
        what = f"{finding.doctor_name}, {finding.service_name}. {finding.sentence}"
        if finding.kept:
            what += f" Kept before: {finding.kept}"
        self.choice = Choice(theme, name=f"What to do with {finding.patient_name}")
        self.choice.set_entries(_entries(finding))
        if finding.kept:
            self.choice.setCurrentIndex(self.choice.findData(KEEP))
        self.choice.setFixedWidth(theme.px(236))
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(who)
        words.addWidget(plain_label(what, "small", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addLayout(words, 1)
        row.addWidget(self.choice)
        self.body.addLayout(row)

    @property
    def is_moved(self) -> bool:
        """Whether the visit is to be moved to the proposed time."""
        return bool(self.choice.currentData() == MOVE)


def _entries(finding: Finding) -> list[tuple[str, object]]:
    keep: tuple[str, object] = ("Keep as it is", KEEP)
    if finding.proposed_at is None:
        return [keep]
    moved = moment_text(finding.proposed_at, finding.time_zone)
    day, _, clock = moved.rpartition(" ")
    is_same_day = moment_text(finding.starts_at, finding.time_zone).startswith(day)
    return [(f"Move to {clock} that day" if is_same_day else f"Move to {moved}", MOVE), keep]


class HealthDialog(Dialog):
    """Asks what becomes of each visit; `decided` carries the Decision.

    `verb` names what follows, such as "Save the hours".
    """

    decided = Signal(object)

    def __init__(
        self, host: QWidget, theme: Theme, *, findings: Sequence[Finding], verb: str
    ) -> None:
        title = f"This touches {visits_text(len(findings))}"
        super().__init__(host, theme, title=title, note="Esc to go back", width_px=760)
        self._verb = verb
        self._rest = tuple(findings[MOST_SHOWN:])
        self.body.addWidget(
            plain_label(
                "Nothing is saved yet. Choose for each visit; patients who can be written to are "
                "told of a new time.",
                "soft",
                wrap=True,
            )
        )
        self.rows = [FindingRow(theme, finding) for finding in findings[:MOST_SHOWN]]
        for row in self.rows:
            row.choice.currentIndexChanged.connect(lambda _row: self._show_counts())
            self.body.addWidget(row)
        if self._rest:
            more = f"{visits_text(len(self._rest))} more stay as they are; check again afterwards."
            self.body.addWidget(plain_label(more, "warning", wrap=True))
        self.reason_edit = QLineEdit()
        self.reason_edit.setPlaceholderText("such as: agreed with the doctor")
        self._reason = self.add_field(
            "Why the others stay as they are", self.reason_edit, name="reason"
        )
        self._add_buttons(theme)
        self._show_counts()

    def _add_buttons(self, theme: Theme) -> None:
        back = KeyButton(theme, "Go back", key="Escape")
        back.clicked.connect(self.dismiss)
        self.keep_all = KeyButton(theme, "Keep all", kind="quiet")
        self.keep_all.clicked.connect(self._keep_all)
        self.save = KeyButton(theme, self._verb, key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._decide)
        self.add_button(self.keep_all)
        self.footer.addStretch(1)
        self.add_button(back)
        self.add_button(self.save, is_default=True)

    def _keep_all(self) -> None:
        for row in self.rows:
            row.choice.setCurrentIndex(row.choice.findData(KEEP))
        self.reason_edit.setFocus()

    def _show_counts(self) -> None:
        moved = sum(row.is_moved for row in self.rows)
        self._reason.setVisible(moved < len(self.rows))
        self.save.set_text(f"{self._verb}, move {visits_text(moved)}" if moved else self._verb)

    def _decide(self) -> None:
        self.clear_problem()
        moved = tuple(row.finding for row in self.rows if row.is_moved)
        kept = tuple(row.finding for row in self.rows if not row.is_moved)
        reason = self.reason_edit.text().strip()
        if kept and not reason and not all(each.kept for each in kept):
            self.show_problem(InvalidInputError(NO_REASON, field="reason"))
            return
        self.finish()
        self.decided.emit(Decision(moved, kept, reason))
