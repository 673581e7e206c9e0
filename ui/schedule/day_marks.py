"""What stands in a day besides visits: blocked time, closed parts, and times about to be booked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from clinicdesk.clock import clinic_day, local_minute
from clinicdesk.schedule.holds.records import Hold
from clinicdesk.schedule.records import CalendarColumn, CalendarDay, DayBlock, DayClosure
from ui.core.day_text import WEEKDAYS
from ui.schedule.layout import clock_text


@dataclass(frozen=True, slots=True)
class Mark:
    """Time of a column that is blocked or closed, in drawn minutes."""

    column: int
    start: int
    end: int
    name: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Ghost:
    """A time that somebody is about to book, in drawn minutes of a column."""

    column: int
    start: int
    end: int
    hold: Hold

    def seconds_left(self, now: datetime) -> int:
        """Give for how many seconds it still counts; 0 when it is over."""
        return max(int((self.hold.expires_at - now).total_seconds()), 0)

    def words(self, now: datetime) -> str:
        """Say who books here and for how long nobody else should: "Anna is booking · 1:12"."""
        minutes, seconds = divmod(self.seconds_left(now), 60)
        return f"{self.hold.user_name} is booking · {minutes}:{seconds:02d}"


def marks_of(day: CalendarDay, columns: Sequence[CalendarColumn]) -> tuple[Mark, ...]:
    """Give the blocked times of the columns shown, and what closes a part of the day in each."""
    return (*_blocks(day, columns), *_closed(day, columns))


def ghosts_of(day: CalendarDay, columns: Sequence[CalendarColumn]) -> tuple[Ghost, ...]:
    """Give the times of the columns shown that somebody is about to book."""
    found = []
    for hold in day.holds:
        for number, column in enumerate(columns):
            span = _minutes(day, column, hold.starts_at, hold.ends_at)
            if span is not None and hold.doctor_id in (column.doctor_id, *column.doctor_ids):
                found.append(Ghost(number, *span, hold))
    return tuple(found)


def closed_sentence(day: CalendarDay) -> str:
    """Say what closes the whole day or a part of it; "" for an ordinary day."""
    said = []
    for closure in day.closures:
        kind = "Public holiday" if closure.is_holiday else "Closed"
        name = closure.name if closure.name not in ("", kind) else ""
        part = _weekday(day, closure) if day.by_day else ""
        if not closure.is_whole_day:
            first, last = (
                local_minute(at, clinic_day(closure.starts_at, day.time_zone), day.time_zone)
                for at in (closure.starts_at, closure.ends_at)
            )
            part += f" {clock_text(first)}–{clock_text(last)}"
        said.append(f"{kind}{part}: {name}" if name else f"{kind}{part}")
    return " · ".join(said)


def _weekday(day: CalendarDay, closure: DayClosure) -> str:
    on = clinic_day(closure.starts_at, day.time_zone)
    return f" {WEEKDAYS[on.weekday()]} {on.day}"


def _blocks(day: CalendarDay, columns: Sequence[CalendarColumn]) -> Iterator[Mark]:
    for block in day.blocks:
        name = f"{block.name} · {block.note}" if block.note else block.name
        for number, column in enumerate(columns):
            span = _minutes(day, column, block.starts_at, block.ends_at)
            if span is not None and _is_for(block, column):
                yield Mark(number, *span, name, block.is_hard)


def _closed(day: CalendarDay, columns: Sequence[CalendarColumn]) -> Iterator[Mark]:
    for closure in day.closures:
        for number, column in enumerate(columns):
            span = _minutes(day, column, closure.starts_at, closure.ends_at)
            if span is None or closure.is_whole_day:
                continue
            yield Mark(number, *span, closure.name, True)


def _is_for(block: DayBlock, column: CalendarColumn) -> bool:
    if block.doctor_id is not None:
        return block.doctor_id == column.doctor_id or column.doctor_ids == (block.doctor_id,)
    return block.room_id is None or block.room_id == column.room_id


def _minutes(
    day: CalendarDay, column: CalendarColumn, starts_at: datetime, ends_at: datetime
) -> tuple[int, int] | None:
    on = day.day_of(column)
    start, end = (local_minute(at, on, day.time_zone) for at in (starts_at, ends_at))
    start, end = max(start, day.first_minute), min(end, day.last_minute)
    return (start, end) if end > start else None
