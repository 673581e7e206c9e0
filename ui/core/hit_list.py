"""A short list to choose from under a field: the matched parts of each line stand out."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.core.buttons import draw_key_cap, key_cap_width
from ui.core.theme import Theme

ROW_PX = 34


def folded(text: str) -> str:
    """Give `text` in lower case without accents, one character for each of its own."""
    return "".join(unicodedata.normalize("NFKD", letter)[0].lower() for letter in text)


def matched_spans(text: str, query: str) -> list[tuple[int, int]]:
    """Give where the words of `query` begin words of `text`, as half-open spans of `text`."""
    plain, spans = folded(text), []
    for word in folded(query).split():
        at = plain.find(word)
        while at >= 0:
            if at == 0 or not plain[at - 1].isalnum():
                spans.append((at, at + len(word)))
                break
            at = plain.find(word, at + 1)
    return sorted(spans)


@dataclass(frozen=True, slots=True)
class HitLine:
    """One line: what stands out, what explains it, its key, and whether it makes something new."""

    title: str
    detail: str = ""
    key: str = ""
    is_new: bool = False


class HitList(QWidget):
    """Lines of which one is lit; `picked` carries the number of the line chosen."""

    picked = Signal(int)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self._lines: tuple[HitLine, ...] = ()
        self._query = ""
        self._current = 0
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def current(self) -> int:
        """The number of the lit line."""
        return self._current

    @property
    def lines(self) -> tuple[HitLine, ...]:
        """The lines shown."""
        return self._lines

    def show_lines(self, lines: Sequence[HitLine], query: str) -> None:
        """Show other lines for what was typed; the first one is lit."""
        self._lines, self._query = tuple(lines), query
        self._light(0)
        self.updateGeometry()
        self.update()

    def take_key(self, event: QKeyEvent) -> bool:
        """Move the light up and down and pick with Enter; tell whether the key was taken."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if not self._lines:
            return False
        if step:
            self.walk(step)
            return True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.picked.emit(self._current)
            return True
        return False

    def walk(self, step: int) -> None:
        """Light another line, `step` further down; after the last comes the first."""
        if self._lines:
            self._light((self._current + step) % len(self._lines))

    def _light(self, number: int) -> None:
        self._current = number
        lit = self._lines[number] if number < len(self._lines) else None
        self.setAccessibleName(f"{self._name}: {lit.title}, {lit.detail}" if lit else self._name)
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room for all lines."""
        return QSize(self._theme.px(320), self._theme.px(ROW_PX) * len(self._lines))

    def minimumSizeHint(self) -> QSize:
        """Give the same height: lines are never cut."""
        return QSize(self._theme.px(120), self.sizeHint().height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the line under the mouse."""
        number = int(event.position().y()) // self._theme.px(ROW_PX)
        if 0 <= number < len(self._lines):
            self._light(number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the line under the mouse."""
        number = int(event.position().y()) // self._theme.px(ROW_PX)
        if 0 <= number < len(self._lines):
            self._light(number)
            self.picked.emit(number)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines in a rounded box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._theme.px(self._theme.radius["control"])
        shape = QPainterPath()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape.addRoundedRect(box, radius, radius)
        painter.fillPath(shape, self._theme.colour("panel"))
        painter.setClipPath(shape)
        height = self._theme.px(ROW_PX)
        for number, line in enumerate(self._lines):
            self._paint_line(painter, line, QRectF(0, number * height, self.width(), height))
        painter.setClipping(False)
        painter.setPen(self._theme.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)

    def _paint_line(self, painter: QPainter, line: HitLine, area: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        if self._lines[self._current] is line:
            painter.fillRect(area, theme.colour("selected"))
        painter.setPen(theme.colour("line_soft"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        cap_width = key_cap_width(line.key, theme)
        room = area.adjusted(px(12), 0, -px(12) - (cap_width + px(8) if cap_width else 0), 0)
        x = self._paint_title(painter, line, room)
        self._paint_detail(painter, line, QRectF(x, area.top(), room.right() - x, area.height()))
        if line.key:
            side = px(18)
            left = (x + px(8)) if line.is_new else area.right() - cap_width - px(12)
            cap = QRectF(left, area.center().y() - side / 2, cap_width, side)
            draw_key_cap(painter, cap, line.key, ink=theme.colour("ink_faint"), theme=theme)

    def _paint_title(self, painter: QPainter, line: HitLine, room: QRectF) -> float:
        theme = self._theme
        is_lit = self._lines[self._current] is line
        painter.setPen(theme.colour("brand" if line.is_new else "ink"))
        x = room.left()
        spans = [] if line.is_new else matched_spans(line.title, self._query)
        for text, is_match in _pieces(line.title, spans):
            font = theme.font("body", "semibold" if is_lit or is_match else "medium")
            font.setUnderline(is_match)
            metrics = QFontMetricsF(font)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.right() - x)
            width = metrics.horizontalAdvance(shown)
            painter.setFont(font)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            painter.drawText(QRectF(x, room.top(), width + 2, room.height()), flags, shown)
            x += width
        return x

    def _paint_detail(self, painter: QPainter, line: HitLine, room: QRectF) -> None:
        if not line.detail or room.width() <= 0:
            return
        font = self._theme.font()
        text = QFontMetricsF(font).elidedText(
            f" · {line.detail}", Qt.TextElideMode.ElideRight, room.width()
        )
        painter.setFont(font)
        painter.setPen(self._theme.colour("ink_soft"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for start, end in spans:
        if start >= at:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    pieces.append((text[at:], False))
    return [piece for piece in pieces if piece[0]]
