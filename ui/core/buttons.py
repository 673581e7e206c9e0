"""Buttons that show the key that presses them."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcutEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.core.icons import draw_icon
from ui.core.theme import Theme

KEY_SIGNS = {"Return": "↵", "Enter": "↵", "Ctrl+Return": "Ctrl ↵", "Escape": "Esc"}
_KINDS = {
    # kind: background, background under the mouse, text, outline
    "primary": ("brand", "brand_hover", "on_brand", ""),
    "danger": ("danger", "danger", "on_danger", ""),
    "secondary": ("panel", "hover", "ink", "line"),
    "quiet": ("", "hover", "ink_soft", ""),
}


def key_sign(key: str) -> str:
    """Give what the key-cap shows: "Ctrl N" for "Ctrl+N"."""
    return KEY_SIGNS.get(key, key.replace("+", " "))


def key_cap_width(key: str, theme: Theme) -> int:
    """Give the width of a key-cap in pixels; 0 without a key."""
    if not key:
        return 0
    metrics = QFontMetrics(theme.font("small"))
    return metrics.horizontalAdvance(key_sign(key)) + theme.px(10)


def draw_key_cap(painter: QPainter, rect: QRectF, key: str, *, ink: QColor, theme: Theme) -> None:
    """Paint a key-cap that fills `rect`."""
    edge = QColor(ink)
    edge.setAlphaF(0.28)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(ink)
    painter.setFont(theme.font("small"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key_sign(key))


def pressed_at_once(button: QAbstractButton, event: QEvent) -> bool:
    """Press a button at its key; Qt would wait a tenth of a second to show it pressed."""
    is_key = event.type() is QEvent.Type.Shortcut and isinstance(event, QShortcutEvent)
    if not is_key or (isinstance(event, QShortcutEvent) and event.isAmbiguous()):
        return False
    button.click()
    return True


class KeyButton(QAbstractButton):
    """A button with its key: pressing the key anywhere in the window presses the button.

    Kinds: primary, secondary, danger, quiet. Inside a dialog the dialog hands over the keys.
    """

    def __init__(
        self, theme: Theme, text: str, *, key: str = "", kind: str = "secondary", icon: str = ""
    ) -> None:
        super().__init__()
        self._theme, self._kind, self._icon_name = theme, kind, icon
        self.key = key
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_text(text)
        theme.changed.connect(self.updateGeometry)

    def event(self, event: QEvent) -> bool:
        """Press the button at its key."""
        return pressed_at_once(self, event) or super().event(event)

    def set_text(self, text: str) -> None:
        """Show another text; the key stays."""
        self._shown = text
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.setShortcut(QKeySequence(self.key))
        self.updateGeometry()
        self.update()

    def set_key(self, key: str) -> None:
        """Show and use another key; an empty one for none."""
        self.key = key
        self.set_text(self._shown)

    def set_kind(self, kind: str) -> None:
        """Draw the button as another kind."""
        self._kind = kind
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room for icon, text and key-cap."""
        px = self._theme.px
        return QSize(self._content_width() + px(24 if self._shown else 14), px(32))

    def minimumSizeHint(self) -> QSize:
        """Give the same room: a button is never cut."""
        return self.sizeHint()

    def _content_width(self) -> int:
        px = self._theme.px
        metrics = QFontMetrics(self._theme.font("body", "medium"))
        width = metrics.horizontalAdvance(self._shown)
        if self._icon_name:
            width += px(16) + (px(6) if self._shown else 0)
        if self.key:
            width += px(8) + key_cap_width(self.key, self._theme)
        return width

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the button."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        ink = self._theme.colour(_KINDS[self._kind][2])
        self._paint_box(painter)
        self._paint_content(painter, ink)

    def _paint_box(self, painter: QPainter) -> None:
        back, hover, _, edge = _KINDS[self._kind]
        is_hot = self.underMouse() and self.isEnabled()
        name = hover if is_hot or self.isDown() else back
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._theme.px(self._theme.radius["control"])
        painter.setPen(self._theme.colour(edge) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(name) if name else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            inner = "on_brand" if self._kind == "primary" else "focus"
            painter.setPen(QPen(self._theme.colour(inner), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), radius - 2, radius - 2)

    def _paint_content(self, painter: QPainter, ink: QColor) -> None:
        px, height = self._theme.px, self.height()
        x = (self.width() - self._content_width()) / 2
        if self._icon_name:
            side = px(16)
            draw_icon(painter, self._icon_name, ink, QRectF(x, (height - side) / 2, side, side))
            x += side + px(6)
        font = self._theme.font("body", "medium")
        width = QFontMetrics(font).horizontalAdvance(self._shown)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(
            QRectF(x, 0, width + 1, height), Qt.AlignmentFlag.AlignVCenter, self._shown
        )
        if self.key:
            cap = key_cap_width(self.key, self._theme)
            side = px(18)
            area = QRectF(x + width + px(8), (height - side) / 2, cap, side)
            draw_key_cap(painter, area, self.key, ink=ink, theme=self._theme)


def icon_button(theme: Theme, icon: str, name: str, *, key: str = "") -> KeyButton:
    """Give a square button with an icon only; `name` is what a screen reader says."""
    button = KeyButton(theme, "", icon=icon)
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({key_sign(key)})" if key else name)
    button.setShortcut(QKeySequence(key))
    return button
