"""Which words of an appointment fit on its card: service goes first, then time, never the name."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from ui.schedule.layout import Card


@dataclass(frozen=True, slots=True)
class CardText:
    """What is painted: the name, and the rest on its own line or behind the name."""

    name: str
    name_width: float
    rest: str
    is_two_lines: bool


class TextFitter:
    """Shortens the words of cards to their room, and remembers the outcome.

    Measuring text is slow (6-9 µs a string), and a repaint asks for the same texts again.
    """

    def __init__(self, name_font: QFont, rest_font: QFont, line_px: float) -> None:
        self._name = QFontMetricsF(name_font)
        self._rest = QFontMetricsF(rest_font)
        self._line_px = line_px
        self._known: dict[tuple[str, str, str, int, bool], CardText] = {}

    def fit(self, card: Card, width: float, height: float) -> CardText:
        """Give the words for a card with `width` x `height` pixels of room for text."""
        is_two_lines = height >= 2 * self._line_px
        appointment = card.appointment
        room = max(int(width), 0)
        key = (
            appointment.patient_name,
            card.time_text,
            appointment.service_name,
            room,
            is_two_lines,
        )
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._measure(*key)
        return known

    def _measure(
        self, name: str, time: str, service: str, room: int, is_two_lines: bool
    ) -> CardText:
        shown = self._name.elidedText(name, Qt.TextElideMode.ElideRight, room)
        width = self._name.horizontalAdvance(shown)
        if is_two_lines:
            whole = f"{time} {service}"
            rest = self._rest.elidedText(whole, Qt.TextElideMode.ElideRight, room)
            if rest != whole and len(rest) < len(time) + 4:
                rest = time if self._rest.horizontalAdvance(time) <= room else ""
            return CardText(shown, width, rest, True)
        for rest in (f" · {time} {service}", f" · {time}"):
            if width + self._rest.horizontalAdvance(rest) <= room:
                return CardText(shown, width, rest, False)
        return CardText(shown, width, "", False)
