"""The dark card that shows what the card reader is doing."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.core.icons import draw_icon
from ui.core.labels import ElidedLabel, plain_label
from ui.core.theme import Theme

WIDTH_PX, HEIGHT_PX, ICON_PX = 250, 176, 30
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
        self._face = ReaderFace("", "")
        self.setObjectName("reader")
        self.setFixedWidth(theme.px(WIDTH_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name, self._title = ElidedLabel("", "small"), plain_label("", "heading")
        self._detail = plain_label("", "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(14),) * 4)
        column.setSpacing(theme.px(3))
        column.addWidget(self._name)
        column.addSpacing(theme.px(ICON_PX + 16))
        column.addWidget(self._title)
        column.addWidget(self._detail)
        column.addStretch(1)
        for label in (self._name, self._title, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        theme.changed.connect(self.update)

    @property
    def face(self) -> ReaderFace:
        """What is shown now."""
        return self._face

    def show_reader(self, label: str) -> None:
        """Show another reader's name."""
        self._name.setText(label)

    def show_face(self, face: ReaderFace, *, elapsed: str = "") -> None:
        """Show another face; `elapsed` is the time to tell beside the detail."""
        self._face = face
        self._title.setText(face.title)
        self._detail.setText(" · ".join(part for part in (face.detail, elapsed) if part))
        self.setAccessibleName(f"Card reader: {face.title}")
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room of the card."""
        return QSize(self._theme.px(WIDTH_PX), self._theme.px(HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, the icons and the steps."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        radius = theme.px(theme.radius["card"])
        painter.setPen(theme.colour("rail_active"))
        painter.setBrush(theme.colour("rail"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._paint_icons(painter, self._name.geometry().bottom() + theme.px(10))
        self._paint_steps(painter, self.height() - theme.px(14))

    def _paint_icons(self, painter: QPainter, top: float) -> None:
        side, gap = self._theme.px(ICON_PX), self._theme.px(10)
        width = len(self._face.icons) * (side + gap) - gap
        left = (self.width() - width) / 2
        for name in self._face.icons:
            area = QRectF(left, top, side, side)
            draw_icon(painter, name, self._theme.colour("rail_on"), area)
            left += side + gap

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
