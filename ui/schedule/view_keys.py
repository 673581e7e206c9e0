"""The saved views on the function keys: Ctrl and a key saves, the key alone brings it back."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from clinicdesk.schedule.views.records import FIRST_KEY, LAST_KEY, LAST_LEFT, SavedView
from clinicdesk.schedule.views.service import NARROWEST_PX, WIDEST_PX
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.page import Page
from ui.core.theme import Theme


def key_number(event: QKeyEvent) -> int | None:
    """Give the number of a function key that views are kept on; None for any other key."""
    number = event.key() - Qt.Key.Key_F1 + 1
    return number if FIRST_KEY <= number <= LAST_KEY else None


class ViewList(QWidget):
    """The views that were saved, each with its key; pressing one brings it."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._views: tuple[SavedView, ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(2))
        self._hint = plain_label("Ctrl+F3 keeps what you see now on F3.", "faint", wrap=True)
        self._rows.addWidget(self._hint)
        self._buttons: list[QPushButton] = []

    def show_views(self, views: Sequence[SavedView]) -> None:
        """List other views."""
        shown = tuple(view for view in views if view.key != LAST_LEFT)
        if shown == self._views:
            return
        self._views = shown
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(view) for view in shown]
        self._hint.setVisible(not shown)

    def _button(self, view: SavedView) -> QPushButton:
        button = QPushButton(f"F{view.key}   {view.name}".replace("&", "&&"))
        button.setFlat(True)
        button.setProperty("kind", "row")
        button.setAccessibleName(f"View {view.name}, F{view.key}")
        button.clicked.connect(lambda: self.chosen.emit(view.key))
        self._rows.addWidget(button)
        return button


class SaveViewDialog(Dialog):
    """Takes the name of a view and how narrow its columns may get; `saved` carries the view.

    `removed` tells that the view before is to leave its key.
    """

    saved = Signal(object)
    removed = Signal()

    def __init__(self, host: QWidget, theme: Theme, view: SavedView, *, before: str) -> None:
        super().__init__(host, theme, title=f"Keep this view on F{view.key}", width_px=420)
        self._view = view
        words = f"It replaces “{before}”." if before else "F-keys bring your views back at once."
        self.body.addWidget(plain_label(words, "soft", wrap=True))
        self.name_edit = QLineEdit(view.name)
        self.name_edit.setProperty("kind", "large")
        self.name_edit.selectAll()
        self.name_edit.textEdited.connect(lambda _text: self.clear_problem())
        self.add_field("Name", self.name_edit, name="name")
        self.width_edit = QSpinBox()
        self.width_edit.setRange(NARROWEST_PX, WIDEST_PX)
        self.width_edit.setSingleStep(10)
        self.width_edit.setValue(view.least_column_px)
        self.add_field("Narrowest column", self.width_edit, name="least_column_px")
        button = KeyButton(theme, "Keep", key="Return", kind="primary")
        button.clicked.connect(self._save)
        if before:
            remove = KeyButton(theme, f"Empty F{view.key}", key="Ctrl+R")
            remove.clicked.connect(self.removed)
            self.add_button(remove)
        self.footer.addStretch(1)
        self.add_button(button, is_default=True)

    def _save(self) -> None:
        view = replace(
            self._view,
            name=self.name_edit.text().strip(),
            least_column_px=self.width_edit.value(),
        )
        self.saved.emit(view)


class ViewKeys(QObject):
    """Saves and brings views for the calendar page.

    `present` gives what is shown now as a view, `bring` shows another.
    """

    def __init__(
        self, page: Page, *, present: Callable[[], SavedView], bring: Callable[[SavedView], None]
    ) -> None:
        super().__init__(page)
        self._page, self._present, self._bring = page, present, bring
        self.views: tuple[SavedView, ...] = ()

    def press_key(self, event: QKeyEvent) -> bool:
        """Save with Ctrl, bring without; tells whether the key was one of a view."""
        number = key_number(event)
        if number is None or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._ask(number)
        else:
            self.bring(number)
        return True

    def bring(self, key: int) -> None:
        """Show the view on a key; without one say how to save it."""
        view = self._on(key)
        if view is None:
            self._page.message_posted.emit(f"Nothing is kept on F{key} yet: Ctrl+F{key} keeps it.")
        else:
            self._bring(view)

    def keep_last(self) -> None:
        """Remember what is shown now, for the next time this person signs in."""
        view = replace(self._present(), key=LAST_LEFT, name="")
        if view != self._on(LAST_LEFT):
            self._save(view, say=False)

    def _on(self, key: int) -> SavedView | None:
        return next((view for view in self.views if view.key == key), None)

    def _ask(self, key: int) -> None:
        before = self._on(key)
        name = before.name if before else ""
        view = replace(self._present(), key=key, name=name)
        dialog = SaveViewDialog(self._page, self._page.desk.theme, view, before=name)
        dialog.saved.connect(lambda wanted: self._save(wanted, over=dialog))
        dialog.removed.connect(lambda: self._remove(before, dialog))
        dialog.open()

    def _save(
        self, view: SavedView, *, over: SaveViewDialog | None = None, say: bool = True
    ) -> None:
        views, actor = self._page.desk.services.views, self._page.desk.actor

        def done(_none: None) -> None:
            others = tuple(one for one in self.views if one.key != view.key)
            self.views = tuple(sorted((*others, view), key=lambda one: one.key))
            if over is not None:
                over.finish()
            if say:
                self._page.message_posted.emit(f"“{view.name}” is on F{view.key}")
                self._page.mark_stale()

        self._page.desk.tasks.run(
            self._page,
            lambda: views.save(actor, view),
            done=done,
            failed=over.show_problem if over is not None else None,
        )

    def _remove(self, view: SavedView | None, dialog: SaveViewDialog) -> None:
        if view is None:
            return
        views, actor = self._page.desk.services.views, self._page.desk.actor

        def done(_none: None) -> None:
            self.views = tuple(one for one in self.views if one.key != view.key)
            dialog.finish()
            self._page.undo_offered.emit(f"F{view.key} is empty", lambda: self._save(view))
            self._page.mark_stale()

        self._page.desk.tasks.run(
            self._page,
            lambda: views.remove(actor, view.key),
            done=done,
            failed=dialog.show_problem,
        )
