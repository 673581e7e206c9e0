"""The one place that shows what went wrong: known errors in words, bugs with their details."""

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from clinicdesk.errors import ClinicDeskError
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.theme import Theme

log = logging.getLogger(__name__)


def bug_details(error: BaseException) -> str:
    """Describe a bug by type and places in the program, without its text.

    The text of an unexpected exception may hold what was typed; its type and the lines of the
    program it passed cannot.
    """
    lines = [type(error).__qualname__]
    for frame in traceback.extract_tb(error.__traceback__):
        place = "/".join(frame.filename.replace("\\", "/").split("/")[-3:])
        lines.append(f"  {place}:{frame.lineno} in {frame.name}")
    if error.__cause__ is not None:
        lines.append("caused by " + bug_details(error.__cause__))
    return "\n".join(lines)


class ErrorPresenter:
    """Shows errors over the window of whoever asked."""

    def __init__(self, theme: Theme, find_window: Callable[[], QWidget | None]) -> None:
        self._theme, self._find_window = theme, find_window

    def show_error(self, owner: QObject | None, error: ClinicDeskError) -> None:
        """Show a known error: what happened and what to do next."""
        host = self._host(owner)
        if host is None:
            log.error("known error without a window: %s", type(error).__qualname__)
            return
        dialog = Dialog(host, self._theme, title=error.title, width_px=460)
        dialog.body.addWidget(plain_label(error.sentence, wrap=True, selectable=True))
        dialog.footer.addStretch(1)
        close = KeyButton(self._theme, "Go back", kind="primary")
        close.clicked.connect(dialog.finish)
        dialog.add_button(close, is_default=True)
        dialog.open()

    def show_bug(self, owner: QObject | None, error: BaseException) -> None:
        """Log a bug by type and place only, and show it with its details to copy."""
        details = bug_details(error)
        log.error("bug: %s", details)
        host = self._host(owner)
        if host is not None:
            BugDialog(host, self._theme, details).open()

    def _host(self, owner: QObject | None) -> QWidget | None:
        if isinstance(owner, QWidget) and shiboken6.isValid(owner) and owner.isVisible():
            return owner
        return self._find_window()


class BugDialog(Dialog):
    """Says that the program failed, keeps what was typed, and offers the details."""

    def __init__(self, host: QWidget, theme: Theme, details: str) -> None:
        super().__init__(host, theme, title="ClinicDesk made a mistake", width_px=560)
        self._details = details
        sentence = (
            "This step was not finished because of a fault in the program. Nothing you typed is"
            " lost. Look whether the step was done before you try it again; if it fails again,"
            " copy the details and send them to whoever looks after ClinicDesk. They hold no"
            " patient's data."
        )
        self.body.addWidget(plain_label(sentence, wrap=True))
        self._text = QPlainTextEdit(details)
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Details")
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(theme.px(140))
        self._text.hide()
        self.body.addWidget(self._text)
        self._show = KeyButton(theme, "Show details")
        self._show.clicked.connect(self._toggle)
        copy = KeyButton(theme, "Copy")
        copy.clicked.connect(self._copy)
        close = KeyButton(theme, "Go back", kind="primary")
        close.clicked.connect(self.finish)
        self.add_button(self._show)
        self.add_button(copy)
        self.footer.addStretch(1)
        self.add_button(close, is_default=True)

    def _toggle(self) -> None:
        self._text.setVisible(not self._text.isVisibleTo(self))
        self._show.set_text("Hide details" if self._text.isVisibleTo(self) else "Show details")
        self._show.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)


def report_uncaught(presenter: ErrorPresenter) -> None:
    """Hand every exception that nobody caught to the presenter."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            presenter.show_bug(None, error)

    sys.excepthook = hook
