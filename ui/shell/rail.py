"""The rail at the left: the pages, and at its foot the person signed in."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QVBoxLayout, QWidget

from ui.core.avatar import initials
from ui.core.buttons import pressed_at_once
from ui.core.icons import draw_icon
from ui.core.page import PageEntry
from ui.core.theme import Mode, Theme
from ui.shell.frame import RAIL_PX

MODE_NAMES = {Mode.SYSTEM: "As the system", Mode.LIGHT: "Light", Mode.DARK: "Dark"}


class RailButton(QAbstractButton):
    """One page: its icon over its name."""

    def __init__(self, theme: Theme, text: str, icon: str) -> None:
        super().__init__()
        self._theme, self._icon_name = theme, icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def event(self, event: QEvent) -> bool:
        """Press the button at its key."""
        return pressed_at_once(self, event) or super().event(event)

    def sizeHint(self) -> QSize:
        """Give the room for icon and name."""
        metrics = QFontMetrics(self._theme.font("small"))
        width = max(self._theme.px(52), metrics.horizontalAdvance(self.text()) + 6)
        return QSize(width, self._theme.px(50))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the button."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        is_lit = self.isChecked() or self.underMouse()
        if is_lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("rail_active"))
            painter.setOpacity(1.0 if self.isChecked() else 0.5)
            painter.drawRoundedRect(self.rect(), px(10), px(10))
            painter.setOpacity(1.0)
        if self.hasFocus():
            painter.setPen(theme.colour("rail_logo"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), px(9), px(9))
        ink = theme.colour("rail_on" if is_lit else "rail_ink")
        side = px(20)
        draw_icon(
            painter, self._icon_name, ink, QRectF((self.width() - side) / 2, px(7), side, side)
        )
        painter.setPen(ink)
        painter.setFont(theme.sized_font(10.5))
        area = QRectF(0, px(29), self.width(), px(16))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())


class PersonButton(QAbstractButton):
    """The initials of the person signed in; pressing it opens the menu."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(theme.px(30), theme.px(30))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_name(self, name: str) -> None:
        """Show the initials of `name`."""
        self.setText(initials(name))
        self.setToolTip(name)
        self.setAccessibleName(f"Signed in: {name}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the initials in a disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.colour("rail_logo") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("rail_person"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setPen(self._theme.colour("rail_on"))
        painter.setFont(self._theme.font("small", "semibold"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Logo(QWidget):
    """The program's sign."""

    def __init__(self, theme: Theme, role: str = "rail_logo", side_px: int = 22) -> None:
        super().__init__()
        self._theme, self._role = theme, role
        self.setFixedSize(theme.px(side_px), theme.px(side_px))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_icon(painter, "logo", self._theme.colour(self._role), QRectF(self.rect()))


class Rail(QWidget):
    """Shows the pages that a person may use; `chosen` carries the entry's number."""

    chosen = Signal(int)
    lock_asked = Signal()
    person_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(theme.px(4))
        self._foot = QVBoxLayout()
        self._foot.setSpacing(theme.px(4))
        self._person = PersonButton(theme)
        self._person.clicked.connect(self._open_menu)
        self._person.hide()
        layout = QVBoxLayout(self)
        side = theme.px(6)
        layout.setContentsMargins(side, theme.px(22), side, theme.px(14))
        layout.setSpacing(theme.px(14))
        layout.addWidget(Logo(theme), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(self._buttons)
        layout.addStretch(1)
        layout.addLayout(self._foot)
        layout.addWidget(self._person, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setMinimumWidth(theme.px(RAIL_PX))

    def show_entries(self, entries: Sequence[tuple[int, PageEntry]], person: str) -> None:
        """Show the numbered entries with Ctrl+1 …, and who is signed in; neither while locked.

        Entries of the foot stand above the person, with Ctrl+, as their key.
        """
        for old in self._group.buttons():
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        for place, (number, entry) in enumerate(entries, start=1):
            key = "," if entry.at_foot else str(place)
            button = RailButton(self._theme, entry.name, entry.icon)
            button.setShortcut(f"Ctrl+{key}")
            button.setToolTip(f"{entry.name} (Ctrl {key})")
            self._group.addButton(button, number)
            (self._foot if entry.at_foot else self._buttons).addWidget(button)
            button.show()
        self._person.setVisible(bool(person))
        if person:
            self._person.show_name(person)

    def mark(self, number: int) -> None:
        """Show which page is open."""
        button = self._group.button(number)
        if button is not None:
            button.setChecked(True)

    def menu(self) -> QMenu:
        """Make the menu of the person signed in."""
        menu = QMenu(self)
        menu.addAction("Lock\tF2", self.lock_asked.emit)
        menu.addAction("Change person", self.person_asked.emit)
        menu.addSeparator()
        looks = menu.addMenu("Theme")
        group = QActionGroup(looks)
        for mode, name in MODE_NAMES.items():
            action = looks.addAction(name)
            action.setCheckable(True)
            action.setChecked(self._theme.mode is mode)
            action.triggered.connect(lambda _on=False, mode=mode: self._theme.set_mode(mode))
            group.addAction(action)
        return menu

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = self._person.mapToGlobal(self._person.rect().topRight())
        menu.popup(corner)
