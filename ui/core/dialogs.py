"""Dialogs: a rounded card over the dimmed window, which nothing beneath can interrupt.

A dialog is a child of the window, so it looks alike on every platform. While it is open it takes
every key but Lock: its own buttons answer to the keys they show, Escape closes, Tab stays inside.
"""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.errors import ClinicDeskError, InvalidInputError
from ui.core.buttons import KeyButton
from ui.core.inputs import FieldBox
from ui.core.labels import ElidedLabel, plain_label
from ui.core.theme import Theme

DIM = 0.42
SHADOW_STEPS = 12
KEYS_LET_THROUGH = frozenset({Qt.Key.Key_F2})


class DialogCard(QWidget):
    """The card itself: title row, a body that scrolls where the window is low, and a footer."""

    def __init__(self, theme: Theme, title: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        side = theme.px(22)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(side, theme.px(18), side, theme.px(20))
        layout.setSpacing(theme.px(14))
        self.title = ElidedLabel(title, "title")
        self.note = plain_label(note, "faint")
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.note)
        layout.addLayout(top)
        self.content = QWidget(self)
        self.content.setObjectName("scrolled")
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.px(12))
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.content)
        layout.addWidget(self._scroll, 1)
        self.problem = plain_label("", "error", wrap=True)
        self.problem.hide()
        layout.addWidget(self.problem)
        self.footer = QHBoxLayout()
        self.footer.setSpacing(theme.px(10))
        layout.addLayout(self.footer)

    def wanted_height(self, width: int) -> int:
        """Give the height at which nothing has to scroll."""
        layout = self.layout()
        margins = layout.contentsMargins() if layout is not None else self.contentsMargins()
        inner = width - margins.left() - margins.right()
        has_wrapped = self.body.hasHeightForWidth()
        body = self.body.heightForWidth(inner) if has_wrapped else self.body.sizeHint().height()
        others = self._theme.px(18 + 20 + 14) + self.title.sizeHint().height()
        if self.footer.count():
            others += self._theme.px(14) + self.footer.sizeHint().height()
        if self.problem.isVisibleTo(self):
            others += self._theme.px(14) + max(
                self.problem.heightForWidth(inner), self.problem.sizeHint().height()
            )
        return body + others + 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._theme.px(self._theme.radius["dialog"])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("panel"))
        painter.drawRoundedRect(self.rect(), radius, radius)


