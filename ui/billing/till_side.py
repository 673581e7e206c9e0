"""What stands beside the count: what moved, what the card provider says, and what is still open."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.payments.till.records import CardCheck, Drawer, Loose, LooseKind, OpenTill, Weight
from clinicdesk.payments.till.rules import weight_of
from ui.billing.till_words import ASKING, MEANS, check_text, loose_text, tender_text
from ui.core.buttons import KeyButton
from ui.core.fact_rows import FactRows
from ui.core.labels import Dot, plain_label, section_label
from ui.core.theme import Theme

DOTS = {Weight.STOPS: "danger", Weight.ASKS: "warning_ink", Weight.TOLD: "ink_faint"}
# Which kinds lead somewhere; the other ones have no list of their own yet.
SHOWN = frozenset(LooseKind) - {LooseKind.MESSAGE}


class CardLine(QWidget):
    """A dot and a sentence: how the books stand beside the card provider's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._dot = Dot(theme, "ink_faint")
        self.text = plain_label("", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.text, 1)

    def show_asking(self) -> None:
        """Say that the answer is awaited."""
        self._dot.set_role("ink_faint")
        self.text.setText(ASKING)

    def show_check(self, check: CardCheck, time_zone: str) -> None:
        """Say what the answer was."""
        quiet = "good_mark" if check.agrees else "ink_faint"
        is_wrong = not check.agrees and not check.is_off
        self._dot.set_role("warning_ink" if is_wrong else quiet)
        self.text.setText(check_text(check, time_zone))


class LooseList(QWidget):
    """A line for each kind of thing that is open; `asked` carries the Loose to be shown."""

    asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.buttons: dict[LooseKind, KeyButton] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(4))

    def show_loose(self, found: Sequence[Loose]) -> None:
        """Show what is open, or that nothing is."""
        self.buttons = {}
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for loose in found:
            self._rows.addWidget(self._line(loose))
        if not found:
            self._rows.addWidget(plain_label("Nothing", "soft"))

    def _line(self, loose: Loose) -> QWidget:
        line, words = QWidget(), loose_text(loose)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(8))
        row.addWidget(Dot(self._theme, DOTS[weight_of(loose)]), 0, Qt.AlignmentFlag.AlignVCenter)
        label = plain_label(words, wrap=True)
        row.addWidget(label, 1)
        if loose.kind in SHOWN:
            button = KeyButton(self._theme, "Show", kind="quiet")
            button.setAccessibleName(f"Show: {words}")
            button.clicked.connect(lambda: self.asked.emit(loose))
            self.buttons[loose.kind] = button
            row.addWidget(button)
        return line


class TillSide(QWidget):
    """The left half of the till."""

    def __init__(self, theme: Theme, *, compares_cards: bool) -> None:
        super().__init__()
        self.facts = FactRows(theme)
        self.cards = CardLine(theme)
        self.loose = LooseList(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(section_label("Since it was opened"))
        column.addWidget(self.facts)
        if compares_cards:
            column.addSpacing(theme.px(6))
            column.addWidget(section_label("Cards and links at the provider"))
            column.addWidget(self.cards)
        column.addSpacing(theme.px(6))
        column.addWidget(section_label("Still open"))
        column.addWidget(self.loose)

    def show_till(self, till: OpenTill) -> None:
        """Show what moved up to now."""
        facts = [("Float", str(till.float_kept))]
        facts += [(MEANS[tender.method], tender_text(tender)) for tender in till.tenders]
        facts += [
            (entry.reason, str(entry.amount if entry.kind is Drawer.PAID_IN else -entry.amount))
            for entry in till.drawer
        ]
        facts.append(("Should be there", str(till.expected_cash)))
        self.facts.show_facts(facts)
