"""The side of the payment dialog for cash: what was given, and the change."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.money import Money, parse_money
from ui.billing.reader_panel import WIDTH_PX
from ui.core.inputs import FieldBox
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme

LESS = "That is {missing} less than the amount. Take a part of it by changing the amount."


def change_for(given: Money, amount: Money) -> Money:
    """Give the change.

    Raises:
        InvalidInputError: less was given than is to be paid.
    """
    change = given - amount
    if change.minor < 0:
        raise InvalidInputError(LESS.format(missing=-change), field="tendered")
    return change


class CashPanel(QWidget):
    """Works out the change while the sum given is typed; nothing typed means the exact sum."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._amount: Money | None = None
        self._box: FieldBox | None = None
        self.given_edit = QLineEdit()
        self.given_edit.setProperty("kind", "large")
        self.given_edit.setPlaceholderText("the exact sum")
        self.given_edit.textEdited.connect(lambda _text: self._work_out())
        self.change = plain_label("", "figure")
        self.setFixedWidth(theme.px(WIDTH_PX))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(6))
        self._column.addWidget(section_label("Change"))
        self._column.addWidget(self.change)
        self._column.addStretch(1)

    @property
    def error(self) -> str:
        """The sentence at the sum given; empty for none."""
        return self._box.error if self._box is not None else ""

    def put_in(self, box: FieldBox) -> None:
        """Take the box that the dialog made for `given_edit`."""
        self._box = box
        self._column.insertWidget(0, box)

    def set_amount(self, amount: Money | None) -> None:
        """Take what is to be paid; None while that is not an amount."""
        self._amount = amount
        self._work_out()

    def given(self) -> Money | None:
        """Give the sum handed over; None without an amount.

        Raises:
            InvalidInputError: it is no sum, or too little.
        """
        if self._amount is None:
            return None
        if not self.given_edit.text().strip():
            return self._amount
        try:
            given = parse_money(self.given_edit.text(), self._amount.currency)
        except InvalidInputError as error:
            raise InvalidInputError(error.sentence, field="tendered") from error
        change_for(given, self._amount)
        return given

    def _work_out(self) -> None:
        if self._box is not None:
            self._box.set_error("")
        try:
            given = self.given()
        except InvalidInputError:
            self.change.setText("—")
        else:
            if given is None or self._amount is None:
                self.change.setText("—")
            else:
                self.change.setText(str(given - self._amount))
