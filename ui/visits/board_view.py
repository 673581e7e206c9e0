"""The board: five columns of cards, walked through by keys, with cards carried by the mouse."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.visits.records import Column
from ui.core.theme import Theme
from ui.visits.board_words import ShownCard
from ui.visits.column_view import ColumnView

PAGE = 5
DOWN = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: PAGE,
    Qt.Key.Key_PageUp: -PAGE,
    Qt.Key.Key_Home: -(10**6),
    Qt.Key.Key_End: 10**6,
}
ACROSS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
COLUMNS = list(Column)


class BoardView(QWidget):
    """Shows the cards of a day; `selected` is the id of the visit chosen, or None.

    `dropped` carries a visit and the name of the column where its card was let go, `find_asked`
    the letters with which somebody begins to look for a card.
    """

    selection_changed = Signal()
    opened = Signal(int)
    dropped = Signal(int, str)
    find_asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: dict[Column, list[ShownCard]] = {column: [] for column in Column}
        self.selected: int | None = None
        self.columns = {column: ColumnView(theme, column) for column in Column}
        self._ghost = QLabel(self)
        self._ghost.hide()
        self._ghost.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build()

    def _build(self) -> None:
        row_widget = QWidget()
        row_widget.setObjectName("scrolled")
        row = QHBoxLayout(row_widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(12))
        for column in self.columns.values():
            row.addWidget(column, 1)
            column.cards.pressed.connect(self._press)
            column.cards.opened.connect(self.opened)
            column.cards.carried.connect(self._carry)
            column.cards.dropped.connect(self._drop)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(row_widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    # --- what is shown ---------------------------------------------------------------------

    def show_cards(self, cards: Mapping[Column, Sequence[ShownCard]]) -> None:
        """Show the cards; selection and scroll positions stay, also when a card moves on."""
        before, place = self.selected, self._place()
        self._cards = {column: list(cards.get(column, ())) for column in Column}
        if before is not None and self.shown is None and place is not None:
            self.selected = self._nearest(*place)
        for column, view in self.columns.items():
            view.count.setText(str(len(self._cards[column])))
        self._paint_all()
        if before != self.selected or self.selected is not None:
            self.selection_changed.emit()

    @property
    def shown(self) -> ShownCard | None:
        """The card that is selected."""
        place = self._place()
        return self._cards[place[0]][place[1]] if place else None

    def cards(self, column: Column | None = None) -> list[ShownCard]:
        """Give the cards of a column, or all."""
        return [
            shown for name, cards in self._cards.items() if column in (None, name)
            for shown in cards
        ]  # fmt: skip

    def select(self, visit_id: int | None) -> None:
        """Select a card and bring it into sight."""
        self.selected = visit_id
        self._paint_all()
        place = self._place()
        if place is not None:
            view = self.columns[place[0]]
            view.cards.bring_into_sight(place[1])
            self._scroll.ensureWidgetVisible(view, 0, 0)
        self.selection_changed.emit()

    def _paint_all(self) -> None:
        for column, view in self.columns.items():
            view.cards.show_cards(self._cards[column], self.selected, is_lit=self.hasFocus())
        shown = self.shown
        self.setAccessibleName(f"{shown.column.value}: {shown.said}" if shown else "Today's visits")

    def _place(self) -> tuple[Column, int] | None:
        for column, cards in self._cards.items():
            for number, shown in enumerate(cards):
                if shown.card.id == self.selected:
                    return column, number
        return None

    def _nearest(self, column: Column, number: int) -> int | None:
        cards = self._cards[column]
        return cards[min(number, len(cards) - 1)].card.id if cards else None

    # --- keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, open with Enter, look for a card with a capital letter or "/"."""
        key, held = Qt.Key(event.key()), event.modifiers()
        is_capital = held == Qt.KeyboardModifier.ShiftModifier and event.text().isalpha()
        if event.text() == "/":
            self.find_asked.emit("")
        elif is_capital:
            self.find_asked.emit(event.text())
        elif held & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in DOWN or key in ACROSS:
            self._walk(key)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.selected is not None:
            self.opened.emit(self.selected)
        else:
            super().keyPressEvent(event)

    def _walk(self, key: Qt.Key) -> None:
        place = self._place()
        if place is None:
            first = [shown.card.id for shown in self.cards()]
            self.select(first[0] if first else None)
            return
        column, number = place
        if key in DOWN:
            last = len(self._cards[column]) - 1
            self.select(self._cards[column][max(0, min(last, number + DOWN[key]))].card.id)
            return
        at = COLUMNS.index(column) + ACROSS[key]
        while 0 <= at < len(COLUMNS):
            found = self._nearest(COLUMNS[at], number)
            if found is not None:
                self.select(found)
                return
            at += ACROSS[key]

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go."""
        super().focusInEvent(event)
        self._paint_all()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go elsewhere."""
        super().focusOutEvent(event)
        self._paint_all()

    # --- the mouse ---------------------------------------------------------------------------

    def _press(self, visit_id: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.select(visit_id)

    def _carry(self, visit_id: int, where: QPoint) -> None:
        if self._ghost.isHidden():
            place = self._place()
            if place is None:
                return
            self._ghost.setPixmap(self.columns[place[0]].cards.picture(visit_id))
            self._ghost.adjustSize()
            self._ghost.show()
            self._ghost.raise_()
        half = QPoint(self._ghost.width() // 2, self._ghost.height() // 2)
        self._ghost.move(self.mapFromGlobal(where) - half)

    def _drop(self, visit_id: int, where: QPoint) -> None:
        self._ghost.hide()
        for column, view in self.columns.items():
            if view.rect().contains(view.mapFromGlobal(where)):
                self.dropped.emit(visit_id, column.value)
