"""Which free times are offered first: a choice of days and hours, the earliest among them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.schedule.records import Slot
from ui.schedule.offers import short_doctor, spread

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)
OSEI, FISCHER = 1, 2
MOST = 9


def slot(day: int, hour: float, doctor_id: int = OSEI) -> Slot:
    start = TUESDAY + timedelta(days=day, hours=hour)
    return Slot(doctor_id, 1, start, start + timedelta(minutes=30))


def offered(
    slots: Sequence[Slot], *, preferred: int | None = None, most: int = MOST
) -> list[tuple[int, float, int]]:
    chosen = spread(slots, wall_of=lambda each: each.starts_at, preferred=preferred, most=most)
    return [
        ((each.starts_at - TUESDAY).days, each.starts_at.hour + each.starts_at.minute / 60,
         each.doctor_id)
        for each in chosen
    ]  # fmt: skip


def test_full_days_are_offered_by_half_days() -> None:
    days = [slot(day, 9 + step / 4) for day in range(8) for step in range(32)]
    assert offered(days) == [
        (0, 9, 1), (0, 12, 1), (1, 9, 1), (1, 12, 1), (2, 9, 1), (2, 12, 1), (3, 9, 1),
        (3, 12, 1), (4, 9, 1),
    ]  # fmt: skip


def test_one_day_alone_is_offered_in_full() -> None:
    morning = [slot(0, 9 + step / 4) for step in range(4)]
    assert offered(morning) == [(0, 9, 1), (0, 9.25, 1), (0, 9.5, 1), (0, 9.75, 1)]


def test_the_preferred_doctor_comes_first_on_each_day_but_no_day_is_lost() -> None:
    slots = [slot(0, 9, FISCHER), slot(0, 14, OSEI), slot(1, 10, FISCHER)]
    assert offered(slots) == [(0, 9, 2), (0, 14, 1), (1, 10, 2)]
    assert offered(slots, preferred=OSEI) == [(0, 14, 1), (0, 9, 2), (1, 10, 2)]


def test_short_names() -> None:
    assert short_doctor("Dr Amara Osei") == "Dr Osei"
    assert short_doctor("Dr Osei") == "Dr Osei"
    assert short_doctor("Amara van Osei") == "Amara van Osei"


@given(
    st.sets(
        st.tuples(st.integers(0, 9), st.integers(32, 68), st.sampled_from((OSEI, FISCHER))),
        max_size=60,
    ),
    st.sampled_from((None, OSEI, FISCHER)),
    st.integers(1, MOST),
)
def test_as_many_as_there_are_are_offered_each_once_and_the_first_among_them(
    times: set[tuple[int, int, int]], preferred: int | None, most: int
) -> None:
    slots = sorted(
        (slot(day, quarter / 4, doctor) for day, quarter, doctor in times),
        key=lambda each: (each.starts_at, each.doctor_id),
    )
    chosen = spread(slots, wall_of=lambda each: each.starts_at, preferred=preferred, most=most)
    assert len(chosen) == min(most, len(slots))
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(slots)
    if preferred is None and slots:
        assert chosen[0].starts_at == slots[0].starts_at
