"""What is paid and how: the part of the payment dialog that is filled in before money is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.money import Money, parse_money
from clinicdesk.payments.records import PaymentMethod, PaymentRecord
from clinicdesk.payments.shares import shares_between
from ui.billing.cash_panel import CashPanel
from ui.billing.more_invoices import MoreInvoices
from ui.billing.payment_words import invoice_text, ready_face
from ui.billing.reader_panel import WIDTH_PX, ReaderFace, ReaderPanel
from ui.billing.reference_panel import LinkPanel, ReferencePanel
from ui.billing.sum_edit import SumEdit
from ui.billing.ticket import Ticket
from ui.core.inputs import CheckMark, Choice, FieldBox
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.theme import Theme

WAYS = {
    PaymentMethod.CARD: "Card",
    PaymentMethod.CASH: "Cash",
    PaymentMethod.TRANSFER: "Transfer",
    PaymentMethod.CHEQUE: "Cheque",
    PaymentMethod.LINK: "Payment link",
}
WRITTEN_DOWN = frozenset({PaymentMethod.TRANSFER, PaymentMethod.CHEQUE})
NO_READER = ReaderFace("No card reader", "Add one in the settings, or take cash", ("warning",))
Field = Callable[..., FieldBox]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be taken: `amount` in all, of it `shares` for other invoices by their ids."""

    amount: Money
    shares: dict[int, Money]
    keeps_surplus: bool


