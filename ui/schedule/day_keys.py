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
