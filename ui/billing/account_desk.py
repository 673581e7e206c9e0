"""Opens the account of a family, and what is done with it, over the billing page."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject

from clinicdesk.billing.accounts.records import Account, CreditTransferRecord
from clinicdesk.documents.records import Paper
from ui.billing.account_dialog import AccountDialog
from ui.billing.account_words import to_pay_together
from ui.billing.credit_dialog import ApplyCreditDialog, MoveBackDialog
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.paper_desk import PaperJob, show_paper
from ui.billing.statement_dialog import StatementDialog
from ui.core.clinic_today import clinic_today


def open_account_of_invoice(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Open the account to which an invoice belongs."""
    services, actor = invoices.desk.services, invoices.desk.actor
    _open(invoices, lambda: services.billing.invoice(actor, invoice_id).patient_id)


def open_account(invoices: InvoiceDesk, patient_id: int) -> None:
    """Open the account of a patient's family."""
    _open(invoices, lambda: patient_id)


def _open(invoices: InvoiceDesk, whose: Callable[[], int]) -> None:
    desk, clinic_id = invoices.desk, invoices.desk.session.clinic_id
    accounts, actor = desk.services.accounts, desk.actor

    def work() -> tuple[Account, date]:
        return accounts.account(actor, whose()), clinic_today(desk, actor, clinic_id)

    desk.tasks.run(
        invoices, work, done=lambda found: AccountDesk(invoices, *found).open(), newest="open"
    )


class AccountDesk(QObject):
    """One open account: its dialog, with which it ends, and the dialogs that it leads to."""

    def __init__(self, invoices: InvoiceDesk, account: Account, today: date) -> None:
        self.dialog = AccountDialog(invoices.page, invoices.desk, account)
        super().__init__(self.dialog)
        self._invoices, self._desk, self._today = invoices, invoices.desk, today
        self.dialog.invoice_opened.connect(self._open_invoice)
        self.dialog.pay_asked.connect(self._pay)
        self.dialog.credit_asked.connect(self._apply)
        self.dialog.move_back_asked.connect(self._move_back)
        self.dialog.statement_asked.connect(self._ask_statement)

    def open(self) -> None:
        """Show the account."""
        self.dialog.open()

    def _open_invoice(self, invoice_id: int) -> None:
        self.dialog.finish()
        self._invoices.open_invoice(invoice_id)

    def _pay(self) -> None:
        together = to_pay_together(self.dialog.account)
        self.dialog.finish()
        self._invoices.take_payment_of_all(together)

    def _apply(self) -> None:
        dialog = ApplyCreditDialog(self._invoices.page, self._desk, self.dialog.account)
        dialog.applied.connect(lambda moved: self._tell(moved, "paid with credit"))
        dialog.open()

    def _move_back(self) -> None:
        dialog = MoveBackDialog(self._invoices.page, self._desk, self.dialog.account)
        dialog.moved_back.connect(lambda moved: self._tell(moved, "moved back"))
        dialog.open()

    def _tell(self, moved: CreditTransferRecord, how: str) -> None:
        self._invoices.tell(f"{moved.amount} of {moved.to_number} {how}")
        accounts, actor = self._desk.services.accounts, self._desk.actor
        patient_id = self.dialog.account.patient_id
        self._desk.tasks.run(
            self.dialog,
            lambda: accounts.account(actor, patient_id),
            done=self.dialog.show_account,
            newest="account",
        )

    def _ask_statement(self) -> None:
        dialog = StatementDialog(
            self._invoices.page, self._desk, self.dialog.account, today=self._today
        )
        dialog.made.connect(self._show_statement)
        dialog.open()

    def _show_statement(self, pdf: bytes) -> None:
        job = PaperJob(
            Paper.STATEMENT,
            0,
            f"Statement · {self.dialog.account.name}",
            lambda: pdf,
            file_name=f"Statement {self._today.isoformat()}.pdf",
        )
        show_paper(self._invoices.page, self.dialog, self._invoices.tell, lambda: job)
