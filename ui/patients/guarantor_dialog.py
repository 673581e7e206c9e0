"""The dialog that says who pays a patient's bills."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.patients.records import Family, PatientHit, PatientRecord
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.patient_find import PatientFind
from ui.core.session import Desk

NOBODY_CHOSEN = "Choose who pays from the list that comes while you type."
EXPLAINED = (
    "Reminders and statements go to the guarantor, whose account this patient then shares. "
    "Invoices stay in the patient's own name."
)


class GuarantorDialog(Dialog):
    """Chooses a guarantor, or the patient again; `saved` carries a sentence for the window."""

    saved = Signal(str)

    def __init__(self, host: QWidget, desk: Desk, record: PatientRecord, family: Family) -> None:
        super().__init__(host, desk.theme, title=f"Who pays for {record.name}?", note=record.number)
        self._desk, self._record, self._family = desk, record, family
        self.who = PatientFind(desk)
        self.who.edit.setAccessibleName("Guarantor")
        self.who.taken.connect(self._take)
        self.who.edit.textEdited.connect(lambda _text: self.clear_problem())
        self.nobody = KeyButton(desk.theme, f"{record.given_name or record.name} pays", key="F4")
        self.nobody.clicked.connect(lambda: self._save(None, "pays for themselves"))
        self.save = KeyButton(desk.theme, "Save", key="Return", kind="primary")
        self.save.clicked.connect(self._save_chosen)
        self._build()

    def _build(self) -> None:
        self.add_field("Guarantor", self.who, name="guarantor")
        self.body.addWidget(plain_label(EXPLAINED, "faint", wrap=True))
        cancel = KeyButton(self.theme, "Cancel", key="Escape")
        cancel.clicked.connect(self.dismiss)
        if self._family.guarantor is not None:
            self.add_button(self.nobody)
        self.footer.addStretch(1)
        self.add_button(cancel)
        self.add_button(self.save, is_default=True)

    def _take(self, _patient: PatientHit) -> None:
        self.clear_problem()
        self.save.setFocus()

    def _save_chosen(self) -> None:
        chosen = self.who.patient
        if chosen is None:
            self.show_problem(InvalidInputError(NOBODY_CHOSEN, field="guarantor"))
            return
        self._save(chosen.id, f"bills go to {chosen.name}")

    def _save(self, guarantor_id: int | None, how: str) -> None:
        families, actor, family = self._desk.services.families, self._desk.actor, self._family
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: families.set_guarantor(
                actor, family.patient_id, version=family.version, guarantor_id=guarantor_id
            ),
            done=lambda _family: self._finish(f"{self._record.name}: {how}"),
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, sentence: str) -> None:
        self.finish()
        self.saved.emit(sentence)
