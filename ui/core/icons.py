"""Draws the program's own line icons in any colour and size."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from clinicdesk.bundled import resources_dir


@lru_cache(maxsize=128)
def renderer(name: str, colour: str) -> QSvgRenderer:
    """Give the drawing of an icon with `currentColor` put in."""
    text = (resources_dir() / "icons" / f"{name}.svg").read_text("utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))


def draw_icon(painter: QPainter, name: str, colour: QColor, rect: QRectF) -> None:
    """Paint an icon into `rect`."""
    renderer(name, colour.name()).render(painter, rect)


def icon(name: str, colour: QColor, size_px: int = 20) -> QIcon:
    """Give an icon for a button or a menu, sharp on screens of double density."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_icon(painter, name, colour, QRectF(0, 0, size_px, size_px))
        painter.end()
        made.addPixmap(pixmap)
    return made
