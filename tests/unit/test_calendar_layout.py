from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import local_instant
from clinicdesk.schedule.records import (
    AppointmentId,
    AppointmentStatus,
    CalendarAppointment,
    CalendarColumn,
    CalendarDay,
    OpenSpan,
)
from ui.schedule.layout import (
    DayGrid,
    cards_of,
    clock_text,
    closed_minutes,
    closed_spans,
    hour_px_for,
    minutes_of,
    side_by_side,
)

DAY = date(2026, 11, 24)
ZONE = "Europe/London"
spans = st.lists(
    st.tuples(st.integers(0, 1400), st.integers(1, 120)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=25,
)


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@given(spans)
def test_overlapping_spans_never_share_a_lane_and_agree_on_their_number(
    given_spans: list[tuple[int, int]],
) -> None:
    lanes = side_by_side(given_spans)
    for n, one in enumerate(given_spans):
        for m in range(n):
            if overlap(one, given_spans[m]):
                assert lanes[n].number != lanes[m].number
                assert lanes[n].count == lanes[m].count
    assert all(0 <= lane.number < lane.count for lane in lanes)


@given(spans)
def test_no_more_lanes_than_stand_at_one_time(given_spans: list[tuple[int, int]]) -> None:
    lanes = side_by_side(given_spans)
    busiest = max(
        (sum(a <= at < b for a, b in given_spans) for at, _ in given_spans),
        default=0,
    )
    assert max((lane.count for lane in lanes), default=0) == busiest


def test_spans_that_touch_stand_one_below_the_other() -> None:
    assert [(lane.number, lane.count) for lane in side_by_side([(540, 555), (555, 570)])] == [
        (0, 1),
        (0, 1),
    ]


@given(spans)
def test_closed_spans_are_what_open_ones_leave(open_ones: list[tuple[int, int]]) -> None:
    closed = closed_spans(open_ones, 480, 1080)
    for minute in range(480, 1080, 7):
        is_open = any(start <= minute < end for start, end in open_ones)
        is_closed = any(start <= minute < end for start, end in closed)
        assert is_open != is_closed


@given(
    st.integers(0, 12 * 60),
    st.integers(1, 12 * 60),
    st.floats(20, 400),
    st.sampled_from([5, 10, 15]),
)
def test_a_minute_drawn_and_pointed_at_is_the_same_minute(
    first: int, length: int, hour_px: float, step: int
) -> None:
    first -= first % step
    grid = DayGrid(first, first + max(length, step), hour_px, 3, 150)
    for minute in range(first, grid.last_minute - step + 1, step):
        assert grid.minute_at(grid.y(minute) + 0.01, step_minutes=step) == minute


def test_pointing_outside_stays_in_the_day() -> None:
    grid = DayGrid(480, 1080, 76, 3, 150)
    assert grid.minute_at(-50, step_minutes=15) == 480
    assert grid.minute_at(99_999, step_minutes=15) == 1065
    assert (grid.column_at(-3), grid.column_at(151), grid.column_at(9_999)) == (0, 1, 2)


def appointment(
    number: int,
    minute: int,
    length: int,
    *,
    doctor: int = 1,
    day: date = DAY,
    status: AppointmentStatus = AppointmentStatus.CONFIRMED,
) -> CalendarAppointment:
    starts_at = local_instant(day, minute, ZONE)
    return CalendarAppointment(
        id=AppointmentId(number),
        clinic_id=1,
        doctor_id=doctor,
        patient_id=number,
        patient_name=f"Patient {number}",
        service_name="Check-up",
        status=status,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=length),
        is_overbooked=False,
        version=1,
    )


def calendar_day(
    *appointments: CalendarAppointment, day: date = DAY, spans: tuple[OpenSpan, ...] = ()
) -> CalendarDay:
    columns = (
        CalendarColumn(1, "Dr Amara Osei", "General practice", 0, spans, 3),
        CalendarColumn(2, "Dr Lena Fischer", "Paediatrics", 1, (), 3),
    )
    return CalendarDay(1, day, ZONE, 15, 480, 1080, columns, appointments)


def test_an_overbooking_stands_beside_the_first_and_both_have_room() -> None:
    day = calendar_day(appointment(1, 540, 30), appointment(2, 555, 30), appointment(3, 600, 30))
    cards = cards_of(day, day.columns)
    grid = DayGrid(480, 1080, 76, 2, 150)
    first, second, third = (grid.box(card) for card in cards)
    assert first[0] + first[2] <= second[0]
    assert first[2] == pytest.approx(second[2], abs=2)
    assert third[2] > first[2] * 1.9


def test_cancelled_appointments_are_hidden_unless_asked_for() -> None:
    gone = appointment(1, 540, 30, status=AppointmentStatus.CANCELLED)
    day = calendar_day(gone)
    assert cards_of(day, day.columns) == []
    assert len(cards_of(day, day.columns, with_cancelled=True)) == 1


def test_times_are_the_clinics_wall_time_in_summer_and_winter() -> None:
    july = date(2026, 7, 1)
    day = calendar_day(appointment(1, 570, 30, day=july), day=july)
    assert [card.time_text for card in cards_of(day, day.columns)] == ["09:30"]


def test_an_appointment_over_the_autumn_change_keeps_its_length() -> None:
    autumn = date(2026, 10, 25)
    crossing = appointment(1, 60 + 45, 30, day=autumn)
    start, end = minutes_of(crossing, autumn, calendar_day(day=autumn).time_zone)
    assert (start, end - start) == (105, 30)


def test_hours_without_an_open_span_are_closed() -> None:
    span = OpenSpan(1, 1, local_instant(DAY, 540, ZONE), local_instant(DAY, 750, ZONE))
    day = calendar_day(spans=(span,))
    assert closed_minutes(day.columns[0], day) == [(480, 540), (750, 1080)]
    assert closed_minutes(day.columns[1], day) == [(480, 1080)]


def test_the_shortest_appointment_still_holds_a_line() -> None:
    day = calendar_day(appointment(1, 540, 10))
    cards = cards_of(day, day.columns)
    hour_px = hour_px_for(cards, least=72, line_px=16)
    assert DayGrid(480, 1080, hour_px, 2, 150).box(cards[0])[3] >= 16
    assert hour_px_for((), least=72, line_px=16) == 72


def test_clock_text() -> None:
    assert [clock_text(minute) for minute in (0, 545, 1440 + 30)] == ["00:00", "09:05", "00:30"]
