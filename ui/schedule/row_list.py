"""A list of rows of two lines to walk through: with boxes to tick, and a remark at the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.core.icons import draw_icon
from ui.core.theme import Theme

ROW_PX, BOX_PX, LEAST_ROWS = 46, 15, 3


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `is_ticked` None has no box; `role` colours the remark."""

    title: str
    detail: str = ""
    remark: str = ""
    is_ticked: bool | None = None
    is_faint: bool = False
    role: str = "ink_soft"


class RowList(QWidget):
    """Rows of which one is lit; `moved` tells that another is, `ticked` and `picked` carry its
    number. Space or a click ticks where there is a box; Enter picks.
    """

    moved = Signal()
    ticked = Signal(int)
    picked = Signal(int)

    def __init__(self, theme: Theme, *, name: str, most_rows: int = 8) -> None:
        super().__init__()
        self._theme, self._name, self._most = theme, name, most_rows
        self._rows: tuple[Row, ...] = ()
        self._lit = self._top = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows shown."""
        return self._rows

    @property
    def lit(self) -> int:
        """The number of the lit row."""
        return self._lit

    def show_rows(self, rows: Sequence[Row], *, lit: int | None = None) -> None:
        """Show other rows; the same number stays lit unless another is given."""
        before = len(self._rows)
        self._rows = tuple(rows)
        self._light(self._lit if lit is None else lit)
        if len(rows) != before:
            self.updateGeometry()

    def _light(self, number: int) -> None:
        self._lit = max(0, min(number, len(self._rows) - 1))
        self._top = max(min(self._top, self._lit), self._lit - self._most + 1, 0)
        self._top = max(0, min(self._top, len(self._rows) - self._most))
        self._say()
        self.update()

    def _say(self) -> None:
        row = self._rows[self._lit] if self._rows else None
        words = ["none"]
        if row is not None:
            box = {True: "ticked", False: "not ticked", None: ""}[row.is_ticked]
            words = [part for part in (row.title, box, row.detail, row.remark) if part]
        self.setAccessibleName(f"{self._name}: {', '.join(words)}")

    def light(self, number: int) -> None:
        """Light another row, and tell."""
        self._light(number)
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, tick and pick; every other key goes to the dialog."""
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step and self._rows:
            self.light((self._lit + step) % len(self._rows))
        elif key == Qt.Key.Key_Space and self._rows:
            self.ticked.emit(self._lit)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.picked.emit(self._lit)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Light the row under the mouse, and tick it."""
        number = self._top + int(event.position().y()) // self._theme.px(ROW_PX)
        if 0 <= number < len(self._rows):
            self.light(number)
            self.ticked.emit(number)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll."""
        step = -1 if event.angleDelta().y() > 0 else 1
        self._top = max(0, min(self._top + step, len(self._rows) - self._most))
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room of the rows, three at least, so that nothing jumps."""
        rows = min(max(len(self._rows), LEAST_ROWS), self._most)
        return QSize(self._theme.px(420), rows * self._theme.px(ROW_PX))

    def minimumSizeHint(self) -> QSize:
        """Give the same height: rows are never cut."""
        return QSize(self._theme.px(240), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._theme.px(ROW_PX)
        for place, row in enumerate(self._rows[self._top : self._top + self._most]):
            area = QRectF(0, place * height, self.width(), height)
            if self._top + place == self._lit:
                painter.setPen(QPen(self._theme.colour("focus"), 2 if self.hasFocus() else 1))
                painter.setBrush(self._theme.colour("selected"))
                radius = self._theme.px(8)
                painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), radius, radius)
            self._paint_row(painter, row, area)

    def _paint_row(self, painter: QPainter, row: Row, area: QRectF) -> None:
        px, left = self._theme.px, area.left() + self._theme.px(12)
        if row.is_ticked is not None:
            self._paint_box(
                painter, row.is_ticked, QRectF(left, area.top(), px(BOX_PX), area.height())
            )
        left += px(BOX_PX + 12) if any(each.is_ticked is not None for each in self._rows) else 0
        room = QRectF(left, area.top() + px(4), area.right() - left - px(12), area.height() - px(8))
        width = self._paint_remark(painter, row, room)
        room.setRight(room.right() - width)
        ink = "ink_faint" if row.is_faint else "ink"
        half = room.height() / 2
        if not row.detail:
            self._text(painter, row.title, room, ("body", "semibold"), ink)
            return
        top = QRectF(room.left(), room.top(), room.width(), half)
        self._text(painter, row.title, top, ("body", "semibold"), ink)
        below = top.translated(0, half)
        self._text(painter, row.detail, below, ("small", "regular"), "ink_soft")

    def _paint_remark(self, painter: QPainter, row: Row, room: QRectF) -> float:
        """Paint the remark at the right, and give what room it took."""
        if not row.remark:
            return 0.0
        metrics = QFontMetricsF(self._theme.font("small"))
        width = min(metrics.horizontalAdvance(row.remark) + 2, room.width() * 0.6)
        area = QRectF(room.right() - width, room.top(), width, room.height())
        self._text(painter, row.remark, area, ("small", "regular"), row.role)
        return width + self._theme.px(12)

    def _paint_box(self, painter: QPainter, is_on: bool, area: QRectF) -> None:
        theme, side = self._theme, area.width()
        box = QRectF(area.left(), area.center().y() - side / 2, side, side)
        colour = theme.colour("brand" if is_on else "ink_faint")
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(colour if is_on else theme.colour("panel"))
        painter.drawRoundedRect(box, 4, 4)
        if is_on:
            draw_icon(painter, "check", theme.colour("panel"), box.adjusted(2, 2, -2, -2))

    def _text(
        self, painter: QPainter, text: str, area: QRectF, look: tuple[str, str], role: str
    ) -> None:
        font = self._theme.font(*look)
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
