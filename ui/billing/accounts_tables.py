"""The two lists of the accounts view: accounts with something in them, and overdue invoices."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Generic, TypeVar

from clinicdesk.billing.accounts.records import AccountRow, OpenInvoice
from clinicdesk.billing.overdue.records import OverdueRow
from clinicdesk.money import Money
from ui.billing.account_words import late_text, next_text, next_tone, reminded_text
from ui.core.day_text import short_day_text
from ui.core.fitting_columns import FittingColumns
from ui.core.table_model import Column, TableModel
from ui.core.table_view import TableView
from ui.core.theme import Theme, Tone

T = TypeVar("T")
ACCOUNT_WIDTHS_PX = (200, 110, 140, 120, 120, 110, 110, 110)
OVERDUE_WIDTHS_PX = (150, 180, 180, 90, 110, 100, 110, 130)
OPEN_WIDTHS_PX = (150, 160, 110, 110, 100)


def _shown(amount: Money) -> str:
    return str(amount) if amount.minor else "—"


def account_columns(today: Callable[[], date]) -> tuple[Column[AccountRow], ...]:
    """Give the columns of accounts."""
    return (
        Column("Pays", lambda row: row.name, is_strong=True),
        Column("Number", lambda row: row.number),
        Column("Phone", lambda row: row.phone or "—"),
        Column("Open", lambda row: str(row.open_invoices) if row.open_invoices else "—"),
        Column(
            "Oldest due",
            lambda row: short_day_text(row.oldest_due_on, today()) if row.oldest_due_on else "—",
        ),
        Column("Deposit", lambda row: _shown(row.balance.asked), is_right=True),
        Column("Credit", lambda row: _shown(row.balance.credit), is_right=True),
        Column("Owed", lambda row: _shown(row.balance.owed), is_right=True),
    )


def overdue_columns(today: Callable[[], date]) -> tuple[Column[OverdueRow], ...]:
    """Give the columns of overdue invoices."""
    return (
        Column("Invoice", lambda row: row.number, is_strong=True),
        Column("Pays", lambda row: row.payer_name),
        Column("Contact", lambda row: row.phone or row.email or "none"),
        Column("Due", lambda row: short_day_text(row.due_on, today())),
        Column("Late", lambda row: late_text(row.days_late)),
        Column("Owed", lambda row: str(row.due), is_right=True),
        Column("Reminded", reminded_text),
        Column("Next", next_text, tone=next_tone),
    )


OPEN_COLUMNS: tuple[Column[OpenInvoice], ...] = (
    Column("Invoice", lambda row: row.number, is_strong=True),
    Column("Patient", lambda row: row.patient_name),
    Column("Kind", lambda row: row.kind.value.capitalize()),
    Column(
        "Due",
        lambda row: late_text(row.days_late),
        tone=lambda row: Tone.BAD if row.days_late > 0 else Tone.INFO,
    ),
    Column("To pay", lambda row: str(row.due), is_right=True),
)


class KeptTable(TableView, Generic[T]):
    """A table whose selection survives a refresh; `identity` tells rows apart."""

    def __init__(
        self, theme: Theme, model: TableModel[T], *, name: str, identity: Callable[[T], object]
    ) -> None:
        super().__init__(theme, model, name=name)
        self.rows, self._identity = model, identity

    def show_rows(self, rows: Sequence[T]) -> None:
        """Show other rows: the selection stays, and the list does not jump."""
        if tuple(rows) == tuple(self.rows.records):
            return
        current = self.current_record()
        kept = None if current is None else self._identity(current)
        place = self.verticalScrollBar().value()
        self.rows.set_records(tuple(rows))
        found = [number for number, row in enumerate(rows) if self._identity(row) == kept]
        if rows:
            self.selectRow(found[0] if found else 0)
        self.verticalScrollBar().setValue(place)


def accounts_table(theme: Theme, today: Callable[[], date]) -> KeptTable[AccountRow]:
    """Make the list of accounts."""
    table = KeptTable(
        theme,
        TableModel(account_columns(today)),
        name="Accounts",
        identity=lambda row: (row.patient_id, row.balance.owed.currency),
    )
    FittingColumns(table, theme, widths_px=ACCOUNT_WIDTHS_PX, spare=(1, 3, 2))
    return table


def overdue_table(theme: Theme, today: Callable[[], date]) -> KeptTable[OverdueRow]:
    """Make the list of overdue invoices."""
    table = KeptTable(
        theme,
        TableModel(overdue_columns(today)),
        name="Overdue invoices",
        identity=lambda row: row.invoice_id,
    )
    FittingColumns(table, theme, widths_px=OVERDUE_WIDTHS_PX, spare=(3, 2))
    return table


def open_table(theme: Theme) -> KeptTable[OpenInvoice]:
    """Make the list of one account's open invoices."""
    table = KeptTable(
        theme, TableModel(OPEN_COLUMNS), name="Open invoices", identity=lambda row: row.id
    )
    FittingColumns(table, theme, widths_px=OPEN_WIDTHS_PX, spare=(2,))
    return table
