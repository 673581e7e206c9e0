"""From the start of the process to the first painted window: ours beside an empty PySide6 window.

Both are started in turn, so that the machine's mood falls on both alike.
"""

import os
import statistics
import subprocess
import sys
import time

ROUNDS = 9
EMPTY = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), flush=True)
        os._exit(0)

application = QApplication(sys.argv)
window = Window()
window.resize(1440, 900)
window.show()
application.exec()
"""
OURS = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from clinicdesk.cli import WindowRequest
from ui import start

def stop():
    print(time.time(), flush=True)
    os._exit(0)

def painted(self, event):
    # What lies in the window is painted right after the window itself, before the next timer.
    QTimer.singleShot(0, stop)

application = QApplication(sys.argv)
program = start.Program(application, WindowRequest(folder=Path("nowhere")))
type(program.window).paintEvent = painted
program.window.show()
application.exec()
"""


def _seconds(program: str) -> float:
    began = time.time()
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    return float(run.stdout.split()[-1]) - began


def main() -> None:
    """Print both medians in milliseconds, and the ratio."""
    _seconds(EMPTY), _seconds(OURS)
    empty, ours = zip(*((_seconds(EMPTY), _seconds(OURS)) for _ in range(ROUNDS)), strict=True)
    bound, figure = statistics.median(empty) * 1000, statistics.median(ours) * 1000
    print(f"   empty window {bound:6.0f} ms")
    print(f"   ClinicDesk   {figure:6.0f} ms   ratio {figure / bound:.2f} (wanted: 2 at most)")


if __name__ == "__main__":
    main()
