"""Puts an invoice together: the patient, what was done, discounts, and the sums while typing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clinicdesk.billing.invoicing.errors import (
    DiscountTooLargeError,
    InvoiceEmptyError,
    LineInvalidError,
)
from clinicdesk.billing.invoicing.records import InvoiceDraft, PricedDraft, UninvoicedVisit
from clinicdesk.billing.invoicing.rules import priced_draft
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.patients.records import PatientHit
from ui.billing.draft_lines import DraftLines
from ui.billing.invoice_desk import InvoiceDesk
from ui.core.buttons import KeyButton
from ui.core.day_text import moment_text
from ui.core.dialogs import Dialog
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.patient_find import PatientFind
from ui.core.session import Desk

NO_VISIT = "No visit"
WIDTH_PX = 980


@dataclass(frozen=True, slots=True)
class EditorSetup:
    """What the dialog needs to begin: the clinic, and what it offers."""

    clinic: ClinicRecord
    services: tuple[ServiceRecord, ...]


class PatientNotChosenError(InvalidInputError):
    """An invoice is somebody's."""

    def __init__(self) -> None:
        super().__init__("Please choose the patient.", field="patient")


class InvoiceEditor(Dialog):
    """Issues an invoice of what was typed; `issued` carries the InvoiceRecord."""

    issued = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, setup: EditorSetup) -> None:
        super().__init__(
            host, desk.theme, title="New invoice", note=setup.clinic.name, width_px=WIDTH_PX
        )
        self._desk, self._clinic = desk, setup.clinic
        # However often the button is pressed, one invoice is made.
        self._draft_key = str(uuid.uuid4())
        self._visits: Sequence[UninvoicedVisit] = ()
        self.patient = PatientFind(desk)
        self.visit = Choice(desk.theme, name="Visit", entries=[(NO_VISIT, -1)])
        self.lines = DraftLines(desk.theme)
        self.lines.offer({each.name: each for each in setup.services}, setup.clinic.currency)
        self.note_edit = QLineEdit()
        self.note_edit.setPlaceholderText("stands on the invoice, if anything")
        self.sums = plain_label("", "soft")
        self.total = plain_label("", "heading")
        self.add_line = KeyButton(desk.theme, "Add a line", key="Ctrl+L", icon="plus")
        self.button = KeyButton(desk.theme, "Issue", key="Ctrl+Return", kind="primary")
        self._build()
        self.lines.add()
        self._connect()

    def _build(self) -> None:
        px = self.theme.px
        top = QHBoxLayout()
        top.setSpacing(px(12))
        top.addWidget(self.field("Patient", self.patient, name="patient"), 3)
        top.addWidget(self.field("Visit", self.visit, name="visit"), 2)
        self.body.addLayout(top)
        self.body.addWidget(self.lines)
        below = QHBoxLayout()
        below.addWidget(self.add_line)
        below.addStretch(1)
        below.addWidget(self.sums)
        below.addWidget(self.total)
        self.body.addLayout(below)
        self.add_field("Note", self.note_edit, name="note")
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Leave", key="Escape")
        close.clicked.connect(self.dismiss)
        self.add_button(close)
        self.add_button(self.button)

    def _connect(self) -> None:
        self.patient.taken.connect(self._ask_visits)
        self.visit.activated.connect(lambda _row: self._take_visit())
        self.lines.changed.connect(self._work_out)
        self.add_line.clicked.connect(self._add_line)
        self.button.clicked.connect(self._issue)

    def _add_line(self) -> None:
        self.lines.add().what.setFocus()

    # --- the patient and the visit -----------------------------------------------------------

    def _ask_visits(self, patient: PatientHit) -> None:
        invoicing, actor, clinic_id = (
            self._desk.services.invoicing,
            self._desk.actor,
            self._clinic.id,
        )
        self.clear_problem()
        self._desk.tasks.run(
            self,
            lambda: invoicing.visits_to_invoice(actor, clinic_id=clinic_id, patient_id=patient.id),
            done=self._show_visits,
            newest="visits",
        )

    def _show_visits(self, visits: Sequence[UninvoicedVisit]) -> None:
        self._visits = visits
        entries: list[tuple[str, object]] = [
            (f"{moment_text(each.starts_at, each.time_zone)} · {each.service_name}", place)
            for place, each in enumerate(visits)
        ]
        self.visit.set_entries([*entries, (NO_VISIT, -1)])
        self.visit.setCurrentIndex(0)
        self._take_visit()
        self.lines.rows[0].what.setFocus()

    def _chosen_visit(self) -> UninvoicedVisit | None:
        place = self.visit.currentData()
        return self._visits[place] if isinstance(place, int) and place >= 0 else None

    def _take_visit(self) -> None:
        """Begin with what the visit was, unless something was typed already."""
        visit = self._chosen_visit()
        if visit is not None and not self.lines.filled():
            self.lines.clear()
            for line in visit.draft.lines:
                self.lines.add(line)

    # --- the sums --------------------------------------------------------------------------------

    def draft(self) -> InvoiceDraft:
        """Give the invoice as it was typed.

        Raises:
            PatientNotChosenError, InvoiceEmptyError, LineInvalidError: as named.
        """
        if self.patient.patient is None:
            raise PatientNotChosenError
        return self._typed(self.patient.patient.id)

    def _typed(self, patient_id: int) -> InvoiceDraft:
        lines = []
        for place, row in enumerate(self.lines.filled()):
            try:
                lines.append(row.line())
            except InvalidInputError as error:
                raise LineInvalidError(error.sentence, field=error.field, line=place) from error
        if not lines:
            raise InvoiceEmptyError
        begun = InvoiceDraft(
            self._clinic.id, patient_id, tuple(lines), note=self.note_edit.text().strip()
        )
        visit = self._chosen_visit()
        if visit is None:
            return begun
        return replace(
            begun, appointment_id=visit.draft.appointment_id, doctor_id=visit.draft.doctor_id
        )

    def _work_out(self) -> None:
        self._clear_errors()
        try:
            priced = priced_draft(self._typed(0), self._clinic.currency)
        except ClinicDeskError:
            self.sums.setText("")
            self.total.setText("")
            self.button.set_text("Issue")
            return
        self._show_sums(priced)

    def _show_sums(self, priced: PricedDraft) -> None:
        for row, line in zip(self.lines.filled(), priced.lines, strict=True):
            row.sum.setText(str(line.total))
        taxes = [
            "exempt" if group.is_exempt else f"{group.tax_basis_points / 100:g} % tax {group.tax}"
            for group in priced.taxes
            if group.is_exempt or group.tax.minor
        ]
        self.sums.setText(" · ".join([f"Net {priced.net}", *taxes]))
        self.total.setText(f"  {priced.total}")
        self.button.set_text(f"Issue {priced.total}")

    # --- issuing ---------------------------------------------------------------------------

    def _issue(self) -> None:
        self._clear_errors()
        try:
            draft = self.draft()
        except ClinicDeskError as error:
            self._show_failure(error)
            return
        invoicing, actor, key = self._desk.services.invoicing, self._desk.actor, self._draft_key
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: invoicing.issue(actor, draft, draft_key=key),
            done=self._finish,
            failed=self._show_failure,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, invoice: InvoiceRecord) -> None:
        self.finish()
        self.issued.emit(invoice)

    def _clear_errors(self) -> None:
        self.clear_problem()
        for row in self.lines.rows:
            row.clear_error()

    def _show_failure(self, error: ClinicDeskError) -> None:
        if isinstance(error, LineInvalidError):
            self.show_problem(ClinicDeskError(error.sentence))
            self.lines.filled()[error.line].show_error(error.field)
            return
        self.show_problem(error)
        if isinstance(error, DiscountTooLargeError):
            self.lines.filled()[error.line].show_error("discount")


def new_invoice(invoices: InvoiceDesk) -> None:
    """Open the dialog that puts an invoice together, at the desk's clinic."""
    desk = invoices.desk
    clinics, actor, clinic_id = desk.services.clinics, desk.actor, desk.session.clinic_id

    def work() -> EditorSetup | None:
        chosen = [each for each in clinics.clinics(actor) if each.id == clinic_id]
        return EditorSetup(chosen[0], clinics.services(actor)) if chosen else None

    def show(setup: EditorSetup | None) -> None:
        if setup is None:
            return
        dialog = InvoiceEditor(invoices.page, desk, setup)
        dialog.issued.connect(lambda invoice: _issued(invoices, invoice))
        dialog.open()

    desk.tasks.run(invoices, work, done=show, newest="open")


def _issued(invoices: InvoiceDesk, invoice: InvoiceRecord) -> None:
    invoices.tell(f"{invoice.number} issued: {invoice.total}")
    invoices.open_invoice(invoice.id)
