"""The dialog that gives money back: which payment, how much, and why."""

import uuid
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.money import Money, parse_money
from clinicdesk.payments.obstacles import SecondPersonNeededError
from clinicdesk.payments.records import (
    AT_PROVIDER,
    PaymentRecord,
    PaymentStatus,
    RefundRecord,
    RefundStage,
)
from clinicdesk.payments.rules import means_text
from ui.billing.sum_edit import SumEdit
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.core.tasks import Lane

REASON_MISSING = "Please write why the money is given back; the audit log keeps it."
STAGE_WORDS = {
    RefundStage.PENDING: "is on its way",
    RefundStage.UNKNOWN: "was asked for; whether it went through is still being found out",
    RefundStage.COMPLETED: "was given back",
    RefundStage.FAILED: "could not be given back; nothing has left the clinic",
}


def refundable_payments(payments: Sequence[PaymentRecord]) -> list[PaymentRecord]:
    """Give the payments of which something can still be given back, newest first."""
    fitting = [
        payment
        for payment in payments
        if payment.status is PaymentStatus.COMPLETED and payment.refundable.minor > 0
    ]
    return sorted(fitting, key=lambda payment: payment.created_at, reverse=True)


def payment_text(payment: PaymentRecord) -> str:
    """Give one payment in a line: "Visa •••• 4242 · £95.00, £50.00 of it left"."""
    left = "" if payment.refundable == payment.amount else f", {payment.refundable} of it left"
    return f"{means_text(payment)} · {payment.amount}{left}"


def way_back(payment: PaymentRecord) -> str:
    """Say how the money goes back."""
    if payment.method in AT_PROVIDER:
        return "The money goes back to the same card; banks take up to ten days to show it."
    return "Hand the money over from the till."


def refund_sentence(refund: RefundRecord) -> str:
    """Say what became of a refund."""
    return f"{refund.amount} of {refund.invoice_number} {STAGE_WORDS[refund.status]}."


class RefundDialog(Dialog):
    """Refunds one of `payments`; `refunded` carries the RefundRecord."""

    refunded = Signal(object)

    def __init__(
        self, host: QWidget, desk: Desk, invoice: InvoiceRecord, payments: Sequence[PaymentRecord]
    ) -> None:
        title = f"Refund · {invoice.patient_name}"
        super().__init__(host, desk.theme, title=title, note=invoice.number, width_px=520)
        self._desk = desk
        self._payments = {payment.id: payment for payment in refundable_payments(payments)}
        # However often the button is pressed, the money goes back once.
        self._refund_key = str(uuid.uuid4())
        entries = [(payment_text(p), p.id) for p in self._payments.values()]
        self.payment_choice = Choice(desk.theme, name="Payment", entries=entries)
        self.payment_choice.currentIndexChanged.connect(lambda _row: self._take_whole())
        self.amount_edit, self.reason_edit = SumEdit(""), QLineEdit()
        self.amount_edit.textEdited.connect(lambda _text: self._amount_changed())
        self.reason_edit.textEdited.connect(lambda _text: self.clear_problem())
        self.reason_edit.setPlaceholderText("such as: visit cancelled by the clinic")
        self._way_back = plain_label("", "faint", wrap=True)
        self.login_edit, self.password_edit = QLineEdit(), QLineEdit()
        self.password_edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.second = QWidget()
        self.button = KeyButton(desk.theme, "Refund", key="Return", kind="danger")
        self.button.clicked.connect(self._refund)
        self._build()
        self._take_whole()

    def _build(self) -> None:
        self.add_field("Amount", self.amount_edit, name="amount")
        self._reason_box = self.add_field("Reason", self.reason_edit, name="reason")
        choice = self.add_field("Payment", self.payment_choice, name="payment")
        choice.setVisible(len(self._payments) > 1)
        self.body.addWidget(self._way_back)
        both = QHBoxLayout(self.second)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self.field("Second person", self.login_edit, name="login"))
        both.addWidget(self.field("Their password", self.password_edit, name="password"))
        self.body.addWidget(self.second)
        self.second.hide()
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Keep the money", key="Escape")
        close.clicked.connect(self.dismiss)
        self.add_button(close)
        self.add_button(self.button, is_default=True)

    @property
    def reason_error(self) -> str:
        """The sentence at the reason; empty for none."""
        return self._reason_box.error

    def payment(self) -> PaymentRecord:
        """Give the payment chosen."""
        return self._payments[int(self.payment_choice.currentData())]

    def amount(self) -> Money:
        """Give the amount typed.

        Raises:
            InvalidInputError: it is none.
        """
        return parse_money(self.amount_edit.text(), self.payment().amount.currency)

    def reason(self) -> str:
        """Give the reason typed.

        Raises:
            InvalidInputError: there is none.
        """
        text = self.reason_edit.text().strip()
        if not text:
            raise InvalidInputError(REASON_MISSING, field="reason")
        return text

    def _take_whole(self) -> None:
        self.amount_edit.setText(str(self.payment().refundable))
        self._way_back.setText(way_back(self.payment()))
        self._amount_changed()

    def _amount_changed(self) -> None:
        self.clear_problem()
        try:
            self.button.set_text(f"Refund {self.amount()}")
        except InvalidInputError:
            self.button.set_text("Refund")

    def _refund(self) -> None:
        self.clear_problem()
        try:
            amount, reason = self.amount(), self.reason()
        except InvalidInputError as error:
            self.show_problem(error)
            return
        services, actor, payment = self._desk.services, self._desk.actor, self.payment()
        key, login, password = (
            self._refund_key,
            self.login_edit.text().strip(),
            self.password_edit.text(),
        )

        def work() -> RefundRecord:
            approver = services.staff.sign_in(login, password, desk=actor.desk) if login else None
            return services.refunds.process_refund(
                actor, payment.id, amount=amount, reason=reason, refund_key=key, approver=approver
            )

        self.password_edit.clear()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            work,
            done=self._finish,
            failed=self._show_failure,
            settled=lambda: self.set_busy(False),
            lane=Lane.NETWORK,
        )

    def _finish(self, refund: RefundRecord) -> None:
        self.finish()
        self.refunded.emit(refund)

    def _show_failure(self, error: ClinicDeskError) -> None:
        self.show_problem(error)
        self._refund_key = str(uuid.uuid4())
        if isinstance(error, SecondPersonNeededError):
            self.second.show()
        if self.second.isVisible():
            self.login_edit.setFocus()