class PaymentForm(QWidget):
    """The amount, what it is for, the way to pay, and on the right what that way needs.

    `field` makes the dialog's labelled boxes, at which errors are shown. `changed` tells that the
    amount or the way is another.
    """

    changed = Signal()

    def __init__(
        self, theme: Theme, ticket: Ticket, *, field: Field, offers_link: bool = False
    ) -> None:
        super().__init__()
        self._theme, self._ticket = theme, ticket
        self._ways = [w for w in WAYS if offers_link or w is not PaymentMethod.LINK]
        self.amount_edit = SumEdit(str(ticket.invoice.due))
        self.amount_box = field("Amount", self.amount_edit, name="amount")
        self.way = Segmented(theme, [WAYS[way] for way in self._ways], name="Way to pay")
        readers = [(reader.label, reader.id) for reader in ticket.readers]
        self.reader_choice = Choice(theme, name="Reader", entries=readers)
        self.more = MoreInvoices(theme, ticket.others, main_patient_id=ticket.invoice.patient_id)
        self.surplus = CheckMark(theme, "")
        self.panel, self.cash = ReaderPanel(theme), CashPanel(theme)
        self.written, self.link = ReferencePanel(theme), LinkPanel(theme)
        self.cash.put_in(field("Given", self.cash.given_edit, name="tendered"))
        self.written.put_in(field("Reference", self.written.reference_edit, name="reference"))
        self._side = QStackedWidget()
        self._typed = ""
        self._build()
        self._connect()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(self._theme.px(10))
        left.addWidget(self.amount_box)
        left.addWidget(plain_label(invoice_text(self._ticket.invoice), "soft", wrap=True))
        for widget in (self.way, self.reader_choice, self.more, self.surplus):
            left.addWidget(widget)
        left.addStretch(1)
        for side in (self.panel, self.cash, self.written, self.link):
            self._side.addWidget(side)
        self._side.setFixedWidth(self._theme.px(WIDTH_PX))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(22))
        row.addLayout(left, 1)
        row.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
        # Only now that they have a parent: a widget without one would open a window of its own.
        self._show_readers()
        self.more.setVisible(bool(self._ticket.others))
        self.surplus.hide()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab go as the eye reads: down the left side, then to what the way asks for."""
        order = [self.amount_edit, self.way, self.reader_choice, *self.more.marks, self.surplus]
        order += [self.cash.given_edit, self.written.reference_edit]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.amount_edit.textEdited.connect(lambda _text: self.show_amount())
        self.way.chosen.connect(lambda _number: self._show_way())
        self.more.changed.connect(self._take_dues)
        self.surplus.toggled.connect(lambda _on: self.changed.emit())

    # --- what is wanted ------------------------------------------------------------------------

    @property
    def method(self) -> PaymentMethod:
        """The way to pay that is chosen."""
        return self._ways[self.way.current]

    def amount(self) -> Money:
        """Give the amount typed.

        Raises:
            InvalidInputError: it is none.
        """
        return parse_money(self.amount_edit.text(), self._ticket.invoice.total.currency)

    def wish(self) -> Wish:
        """Give what is to be taken; what is paid goes to the invoice first, then to the others.

        Raises:
            InvalidInputError: the amount is none.
        """
        amount, main = self.amount(), self._ticket.invoice
        dues = [(main.id, main.due), *((each.id, each.due) for each in self.more.chosen)]
        shares = shares_between(amount, dues)
        shares.pop(main.id, None)
        return Wish(amount, shares, not self.surplus.isHidden() and self.surplus.isChecked())

    def dues(self) -> Money:
        """Give what is due on all invoices that are chosen."""
        return sum((each.due for each in self.more.chosen), self._ticket.invoice.due)

    def choose(self, method: PaymentMethod) -> None:
        """Switch to a way to pay."""
        self.way.set_current(self._ways.index(method))

    def show_payment(self, payment: PaymentRecord) -> None:
        """Show what a payment that was begun before is for."""
        self.more.choose({share.invoice_id for share in payment.shares})
        self.amount_edit.setText(str(payment.amount))
        self.show_amount()

    # --- showing -------------------------------------------------------------------------------

    def show_amount(self) -> None:
        """Show what follows from the amount: change, surplus, what the reader would take."""
        try:
            amount: Money | None = self.amount()
        except InvalidInputError:
            amount = None
        self.cash.set_amount(amount)
        surplus = None if amount is None else amount - self.dues()
        is_more = surplus is not None and surplus.minor > 0
        if is_more:
            self.surplus.set_text(f"Keep {surplus} as credit")
        self.surplus.setVisible(is_more)
        self.changed.emit()

    def show_ready(self) -> None:
        """Show the reader as it is before anything was asked of it."""
        self.panel.show_reader(self.reader_choice.currentText())
        try:
            face = ready_face(str(self.amount()))
        except InvalidInputError:
            face = ready_face("the amount")
        self.panel.show_face(face if self._ticket.readers else NO_READER)

    def set_choosing(self, is_choosing: bool) -> None:
        """Let everything be filled in, or nothing."""
        edits = (self.amount_edit, self.cash.given_edit, self.written.reference_edit)
        for widget in (*edits, self.way, self.reader_choice, self.more, self.surplus):
            widget.setEnabled(is_choosing)
        if self.method is PaymentMethod.LINK:
            self.amount_edit.setEnabled(False)

    def typing_target(self) -> QLineEdit | None:
        """Give the field that takes what is typed anywhere but in a field."""
        if self.method is PaymentMethod.CASH:
            return self.cash.given_edit
        return self.written.reference_edit if self.method in WRITTEN_DOWN else None

    def _show_way(self) -> None:
        sides: dict[PaymentMethod, QWidget] = {
            PaymentMethod.CARD: self.panel,
            PaymentMethod.CASH: self.cash,
            PaymentMethod.LINK: self.link,
        }
        if self.method in WRITTEN_DOWN:
            self.written.show_method(self.method)
        self._side.setCurrentWidget(sides.get(self.method, self.written))
        self._show_readers()
        self._show_what_a_link_asks(is_link=self.method is PaymentMethod.LINK)
        self.show_amount()

    def _show_what_a_link_asks(self, *, is_link: bool) -> None:
        """A link is for all that is due on the one invoice; what was typed comes back after it."""
        if is_link:
            self._typed = self.amount_edit.text()
            self.amount_edit.setText(str(self._ticket.invoice.due))
        elif self._typed:
            self.amount_edit.setText(self._typed)
            self._typed = ""
        self.amount_edit.setEnabled(not is_link)
        self.more.setVisible(bool(self._ticket.others) and not is_link)

    def _show_readers(self) -> None:
        is_choice = len(self._ticket.readers) > 1
        self.reader_choice.setVisible(is_choice and self.method is PaymentMethod.CARD)

    def _take_dues(self) -> None:
        self.amount_edit.setText(str(self.dues()))
        self.show_amount()
