"""Paints the surface of the day view: closed hours, lines, and appointments as cards."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPixmap, QStaticText

from clinicdesk.schedule.records import AppointmentStatus
from ui.core.icons import draw_icon
from ui.core.theme import StatusColours, Theme
from ui.schedule.card_text import CardText, TextFitter
from ui.schedule.layout import Box, Card, DayGrid

MARK_PX = 4
MOST_PIXELS = 6_000_000
MOST_LAYOUTS = 6_000
LINE_PX = 15.5
SYMBOLS = {
    AppointmentStatus.REQUESTED: "question",
    AppointmentStatus.ARRIVED: "arrow",
    AppointmentStatus.IN_ROOM: "ring",
    AppointmentStatus.COMPLETED: "check",
    AppointmentStatus.NO_SHOW: "cross",
    AppointmentStatus.CANCELLED: "cross",
}
Words = tuple[Card, Box, CardText]
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
        self._inset = MARK_PX + theme.px(8)
        self._ink, self._soft_ink = theme.colour("ink"), theme.colour("ink_soft")
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
        self._layouts: dict[tuple[str, bool, bool], QStaticText] = {}

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

    def paint_cards(self, painter: QPainter, cards: Sequence[tuple[Card, Box]]) -> None:
        """Paint appointments: colour, symbol, pattern and words of their status.

        All boxes first, then all names, then the rest: each change of pen or font takes time.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        words = []
        for card, box in cards:
            left, top, width, height = box
            painter.drawPixmap(QPointF(left, top), self._picture(card, int(width), int(height)))
            words.append((card, box, self._fit(card, width, height)))
        self._paint_names(painter, words)
        self._paint_rests(painter, words)

    def paint_card(self, painter: QPainter, card: Card, box: Box, *, is_selected: bool) -> None:
        """Paint one appointment, with a ring where it is selected."""
        self.paint_cards(painter, [(card, box)])
        if is_selected:
            self.paint_ring(painter, box)

    def paint_ring(self, painter: QPainter, box: Box) -> None:
        """Paint the ring of what is selected."""
        painter.setPen(QPen(self._theme.colour("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(*box), self._radius, self._radius)

    def _picture(self, card: Card, width: int, height: int) -> QPixmap:
        """Give the box and symbol of a status at a size, drawn once: copying is far quicker."""
        appointment = card.appointment
        key = (appointment.status, appointment.holds_slot, width, height)
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
        self._paint_box(painter, area, card, self._colours[status])
        if self._has_symbol(status, width):
            side = self._theme.px(13)
            top = area.top() + min((area.height() - side) / 2, self._theme.px(5))
            painter.drawPixmap(QPointF(area.right() - side - 6, top), self._symbols[status])
        painter.end()
        return picture

    def _has_symbol(self, status: AppointmentStatus, width: float) -> bool:
        return status in self._symbols and width >= 4 * self._theme.px(13)

    # --- their words -----------------------------------------------------------------------

    def _fit(self, card: Card, width: float, height: float) -> CardText:
        has_symbol = self._has_symbol(card.appointment.status, width)
        room = width - self._inset - (self._theme.px(13) + 10 if has_symbol else 4)
        return self._fitter.fit(card, room, height)

    def _paint_names(self, painter: QPainter, words: Sequence[Words]) -> None:
        line = self.line_px
        for card, (left, top, _, height), text in words:
            status = card.appointment.status
            is_gone = status is AppointmentStatus.NO_SHOW
            painter.setFont(self._struck_font if is_gone else self._name_font)
            painter.setPen(self._colours[status].ink if is_gone else self._name_ink(status))
            drawn = self._layout(text.name, is_struck=is_gone)
            at = QPointF(left + self._inset, top + self._first_line(text, height))
            painter.drawStaticText(at + QPointF(0, (line - drawn.size().height()) / 2), drawn)

    def _name_ink(self, status: AppointmentStatus) -> QColor:
        return self._soft_ink if status in SOFTENED else self._ink

    def _paint_rests(self, painter: QPainter, words: Sequence[Words]) -> None:
        line = self.line_px
        painter.setFont(self._rest_font)
        painter.setPen(self._soft_ink)
        for _, (left, top, _, height), text in words:
            if text.rest:
                drawn = self._layout(text.rest, is_rest=True)
                y = top + self._first_line(text, height) + (line - drawn.size().height()) / 2
                x = left + self._inset + (0 if text.is_two_lines else text.name_width)
                painter.drawStaticText(QPointF(x, y + (line if text.is_two_lines else 0)), drawn)

    def _first_line(self, text: CardText, height: float) -> float:
        if not text.is_two_lines:
            return (height - self.line_px) / 2
        return min(max((height - 2 * self.line_px) / 2, 0), self._theme.px(3))

    def _layout(self, words: str, *, is_rest: bool = False, is_struck: bool = False) -> QStaticText:
        """Give words laid out once: Qt would lay them out anew with every painting."""
        key = (words, is_rest, is_struck)
        drawn = self._layouts.get(key)
        if drawn is None:
            if len(self._layouts) > MOST_LAYOUTS:
                self._layouts.clear()
            drawn = self._layouts[key] = QStaticText(words)
            drawn.setTextFormat(Qt.TextFormat.PlainText)
            drawn.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            font = self._rest_font if is_rest else self._name_font
            drawn.prepare(font=self._struck_font if is_struck else font)
        return drawn

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
