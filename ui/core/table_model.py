"""A read-only table of records: each column says how a record becomes its text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole
TONE_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: its heading, the text of a record, and where the text stands.

    `tone` gives the tone of a pill (drawn by PillDelegate); None leaves plain text.
    """

    heading: str
    text: Callable[[T], str]
    is_right: bool = False
    is_strong: bool = False
    tone: Callable[[T], str] | None = None


class TableModel(QAbstractTableModel, Generic[T]):
    """Shows a sequence of records; they are replaced as a whole."""

    def __init__(self, columns: Sequence[Column[T]], records: Sequence[T] = ()) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self._records: Sequence[T] = records

    @property
    def records(self) -> Sequence[T]:
        """The records shown, top first."""
        return self._records

    def set_records(self, records: Sequence[T]) -> None:
        """Show other records."""
        self.beginResetModel()
        self._records = records
        self.endResetModel()

    def record(self, row: int) -> T | None:
        """Give the record of a row; None outside the table."""
        return self._records[row] if 0 <= row < len(self._records) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Count the records."""
        return 0 if parent is not None and parent.isValid() else len(self._records)

    def columnCount(self, parent: Index | None = None) -> int:
        """Count the columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a cell's text, place, record or tone."""
        if not index.isValid():
            return None
        column, record = self._columns[index.column()], self._records[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return column.text(record)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == RECORD_ROLE:
            return record
        if role == TONE_ROLE and column.tone is not None:
            return column.tone(record)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Give a heading in capitals."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.heading.upper()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def is_strong(self, column: int) -> bool:
        """Tell whether a column's text is drawn semi-bold."""
        return self._columns[column].is_strong

    def is_right(self, column: int) -> bool:
        """Tell whether a column stands at the right, as figures do."""
        return self._columns[column].is_right
