"""The view of accounts: who owes or has credit, and which invoices are overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.billing.accounts.records import AccountRow
from clinicdesk.billing.overdue.records import OverdueRow
from clinicdesk.changes import Topic
from clinicdesk.documents.records import Paper
from ui.billing.account_desk import open_account
from ui.billing.accounts_tables import accounts_table, overdue_table
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.overdue_dialog import RemindDialog, Reminded, reminded_sentence
from ui.billing.paper_desk import PaperJob, show_paper
from ui.billing.summary_cards import counted
from ui.billing.view import BillingView
from ui.core.buttons import KeyButton
from ui.core.cards import EmptyView
from ui.core.clinic_today import clinic_today
from ui.core.inputs import SearchField
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.table_card import TableCard

MOST_ROWS = 200
NO_ACCOUNTS = "Nobody owes anything, and nobody has credit"
NO_ACCOUNTS_NOTE = "Whoever does stands here: families by the one who pays."
NO_OVERDUE = "No invoice is overdue at this clinic"
NO_OVERDUE_NOTE = "The day after an invoice was due it stands here, to be reminded of."
NOT_FOUND = "No account fits that."
OVERDUE = 1


@dataclass(frozen=True, slots=True)
class _Listed:
    accounts: tuple[AccountRow, ...]
    overdue: tuple[OverdueRow, ...]
    today: date


class AccountsView(BillingView):
    """Lists accounts, or with the filter the clinic's overdue invoices with their reminders."""

    title: ClassVar[str] = "Accounts"
    topics: ClassVar[frozenset[Topic]] = frozenset(
        {Topic.INVOICE, Topic.PAYMENT, Topic.PATIENT, Topic.CLINIC}
    )

    def __init__(self, invoices: InvoiceDesk) -> None:
        super().__init__(invoices)
        theme = self.desk.theme
        self._today, self._is_listed = date.min, False
        self.filter = Segmented(theme, ("All accounts", "Overdue"), name="Shown")
        self.search = SearchField(theme, "Patient or number", key="Ctrl+F")
        self.count = plain_label("", "faint")
        self.accounts = accounts_table(theme, lambda: self._today)
        self.overdue = overdue_table(theme, lambda: self._today)
        self.remind = KeyButton(theme, "Remind", key="R")
        self.account = KeyButton(theme, "Account", key="", kind="primary")
        self.take = KeyButton(theme, "Take payment", key="P", kind="primary")
        self._stack = QStackedWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        px, theme = self.desk.theme.px, self.desk.theme
        find = QHBoxLayout()
        find.setSpacing(px(12))
        self.search.setMaximumWidth(px(340))
        find.addWidget(self.filter)
        find.addWidget(self.search, 1)
        find.addStretch(1)
        find.addWidget(self.count)
        for table, empty in ((self.accounts, NOT_FOUND), (self.overdue, "")):
            self._stack.addWidget(TableCard(theme, table, empty=empty))
        self._stack.addWidget(EmptyView(NO_ACCOUNTS, NO_ACCOUNTS_NOTE))
        self._stack.addWidget(EmptyView(NO_OVERDUE, NO_OVERDUE_NOTE))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(14))
        layout.addLayout(find)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.filter.chosen.connect(self._show_kind)
        self.search.textEdited.connect(lambda _text: self.refresh())
        self.search.returnPressed.connect(lambda: self.first_focus().setFocus())
        self.accounts.opened.connect(lambda row: open_account(self.invoices, row.patient_id))
        self.overdue.opened.connect(lambda row: self.invoices.open_invoice(row.invoice_id))
        self.account.clicked.connect(self._open_selected)
        self.remind.clicked.connect(self._remind_selected)
        self.take.clicked.connect(self._take_selected)

    # --- what the page asks ----------------------------------------------------------------

    @property
    def is_overdue(self) -> bool:
        """Whether overdue invoices are shown."""
        return self.filter.current == OVERDUE

    def top_actions(self) -> Sequence[KeyButton]:
        """Give Remind, Account and Take payment."""
        return (self.remind, self.account, self.take)

    def is_usable(self, button: KeyButton) -> bool:
        """Tell whether a button serves what is shown, for the person signed in."""
        may = self.desk.session.may
        if button is self.account:
            return not self.is_overdue
        needed = Action.INVOICE if button is self.remind else Action.TAKE_PAYMENT
        return self.is_overdue and may(needed)

    def first_focus(self) -> QWidget:
        """Begin in the list, where each key is an action."""
        return self.overdue if self.is_overdue else self.accounts

    def invoice_id(self) -> int | None:
        """Give the overdue invoice that is selected."""
        row = self.overdue.current_record() if self.is_overdue else None
        return None if row is None else int(row.invoice_id)

    def refresh(self) -> None:
        """Ask both lists anew."""
        services, actor = self.desk.services, self.desk.actor
        clinic_id, text = self.desk.session.clinic_id, self.search.text().strip()
        if clinic_id is None:
            return

        def work() -> _Listed:
            accounts = services.accounts.accounts(actor, text=text, limit=MOST_ROWS)
            overdue = services.overdue.overdue(actor, clinic_id)
            return _Listed(accounts, overdue, clinic_today(self.desk, actor, clinic_id))

        self.desk.tasks.run(self, work, done=self._show_listed, newest="accounts")

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the buttons of what is shown."""
        super().showEvent(event)
        self._offer_buttons()

    # --- what is shown ---------------------------------------------------------------------

    def _show_listed(self, listed: _Listed) -> None:
        self._today = listed.today
        self.accounts.show_rows(listed.accounts)
        self.overdue.show_rows(listed.overdue)
        self._is_listed = True
        self._show_kind(self.filter.current)

    def _show_count(self) -> None:
        if self.is_overdue:
            self.count.setText(counted(self.overdue.rows.rowCount(), "overdue invoice"))
        else:
            self.count.setText(counted(self.accounts.rows.rowCount(), "account"))

    def _show_kind(self, number: int) -> None:
        self._stack.setCurrentIndex(number + (2 if self._is_empty(number) else 0))
        self.search.setVisible(number != OVERDUE)
        self._show_count()
        self._offer_buttons()

    def _is_empty(self, number: int) -> bool:
        """Tell whether there is nothing to list, whatever would be searched for."""
        if number == OVERDUE:
            return self._is_listed and not self.overdue.rows.rowCount()
        is_searched = bool(self.search.text().strip())
        return self._is_listed and not is_searched and not self.accounts.rows.rowCount()

    def _offer_buttons(self) -> None:
        for button in self.top_actions():
            if button.parentWidget() is not None:  # without a parent it would be a window
                button.setVisible(self.is_usable(button))

    # --- what is done ----------------------------------------------------------------------

    def _open_selected(self) -> None:
        row = self.accounts.current_record()
        if row is not None:
            open_account(self.invoices, row.patient_id)

    def _take_selected(self) -> None:
        invoice_id = self.invoice_id()
        if invoice_id is not None:
            self.invoices.take_payment(invoice_id)

    def _remind_selected(self) -> None:
        row = self.overdue.current_record()
        if row is not None:
            dialog = RemindDialog(self, self.desk, row)
            dialog.reminded.connect(self._tell_reminded)
            dialog.open()

    def _tell_reminded(self, done: Reminded) -> None:
        if done.reminder is not None:
            self.invoices.tell(reminded_sentence(done.reminder))
        if done.letter is not None:
            letter = done.letter
            job = PaperJob(Paper.PAYMENT_REMINDER, 0, "Reminder", lambda: letter)
            show_paper(self.invoices.page, self, self.invoices.tell, lambda: job)
