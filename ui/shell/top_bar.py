"""The bar at the top: what is shown, how to move in it, the search, and the main action."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.core.inputs import SearchField
from ui.core.labels import ElidedLabel
from ui.core.page import Page
from ui.core.theme import Theme

BAR_PX = 52
SEARCH_PX = 320


class TopBar(QWidget):
    """Shows the title, controls and actions of one page at a time, around one search field."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._parts: dict[Page, tuple[QWidget, QWidget]] = {}
        self._page: Page | None = None
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(theme.px(BAR_PX))
        self._title = ElidedLabel("", "title", wants_room=True)
        self.search = SearchField(theme, "Find patient, phone, invoice…", key="Ctrl+K")
        self.search.setMinimumWidth(theme.px(76))
        self.search.setMaximumWidth(theme.px(SEARCH_PX))
        self._left, self._right = QHBoxLayout(), QHBoxLayout()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        layout.setSpacing(theme.px(12))
        layout.addWidget(self._title)
        layout.addLayout(self._left)
        layout.addStretch(1)
        layout.addWidget(self.search, 4)
        layout.addLayout(self._right)

    def show_page(self, page: Page) -> None:
        """Show the parts of `page` and hide those of the page before."""
        if self._page is not None:
            self._page.title_changed.disconnect(self._title.setText)
            for part in self._parts[self._page]:
                part.hide()
        if page not in self._parts:
            self._parts[page] = (self._row(page.top_controls()), self._row(page.top_actions()))
            self._left.addWidget(self._parts[page][0])
            self._right.addWidget(self._parts[page][1])
        self._page = page
        self._title.setText(page.title)
        page.title_changed.connect(self._title.setText)
        for part in self._parts[page]:
            part.show()

    def _row(self, widgets: Sequence[QWidget]) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self._theme.px(12))
        for widget in widgets:
            layout.addWidget(widget)
        return row
