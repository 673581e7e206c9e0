"""Rows of "what: value" in a card; values can be selected and are never read as markup."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.core.labels import plain_label
from ui.core.theme import Theme

LABEL_PX = 118


class FactRows(QWidget):
    """Shows (name, value) pairs; rows without a value are left out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._facts: tuple[tuple[str, str], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(9))
        self._grid.setColumnMinimumWidth(0, theme.px(LABEL_PX))
        self._grid.setColumnStretch(1, 1)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The pairs shown."""
        return self._facts

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show other pairs."""
        shown = tuple((name, value) for name, value in facts if value)
        if shown == self._facts:
            return
        self._facts = shown
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(shown):
            self._add(row, name, value)

    def _add(self, row: int, name: str, value: str) -> None:
        label = plain_label(name, "faint")
        text = plain_label(value, wrap=True, selectable=True)
        text.setAccessibleName(f"{name}: {value}")
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
