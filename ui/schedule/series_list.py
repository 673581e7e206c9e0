"""The dates of a series to look over: each with its tick, and what hinders it in words."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.schedule.records import Slot
from clinicdesk.schedule.series.records import SeriesDate, SeriesPreview
from ui.core.icons import draw_icon
from ui.core.theme import Theme

ROW_PX, MOST_ROWS = 34, 9
DAY_PX, TIME_PX = 128, 60
WordsOf = Callable[[Slot], tuple[str, str]]


@dataclass(slots=True)
class SeriesRow:
    """One date: whether it is to be booked, and whether at the near time instead of its own."""

    date: SeriesDate
    is_chosen: bool
    takes_nearest: bool = False

    @property
    def slot(self) -> Slot | None:
        """The time that would be booked; None where there is none to be had."""
        if self.takes_nearest:
            return self.date.nearest
        return self.date.slot if self.date.is_free or self.date.is_warning else None


class SeriesList(QWidget):
    """Lists dates; Space ticks, → takes the near free time, ← the own one again.

    `changed` tells that something else is chosen, `picked` Enter.
    """

    changed = Signal()
    picked = Signal()

    def __init__(self, theme: Theme, words_of: WordsOf) -> None:
        super().__init__()
        self._theme, self._words_of = theme, words_of
        self.rows: list[SeriesRow] = []
        self._lit = self._top = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    def show_preview(self, preview: SeriesPreview) -> None:
        """Show how each date stands: what is free is ticked; what was taken off stays off."""
        left_off = {row.date.on for row in self.rows if row.slot and not row.is_chosen}
        near = {row.date.on for row in self.rows if row.takes_nearest}
        self.rows = [
            SeriesRow(
                each,
                (each.is_free or each.on in near) and each.on not in left_off,
                each.on in near and each.nearest is not None and not each.is_free,
            )
            for each in preview.dates
        ]
        for row in self.rows:
            row.is_chosen = row.is_chosen and row.slot is not None
        self._light(min(self._lit, max(len(self.rows) - 1, 0)))
        self.updateGeometry()
        self.changed.emit()

    @property
    def overlaps(self) -> bool:
        """Whether a date is chosen on which the patient has another visit then."""
        return any(row.is_chosen and row.date.is_warning for row in self.rows)

    @property
    def chosen(self) -> tuple[Slot, ...]:
        """The times to be booked."""
        return tuple(row.slot for row in self.rows if row.is_chosen and row.slot is not None)

    def remark_of(self, number: int) -> str:
        """Give what is said of a date, by its number."""
        return self._remark(self.rows[number])

    def _light(self, number: int) -> None:
        self._lit = number
        self._top = max(min(self._top, number), number - MOST_ROWS + 1, 0)
        self._say()
        self.update()

    def _say(self) -> None:
        row = self.rows[self._lit] if self._lit < len(self.rows) else None
        if row is None:
            self.setAccessibleName("Dates of the series: none")
            return
        day, time = self._words_of(row.date.slot)
        state = "chosen" if row.is_chosen else "left out"
        self.setAccessibleName(f"Dates of the series: {day} {time}, {state}. {self._remark(row)}")

    def _remark(self, row: SeriesRow) -> str:
        if row.takes_nearest and row.date.nearest is not None:
            return f"instead of {self._words_of(row.date.slot)[1]}  ←"
        if row.date.is_free:
            return "free"
        if row.date.nearest is None:
            return f"{row.date.sentence}"
        return f"→ {self._words_of(row.date.nearest)[1]} is free · {row.date.sentence}"

    def _toggle(self, number: int) -> None:
        row = self.rows[number]
        if row.slot is None and row.date.nearest is not None:
            row.takes_nearest = True
        row.is_chosen = not row.is_chosen and row.slot is not None
        self._light(number)
        self.changed.emit()

    def _take_nearest(self, number: int, *, takes: bool) -> None:
        row = self.rows[number]
        if row.date.is_free or row.date.nearest is None:
            return
        row.takes_nearest = row.is_chosen = takes
        self._light(number)
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, tick, take the near time, book."""
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step and self.rows:
            self._light((self._lit + step) % len(self.rows))
        elif key == Qt.Key.Key_Space and self.rows:
            self._toggle(self._lit)
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Left} and self.rows:
            self._take_nearest(self._lit, takes=key == Qt.Key.Key_Right)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.picked.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tick the date under the mouse."""
        number = self._top + int(event.position().y()) // self._theme.px(ROW_PX)
        if 0 <= number < len(self.rows):
            self._toggle(number)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll."""
        step = -1 if event.angleDelta().y() > 0 else 1
        self._top = max(0, min(self._top + step, len(self.rows) - MOST_ROWS))
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room of the rows, nine at most and three at least, so that nothing jumps."""
        rows = min(max(len(self.rows), 3), MOST_ROWS)
        return QSize(self._theme.px(480), rows * self._theme.px(ROW_PX))

    def minimumSizeHint(self) -> QSize:
        """Give the same height: rows are never cut."""
        return QSize(self._theme.px(320), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._theme.px(ROW_PX)
        for place, row in enumerate(self.rows[self._top : self._top + MOST_ROWS]):
            area = QRectF(0, place * height, self.width(), height)
            if self._top + place == self._lit:
                painter.setPen(QPen(self._theme.colour("focus"), 2 if self.hasFocus() else 1))
                painter.setBrush(self._theme.colour("selected"))
                radius = self._theme.px(8)
                painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), radius, radius)
            self._paint_row(painter, row, area)

    def _paint_row(self, painter: QPainter, row: SeriesRow, area: QRectF) -> None:
        px = self._theme.px
        self._paint_tick(painter, row, area)
        day, time = self._words_of(row.slot or row.date.slot)
        role = "ink" if row.is_chosen else "ink_faint"
        left = area.left() + px(40)
        for text, width in ((day, DAY_PX), (time, TIME_PX)):
            room = QRectF(left, area.top(), px(width), area.height())
            self._text(painter, text, room, "semibold", role)
            left += px(width)
        remark_role = "ink_soft" if row.date.is_free or row.takes_nearest else "danger"
        if row.date.is_warning:
            remark_role = "ink"
        room = QRectF(left, area.top(), area.right() - left - px(12), area.height())
        self._text(painter, self._remark(row), room, "regular", remark_role)

    def _paint_tick(self, painter: QPainter, row: SeriesRow, area: QRectF) -> None:
        theme, side = self._theme, self._theme.px(15)
        box = QRectF(area.left() + self._theme.px(12), area.center().y() - side / 2, side, side)
        colour = theme.colour("brand" if row.is_chosen else "ink_faint")
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(colour if row.is_chosen else theme.colour("panel"))
        painter.drawRoundedRect(box, 4, 4)
        if row.is_chosen:
            draw_icon(painter, "check", theme.colour("panel"), box.adjusted(2, 2, -2, -2))

    def _text(self, painter: QPainter, text: str, area: QRectF, weight: str, role: str) -> None:
        font = self._theme.font("body", weight, tabular=text[:1].isdigit())
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