class Dialog(QWidget):
    """The base of every dialog; put widgets into `body` and buttons into `footer`."""

    closed = Signal()

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        *,
        title: str,
        note: str = "Esc to close",
        width_px: int = 560,
    ) -> None:
        window = host.window()
        super().__init__(window)
        self.theme = theme
        self._width_px = width_px
        self._fields: dict[str, FieldBox] = {}
        self._default: KeyButton | None = None
        self._before = QApplication.focusWidget()
        self._is_open = False
        self.is_busy = False
        self.card = DialogCard(theme, title, note, self)
        self.body, self.footer = self.card.body, self.card.footer
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        window.installEventFilter(self)
        self.card.content.installEventFilter(self)

    def add_field(self, label: str, editor: QWidget, *, name: str = "") -> FieldBox:
        """Add a labelled field; errors of the field `name` will stand at it."""
        box = self.field(label, editor, name=name)
        self.body.addWidget(box)
        return box

    def field(self, label: str, editor: QWidget, *, name: str = "") -> FieldBox:
        """Make a labelled field to be placed by the caller."""
        box = FieldBox(label, editor)
        if name:
            self._fields[name] = box
        return box

    def add_button(self, button: KeyButton, *, is_default: bool = False) -> KeyButton:
        """Add a button to the footer; the default one is pressed by Enter."""
        self.footer.addWidget(button)
        if is_default:
            self._default = button
        return button

    def set_default(self, button: KeyButton) -> None:
        """Let Enter press a button of the footer."""
        self._default = button

    def open(self) -> None:
        """Show the dialog over its window, with the cursor in the first field."""
        self._is_open = True
        self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self._place()
        fields = [each for each in self._focusable() if not isinstance(each, KeyButton)]
        # Without any focus inside, keys would go to the page beneath.
        first = next(iter(fields), self._default) or next(iter(self._focusable()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def dismiss(self) -> None:
        """Close because the person turned away; a dialog may keep what was typed."""
        self.finish()

    def finish(self) -> None:
        """Close, give the focus back to where it was, and tell."""
        if not self._is_open:
            return
        self._is_open = False
        self.window().removeEventFilter(self)
        self.hide()
        before = self._before
        if before is not None and self._can_take_keys(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
        self.deleteLater()

    def _can_take_keys(self, before: QWidget) -> bool:
        """Tell whether what had the focus is still there: a list may have been shown anew."""
        is_there = shiboken6.isValid(before)
        return is_there and before.window() is self.window() and before.isVisible()

    @property
    def is_open(self) -> bool:
        """Whether the dialog is shown."""
        return self._is_open

    def put_aside(self) -> None:
        """Hide the dialog with all that was typed in it, while the desk is locked."""
        self._is_open = False
        self.hide()

    def take_up(self) -> None:
        """Show the dialog again as it was."""
        before = self._before
        self.open()
        self._before = before

    def show_problem(self, error: ClinicDeskError) -> None:
        """Show an error: at its field where it names one, else above the buttons."""
        self.clear_problem()
        name = error.field if isinstance(error, InvalidInputError) else ""
        if name in self._fields:
            self._fields[name].set_error(error.sentence)
            self._fields[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.card.problem.setText(error.sentence)
            self.card.problem.show()
        self._place()

    def clear_problem(self) -> None:
        """Take all shown errors away."""
        for box in self._fields.values():
            box.set_error("")
        self.card.problem.hide()
        self._place()

    def set_busy(self, is_busy: bool) -> None:
        """Hold the buttons while something runs; `is_busy` tells it to other ways in."""
        self.is_busy = is_busy
        for button in self.card.findChildren(KeyButton):
            button.setEnabled(not is_busy)

    def _focusable(self) -> list[QWidget]:
        found = []
        widget = self.card.nextInFocusChain()
        while widget is not None and widget is not self.card:
            is_inside = self.card.isAncestorOf(widget)
            takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            if is_inside and takes_tab and widget.isVisible() and widget.isEnabled():
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Keep Tab inside the dialog."""
        widgets = self._focusable()
        if not widgets:
            return True
        now = self.focusWidget()
        step = 1 if is_next else -1
        at = widgets.index(now) + step if now in widgets else 0
        reason = Qt.FocusReason.TabFocusReason
        widgets[at % len(widgets)].setFocus(
            reason if is_next else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def event(self, event: QEvent) -> bool:
        """Keep every key from the window's own shortcuts, except Lock."""
        is_key = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and event.key() not in KEYS_LET_THROUGH:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape, press the default button on Enter, and buttons on their keys."""
        pressed = QKeySequence(event.keyCombination())
        for button in self.card.findChildren(KeyButton):
            if button.key and QKeySequence(button.key) == pressed and button.isVisible():
                button.click()
                return
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._default:
            self._default.click()

    def mousePressEvent(self, _event: object) -> None:
        """Let no click through to the window beneath, and lose nothing by it."""

    def wheelEvent(self, event: QEvent) -> None:
        """Let no wheel through to the window beneath."""
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size and the body's wishes."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        if not self._is_open:
            return
        area = self.window().rect()
        self.setGeometry(area)
        margin = self.theme.px(24)
        width = min(self.theme.px(self._width_px), area.width() - 2 * margin)
        height = min(self.card.wanted_height(width), area.height() - 2 * margin)
        top = max(margin, min(self.theme.px(86), (area.height() - height) // 2))
        self.card.setGeometry((area.width() - width) // 2, top, width, height)
        # The shadow lies on the dialog itself, and follows the card.
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim the window, and throw the card's shadow on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = self.theme.colour("shade")
        dim = QColor(shade)
        dim.setAlphaF(DIM)
        painter.fillRect(self.rect(), dim)
        shade = QColor(shade)
        shade.setAlphaF(0.035)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        card = QRectF(self.card.geometry())
        for step in range(SHADOW_STEPS):
            grow = 2.0 * step
            painter.drawRoundedRect(
                card.adjusted(-grow, -grow + 8, grow, grow + 8), 14 + grow, 14 + grow
            )
