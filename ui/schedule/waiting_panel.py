"""The waiting list in the side panel: who waits for what, and which offers are open."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.schedule.waiting.records import Offer, OfferState, Wish
from ui.core.buttons import KeyButton, icon_button
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme
from ui.schedule.two_line_card import CARD_PX, paint_card
from ui.schedule.waiting_words import open_offer_words, wish_tip, wish_words

ANSWERS = {Qt.Key.Key_Y: True, Qt.Key.Key_N: False}


class WishCard(QAbstractButton):
    """One wish: Enter or a click opens it, Delete takes it off, Y and N answer its open offer."""

    answered = Signal(bool)
    removed = Signal()

    def __init__(self, theme: Theme, wish: Wish, offer: Offer | None, *, today: date) -> None:
        super().__init__()
        self._theme, self.wish, self.offer = theme, wish, offer
        self.words = open_offer_words(offer) if offer else wish_words(wish, today=today)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Waiting: {wish.patient_name}, {self.words}")
        keys = "\nY: says yes · N: says no" if offer else ""
        self.setToolTip(wish_tip(wish, today=today) + keys)

    def sizeHint(self) -> QSize:
        """Give the room for two lines."""
        return QSize(self._theme.px(180), self._theme.px(CARD_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, take off with Delete, answer with Y or N, walk with the arrows."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif key == Qt.Key.Key_Delete:
            self.removed.emit()
        elif key in ANSWERS and self.offer is not None:
            self.answered.emit(ANSWERS[key])
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the name over what is wished or offered."""
        soft = "brand" if self.offer else "ink_soft"
        soft = "danger" if self.wish.wish.is_urgent and not self.offer else soft
        paint_card(
            QPainter(self),
            self._theme,
            QRectF(self.rect()),
            title=self.wish.patient_name,
            words=self.words,
            has_focus=self.hasFocus(),
            soft=soft,
        )


class WaitingPanel(QWidget):
    """Shows who waits; signals carry a Wish, or an Offer with its answer."""

    opened = Signal(object)
    removed = Signal(object)
    answered = Signal(object, bool)
    add_asked = Signal()
    offers_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self.cards: list[WishCard] = []
        self.title = section_label("Waiting list")
        self.add_button = icon_button(theme, "plus", "Add to the waiting list")
        self.add_button.set_kind("quiet")
        self.add_button.clicked.connect(self.add_asked)
        self.offers_button = KeyButton(theme, "", kind="quiet", icon="clock")
        self.offers_button.clicked.connect(self.offers_asked)
        self._hint = plain_label(
            "Nobody waits. Add who would like an earlier time, and offer them what falls free.",
            "faint",
            wrap=True,
        )
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.add_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(top)
        layout.addWidget(self._hint)
        layout.addLayout(self._list)
        layout.addWidget(self.offers_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.offers_button.hide()

    def show_list(
        self, wishes: Sequence[Wish], offers: Sequence[Offer], *, today: date, may_change: bool
    ) -> None:
        """Show the list; the card that had the focus keeps it."""
        shown = (tuple(wishes), tuple(offers), today, may_change)
        if shown == self._shown:
            return
        self._shown = shown
        open_ones = {each.wish_id: each for each in offers if each.state is OfferState.OPEN}
        self._fill(wishes, open_ones, today)
        self.title.setText(f"WAITING LIST · {len(wishes)}" if wishes else "WAITING LIST")
        self._hint.setVisible(not wishes)
        self.add_button.setVisible(may_change)
        count = len(open_ones)
        self.offers_button.set_text(f"{count} {'offer' if count == 1 else 'offers'} open")
        self.offers_button.setVisible(bool(offers))
        if not count:
            self.offers_button.set_text("Offers")

    def _fill(self, wishes: Sequence[Wish], offers: Mapping[int, Offer], today: date) -> None:
        focused = next((card.wish.id for card in self.cards if card.hasFocus()), None)
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = []
        for wish in wishes:
            card = WishCard(self._theme, wish, offers.get(wish.id), today=today)
            card.clicked.connect(lambda _on=False, wish=wish: self.opened.emit(wish))
            card.removed.connect(lambda wish=wish: self.removed.emit(wish))
            card.answered.connect(
                lambda is_yes, offer=card.offer: self.answered.emit(offer, is_yes)
            )
            self._list.addWidget(card)
            card.show()  # at once: what is hidden cannot take the focus back
            self.cards.append(card)
            if wish.id == focused:
                card.setFocus(Qt.FocusReason.OtherFocusReason)
