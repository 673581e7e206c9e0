"""What takes free times away, rule by rule, with the model of single minutes beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinicdesk.clock import local_instant
from clinicdesk.schedule.availability import HoursPlan
from clinicdesk.schedule.limits import Held, Limits, Shut
from clinicdesk.schedule.reasons import NotFree, Wishes
from clinicdesk.schedule.records import WeeklyHours
from clinicdesk.schedule.search import Pair, Place, SlotSearch
from clinicdesk.schedule.slots import fitting_count, why_not
from clinicdesk.schedule.wall_clock import WallClock, utc_minute
from tests.minute_model import World, by_the_minute

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
LONG_AGO = date(2020, 1, 1)
MONDAY = date(2027, 1, 4)
TUESDAY = MONDAY + timedelta(days=1)
MORNING = (540, 660)
HERE, THERE = 1, 2
WAY = {(HERE, THERE): 20, (THERE, HERE): 20}


def minute(clock_time: str, day: date = MONDAY) -> int:
    hours, minutes = clock_time.split(":")
    return utc_minute(local_instant(day, int(hours) * 60 + int(minutes), BERLIN))


def hours(span: tuple[int, int], clinic: int = HERE, doctor: int = 1, day: int = 0) -> WeeklyHours:
    return WeeklyHours(doctor, clinic, day, *span, LONG_AGO)


def world(*rows: WeeklyHours, day: date = MONDAY, days: int = 1, limits: Limits) -> World:
    """Search for half hours on a step of half an hour at the first clinic."""
    wall = WallClock(BERLIN)
    search = SlotSearch(
        plan=HoursPlan(
            rows, [], first_on=day - timedelta(days=20), last_on=day + timedelta(days=days + 20)
        ),
        places={HERE: Place(wall, 30)},
        pairs=[Pair(1, HERE, 11)],
        duration_minutes=30,
        before_minutes=0,
        after_minutes=0,
        from_minute=minute("0:00", day),
        until_minute=minute("0:00", day + timedelta(days=days)),
        limits=replace(limits, walls={THERE: wall}),
    )
    return World(search, rows)


def times(made: World) -> list[str]:
    """Give the starts, on which the model of single minutes must agree."""
    slots = made.slots()
    assert slots == by_the_minute(made)
    return [f"{slot.starts_at.astimezone(ZoneInfo(BERLIN)):%H:%M}" for slot in slots]


def why(made: World, clock_time: str, day: date = MONDAY) -> NotFree | None:
    (pair,) = made.search.pairs
    return why_not(made.search, made.busy, pair=pair, start=minute(clock_time, day))


def shut(reason: NotFree, **named: Any) -> Limits:
    """Give one rule, for the Monday if nothing else is said."""
    named.setdefault("clinic_id", HERE if reason is NotFree.BLOCKED else None)
    named.setdefault("first_ordinal", MONDAY.toordinal())
    named.setdefault("last_ordinal", MONDAY.toordinal())
    return Limits([Shut(reason, **named)])


# --- closures and blocks ---------------------------------------------------------------------


def test_a_closed_day_takes_all_of_it_and_nothing_of_the_next() -> None:
    rows = hours(MORNING), hours((0, 60), day=1)
    made = world(*rows, days=2, limits=shut(NotFree.HOLIDAY))
    assert times(made) == ["00:00", "00:30"]
    assert why(made, "9:00") is NotFree.HOLIDAY


@pytest.mark.parametrize(("clinic", "left"), [(HERE, 2), (THERE, 4)])
def test_a_closed_part_is_closed_at_its_clinic_alone(clinic: int, left: int) -> None:
    limits = shut(NotFree.CLOSED, clinic_id=clinic, starts_minute=590, ends_minute=610)
    made = world(hours(MORNING), limits=limits)
    assert len(times(made)) == left
    assert why(made, "9:30") is (NotFree.CLOSED if clinic == HERE else None)


def test_a_block_recurs_on_its_weekdays_in_every_second_week_from_monday() -> None:
    """From a Wednesday on: the Monday of the following week lies in the week left out."""
    wednesday = MONDAY - timedelta(days=5)
    limits = shut(
        NotFree.BLOCKED,
        clinic_id=HERE,
        first_ordinal=wednesday.toordinal(),
        last_ordinal=MONDAY.toordinal() + 60,
        weekdays=1,
        every_weeks=2,
        starts_minute=0,
        ends_minute=1440,
    )
    made = world(hours(MORNING), days=28, limits=limits)
    days = {slot.starts_at.date() for slot in made.slots()}
    assert times(made) and days == {MONDAY, MONDAY + timedelta(weeks=2)}
    assert why(made, "9:00", MONDAY + timedelta(weeks=1)) is NotFree.BLOCKED


def test_a_doctors_block_takes_the_doctor_wherever_it_was_entered() -> None:
    limits = shut(NotFree.BLOCKED, clinic_id=THERE, doctor_id=1, starts_minute=540, ends_minute=600)
    assert times(world(hours(MORNING), limits=limits)) == ["10:00", "10:30"]
    other = shut(NotFree.BLOCKED, clinic_id=THERE, doctor_id=2, starts_minute=540, ends_minute=600)
    assert len(times(world(hours(MORNING), limits=other))) == 4


def test_a_blocked_room_is_needed_for_the_visit_and_not_for_its_buffers() -> None:
    limits = shut(
        NotFree.ROOM_BLOCKED, clinic_id=HERE, room_id=11, starts_minute=600, ends_minute=630
    )
    made = world(hours((530, 700)), limits=limits)
    made = replace(made, search=replace(made.search, before_minutes=10, after_minutes=10))
    assert times(made) == ["09:00", "09:30", "10:30", "11:00"]
    assert why(made, "10:00") is NotFree.ROOM_BLOCKED
    limits = shut(NotFree.BLOCKED, starts_minute=600, ends_minute=630)
    doctor = world(hours((530, 700)), limits=limits)
    doctor = replace(doctor, search=replace(doctor.search, before_minutes=10, after_minutes=10))
    assert times(doctor) == ["09:00", "11:00"]


# --- the way between clinics -----------------------------------------------------------------


def test_the_way_is_taken_off_the_beginning_of_the_later_hours() -> None:
    rows = hours(MORNING, THERE), hours((660, 780), HERE)
    made = world(*rows, limits=Limits(travel=WAY))
    assert times(made) == ["11:30", "12:00", "12:30"]
    assert why(made, "11:00") is NotFree.TRAVEL
    earlier = world(hours(MORNING, HERE), hours((660, 780), THERE), limits=Limits(travel=WAY))
    assert times(earlier) == ["09:00", "09:30", "10:00", "10:30"]


def test_hours_that_overlap_take_no_way_off_each_other() -> None:
    made = world(hours(MORNING, THERE), hours((600, 720), HERE), limits=Limits(travel=WAY))
    assert times(made) == ["10:00", "10:30", "11:00", "11:30"]


def test_nobody_comes_from_a_clinic_that_is_closed() -> None:
    closed = shut(NotFree.CLOSED, clinic_id=THERE)
    rows = hours(MORNING, THERE), hours((660, 780), HERE)
    made = world(*rows, limits=replace(closed, travel=WAY))
    assert times(made) == ["11:00", "11:30", "12:00", "12:30"]


def test_visits_elsewhere_keep_the_way_free_on_both_sides() -> None:
    """Also where the visit itself lies outside of what is looked at."""
    made = world(hours((540, 720)), limits=Limits(travel=WAY))
    stay = (1, minute("10:40"), minute("10:50"), THERE)
    made = replace(made, stays=[stay])
    assert times(made) == ["09:00", "09:30", "11:30"]
    assert why(made, "10:00") is why(made, "11:00") is NotFree.TRAVEL
    assert why(made, "10:30") is NotFree.DOCTOR_BUSY
    here = replace(made, stays=[(*stay[:3], HERE)])
    assert times(here) == ["09:00", "09:30", "10:00", "11:00", "11:30"]
    later = replace(made.search, from_minute=minute("11:00"), until_minute=minute("11:01"))
    assert times(replace(made, search=later)) == []


# --- equipment, holds, wishes, places kept for the day ---------------------------------------


def test_one_free_piece_of_equipment_is_enough_and_none_is_not() -> None:
    taken = [(5, minute("9:00"), minute("10:00")), (6, minute("9:30"), minute("10:30"))]
    made = replace(world(hours(MORNING), limits=Limits(equipment={HERE: [5, 6]})), equipment=taken)
    assert times(made) == ["09:00", "10:00", "10:30"]
    assert why(made, "9:30") is NotFree.EQUIPMENT_BUSY
    without = world(hours(MORNING), limits=Limits(equipment={THERE: [5]}))
    assert (times(without), why(without, "9:30")) == ([], NotFree.NO_EQUIPMENT)


def test_a_held_time_is_held_for_its_doctor() -> None:
    held = [Held(1, minute("9:15"), minute("9:45")), Held(2, minute("10:00"), minute("11:00"))]
    made = world(hours(MORNING), limits=Limits(held=held))
    assert times(made) == ["10:00", "10:30"]
    assert why(made, "9:30") is NotFree.HELD


def test_wishes_narrow_what_is_offered_and_not_what_can_be_had() -> None:
    made = world(hours((540, 720)), hours((540, 720), day=1), days=2, limits=Limits())
    search = replace(made.search, within=Wishes(0b10, 600, 660))
    wished = replace(made, search=search)
    assert times(wished) == ["10:00", "10:30"]
    assert {slot.starts_at.date() for slot in wished.slots()} == {TUESDAY}
    assert why(wished, "9:00") is None


def keeping(places: int, now: int, *rows: WeeklyHours, days: int = 2) -> World:
    made = world(*rows, days=days, limits=Limits())
    pairs: Sequence[Pair] = [replace(made.search.pairs[0], same_day_places=places)]
    return replace(made, search=replace(made.search, pairs=pairs, now_minute=now))


def test_the_last_places_of_a_later_day_are_kept_and_those_of_today_are_not() -> None:
    rows = hours(MORNING), hours(MORNING, day=1)
    made = keeping(2, minute("8:00"), *rows)
    assert times(made) == ["09:00", "09:30", "10:00", "10:30", "09:00", "09:30"]
    assert why(made, "10:00", TUESDAY) is NotFree.KEPT_FOR_THE_DAY
    assert why(made, "10:30") is None
    tomorrow = keeping(2, minute("0:00", TUESDAY), *rows)
    assert len(times(tomorrow)) == 8
    assert fitting_count(made.search, made.busy) == {1: 6}


def test_what_would_overlap_with_a_kept_place_is_kept_too() -> None:
    made = keeping(1, minute("8:00"), hours((540, 640), day=1))
    made = replace(made, search=replace(made.search, places={HERE: Place(WallClock(BERLIN), 10)}))
    assert times(made) == ["09:00", "09:10", "09:20", "09:30", "09:40"]


def test_a_day_keeps_its_last_places_however_little_of_it_is_asked_for() -> None:
    made = keeping(2, minute("8:00"), hours((540, 720), day=1))
    search = replace(
        made.search, from_minute=minute("9:00", TUESDAY), until_minute=minute("10:00", TUESDAY)
    )
    assert times(replace(made, search=search)) == ["09:00", "09:30"]
    assert times(keeping(9, minute("8:00"), hours(MORNING, day=1))) == []


def test_a_day_that_is_two_days_of_utc_keeps_its_last_places_once() -> None:
    """18:00 to 22:00 in New York is 23:00 to 03:00 of UTC."""
    made = keeping(2, minute("8:00"), hours((1080, 1320), day=1))
    opens = utc_minute(local_instant(TUESDAY, 1080, NEW_YORK))
    search = replace(
        made.search,
        places={HERE: Place(WallClock(NEW_YORK), 30)},
        from_minute=opens,
        until_minute=opens + 10,
    )
    made = replace(made, search=search)
    assert len(made.slots()) == len(by_the_minute(made)) == 1
