"""Paints blocked times, each type with its own pattern, and the times about to be booked."""

import zlib
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPixmap

from ui.core.theme import Theme
from ui.schedule.day_marks import Ghost, Mark
from ui.schedule.day_scene import DayScene
from ui.schedule.layout import Box

TILE_PX = 12
LABEL_PX = 17
EDGE_PX = 2
Draw = Callable[[QPainter, float], None]


def _dots(painter: QPainter, side: float) -> None:
    for x, y in ((side / 4, side / 4), (side * 3 / 4, side * 3 / 4)):
        painter.drawEllipse(QPointF(x, y), 0.9, 0.9)


def _upright(painter: QPainter, side: float) -> None:
    painter.drawLine(QPointF(side / 2, 0), QPointF(side / 2, side))


def _squares(painter: QPainter, side: float) -> None:
    _upright(painter, side)
    painter.drawLine(QPointF(0, side / 2), QPointF(side, side / 2))


def _falling(painter: QPainter, side: float) -> None:
    for shift in (-side, 0.0, side):
        painter.drawLine(QPointF(shift - 2, -2), QPointF(shift + side + 2, side + 2))


PATTERNS: tuple[Draw, ...] = (_dots, _upright, _squares, _falling)
"""None is the rising stripe of closed hours and requests, or level like the lines of hours."""


class MarkPainter:
    """Holds the patterns of one theme at one size."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self._theme, self._ratio = theme, ratio
        self._brushes: dict[tuple[int, bool], QBrush] = {}
        self._font = theme.font("small", "semibold")
        self._metrics = QFontMetricsF(self._font)

    def paint_marks(self, painter: QPainter, scene: DayScene, visible: QRectF) -> None:
        """Paint the blocked times in sight, each under its name."""
        for mark in scene.marks:
            box = scene.grid.cell(mark.column, mark.start, mark.end)
            if visible.intersects(QRectF(*box)):
                self._paint_mark(painter, mark, QRectF(*box).adjusted(0, 0, -1, 0))

    def _paint_mark(self, painter: QPainter, mark: Mark, area: QRectF) -> None:
        colour = self._theme.colour
        painter.fillRect(area, self._brush(mark))
        edge = QRectF(area.left(), area.top(), EDGE_PX if mark.is_hard else 1, area.height())
        painter.fillRect(edge, colour("ink_soft" if mark.is_hard else "ink_faint"))
        label = QRectF(area.left() + 6, area.top() + 2, area.width() - 10, self._theme.px(LABEL_PX))
        if area.height() < label.height():
            label.setHeight(area.height())
            label.moveTop(area.top())
        self._paint_label(painter, label, mark.name, colour("ink_soft"))

    def _paint_label(self, painter: QPainter, area: QRectF, words: str, ink: QColor) -> None:
        shown = self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width() - 6)
        plate = QRectF(area)
        plate.setWidth(self._metrics.horizontalAdvance(shown) + 6)
        painter.fillRect(plate, self._theme.colour("panel"))
        painter.setFont(self._font)
        painter.setPen(ink)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, shown)

    def _brush(self, mark: Mark) -> QBrush:
        kind = mark.name.split(" · ")[0]
        number = zlib.crc32(kind.encode()) % len(PATTERNS)
        key = (number, mark.is_hard)
        if key not in self._brushes:
            self._brushes[key] = self._tile(PATTERNS[number], is_hard=mark.is_hard)
        return self._brushes[key]

    def _tile(self, draw: Draw, *, is_hard: bool) -> QBrush:
        side = float(TILE_PX)
        tile = QPixmap(round(side * self._ratio), round(side * self._ratio))
        tile.setDevicePixelRatio(self._ratio)
        tile.fill(self._theme.colour("hatch" if is_hard else "panel"))
        ink = QColor(self._theme.colour("ink_faint"))
        ink.setAlphaF(0.42 if is_hard else 0.26)
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(ink)
        draw(painter, side)
        painter.end()
        return QBrush(tile)

    def paint_ghosts(
        self, painter: QPainter, scene: DayScene, visible: QRectF, now: datetime
    ) -> None:
        """Paint the times that somebody is about to book, with the seconds that are left."""
        for ghost in scene.ghosts:
            box = self.ghost_box(scene, ghost)
            if ghost.seconds_left(now) and visible.intersects(QRectF(*box)):
                self._paint_ghost(painter, QRectF(*box), ghost.words(now))

    def ghost_box(self, scene: DayScene, ghost: Ghost) -> Box:
        """Give where a time about to be booked is painted."""
        left, top, width, height = scene.grid.cell(ghost.column, ghost.start, ghost.end)
        return left + 5, top, width - 10, height - 2

    def _paint_ghost(self, painter: QPainter, area: QRectF, words: str) -> None:
        theme = self._theme
        back = QColor(theme.colour("panel"))
        back.setAlphaF(0.82)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("brand"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(back)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(self._font)
        painter.setPen(theme.colour("brand"))
        text = area.adjusted(8, 0, -6, 0)
        shown = self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, shown)
