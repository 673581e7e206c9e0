"""The list of invoices: its columns, and a selection that survives a refresh."""

from collections.abc import Callable, Sequence
from datetime import date

from clinicdesk.billing.records import InvoiceRow, InvoiceState
from ui.core.day_text import short_day_text
from ui.core.fitting_columns import FittingColumns
from ui.core.table_model import Column, TableModel
from ui.core.table_view import TableView
from ui.core.theme import Theme, Tone

STATE_TONES = {
    InvoiceState.DUE: Tone.WARNING,
    InvoiceState.OVERDUE: Tone.BAD,
    InvoiceState.PART_PAID: Tone.INFO,
    InvoiceState.PAID: Tone.GOOD,
    InvoiceState.REFUNDED: Tone.QUIET,
    InvoiceState.CREDITED: Tone.QUIET,
}
WIDTHS_PX = (150, 90, 190, 170, 100, 100, 120)
LEAST_NEEDED = (3, 1)


def state_word(state: InvoiceState) -> str:
    """Give the word of an invoice's pill."""
    return state.value.capitalize()


def columns(today: Callable[[], date]) -> tuple[Column[InvoiceRow], ...]:
    """Give the columns; days of this year are told without the year."""
    return (
        Column("Invoice", lambda row: row.number, is_strong=True),
        Column("Date", lambda row: short_day_text(row.issued_on, today())),
        Column("Patient", lambda row: row.patient_name),
        Column("Doctor", lambda row: row.doctor_name or "—"),
        Column("Total", lambda row: str(row.total), is_right=True),
        Column("Due", lambda row: str(row.due), is_right=True),
        Column(
            "Status", lambda row: state_word(row.state), tone=lambda row: STATE_TONES[row.state]
        ),
    )


class InvoiceTable(TableView):
    """Shows invoices, newest first."""

    def __init__(self, theme: Theme) -> None:
        self.invoices: TableModel[InvoiceRow] = TableModel(columns(lambda: self._today))
        super().__init__(theme, self.invoices, name="Invoices")
        self._today = date.min
        self._awaited: int | None = None
        FittingColumns(self, theme, widths_px=WIDTHS_PX, spare=LEAST_NEEDED)

    def current_id(self) -> int | None:
        """Give the id of the selected invoice, None for none."""
        record = self.current_record()
        return record.id if record is not None else None

    def show_rows(self, rows: Sequence[InvoiceRow], today: date) -> None:
        """Show other rows: the selection stays, and the list does not jump."""
        self._today = today
        if tuple(rows) == tuple(self.invoices.records):
            return
        kept, place = self.current_id(), self.verticalScrollBar().value()
        self.invoices.set_records(tuple(rows))
        if self._awaited is not None and self._select_row(self._awaited):
            return
        if not self._select_row(kept) and rows:
            self.selectRow(0)
        self.verticalScrollBar().setValue(place)

    def select(self, invoice_id: int) -> None:
        """Select an invoice, now or as soon as the list brings it: one just made comes later."""
        if not self._select_row(invoice_id):
            self._awaited = invoice_id

    def _select_row(self, invoice_id: int | None) -> bool:
        for number, row in enumerate(self.invoices.records):
            if row.id == invoice_id:
                self._awaited = None
                self.selectRow(number)
                return True
        return False
