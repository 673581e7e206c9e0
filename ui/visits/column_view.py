"""One column of the board: its name and count, and a painted list of cards that scrolls."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.visits.records import Column
from ui.core.labels import plain_label
from ui.core.theme import Theme
from ui.visits.board_words import ShownCard
from ui.visits.card_painter import CARD_PX, GAP_PX, CardPainter

MIN_WIDTH_PX = 190


class CardList(QAbstractScrollArea):
    """Paints the cards that are in sight; tells which one the mouse takes, carries and drops."""

    pressed = Signal(int)
    opened = Signal(int)
    carried = Signal(int, QPoint)
    dropped = Signal(int, QPoint)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme, self._painter = theme, CardPainter(theme)
        self._cards: tuple[ShownCard, ...] = ()
        self._selected: int | None = None
        self._is_lit = self._is_carrying = False
        self._pressed_at: QPoint | None = None
        self.setAccessibleName(name)
        self.setFrameStyle(0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("background: transparent;")
        self.viewport().setAutoFillBackground(False)

    def show_cards(self, cards: Sequence[ShownCard], selected: int | None, *, is_lit: bool) -> None:
        """Show other cards; the scroll position stays."""
        new = (tuple(cards), selected, is_lit)
        if new != (self._cards, self._selected, self._is_lit):
            self._cards, self._selected, self._is_lit = new
            self._fit()
            self.viewport().update()

    def rect_of(self, number: int) -> QRect:
        """Give where a card stands in the viewport, by its place in the column."""
        px, width = self._theme.px, self.viewport().width()
        step = px(CARD_PX + GAP_PX)
        top = number * step - self.verticalScrollBar().value() + px(2)
        return QRect(px(8), top, width - px(16), px(CARD_PX))

    def bring_into_sight(self, number: int) -> None:
        """Scroll no more than is needed to see a card."""
        box, bar = self.rect_of(number), self.verticalScrollBar()
        gap = self._theme.px(GAP_PX)
        if box.top() < 0:
            bar.setValue(bar.value() + box.top() - gap)
        elif box.bottom() > self.viewport().height():
            bar.setValue(bar.value() + box.bottom() - self.viewport().height() + gap)

    def picture(self, visit_id: int) -> QPixmap:
        """Give a card as it looks, to be carried by the mouse."""
        number = next(n for n, shown in enumerate(self._cards) if shown.card.id == visit_id)
        return self.viewport().grab(self.rect_of(number))

    def sizeHint(self) -> QSize:
        """Give a small size: the board decides."""
        return QSize(self._theme.px(MIN_WIDTH_PX), self._theme.px(200))

    def _fit(self) -> None:
        step = self._theme.px(CARD_PX + GAP_PX)
        hidden = len(self._cards) * step + self._theme.px(6) - self.viewport().height()
        self.verticalScrollBar().setRange(0, max(0, hidden))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.verticalScrollBar().setSingleStep(step // 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the range of the scroll bar right."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cards in sight."""
        painter = QPainter(self.viewport())
        for number, shown in enumerate(self._cards):
            box = self.rect_of(number)
            if box.bottom() >= 0 and box.top() <= self.viewport().height():
                self._painter.paint(
                    painter,
                    shown,
                    QRectF(box),
                    is_selected=shown.card.id == self._selected,
                    is_lit=self._is_lit,
                )

    def _card_at(self, where: QPoint) -> ShownCard | None:
        for number, shown in enumerate(self._cards):
            if self.rect_of(number).contains(where):
                return shown
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the card under the mouse."""
        shown = self._card_at(event.position().toPoint())
        if shown is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
            self.pressed.emit(shown.card.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the card once the mouse has left its place."""
        if self._pressed_at is None or self._selected is None:
            return
        way = (event.position().toPoint() - self._pressed_at).manhattanLength()
        self._is_carrying = self._is_carrying or way >= QApplication.startDragDistance()
        if self._is_carrying:
            self.carried.emit(self._selected, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the card that was carried."""
        if self._is_carrying and self._selected is not None:
            self.dropped.emit(self._selected, event.globalPosition().toPoint())
        self._pressed_at, self._is_carrying = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the patient of a card."""
        shown = self._card_at(event.position().toPoint())
        if shown is not None:
            self.opened.emit(shown.card.id)


class ColumnView(QWidget):
    """A column: heading with the count, its cards, and what may stand at its foot."""

    def __init__(self, theme: Theme, column: Column) -> None:
        super().__init__()
        self._theme, self.column = theme, column
        self.setMinimumWidth(theme.px(MIN_WIDTH_PX))
        self.count = plain_label("0", "faint")
        self.cards = CardList(theme, column.value)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(14), theme.px(11), theme.px(14), theme.px(4))
        head.addWidget(plain_label(column.value, "strong"), 1)
        head.addWidget(self.count)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(8))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addLayout(head)
        layout.addWidget(self.cards, 1)
        layout.addLayout(self.foot)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground of the column."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("board"))
        radius = self._theme.px(self._theme.radius["card"])
        painter.drawRoundedRect(self.rect(), radius, radius)
