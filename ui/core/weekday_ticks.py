"""Seven boxes for the days of the week."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.core.day_text import LONG_WEEKDAYS, WEEKDAYS
from ui.core.inputs import CheckMark
from ui.core.theme import Theme


class WeekdayTicks(QWidget):
    """The days of the week, Monday first; `weekdays` holds them as bits, bit 0 for Monday."""

    changed = Signal()

    def __init__(self, theme: Theme, *, weekdays: int = 127) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        self.ticks = [CheckMark(theme, day) for day in WEEKDAYS]
        for tick, name in zip(self.ticks, LONG_WEEKDAYS, strict=True):
            tick.setAccessibleName(name)
            tick.clicked.connect(self.changed)
            row.addWidget(tick)
        row.addStretch(1)
        self.setFocusProxy(self.ticks[0])
        self.set_weekdays(weekdays)

    @property
    def weekdays(self) -> int:
        """The days that are ticked."""
        return sum(1 << number for number, tick in enumerate(self.ticks) if tick.isChecked())

    def set_weekdays(self, weekdays: int) -> None:
        """Tick these days and no others."""
        for number, tick in enumerate(self.ticks):
            tick.setChecked(bool(weekdays >> number & 1))
