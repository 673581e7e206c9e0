"""Labels that never read their text as markup, pills, and small signs."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.core.icons import draw_icon
from ui.core.theme import Theme

LABEL_SLACK_PX = 2


def plain_label(
    text: str = "", role: str = "body", *, wrap: bool = False, selectable: bool = False
) -> QLabel:
    """Give a label that shows `text` as it is.

    Roles: body, soft, faint, small, strong, title, heading, name, figure, sum, section, error,
    warning.
    """
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    if selectable:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def section_label(text: str) -> QLabel:
    """Give the small heading in capitals that stands above a group."""
    label = plain_label(text.upper(), "section")
    label.setAccessibleName(text)
    return label


def line() -> QFrame:
    """Give a thin horizontal line."""
    frame = QFrame()
    frame.setObjectName("line")
    frame.setFixedHeight(1)
    return frame


class ElidedLabel(QLabel):
    """A label of one line that ends in an ellipsis where room is short; the tip shows it whole.

    It takes what room is left; with `wants_room` it asks for the room of its whole text first.
    """

    def __init__(self, text: str = "", role: str = "body", *, wants_room: bool = False) -> None:
        super().__init__()
        self._text = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        across = QSizePolicy.Policy.Preferred if wants_room else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def sizeHint(self) -> QSize:
        """Give the room of the whole text."""
        width = self.fontMetrics().horizontalAdvance(self._text) + LABEL_SLACK_PX
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Give the room of a few letters."""
        few = self.fontMetrics().horizontalAdvance("mm…")
        return QSize(min(self.sizeHint().width(), few), super().minimumSizeHint().height())

    def setText(self, text: str) -> None:
        """Show `text`, shortened to the room there is."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        elide = Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self._text, elide, max(self.width(), 0))
        if shown != super().text():
            super().setText(shown)
        self.setToolTip(self._text if shown != self._text else "")


class Pill(QWidget):
    """A rounded word such as "Confirmed", coloured by the tone; a warning has a dashed outline."""

    def __init__(self, theme: Theme, text: str = "", tone: str = "completed") -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_text(text, tone)
        theme.changed.connect(self.updateGeometry)

    def show_text(self, text: str, tone: str) -> None:
        """Show `text` in the colours of a Tone or of an appointment's status."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Give the word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        """Give the room for the word and its rounded ends."""
        return pill_size(self._text, self._theme)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pill."""
        draw_pill(QPainter(self), QRectF(self.rect()), self._text, self._tone, self._theme)


def pill_size(text: str, theme: Theme) -> QSize:
    """Give the room that a pill with `text` takes."""
    metrics = QFontMetrics(theme.font("small", "semibold"))
    return QSize(metrics.horizontalAdvance(text) + theme.px(17), theme.px(20))


def draw_pill(painter: QPainter, rect: QRectF, text: str, tone: str, theme: Theme) -> None:
    """Paint a pill that fills `rect`, in a widget or in a table's cell."""
    colours = theme.palette.status(tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    has_outline = tone in {"requested", "cancelled"}
    pen = QPen(colours.mark, 1, Qt.PenStyle.DashLine) if has_outline else Qt.PenStyle.NoPen
    painter.setPen(pen)
    painter.setBrush(colours.fill or QColor(0, 0, 0, 0))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(colours.ink)
    painter.setFont(theme.font("small", "semibold"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


class IconMark(QWidget):
    """A small icon that stands beside a text, in the colour of a role."""

    def __init__(self, theme: Theme, name: str, role: str = "ink_soft", size_px: int = 16) -> None:
        super().__init__()
        self._theme, self._name, self._role, self._size_px = theme, name, role, size_px
        self.setFixedSize(theme.px(size_px), theme.px(size_px))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_icon(painter, self._name, self._theme.colour(self._role), QRectF(self.rect()))


class Dot(QWidget):
    """A coloured dot: good, waiting or wrong, always beside words that say the same."""

    def __init__(self, theme: Theme, role: str = "good_mark") -> None:
        super().__init__()
        self._theme, self._role = theme, role
        self.setFixedSize(theme.px(8), theme.px(8))

    def set_role(self, role: str) -> None:
        """Show the colour of another role."""
        self._role = role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(self._role))
        painter.drawEllipse(self.rect())
