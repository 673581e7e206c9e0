"""The dark card that shows what the card reader is doing."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.core.icons import draw_icon
from ui.core.theme import Theme

WIDTH_PX, HEIGHT_PX = 250, 176
STEPS = 3


@dataclass(frozen=True, slots=True)
class ReaderFace:
    """What the card shows: icons, a line that stands out, its detail, and how many steps are done.

    `detail` ends in the time since it began where one is given to the panel.
    """

    title: str
    detail: str
    icons: tuple[str, ...] = ("contactless", "card")
    steps: int = 0


class ReaderPanel(QWidget):
    """Shows the reader's name and its face."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._label = ""
        self._face = ReaderFace("", "")
        self._elapsed = ""
        self.setFixedWidth(theme.px(WIDTH_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def face(self) -> ReaderFace:
        """What is shown now."""
        return self._face

    def show_reader(self, label: str) -> None:
        """Show another reader's name."""
        self._label = label
        self._say()

    def show_face(self, face: ReaderFace, *, elapsed: str = "") -> None:
        """Show another face; `elapsed` is the time to tell beside the detail."""
        self._face, self._elapsed = face, elapsed
        self._say()

    def _say(self) -> None:
        parts = (self._label, self._face.title, self._face.detail)
        self.setAccessibleName(". ".join(part for part in parts if part))
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room of the card."""
        return QSize(self._theme.px(WIDTH_PX), self._theme.px(HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        radius = px(theme.radius["card"])
        painter.setPen(theme.colour("rail_active"))
        painter.setBrush(theme.colour("rail"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        room = QRectF(self.rect()).adjusted(px(14), px(14), -px(14), -px(14))
        self._paint_text(painter, QRectF(room.left(), room.top(), room.width(), px(18)), 12)
        self._paint_icons(painter, room.top() + px(28))
        title = QRectF(room.left(), room.top() + px(66), room.width(), px(22))
        painter.setPen(theme.colour("rail_on"))
        painter.setFont(theme.sized_font(15, "semibold"))
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, self._face.title)
        detail = QRectF(room.left(), title.bottom() + px(2), room.width(), px(48))
        self._paint_detail(painter, detail)
        self._paint_steps(painter, self.height() - px(14))

    def _paint_text(self, painter: QPainter, area: QRectF, size_px: int) -> None:
        painter.setPen(self._theme.colour("rail_ink"))
        painter.setFont(self._theme.sized_font(size_px))
        shown = painter.fontMetrics().elidedText(
            self._label, Qt.TextElideMode.ElideRight, int(area.width())
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)

    def _paint_icons(self, painter: QPainter, top: float) -> None:
        side, gap = self._theme.px(30), self._theme.px(10)
        width = len(self._face.icons) * (side + gap) - gap
        left = (self.width() - width) / 2
        for name in self._face.icons:
            area = QRectF(left, top, side, side)
            draw_icon(painter, name, self._theme.colour("rail_on"), area)
            left += side + gap

    def _paint_detail(self, painter: QPainter, area: QRectF) -> None:
        text = self._face.detail
        if self._elapsed:
            text = f"{text} · {self._elapsed}" if text else self._elapsed
        painter.setPen(self._theme.colour("rail_ink"))
        painter.setFont(self._theme.sized_font(12.5))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(area, int(middle) | int(Qt.TextFlag.TextWordWrap), text)

    def _paint_steps(self, painter: QPainter, top: float) -> None:
        if not self._face.steps:
            return
        width, gap = self._theme.px(40), self._theme.px(4)
        left = (self.width() - STEPS * (width + gap) + gap) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(STEPS):
            role = "rail_logo" if number < self._face.steps else "rail_person"
            painter.setBrush(self._theme.colour(role))
            painter.drawRoundedRect(QRectF(left, top, width, self._theme.px(4)), 2, 2)
            left += width + gap
