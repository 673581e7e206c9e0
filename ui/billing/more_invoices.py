"""The other open invoices of a patient and the family, to be paid at once with the main one."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from clinicdesk.billing.accounts.records import OpenInvoice
from ui.core.inputs import CheckMark
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme

ROWS_SHOWN = 4
ROW_PX = 24


def entry_text(invoice: OpenInvoice, *, main_patient_id: int) -> str:
    """Name an invoice: its number, how late it is, and whose it is where it is another's."""
    parts = [invoice.number]
    if invoice.days_late:
        days = "day" if invoice.days_late == 1 else "days"
        parts.append(f"{invoice.days_late} {days} late")
    if invoice.patient_id != main_patient_id:
        parts.append(invoice.patient_name)
    return " · ".join(parts)


class MoreInvoices(QWidget):
    """A tick and a sum for each invoice; hidden by its owner where there is none."""

    changed = Signal()

    def __init__(
        self, theme: Theme, invoices: Sequence[OpenInvoice], *, main_patient_id: int
    ) -> None:
        super().__init__()
        self._invoices = tuple(invoices)
        self.marks: list[CheckMark] = []
        rows = QWidget()
        rows.setObjectName("scrolled")
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        for number, invoice in enumerate(self._invoices):
            mark = CheckMark(theme, entry_text(invoice, main_patient_id=main_patient_id))
            mark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            mark.setToolTip(invoice.patient_name)
            mark.setAccessibleDescription(str(invoice.due))
            mark.toggled.connect(lambda _on: self.changed.emit())
            grid.addWidget(mark, number, 0)
            due = plain_label(str(invoice.due), "soft")
            due.setContentsMargins(0, 0, theme.px(12), 0)
            grid.addWidget(due, number, 1, Qt.AlignmentFlag.AlignRight)
            self.marks.append(mark)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(rows)
        area.setFixedHeight(theme.px(ROW_PX) * min(max(len(self.marks), 1), ROWS_SHOWN) + 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(section_label("Pay at once"))
        column.addWidget(area)

    @property
    def chosen(self) -> tuple[OpenInvoice, ...]:
        """The invoices that are ticked, the longest due first."""
        pairs = zip(self._invoices, self.marks, strict=True)
        return tuple(invoice for invoice, mark in pairs if mark.isChecked())

    def choose(self, ids: Collection[int]) -> None:
        """Tick the invoices with these ids and no others, without telling."""
        for invoice, mark in zip(self._invoices, self.marks, strict=True):
            mark.blockSignals(True)
            mark.setChecked(invoice.id in ids)
            mark.blockSignals(False)
            mark.update()
