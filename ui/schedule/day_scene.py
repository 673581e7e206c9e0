"""A day laid out for one size of window: which card stands where, and what lies at a point."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clinicdesk.clock import clinic_day, local_instant, local_minute
from clinicdesk.schedule.records import CalendarColumn, CalendarDay
from ui.schedule.day_marks import Ghost, Mark, ghosts_of, marks_of
from ui.schedule.day_walk import DayWalk, Place
from ui.schedule.layout import Box, Card, DayGrid, cards_of, closed_minutes, hour_px_for

WORDS_LINES = 2.3
EDGE_GRIP_PX = 6


@dataclass(frozen=True, slots=True)
class Room:
    """The room there is: the viewport's size and the least sizes of what is drawn, in pixels."""

    width: int
    height: int
    least_column_px: int
    least_hour_px: int
    line_px: float


@dataclass(frozen=True, slots=True)
class DayScene:
    """A day with its cards, closed hours, blocked times and grid."""

    day: CalendarDay
    columns: tuple[CalendarColumn, ...]
    cards: tuple[Card, ...]
    boxes: tuple[Box, ...]
    closed: tuple[Box, ...]
    marks: tuple[Mark, ...]
    ghosts: tuple[Ghost, ...]
    grid: DayGrid
    walk: DayWalk

    def looks_unlike(self, other: "DayScene") -> bool:
        """Tell whether anything on the surface stands otherwise than in another scene."""
        return (
            self.grid != other.grid
            or self.cards != other.cards
            or self.closed != other.closed
            or self.marks != other.marks
            or self.ghosts != other.ghosts
        )

    def find(self, appointment_id: int | None) -> Card | None:
        """Give the card of an appointment; None where it is not shown."""
        return next((card for card in self.cards if card.appointment.id == appointment_id), None)

    def found_again(self, before: Place | None, appointment_id: int | None) -> Place | None:
        """Give where the keyboard stands now: on the same appointment, or the same free time."""
        card = self.find(appointment_id)
        if card is not None:
            return self.walk.on(card)
        if before is not None and before.card is None and before.column < len(self.columns):
            return self.walk.at(before.column, before.minute)
        return None

    def card_at(self, x: float, y: float) -> Card | None:
        """Give the card at a point of the surface."""
        for card, (left, top, width, height) in zip(self.cards, self.boxes, strict=True):
            if left <= x < left + width and top <= y < top + height:
                return card
        return None

    def edge_at(self, x: float, y: float) -> Card | None:
        """Give the card whose lower edge is at a point, thin cards keeping room to be dragged."""
        card = self.card_at(x, y)
        if card is None:
            return None
        _, top, _, height = self.grid.box(card)
        return card if y >= top + height - min(EDGE_GRIP_PX, height / 3) else None

    def place_at(self, x: float, y: float) -> Place:
        """Give the card, or the free time, at a point of the surface."""
        card = self.card_at(x, y)
        if card is not None:
            return self.walk.on(card)
        minute = self.grid.minute_at(y, step_minutes=self.day.step_minutes)
        return Place(self.grid.column_at(x), minute)

    def doctor_at(self, number: int) -> int:
        """Give the doctor of a column; 0 for a room that none or several use."""
        column = self.columns[number]
        if column.room_id is not None and len(column.doctor_ids) != 1:
            return 0
        return column.doctor_id or column.doctor_ids[0]

    def place_of(self, doctor_id: int, starts_at: datetime) -> Place | None:
        """Give the place of a doctor's time; None where the doctor is not shown."""
        on = clinic_day(starts_at, self.day.time_zone)
        numbers = [
            n
            for n, column in enumerate(self.columns)
            if doctor_id in (column.doctor_id, *column.doctor_ids) and column.on in (None, on)
        ]
        day = on if self.day.by_day else self.day.day
        minute = local_minute(starts_at, day, self.day.time_zone)
        return self.walk.at(numbers[0], minute) if numbers else None

    def box(self, place: Place) -> Box:
        """Give the box of a card, or of one step of free time."""
        if place.card is not None:
            return self.grid.box(place.card)
        return self.grid.cell(place.column, place.minute, place.minute + self.day.step_minutes)

    def instant(self, column: int, minute: int) -> datetime:
        """Give the instant of a minute of a column's day in UTC."""
        day = self.day.day_of(self.columns[column])
        return local_instant(day, minute, self.day.time_zone)

    def minute_of(self, now: datetime) -> int | None:
        """Give the minute of now, kept in the drawn hours; None where today is not shown."""
        day = self.day
        today = clinic_day(now, day.time_zone)
        if not day.shows(today):
            return None
        minute = local_minute(now, today, day.time_zone)
        return max(day.first_minute, min(minute, day.last_minute))

    def faded_at(self, now: datetime, line_px: float) -> list[tuple[float, float]]:
        """Give from where to where the line of now runs through words, or over another day."""
        today, grid = clinic_day(now, self.day.time_zone), self.grid
        others = [
            (grid.x(number), grid.x(number + 1))
            for number, column in enumerate(self.columns)
            if self.day.day_of(column) != today
        ]
        minute = self.minute_of(now)
        return others + (self._words_at(minute, line_px) if minute is not None else [])

    def _words_at(self, minute: int, line_px: float) -> list[tuple[float, float]]:
        y, found = self.grid.y(minute), []
        for card, (left, top, width, height) in zip(self.cards, self.boxes, strict=True):
            if card.start <= minute < card.end and y < top + min(height, WORDS_LINES * line_px):
                found.append((left, left + width))
        return found

    def opening_minute(self, now: datetime) -> int:
        """Give the minute to bring into sight first: now, or the day's first appointment."""
        minute = self.minute_of(now)
        if minute is not None:
            return minute
        return min((card.start for card in self.cards), default=self.day.first_minute)


def lay_out(day: CalendarDay, hidden: Collection[int], room: Room) -> DayScene:
    """Lay out a day, without the columns whose keys are `hidden`, in the room there is."""
    columns = tuple(column for column in day.columns if column.key not in hidden)
    cards = tuple(cards_of(day, columns))
    count = max(len(columns), 1)
    hours = max((day.last_minute - day.first_minute) / 60, 1)
    least = max(room.least_hour_px, room.height / hours)
    grid = DayGrid(
        day.first_minute,
        day.last_minute,
        hour_px_for(cards, least=least, line_px=room.line_px),
        count,
        max(room.least_column_px, room.width / count),
    )
    closed = tuple(
        grid.cell(number, start, end)
        for number, column in enumerate(columns)
        for start, end in closed_minutes(column, day)
    )
    walk = DayWalk(
        cards,
        columns=count,
        first=day.first_minute,
        last=day.last_minute,
        step_minutes=day.step_minutes,
    )
    marks, ghosts = marks_of(day, columns), ghosts_of(day, columns)
    boxes = tuple(grid.box(card) for card in cards)
    return DayScene(day, columns, cards, boxes, closed, marks, ghosts, grid, walk)
