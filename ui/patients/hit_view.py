"""The list of patients found: two lines each, enough to tell two people apart."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from clinicdesk.patients.records import PatientHit
from ui.core.day_text import birth_text
from ui.core.theme import Theme

ROW_PX = 53
HIT_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


def hit_facts(hit: PatientHit, today: date) -> str:
    """Give the second line: birth date with age, and phone."""
    return f"{birth_text(hit.born_on, today)} · {hit.phone or 'no phone'}"


class HitModel(QAbstractListModel):
    """Holds the patients found."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: tuple[PatientHit, ...] = ()
        self._today = date.min

    @property
    def hits(self) -> tuple[PatientHit, ...]:
        """The patients shown, best first."""
        return self._hits

    def set_hits(self, hits: Sequence[PatientHit], today: date) -> None:
        """Show other patients; `today` is the day on which ages are told."""
        self.beginResetModel()
        self._hits, self._today = tuple(hits), today
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Count the patients."""
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a patient's name, facts or record."""
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.name}, {hit.number}, {hit_facts(hit, self._today)}"
        if role == HIT_ROLE:
            return hit
        return hit_facts(hit, self._today) if role == Qt.ItemDataRole.StatusTipRole else None


class HitDelegate(QStyledItemDelegate):
    """Paints a patient: name and number above birth date and phone."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Give the height of a row."""
        return QSize(self._theme.px(200), self._theme.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        theme, px = self._theme, self._theme.px
        area = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.colour("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.colour("hover"))
        painter.setPen(theme.colour("line_soft"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(
                QRectF(area.topLeft(), QSize(px(3), px(ROW_PX))), theme.colour("focus")
            )
        text = area.adjusted(px(14), px(8), -px(14), -px(8))
        upper = QRectF(text.left(), text.top(), text.width(), px(19))
        lower = QRectF(text.left(), text.top() + px(19), text.width(), px(18))
        hit: PatientHit = index.data(HIT_ROLE)
        taken = self._draw(
            painter, upper, hit.number, theme.sized_font(12.5), "ink_faint", at_end=True
        )
        upper.setRight(upper.right() - taken - px(8))
        self._draw(painter, upper, hit.name, theme.font("body", "semibold"), "ink")
        facts = str(index.data(Qt.ItemDataRole.StatusTipRole))
        self._draw(painter, lower, facts, theme.sized_font(12.5), "ink_soft")
        painter.restore()

    def _draw(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        font: QFont,
        role: str,
        *,
        at_end: bool = False,
    ) -> float:
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        side = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)


class HitView(QListView):
    """Shows patients; `chosen` carries the id of the lit one."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model = HitModel()
        self._is_filling = False
        self.setModel(self._model)
        self.setItemDelegate(HitDelegate(theme, self))
        self.setAccessibleName("Patients found")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentRowChanged.connect(self._tell)
        theme.changed.connect(self.viewport().update)

    @property
    def hits(self) -> tuple[PatientHit, ...]:
        """The patients shown."""
        return self._model.hits

    def current_id(self) -> int | None:
        """Give the id of the lit patient, None for nobody."""
        hit = self.currentIndex().data(HIT_ROLE)
        return hit.id if hit is not None else None

    def show_hits(self, hits: Sequence[PatientHit], today: date) -> None:
        """Show other patients; who was lit stays lit, and the list does not jump."""
        if tuple(hits) == self.hits:
            return
        kept, place = self.current_id(), self.verticalScrollBar().value()
        self._is_filling = True
        self._model.set_hits(hits, today)
        self._light(kept)
        self._is_filling = False
        self.verticalScrollBar().setValue(place)

    def light(self, patient_id: int) -> bool:
        """Light a patient if shown, and tell whether that was so."""
        if self.current_id() == patient_id:
            return True
        return self._light(patient_id)

    def light_first(self) -> None:
        """Light the first patient and show the list's top."""
        self.setCurrentIndex(self._model.index(0))
        self.scrollToTop()

    def _light(self, patient_id: int | None) -> bool:
        for row, hit in enumerate(self.hits):
            if hit.id == patient_id:
                index = self._model.index(row)
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.selectionModel().setCurrentIndex(index, flag)
                return True
        return False

    def _tell(self, now: QModelIndex) -> None:
        hit = now.data(HIT_ROLE)
        if hit is not None and not self._is_filling:
            self.chosen.emit(hit.id)
