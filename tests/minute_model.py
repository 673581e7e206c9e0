"""Free times found by looking at every single minute: slow and plain, with no bits in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clinicdesk.clock import local_instant
from clinicdesk.schedule.limits import Shut
from clinicdesk.schedule.reasons import NotFree
from clinicdesk.schedule.records import Slot, WeeklyHours
from clinicdesk.schedule.search import Busy, Pair, SlotSearch, Span, Stay
from clinicdesk.schedule.slots import free_slots
from clinicdesk.schedule.wall_clock import instant, utc_minute

AROUND = 4
Piece = tuple[int, int, int]


@dataclass(frozen=True)
class World:
    """A search, the hours it was planned with, and what is taken."""

    search: SlotSearch
    hours: Sequence[WeeklyHours]
    stays: Sequence[Stay] = ()
    rooms: Sequence[Span] = ()
    equipment: Sequence[Span] = ()

    def busy(self, from_minute: int, until_minute: int) -> Busy:
        """Give what is taken in a span, and no more."""

        def seen(spans: Sequence[Span]) -> list[Span]:
            return [s for s in spans if s[1] < until_minute and s[2] > from_minute]

        stays = [s for s in self.stays if s[1] < until_minute and s[2] > from_minute]
        doctors = [(who, begin, end) for who, begin, end, _ in stays]
        return Busy(doctors, seen(self.rooms), seen(self.equipment), stays)

    def slots(self, limit: int | None = None) -> list[Slot]:
        """Search with the code under test."""
        return free_slots(self.search, self.busy, limit=limit)


def by_the_minute(world: World, *, is_wished: bool = True) -> list[Slot]:
    """Find the free slots; with `is_wished` off also those that nobody wishes for."""
    search, found = world.search, list[Slot]()
    for pair in search.pairs:
        starts = _starts(world, pair)
        for start in _offered(world, pair, starts):
            is_asked = search.from_minute <= start < search.until_minute
            if is_asked and (not is_wished or _wished(search, pair, start)):
                end = start + search.duration_minutes
                found.append(Slot(pair.doctor_id, pair.clinic_id, instant(start), instant(end)))
    return sorted(found, key=lambda slot: (slot.starts_at, slot.doctor_id, slot.clinic_id))


def _days(search: SlotSearch) -> list[date]:
    first = instant(search.from_minute).date() - timedelta(days=AROUND)
    last = instant(search.until_minute).date() + timedelta(days=AROUND)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _zone(search: SlotSearch, clinic_id: int) -> str:
    place = search.places.get(clinic_id)
    return (place.wall if place else search.limits.walls[clinic_id]).time_zone


def _minute(search: SlotSearch, clinic_id: int, day: date, minute: int) -> int:
    return utc_minute(local_instant(day, minute, _zone(search, clinic_id)))


def _is_week(day: date, first: date, every: int) -> bool:
    mondays = [one - timedelta(days=one.weekday()) for one in (day, first)]
    return (mondays[0] - mondays[1]).days // 7 % every == 0


def _planned(world: World, doctor_id: int) -> list[Piece]:
    """Give the hours of each day, one piece where those of a clinic touch."""
    pieces: list[Piece] = []
    for day in _days(world.search):
        walls: dict[int, set[int]] = {}
        for row in world.hours:
            if (
                row.doctor_id == doctor_id
                and row.weekday == day.weekday()
                and row.valid_from_on <= day
                and (row.valid_until_on is None or day <= row.valid_until_on)
                and _is_week(day, row.valid_from_on, row.every_weeks)
            ):
                walls.setdefault(row.clinic_id, set()).update(
                    range(row.starts_minute, row.ends_minute)
                )
        for clinic_id, minutes in walls.items():
            for begin, end in _runs(minutes):
                opens = _minute(world.search, clinic_id, day, begin)
                closes = _minute(world.search, clinic_id, day, end)
                if closes > opens:
                    pieces.append((clinic_id, opens, closes))
    return pieces


def _runs(minutes: set[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(minutes)
    begin = 0
    for number, minute in enumerate(ordered):
        if number + 1 == len(ordered) or ordered[number + 1] != minute + 1:
            yield ordered[begin], minute + 1
            begin = number + 1


def _shut(world: World, shut: Shut, clinic_id: int) -> set[int]:
    first, search = date.fromordinal(shut.first_ordinal), world.search
    minutes: set[int] = set()
    for day in _days(search):
        if (
            shut.first_ordinal <= day.toordinal() <= shut.last_ordinal
            and shut.weekdays >> day.weekday() & 1
            and _is_week(day, first, shut.every_weeks)
        ):
            begin = _minute(search, clinic_id, day, shut.starts_minute)
            minutes.update(range(begin, _minute(search, clinic_id, day, shut.ends_minute)))
    return minutes


def _closed(world: World, clinic_id: int) -> set[int]:
    closed: set[int] = set()
    for shut in world.search.limits.shuts:
        is_closure = shut.reason in (NotFree.CLOSED, NotFree.HOLIDAY)
        if is_closure and shut.clinic_id in (None, clinic_id):
            closed |= _shut(world, shut, clinic_id)
    return closed


def _blocked(world: World, pair: Pair, *, room: bool) -> set[int]:
    blocked: set[int] = set()
    for shut in world.search.limits.shuts:
        if shut.clinic_id is None or shut.reason in (NotFree.CLOSED, NotFree.HOLIDAY):
            continue
        if shut.room_id is not None:
            is_meant = room and shut.room_id == pair.room_id
        elif shut.doctor_id is not None:
            is_meant = not room and shut.doctor_id == pair.doctor_id
        else:
            is_meant = not room and shut.clinic_id == pair.clinic_id
        if is_meant:
            blocked |= _shut(world, shut, shut.clinic_id)
    return blocked


def _on_the_way(world: World, pair: Pair) -> set[int]:
    travel, minutes = world.search.limits.travel, set[int]()
    pieces = [
        (clinic_id, begin, end)
        for clinic_id, opens, closes in _planned(world, pair.doctor_id)
        for begin, end in _runs(set(range(opens, closes)) - _closed(world, clinic_id))
    ]
    for here, opens, closes in pieces:
        for there, _, left in pieces:
            way = travel.get((there, here), 0)
            if here == pair.clinic_id and left <= opens:
                minutes.update(range(opens, min(closes, left + way)))
    for doctor_id, begin, end, there in world.stays:
        way = travel.get((there, pair.clinic_id), 0)
        if doctor_id == pair.doctor_id and way:
            minutes.update(range(begin - way, end + way))
    return minutes


def _starts(world: World, pair: Pair) -> list[int]:
    """Give every free start around the asked span, before any place is kept."""
    search, doctor_id, clinic_id = world.search, pair.doctor_id, pair.clinic_id
    usable: set[int] = set()
    for there, opens, closes in _planned(world, doctor_id):
        if there == clinic_id:
            usable.update(range(opens, closes))
    usable -= _closed(world, clinic_id) | _blocked(world, pair, room=False)
    usable -= _on_the_way(world, pair)
    usable -= {m for who, a, b, _ in world.stays if who == doctor_id for m in range(a, b)}
    for held in search.limits.held:
        if held.doctor_id == doctor_id:
            usable -= set(range(held.begin, held.end))
    room = {m for which, a, b in world.rooms if which == pair.room_id for m in range(a, b)}
    room |= _blocked(world, pair, room=True)
    zone, step = ZoneInfo(_zone(search, clinic_id)), search.places[clinic_id].step_minutes
    found = []
    for start in sorted(usable | {m + search.before_minutes for m in usable}):
        end = start + search.duration_minutes
        wall = instant(start).astimezone(zone)
        if (
            (wall.hour * 60 + wall.minute) % step == 0
            and usable.issuperset(range(start - search.before_minutes, end + search.after_minutes))
            and room.isdisjoint(range(start, end))
            and _equipped(world, clinic_id, start, end)
        ):
            found.append(start)
    return found


def _equipped(world: World, clinic_id: int, start: int, end: int) -> bool:
    pieces = world.search.limits.equipment
    if pieces is None:
        return True
    taken = {which for which, a, b in world.equipment if a < end and b > start}
    return any(piece not in taken for piece in pieces.get(clinic_id, ()))


def _offered(world: World, pair: Pair, starts: list[int]) -> Iterator[int]:
    """Yield the starts less the last places of each day later than today."""
    search = world.search
    if search.now_minute is None or not pair.same_day_places:
        yield from starts
        return
    zone = ZoneInfo(_zone(search, pair.clinic_id))
    today = instant(search.now_minute).astimezone(zone).date()
    length = search.before_minutes + search.duration_minutes + search.after_minutes
    days: dict[date, list[int]] = {}
    for start in starts:
        days.setdefault(instant(start).astimezone(zone).date(), []).append(start)
    for day, offered in days.items():
        for _ in range(pair.same_day_places if day > today else 0):
            offered[:] = [start for start in offered if start + length <= offered[-1]]
        yield from offered


def _wished(search: SlotSearch, pair: Pair, start: int) -> bool:
    within = search.within
    return within is None or any(
        within.weekdays >> day.weekday() & 1
        and _minute(search, pair.clinic_id, day, within.from_minute) <= start
        and start < _minute(search, pair.clinic_id, day, within.until_minute)
        for day in _days(search)
    )
