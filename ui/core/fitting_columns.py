"""Fits a table's columns to the room there is: in proportion, and the least needed go first."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHeaderView, QTableView

from ui.core.theme import Theme


class FittingColumns(QObject):
    """Gives each column its share of the width.

    `widths_px` says how much each column needs; where that is more than there is, the columns of
    `spare` are hidden, one after another. Texts end in an ellipsis rather than a second line.
    """

    def __init__(
        self,
        table: QTableView,
        theme: Theme,
        *,
        widths_px: Sequence[int],
        spare: Sequence[int] = (),
    ) -> None:
        super().__init__(table)
        self._table, self._theme = table, theme
        self._widths, self._spare = tuple(widths_px), tuple(spare)
        table.setWordWrap(False)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setMinimumSectionSize(1)
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the width of the table."""
        if event.type() is QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Share the width out."""
        room = self._table.viewport().width()
        shown = dict(enumerate(self._widths))
        for column in self._spare:
            if self._theme.px(sum(shown.values())) > room:
                del shown[column]
        needed = sum(shown.values())
        left = room
        for column in range(len(self._widths)):
            self._table.setColumnHidden(column, column not in shown)
        for column, width in shown.items():
            share = left if column == max(shown) else room * width // needed
            self._table.setColumnWidth(column, share)
            left -= share
