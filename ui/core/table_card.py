"""A table on a rounded card, with the sentence that stands there while it is empty."""

from PySide6.QtWidgets import QSizePolicy

from ui.core.cards import Card
from ui.core.labels import plain_label
from ui.core.table_view import TableView
from ui.core.theme import Theme


class TableCard(Card):
    """Holds a table clear of the card's round corners.

    With `fits_rows` the card is as high as the rows, for a page that scrolls as a whole.
    """

    def __init__(
        self, theme: Theme, table: TableView, *, empty: str, fits_rows: bool = False
    ) -> None:
        super().__init__(theme)
        self._table, self._fits_rows = table, fits_rows
        edge = theme.px(5)
        self.body.setContentsMargins(1, edge, 1, edge)
        self._empty = plain_label(empty, "soft", wrap=True)
        self._empty.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(10))
        self.body.addWidget(table, 1)
        self.body.addWidget(self._empty)
        if fits_rows:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        table.model().modelReset.connect(self.fit)
        self.fit()

    def set_empty_text(self, text: str) -> None:
        """Say something else while there are no rows."""
        self._empty.setText(text)

    def fit(self) -> None:
        """Show the table or the sentence, and take the height of the rows."""
        rows = self._table.model().rowCount()
        self._table.setVisible(rows > 0)
        self._empty.setVisible(rows == 0)
        if self._fits_rows:
            header = self._table.horizontalHeader().sizeHint().height()
            row = self._table.verticalHeader().defaultSectionSize()
            self._table.setFixedHeight(header + row * rows)
