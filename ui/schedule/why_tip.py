"""The quiet tip beside a time that cannot be booked: why, and the ways on."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.schedule.records import Slot
from ui.core.buttons import KeyButton
from ui.core.labels import plain_label
from ui.core.theme import Theme

WIDTH_PX = 320
GAP_PX = 6


class WhyTip(QWidget):
    """Says one sentence; `next_chosen` carries the slot offered, `override_chosen` asks to pass.

    It takes the focus only when a key asked, and gives it back with Escape.
    """

    next_chosen = Signal(object)
    override_chosen = Signal()

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._host = theme, host
        self._slot: Slot | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.label = plain_label("", wrap=True)
        self.next_button = KeyButton(theme, "Next that works")
        self.next_button.clicked.connect(self._take_next)
        self.override_button = KeyButton(theme, "Override with reason", kind="quiet")
        self.override_button.clicked.connect(self._override)
        row = QHBoxLayout()
        row.addWidget(self.next_button)
        row.addWidget(self.override_button)
        row.addStretch(1)
        self._rows = layout = QVBoxLayout(self)
        side = theme.px(12)
        layout.setContentsMargins(side, theme.px(9), side, theme.px(10))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.label)
        layout.addLayout(row)
        self.hide()

    def show_why(
        self,
        sentence: str,
        *,
        beside: QRect,
        slots: Sequence[Slot] = (),
        can_override: bool = False,
        takes_focus: bool = False,
    ) -> None:
        """Show a sentence beside a box of the host, where there is room."""
        self._slot = slots[0] if slots else None
        self.label.setText(sentence)
        self.setAccessibleName(sentence)
        self.next_button.setVisible(self._slot is not None)
        self.override_button.setVisible(can_override)
        width = min(self._theme.px(WIDTH_PX), self._host.width() - 2 * GAP_PX)
        self.setFixedWidth(width)
        self.setFixedHeight(self._rows.heightForWidth(width))
        self._place(beside)
        self.show()
        self.raise_()
        if takes_focus:
            first = self.next_button if self._slot is not None else self.override_button
            (first if first.isVisibleTo(self) else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self, beside: QRect) -> None:
        area = self._host.rect()
        top = beside.bottom() + GAP_PX
        if top + self.height() > area.bottom():
            top = beside.top() - GAP_PX - self.height()
        left = min(max(beside.left(), GAP_PX), area.right() - self.width() - GAP_PX)
        self.move(left, max(top, GAP_PX))

    def dismiss(self) -> None:
        """Go, and give the keys back to the day."""
        had_focus = self._has_keys()
        self.hide()
        if had_focus:
            self._host.setFocus(Qt.FocusReason.OtherFocusReason)

    def _has_keys(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def is_in_use(self) -> bool:
        """Tell whether somebody reads it with the keyboard or has the mouse on it."""
        return self.isVisible() and (self._has_keys() or self.underMouse())

    def _take_next(self) -> None:
        slot = self._slot
        self.dismiss()
        if slot is not None:
            self.next_chosen.emit(slot)

    def _override(self) -> None:
        self.dismiss()
        self.override_chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("panel"))
        radius = self._theme.px(self._theme.radius["card"])
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
