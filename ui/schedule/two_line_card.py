"""The card of the side panel: a name over what there is to say, painted alike everywhere."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from ui.core.theme import Theme

CARD_PX = 46


def paint_card(
    painter: QPainter,
    theme: Theme,
    area: QRectF,
    *,
    title: str,
    words: str,
    has_focus: bool,
    ink: str = "ink",
    soft: str = "ink_soft",
) -> None:
    """Paint a card that fills `area`; both lines are shortened to the room there is."""
    px = theme.px
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = area.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(theme.colour("focus" if has_focus else "line"), 2 if has_focus else 1))
    painter.setBrush(theme.colour("panel"))
    painter.drawRoundedRect(box, px(8), px(8))
    text = box.adjusted(px(10), px(5), -px(8), -px(5))
    for line, font, role in (
        (title, theme.font("body", "semibold"), ink),
        (words, theme.font("small"), soft),
    ):
        painter.setFont(font)
        painter.setPen(theme.colour(role))
        shown = QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
        text.setTop(text.top() + text.height() / 2)
