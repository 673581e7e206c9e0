"""A payment link over the window: its QR code and address, and whether it was paid by now."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.payments.links.records import PaymentLinkRecord
from clinicdesk.payments.records import LinkState
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.qr_picture import QrPicture
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.core.tasks import Lane

LOOK_MS = 3_000
SENTENCES = {
    LinkState.NEW: "The card provider has not answered yet. The link appears by itself.",
    LinkState.OPEN: "Let the patient scan this, or give them the address. Waiting for the payment.",
    LinkState.CLOSING: "The link is being closed.",
    LinkState.CLOSED: "This link is closed: nothing can be paid on it any more.",
    LinkState.PAID: "Paid.",
}
OVER = frozenset({LinkState.CLOSED, LinkState.PAID})


class LinkDialog(Dialog):
    """Follows one payment link; `paid` tells that it was paid."""

    paid = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, link: PaymentLinkRecord) -> None:
        title = f"Payment link · {link.amount}"
        super().__init__(host, desk.theme, title=title, note=link.invoice_number, width_px=600)
        self._desk, self.link = desk, link
        self._is_asking = False
        self.picture = QrPicture(desk.theme)
        self.address = QLineEdit()
        self.address.setReadOnly(True)
        self.address.setAccessibleName("Address of the payment link")
        self.sentence = plain_label("", "soft", wrap=True)
        self.copy = KeyButton(desk.theme, "Copy the address", key="C")
        self.shut = KeyButton(desk.theme, "Close the link", key="X", kind="danger")
        self.leave = KeyButton(desk.theme, "Leave it open", key="Escape")
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._build()
        self.show_link(link)
        self._timer.start()

    def _build(self) -> None:
        px = self.theme.px
        row, right = QHBoxLayout(), QVBoxLayout()
        row.setSpacing(px(18))
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        right.setSpacing(px(10))
        right.addWidget(self.sentence)
        right.addWidget(self.address)
        right.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        right.addStretch(1)
        row.addLayout(right, 1)
        self.body.addLayout(row)
        self.footer.addStretch(1)
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.link.url))
        self.shut.clicked.connect(self._shut)
        self.leave.clicked.connect(self.dismiss)
        self.add_button(self.shut)
        self.add_button(self.leave, is_default=True)

    def show_link(self, link: PaymentLinkRecord) -> None:
        """Show how the link stands now."""
        was, self.link = self.link.state, link
        is_over = link.state in OVER
        self.picture.show_text("" if is_over else link.url)
        self.address.setText(link.url)
        self.address.setCursorPosition(0)
        self.sentence.setText(SENTENCES[link.state])
        self.copy.setEnabled(bool(link.url) and not is_over)
        self.shut.setVisible(not is_over)
        self.leave.set_text("Close" if is_over else "Leave it open")
        if is_over:
            self._timer.stop()
        if link.state is LinkState.PAID and was is not LinkState.PAID:
            self.paid.emit(link)

    def look(self) -> None:
        """Ask whether it was paid; a question is never asked twice at once."""
        links, actor, link_id = self._desk.services.links, self._desk.actor, self.link.id
        self._ask(lambda: links.look(actor, link_id))

    def _shut(self) -> None:
        links, actor, link_id = self._desk.services.links, self._desk.actor, self.link.id
        self.clear_problem()
        self.set_busy(True)
        self._ask(lambda: links.close(actor, link_id), always=True)

    def _ask(self, work: Callable[[], PaymentLinkRecord], *, always: bool = False) -> None:
        if self._is_asking and not always:
            return
        self._is_asking = True
        self._desk.tasks.run(
            self,
            work,
            done=self.show_link,
            failed=self._tell_trouble,
            settled=self._be_free,
            lane=Lane.NETWORK,
        )

    def _be_free(self) -> None:
        self._is_asking = False
        self.set_busy(False)

    def _tell_trouble(self, error: ClinicDeskError) -> None:
        self.sentence.setText(error.sentence)


def open_payment_link(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Make the payment link of an invoice, or show the one that is open."""
    desk = invoices.desk
    links, actor = desk.services.links, desk.actor

    def show(link: PaymentLinkRecord) -> None:
        dialog = LinkDialog(invoices.page, desk, link)
        dialog.paid.connect(
            lambda done: invoices.tell(f"{done.amount} of {done.invoice_number} paid by link")
        )
        dialog.open()

    desk.tasks.run(
        invoices, lambda: links.open_link(actor, invoice_id), done=show, lane=Lane.NETWORK
    )
