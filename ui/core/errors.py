"""The one place that shows what went wrong: known errors in words, bugs with their details."""

import logging
import sys
from collections.abc import Callable
from types import TracebackType

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.theme import Theme

log = logging.getLogger(__name__)


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
        from ui.core.bug_dialog import BugDialog, bug_details  # noqa: PLC0415  # rarely needed

        details = bug_details(error)
        log.error("bug: %s", details)
        host = self._host(owner)
        if host is not None:
            BugDialog(host, self._theme, details).open()

    def _host(self, owner: QObject | None) -> QWidget | None:
        if isinstance(owner, QWidget) and shiboken6.isValid(owner) and owner.isVisible():
            return owner
        return self._find_window()


def report_uncaught(presenter: ErrorPresenter) -> None:
    """Hand every exception that nobody caught to the presenter."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            presenter.show_bug(None, error)

    sys.excepthook = hook
