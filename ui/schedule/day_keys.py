"""Which key does what in the day view."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.schedule.day_walk import DayWalk, Place


def typed_letter(event: QKeyEvent) -> str:
    """Give the letter or digit typed, "" for anything else."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier)
    text = event.text()
    is_typed = len(text) == 1 and text.isalnum()
    return text if is_typed and held == Qt.KeyboardModifier.NoModifier else ""


def is_why_key(event: QKeyEvent) -> bool:
    """Tell whether somebody asks why a time is not free: F1, or a question mark."""
    return event.key() == Qt.Key.Key_F1 or event.text() == "?"


def stretch_steps(event: QKeyEvent) -> int:
    """Give by how many steps Shift with an arrow moves the end of an appointment; 0 for none."""
    if event.modifiers() != Qt.KeyboardModifier.ShiftModifier:
        return 0
    return {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)


STEPS: dict[Qt.Key, Callable[[DayWalk, Place], Place]] = {
    Qt.Key.Key_Down: lambda walk, place: walk.down(place),
    Qt.Key.Key_Up: lambda walk, place: walk.up(place),
    Qt.Key.Key_Left: lambda walk, place: walk.sideways(place, -1),
    Qt.Key.Key_Right: lambda walk, place: walk.sideways(place, 1),
    Qt.Key.Key_PageDown: lambda walk, place: walk.by_minutes(place, 120),
    Qt.Key.Key_PageUp: lambda walk, place: walk.by_minutes(place, -120),
    Qt.Key.Key_Home: lambda walk, place: walk.at(place.column, 0),
    Qt.Key.Key_End: lambda walk, place: walk.at(place.column, 24 * 60),
}
