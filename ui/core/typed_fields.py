"""Fields for a day, a time and a whole number: typed freely, shown alike, stepped by the arrows."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from clinicdesk.errors import InvalidInputError
from ui.core.theme import Theme
from ui.core.typed import (
    DAY_MINUTES,
    date_text,
    optional_date,
    parse_date,
    parse_time,
    parse_whole,
    time_text,
)

STEP_MINUTES = 15
_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class _SteppedField(QLineEdit):
    """A line that tidies what was typed when it is left, and steps on Up and Down."""

    def __init__(self, theme: Theme, *, name: str, width_px: int, hint: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMinimumWidth(theme.px(width_px))

    def stepped(self, step: int) -> str:
        """Give the text one step on; what cannot be read stays."""
        raise InvalidInputError(self.text(), field=str(step))

    def tidy(self) -> str:
        """Give what was typed as it is shown."""
        return self.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step on Up and Down."""
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._put(lambda: self.stepped(step))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show what was typed as all fields show it; what cannot be read stays as it is."""
        super().focusOutEvent(event)
        self._put(self.tidy)

    def _put(self, give: Callable[[], str]) -> None:
        try:
            text = give()
        except InvalidInputError:
            return
        if text != self.text():
            self.setText(text)
            self.textEdited.emit(text)


class TimeField(_SteppedField):
    """A time of the clinic's wall clock; Up and Down go by a quarter of an hour."""

    def __init__(self, theme: Theme, *, name: str, minute: int | None = None) -> None:
        super().__init__(theme, name=name, width_px=72, hint="09:00")
        self.setText("" if minute is None else time_text(minute))

    def stepped(self, step: int) -> str:
        """Give the time a quarter on."""
        minute = parse_time(self.text() or "9:00") + step * STEP_MINUTES
        return time_text(minute % DAY_MINUTES)

    def tidy(self) -> str:
        """Give the time as "09:30"."""
        return time_text(parse_time(self.text()))


class DayField(_SteppedField):
    """A day; Up and Down go by one. `today` decides what a day without a year means."""

    def __init__(self, theme: Theme, *, name: str, today: date, hint: str = "24/12/2026") -> None:
        super().__init__(theme, name=name, width_px=112, hint=hint)
        self.today = today

    def stepped(self, step: int) -> str:
        """Give the day after or before."""
        on = optional_date(self.text(), today=self.today)
        return date_text(self.today if on is None else on + timedelta(days=step))

    def tidy(self) -> str:
        """Give the day as "24 Dec 2026"."""
        return date_text(optional_date(self.text(), today=self.today))

    def day(self, *, field: str = "") -> date:
        """Give the day typed.

        Raises:
            InvalidInputError: there is none, or none that can be read.
        """
        return parse_date(self.text(), today=self.today, field=field)


class NumberField(_SteppedField):
    """A whole number from zero; Up and Down go by `step`."""

    def __init__(self, theme: Theme, *, name: str, step: int = 1, hint: str = "") -> None:
        super().__init__(theme, name=name, width_px=60, hint=hint)
        self._by = step

    def stepped(self, step: int) -> str:
        """Give the number a step on, never below zero."""
        return str(max(0, parse_whole(self.text() or "0") + step * self._by))
