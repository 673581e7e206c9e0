"""Decides whom a time that fell free suits, in which order, and why not the others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinicdesk.schedule.waiting.errors import WishInvalidError
from clinicdesk.schedule.waiting.records import EVERY_DAY, Candidate, FreedTime, NewWish, Wish

DAY_MINUTES, NOON = 24 * 60, 12 * 60
LONGEST_NOTICE_MINUTES = 14 * DAY_MINUTES
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A freed time on the clinic's wall, with whom, and the present moment."""

    freed: FreedTime
    time_zone: str
    doctor_name: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A wish and what is known about it.

    `starts` are the starts within the freed time that the clinic could give, the earliest first;
    where there is none, `obstacle` says why. `visits` are the patient's other visits around it.
    """

    wish: Wish
    starts: tuple[datetime, ...]
    obstacle: str = ""
    visits: tuple[tuple[datetime, datetime], ...] = ()
    has_declined: bool = False
    is_offered: bool = False


def ranked(gap: Gap, known: Iterable[Known]) -> tuple[Candidate, ...]:
    """Rank wishes for a freed time: those that fit first, each with its earliest start.

    Of those the urgent come first, then whose length leaves least of the time over, then who has
    no later visit (moving one makes a new hole), then who has waited longest. The others follow,
    longest waiting first, each with the reason for being left out.
    """
    candidates = [_candidate(gap, each) for each in known]
    return tuple(sorted(candidates, key=lambda candidate: _order(gap, candidate)))


def _order(gap: Gap, candidate: Candidate) -> tuple[object, ...]:
    wish = candidate.wish
    waited = (wish.created_at, wish.id)
    if candidate.left_out:
        return (1, *waited)
    left_over = gap.freed.ends_at - gap.freed.starts_at - wish.duration_minutes * _MINUTE
    return (0, not wish.wish.is_urgent, left_over, wish.later_at is not None, *waited)


def _candidate(gap: Gap, known: Known) -> Candidate:
    reason = _never(gap, known)
    if reason:
        return Candidate(known.wish, gap.freed.starts_at, reason)
    starts: Sequence[datetime] = known.starts or (gap.freed.starts_at,)
    for suits, words in _filters(gap, known):
        left = [start for start in starts if suits(start)]
        if not left:
            return Candidate(known.wish, starts[0], words)
        starts = left
    return Candidate(known.wish, starts[0], "" if known.starts else known.obstacle)


def _never(gap: Gap, known: Known) -> str:
    """Give why no start at all would do; "" where one might."""
    asked = known.wish.wish
    if asked.clinic_id not in {None, gap.freed.clinic_id}:
        return f"asked for {known.wish.clinic_name}"
    if asked.doctor_id not in {None, gap.freed.doctor_id}:
        return f"asked for {known.wish.doctor_name}"
    if known.has_declined:
        return "was offered this and declined"
    return "is offered this already" if known.is_offered else ""


_Filter = tuple[Callable[[datetime], bool], str]


def _filters(gap: Gap, known: Known) -> Iterable[_Filter]:
    """Give what a start must meet, and what is said of a wish where none does."""
    wish, asked, zone = known.wish, known.wish.wish, ZoneInfo(gap.time_zone)
    length, notice = wish.duration_minutes * _MINUTE, asked.notice_minutes * _MINUTE

    def is_in_days(start: datetime) -> bool:
        on = start.astimezone(zone).date()
        return (asked.from_on or on) <= on <= (asked.until_on or on)

    def is_on_weekday(start: datetime) -> bool:
        return bool(asked.weekdays >> start.astimezone(zone).weekday() & 1)

    def is_in_hours(start: datetime) -> bool:
        at = start.astimezone(zone)
        return asked.from_minute <= at.hour * 60 + at.minute < asked.until_minute

    def is_apart(start: datetime) -> bool:
        return all(
            end <= start or start + length <= begin
            for begin, end in known.visits
        )  # fmt: skip

    def is_sooner(start: datetime) -> bool:
        return wish.later_at is None or start < wish.later_at

    yield is_in_days, days_words(asked)
    yield is_on_weekday, weekday_words(asked)
    yield is_in_hours, hours_words(asked)
    yield lambda start: start >= gap.now, "the time has passed"
    yield (
        lambda start: start >= gap.now + notice,
        f"wants {span_words(asked.notice_minutes)} notice",
    )
    yield is_sooner, "has an earlier visit already"
    yield is_apart, "already has a visit then"


def days_words(asked: NewWish) -> str:
    """Say in which days a visit is wished: "only before Fri 27 Nov", "only from Mon 30 Nov"."""
    words = []
    if asked.from_on is not None:
        words.append(f"from {_day(asked.from_on)}")
    if asked.until_on is not None:
        words.append(f"until {_day(asked.until_on)}")
    return f"only {' '.join(words)}" if words else ""


def weekday_words(asked: NewWish) -> str:
    """Say on which days of the week: "only Mon and Tue"; "" for any."""
    if asked.weekdays == EVERY_DAY:
        return ""
    names = [name for number, name in enumerate(_WEEKDAYS) if asked.weekdays >> number & 1]
    return "only " + " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def hours_words(asked: NewWish) -> str:
    """Say at which time of day: "only mornings", "only from 15:00"; "" for any."""
    begins, ends = asked.from_minute, asked.until_minute
    if (begins, ends) == (0, DAY_MINUTES):
        return ""
    if (begins, ends) == (0, NOON):
        return "only mornings"
    if (begins, ends) == (NOON, DAY_MINUTES):
        return "only afternoons"
    if begins == 0:
        return f"only before {_time(ends)}"
    return f"only from {_time(begins)}" + (f" to {_time(ends)}" if ends < DAY_MINUTES else "")


def span_words(minutes: int) -> str:
    """Give a length of time as a person says it: "45 min", "2 h", "1 day"."""
    if minutes and minutes % DAY_MINUTES == 0:
        days = minutes // DAY_MINUTES
        return f"{days} {'day' if days == 1 else 'days'}"
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part
    )


def demand_sensible(asked: NewWish) -> None:
    """Check that a wish can ever be met.

    Raises:
        WishInvalidError: it cannot; `field` says where.
    """
    if not 1 <= asked.weekdays <= EVERY_DAY:
        raise WishInvalidError("Please tick at least one day of the week.", field="weekdays")
    if not 0 <= asked.from_minute < asked.until_minute <= DAY_MINUTES:
        raise WishInvalidError("The end must lie after the start.", field="until_minute")
    if asked.from_on and asked.until_on and asked.until_on < asked.from_on:
        raise WishInvalidError("The last day lies before the first.", field="until_on")
    if not 0 <= asked.notice_minutes <= LONGEST_NOTICE_MINUTES:
        raise WishInvalidError("Please enter a notice of 14 days at most.", field="notice_minutes")


def _day(on: date) -> str:
    return f"{_WEEKDAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
