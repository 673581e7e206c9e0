"""One patient whose doctor is out: how to reach them, and each way on with its key."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.schedule.disruption.records import Case, CaseState
from ui.core.buttons import KeyButton
from ui.core.labels import IconMark, Pill, plain_label, section_label
from ui.core.theme import Theme
from ui.schedule.disruption_words import (
    KIND_WORDS,
    STATE_WORDS,
    alternative_words,
    handled_words,
    visit_words,
)

MOST = 3
KEYS = ("Return", "2", "3")
ACTS = (
    ("called", "Called", "C"),
    ("message", "Message", "M"),
    ("kept", "Keep visit", "K"),
    ("cancelled", "Cancel visit", "X"),
)
NO_TIME = "No free time was found. Call the patient, or cancel the visit."
TONES = {CaseState.OPEN: "no_show", CaseState.CALLED: "requested", CaseState.MESSAGED: "requested"}


class CasePanel(QWidget):
    """Shows a case; `taken` carries the number of an alternative, `acted` the name of a step."""

    taken = Signal(int)
    acted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._case: Case | None = None
        self.name = plain_label("", "title", wrap=True)
        self.pill = Pill(theme, "", "confirmed")
        self.phone = plain_label("", selectable=True)
        self.visit = plain_label("", "soft", wrap=True)
        self.done = plain_label("", "faint", wrap=True)
        self.none = plain_label(NO_TIME, "warning", wrap=True)
        self.times = [
            KeyButton(theme, "", key=key, kind="primary" if number == 0 else "secondary")
            for number, key in enumerate(KEYS)
        ]
        self.kinds = [plain_label("", "faint") for _ in KEYS]
        self.acts = {name: KeyButton(theme, text, key=key) for name, text, key in ACTS}
        self._build()

    def _build(self) -> None:
        px, layout, top, reach = self._theme.px, QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        top.addWidget(self.name, 1)
        top.addWidget(self.pill)
        reach.setSpacing(px(8))
        reach.addWidget(IconMark(self._theme, "phone", "ink_soft", 14))
        reach.addWidget(self.phone, 1)
        for row in (top, reach):
            layout.addLayout(row)
        for label in (self.visit, self.done):
            layout.addWidget(label)
        layout.addSpacing(px(4))
        layout.addWidget(section_label("Instead"))
        layout.addWidget(self.none)
        for number, (button, kind) in enumerate(zip(self.times, self.kinds, strict=True)):
            row = QHBoxLayout()
            row.setSpacing(px(10))
            row.addWidget(button)
            row.addWidget(kind, 1)
            button.clicked.connect(lambda _on=False, number=number: self.taken.emit(number))
            layout.addLayout(row)
        layout.addSpacing(px(4))
        layout.addWidget(section_label("Or"))
        grid = QGridLayout()
        grid.setSpacing(px(8))
        for number, (name, button) in enumerate(self.acts.items()):
            button.clicked.connect(lambda _on=False, name=name: self.acted.emit(name))
            grid.addWidget(button, number // 2, number % 2)
        layout.addLayout(grid)
        layout.addStretch(1)

    def show_case(self, case: Case) -> None:
        """Show a case and what can be done about it now."""
        self._case = case
        details = case.appointment
        self.name.setText(case.patient_name)
        self.pill.show_text(STATE_WORDS[case.state], TONES.get(case.state, "completed"))
        self.phone.setText(case.phone or "no telephone number")
        self.visit.setText(visit_words(details))
        self.done.setText(handled_words(case))
        self.done.setVisible(bool(self.done.text()))
        for number, (button, kind) in enumerate(zip(self.times, self.kinds, strict=True)):
            is_there = number < len(case.alternatives)
            button.setVisible(is_there)
            kind.setVisible(is_there)
            if is_there:
                found = case.alternatives[number]
                words = alternative_words(found, home_clinic_id=details.clinic_id)
                button.set_text(words)
                proposed = " · proposed by e-mail" if found.slot == case.proposed else ""
                kind.setText(KIND_WORDS[found.kind] + proposed)
        self.none.setVisible(not case.alternatives and not case.is_handled)
        self.set_busy(False)

    def set_busy(self, is_busy: bool) -> None:
        """Hold the buttons while something runs, and those that make no sense now."""
        case = self._case
        is_open = case is not None and not case.is_handled and not is_busy
        for button in (*self.times, *self.acts.values()):
            button.setEnabled(is_open)
        can_write = case is not None and case.has_mail and bool(case.alternatives)
        self.acts["message"].setEnabled(is_open and can_write)
