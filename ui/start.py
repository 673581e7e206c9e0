"""Starts the program: paints the window first, loads what is in it after that."""

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from clinicdesk.cli import WindowRequest
from ui.core.theme import Theme
from ui.shell.frame import Frame

LONGEST_WAIT_MS = 1000

if TYPE_CHECKING:
    from ui.program import Program


def start(request: WindowRequest) -> int:
    """Show the window for what was asked, and give the exit status when it is closed."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("ClinicDesk")
    application.setDesktopFileName("clinicdesk")
    theme = Theme()
    frame = Frame(theme)
    running: list[Program] = []

    def fill() -> None:
        if not running:
            from ui.program import Program  # noqa: PLC0415  # after the first picture

            running.append(Program(application, request, theme=theme, frame=frame))

    frame.appeared.connect(fill)
    QTimer.singleShot(LONGEST_WAIT_MS, fill)  # a window that nobody sees is filled all the same
    frame.show()
    application.exec()
    return running[0].finish() if running else 0
