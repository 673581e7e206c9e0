"""Fields to type and choose in, and the box that shows an error at its field."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from ui.core.buttons import draw_key_cap, key_cap_width
from ui.core.icons import draw_icon
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme


class SearchField(QLineEdit):
    """A field to search in; its key, shown at its end, puts the cursor there."""

    def __init__(self, theme: Theme, hint: str, *, key: str = "") -> None:
        super().__init__()
        self._theme, self._key = theme, key
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint.rstrip("…"))
        self.setProperty("kind", "search")
        self.setMinimumHeight(theme.px(32))
        if key:
            self.setTextMargins(0, 0, key_cap_width(key, theme) + theme.px(4), 0)
            QShortcut(QKeySequence(key), self, self._take_focus)

    def _take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and the key."""
        super().paintEvent(event)
        if self._key:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            px, width = self._theme.px, key_cap_width(self._key, self._theme)
            side = px(18)
            left = self.width() - width - px(9)
            area = QRectF(left, (self.height() - side) / 2, width, side)
            ink = self._theme.colour("ink_faint")
            draw_key_cap(painter, area, self._key, ink=ink, theme=self._theme)


class Choice(QComboBox):
    """A field that opens a list to choose one entry from."""

    def __init__(
        self, theme: Theme, *, name: str, entries: Sequence[tuple[str, object]] = ()
    ) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.set_entries(entries)

    def set_entries(self, entries: Sequence[tuple[str, object]]) -> None:
        """Offer (text, value) pairs; the value chosen before stays chosen if it is still there."""
        before = self.currentData()
        self.blockSignals(True)
        self.clear()
        for text, value in entries:
            self.addItem(text, value)
        kept = [number for number, (_, value) in enumerate(entries) if value == before]
        self.setCurrentIndex(kept[0] if kept else min(0, len(entries) - 1))
        self.blockSignals(False)
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room of a control."""
        return QSize(super().sizeHint().width(), self._theme.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the field, its text shortened to the room, and the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("focus" if self.hasFocus() else "line"), 1))
        painter.setBrush(theme.colour("panel"))
        radius = px(theme.radius["control"])
        painter.drawRoundedRect(box, radius, radius)
        side = px(14)
        area = QRectF(box.right() - side - px(9), box.center().y() - side / 2, side, side)
        draw_icon(painter, "chevron-down", theme.colour("ink_soft"), area)
        font = theme.font("body", "medium")
        painter.setFont(font)
        painter.setPen(theme.colour("ink"))
        room = box.adjusted(px(12), 0, -side - px(14), 0)
        text = QFontMetrics(font).elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)


class CheckMark(QCheckBox):
    """A box to tick; `accent` gives it a doctor's colour."""

    def __init__(self, theme: Theme, text: str, *, accent: int | None = None) -> None:
        super().__init__(text.replace("&", "&&"))
        self._theme, self._accent, self._shown = theme, accent, text
        self.setAccessibleName(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._shown = text
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Give the room for box and text."""
        px = self._theme.px
        width = QFontMetrics(self._theme.font()).horizontalAdvance(self._shown)
        return QSize(width + px(26), px(24))

    def hitButton(self, pos: object) -> bool:
        """Take a click on the box and on the text alike."""
        return bool(self.rect().contains(pos))  # type: ignore[call-overload]

    def _box_colour(self) -> QColor:
        if self._accent is None:
            return self._theme.colour("brand")
        return self._theme.palette.accent(self._accent)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box with its tick, and the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        side = px(15)
        box = QRectF(1, (self.height() - side) / 2, side, side)
        colour = self._box_colour()
        is_on = self.isChecked()
        painter.setPen(QPen(colour if is_on or self.hasFocus() else theme.colour("ink_faint"), 1.2))
        painter.setBrush(colour if is_on else theme.colour("panel"))
        painter.drawRoundedRect(box, 4, 4)
        if is_on:
            draw_icon(painter, "check", theme.colour("panel"), box.adjusted(2, 2, -2, -2))
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font())
        text = QRectF(side + px(9), 0, self.width() - side - px(9), self.height())
        metrics = QFontMetrics(theme.font())
        shown = metrics.elidedText(self._shown, Qt.TextElideMode.ElideRight, int(text.width()))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)


class FieldBox(QWidget):
    """A field under its label; an error stands under the field, in words."""

    def __init__(self, label: str, editor: QWidget) -> None:
        super().__init__()
        self.editor = editor
        self._label = section_label(label)
        self._label.setBuddy(editor)
        self._error = plain_label("", "error", wrap=True)
        self._error.hide()
        if not editor.accessibleName():
            editor.setAccessibleName(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self._label)
        layout.addWidget(editor)
        layout.addWidget(self._error)
        layout.addStretch(1)

    @property
    def error(self) -> str:
        """The sentence shown at the field; empty for none."""
        return self._error.text()

    def set_error(self, sentence: str) -> None:
        """Show `sentence` at the field; an empty one takes the error away."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.editor.setAccessibleDescription(sentence)
        self.editor.setProperty("wrong", bool(sentence))
        style: QStyle = self.editor.style()
        style.unpolish(self.editor)
        style.polish(self.editor)
