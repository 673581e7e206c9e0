"""The account of a family over the window: balance, open invoices, credit, and what comes next."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from clinicdesk.billing.accounts.records import Account, AccountLine
from ui.billing.account_words import (
    aside_text,
    member_text,
    owed_text,
    source_text,
    sum_to_pay,
)
from ui.billing.accounts_tables import open_table
from ui.billing.credit_dialog import usable_credits
from ui.core.buttons import KeyButton
from ui.core.day_text import day_text
from ui.core.dialogs import Dialog
from ui.core.fact_rows import FactRows
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk
from ui.core.table_card import TableCard


def line_fact(line: AccountLine) -> tuple[str, str]:
    """Give one entry as a row: "24 Nov 2026", "−£95.00 · INV-2026-00402 · Paid · cash"."""
    return day_text(line.on), f"{line.amount} · {line.number} · {line.text}"


class AccountDialog(Dialog):
    """Shows an account; its signals say what is to be done with it. It can be shown anew."""

    invoice_opened = Signal(int)
    pay_asked = Signal()
    credit_asked = Signal()
    move_back_asked = Signal()
    statement_asked = Signal()

    def __init__(self, host: QWidget, desk: Desk, account: Account) -> None:
        super().__init__(host, desk.theme, title=account.name, note="Account", width_px=720)
        self.account = account
        self._may_take = desk.session.may(Action.TAKE_PAYMENT)
        self.owed, self.aside = plain_label("", "figure"), plain_label("", "soft", wrap=True)
        self.family, self.credits = FactRows(desk.theme), FactRows(desk.theme)
        self.recent = FactRows(desk.theme)
        self.table = open_table(desk.theme)
        self.back = KeyButton(desk.theme, "Move back", key="B")
        self.statement = KeyButton(desk.theme, "Statement", key="S")
        self.apply = KeyButton(desk.theme, "Apply credit", key="C")
        self.pay = KeyButton(desk.theme, "Pay all", key="P", kind="primary")
        self._headings: list[tuple[QWidget, FactRows]] = []
        self._build()
        self._connect()
        self.show_account(account)

    def _build(self) -> None:
        self.body.addWidget(self.owed)
        self.body.addWidget(self.aside)
        self._add_section("Family", self.family)
        self.body.addWidget(section_label("To pay"))
        empty = "No invoice is open."
        self.body.addWidget(TableCard(self.theme, self.table, empty=empty, fits_rows=True))
        self._add_section("Credit", self.credits)
        self._add_section("Lately", self.recent)
        self.footer.addStretch(1)
        for button in (self.back, self.statement, self.apply, self.pay):
            self.add_button(button)

    def _add_section(self, title: str, rows: FactRows) -> None:
        heading = section_label(title)
        self.body.addWidget(heading)
        self.body.addWidget(rows)
        self._headings.append((heading, rows))

    def _connect(self) -> None:
        self.table.opened.connect(lambda row: self.invoice_opened.emit(row.id))
        self.pay.clicked.connect(self.pay_asked)
        self.apply.clicked.connect(self.credit_asked)
        self.back.clicked.connect(self.move_back_asked)
        self.statement.clicked.connect(self.statement_asked)

    def show_account(self, account: Account) -> None:
        """Show the account as it is now."""
        self.account = account
        self.owed.setText(owed_text(account.balances))
        self.aside.setText(aside_text(account.balances))
        self.aside.setVisible(bool(self.aside.text()))
        is_family = len(account.members) > 1
        members = account.members if is_family else ()
        self.family.show_facts([(member.name, member_text(member)) for member in members])
        self.credits.show_facts(
            [(each.patient_name, source_text(each)) for each in account.credits]
        )
        self.recent.show_facts([line_fact(line) for line in account.recent])
        for heading, rows in self._headings:
            heading.setVisible(bool(rows.facts))
            rows.setVisible(bool(rows.facts))
        self.table.show_rows(account.open_invoices)
        self._offer(account)

    def _offer(self, account: Account) -> None:
        whole = sum_to_pay(account)
        self.pay.set_text("Pay all" if whole is None else f"Pay all {whole}")
        self.pay.setVisible(self._may_take and whole is not None)
        self.apply.setVisible(self._may_take and bool(usable_credits(account)))
        self.back.setVisible(self._may_take and bool(account.transfers))
