"""Where things stand in the day view: the only place that turns times into pixels and back.

Minutes are wall-clock minutes after the clinic's midnight; spans are half-open [start, end).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clinicdesk.clock import clinic_day, local_minute
from clinicdesk.schedule.records import (
    AppointmentStatus,
    CalendarAppointment,
    CalendarColumn,
    CalendarDay,
)

Span = tuple[int, int]
Box = tuple[float, float, float, float]
"""Left, top, width and height in pixels."""

EDGE_PX = 5.0
GAP_PX = 2.0


@dataclass(frozen=True, slots=True)
class Lane:
    """The place of one span among those it overlaps: the `number`-th of `count` side by side."""

    number: int
    count: int


def side_by_side(spans: Sequence[Span]) -> list[Lane]:
    """Give each span a lane, so that no two overlapping spans share one.

    Spans that touch but do not overlap may share a lane. All spans that are linked by overlaps
    are divided into the same number of lanes, and no more lanes are used than stand at one time.
    """
    order = sorted(range(len(spans)), key=lambda n: (spans[n][0], -spans[n][1]))
    numbers = [0] * len(spans)
    counts = [1] * len(spans)
    group: list[int] = []
    ends: list[int] = []
    for n in order:
        start, end = spans[n]
        if group and start >= max(ends):
            _close_group(group, counts, len(ends))
            group, ends = [], []
        free = next((lane for lane, until in enumerate(ends) if until <= start), len(ends))
        if free == len(ends):
            ends.append(end)
        else:
            ends[free] = end
        numbers[n] = free
        group.append(n)
    _close_group(group, counts, len(ends))
    return [Lane(number, count) for number, count in zip(numbers, counts, strict=True)]


def _close_group(group: Iterable[int], counts: list[int], lanes: int) -> None:
    for n in group:
        counts[n] = lanes


def closed_spans(open_spans: Iterable[Span], first: int, last: int) -> list[Span]:
    """Give the parts of [first, last) that no open span covers."""
    closed, at = [], first
    for start, end in sorted(open_spans):
        if start > at:
            closed.append((at, min(start, last)))
        at = max(at, end)
        if at >= last:
            break
    if at < last:
        closed.append((at, last))
    return closed


@dataclass(frozen=True, slots=True)
class Card:
    """An appointment with its place in the day: column, minutes and lane."""

    appointment: CalendarAppointment
    column: int
    start: int
    end: int
    lane: Lane

    @property
    def time_text(self) -> str:
        """The wall-clock time it begins at, such as 09:30."""
        return clock_text(self.start)


def clock_text(minute: int) -> str:
    """Give a minute of the day as 09:30; minutes past midnight begin again."""
    hours, minutes = divmod(minute % (24 * 60), 60)
    return f"{hours:02d}:{minutes:02d}"


def cards_of(
    day: CalendarDay, columns: Sequence[CalendarColumn], *, with_cancelled: bool = False
) -> list[Card]:
    """Place the appointments of the columns shown, column by column, earliest first."""
    cards: list[Card] = []
    by_column: dict[int, list[CalendarAppointment]] = {}
    for appointment in day.appointments:
        if with_cancelled or appointment.status is not AppointmentStatus.CANCELLED:
            by_column.setdefault(day.column_key(appointment), []).append(appointment)
    for number, column in enumerate(columns):
        own = by_column.get(column.key, [])
        own.sort(key=lambda appointment: (appointment.starts_at, appointment.id))
        on = day.day_of(column)
        spans = [minutes_of(appointment, on, day.time_zone) for appointment in own]
        cards += [
            Card(appointment, number, start, end, lane)
            for appointment, (start, end), lane in zip(own, spans, side_by_side(spans), strict=True)
        ]
    return cards


def minutes_of(appointment: CalendarAppointment, on: date, time_zone: str) -> Span:
    """Give an appointment's minutes on a day's wall clock; its length stays where clocks change."""
    start = local_minute(appointment.starts_at, on, time_zone)
    end = local_minute(appointment.ends_at, on, time_zone)
    length = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    return start, max(end, start + length) if end <= start else end


def closed_minutes(column: CalendarColumn, day: CalendarDay) -> list[Span]:
    """Give the drawn minutes in which a column's doctor sees nobody; all of a closed day."""
    on, zone = day.day_of(column), day.time_zone
    if any(one.is_whole_day and clinic_day(one.starts_at, zone) == on for one in day.closures):
        return [(day.first_minute, day.last_minute)]
    spans = [
        (local_minute(span.starts_at, on, zone), local_minute(span.ends_at, on, zone))
        for span in column.open_spans
    ]
    return closed_spans(spans, day.first_minute, day.last_minute)


@dataclass(frozen=True, slots=True)
class DayGrid:
    """The pixels of one day: `hour_px` a wall-clock hour, `column_px` a column."""

    first_minute: int
    last_minute: int
    hour_px: float
    columns: int
    column_px: float

    @property
    def height(self) -> int:
        """The height of all hours."""
        return round((self.last_minute - self.first_minute) * self.hour_px / 60)

    @property
    def width(self) -> int:
        """The width of all columns."""
        return round(self.columns * self.column_px)

    def y(self, minute: float) -> float:
        """Give the height at which a minute stands."""
        return (minute - self.first_minute) * self.hour_px / 60

    def minute_at(self, y: float, *, step_minutes: int = 1) -> int:
        """Give the minute at a height, rounded down to the clinic's step and kept in the day."""
        minute = self.first_minute + y * 60 / self.hour_px
        snapped = int(minute // step_minutes) * step_minutes
        return max(self.first_minute, min(snapped, self.last_minute - step_minutes))

    def x(self, column: int) -> float:
        """Give where a column begins."""
        return column * self.column_px

    def column_at(self, x: float) -> int:
        """Give the column at a place, kept among those there are."""
        return max(0, min(int(x // self.column_px), self.columns - 1))

    def cell(self, column: int, start: int, end: int) -> Box:
        """Give the whole width of a column between two minutes."""
        return self.x(column), self.y(start), self.column_px, self.y(end) - self.y(start)

    def box(self, card: Card) -> Box:
        """Give the box a card is painted in, in whole pixels.

        Cards side by side share the column's width.
        """
        room = self.column_px - 2 * EDGE_PX
        width = room / card.lane.count
        left = self.x(card.column) + EDGE_PX + card.lane.number * width
        gap = GAP_PX if card.lane.number < card.lane.count - 1 else 0.0
        right = round(left + width - gap)
        top = round(self.y(max(card.start, self.first_minute)))
        bottom = round(self.y(min(card.end, self.last_minute)) - GAP_PX)
        return round(left), top, right - round(left), bottom - top


def hour_px_for(cards: Iterable[Card], *, least: float, line_px: float) -> float:
    """Give the height of an hour at which the shortest card still holds a line of text."""
    shortest = min((card.end - card.start for card in cards), default=60)
    return max(least, 60 * (line_px + GAP_PX) / max(shortest, 5))
