"""The view of the payment journal: what became of every attempt, refund and link."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.changes import Topic
from clinicdesk.clock import clinic_day
from clinicdesk.payments.journal.records import (
    JournalEntry,
    JournalKind,
    OpenQuestions,
    Outcome,
)
from ui.billing.accounts_tables import KeptTable
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.summary_cards import counted
from ui.billing.view import BillingView
from ui.core.buttons import KeyButton
from ui.core.clinic_today import clinic_zone
from ui.core.day_text import short_moment_text
from ui.core.fitting_columns import FittingColumns
from ui.core.inputs import SearchField
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.table_card import TableCard
from ui.core.table_model import Column, TableModel
from ui.core.tasks import Lane
from ui.core.theme import Theme, Tone

SHOWN: tuple[tuple[str, frozenset[JournalKind]], ...] = (
    ("All", frozenset(JournalKind)),
    ("In question", frozenset(JournalKind)),
    ("Payments", frozenset({JournalKind.PAYMENT})),
    ("Refunds", frozenset({JournalKind.REFUND})),
    ("Links", frozenset({JournalKind.LINK})),
)
IN_QUESTION = 1
MOST_ROWS = 200
NOTHING = "Nothing was taken or given back yet."
NOT_FOUND = "Nothing in the journal fits that."
NO_QUESTIONS = "Nothing is in question: of every payment and refund it is known what became of it."
TONES = {
    Outcome.DONE: Tone.GOOD,
    Outcome.OPEN: Tone.INFO,
    Outcome.IN_DOUBT: Tone.BAD,
    Outcome.NOT_DONE: Tone.QUIET,
    Outcome.CAME_BACK: Tone.WARNING,
}
WIDTHS_PX = (110, 96, 145, 150, 150, 95, 135, 300)
LEAST_NEEDED = (7, 1, 4)


@dataclass(frozen=True, slots=True)
class _Listed:
    entries: tuple[JournalEntry, ...]
    time_zone: str
    today: date


def journal_table(theme: Theme, when: Callable[[JournalEntry], str]) -> KeptTable[JournalEntry]:
    """Make the list of the journal; `when` gives an entry's moment in words."""
    columns: tuple[Column[JournalEntry], ...] = (
        Column("When", when),
        Column("Kind", lambda row: row.kind.value),
        Column("Invoice", lambda row: row.invoice_number, is_strong=True),
        Column("Patient", lambda row: row.patient_name),
        Column("Means", lambda row: row.means[:1].upper() + row.means[1:]),
        Column("Amount", lambda row: str(row.amount), is_right=True),
        Column("State", lambda row: row.state, tone=lambda row: TONES[row.outcome]),
        Column("In words", lambda row: row.sentence),
    )
    table = KeptTable(
        theme,
        TableModel(columns),
        name="Payment journal",
        identity=lambda row: (row.kind, row.id),
    )
    FittingColumns(table, theme, widths_px=WIDTHS_PX, spare=LEAST_NEEDED)
    return table


class JournalView(BillingView):
    """Lists the clinic's journal, what is in question first; Look now asks the provider."""

    title: ClassVar[str] = "Journal"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.INVOICE, Topic.PAYMENT, Topic.CLINIC})

    def __init__(self, invoices: InvoiceDesk) -> None:
        super().__init__(invoices)
        theme = self.desk.theme
        self._time_zone, self._today = "UTC", date.min
        self.filter = Segmented(theme, [label for label, _ in SHOWN], name="Shown")
        self.search = SearchField(theme, "Invoice number or patient", key="Ctrl+F")
        self.count = plain_label("", "faint")
        self.table = journal_table(theme, self._when)
        self.sentence = plain_label("", "soft", wrap=True)
        self.look = KeyButton(theme, "Look now", key="K")
        self.open_button = KeyButton(theme, "Open invoice", key="", kind="primary")
        self._card = TableCard(theme, self.table, empty=NOTHING)
        self._build()
        self.filter.chosen.connect(lambda _number: self.refresh())
        self.search.textEdited.connect(lambda _text: self.refresh())
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(lambda row: invoices.open_invoice(row.invoice_id))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._tell_selected())
        self.look.clicked.connect(self._look_now)
        self.open_button.clicked.connect(self._open_selected)

    def _build(self) -> None:
        px = self.desk.theme.px
        find = QHBoxLayout()
        find.setSpacing(px(12))
        self.search.setMaximumWidth(px(340))
        find.addWidget(self.filter)
        find.addWidget(self.search, 1)
        find.addStretch(1)
        find.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(14))
        layout.addLayout(find)
        layout.addWidget(self._card, 1)
        layout.addWidget(self.sentence)

    def top_actions(self) -> Sequence[KeyButton]:
        """Give Look now and Open invoice."""
        return (self.look, self.open_button)

    def is_usable(self, button: KeyButton) -> bool:
        """Tell whether the person signed in may use a button."""
        return button is not self.look or self.desk.session.may(Action.TAKE_PAYMENT)

    def first_focus(self) -> QWidget:
        """Begin in the list."""
        return self.table

    def invoice_id(self) -> int | None:
        """Give the invoice of the selected entry."""
        row = self.table.current_record()
        return None if row is None else int(row.invoice_id)

    def refresh(self) -> None:
        """Ask the journal anew."""
        services, actor = self.desk.services, self.desk.actor
        clinic_id, text = self.desk.session.clinic_id, self.search.text().strip()
        number = self.filter.current
        if clinic_id is None:
            return

        def work() -> _Listed:
            entries = services.journal.entries(
                actor,
                clinic_id,
                kinds=SHOWN[number][1],
                only_questions=number == IN_QUESTION,
                text=text,
                limit=MOST_ROWS,
            )
            zone = clinic_zone(self.desk, actor, clinic_id)
            return _Listed(entries, zone, clinic_day(self.desk.clock.now(), zone))

        self.desk.tasks.run(self, work, done=self._show_listed, newest="journal")

    def _show_listed(self, listed: _Listed) -> None:
        self._time_zone, self._today = listed.time_zone, listed.today
        number, is_searched = self.filter.current, bool(self.search.text().strip())
        usual = NO_QUESTIONS if number == IN_QUESTION else NOTHING
        self._card.set_empty_text(NOT_FOUND if is_searched else usual)
        self.table.show_rows(listed.entries)
        newest = "the newest " if len(listed.entries) == MOST_ROWS else ""
        self.count.setText(newest + counted(len(listed.entries), "entry", "entries"))
        self._tell_selected()

    def _tell_selected(self) -> None:
        row = self.table.current_record()
        self.sentence.setText(f"{row.invoice_number}: {row.sentence}" if row else "")
        self.open_button.setEnabled(row is not None)

    def _when(self, entry: JournalEntry) -> str:
        return short_moment_text(entry.at, self._time_zone, self._today)

    def _open_selected(self) -> None:
        invoice_id = self.invoice_id()
        if invoice_id is not None:
            self.invoices.open_invoice(invoice_id)

    def _look_now(self) -> None:
        journal, actor = self.desk.services.journal, self.desk.actor
        self.look.setEnabled(False)
        self.desk.tasks.run(
            self,
            lambda: journal.look_now(actor),
            done=self._tell_looked,
            settled=lambda: self.look.setEnabled(True),
            lane=Lane.NETWORK,
        )

    def _tell_looked(self, questions: OpenQuestions) -> None:
        left = questions.in_doubt
        self.invoices.tell(
            f"{counted(left, 'entry', 'entries')} not known yet; it goes on being checked"
            if left
            else "Of every payment and refund it is known what became of it"
        )
        self.refresh()
