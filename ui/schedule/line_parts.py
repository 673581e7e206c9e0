"""Shows under a typed line what each of its words was taken for."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.schedule.typed_line import Meaning, Part
from ui.core.theme import Theme

SILENT = frozenset({Meaning.FILLER})


class LineParts(QWidget):
    """A row of small marks: the words, and their meaning in words; strange ones stand out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._marks: tuple[tuple[str, bool], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the line means")

    @property
    def marks(self) -> tuple[str, ...]:
        """What is shown."""
        return tuple(text for text, _ in self._marks)

    def show_parts(self, parts: Sequence[Part], *, notes: Sequence[str] = ()) -> None:
        """Show what each part means, and what is taken for granted besides."""
        shown = [
            (f"{part.text} · {part.meaning.value}", part.meaning is Meaning.UNKNOWN)
            for part in parts
            if part.meaning not in SILENT
        ]
        self._marks = (*shown, *((note, False) for note in notes))
        self.setAccessibleDescription(", ".join(self.marks))
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room of one row."""
        return QSize(self._theme.px(320), self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the marks, as many as there is room for."""
        painter, theme, px = QPainter(self), self._theme, self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font("small", "medium")
        metrics, left = QFontMetricsF(font), 0.0
        painter.setFont(font)
        for text, is_strange in self._marks:
            width = metrics.horizontalAdvance(text) + px(16)
            if left + width > self.width():
                break
            area = QRectF(left, 1, width, self.height() - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("warning_soft" if is_strange else "line_soft"))
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
            painter.setPen(theme.colour("warning_ink" if is_strange else "ink_soft"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
            left += width + px(6)
