"""The page of patients: finding one, seeing the record, adding, changing and importing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from clinicdesk.patients.records import PatientHit, PatientRecord
from ui.core.buttons import KeyButton
from ui.core.cards import EmptyView
from ui.core.clinic_today import clinic_today
from ui.core.page import Page
from ui.core.session import Desk
from ui.patients.guarantor_dialog import GuarantorDialog
from ui.patients.import_dialog import ImportDialog
from ui.patients.patient_dialog import Draft, PatientDialog
from ui.patients.record_view import RecordView
from ui.patients.search_panel import SearchPanel
from ui.patients.sheet import PatientSheet, sheet_reader

MOST_HITS = 50
MOST_SEEN = 12
NOBODY_YET = "Import a list from the program you used before, or add the first one."


@dataclass(frozen=True, slots=True)
class _Found:
    hits: tuple[PatientHit, ...]
    total: int
    today: date


class PatientsPage(Page):
    """Finds patients while a name is typed, and shows the record of one."""

    topics = frozenset({Topic.PATIENT, Topic.APPOINTMENT, Topic.INVOICE, Topic.PAYMENT})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Patients")
        theme = desk.theme
        self._patient_id: int | None = None
        self._is_typed_anew = False
        self._found: _Found | None = None
        self._sheet: PatientSheet | None = None
        self._draft: Draft | None = None
        self._actor = desk.actor
        self._seen: dict[int, PatientHit] = {}
        self.panel, self.record = SearchPanel(theme), RecordView(theme)
        self.import_button = KeyButton(theme, "Import", icon="import")
        self.new_button = KeyButton(theme, "New patient", key="Ctrl+Shift+N", kind="primary")
        self._stack, self._right = QStackedWidget(), QStackedWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        first = KeyButton(self.desk.theme, "Add the first patient", kind="primary")
        first.clicked.connect(self.add_patient)
        self._nobody_yet = EmptyView("No patients yet", NOBODY_YET, first)
        choose = "Type a part of a name, the last digits of a phone, or a date of birth."
        self._nobody_chosen = EmptyView("Choose a patient", choose)
        both = QWidget()
        row = QHBoxLayout(both)
        row.addWidget(self.panel)
        row.addWidget(self._right, 1)
        self._right.addWidget(self._nobody_chosen)
        self._right.addWidget(self.record)
        self._stack.addWidget(both)
        self._stack.addWidget(self._nobody_yet)
        layout = QHBoxLayout(self)
        layout.addWidget(self._stack)
        for each in (row, layout):
            each.setContentsMargins(0, 0, 0, 0)
            each.setSpacing(0)

    def _connect(self) -> None:
        self.panel.typed.connect(lambda _text: self._search_typed())
        self.panel.chosen.connect(self.show_patient)
        self.record.edit_asked.connect(self.edit_patient)
        self.record.book_asked.connect(self._ask_booking)
        self.record.family.guarantor_asked.connect(self.set_guarantor)
        self.import_button.clicked.connect(self.import_list)
        self.new_button.clicked.connect(self.add_patient)
        self.desk.session.changed.connect(self._forget)

    # --- what the window asks --------------------------------------------------------------

    def top_actions(self) -> Sequence[KeyButton]:
        """Give Import, for who may, and New patient."""
        return (self.import_button, self.new_button)

    def first_focus(self) -> QWidget:
        """Begin in the search field."""
        return self.panel.field

    def open_item(self, kind: str, item_id: int) -> None:
        """Show the record of a patient."""
        if kind == "patient":
            self.panel.field.clear()
            self._search()
            self.show_patient(item_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the record."""
        super().resizeEvent(event)
        self.panel.fit_into(event.size().width())

    def refresh(self) -> None:
        """Ask list and record anew."""
        may = self.desk.session.may
        self.import_button.setVisible(may(Action.IMPORT_PATIENTS))
        self.new_button.setEnabled(may(Action.EDIT_PATIENT))
        self.record.edit.setEnabled(may(Action.EDIT_PATIENT))
        self.record.book.setEnabled(may(Action.BOOK))
        self.record.family.button.setEnabled(may(Action.EDIT_PATIENT))
        self._search()
        if self._patient_id is not None:
            self._read(self._patient_id)

    # --- finding ---------------------------------------------------------------------------

    def _search_typed(self) -> None:
        # A refresh may overtake this search: the first patient is lit by whichever comes last.
        self._is_typed_anew = True
        self._search()

    def _search(self) -> None:
        services, actor = self.desk.services, self.desk.actor
        text, clinic_id = self.panel.text, self.desk.session.clinic_id

        def work() -> _Found:
            hits = services.patients.search(actor, text, limit=MOST_HITS)
            today = clinic_today(self.desk, actor, clinic_id)
            return _Found(tuple(hits), services.patients.count(actor), today)

        self.desk.tasks.run(self, work, done=self._show_found, newest="search")

    def _show_found(self, found: _Found) -> None:
        self._stack.setCurrentIndex(0 if found.total else 1)
        self._found = found
        is_typed = bool(self.panel.text)
        self.panel.show_hits(
            found.hits if is_typed else tuple(reversed(self._seen.values())),
            today=found.today,
            limit=MOST_HITS,
            total=found.total,
            is_new=self._is_typed_anew and is_typed,
        )
        self._is_typed_anew = False

    def _forget(self) -> None:
        """Show nothing of what the person before looked at."""
        if self.desk.actor != self._actor:
            self._actor = self.desk.actor
            self._seen.clear()
            self._sheet = self._patient_id = self._draft = None
            self.panel.field.clear()
            self._right.setCurrentWidget(self._nobody_chosen)

    def _remember(self, record: PatientRecord) -> None:
        """Keep who was looked at, to be shown while nothing is searched for."""
        self._seen[record.id] = PatientHit(
            record.id, record.number, record.name, record.born_on, record.phone
        )
        while len(self._seen) > MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        if self._found is not None and not self.panel.text:
            self._show_found(self._found)

    # --- the record ------------------------------------------------------------------------

    def show_patient(self, patient_id: int) -> None:
        """Show the record of a patient."""
        self._patient_id = patient_id
        self._read(patient_id)

    def _read(self, patient_id: int) -> None:
        work = sheet_reader(self.desk, patient_id)
        self.desk.tasks.run(self, work, done=self._show_sheet, newest="record")

    def _show_sheet(self, sheet: PatientSheet) -> None:
        if sheet.record.id != self._patient_id:
            return
        self._sheet = sheet
        self._remember(sheet.record)
        self.record.show_sheet(sheet)
        self._right.setCurrentWidget(self.record)
        self.panel.hits.light(sheet.record.id)

    def _ask_booking(self) -> None:
        if self._sheet is not None:
            self.booking_asked.emit(self._sheet.record.id)

    # --- adding, changing, importing -------------------------------------------------------

    def add_patient(self) -> None:
        """Open the dialog for a new patient, with what was left unfinished."""
        dialog = PatientDialog(self, self.desk, draft=self._draft)
        dialog.draft_kept.connect(self._keep_draft)
        dialog.saved.connect(lambda patient_id, name: self._show_saved(patient_id, f"{name} added"))
        dialog.open()

    def edit_patient(self) -> None:
        """Open the dialog for the patient shown."""
        if self._sheet is not None:
            dialog = PatientDialog(self, self.desk, record=self._sheet.record)
            dialog.saved.connect(
                lambda patient_id, name: self._show_saved(patient_id, f"{name} saved")
            )
            dialog.open()

    def set_guarantor(self) -> None:
        """Open the dialog that says who pays for the patient shown."""
        sheet = self._sheet
        if sheet is not None:
            dialog = GuarantorDialog(self, self.desk, sheet.record, sheet.family)
            dialog.saved.connect(lambda sentence: self._show_saved(sheet.record.id, sentence))
            dialog.open()

    def import_list(self) -> None:
        """Open the import of a list."""
        dialog = ImportDialog(self, self.desk)
        dialog.imported.connect(self.message_posted)
        dialog.open()

    def _keep_draft(self, draft: Draft | None) -> None:
        self._draft = draft

    def _show_saved(self, patient_id: int, sentence: str) -> None:
        self.message_posted.emit(sentence)
        self.show_patient(patient_id)
