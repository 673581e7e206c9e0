"""Presses keys and clicks in the window as a person does, and writes down what it did."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

PATIENCE_SECONDS = 30.0
LOOK_MS = 20
T = TypeVar("T")


class TourStoppedError(Exception):
    """Something that the tour waited for did not come; the text says what."""


@dataclass
class Step:
    """One step of the day: what was done, what it cost, and its picture."""

    number: int
    title: str
    actions: list[str] = field(default_factory=list)
    keys: int = 0
    clicks: int = 0
    milliseconds: int = 0
    screenshot: str = ""
    facts: dict[str, str | int] = field(default_factory=dict)


class Player:
    """Plays on one window and keeps the record in `folder`."""

    def __init__(self, window: QWidget, folder: Path) -> None:
        self.window = window
        self.folder = folder
        self.steps: list[Step] = []
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Count what happens inside, take a picture at the end and write `tour.json` anew."""
        step = Step(len(self.steps) + 1, title)
        self.steps.append(step)
        began = time.perf_counter()
        try:
            yield step
            step.milliseconds = round((time.perf_counter() - began) * 1000)
        finally:
            self.settle()
            self._take_picture(step)
            self._write()

    def press(self, keys: str) -> None:
        """Press one key or combination, written as Qt writes it: "Ctrl+N", "Return", "F2"."""
        combination = QKeySequence.fromString(keys)[0]  # type: ignore[index]  # a sequence in Qt
        QTest.keyClick(
            self.window.windowHandle(), combination.key(), combination.keyboardModifiers()
        )
        self._count(f"press {keys}", keys=1)

    def type(self, text: str) -> None:
        """Type ASCII text key by key."""
        for letter in text:
            QTest.keyClick(self.window.windowHandle(), letter)  # type: ignore[call-overload]
        self._count(f"type “{text}”", keys=len(text))

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget in its middle, or at a point of it."""
        where = widget.mapTo(self.window, at or widget.rect().center())
        self._click_window(where)
        self._count(f"click {_label_of(widget)}", clicks=1)

    def click_button(self, text: str) -> None:
        """Click the visible, enabled button that says `text` or whose name begins with it."""
        self.click(self.wait_for(lambda: self.button(text), f"the button “{text}”"))

    def button(self, text: str) -> QAbstractButton | None:
        """Find a visible, enabled button; the topmost one, such as a dialog's, goes first."""
        found = [
            widget
            for widget in self.window.findChildren(QAbstractButton)
            if widget.isVisible() and widget.isEnabled() and _label_of(widget).startswith(text)
        ]
        return found[-1] if found else None

    def see(self, text: str) -> None:
        """Wait until a visible label holds `text`."""
        self.wait_for(lambda: self.shows(text), f"the words “{text}”")

    def shows(self, text: str) -> bool:
        """Tell whether a visible label holds `text` now."""
        return any(
            text in label.text() for label in self.window.findChildren(QLabel) if label.isVisible()
        )

    def wait_for(self, look: Callable[[], T | None], what: str) -> T:
        """Let the window work until `look` finds something, and give that.

        Raises:
            TourStoppedError: it did not come within half a minute.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            found = look()
            if found:
                return found
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, LOOK_MS)
            QTest.qWait(LOOK_MS)
        raise TourStoppedError(f"step {len(self.steps)}: {what} did not come")

    def wait_until_gone(self, widget: QWidget, what: str) -> None:
        """Let the window work until a widget is hidden or no longer there."""
        self.wait_for(lambda: not shiboken6.isValid(widget) or not widget.isVisible(), what)

    def settle(self) -> None:
        """Let everything that is already due be painted."""
        for _ in range(3):
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, LOOK_MS)

    def keep(self, name: str, content: bytes) -> None:
        """Write a file beside the pictures."""
        (self.folder / name).write_bytes(content)

    def _click_window(self, where: QPoint) -> None:
        QTest.mouseClick(
            self.window.windowHandle(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            where,
        )

    def _count(self, action: str, *, keys: int = 0, clicks: int = 0) -> None:
        if self.steps:
            step = self.steps[-1]
            step.actions.append(action)
            step.keys += keys
            step.clicks += clicks

    def _take_picture(self, step: Step) -> None:
        words = "".join(letter if letter.isalnum() else " " for letter in step.title.lower())
        step.screenshot = f"{step.number:02d}-{'-'.join(words.split())}.png"
        self._picture().save(str(self.folder / step.screenshot))

    def _picture(self) -> QPixmap:
        screen = self.window.screen()
        if QGuiApplication.platformName() == "offscreen":
            return self.window.grab()
        return screen.grabWindow(self.window.winId())

    def _write(self) -> None:
        record = {"steps": [asdict(step) for step in self.steps]}
        text = json.dumps(record, ensure_ascii=False, indent=2)
        (self.folder / "tour.json").write_text(text + "\n", encoding="utf-8")


def _label_of(widget: QWidget) -> str:
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text().replace("&", "")
    return widget.accessibleName() or widget.objectName() or type(widget).__name__
