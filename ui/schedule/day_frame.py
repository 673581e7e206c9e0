"""What stays in sight while the day scrolls: the doctors' names, the hours, and the line of now."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from clinicdesk.schedule.records import CalendarColumn
from ui.core.day_text import MONTHS, WEEKDAYS
from ui.core.labels import plain_label
from ui.core.theme import Theme
from ui.schedule.layout import Box, DayGrid, clock_text

HEADER_PX = 44
BANNER_PX = 34
GUTTER_PX = 50
ACCENT_PX = 3
MARGIN_PX = 4
EMPTY_GRID = DayGrid(480, 1080, 76.0, 1, 150.0)


def heading_of(column: CalendarColumn) -> str:
    """Give the name over a column: the doctor's, the room's, or the day."""
    on = column.on
    if on is None:
        return column.doctor_name
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"


def free_text(column: CalendarColumn, metrics: QFontMetricsF, room: float) -> str:
    """Say a column's specialty and how many times are free; the count is never cut."""
    nothing = "full" if column.open_spans else "away"
    free = f"{column.free_slots} free" if column.free_slots else nothing
    if not column.specialty:
        return free
    left = room - metrics.horizontalAdvance(f" · {free}")
    specialty = metrics.elidedText(column.specialty, Qt.TextElideMode.ElideRight, max(left, 0))
    return f"{specialty} · {free}" if len(specialty) > 1 else free


