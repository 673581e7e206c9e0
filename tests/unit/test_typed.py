"""Reading what people type for days, times and numbers."""

from datetime import date

import pytest

from clinicdesk.errors import InvalidInputError
from ui.core.typed import (
    date_text,
    optional_date,
    parse_date,
    parse_time,
    parse_whole,
    span_of,
    time_text,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("9", 540), ("09", 540), ("9:30", 570), ("9.30", 570), ("930", 570), ("0930", 570),
        (" 17:05 ", 1025), ("2 pm", 840), ("2:15pm", 855), ("12 am", 0), ("12pm", 720),
        ("0", 0), ("24:00", 1440), ("9h30", 570),
    ],
)  # fmt: skip
def test_times_as_people_type_them(text: str, minute: int) -> None:
    assert parse_time(text) == minute


@pytest.mark.parametrize("text", ["", "x", "25", "24:01", "9:60", "13 pm", "9:3", "-1", "99999"])
def test_what_is_no_time_is_told_at_its_field(text: str) -> None:
    with pytest.raises(InvalidInputError, match="such as 09:30") as refused:
        parse_time(text, field="starts_minute")
    assert refused.value.field == "starts_minute"


def test_times_are_written_as_a_clock_shows_them() -> None:
    assert [time_text(minute) for minute in (0, 570, 1440, 1560)] == [
        "00:00", "09:30", "24:00", "02:00",
    ]  # fmt: skip


def test_an_end_that_is_not_after_its_start_is_on_the_next_day() -> None:
    fields = ("a", "b")
    assert span_of("9", "12:30", fields=fields) == (540, 750)
    assert span_of("22:00", "2:00", fields=fields) == (1320, 1560)
    assert span_of("8", "8", fields=fields) == (480, 1920)
    for start, end, field in (("x", "9", "a"), ("9", "", "b"), ("24:00", "9", "a")):
        with pytest.raises(InvalidInputError) as refused:
            span_of(start, end, fields=fields)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("24/12/2026", date(2026, 12, 24)), ("24.12.26", date(2026, 12, 24)),
        ("24 12 2026", date(2026, 12, 24)), ("2026-12-24", date(2026, 12, 24)),
        ("24 Dec 2026", date(2026, 12, 24)), ("24 december", date(2026, 12, 24)),
        ("Thu 24 Dec 2026", date(2026, 12, 24)), ("24/12", date(2026, 12, 24)),
        ("1/3", date(2027, 3, 1)), ("24/11", TODAY), ("today", TODAY),
        ("tomorrow", date(2026, 11, 25)), ("+7", date(2026, 12, 1)),
    ],
)  # fmt: skip
def test_days_as_people_type_them(text: str, on: date) -> None:
    assert parse_date(text, today=TODAY) == on


@pytest.mark.parametrize("text", ["", "x", "31/2/2027", "29/2", "24", "1/2/3/4", "32/1"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(InvalidInputError, match="such as 24/12/2026"):
        parse_date(text, today=TODAY)


def test_a_day_may_be_left_out_where_that_says_something() -> None:
    assert optional_date(" ", today=TODAY) is None
    assert date_text(None) == ""
    assert parse_date(date_text(date(2027, 1, 9)), today=TODAY) == date(2027, 1, 9)


def test_whole_numbers() -> None:
    assert parse_whole(" 12 ") == 12
    for text in ("", "-1", "1.5", "x", "1234567"):
        with pytest.raises(InvalidInputError):
            parse_whole(text)
