"""The panel at the right: who an appointment is for, and what can be done with it now."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.core.buttons import KeyButton
from ui.core.labels import IconMark, Pill, plain_label, section_label
from ui.core.theme import Theme
from ui.schedule.actions import DeskAction
from ui.schedule.note_edit import NoteEdit

PANEL_PX = 320
FEW_LINES = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A line with words at the left and, where given, a sum at the right."""

    text: str
    sum: str = ""
    role: str = "soft"


@dataclass(frozen=True, slots=True)
class Inspected:
    """All that the inspector says of one appointment."""

    name: str
    identity: str
    status: str
    status_name: str
    contacts: Sequence[tuple[str, str]]
    alert: str
    when: str
    where: str
    hint: str
    actions: Sequence[DeskAction]
    balance: Sequence[Fact] = ()
    history: Sequence[Fact] = ()
    note: str = ""
    appointment_id: int = 0
    facts: Sequence[Fact] = ()
    trail: Sequence[Fact] = ()
    can_note: bool = False


class Inspector(QScrollArea):
    """Shows one appointment; `acted` carries the name of the action chosen.

    Its note is written in `note`, which lives as long as the panel, so that nothing typed is lost
    when the rest is shown anew.
    """

    acted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: Inspected | None = None
        self.setObjectName("rightpanel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFixedWidth(theme.px(PANEL_PX))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons: dict[str, KeyButton] = {}
        self._tells_all = False
        self.note = NoteEdit(theme, self)
        self.note.hide()
        self.show_nothing()

    @property
    def shown(self) -> Inspected | None:
        """What is shown now."""
        return self._shown

    def show_nothing(self) -> None:
        """Say how to see an appointment here."""
        self._shown = None
        self.note.keep()
        layout = self._start()
        layout.addWidget(plain_label("No appointment selected", "heading"))
        text = (
            "Click an appointment, or walk to one with the arrow keys, to see the patient and what"
            " can be done now. Type on a free time to book there."
        )
        layout.addWidget(plain_label(text, "soft", wrap=True))
        layout.addStretch(1)

    def show_appointment(self, shown: Inspected) -> None:
        """Show an appointment."""
        if shown == self._shown:
            return
        before, self._shown = self._shown, shown
        if before is None or before.appointment_id != shown.appointment_id:
            self._tells_all = False
        had_focus, scrolled = self.note.text.hasFocus(), self.verticalScrollBar().value()
        self._fill(shown)
        if before is not None and before.appointment_id == shown.appointment_id:
            self.verticalScrollBar().setValue(scrolled)
            if had_focus:
                self.note.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, shown: Inspected) -> None:
        layout = self._start()
        self._add_person(layout, shown)
        self._add_section(layout, "Appointment")
        layout.addWidget(plain_label(shown.when, "strong", wrap=True))
        layout.addWidget(plain_label(shown.where, wrap=True))
        if shown.hint:
            layout.addWidget(plain_label(shown.hint, "soft", wrap=True))
        for fact in shown.facts:
            layout.addLayout(self._fact_row(fact))
        layout.addSpacing(self._theme.px(8))
        layout.addLayout(self._button_grid(shown.actions))
        for title, facts in (("Balance", shown.balance), ("History", shown.history)):
            if facts:
                self._add_section(layout, title)
                for fact in facts:
                    layout.addLayout(self._fact_row(fact))
        self._add_section(layout, "Notes")
        layout.addWidget(self.note)
        self.note.show_note(shown.appointment_id, shown.note, is_editable=shown.can_note)
        self.note.show()
        if shown.trail:
            self._add_trail(layout, shown.trail)
        layout.addStretch(1)

    def _add_trail(self, layout: QVBoxLayout, trail: Sequence[Fact]) -> None:
        """Tell what happened to the appointment, the newest first; the rest when asked for."""
        self._add_section(layout, "What happened")
        told = trail if self._tells_all else trail[:FEW_LINES]
        for fact in told:
            layout.addLayout(self._fact_row(fact))
        if len(told) < len(trail):
            more = KeyButton(self._theme, f"Show all {len(trail)}", kind="quiet")
            more.clicked.connect(self._tell_all)
            layout.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _tell_all(self) -> None:
        self._tells_all = True
        if self._shown is not None:
            self._fill(self._shown)

    def _start(self) -> QVBoxLayout:
        self.buttons = {}
        self.note.setParent(self)
        self.note.hide()
        inner = QWidget()
        inner.setObjectName("scrolled")
        layout = QVBoxLayout(inner)
        side = self._theme.px(16)
        layout.setContentsMargins(side, side, side, side)
        layout.setSpacing(self._theme.px(4))
        self.setWidget(inner)
        return layout

    def _add_section(self, layout: QVBoxLayout, title: str) -> None:
        layout.addSpacing(self._theme.px(14))
        layout.addWidget(section_label(title))
        layout.addSpacing(self._theme.px(2))

    def _add_person(self, layout: QVBoxLayout, shown: Inspected) -> None:
        top = QHBoxLayout()
        top.addWidget(plain_label(shown.name, "title", wrap=True), 1)
        pill = Pill(self._theme, shown.status_name, shown.status)
        top.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(top)
        layout.addWidget(plain_label(shown.identity, "soft", wrap=True))
        layout.addSpacing(self._theme.px(4))
        for icon, text in shown.contacts:
            row = QHBoxLayout()
            row.setSpacing(self._theme.px(8))
            row.addWidget(IconMark(self._theme, icon, "ink_soft", 14))
            row.addWidget(plain_label(text, selectable=True), 1)
            layout.addLayout(row)
        if shown.alert:
            layout.addSpacing(self._theme.px(6))
            layout.addWidget(plain_label(shown.alert, "warning", wrap=True))

    def _button_grid(self, actions: Sequence[DeskAction]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(self._theme.px(8))
        for number, action in enumerate(actions):
            kind = "secondary" if number else "primary"
            button = KeyButton(self._theme, action.text, key=action.key, kind=kind)
            button.clicked.connect(lambda _on=False, name=action.name: self.acted.emit(name))
            self.buttons[action.name] = button
            is_last_alone = number == len(actions) - 1 and number % 2 == 0
            grid.addWidget(button, number // 2, number % 2, 1, 2 if is_last_alone else 1)
        return grid

    def _fact_row(self, fact: Fact) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(plain_label(fact.text, fact.role, wrap=True), 1)
        if fact.sum:
            label = plain_label(fact.sum, "strong" if fact.role == "body" else fact.role)
            row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        return row
