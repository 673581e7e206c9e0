"""Uses credit for an open invoice of the family, and moves it back."""

import uuid

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.billing.accounts.records import Account, Credit, CreditTransferRecord, OpenInvoice
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.money import Money, parse_money
from ui.billing.account_words import credit_text, transfer_text
from ui.billing.sum_edit import SumEdit
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.session import Desk

BACK_NOTE = "The invoice is owed again as it was, and the credit can be used for another one."


def usable_credits(account: Account) -> tuple[Credit, ...]:
    """Give the credits for which there is an open invoice to pay: another one, in its currency."""
    return tuple(each for each in account.credits if payable_with(account, each))


def payable_with(account: Account, credit: Credit) -> tuple[OpenInvoice, ...]:
    """Give the open invoices that a credit can pay for, the longest due first."""
    return tuple(
        invoice
        for invoice in account.open_invoices
        if invoice.due.currency == credit.amount.currency and invoice.id != credit.invoice_id
    )


class ApplyCreditDialog(Dialog):
    """Chooses credit, invoice and amount; `applied` carries the CreditTransferRecord."""

    applied = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, account: Account) -> None:
        super().__init__(host, desk.theme, title="Apply credit", note=account.name, width_px=560)
        self._desk, self._account = desk, account
        # However often the button is pressed, the credit moves once.
        self._key = str(uuid.uuid4())
        self._credits = {each.invoice_id: each for each in usable_credits(account)}
        entries = [(credit_text(each), each.invoice_id) for each in self._credits.values()]
        self.credit_choice = Choice(desk.theme, name="Credit", entries=entries)
        self.invoice_choice = Choice(desk.theme, name="Invoice")
        self.amount_edit = SumEdit("")
        self.button = KeyButton(desk.theme, "Apply credit", key="Return", kind="primary")
        self._build()
        self.credit_choice.currentIndexChanged.connect(lambda _row: self._take_credit())
        self.invoice_choice.currentIndexChanged.connect(lambda _row: self._take_most())
        self.amount_edit.textEdited.connect(lambda _text: self._amount_changed())
        self.button.clicked.connect(self._apply)
        self._take_credit()

    def _build(self) -> None:
        self.add_field("Amount", self.amount_edit, name="amount")
        self.add_field("Credit", self.credit_choice)
        self.add_field("Pays for", self.invoice_choice)
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Cancel", key="Escape")
        close.clicked.connect(self.dismiss)
        self.add_button(close)
        self.add_button(self.button, is_default=True)

    def credit(self) -> Credit:
        """Give the credit chosen."""
        return self._credits[int(self.credit_choice.currentData())]

    def invoice(self) -> OpenInvoice:
        """Give the invoice chosen."""
        invoice_id = int(self.invoice_choice.currentData())
        return next(each for each in self._account.open_invoices if each.id == invoice_id)

    def amount(self) -> Money:
        """Give the amount typed.

        Raises:
            InvalidInputError: it is none.
        """
        return parse_money(self.amount_edit.text(), self.credit().amount.currency)

    def _take_credit(self) -> None:
        self.invoice_choice.blockSignals(True)
        self.invoice_choice.clear()
        for invoice in payable_with(self._account, self.credit()):
            text = f"{invoice.due} due · {invoice.number}, {invoice.patient_name}"
            self.invoice_choice.addItem(text, invoice.id)
        self.invoice_choice.blockSignals(False)
        self._take_most()

    def _take_most(self) -> None:
        credit, due = self.credit().amount, self.invoice().due
        self.amount_edit.setText(str(min(credit, due, key=lambda money: money.minor)))
        self._amount_changed()

    def _amount_changed(self) -> None:
        self.clear_problem()
        try:
            self.button.set_text(f"Use {self.amount()} of credit")
        except InvalidInputError:
            self.button.set_text("Apply credit")

    def _apply(self) -> None:
        self.clear_problem()
        try:
            amount = self.amount()
        except InvalidInputError as error:
            self.show_problem(error)
            return
        accounts, actor, key = self._desk.services.accounts, self._desk.actor, self._key
        source, target = self.credit().invoice_id, self.invoice().id
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: accounts.apply_credit(
                actor,
                from_invoice_id=source,
                to_invoice_id=target,
                amount=amount,
                transfer_key=key,
            ),
            done=self._finish,
            failed=self._show_failure,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, moved: CreditTransferRecord) -> None:
        self.finish()
        self.applied.emit(moved)

    def _show_failure(self, error: ClinicDeskError) -> None:
        self.show_problem(error)
        self._key = str(uuid.uuid4())


class MoveBackDialog(Dialog):
    """Chooses credit that was moved, to move it back; `moved_back` carries the new record."""

    moved_back = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, account: Account) -> None:
        super().__init__(host, desk.theme, title="Move credit back", note=account.name)
        self._desk = desk
        entries = [(transfer_text(moved), moved.id) for moved in account.transfers]
        self.choice = Choice(desk.theme, name="Credit that was moved", entries=entries)
        self.add_field("Credit that was moved", self.choice)
        self.body.addWidget(plain_label(BACK_NOTE, "faint", wrap=True))
        close = KeyButton(desk.theme, "Leave it", key="Escape")
        close.clicked.connect(self.dismiss)
        self.button = KeyButton(desk.theme, "Move back", key="Return", kind="primary")
        self.button.clicked.connect(self._move)
        self.footer.addStretch(1)
        self.add_button(close)
        self.add_button(self.button, is_default=True)

    def _move(self) -> None:
        accounts, actor = self._desk.services.accounts, self._desk.actor
        transfer_id = int(self.choice.currentData())
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: accounts.undo_credit(actor, transfer_id),
            done=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, moved: CreditTransferRecord) -> None:
        self.finish()
        self.moved_back.emit(moved)
