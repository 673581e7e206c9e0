"""A desk for one page: real services on an encrypted file, a real window, no bug unseen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import Clock
from clinicdesk.patients.records import PatientDetails
from ui.core.change_bridge import ChangeBridge
from ui.core.dialogs import Dialog
from ui.core.errors import ErrorPresenter
from ui.core.page import Page
from ui.core.session import Desk, Session
from ui.core.tasks import Tasks
from ui.core.theme import Mode, Theme

MANAGER = Actor(None, "John Abara", frozenset({Role.RECEPTIONIST, Role.MANAGER}), "Front desk 1")
RECEPTIONIST = Actor(None, "Maria Keane", frozenset({Role.RECEPTIONIST}), "Front desk 1")
DOCTOR = Actor(None, "Dr Amara Osei", frozenset({Role.DOCTOR}), "Room 1")
CHLOE = PatientDetails(
    "Chloé", "Martin", date(1986, 5, 14), sex="F", phone="020 7946 0018",
    email="chloe.martin@example.org", address="14 Cedar Road\nLondon N1 4AA",
    alert="Penicillin allergy",
)  # fmt: skip


class WatchedPresenter(ErrorPresenter):
    """Shows errors as the program does, and keeps the bugs for the end of the test."""

    bugs: list[BaseException]

    def show_bug(self, owner: QObject | None, error: BaseException) -> None:
        self.bugs.append(error)
        super().show_bug(owner, error)


class PageDesk:
    """A window that shows one page with its buttons."""

    def __init__(self, qtbot: QtBot, services: Any, clock: Clock, bus: ChangeBus) -> None:
        self.qtbot, self.services = qtbot, services
        self.window = QWidget()
        self.window.resize(1280, 800)
        self.theme = Theme()
        self.theme.set_mode(Mode.LIGHT)
        self.presenter = WatchedPresenter(self.theme, lambda: self.window)
        self.presenter.bugs = []
        self.tasks = Tasks(self.presenter)
        self.bridge = ChangeBridge(bus)
        self.session = Session(MANAGER)
        self.desk = Desk(self.theme, self.tasks, clock, services, self.session)
        self.messages: list[str] = []
        self.undos: list[tuple[str, Callable[[], None]]] = []

    def show(self, page: Page) -> None:
        """Show a page as the main window does."""
        top, column = QHBoxLayout(), QVBoxLayout(self.window)
        for widget in (*page.top_controls(), *page.top_actions()):
            top.addWidget(widget)
        column.addLayout(top)
        column.addWidget(page, 1)
        page.message_posted.connect(self.messages.append)
        page.undo_offered.connect(self._take_undo)
        self.bridge.changed.connect(page.hear)
        self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        page.first_focus().setFocus()

    def _take_undo(self, text: str, undo: Callable[[], None]) -> None:
        self.messages.append(text)
        self.undos.append((text, undo))

    def press(self, key: Qt.Key | str, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key, or type letters, where the focus is."""
        target = QApplication.focusWidget() or self.window
        if isinstance(key, str):
            for letter in key:
                self._type(target, letter)
        else:
            self.qtbot.keyClick(target, key, modifier)

    def _type(self, target: QWidget, letter: str) -> None:
        if letter.isascii():
            self.qtbot.keyClicks(target, letter)
            return
        # Qt's own helper knows the keys of ASCII only.
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(target, event)

    def dialog(self, kind: type[Dialog] = Dialog) -> Any:
        """Wait for an open dialog of a kind and give it."""
        self.qtbot.waitUntil(lambda: bool(self.dialogs(kind)))
        return self.dialogs(kind)[-1]

    def dialogs(self, kind: type[Dialog] = Dialog) -> list[Any]:
        """Give the open dialogs of a kind."""
        return [dialog for dialog in self.window.findChildren(kind) if dialog.is_open]

    def texts(self) -> list[str]:
        """Give what all visible labels say."""
        return [label.text() for label in self.window.findChildren(QLabel) if label.isVisible()]

    def close(self) -> None:
        """Close the window and end the lanes."""
        self.bridge.close()
        self.tasks.close()
        QApplication.processEvents()
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()


@contextmanager
def page_desk(qtbot: QtBot, services: Any, clock: Clock, bus: ChangeBus) -> Iterator[PageDesk]:
    """Give a desk; afterwards no bug may have been met."""
    made = PageDesk(qtbot, services, clock, bus)
    yield made
    made.close()
    assert made.presenter.bugs == []
