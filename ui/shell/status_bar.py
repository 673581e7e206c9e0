"""The bar at the foot: what is well, what waits, what failed, and who is at the desk."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.core.labels import ElidedLabel
from ui.core.theme import Theme

BAR_PX = 28
DOTS = {"good": "good_mark", "warning": "warn_mark", "bad": "danger", "quiet": "ink_faint"}
INKS = {"warning": "warning_ink", "bad": "danger"}


class StatusItem(QAbstractButton):
    """A coloured dot and words, shortened where room is short; with an action, a button."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tone = "good"
        self._action: Callable[[], object] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._act)

    def show_state(self, text: str, tone: str, action: Callable[[], object] | None) -> None:
        """Show `text` with the dot of a tone: good, warning, bad or quiet."""
        self._action, self._tone = action, tone
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(text)
        focus = Qt.FocusPolicy.StrongFocus if action else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(focus)
        hand = Qt.CursorShape.PointingHandCursor if action else Qt.CursorShape.ArrowCursor
        self.setCursor(hand)
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        font = self._theme.sized_font(12)
        font.setUnderline(self._action is not None and (self.hasFocus() or self.underMouse()))
        return font

    def sizeHint(self) -> QSize:
        """Give the room for dot and words."""
        width = QFontMetrics(self._font()).horizontalAdvance(self.text())
        return QSize(width + self._theme.px(16), self._theme.px(20))

    def minimumSizeHint(self) -> QSize:
        """Give the room for the dot and a few letters."""
        return QSize(self._theme.px(48), self._theme.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint dot and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, side = self._theme, self._theme.px(8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(DOTS[self._tone]))
        painter.drawEllipse(QRectF(0, (self.height() - side) / 2, side, side))
        font = self._font()
        painter.setFont(font)
        painter.setPen(theme.colour(INKS.get(self._tone, "ink_soft")))
        area = QRectF(self.rect()).adjusted(theme.px(14), 0, 0, 0)
        text = QFontMetrics(font).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(area.width()) + 1
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)

    def _act(self) -> None:
        if self._action is not None:
            self._action()


class StatusBar(QWidget):
    """Items at the left, each replaced under its name; the desk's place and person at the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._items: dict[str, StatusItem] = {}
        self.setObjectName("statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(theme.px(BAR_PX))
        self._place = ElidedLabel()
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.lock = QPushButton("F2 Lock")
        self.lock.setFlat(True)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.px(20))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(self._row)
        layout.addWidget(self._place, 1)
        layout.addWidget(self.lock)

    def set_item(
        self,
        name: str,
        text: str,
        *,
        tone: str = "good",
        action: Callable[[], object] | None = None,
    ) -> None:
        """Show or replace the item `name`; an empty text takes it away."""
        item = self._items.get(name)
        if item is None:
            item = self._items[name] = StatusItem(self._theme)
            self._row.addWidget(item)
        item.show_state(text, tone, action)
        item.setVisible(bool(text))

    def set_place(self, text: str) -> None:
        """Say clinic, time zone and person."""
        self._place.setText(text + " ·" if text else "")
