"""The table view of the design: calm rows, pills, whole rows selected, Enter opens."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.core.labels import draw_pill, pill_size
from ui.core.table_model import TONE_ROLE, TableModel
from ui.core.theme import Theme

ROW_PX = 36


class PillDelegate(QStyledItemDelegate):
    """Draws cells with a tone as pills and strong columns semi-bold."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Choose the font of a cell."""
        super().initStyleOption(option, index)
        model = index.model()
        if isinstance(model, TableModel):
            weight = "semibold" if model.is_strong(index.column()) else "regular"
            is_figures = model.is_right(index.column())
            option.font = self._theme.font("body", weight, tabular=is_figures)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a cell."""
        tone = index.data(TONE_ROLE)
        if not tone:
            super().paint(painter, option, index)
            return
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text = shown.text
        shown.text = ""
        shown.widget.style().drawControl(
            shown.widget.style().ControlElement.CE_ItemViewItem,
            shown,
            painter,
            shown.widget,
        )
        size = pill_size(text, self._theme)
        rect = QRectF(option.rect)
        top = rect.center().y() - size.height() / 2
        area = QRectF(rect.left() + self._theme.px(12), top, size.width(), size.height())
        painter.save()
        draw_pill(painter, area, text, tone, self._theme)
        painter.restore()


class TableView(QTableView):
    """A table of records without grid; `opened` carries the record of Enter or a double click."""

    opened = Signal(object)
    selected = Signal(object)

    def __init__(self, theme: Theme, model: TableModel[Any], *, name: str) -> None:
        super().__init__()
        self._records = model
        self.setModel(model)
        self.setAccessibleName(name)
        self.setItemDelegate(PillDelegate(theme, self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_PX))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().currentRowChanged.connect(
            lambda now, _before: self.selected.emit(model.record(now.row()))
        )

    def current_record(self) -> Any:
        """Give the record of the selected row, or None."""
        return self._records.record(self.currentIndex().row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the selected record on Enter; a letter is the key of a button, never a search."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex().row())
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _open(self, row: int) -> None:
        record = self._records.record(row)
        if record is not None:
            self.opened.emit(record)
