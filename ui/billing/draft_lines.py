"""The lines of an invoice that is being put together: what, how many, at what price, less what."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QLabel, QLineEdit, QWidget

from clinicdesk.billing.invoicing.records import DraftLine
from clinicdesk.clinics.records import ServiceRecord
from clinicdesk.errors import InvalidInputError
from clinicdesk.money import Money, TaxMode, parse_money
from ui.core.buttons import KeyButton, icon_button
from ui.core.inputs import Choice
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme
from ui.core.typed import parse_whole

TAX_WORDS = {
    TaxMode.INCLUSIVE: "included",
    TaxMode.EXCLUSIVE: "added",
    TaxMode.EXEMPT: "exempt",
}
HEADS = ("What was done", "Number", "Price", "Tax %", "", "Discount", "Why", "Sum", "")
WIDTHS_PX = (0, 60, 92, 60, 104, 84, 130, 92, 32)


class LineRow:
    """The fields of one line; `services` fill it when their name is chosen."""

    def __init__(self, theme: Theme, services: dict[str, ServiceRecord], currency: str) -> None:
        self._services, self._currency = services, currency
        self._service_id: int | None = None
        self.what, self.quantity, self.price = QLineEdit(), QLineEdit("1"), QLineEdit()
        self.tax, self.discount, self.why = QLineEdit("0"), QLineEdit(), QLineEdit()
        words: list[tuple[str, object]] = [(word, mode) for mode, word in TAX_WORDS.items()]
        self.mode = Choice(theme, name="Kind of tax", entries=words)
        self.sum: QLabel = plain_label("")
        self.sum.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remove: KeyButton = icon_button(theme, "cross", "Take this line out")
        self.discount.setPlaceholderText("10 %")
        self.why.setPlaceholderText("reason")
        names = ("What was done", "Number", "Price", "Tax, percent", "Discount", "Discount: why")
        for edit, name in zip(self.edits, names, strict=True):
            edit.setAccessibleName(name)
        completer = QCompleter(list(services), self.what)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.what.setCompleter(completer)

    @property
    def edits(self) -> tuple[QLineEdit, ...]:
        """The fields that are typed in, in their order."""
        return (self.what, self.quantity, self.price, self.tax, self.discount, self.why)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All that stands in the line, in the order of HEADS."""
        return (self.what, self.quantity, self.price, self.tax, self.mode, self.discount,
                self.why, self.sum, self.remove)  # fmt: skip

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not self.what.text().strip() and not self.price.text().strip()

    def take_service(self) -> None:
        """Fill the line where what stands in it is the name of a service."""
        service = self._services.get(self.what.text().strip())
        self._service_id = service.id if service else None
        if service is not None and service.price.currency == self._currency:
            self.price.setText(str(service.price))
            self.tax.setText(percent_text(service.tax_basis_points))
            self.mode.setCurrentIndex(self.mode.findData(service.tax_mode))

    def fill(self, line: DraftLine) -> None:
        """Show a line that is known already."""
        self.what.setText(line.description)
        self.quantity.setText(str(line.quantity))
        self.price.setText(str(line.unit_price))
        self.tax.setText(percent_text(line.tax_basis_points))
        self.mode.setCurrentIndex(self.mode.findData(line.tax_mode))
        self._service_id = line.service_id

    def line(self) -> DraftLine:
        """Give the line as it was typed.

        Raises:
            InvalidInputError: a field cannot be read; `field` names it.
        """
        percent, amount = self._discount()
        mode = self.mode.currentData()
        return DraftLine(
            self.what.text().strip(),
            parse_whole(self.quantity.text(), field="quantity"),
            self._money(self.price, "unit_price", zero=True),
            _basis_points(self.tax.text()),
            TaxMode(mode) if mode else TaxMode.INCLUSIVE,
            service_id=self._service_id,
            discount_percent=percent,
            discount=amount,
            discount_reason=self.why.text().strip(),
        )

    def _discount(self) -> tuple[int, Money | None]:
        text = self.discount.text().strip()
        if not text:
            return 0, None
        if text.endswith("%"):
            return parse_whole(text.rstrip("% "), field="discount"), None
        return 0, self._money(self.discount, "discount")

    def _money(self, edit: QLineEdit, field: str, *, zero: bool = False) -> Money:
        text = edit.text().strip()
        if zero and text.strip("£€$¥0., ") == "" and "0" in text:
            return Money(0, self._currency)
        try:
            return parse_money(text, self._currency)
        except InvalidInputError as error:
            raise InvalidInputError(error.sentence, field=field) from error

    def show_error(self, field: str) -> None:
        """Mark the field that is wrong and put the cursor there."""
        fields = {"description": self.what, "quantity": self.quantity, "unit_price": self.price,
                  "tax": self.tax, "discount": self.discount,
                  "discount_reason": self.why}  # fmt: skip
        edit = fields.get(field, self.what)
        mark(edit, is_wrong=True)
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_error(self) -> None:
        """Take the marks away."""
        for edit in self.edits:
            mark(edit, is_wrong=False)


def mark(edit: QLineEdit, *, is_wrong: bool) -> None:
    """Show a field as wrong or as fine."""
    if bool(edit.property("wrong")) is not is_wrong:
        edit.setProperty("wrong", is_wrong)
        edit.style().unpolish(edit)
        edit.style().polish(edit)


def percent_text(basis_points: int) -> str:
    """Give a rate as it is typed: "20", "7.7"."""
    return f"{basis_points / 100:g}"


def _basis_points(text: str) -> int:
    whole, _, part = text.strip().rstrip("%").strip().replace(",", ".").partition(".")
    digits = whole + part
    if not (whole.isascii() and digits.isdigit() and len(whole) <= 3 and len(part) <= 2):
        raise InvalidInputError("Please enter a tax such as 20.", field="tax")
    return int(whole) * 100 + int(part.ljust(2, "0"))


class DraftLines(QWidget):
    """The lines in a grid; `changed` tells that something was typed."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._services: dict[str, ServiceRecord] = {}
        self._currency = "GBP"
        self.rows: list[LineRow] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(6))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(0, 1)
        for column, head in enumerate(HEADS):
            self._grid.addWidget(section_label(head), 0, column)
        self._next = 1

    def offer(self, services: dict[str, ServiceRecord], currency: str) -> None:
        """Set what can be chosen by name, and the currency of all prices."""
        self._services, self._currency = services, currency

    def add(self, line: DraftLine | None = None) -> LineRow:
        """Add a line, an empty one unless `line` fills it."""
        row = LineRow(self._theme, self._services, self._currency)
        if line is not None:
            row.fill(line)
        for column, widget in enumerate(row.widgets):
            width = WIDTHS_PX[column]
            if width:
                widget.setFixedWidth(self._theme.px(width))
            self._grid.addWidget(widget, self._next, column)
            widget.show()  # a layout would do so later, and only what is shown takes the cursor
        self._next += 1
        row.what.textChanged.connect(lambda _text: row.take_service())
        for edit in row.edits:
            edit.textChanged.connect(lambda _text: self.changed.emit())
        row.mode.currentIndexChanged.connect(lambda _number: self.changed.emit())
        row.remove.clicked.connect(lambda: self.take_out(row))
        self.rows.append(row)
        self.changed.emit()
        return row

    def take_out(self, row: LineRow) -> None:
        """Take a line out."""
        self.rows.remove(row)
        for widget in row.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.changed.emit()

    def clear(self) -> None:
        """Take every line out."""
        for row in list(self.rows):
            self.take_out(row)

    def filled(self) -> list[LineRow]:
        """Give the lines in which something was typed."""
        return [row for row in self.rows if not row.is_empty]
