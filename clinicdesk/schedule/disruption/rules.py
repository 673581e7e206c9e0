"""Decides which free time is offered to whom when a doctor is out, and which hours are closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinicdesk.clock import clinic_day, local_instant, local_minute
from clinicdesk.schedule.disruption.records import HANDLED, AlternativeKind, CaseState
from clinicdesk.schedule.records import AppointmentStatus, Slot

MOST_ALTERNATIVES = 3
DAY_MINUTES = 24 * 60
_MINUTE = timedelta(minutes=1)
OTHER_DOCTOR_COSTS, OTHER_CLINIC_COSTS = timedelta(days=1), timedelta(days=2)
"""How much sooner a visit must be with another doctor, or elsewhere, to be the better choice."""


@dataclass(frozen=True, slots=True)
class Option:
    """A free time for a visit; `busy` is what it takes of the doctor's time, buffers included."""

    kind: AlternativeKind
    slot: Slot
    busy: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Asking:
    """A visit that cannot take place and the free times that would do.

    `visits` are the patient's other visits, `reserved` a time that was proposed already.
    """

    key: int
    starts_at: datetime
    options: Sequence[Option]
    visits: Sequence[tuple[datetime, datetime]] = ()
    reserved: Slot | None = None


def cost(option: Option, starts_at: datetime) -> timedelta:
    """Give how far an option is from what was agreed: the time between, and who and where."""
    between = abs(option.slot.starts_at - starts_at)
    extra = {
        AlternativeKind.SAME_DOCTOR: timedelta(),
        AlternativeKind.SAME_DAY: OTHER_DOCTOR_COSTS,
        AlternativeKind.OTHER_CLINIC: OTHER_CLINIC_COSTS,
    }
    return between + extra[option.kind]


def shared_out(asking: Sequence[Asking]) -> Mapping[int, tuple[Option, ...]]:
    """Give each visit its best options, three at most, so that no time is offered twice.

    Everybody gets their best one first, by the order of `asking`, then the second best of another
    kind, then a third. What was proposed to somebody stays theirs, and stands first.
    """
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    given: dict[int, list[Option]] = {each.key: [] for each in asking}
    ordered = {each.key: _sorted(each) for each in asking}
    for each in asking:
        for option in ordered[each.key]:
            if option.slot == each.reserved and _is_free(option, taken):
                _give(option, given[each.key], taken)
    for _ in range(MOST_ALTERNATIVES):
        for each in asking:
            had = given[each.key]
            if len(had) < MOST_ALTERNATIVES:
                found = _next(ordered[each.key], had, taken)
                if found is not None:
                    _give(found, had, taken)
    return {
        each.key: tuple(
            sorted(
                given[each.key],
                key=lambda option, each=each: (  # type: ignore[misc]
                    option.slot != each.reserved,
                    cost(option, each.starts_at),
                    option.slot,
                ),
            )
        )
        for each in asking
    }


def _sorted(asking: Asking) -> list[Option]:
    fitting = [
        option
        for option in asking.options
        if not any(
            option.slot.starts_at < end and begin < option.slot.ends_at
            for begin, end in asking.visits
        )
    ]
    return sorted(fitting, key=lambda option: (cost(option, asking.starts_at), option.slot))


def _next(
    ordered: Sequence[Option],
    had: Sequence[Option],
    taken: Mapping[int, list[tuple[datetime, datetime]]],
) -> Option | None:
    """Give the best free option of a kind not had yet, else of any kind."""
    free = [option for option in ordered if _is_free(option, taken)]
    kinds = {option.kind for option in had}
    fresh = [option for option in free if option.kind not in kinds]
    return next(iter(fresh or free), None)


def _is_free(option: Option, taken: Mapping[int, list[tuple[datetime, datetime]]]) -> bool:
    begin, end = option.busy
    return not any(
        begin < other_end and other_begin < end
        for other_begin, other_end in taken.get(option.slot.doctor_id, ())
    )


def _give(
    option: Option, had: list[Option], taken: dict[int, list[tuple[datetime, datetime]]]
) -> None:
    had.append(option)
    taken.setdefault(option.slot.doctor_id, []).append(option.busy)


@dataclass(frozen=True, slots=True)
class Closing:
    """Days from `from_on` to `until_on` on which hours are closed: whole, or between minutes."""

    from_on: date
    until_on: date
    starts_minute: int | None = None
    ends_minute: int | None = None


def closings(from_at: datetime, until_at: datetime, time_zone: str) -> tuple[Closing, ...]:
    """Give what of a clinic's days lies between two instants, as exceptions to the hours say it."""
    first, last = clinic_day(from_at, time_zone), clinic_day(until_at - _MINUTE, time_zone)
    begins = local_minute(from_at, first, time_zone)
    ends = min(local_minute(until_at, last, time_zone), DAY_MINUTES)
    if local_instant(last + timedelta(days=1), 0, time_zone) <= until_at:
        ends = DAY_MINUTES
    if first == last:
        return (_closing(first, begins, max(ends, begins + 1)),)
    found = [_closing(first, begins, DAY_MINUTES)]
    if (last - first).days > 1:
        found.append(Closing(first + timedelta(days=1), last - timedelta(days=1)))
    return (*found, _closing(last, 0, ends))


def _closing(on: date, begins: int, ends: int) -> Closing:
    if (begins, ends) == (0, DAY_MINUTES):
        return Closing(on, on)
    return Closing(on, on, begins, ends)


def state_now(state: CaseState, status: AppointmentStatus, *, is_touched: bool) -> CaseState:
    """Give how a case stands, also where the visit was moved or cancelled elsewhere, or put back.

    `is_touched` tells whether the visit still stands where the doctor is out.
    """
    if state is CaseState.KEPT:
        return state
    if status in {AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW}:
        return CaseState.CANCELLED
    if status in {AppointmentStatus.IN_ROOM, AppointmentStatus.COMPLETED}:
        return CaseState.KEPT
    if not is_touched:
        return CaseState.MOVED
    return CaseState.OPEN if state in HANDLED else state
