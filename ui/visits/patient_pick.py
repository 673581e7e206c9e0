"""The field in which the patient of a walk-in is found, or begun as somebody new."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.patients.records import PatientHit
from ui.core.day_text import birth_text
from ui.core.hit_list import HitLine, HitList
from ui.core.session import Desk

LEAST_LETTERS, MOST_HITS = 2, 5


class PatientPick(QWidget):
    """A field over its matches. `taken` tells that a patient stands, `typed` that none does yet.

    `new_asked` tells that what was typed is the name of somebody new.
    """

    taken = Signal()
    typed = Signal()
    new_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._hits: Sequence[PatientHit] = ()
        self._awaits_enter = False
        self.patient: PatientHit | None = None
        self.is_new = False
        self.edit = QLineEdit()
        self.edit.setProperty("kind", "large")
        self.edit.setPlaceholderText("Name, phone or date of birth")
        self.edit.setAccessibleName("Patient")
        self.edit.textEdited.connect(self._search)
        self.edit.installEventFilter(self)
        self.list = HitList(desk.theme, name="Patients found")
        self.list.picked.connect(self._pick)
        self.list.hide()
        self.setFocusProxy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.edit)
        layout.addWidget(self.list)

    def take(self, patient: PatientHit) -> None:
        """Let a patient stand."""
        self.patient, self.is_new = patient, False
        self.edit.setText(patient.name)
        self.list.hide()
        self.taken.emit()

    def _search(self, text: str) -> None:
        self.patient, self._hits, self._awaits_enter, self.is_new = None, (), False, False
        self.typed.emit()
        query, actor, services = text.strip(), self._desk.actor, self._desk.services
        if len(query) < LEAST_LETTERS:
            self.list.hide()
            return
        self._desk.tasks.run(
            self,
            lambda: services.patients.search(actor, query, limit=MOST_HITS),
            done=lambda hits: self._show(query, hits),
            newest="patients",
        )

    def _show(self, query: str, hits: Sequence[PatientHit]) -> None:
        if self.patient is not None or self.edit.text().strip() != query:
            return
        self._hits = hits
        today = self._desk.clock.now().date()
        lines = [HitLine(hit.name, birth_text(hit.born_on, today)) for hit in hits]
        if self._desk.session.may(Action.EDIT_PATIENT):
            lines.append(HitLine(f"New patient “{query}”", key="Ctrl+Return", is_new=True))
        self.list.show_lines(lines, query)
        self.list.setVisible(bool(lines))
        if self._awaits_enter and hits:
            self._pick(0)

    def _pick(self, number: int) -> None:
        if number < len(self._hits):
            self.take(self._hits[number])
        elif self.list.lines:
            self._begin_new()

    def _begin_new(self) -> None:
        self.is_new = True
        self.list.hide()
        self.new_asked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand arrows and Enter to the matches; an early Enter waits for them."""
        is_press = event.type() is QEvent.Type.KeyPress
        if not is_press or not isinstance(event, QKeyEvent) or self.is_new or self.patient:
            return super().eventFilter(watched, event)
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            if self.edit.text().strip() and self._desk.session.may(Action.EDIT_PATIENT):
                self._begin_new()
            return True
        if self.list.isVisible() and self.list.take_key(event):
            return True
        self._awaits_enter = is_enter
        return is_enter
