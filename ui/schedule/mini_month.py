"""A small month to choose a day from."""

from datetime import date, timedelta

from PySide6.QtCore import QLocale, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.core.day_text import LONG_MONTHS, WEEKDAYS, long_day_text
from ui.core.icons import draw_icon
from ui.core.theme import Theme

ROW_PX = 22
HEAD_PX = 30
WEEKS = 6


def first_shown(month: date, first_weekday: int) -> date:
    """Give the first day shown of a month whose weeks begin on `first_weekday` (0 is Monday)."""
    start = month.replace(day=1)
    return start - timedelta(days=(start.weekday() - first_weekday) % 7)


def next_month(month: date, step: int) -> date:
    """Give the first day of a month `step` months away."""
    number = month.year * 12 + month.month - 1 + step
    return date(number // 12, number % 12 + 1, 1)


class MiniMonth(QWidget):
    """Shows a month; `chosen` carries the day pointed at, arrows move by days and weeks."""

    chosen = Signal(date)

    def __init__(self, theme: Theme, *, today: date) -> None:
        super().__init__()
        self._theme, self._today, self._day = theme, today, today
        self._month = today.replace(day=1)
        self._target: date | None = None
        self._first_weekday = QLocale().firstDayOfWeek().value - 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def day(self) -> date:
        """The day chosen."""
        return self._day

    def show_day(self, day: date, *, today: date) -> None:
        """Mark a day, and show its month."""
        self._day, self._today = day, today
        self._month = day.replace(day=1)
        self._say()
        self.update()

    def show_month(self, step: int) -> None:
        """Leaf forth or back without choosing."""
        self._month = next_month(self._month, step)
        self.update()

    def _say(self) -> None:
        self.setAccessibleName(f"Month, {long_day_text(self._day)} {self._day.year} chosen")

    def sizeHint(self) -> QSize:
        """Give the room for six weeks."""
        return QSize(self._theme.px(196), self._theme.px(HEAD_PX + (WEEKS + 1) * ROW_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose another day with the arrows, another month with the page keys."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.chosen.emit(self._day + timedelta(days=steps[key]))
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.show_month(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the day under the mouse, or leaf with the arrows of the head."""
        px, point = self._theme.px, event.position()
        if point.y() < px(HEAD_PX):
            if point.x() > self.width() - px(24):
                self.show_month(1)
            elif point.x() > self.width() - px(48):
                self.show_month(-1)
            return
        day = self._day_at(point)
        if day is not None:
            self.chosen.emit(day)

    def _day_at(self, point: QPointF) -> date | None:
        px = self._theme.px
        row = int((point.y() - px(HEAD_PX)) // px(ROW_PX)) - 1
        column = int(point.x() // (self.width() / 7))
        if not (0 <= row < WEEKS and 0 <= column < 7):
            return None
        return first_shown(self._month, self._first_weekday) + timedelta(days=row * 7 + column)

    def day_under(self, on_screen: QPoint) -> date | None:
        """Give the day under a point of the screen; None where there is none."""
        point = self.mapFromGlobal(on_screen)
        is_here = self.isVisible() and self.rect().contains(point)
        return self._day_at(QPointF(point)) if is_here else None

    def show_target(self, day: date | None) -> None:
        """Mark the day onto which something is dragged; None for no day."""
        if day != self._target:
            self._target = day
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the month."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        first = first_shown(self._month, self._first_weekday)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("ink_faint"))
        for column in range(7):
            day = first + timedelta(days=column)
            painter.drawText(
                self._cell(0, column), Qt.AlignmentFlag.AlignCenter, WEEKDAYS[day.weekday()][0]
            )
        for number in range(7 * WEEKS):
            self._paint_day(painter, first + timedelta(days=number), number)
        if self.hasFocus():
            painter.setPen(self._theme.colour("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_head(self, painter: QPainter) -> None:
        theme, px = self._theme, self._theme.px
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font("body", "semibold"))
        area = QRectF(px(6), 0, self.width(), px(HEAD_PX - 6))
        painter.drawText(
            area,
            Qt.AlignmentFlag.AlignVCenter,
            f"{LONG_MONTHS[self._month.month - 1]} {self._month.year}",
        )
        side = px(13)
        for name, left in (("chevron-left", px(40)), ("chevron-right", px(18))):
            box = QRectF(self.width() - left, (px(HEAD_PX - 6) - side) / 2, side, side)
            draw_icon(painter, name, theme.colour("ink_soft"), box)

    def _cell(self, row: int, column: int) -> QRectF:
        px, width = self._theme.px, self.width() / 7
        return QRectF(column * width, px(HEAD_PX) + row * px(ROW_PX), width, px(ROW_PX))

    def _paint_day(self, painter: QPainter, day: date, number: int) -> None:
        theme = self._theme
        area = self._cell(number // 7 + 1, number % 7)
        is_chosen, is_own = day == self._day, day.month == self._month.month
        role = "on_brand" if is_chosen else "ink" if is_own else "ink_faint"
        if is_chosen or day in (self._today, self._target):
            disc = QRectF(0, 0, theme.px(28), theme.px(19))
            disc.moveCenter(area.center())
            painter.setPen(theme.colour("brand"))
            painter.setBrush(theme.colour("brand") if is_chosen else Qt.BrushStyle.NoBrush)
            if day == self._target and not is_chosen:
                painter.setBrush(theme.colour("brand_soft"))
            painter.drawRoundedRect(disc, disc.height() / 2, disc.height() / 2)
        painter.setPen(theme.colour(role))
        painter.setFont(theme.sized_font(12, "semibold" if is_chosen else "regular"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(day.day))
