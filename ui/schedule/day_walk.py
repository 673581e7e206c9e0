"""How the arrow keys walk through a day: from card to card and from free time to free time."""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.schedule.layout import Card


@dataclass(frozen=True, slots=True)
class Place:
    """Where the keyboard stands: a minute of a column, and the card there, if any."""

    column: int
    minute: int
    card: Card | None = None


class DayWalk:
    """Answers where a step leads; places never leave the day."""

    def __init__(
        self, cards: Sequence[Card], *, columns: int, first: int, last: int, step_minutes: int
    ) -> None:
        self._cards = cards
        self._columns, self._first, self._last = columns, first, last
        self._step = step_minutes

    def at(self, column: int, minute: int, *, lane: int = 0) -> Place:
        """Give the place at a minute; of cards side by side the one in `lane`."""
        column = max(0, min(column, self._columns - 1))
        minute = max(self._first, min(minute, self._last - 1))
        here = [
            card
            for card in self._cards
            if card.column == column and card.start <= minute < card.end
        ]
        if not here:
            return Place(column, minute)
        card = min(here, key=lambda found: abs(found.lane.number - lane))
        return Place(column, minute, card)

    def on(self, card: Card) -> Place:
        """Give the place of a card."""
        return Place(card.column, card.start, card)

    def down(self, place: Place) -> Place:
        """Go to what begins after the card or time stood on."""
        lane = place.card.lane.number if place.card else 0
        if place.card is not None:
            minute = place.card.end
        else:
            minute = place.minute - place.minute % self._step + self._step
            starts = [
                card.start
                for card in self._cards
                if card.column == place.column and place.minute < card.start < minute
            ]
            minute = min(starts, default=minute)
        return self._stay_or(place, minute, lane)

    def up(self, place: Place) -> Place:
        """Go to what ends before the card or time stood on."""
        start = place.card.start if place.card else place.minute
        minute = (start - 1) - (start - 1) % self._step
        ends = [card.end for card in self._cards if card.column == place.column]
        minute = max([minute, *(end for end in ends if minute < end < start)])
        if minute < self._first:
            return place
        found = self.at(place.column, minute, lane=place.card.lane.number if place.card else 0)
        return self.on(found.card) if found.card else found

    def sideways(self, place: Place, step: int) -> Place:
        """Go to the card beside, or to the same minute of the next column."""
        card = place.card
        if card is not None and 0 <= card.lane.number + step < card.lane.count:
            beside = [
                other
                for other in self._cards
                if other.column == card.column
                and other.lane.number == card.lane.number + step
                and other.start < card.end
                and card.start < other.end
            ]
            if beside:
                return Place(place.column, place.minute, beside[0])
        column = place.column + step
        if not 0 <= column < self._columns:
            return place
        return self.at(column, place.minute, lane=0 if step > 0 else 99)

    def by_minutes(self, place: Place, minutes: int) -> Place:
        """Go an hour or so up or down in the same column."""
        return self.at(place.column, place.minute + minutes)

    def _stay_or(self, place: Place, minute: int, lane: int) -> Place:
        return place if minute >= self._last else self.at(place.column, minute, lane=lane)
