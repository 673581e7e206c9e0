"""The field in which a patient is found while typing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinicdesk.patients.records import PatientHit
from ui.core.day_text import birth_text
from ui.core.hit_list import HitLine, HitList
from ui.core.session import Desk

LEAST_LETTERS = 2
MOST_HITS = 5


class PatientFind(QWidget):
    """A field over its matches; `taken` carries the PatientHit that was chosen."""

    taken = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._hits: Sequence[PatientHit] = ()
        self._is_looking = self._awaits_enter = False
        self.patient: PatientHit | None = None
        self.edit = QLineEdit()
        self.edit.setProperty("kind", "large")
        self.edit.setPlaceholderText("Name, phone or date of birth")
        self.edit.setAccessibleName("Patient")
        self.edit.textEdited.connect(self._search)
        self.edit.installEventFilter(self)
        self.list = HitList(desk.theme, name="Patients found")
        self.list.picked.connect(self._take)
        self.list.hide()
        self.setFocusProxy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.edit)
        layout.addWidget(self.list)

    def _search(self, text: str) -> None:
        self.patient, self._hits, self._awaits_enter, self._is_looking = None, (), False, False
        query, actor, patients = text.strip(), self._desk.actor, self._desk.services.patients
        if len(query) < LEAST_LETTERS:
            self.list.hide()
            return
        self._is_looking = True
        self._desk.tasks.run(
            self,
            lambda: patients.search(actor, query, limit=MOST_HITS),
            done=lambda hits: self._show(query, hits),
            newest="patients",
        )

    def _show(self, query: str, hits: Sequence[PatientHit]) -> None:
        if self.edit.text().strip() != query:
            return
        self._hits, self._is_looking = hits, False
        today = self._desk.clock.now().date()
        nobody = HitLine("Nobody found", "try another part of the name, or a phone number")
        found = [HitLine(hit.name, birth_text(hit.born_on, today)) for hit in hits]
        self.list.show_lines(found or [nobody], query)
        self.list.show()
        if self._awaits_enter:
            self._take(0)

    def _take(self, number: int) -> None:
        if self._is_looking:
            self._awaits_enter = True  # what is lit belongs to the letters before
        elif number < len(self._hits):
            self.patient = self._hits[number]
            self.edit.setText(self.patient.name)
            self.list.hide()
            self.taken.emit(self.patient)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand arrows and Enter to the matches; an early Enter waits for them."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if self.list.isVisible() and self.list.take_key(event):
                return True
            is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if is_enter and self._is_looking and not event.modifiers():
                self._awaits_enter = True
                return True
        return super().eventFilter(watched, event)
