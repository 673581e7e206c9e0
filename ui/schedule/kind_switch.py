"""Chooses between day, rooms, week, month and a doctor's own day, by mouse or Alt and a digit."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.schedule.views.records import ViewKind
from ui.core.segmented import Segmented
from ui.core.theme import Theme
from ui.schedule.calendar_kinds import KINDS, WORDS


class KindSwitch(QWidget):
    """The kinds of view that a person has; `chosen` carries a ViewKind."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._kinds: tuple[ViewKind, ...] = KINDS[:-1]
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.row = self._make()
        for number in range(len(KINDS)):
            key = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            key.activated.connect(lambda number=number: self._press(number))
        self.setToolTip(f"Alt+1 to Alt+{len(self._kinds)}")

    def _make(self) -> Segmented:
        made = Segmented(self._theme, [WORDS[kind] for kind in self._kinds], name="View")
        made.chosen.connect(self._choose)
        self._row.addWidget(made)
        return made

    def show_kind(self, kind: ViewKind, *, has_own: bool) -> None:
        """Show which kind is on; with `has_own` the person may see a day of their own."""
        kinds = KINDS if has_own else KINDS[:-1]
        if kinds != self._kinds:
            self._kinds = kinds
            self._row.removeWidget(self.row)
            self.row.hide()
            self.row.deleteLater()
            self.row = self._make()
            self.setToolTip(f"Alt+1 to Alt+{len(kinds)}")
        self.row.blockSignals(True)
        self.row.set_current(kinds.index(kind))
        self.row.blockSignals(False)

    def _press(self, number: int) -> None:
        if number < len(self._kinds):
            self.row.set_current(number)

    def _choose(self, number: int) -> None:
        self.chosen.emit(self._kinds[number])
