"""The dialog that adds a patient or changes one."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError, ConflictError, InvalidInputError
from clinicdesk.patients.records import PatientRecord
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.patients.patient_form import PatientForm, details_of, merged, texts_of

KEPT = "This is what was typed before and not saved."
CHANGED = "Somebody else changed this patient meanwhile. Their changes are shown; save again."
BOTH_CHANGED = "Somebody else entered “{theirs}” meanwhile. Saving keeps what stands here."


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed for a new patient and not saved."""

    texts: tuple[tuple[str, str], ...]


class PatientDialog(Dialog):
    """Saves a new patient, or the changes to `record`.

    `saved` carries id and name. `draft_kept` carries what was typed when somebody turned away from
    a new patient, or None once nothing is left unfinished.
    """

    saved = Signal(int, str)
    draft_kept = Signal(object)

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        *,
        record: PatientRecord | None = None,
        draft: Draft | None = None,
    ) -> None:
        title = f"Edit {record.name}" if record else "New patient"
        super().__init__(host, desk.theme, title=title, width_px=620)
        self._desk, self._record = desk, record
        self._kept_note = plain_label(KEPT, "soft", wrap=True)
        self._clear = KeyButton(desk.theme, "Start empty", kind="quiet")
        self._clear.clicked.connect(self._start_empty)
        self.form = PatientForm(self, desk.theme, has_death=record is not None)
        self._empty = self.form.texts()
        if record is not None:
            self.form.fill(texts_of(record))
        elif draft is not None:
            self.form.fill(dict(draft.texts))
            self.body.insertWidget(0, self._kept_note)
        self._base = self.form.texts() if record else self._empty
        self._add_buttons(has_draft=draft is not None)

    def _add_buttons(self, *, has_draft: bool) -> None:
        if has_draft:
            self.add_button(self._clear)
        self.footer.addStretch(1)
        text = "Save" if self._record else "Add patient"
        self.save = KeyButton(self._desk.theme, text, key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._save)
        self.add_button(self.save, is_default=True)

    def dismiss(self) -> None:
        """Close, keeping what was typed for a new patient."""
        if self._record is None:
            texts = self.form.texts()
            self.draft_kept.emit(Draft(tuple(texts.items())) if texts != self._empty else None)
        super().dismiss()

    def _start_empty(self) -> None:
        self.form.fill(self._empty)
        self._kept_note.hide()
        self._clear.hide()
        self.clear_problem()

    def _save(self) -> None:
        self.clear_problem()
        this_year = self._desk.clock.now().year
        try:
            details = details_of(self.form.texts(), this_year=this_year)
        except InvalidInputError as error:
            self.show_problem(error)
            return
        patients, actor, record = self._desk.services.patients, self._desk.actor, self._record

        def work() -> int:
            if record is None:
                return patients.add(actor, details).id
            patients.change(actor, record.id, version=record.version, details=details)
            return record.id

        name = f"{details.given_name} {details.family_name}".strip()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            work,
            done=lambda patient_id: self._finish(patient_id, name),
            failed=self._show_failure,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, patient_id: int, name: str) -> None:
        self.draft_kept.emit(None)
        self.finish()
        self.saved.emit(patient_id, name)

    def _show_failure(self, error: ClinicDeskError) -> None:
        if isinstance(error, ConflictError) and self._record is not None:
            self._take_theirs(error)
        else:
            self.show_problem(error)

    def _take_theirs(self, error: ConflictError) -> None:
        patients, actor, record = self._desk.services.patients, self._desk.actor, self._record
        if record is None:
            return
        patient_id = record.id
        self._desk.tasks.run(
            self,
            lambda: patients.patient(actor, patient_id),
            done=lambda newest: self._merge(newest, error),
            failed=self.show_problem,
        )

    def _merge(self, newest: PatientRecord, error: ConflictError) -> None:
        if self._record is not None and newest.version == self._record.version:
            self.show_problem(error)
            return
        theirs = texts_of(newest)
        fields, both = merged(self._base, self.form.texts(), theirs)
        self.form.fill(fields)
        self._record, self._base = newest, theirs
        self.show_problem(ConflictError(CHANGED))
        for name, text in both.items():
            self.form.mark(name, BOTH_CHANGED.format(theirs=text or "nothing"))
