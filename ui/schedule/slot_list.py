"""The free times offered: day, time, doctor and clinic, each with its digit."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.schedule.records import Slot
from ui.core.buttons import draw_key_cap, key_cap_width
from ui.core.theme import Theme

ROW_PX = 34
MOST_ROWS = 9
DAY_PX, TIME_PX = 174, 62


@dataclass(frozen=True, slots=True)
class OfferedTime:
    """A free time in words."""

    slot: Slot
    day: str
    time: str
    doctor: str
    clinic: str


class SlotList(QWidget):
    """Offers up to nine times of which one is lit.

    `lit` tells that another is, `picked` Enter; `day_asked` that more of the lit day are wanted,
    `overview_asked` that all days are again.
    """

    lit = Signal()
    picked = Signal()
    day_asked = Signal()
    overview_asked = Signal()

    def __init__(self, theme: Theme, *, key_prefix: str = "") -> None:
        super().__init__()
        self._theme, self._key_prefix = theme, key_prefix
        self._offers: tuple[OfferedTime, ...] = ()
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    def show_offers(self, offers: Sequence[OfferedTime]) -> None:
        """Offer other times; the first is lit."""
        self._offers = tuple(offers[:MOST_ROWS])
        self._light(0)
        self.updateGeometry()

    @property
    def offers(self) -> tuple[OfferedTime, ...]:
        """The times offered."""
        return self._offers

    @property
    def current(self) -> OfferedTime | None:
        """The time that is lit."""
        return self._offers[self._current] if self._current < len(self._offers) else None

    def light(self, number: int) -> None:
        """Light a time by its number, the first being 0; one that is not there changes nothing."""
        if 0 <= number < len(self._offers):
            self._light(number)

    def walk(self, step: int) -> None:
        """Light another time, `step` further down; after the last comes the first."""
        if self._offers:
            self._light((self._current + step) % len(self._offers))

    def _light(self, number: int) -> None:
        self._current = number
        self._say()
        self.update()
        self.lit.emit()

    def _say(self) -> None:
        offer = self.current
        words = f"{offer.day} {offer.time}, {offer.doctor}, {offer.clinic}" if offer else "none"
        self.setAccessibleName(f"Free times: {words}")

    def sizeHint(self) -> QSize:
        """Give the room for all rows; at least three, so that the dialog does not jump."""
        rows = max(len(self._offers), 3)
        return QSize(self._theme.px(480), rows * self._theme.px(ROW_PX))

    def minimumSizeHint(self) -> QSize:
        """Give the same height: rows are never cut."""
        return QSize(self._theme.px(320), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Light another time with arrows or digits, pick with Enter, look into its day with →."""
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        digit = int(event.text()) if event.text() in set("123456789") and event.text() else 0
        if step and self._offers:
            self.walk(step)
        elif 1 <= digit <= len(self._offers):
            self._light(digit - 1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.picked.emit()
        elif key == Qt.Key.Key_Right:
            self.day_asked.emit()
        elif key == Qt.Key.Key_Left:
            self.overview_asked.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Light the time under the mouse."""
        number = int(event.position().y()) // self._theme.px(ROW_PX)
        if 0 <= number < len(self._offers):
            self._light(number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Pick the time under the mouse."""
        self.mousePressEvent(event)
        self.picked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._theme.px(ROW_PX)
        if not self._offers:
            painter.setPen(self._theme.colour("ink_soft"))
            area = QRectF(self._theme.px(12), 0, self.width(), height)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, "No free time found")
        for number, offer in enumerate(self._offers):
            self._paint_row(
                painter, offer, number, QRectF(0, number * height, self.width(), height)
            )

    def _paint_row(self, painter: QPainter, offer: OfferedTime, number: int, area: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        if number == self._current:
            pen = QPen(theme.colour("focus"), 2 if self.hasFocus() else 1)
            painter.setPen(pen)
            painter.setBrush(theme.colour("selected"))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), px(8), px(8))
        side, cap = px(18), key_cap_width(f"{self._key_prefix}9", theme)
        key = QRectF(area.right() - cap - px(12), area.center().y() - side / 2, cap, side)
        sign = f"{self._key_prefix}{number + 1}"
        draw_key_cap(painter, key, sign, ink=theme.colour("ink_faint"), theme=theme)
        left = area.left() + px(12)
        self._text(
            painter, offer.day, QRectF(left, area.top(), px(DAY_PX), area.height()), "semibold"
        )
        left += px(DAY_PX)
        self._text(
            painter, offer.time, QRectF(left, area.top(), px(TIME_PX), area.height()), "semibold"
        )
        left += px(TIME_PX)
        room = key.left() - px(12) - left
        clinic = min(QFontMetricsF(theme.font()).horizontalAdvance(offer.clinic) + 2, room / 2)
        doctor = QRectF(left, area.top(), room - clinic - px(8), area.height())
        self._text(painter, offer.doctor, doctor, "regular")
        at_right = QRectF(key.left() - px(12) - clinic, area.top(), clinic, area.height())
        self._text(painter, offer.clinic, at_right, "regular", "ink_faint")

    def _text(
        self, painter: QPainter, text: str, area: QRectF, weight: str, role: str = "ink"
    ) -> None:
        font = self._theme.font("body", weight, tabular=text[:1].isdigit())
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
