"""The month view: six weeks, each day with how full it is and what closes it."""

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from clinicdesk.schedule.records import CalendarMonth, MonthDay
from ui.core.day_text import LONG_MONTHS, WEEKDAYS, long_day_text
from ui.core.theme import Theme

HEAD_PX = 30
WEEK = 7
LEFT = Qt.MouseButton.LeftButton
STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -WEEK,
    Qt.Key.Key_Down: WEEK,
}


def fullness_words(day: MonthDay) -> tuple[str, str]:
    """Say how many are booked and how many still fit; "" for nothing to say."""
    booked = f"{day.booked} booked" if day.booked else ""
    if day.requested:
        booked += f" · {day.requested} requested"
    return booked, f"{day.free} free" if day.free else ""


def day_words(day: MonthDay) -> str:
    """Say a whole day for those who hear the screen."""
    parts = [long_day_text(day.on), *fullness_words(day)]
    parts += [closure.name for closure in day.closures]
    return ", ".join(part for part in parts if part)


class MonthView(QWidget):
    """Shows a CalendarMonth; `opened` carries the day to show whole, `pointed` the one stood on.

    `month_asked` carries -1 for the month before and 1 for the one after.
    """

    opened = Signal(date)
    pointed = Signal(date)
    month_asked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._month: CalendarMonth | None = None
        self._today: date | None = None
        self._day: date | None = None
        self._pressed_on: date | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)
        self._say()

    def show_month(self, month: CalendarMonth, *, day: date, today: date) -> None:
        """Show a month with the keyboard on a day of it; the same month again paints nothing."""
        if (self._month, self._day, self._today) == (month, day, today):
            return
        self._month, self._day, self._today = month, day, today
        self._say()
        self.update()

    @property
    def day(self) -> date | None:
        """The day that the keyboard stands on."""
        return self._day

    def _say(self) -> None:
        shown = self._find(self._day)
        if self._month is None or shown is None:
            self.setAccessibleName("Calendar, no month shown yet")
            return
        on = self._month.month_on
        head = f"Calendar of {LONG_MONTHS[on.month - 1]} {on.year}."
        self.setAccessibleName(f"{head} Selected: {day_words(shown)}.")

    def _find(self, day: date | None) -> MonthDay | None:
        days = self._month.days if self._month else ()
        return next((one for one in days if one.on == day), None)

    # --- mouse and keys --------------------------------------------------------------------

    def _cell(self, number: int) -> QRectF:
        head = self._theme.px(HEAD_PX)
        weeks = max(len(self._month.days) // WEEK, 1) if self._month else 1
        width, height = self.width() / WEEK, (self.height() - head) / weeks
        row, column = divmod(number, WEEK)
        left, top = round(column * width), head + round(row * height)
        return QRectF(
            left, top, round((column + 1) * width) - left, head + round((row + 1) * height) - top
        )

    def _at(self, point: QPointF) -> MonthDay | None:
        days = self._month.days if self._month else ()
        for number, day in enumerate(days):
            if self._cell(number).contains(point):
                return day
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Stand on the day under the mouse."""
        day = self._at(event.position())
        self._pressed_on = day.on if day is not None else None
        if day is not None:
            self._go(day.on)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the day that was clicked; let go elsewhere, nothing is opened."""
        day, pressed_on = self._at(event.position()), self._pressed_on
        self._pressed_on = None
        if day is not None and day.on == pressed_on and event.button() is LEFT:
            self.opened.emit(day.on)

    def event(self, event: QEvent) -> bool:
        """Say all of a day under the mouse, also what its cell has no room for."""
        if event.type() is QEvent.Type.ToolTip:
            point = self.mapFromGlobal(self.cursor().pos())
            day = self._at(QPointF(point))
            if day is not None:
                QToolTip.showText(self.cursor().pos(), day_words(day), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk by days and weeks with the arrows, by months with the page keys; open with Enter."""
        key = Qt.Key(event.key())
        if self._day is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in STEPS:
            self._go(self._day + timedelta(days=STEPS[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.month_asked.emit(1 if key is Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._day)
        else:
            super().keyPressEvent(event)

    def _go(self, day: date) -> None:
        if day == self._day:
            return
        self._day = day
        self._say()
        self.update()
        self.pointed.emit(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard stands."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the weekdays and the days."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self._theme.colour("panel"))
        if self._month is None:
            return
        for number, day in enumerate(self._month.days):
            cell = self._cell(number)
            if number < WEEK:
                self._paint_weekday(painter, day.on, cell)
            if cell.intersects(QRectF(event.rect())):
                self._paint_day(painter, day, cell)

    def _paint_weekday(self, painter: QPainter, on: date, cell: QRectF) -> None:
        painter.setFont(self._theme.font("small", "semibold"))
        painter.setPen(self._theme.colour("ink_faint"))
        area = QRectF(cell.left(), 0, cell.width(), self._theme.px(HEAD_PX))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area.adjusted(self._theme.px(10), 0, 0, 0), flags, WEEKDAYS[on.weekday()])

    def _paint_day(self, painter: QPainter, day: MonthDay, cell: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        is_own = self._month is not None and day.on.month == self._month.month_on.month
        if day.is_closed or not is_own:
            painter.fillRect(cell, theme.colour("hatch"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(cell.topLeft(), cell.topRight())
        painter.drawLine(cell.topRight(), cell.bottomRight())
        self._paint_number(painter, day.on, cell, is_own=is_own)
        inner = cell.adjusted(px(10), px(34), -px(8), -px(6))
        booked, free = fullness_words(day)
        names = ", ".join(closure.name for closure in day.closures)
        line = px(18)
        for text, role, weight in (
            (names, "warning_ink", "semibold"),
            (booked, "ink", "medium"),
            (free, "brand" if day.free else "ink_faint", "regular"),
        ):
            if text and inner.height() >= line:
                self._paint_line(painter, text, inner, role=role, weight=weight)
                inner.setTop(inner.top() + line)
        if day.on == self._day:
            painter.setPen(theme.colour("focus" if self.hasFocus() else "line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(2.5, 2.5, -2.5, -2.5), 6, 6)

    def _paint_number(self, painter: QPainter, on: date, cell: QRectF, *, is_own: bool) -> None:
        theme, px = self._theme, self._theme.px
        area = QRectF(cell.left() + px(6), cell.top() + px(7), px(28), px(22))
        is_today = on == self._today
        if is_today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("brand"))
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setFont(theme.font("body", "semibold"))
        painter.setPen(theme.colour("on_brand" if is_today else "ink" if is_own else "ink_faint"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(on.day))

    def _paint_line(
        self, painter: QPainter, text: str, area: QRectF, *, role: str, weight: str
    ) -> None:
        font = self._theme.font("small", weight)
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        line = QRectF(area.left(), area.top(), area.width(), self._theme.px(18))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
