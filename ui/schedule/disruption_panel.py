"""Who is out, in the side panel: each with how far it is handled, and the way to mark another."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from clinicdesk.schedule.disruption.records import OutRecord
from ui.core.buttons import KeyButton
from ui.core.theme import Theme
from ui.schedule.disruption_words import handled_count, out_words, span_words
from ui.schedule.offers import short_doctor
from ui.schedule.two_line_card import CARD_PX, paint_card


class OutCard(QAbstractButton):
    """One doctor who is out: Enter or a click opens the work that is left."""

    def __init__(self, theme: Theme, out: OutRecord) -> None:
        super().__init__()
        self._theme, self.out = theme, out
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_out(out)

    def show_out(self, out: OutRecord) -> None:
        """Show how far it is handled now."""
        self.out = out
        self.setAccessibleName(out_words(out))
        self.setToolTip(span_words(out))
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room for two lines."""
        return QSize(self._theme.px(180), self._theme.px(CARD_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint who is out over how far it is handled."""
        paint_card(
            QPainter(self),
            self._theme,
            QRectF(self.rect()),
            title=f"{short_doctor(self.out.doctor_name)} out",
            words=handled_count(self.out),
            has_focus=self.hasFocus(),
            soft="ink_soft" if self.out.is_settled else "danger",
        )


class OutPanel(QWidget):
    """A card for each doctor who is out; `opened` carries an OutRecord.

    `start_button` marks another doctor out, and stands where the panel's owner puts it.
    """

    opened = Signal(object)
    start_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.cards: list[OutCard] = []
        self.start_button = KeyButton(theme, "Doctor out…", kind="quiet")
        self.start_button.clicked.connect(self.start_asked)
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.px(6))

    def show_out(self, outs: Sequence[OutRecord], *, may_change: bool) -> None:
        """Show who is out now; while they are the same ones, their cards stay."""
        self.start_button.setVisible(may_change)
        self.setVisible(bool(outs))
        if [card.out.id for card in self.cards] != [out.id for out in outs]:
            self._build_cards(outs)
        for card, out in zip(self.cards, outs, strict=True):
            card.show_out(out)

    def _build_cards(self, outs: Sequence[OutRecord]) -> None:
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = [OutCard(self._theme, out) for out in outs]
        for card in self.cards:
            card.clicked.connect(lambda _on=False, card=card: self.opened.emit(card.out))
            self._list.addWidget(card)
            card.show()
