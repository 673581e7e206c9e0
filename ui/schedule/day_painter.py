"""Paints the surface of the day view: closed hours, lines, and appointments as cards."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPixmap

from clinicdesk.schedule.records import AppointmentStatus
from ui.core.icons import draw_icon
from ui.core.theme import StatusColours, Theme
from ui.schedule.card_text import CardText, TextFitter
from ui.schedule.layout import Box, Card, DayGrid

MARK_PX = 4
MOST_PIXELS = 6_000_000
LINE_PX = 15.5
SYMBOLS = {
    AppointmentStatus.REQUESTED: "question",
    AppointmentStatus.ARRIVED: "arrow",
    AppointmentStatus.IN_ROOM: "ring",
    AppointmentStatus.COMPLETED: "check",
    AppointmentStatus.NO_SHOW: "cross",
    AppointmentStatus.CANCELLED: "cross",
}
SOFTENED = frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.CANCELLED})


class DayPainter:
    """Holds the pens, brushes, symbols and shortened texts of one theme at one size."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self._theme, self._ratio = theme, ratio
        self.line_px = LINE_PX * theme.scale
        self._name_font = theme.sized_font(12, "semibold")
        self._struck_font = theme.sized_font(12, "semibold")
        self._struck_font.setStrikeOut(True)
        self._rest_font = theme.sized_font(12)
        self._fitter = TextFitter(self._name_font, self._rest_font, self.line_px)
        self._radius = float(theme.radius["appointment"])
        self._hatch = QBrush(self._stripes(theme.colour("hatch"), theme.colour("hatch_line"), 14))
        self._colours = {status: theme.palette.status(status) for status in AppointmentStatus}
        self._symbols = {
            status: self._symbol(name, self._colours[status].ink)
            for status, name in SYMBOLS.items()
        }
        self._requested = self._requested_brush()
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        self._pixels = 0

    def _stripes(self, back: QColor, stripe: QColor, side: int) -> QPixmap:
        """Draw a tile of diagonal stripes that joins itself on all sides."""
        tile = QPixmap(round(side * self._ratio), round(side * self._ratio))
        tile.setDevicePixelRatio(self._ratio)
        tile.fill(back)
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(stripe, side * 0.36, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        for shift in (-side, 0, side):
            painter.drawLine(QPointF(shift - 2, side + 2), QPointF(shift + side + 2, -2))
        painter.end()
        return tile

    def _requested_brush(self) -> QBrush:
        colours = self._colours[AppointmentStatus.REQUESTED]
        back = colours.fill or self._theme.colour("panel")
        stripe = QColor(colours.mark)
        stripe.setAlphaF(0.07)
        return QBrush(self._stripes(back, stripe, 14))

    def _symbol(self, name: str, ink: QColor) -> QPixmap:
        side = self._theme.px(13)
        pixmap = QPixmap(round(side * self._ratio), round(side * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_icon(painter, name, ink, QRectF(0, 0, side, side))
        painter.end()
        return pixmap

    # --- the ground ------------------------------------------------------------------------

    def paint_ground(
        self, painter: QPainter, grid: DayGrid, closed: Iterable[Box], visible: QRectF
    ) -> None:
        """Paint open and closed hours, the lines of hours and half hours, and of columns."""
        colour = self._theme.colour
        painter.fillRect(visible, colour("panel"))
        for box in closed:
            area = QRectF(*box).intersected(visible)
            if not area.isEmpty():
                painter.fillRect(area, self._hatch)
        for pen, past_hour in ((QPen(colour("line_soft"), 1), 30), (QPen(colour("line"), 1), 0)):
            painter.setPen(pen)
            first = grid.first_minute - grid.first_minute % 60 + past_hour
            for minute in range(first, grid.last_minute, 60):
                y = round(grid.y(minute)) + 0.5
                if minute > grid.first_minute and visible.top() <= y <= visible.bottom():
                    painter.drawLine(QPointF(visible.left(), y), QPointF(visible.right(), y))
        for column in range(1, grid.columns + 1):
            x = round(grid.x(column)) - 0.5
            painter.drawLine(QPointF(x, visible.top()), QPointF(x, visible.bottom()))

    # --- the cards -------------------------------------------------------------------------

    def paint_card(self, painter: QPainter, card: Card, box: Box, *, is_selected: bool) -> None:
        """Paint one appointment: colour, symbol, pattern and words of its status."""
        left, top, width, height = box
        painter.drawPixmap(QPointF(left, top), self._picture(card, int(width), int(height)))
        if is_selected:
            area = QRectF(*box)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, self._radius, self._radius)

    def _picture(self, card: Card, width: int, height: int) -> QPixmap:
        """Give a card drawn once: drawing it anew takes ten times as long as copying it."""
        appointment = card.appointment
        key = (
            appointment.patient_name,
            appointment.service_name,
            appointment.status,
            appointment.holds_slot,
            appointment.is_overbooked,
            card.start,
            width,
            height,
        )
        picture = self._pictures.get(key)
        if picture is None:
            if self._pixels > MOST_PIXELS:
                self._pictures.clear()
                self._pixels = 0
            picture = self._pictures[key] = self._draw(card, max(width, 1), max(height, 1))
            self._pixels += width * height
        return picture

    def _draw(self, card: Card, width: int, height: int) -> QPixmap:
        picture = QPixmap(round(width * self._ratio), round(height * self._ratio))
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, status = QRectF(0, 0, width, height), card.appointment.status
        colours = self._colours[status]
        self._paint_box(painter, area, card, colours)
        has_symbol = self._paint_symbol(painter, area, status)
        self._paint_words(painter, card, area, colours, has_symbol)
        painter.end()
        return picture

    def paint_cursor(self, painter: QPainter, box: Box, words: str, *, has_focus: bool) -> None:
        """Paint a free time that the keyboard stands on, or that a drag would land on."""
        theme = self._theme
        area = QRectF(*box).adjusted(3, 1, -4, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("focus"), 2 if has_focus else 1))
        painter.setBrush(theme.colour("brand_soft"))
        painter.drawRoundedRect(area, 5, 5)
        painter.setFont(theme.font("small", "semibold"))
        painter.setPen(theme.colour("brand"))
        text = area.adjusted(8, 0, -8, 0)
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, shown)

    def paint_badge(self, painter: QPainter, box: Box, words: str) -> None:
        """Paint a time over the upper edge of a card that is held; at the very top inside it."""
        theme = self._theme
        painter.setFont(theme.font("small", "semibold"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(words) + theme.px(14)
        height = theme.px(18)
        left, top = box[0], box[1] - height - 2
        area = QRectF(left, top if top > 0 else box[1] + 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("brand"))
        painter.drawRoundedRect(area, 4, 4)
        painter.setPen(theme.colour("on_brand"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_box(
        self, painter: QPainter, area: QRectF, card: Card, colours: StatusColours
    ) -> None:
        radius, fill, status = self._radius, colours.fill, card.appointment.status
        inner = area.adjusted(MARK_PX, 0, 0, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.mark)
        painter.drawRoundedRect(area.adjusted(0, 0, MARK_PX + radius - area.width(), 0), 4, 4)
        if fill is None:
            painter.setBrush(self._theme.colour("panel"))
            painter.setPen(QPen(colours.mark, 1))
            painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            return
        is_requested = status is AppointmentStatus.REQUESTED
        painter.setBrush(self._requested if is_requested else fill)
        if is_requested and not card.appointment.holds_slot:
            painter.setBrush(self._theme.colour("panel"))  # it keeps nobody else out
        if is_requested:
            painter.setPen(QPen(colours.mark, 1, Qt.PenStyle.DashLine))
            inner = inner.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inner, radius - 1, radius - 1)

    def _paint_symbol(self, painter: QPainter, area: QRectF, status: AppointmentStatus) -> bool:
        symbol = self._symbols.get(status)
        side = self._theme.px(13)
        if symbol is None or area.width() < 4 * side:
            return False
        top = area.top() + min((area.height() - side) / 2, self._theme.px(5))
        painter.drawPixmap(QPointF(area.right() - side - 6, top), symbol)
        return True

    def _paint_words(
        self,
        painter: QPainter,
        card: Card,
        area: QRectF,
        colours: StatusColours,
        has_symbol: bool,
    ) -> None:
        theme, status = self._theme, card.appointment.status
        left = area.left() + MARK_PX + theme.px(8)
        right = area.right() - (theme.px(13) + 10 if has_symbol else 4)
        text = self._fitter.fit(card, right - left, area.height())
        is_gone = status is AppointmentStatus.NO_SHOW
        name_ink = theme.colour("ink_soft" if status in SOFTENED else "ink")
        painter.setFont(self._struck_font if is_gone else self._name_font)
        painter.setPen(colours.ink if is_gone else name_ink)
        self._paint_lines(painter, text, area, left, right)

    def _paint_lines(
        self, painter: QPainter, text: CardText, area: QRectF, left: float, right: float
    ) -> None:
        line, flags = self.line_px, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        height = 2 * line if text.is_two_lines else line
        top = area.top() + min(max((area.height() - height) / 2, 0), self._theme.px(3))
        if not text.is_two_lines:
            top = area.top() + (area.height() - line) / 2
        painter.drawText(QRectF(left, top, right - left + 1, line), flags, text.name)
        if text.rest:
            painter.setFont(self._rest_font)
            painter.setPen(self._theme.colour("ink_soft"))
            start = left if text.is_two_lines else left + text.name_width
            below = top + line if text.is_two_lines else top
            painter.drawText(QRectF(start, below, right - start + 1, line), flags, text.rest)
