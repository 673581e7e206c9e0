"""The shelf in the side panel: cards to take up with the mouse or the keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.schedule.rules import Step, allowed_actions
from clinicdesk.schedule.shelf.records import ShelfCard
from ui.core.buttons import KeyButton
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme
from ui.schedule.appointment_words import short_day, wall
from ui.schedule.day_words import STATUS_NAMES
from ui.schedule.two_line_card import CARD_PX, paint_card


def card_words(card: ShelfCard, time_zone: str) -> str:
    """Say of a card what it is and where it stands, or why it cannot be moved any more."""
    if card.appointment_id is None or card.starts_at is None:
        return " · ".join(part for part in ("To book", card.service_name, card.note) if part)
    if not is_movable(card):
        status = card.status or AppointmentStatus.CANCELLED
        return f"{STATUS_NAMES[status]} meanwhile · {card.service_name}"
    start = wall(card.starts_at, time_zone)
    return f"{short_day(start.date())} {start:%H:%M} · {card.service_name}"


def is_movable(card: ShelfCard) -> bool:
    """Tell whether a card can still be put into the calendar."""
    return card.status is None or Step.MOVE in allowed_actions(card.status)


class ShelfCardButton(QAbstractButton):
    """One card: Enter or a click takes it up, a drag carries it, Delete takes it off."""

    carried = Signal(QPoint)
    put_down = Signal(QPoint)
    removed = Signal()

    def __init__(self, theme: Theme, card: ShelfCard, time_zone: str) -> None:
        super().__init__()
        self._theme, self.card = theme, card
        self._words = card_words(card, time_zone)
        self._pressed_at: QPoint | None = None
        self._is_carried = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"On the shelf: {card.patient_name}, {self._words}")
        self.setToolTip(f"{self._words}\nPut here by {card.put_by}")

    def sizeHint(self) -> QSize:
        """Give the room for two lines."""
        return QSize(self._theme.px(180), self._theme.px(CARD_PX))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag begins."""
        self._pressed_at = event.globalPosition().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the card, once the mouse has moved far enough."""
        at = event.globalPosition().toPoint()
        if self._pressed_at is not None:
            far = (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
            self._is_carried = self._is_carried or far
        if self._is_carried:
            self.carried.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put the card down where the mouse is, or take it up on a click."""
        was_carried, self._is_carried, self._pressed_at = self._is_carried, False, None
        if was_carried:
            self.setDown(False)
            self.put_down.emit(event.globalPosition().toPoint())
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the card up with Enter, take it off with Delete, walk with the arrows."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif key == Qt.Key.Key_Delete:
            self.removed.emit()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the name over where it stands."""
        paint_card(
            QPainter(self),
            self._theme,
            QRectF(self.rect()),
            title=self.card.patient_name,
            words=self._words,
            has_focus=self.hasFocus(),
            ink="ink" if is_movable(self.card) else "ink_faint",
        )


class ShelfPanel(QWidget):
    """Shows the shelf; signals carry a ShelfCard, and where the mouse is on the screen."""

    taken_up = Signal(object)
    carried = Signal(object, QPoint)
    put_down = Signal(object, QPoint)
    removed = Signal(object)
    cleared = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: tuple[ShelfCard, ...] = ()
        self._is_target = False
        self.buttons: list[ShelfCardButton] = []
        self._title = section_label("Shelf")
        self.clear_button = KeyButton(theme, "Clear", kind="quiet")
        self.clear_button.setToolTip("Leave every appointment at its time; calls to make stay")
        self.clear_button.clicked.connect(self.cleared)
        self._hint = plain_label(
            "Nothing put aside. Press S on an appointment, or drag it here.", "faint", wrap=True
        )
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.clear_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(top)
        layout.addWidget(self._hint)
        layout.addLayout(self._list)
        self.show_cards((), "UTC")

    def show_cards(self, cards: Sequence[ShelfCard], time_zone: str) -> None:
        """Show the cards; the one that had the focus keeps it."""
        if tuple(cards) == self._cards and self.buttons:
            return
        focused = next((each.card.id for each in self.buttons if each.hasFocus()), None)
        self._cards = tuple(cards)
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(card, time_zone) for card in cards]
        for button in self.buttons:
            self._list.addWidget(button)
            if button.card.id == focused:
                button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._title.setText(f"SHELF · {len(cards)}" if cards else "SHELF")
        self._hint.setVisible(not cards)
        self.clear_button.setVisible(any(card.appointment_id is not None for card in cards))

    def _button(self, card: ShelfCard, time_zone: str) -> ShelfCardButton:
        button = ShelfCardButton(self._theme, card, time_zone)
        button.clicked.connect(lambda: self.taken_up.emit(card))
        button.carried.connect(lambda at: self.carried.emit(card, at))
        button.put_down.connect(lambda at: self.put_down.emit(card, at))
        button.removed.connect(lambda: self.removed.emit(card))
        return button

    def set_target(self, is_target: bool) -> None:
        """Show that what is dragged would be put here."""
        if is_target != self._is_target:
            self._is_target = is_target
            self.update()

    def holds(self, on_screen: QPoint) -> bool:
        """Tell whether a point of the screen lies on the shelf."""
        return self.isVisible() and self.rect().contains(self.mapFromGlobal(on_screen))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame of a place to drop on."""
        if self._is_target:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.colour("focus"), 2, Qt.PenStyle.DashLine))
            painter.setBrush(self._theme.colour("brand_soft"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
