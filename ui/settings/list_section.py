"""A heading with buttons over a table: the list that several sections consist of."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.core.buttons import KeyButton
from ui.core.fitting_columns import FittingColumns
from ui.core.labels import plain_label
from ui.core.table_card import TableCard
from ui.core.table_model import Column, TableModel
from ui.core.table_view import TableView
from ui.core.theme import Theme


class ListBlock(QWidget):
    """A table of records with its heading, its buttons, and what stands there while it is empty."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        *,
        columns: Sequence[Column[Any]],
        widths_px: Sequence[int],
        empty: str,
    ) -> None:
        super().__init__()
        self._theme = theme
        self.model: TableModel[Any] = TableModel(columns)
        self.table = TableView(theme, self.model, name=title)
        self._fitting = FittingColumns(self.table, theme, widths_px=widths_px)
        self.card = TableCard(theme, self.table, empty=empty, fits_rows=True)
        self._top = QHBoxLayout()
        self._top.setSpacing(theme.px(8))
        self._top.addWidget(plain_label(title, "strong"), 1)
        self._needs_row: list[KeyButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addLayout(self._top)
        layout.addWidget(self.card)

    def add_button(
        self, text: str, act: Callable[[], object], *, key: str = "", kind: str = "secondary"
    ) -> KeyButton:
        """Add a button that needs no row."""
        button = KeyButton(self._theme, text, key=key, kind=kind)
        button.clicked.connect(act)
        self._top.addWidget(button)
        return button

    def add_row_button(
        self, text: str, act: Callable[[Any], object], *, key: str = ""
    ) -> KeyButton:
        """Add a button that acts on the selected record."""

        def press() -> None:
            record = self.table.current_record()
            if record is not None:
                act(record)

        button = self.add_button(text, press, key=key)
        self._needs_row.append(button)
        return button

    def show_records(self, records: Sequence[Any]) -> None:
        """Show other records; the row that was selected stays selected."""
        row = max(0, self.table.currentIndex().row())
        self.model.set_records(records)
        for button in self._needs_row:
            button.setEnabled(bool(records))
        self._fitting.fit()
        if records:
            self.table.selectRow(min(row, len(records) - 1))
