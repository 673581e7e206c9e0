"""The bar at the foot: what is well, what waits, what failed, and who is at the desk."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.core.labels import Dot, ElidedLabel
from ui.core.theme import Theme

BAR_PX = 28
DOTS = {"good": "good_mark", "warning": "warn_mark", "bad": "danger", "quiet": "ink_faint"}


class StatusItem(QWidget):
    """A coloured dot and words; with an action, a button."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._action: Callable[[], object] | None = None
        self._dot = Dot(theme)
        self._text = QPushButton()
        self._text.setFlat(True)
        self._text.clicked.connect(self._act)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self._dot)
        layout.addWidget(self._text)

    def show_state(self, text: str, tone: str, action: Callable[[], object] | None) -> None:
        """Show `text` with the dot of a tone: good, warning, bad or quiet."""
        self._action = action
        self._dot.set_role(DOTS[tone])
        self._text.setText(text.replace("&", "&&"))
        self._text.setAccessibleName(text)
        self._text.setProperty("tone", tone)
        can_press = action is not None
        self._text.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus if can_press else Qt.FocusPolicy.NoFocus
        )
        hand = Qt.CursorShape.PointingHandCursor if can_press else Qt.CursorShape.ArrowCursor
        self._text.setCursor(hand)
        self._text.style().unpolish(self._text)
        self._text.style().polish(self._text)

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
