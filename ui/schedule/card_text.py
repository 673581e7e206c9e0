"""Which words of an appointment fit on its card: service goes first, then time, never the name."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from ui.schedule.layout import Card

SLACK_PX = 1.0
MOST_KNOWN = 20_000


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
        self._name_widths: dict[str, float] = {}
        self._rest_widths: dict[str, float] = {}
        self._second_lines: dict[tuple[str, str, int], str] = {}

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
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
                self._name_widths.clear()
            known = self._known[key] = self._measure(*key)
        return known

    def _measure(
        self, name: str, time: str, service: str, room: int, is_two_lines: bool
    ) -> CardText:
        service = " ".join(service.split())  # a tab in it would be as wide as it likes
        shown, width = name, self._name_width(name)
        if width > room:
            shown = self._name.elidedText(name, Qt.TextElideMode.ElideRight, room)
            width = self._name.horizontalAdvance(shown)
        if is_two_lines:
            return CardText(shown, width, self._second_line(time, service, room), True)
        left = room - width - self._rest_width(" · ")
        if left > 0:
            for rest in (f"{time} {service}", time):
                if self._joined_width(rest, time, service) <= left:
                    return CardText(shown, width, f" · {rest}", False)
        return CardText(shown, width, "", False)

    def _second_line(self, time: str, service: str, room: int) -> str:
        known = self._second_lines.get((time, service, room))
        if known is None:
            known = self._second_lines[time, service, room] = self._shorten(time, service, room)
        return known

    def _shorten(self, time: str, service: str, room: int) -> str:
        whole = f"{time} {service}"
        if self._joined_width(whole, time, service) <= room:
            return whole
        rest = self._rest.elidedText(whole, Qt.TextElideMode.ElideRight, room)
        if rest != whole and len(rest) < len(time) + 4:
            return time if self._rest_width(time) <= room else ""
        return rest

    def _joined_width(self, words: str, time: str, service: str) -> float:
        """Give the width of a time with or without a service, from their own known widths.

        The same few times and services stand on hundreds of cards; a name is on one.
        """
        if words == time:
            return self._rest_width(time) + SLACK_PX
        return self._rest_width(time) + self._rest_width(" ") + self._rest_width(service) + SLACK_PX

    def _name_width(self, name: str) -> float:
        width = self._name_widths.get(name)
        if width is None:
            width = self._name_widths[name] = self._name.horizontalAdvance(name)
        return width

    def _rest_width(self, words: str) -> float:
        width = self._rest_widths.get(words)
        if width is None:
            width = self._rest_widths[words] = self._rest.horizontalAdvance(words)
        return width
