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
from ui.main import main
from ui.shell.frame import Frame

paint = Frame.paintEvent

def painted(self, event):
    paint(self, event)
    print(time.time(), flush=True)
    os._exit(0)

Frame.paintEvent = painted
main(["run", "--folder", "nowhere"])
"""


def _seconds(program: str) -> float:
    began = time.time()
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
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
