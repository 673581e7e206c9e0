"""Rows of a label, a whole number and its unit, each with its error underneath."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from clinicdesk.errors import InvalidInputError
from ui.core.labels import plain_label
from ui.core.theme import Theme
from ui.core.typed import parse_whole
from ui.core.typed_fields import NumberField


class NumberRows(QWidget):
    """A form of whole numbers; `edited` tells that one was typed.

    `rows` names each number: its label, and the unit that stands behind the field.
    """

    edited = Signal()

    def __init__(self, theme: Theme, rows: Mapping[str, tuple[str, str]], *, step: int = 1) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(3, 1)
        self.edits: dict[str, NumberField] = {}
        self._errors = {name: plain_label("", "error", wrap=True) for name in rows}
        for number, (name, (label, unit)) in enumerate(rows.items()):
            edit = self.edits[name] = NumberField(theme, name=f"{label}, {unit}", step=step)
            edit.setFixedWidth(theme.px(84))
            edit.textEdited.connect(self.edited)
            self._grid.addWidget(plain_label(label), 2 * number, 0)
            self._grid.addWidget(edit, 2 * number, 1)
            self._grid.addWidget(plain_label(unit, "faint"), 2 * number, 2)
            self._errors[name].hide()
            self._grid.addWidget(self._errors[name], 2 * number + 1, 0, 1, 4)

    def error_at(self, name: str) -> str:
        """Give the sentence at a field; empty for none."""
        return self._errors[name].text() if self._errors[name].isVisibleTo(self) else ""

    def fill(self, values: Mapping[str, int]) -> None:
        """Show other numbers."""
        for name, edit in self.edits.items():
            if edit.text() != str(values[name]):
                edit.setText(str(values[name]))
        self.clear_errors()

    def values(self) -> dict[str, int] | None:
        """Give the numbers; None, with the error shown at its field, where one cannot be read."""
        self.clear_errors()
        found = {}
        for name, edit in self.edits.items():
            try:
                found[name] = parse_whole(edit.text(), field=name)
            except InvalidInputError as error:
                self.show_error(error)
                return None
        return found

    def show_error(self, error: InvalidInputError) -> None:
        """Show an error at its field."""
        if error.field in self._errors:
            self._errors[error.field].setText(error.sentence)
            self._errors[error.field].show()
            self.edits[error.field].setAccessibleDescription(error.sentence)
            self.edits[error.field].setFocus()

    def clear_errors(self) -> None:
        """Take all errors away."""
        for label in self._errors.values():
            label.hide()
