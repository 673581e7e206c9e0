"""The figures above the list of invoices."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from clinicdesk.billing.records import BillingSummary
from ui.core.cards import Card
from ui.core.labels import plain_label
from ui.core.theme import Theme


def counted(count: int, noun: str, plural: str = "") -> str:
    """Give "1 payment" or "28 payments"; `plural` is for nouns that take more than an s."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


class SummaryCards(QWidget):
    """Taken today, outstanding, refunded this month."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        self.taken, self.taken_note = self._card(row, "Taken today")
        self.outstanding, self.outstanding_note = self._card(row, "Outstanding")
        self.refunded, self.refunded_note = self._card(row, "Refunded this month")

    def _card(self, row: QHBoxLayout, title: str) -> tuple[QLabel, QLabel]:
        card = Card(self._theme)
        figure, note = plain_label("—", "figure"), plain_label(" ", "faint")
        card.body.setSpacing(self._theme.px(2))
        card.body.addWidget(plain_label(title, "soft"))
        card.body.addWidget(figure)
        card.body.addWidget(note)
        row.addWidget(card, 1)
        return figure, note

    def show_summary(self, summary: BillingSummary) -> None:
        """Show other figures."""
        self.taken.setText(str(summary.taken_today))
        self.taken_note.setText(counted(summary.payments_today, "payment"))
        self.outstanding.setText(str(summary.outstanding))
        self.outstanding_note.setText(counted(summary.open_invoices, "open invoice"))
        self.refunded.setText(str(summary.refunded_this_month))
        self.refunded_note.setText("Given back to patients")
