"""Paints one card of the board: edge, name, time, doctor, and how the visit stands."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from ui.core.icons import draw_icon
from ui.core.theme import Theme
from ui.visits.board_words import ShownCard

CARD_PX, GAP_PX, EDGE_PX, INSET_PX = 70, 8, 4, 12
FADED = {"completed", "cancelled"}


class CardPainter:
    """Paints cards in the colours and fonts of one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(
        self, painter: QPainter, shown: ShownCard, box: QRectF, *, is_selected: bool, is_lit: bool
    ) -> None:
        """Paint a card into `box`; lit is the selected one while the keys go to the board."""
        theme, px = self._theme, self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(box, px(8), px(8))
        shade = QColor(theme.colour("shade"))
        shade.setAlphaF(0.06)
        painter.fillPath(shape.translated(0, px(1)), shade)
        painter.fillPath(shape, theme.colour("selected" if is_selected else "panel"))
        edge = QPainterPath()
        edge.addRect(QRectF(box.left(), box.top(), px(EDGE_PX), box.height()))
        painter.fillPath(shape & edge, theme.palette.status(shown.tone).mark)
        if is_selected:
            painter.setPen(QPen(theme.colour("focus" if is_lit else "line"), px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(shape)
        room = box.adjusted(px(EDGE_PX) + px(10), px(8), -px(INSET_PX), -px(8))
        self._paint_words(painter, shown, room)

    def _paint_words(self, painter: QPainter, shown: ShownCard, room: QRectF) -> None:
        theme = self._theme
        third = room.height() / 3
        time_font = theme.font("body", tabular=True)
        time_width = QFontMetricsF(time_font).horizontalAdvance(shown.time) + theme.px(8)
        lines = [QRectF(room.left(), room.top() + n * third, room.width(), third) for n in range(3)]
        painter.setFont(time_font)
        painter.setPen(theme.colour("ink_soft"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(lines[0], right, shown.time)
        name_font = theme.font("body", "semibold")
        name_font.setStrikeOut(shown.tone in {"no_show", "cancelled"})
        ink = "ink_soft" if shown.tone in FADED else "ink"
        self._text(painter, shown.name, lines[0].adjusted(0, 0, -time_width, 0), name_font, ink)
        side = theme.px(14)
        self._text(painter, shown.where, lines[1], theme.font(), "ink_soft")
        mark = QRectF(lines[2].right() - side, lines[2].center().y() - side / 2, side, side)
        draw_icon(painter, shown.symbol, theme.palette.status(shown.tone).mark, mark)
        self._paint_line(painter, shown, lines[2].adjusted(0, 0, -side - theme.px(6), 0))

    def _paint_line(self, painter: QPainter, shown: ShownCard, room: QRectF) -> None:
        theme = self._theme
        if shown.is_late:
            side = theme.px(13)
            mark = QRectF(room.left(), room.center().y() - side / 2, side, side)
            draw_icon(painter, "warning", theme.colour("danger"), mark)
            room = room.adjusted(side + theme.px(5), 0, 0, 0)
        font = theme.sized_font(12, "medium" if shown.is_bad else "regular")
        self._text(painter, shown.line, room, font, "danger" if shown.is_bad else "ink_faint")

    def _text(self, painter: QPainter, text: str, room: QRectF, font: QFont, role: str) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        elide = Qt.TextElideMode.ElideRight
        words = painter.fontMetrics().elidedText(text, elide, max(0, int(room.width())))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
