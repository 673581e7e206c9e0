"""The field in which a patient is found while typing; Enter takes the lit match."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.clock import clinic_day
from clinicdesk.patients.records import PatientHit
from clinicdesk.schedule.last_seen import LastVisit
from ui.core.day_text import birth_text, short_day_text
from ui.core.hit_list import HitLine, HitList
from ui.core.session import Desk
from ui.schedule.offers import short_doctor

LEAST_LETTERS = 2
MOST_HITS = 5


class PatientField(QWidget):
    """A field over its matches.

    `taken` tells that a patient was chosen, `typed` that the choice is open again, `new_asked`
    that what was typed is the name of somebody new.
    """

    taken = Signal()
    typed = Signal()
    new_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.is_new = False
        self._hits: Sequence[PatientHit] = ()
        self.last_visits: dict[int, LastVisit] = {}
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

    def start(self, text: str) -> None:
        """Begin with something typed already."""
        self.edit.setText(text)
        self._search(text)

    def show_patient(self, patient: PatientHit) -> None:
        """Take a patient that is known from elsewhere."""
        self.patient = patient
        self.edit.setText(patient.name)
        self.list.hide()
        self.taken.emit()

    def _search(self, text: str) -> None:
        if self.is_new:
            return
        self.patient, self._hits, self._awaits_enter, self._is_looking = None, (), False, False
        self.typed.emit()
        query, actor, services = text.strip(), self._desk.actor, self._desk.services
        if len(query) < LEAST_LETTERS:
            self.list.hide()
            return
        self._is_looking = True

        def work() -> tuple[Sequence[PatientHit], dict[int, LastVisit]]:
            hits = services.patients.search(actor, query, limit=MOST_HITS)
            return hits, services.calendar.last_visits(actor, [hit.id for hit in hits])

        self._desk.tasks.run(
            self, work, done=lambda found: self._show(query, *found), newest="patients"
        )

    def _show(
        self, query: str, hits: Sequence[PatientHit], last_visits: dict[int, LastVisit]
    ) -> None:
        if self.patient is not None or self.edit.text().strip() != query:
            return
        self._hits, self._is_looking = hits, False
        self.last_visits = last_visits
        today = self._desk.clock.now().date()
        lines = [
            HitLine(hit.name, who_is(hit, last_visits.get(hit.id), today=today)) for hit in hits
        ]
        if not lines:
            lines = [HitLine("Nobody found", "try another part of the name, or a phone number")]
        if self._desk.session.may(Action.EDIT_PATIENT):
            lines.append(HitLine(f"New patient “{query}”", key="Ctrl+Return", is_new=True))
        self.list.show_lines(lines, query)
        self.list.show()
        if self._awaits_enter and hits:
            self._take(0)

    def _take(self, number: int) -> None:
        if self._is_looking:
            self._awaits_enter = True  # what is lit belongs to the letters before
        elif number < len(self._hits):
            self.show_patient(self._hits[number])
        elif self.list.lines[number].is_new:
            self.begin_new()

    def begin_new(self) -> None:
        """Take what is typed as the name of a new patient."""
        self.is_new, self.patient = True, None
        self.list.hide()
        self.new_asked.emit()

    def begin_search(self) -> None:
        """Look for a known patient again."""
        self.is_new = False
        self._search(self.edit.text())
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand arrows and Enter to the matches; an early Enter waits for them."""
        is_press = event.type() is QEvent.Type.KeyPress
        is_open = self.patient is None and not self.is_new
        if is_press and isinstance(event, QKeyEvent) and is_open and self._take_key(event):
            return True
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        if self.list.isVisible() and self.list.take_key(event):
            return True
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        has_text = bool(self.edit.text().strip())
        if is_enter and has_text and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            if self._desk.session.may(Action.EDIT_PATIENT):
                self.begin_new()
            return True
        if is_enter and has_text and not event.modifiers():
            self._awaits_enter = True
            return True
        return False


def who_is(hit: PatientHit, last: LastVisit | None, *, today: date) -> str:
    """Tell two people of one name apart: "02 Feb 1979 (47) · ••• 0147 · last seen 12 Oct, …"."""
    seen = "never seen"
    if last is not None:
        day = clinic_day(last.starts_at, last.time_zone)
        seen = f"last seen {short_day_text(day, today)}, {short_doctor(last.doctor_name)}"
    known_by = _last_digits(hit.phone) or hit.number
    parts = (birth_text(hit.born_on, today), known_by, seen)
    return " · ".join(part for part in parts if part)


def _last_digits(phone: str) -> str:
    """Give the end of a phone number, enough to ask the caller about."""
    digits = [letter for letter in phone if letter.isdigit()]
    return f"••• {''.join(digits[-4:])}" if len(digits) >= 4 else ""
