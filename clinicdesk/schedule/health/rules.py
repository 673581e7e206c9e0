"""Decides which visits would suffer: outside hours, shut out, doubled, or torn by the clocks.

All is pure: spans are half-open, hours and shut times count in minutes of UTC since 1970.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from clinicdesk.clock import local_instant, local_minute
from clinicdesk.schedule.health.records import ClockChange, Problem, Trouble, Visit

Minutes = tuple[int, int]
"""From and until which minute of UTC: half-open."""

FURTHEST = timedelta(days=400)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def wall(at: datetime, time_zone: str) -> datetime:
    """Give what a clinic's wall shows at an instant, without the zone."""
    return at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def is_within(span: Minutes, opens: Iterable[Minutes]) -> bool:
    """Tell whether a span lies wholly in hours, which may touch or overlap each other."""
    begin, end = span
    for start, close in sorted(opens):
        if start <= begin < close:
            begin = close
        if begin >= end:
            return True
    return False


def overlaps(span: Minutes, other: Minutes) -> bool:
    """Tell whether two half-open spans share time."""
    return span[0] < other[1] and other[0] < span[1]


def problem(visit: Visit, trouble: Trouble, sentence: str) -> Problem:
    """Give a problem of a visit whose own time stays as it is."""
    at = wall(visit.starts_at, visit.time_zone)
    return Problem(visit, trouble, sentence, before=at, after=at)


def doubled(visits: Sequence[Visit]) -> Iterator[Problem]:
    """Yield the later made of two visits that take one doctor, room or patient at one time.

    Of a pair that somebody overbooked on purpose nothing is said.
    """
    for pick, words in (
        (_doctor_of, "{visit.doctor_name} has {other.patient_name} at the same time."),
        (_patient_of, "{visit.patient_name} is with {other.doctor_name} at the same time."),
        (_room_of, "{other.doctor_name} has {other.patient_name} in the same room."),
    ):
        groups: dict[int, list[Visit]] = defaultdict(list)
        for visit in visits:
            key = pick(visit)
            if key is not None:
                groups[key].append(visit)
        for group in groups.values():
            for earlier, later in _pairs_at_once(group):
                yield problem(later, Trouble.DOUBLED, words.format(visit=later, other=earlier))


def _doctor_of(visit: Visit) -> int:
    return visit.doctor_id


def _patient_of(visit: Visit) -> int:
    return visit.patient_id


def _room_of(visit: Visit) -> int | None:
    return visit.room_id


def _pairs_at_once(group: Sequence[Visit]) -> Iterator[tuple[Visit, Visit]]:
    running: list[Visit] = []
    for visit in sorted(group, key=lambda each: (each.starts_at, each.id)):
        running = [each for each in running if each.ends_at > visit.starts_at]
        for other in running:
            if not (other.is_overbooked or visit.is_overbooked):
                first, second = sorted((other, visit), key=lambda each: each.id)
                yield first, second
        running.append(visit)


def next_change(
    time_zone: str, from_at: datetime, *, within: timedelta = FURTHEST
) -> ClockChange | None:
    """Find the next instant at which a zone's clocks change, to the minute; None within the span.

    It is found from the zone's own data, as the computer has it.
    """
    zone = ZoneInfo(time_zone)
    low = from_at.astimezone(UTC).replace(second=0, microsecond=0)
    until_at = low + within
    while low < until_at and _ahead(low, zone) == _ahead(low + _DAY, zone):
        low += _DAY
    if low >= until_at:
        return None
    before, high = _ahead(low, zone), low + _DAY
    while high - low > _MINUTE:
        middle = low + (high - low) // 2 // _MINUTE * _MINUTE
        low, high = (middle, high) if _ahead(middle, zone) == before else (low, middle)
    return ClockChange(high, before, _ahead(high, zone))


def _ahead(at: datetime, zone: ZoneInfo) -> int:
    return (at.astimezone(zone).utcoffset() or timedelta()) // _MINUTE


def torn(visits: Iterable[Visit], change: ClockChange) -> Iterator[Problem]:
    """Yield the visits that run over a change of clocks, or begin in the hour that comes twice."""
    back = max(-change.shift_minutes, 0) * _MINUTE
    for visit in visits:
        begin = wall(visit.starts_at, visit.time_zone)
        end = wall(visit.ends_at, visit.time_zone)
        plain_end = begin + (visit.ends_at - visit.starts_at)
        if visit.starts_at < change.at < visit.ends_at:
            yield Problem(
                visit,
                Trouble.CLOCK_CHANGE,
                f"The clocks change during the visit: it ends at {end:%H:%M} on the wall, not at "
                f"{plain_end:%H:%M}.",
                before=plain_end,
                after=end,
            )
        elif change.at - back <= visit.starts_at < change.at + back:
            yield Problem(
                visit,
                Trouble.CLOCK_CHANGE,
                f"{begin:%H:%M} comes twice that night, so the patient may come an hour off.",
                before=begin,
                after=begin,
            )


def parted(visits: Iterable[Visit], change: ClockChange) -> Iterator[Problem]:
    """Yield visits of series that a change of clocks puts at another hour than those before it."""
    series: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.series_id is not None:
            series[visit.series_id].append(visit)
    for group in series.values():
        earlier = Counter(_minute_of_day(each) for each in group if each.starts_at < change.at)
        if not earlier:
            continue
        usual = earlier.most_common(1)[0][0]
        for visit in group:
            is_after = visit.starts_at >= change.at
            if is_after and _minute_of_day(visit) == (usual + change.shift_minutes) % (24 * 60):
                yield _parted(visit, usual)


def _parted(visit: Visit, usual: int) -> Problem:
    at = wall(visit.starts_at, visit.time_zone)
    wanted_at = local_instant(at.date(), usual, visit.time_zone)
    before = wall(wanted_at, visit.time_zone)
    return Problem(
        visit,
        Trouble.SERIES,
        f"The series is at {before:%H:%M}, but this visit falls at {at:%H:%M} after the clocks "
        "change.",
        before=before,
        after=at,
        wanted_at=wanted_at,
    )


def _minute_of_day(visit: Visit) -> int:
    day = wall(visit.starts_at, visit.time_zone).date()
    return local_minute(visit.starts_at, day, visit.time_zone)


def late_reminders(visits: Iterable[Visit], hours_before: int) -> Iterator[Problem]:
    """Yield visits whose reminder is due at an hour that the clocks skip, and so goes at another.

    A reminder goes `hours_before` the visit as the wall counts, which is how it is queued.
    """
    for visit in visits:
        meant = wall(visit.starts_at, visit.time_zone) - timedelta(hours=hours_before)
        minute = meant.hour * 60 + meant.minute
        goes = wall(local_instant(meant.date(), minute, visit.time_zone), visit.time_zone)
        if goes != meant:
            yield Problem(
                visit,
                Trouble.REMINDER,
                f"Its reminder is due at {meant:%H:%M}, which the clocks skip that night: it goes "
                f"at {goes:%H:%M}.",
                before=meant,
                after=goes,
                can_move=False,
            )


def only_new(after: Iterable[Problem], before: Iterable[Problem]) -> list[Problem]:
    """Give the problems that were not there before, one a visit, by time."""
    known = {(each.visit.id, each.trouble) for each in before}
    found: dict[int, Problem] = {}
    for each in after:
        if (each.visit.id, each.trouble) not in known:
            found.setdefault(each.visit.id, each)
    return sorted(found.values(), key=lambda each: (each.visit.starts_at, each.visit.id))