class DayHeader(QWidget):
    """The doctors over their columns; scrolls sideways with them."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: Sequence[CalendarColumn] = ()
        self._grid, self._scrolled_px = EMPTY_GRID, 0

    def show_columns(self, columns: Sequence[CalendarColumn], grid: DayGrid) -> None:
        """Show other columns."""
        self._columns, self._grid = columns, grid
        self.update()

    def scroll_to(self, scrolled_px: int) -> None:
        """Follow the sideways scroll."""
        self._scrolled_px = scrolled_px
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint accent, name and free times of each column."""
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        painter.fillRect(self.rect(), theme.colour("panel"))
        for number, column in enumerate(self._columns):
            left = self._grid.x(number) - self._scrolled_px
            area = QRectF(left, 0, self._grid.column_px, self.height())
            painter.fillRect(
                QRectF(round(left), 0, round(area.width()), px(ACCENT_PX)),
                theme.palette.accent(column.accent),
            )
            painter.fillRect(
                QRectF(round(area.right()) - 1, px(ACCENT_PX), 1, self.height()),
                theme.colour("line"),
            )
            self._paint_texts(painter, column, area.adjusted(px(8), 0, -px(6), 0))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.colour("line"))

    def _paint_texts(self, painter: QPainter, column: CalendarColumn, area: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        small = theme.font("small")
        free = free_text(column, QFontMetricsF(small), area.width())
        rows = (
            (heading_of(column), theme.font("body", "semibold"), "ink", px(5), px(20)),
            (free, small, "ink_faint", px(24), px(16)),
        )
        for text, font, role, top, height in rows:
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            box = QRectF(area.left(), top, area.width(), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


class TimeGutter(QWidget):
    """The hours beside the columns, with the badge of now; scrolls up and down with them."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid, self._scrolled_px = EMPTY_GRID, 0
        self._now: int | None = None

    def show_grid(self, grid: DayGrid) -> None:
        """Show other hours."""
        self._grid = grid
        self.update()

    def show_now(self, minute: int | None) -> None:
        """Put the badge at a minute; None takes it away."""
        self._now = minute
        self.update()

    def scroll_to(self, scrolled_px: int) -> None:
        """Follow the scroll up and down."""
        self._scrolled_px = scrolled_px
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the hours and the badge; an hour that the badge would cover is left out."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, grid = self._theme, self._grid
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme.colour("line"))
        painter.setFont(theme.font("small", tabular=True))
        painter.setPen(theme.colour("ink_faint"))
        height = theme.px(16)
        badge = self._badge()
        for minute in range(grid.first_minute, grid.last_minute + 1, 60):
            top = min(max(grid.y(minute) - height / 2, 0), grid.height - height)
            top -= self._scrolled_px
            area = QRectF(0, top, self.width() - theme.px(7), height)
            if minute % 60 == 0 and not (badge and badge.intersects(area)):
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(area, flags, clock_text(minute))
        if badge and self._now is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("now_line"))
            painter.drawRoundedRect(badge, 4, 4)
            painter.setPen(theme.colour("on_now"))
            painter.setFont(theme.font("small", "semibold"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, clock_text(self._now))

    def _badge(self) -> QRectF | None:
        if self._now is None:
            return None
        height = self._theme.px(18)
        y = self._grid.y(self._now) - self._scrolled_px
        return QRectF(4, y - height / 2, self.width() - 9, height)


class NowLine(QWidget):
    """The line of now over the columns: a small child of its own, so that a minute's step costs
    nothing. It fades where it would run through the words of an appointment.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._faded: list[tuple[float, float]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedHeight(theme.px(2))
        self.hide()

    def show_at(self, y: float, width: int, faded: Sequence[tuple[float, float]]) -> None:
        """Put the line at a height; `faded` are the stretches from left to right to fade."""
        place = QRect(0, round(y - self.height() / 2), width, self.height())
        if self.isVisible() and (place, sorted(faded)) == (self.geometry(), self._faded):
            return
        self._faded = sorted(faded)
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line."""
        painter = QPainter(self)
        colour = self._theme.colour("now_line")
        pale = QColor(colour)
        pale.setAlphaF(0.22)
        at, height = 0.0, self.height()
        for left, right in self._faded:
            painter.fillRect(QRectF(at, 0, max(left - at, 0), height), colour)
            painter.fillRect(QRectF(left, 0, right - left, height), pale)
            at = right
        painter.fillRect(QRectF(at, 0, self.width() - at, height), colour)


class DayFrame:
    """The parts around and over the surface of a day, moved together."""

    def __init__(self, theme: Theme, parent: QWidget, surface: QWidget) -> None:
        self._theme = theme
        self._header, self._gutter = DayHeader(theme, parent), TimeGutter(theme, parent)
        self._corner = QWidget(parent)
        self._corner.setObjectName("panel")
        self._corner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._banner = plain_label("", "warning")
        self._banner.setParent(parent)
        self._banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._banner.hide()
        self.now_line = NowLine(theme, surface)

    @property
    def size(self) -> tuple[int, int]:
        """The width of the hours at the left and the height of what stands at the top."""
        height = HEADER_PX + (BANNER_PX if self._banner.text() else 0)
        return self._theme.px(GUTTER_PX), self._theme.px(height)

    def show_closed(self, sentence: str) -> bool:
        """Say under the names what closes the day; tells whether the room has changed."""
        shown = self._banner.text()
        if sentence != shown:
            self._banner.setText(sentence)
            self._banner.setAccessibleName(sentence)
            self._banner.setVisible(bool(sentence))
        return bool(shown) != bool(sentence)

    def place(self, surface: QRect) -> None:
        """Stand around the surface."""
        gutter, top = self.size
        header = self._theme.px(HEADER_PX)
        self._corner.setGeometry(0, 0, gutter, top)
        self._header.setGeometry(surface.left(), 0, surface.width(), header)
        self._banner.setGeometry(surface.left(), header, surface.width(), top - header)
        self._gutter.setGeometry(0, top, gutter, surface.height())

    def show_day(self, columns: Sequence[CalendarColumn], grid: DayGrid) -> None:
        """Show the names and hours of a day."""
        self._header.show_columns(columns, grid)
        self._gutter.show_grid(grid)

    def scroll_to(self, x: int, y: int) -> None:
        """Follow the scroll of the surface."""
        self._header.scroll_to(x)
        self._gutter.scroll_to(y)

    def show_now(self, minute: int | None) -> None:
        """Put the badge of now at a minute; None takes badge and line away."""
        self._gutter.show_now(minute)
        if minute is None:
            self.now_line.hide()


def bring_into_sight(view: QAbstractScrollArea, box: Box) -> None:
    """Scroll as little as needed to show a box of the surface."""
    left, top, width, height = box
    for bar, start, length in (
        (view.verticalScrollBar(), top, height),
        (view.horizontalScrollBar(), left, width),
    ):
        if start < bar.value():
            bar.setValue(int(start) - MARGIN_PX)
        elif start + length > bar.value() + bar.pageStep():
            bar.setValue(int(start + length - bar.pageStep()) + MARGIN_PX)


def set_bars(view: QAbstractScrollArea, grid: DayGrid, *, step_px: int) -> None:
    """Let both bars scroll over the whole of a grid."""
    area = view.viewport().size()
    for bar, whole, page in (
        (view.verticalScrollBar(), grid.height, area.height()),
        (view.horizontalScrollBar(), grid.width, area.width()),
    ):
        bar.setRange(0, max(whole - page, 0))
        bar.setPageStep(page)
        bar.setSingleStep(step_px)
