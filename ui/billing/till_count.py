"""Counting the drawer: one field for each coin and note, and what it adds up to."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from clinicdesk.money import Money
from clinicdesk.payments.till.rules import MOST_OF_ONE, denominations
from ui.core.labels import plain_label
from ui.core.theme import Theme

FIELD_PX, SUM_PX = 64, 84
COLUMNS = 2


class NumberField(QLineEdit):
    """How many there are of one coin or note; Enter goes on to the next."""

    def __init__(self, theme: Theme, value: Money) -> None:
        super().__init__()
        self.value = value
        self.setValidator(QIntValidator(0, MOST_OF_ONE, self))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText("0")
        self.setFixedWidth(theme.px(FIELD_PX))
        self.setAccessibleName(f"How many {value}")

    @property
    def number(self) -> int:
        """The number typed; nothing is none."""
        return int(self.text() or 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select what stands there, so that typing replaces it."""
        super().focusInEvent(event)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter; with Ctrl it is the dialog's."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


class CountGrid(QWidget):
    """All coins and notes of a currency in two columns; `counted` carries the sum as Money."""

    counted = Signal(object)

    def __init__(self, theme: Theme, currency: str) -> None:
        super().__init__()
        self._theme, self._currency = theme, currency
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(6))
        self.fields = [
            NumberField(theme, Money(value, currency)) for value in denominations(currency)
        ]
        self._sums = [plain_label("", "faint") for _ in self.fields]
        rows = -(-len(self.fields) // COLUMNS)
        for place, (field, label) in enumerate(zip(self.fields, self._sums, strict=True)):
            column, row = divmod(place, rows)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setFixedWidth(theme.px(SUM_PX))
            name = plain_label(str(field.value))
            name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for offset, widget in enumerate((name, field, label)):
                grid.addWidget(widget, row, column * 4 + offset)
            field.textEdited.connect(lambda _text: self._add_up())
        grid.setColumnMinimumWidth(3, theme.px(20))
        self._chain(self.fields)

    @property
    def counts(self) -> dict[int, int]:
        """How many there are of each, by its minor units."""
        return {field.value.minor: field.number for field in self.fields if field.number}

    @property
    def total(self) -> Money:
        """What all of them are together."""
        minor = sum(field.value.minor * field.number for field in self.fields)
        return Money(minor, self._currency)

    def show_counts(self, counts: Mapping[int, int]) -> None:
        """Show what was counted before."""
        for field in self.fields:
            number = counts.get(field.value.minor, 0)
            field.setText(str(number) if number else "")
        self._add_up()

    def _add_up(self) -> None:
        for field, label in zip(self.fields, self._sums, strict=True):
            value = Money(field.value.minor * field.number, self._currency)
            label.setText(str(value) if field.number else "")
        self.counted.emit(self.total)

    def _chain(self, fields: Iterable[QWidget]) -> None:
        """Let Tab go down one column and then the next, as people count."""
        ordered = list(fields)
        for before, after in pairwise(ordered):
            QWidget.setTabOrder(before, after)
