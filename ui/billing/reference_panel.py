"""The sides of the payment dialog for what is only written down, and for a payment link."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinicdesk.payments.records import PaymentMethod
from ui.billing.reader_panel import WIDTH_PX
from ui.core.inputs import FieldBox
from ui.core.labels import plain_label
from ui.core.theme import Theme

HINTS = {
    PaymentMethod.TRANSFER: "Take it only when it stands on the clinic's account.",
    PaymentMethod.CHEQUE: "A cheque counts as paid now; refund it if the bank sends it back.",
}
PLACEHOLDERS = {
    PaymentMethod.TRANSFER: "if there is one",
    PaymentMethod.CHEQUE: "number of the cheque",
}
LINK_HINT = "The patient pays on a page of the card provider, by a link or its QR code."


class ReferencePanel(QWidget):
    """Takes the reference of a transfer, or the number of a cheque."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.reference_edit = QLineEdit()
        self.reference_edit.setProperty("kind", "large")
        self._hint = plain_label("", "soft", wrap=True)
        self.setFixedWidth(theme.px(WIDTH_PX))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
        self._column.addWidget(self._hint)
        self._column.addStretch(1)

    def put_in(self, box: FieldBox) -> None:
        """Take the box that the dialog made for `reference_edit`."""
        self._column.insertWidget(0, box)

    def show_method(self, method: PaymentMethod) -> None:
        """Ask for what a way to pay needs."""
        self.reference_edit.setPlaceholderText(PLACEHOLDERS[method])
        self._hint.setText(HINTS[method])


class LinkPanel(QWidget):
    """Says what a payment link is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedWidth(theme.px(WIDTH_PX))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(plain_label(LINK_HINT, "soft", wrap=True))
        column.addStretch(1)
