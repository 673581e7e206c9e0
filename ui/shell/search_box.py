"""The one search: hits appear under the field while typing, Enter opens the lit one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.errors import ClinicDeskError
from ui.core.hit_list import HitLine, HitList
from ui.core.tasks import Tasks
from ui.core.theme import Theme

LEAST_LETTERS = 2
MOST_HITS = 8


@dataclass(frozen=True, slots=True)
class SearchHit:
    """Something found: its line, and what opens it (kind and id)."""

    title: str
    detail: str
    kind: str
    item_id: int


Search = Callable[[str], Sequence[SearchHit]]


class SearchBox(QObject):
    """Searches while somebody types in `field`; `opened` carries kind and id of the hit chosen."""

    opened = Signal(str, int)

    def __init__(self, theme: Theme, tasks: Tasks, field: QLineEdit, host: QWidget) -> None:
        super().__init__(field)
        self._theme, self._tasks, self._field, self._host = theme, tasks, field, host
        self._search: Search | None = None
        self._hits: Sequence[SearchHit] = ()
        self._is_looking = self._awaits_enter = False
        self.list = HitList(theme, name="Found")
        self.list.setParent(host)
        self.list.hide()
        self.list.picked.connect(self._open)
        field.textEdited.connect(self._typed)
        field.installEventFilter(self)

    def set_search(self, search: Search | None) -> None:
        """Search with another function; it runs beside the window."""
        self._search = search
        self._close()

    def _typed(self, text: str) -> None:
        query = text.strip()
        search = self._search
        if search is None or len(query) < LEAST_LETTERS:
            self._close()
            return
        self._is_looking, self._awaits_enter = True, False
        self._tasks.run(
            self,
            lambda: search(query),
            done=lambda hits: self._show(query, hits),
            failed=self._fail,
            newest="search",
        )

    def _show(self, query: str, hits: Sequence[SearchHit]) -> None:
        if not self._field.hasFocus() or self._field.text().strip() != query:
            return
        self._hits, self._is_looking = hits[:MOST_HITS], False
        lines = [HitLine(hit.title, hit.detail) for hit in self._hits]
        self.list.show_lines(lines or [HitLine("Nothing found", "try part of a name")], query)
        self._place()
        self.list.show()
        self.list.raise_()
        if self._awaits_enter:
            self._open(0)

    def _fail(self, error: ClinicDeskError) -> None:
        self._hits, self._is_looking = (), False
        self.list.show_lines([HitLine(error.title, error.sentence)], "")
        self._place()
        self.list.show()

    def _place(self) -> None:
        width = max(self._field.width(), self._theme.px(420))
        corner = self._field.mapTo(
            self._host, QPoint(self._field.width(), self._field.height() + 6)
        )
        self.list.setGeometry(corner.x() - width, corner.y(), width, self.list.sizeHint().height())

    def _open(self, number: int) -> None:
        if self._is_looking:
            self._awaits_enter = True  # what is lit belongs to the letters before
        elif number < len(self._hits):
            hit = self._hits[number]
            self._field.clear()
            self._close()
            self.opened.emit(hit.kind, hit.item_id)

    def _close(self) -> None:
        self._hits, self._is_looking, self._awaits_enter = (), False, False
        self.list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the field's arrow keys and Enter to the list; Escape and leaving close it."""
        if event.type() is QEvent.Type.FocusOut:
            self._close()
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._field.clear()
                self._close()
                return True
            if self.list.isVisible() and self.list.take_key(event):
                return True
            if self._is_looking and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._awaits_enter = True
                return True
        return super().eventFilter(watched, event)
