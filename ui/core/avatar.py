"""The disc with a person's initials."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.core.theme import Theme

SIDE_PX = 52


def initials(name: str) -> str:
    """Give the first letters of the first and the last part of a name; "" where it has none."""
    parts = [part for part in name.split() if part[0].isalnum()]
    chosen = parts if len(parts) < 2 else [parts[0], parts[-1]]
    return "".join(part[0] for part in chosen).upper()


class Avatar(QWidget):
    """Shows initials in a soft disc; the name beside it says the rest."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._initials = ""
        self.setFixedSize(theme.px(SIDE_PX), theme.px(SIDE_PX))
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The initials shown."""
        return self._initials

    def show_name(self, name: str) -> None:
        """Show the initials of `name`."""
        self._initials = initials(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("brand_soft"))
        painter.drawEllipse(self.rect())
        painter.setPen(self._theme.colour("brand"))
        painter.setFont(self._theme.font("title", "semibold"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._initials)
