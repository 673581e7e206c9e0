"""The left side of the page: the search field and the patients it finds."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinicdesk.patients.records import PatientHit
from ui.core.labels import line, plain_label
from ui.core.theme import Theme
from ui.patients.hit_view import HitView

PANEL_PX = 340
LIST_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


def count_sentence(text: str, *, found: int, limit: int, total: int) -> str:
    """Say how many patients are shown out of all."""
    if not text and found < total:
        return f"{total:,} patients"
    first = "the first " if found == limit and found < total else ""
    noun = "patient" if total == 1 else "patients"
    return f"{first}{found:,} of {total:,} {noun}"


class SearchPanel(QWidget):
    """Searches while it is typed; up and down move in the list without leaving the field."""

    typed = Signal(str)
    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("leftpanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._widest = theme.px(PANEL_PX)
        self.setFixedWidth(self._widest)
        px = theme.px
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name, phone, date of birth or number")
        self.field.setAccessibleName("Search patients")
        self.field.setClearButtonEnabled(False)
        self.field.setMinimumHeight(px(32))
        self.field.textEdited.connect(self.typed)
        self.field.installEventFilter(self)
        self.count = plain_label("", "faint")
        self.hits = HitView(theme)
        self.hits.chosen.connect(self.chosen)
        self.nobody = plain_label("", "soft", wrap=True)
        self.nobody.setContentsMargins(px(14), px(12), px(14), 0)
        self.nobody.hide()
        head = QVBoxLayout()
        head.setContentsMargins(px(12), px(12), px(12), px(10))
        head.setSpacing(px(6))
        head.addWidget(self.field)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self.nobody)
        layout.addWidget(self.hits, 1)

    def fit_into(self, width: int) -> None:
        """Take the design's width, but no more than three eighths of the page's `width`."""
        self.setFixedWidth(min(self._widest, width * 3 // 8))

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.field.text().strip()

    def show_hits(
        self, hits: Sequence[PatientHit], *, today: date, limit: int, total: int, is_new: bool
    ) -> None:
        """Show what was found; after typing (`is_new`) the first patient is lit."""
        self.hits.show_hits(hits, today)
        self.count.setText(count_sentence(self.text, found=len(hits), limit=limit, total=total))
        self.nobody.setText(
            f"Nobody fits “{self.text}”. Part of a name, the last digits of a phone,"
            " or a date of birth is enough."
        )
        self.nobody.setVisible(bool(self.text) and not hits)
        if is_new and hits:
            self.hits.light_first()

    def search_for(self, text: str) -> None:
        """Put `text` into the field and search for it."""
        self.field.setText(text)
        self.typed.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the keys that move in the list to the list; Enter goes there, Escape clears."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.key() in LIST_KEYS:
            self.hits.keyPressEvent(event)
            return True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.hits.hits:
            self.hits.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if event.key() == Qt.Key.Key_Escape and self.field.text():
            self.search_for("")
            return True
        return super().eventFilter(watched, event)
