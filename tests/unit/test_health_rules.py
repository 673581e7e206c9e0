"""The rules of the calendar's health check, on plain values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clinicdesk.schedule.health import rules
from clinicdesk.schedule.health.records import ClockChange, Trouble, Visit

LONDON, SYDNEY, HOWE = "Europe/London", "Australia/Sydney", "Australia/Lord_Howe"
SPRING = ClockChange(datetime(2027, 3, 28, 1, tzinfo=UTC), 0, 60)
AUTUMN = ClockChange(datetime(2026, 10, 25, 1, tzinfo=UTC), 60, 0)


def visit(number: int, at: datetime, minutes: int = 30, **changed: object) -> Visit:
    made = Visit(
        number, 1, 1, "Main", LONDON, 7, "Dr Sato", None, number, f"Patient {number}", 1,
        "Check-up", at, at + timedelta(minutes=minutes), at, at + timedelta(minutes=minutes),
        False, None,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def at(*parts: int) -> datetime:
    """Give what a wall shows, without a zone."""
    return datetime(*parts)  # type: ignore[arg-type,misc]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("span", "opens", "fits"),
    [
        ((10, 20), [(0, 30)], True),
        ((10, 20), [(10, 20)], True),
        ((10, 20), [(10, 19)], False),
        ((10, 20), [(11, 20)], False),
        ((10, 20), [(15, 30), (0, 15)], True),
        ((10, 20), [(0, 14), (15, 30)], False),
        ((10, 20), [(0, 12), (5, 18), (17, 25)], True),
        ((10, 20), [], False),
    ],
)
def test_a_visit_lies_within_hours_that_touch(
    span: rules.Minutes, opens: list[rules.Minutes], fits: bool
) -> None:
    assert rules.is_within(span, opens) is fits


def test_spans_that_only_touch_do_not_overlap() -> None:
    assert not rules.overlaps((0, 10), (10, 20))
    assert rules.overlaps((0, 11), (10, 20))


@pytest.mark.parametrize(
    ("zone", "from_at", "at", "shift"),
    [
        (LONDON, datetime(2026, 11, 24, 9, 48, tzinfo=UTC), SPRING.at, 60),
        (LONDON, datetime(2026, 7, 1, tzinfo=UTC), AUTUMN.at, -60),
        (LONDON, datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC), AUTUMN.at, -60),
        (LONDON, AUTUMN.at, SPRING.at, 60),
        (HOWE, datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 4, 3, 15, tzinfo=UTC), -30),
        ("America/Santiago", datetime(2026, 5, 1, tzinfo=UTC),
         datetime(2026, 9, 6, 4, tzinfo=UTC), 60),
    ],
)  # fmt: skip
def test_the_next_change_is_found_to_the_minute(
    zone: str, from_at: datetime, at: datetime, shift: int
) -> None:
    change = rules.next_change(zone, from_at)
    assert change is not None
    assert (change.at, change.shift_minutes) == (at, shift)


def test_zones_without_changes_have_none() -> None:
    assert rules.next_change("Asia/Tokyo", SPRING.at) is None
    assert rules.next_change("UTC", SPRING.at) is None


def test_a_visit_over_the_change_has_another_end_on_the_wall() -> None:
    (found,) = rules.torn([visit(1, SPRING.at - timedelta(minutes=15))], SPRING)
    assert found.trouble is Trouble.CLOCK_CHANGE
    assert (found.before, found.after) == (at(2027, 3, 28, 1, 15), at(2027, 3, 28, 2, 15))
    assert "ends at 02:15 on the wall, not at 01:15" in found.sentence


def test_visits_that_end_or_begin_with_the_spring_change_are_whole() -> None:
    at_it = [visit(1, SPRING.at - timedelta(minutes=30)), visit(2, SPRING.at)]
    assert list(rules.torn(at_it, SPRING)) == []


def test_an_hour_that_comes_twice_is_told_for_both() -> None:
    half = timedelta(minutes=30)
    visits = [
        visit(number, AUTUMN.at + step)
        for number, step in enumerate((-3 * half, -2 * half, -half, half * 0, half, 2 * half))
    ]
    told = {each.visit.id for each in rules.torn(visits, AUTUMN)}
    assert told == {1, 2, 3, 4}
    assert all("twice" in each.sentence for each in rules.torn(visits, AUTUMN))


def test_a_series_booked_in_instants_parts_at_the_change() -> None:
    weeks = [
        visit(number, SPRING.at + timedelta(hours=8, days=7 * (number - 3)), series_id=5)
        for number in range(1, 6)
    ]
    found = list(rules.parted(weeks, SPRING))
    assert [each.visit.id for each in found] == [3, 4, 5]
    assert found[0].before.hour == 9
    assert found[0].after.hour == 10
    assert found[0].wanted_at == weeks[2].starts_at - timedelta(hours=1)
    on_the_wall = [
        replace(each, starts_at=each.starts_at - timedelta(hours=each.id >= 3)) for each in weeks
    ]
    assert list(rules.parted(on_the_wall, SPRING)) == []
    assert list(rules.parted([replace(each, series_id=None) for each in weeks], SPRING)) == []


def test_a_reminder_due_in_the_hour_that_is_skipped_goes_later() -> None:
    next_night = visit(1, datetime(2027, 3, 29, 0, 30, tzinfo=UTC))
    (found,) = rules.late_reminders([next_night], 24)
    assert (found.before.hour, found.after.hour) == (1, 2)
    assert not found.can_move
    assert list(rules.late_reminders([next_night], 48)) == []


def test_of_two_at_once_the_one_made_later_is_told() -> None:
    ten = datetime(2026, 11, 24, 10, tzinfo=UTC)
    early, late = visit(2, ten), visit(1, ten + timedelta(minutes=15))
    (found,) = rules.doubled([early, late])
    assert found.visit.id == 2
    assert "Patient 1 at the same time" in found.sentence
    assert list(rules.doubled([early, replace(late, is_overbooked=True)])) == []
    after = replace(late, starts_at=early.ends_at, ends_at=early.ends_at + timedelta(minutes=5))
    assert list(rules.doubled([early, after])) == []
    elsewhere = replace(late, doctor_id=8)
    assert list(rules.doubled([early, elsewhere])) == []
    (same_patient,) = rules.doubled([early, replace(elsewhere, patient_id=2)])
    assert "with Dr Sato" in same_patient.sentence
    same_room = [replace(early, room_id=3), replace(elsewhere, room_id=3)]
    assert len(list(rules.doubled(same_room))) == 1


def test_a_long_visit_meets_all_within_it() -> None:
    ten = datetime(2026, 11, 24, 10, tzinfo=UTC)
    visits = [visit(1, ten, 120), visit(2, ten + timedelta(minutes=30)),
              visit(3, ten + timedelta(minutes=60))]  # fmt: skip
    assert [each.visit.id for each in rules.doubled(visits)] == [2, 3]


def test_only_what_is_new_is_told_once_a_visit() -> None:
    ten = datetime(2026, 11, 24, 10, tzinfo=UTC)
    outside = rules.problem(visit(1, ten), Trouble.OUTSIDE_HOURS, "outside")
    shut = rules.problem(visit(1, ten), Trouble.CLOSED, "closed")
    other = rules.problem(visit(2, ten - timedelta(hours=1)), Trouble.CLOSED, "closed")
    assert rules.only_new([outside], [outside]) == []
    assert rules.only_new([shut, outside, other], [outside]) == [other, shut]


def test_the_wall_of_a_zone_is_shown_without_it() -> None:
    assert rules.wall(datetime(2026, 7, 1, 23, tzinfo=UTC), SYDNEY) == at(2026, 7, 2, 9)
