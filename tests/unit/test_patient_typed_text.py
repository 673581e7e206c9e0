"""The search box understands dates in every usual order, phones, numbers and names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.patients.typed_text import Typed, read_typed

TODAY = date(2026, 11, 24)
BORN = date(1986, 5, 14)


def typed(text: str) -> Typed:
    return read_typed(text, region="GB", today=TODAY)


def days(text: str) -> list[date]:
    return [first for first, last in typed(text).days if first == last]


@pytest.mark.parametrize(
    "text",
    ["1986-05-14", "1986/5/14", "1986.05.14", "14.5.1986", "14/05/86", "14-05-1986", "14. 5. 1986",
     "5/14/1986", "14051986", "19860514", "05141986", "14 05 1986", "14 may 1986", "14th May 1986",
     "May 14, 1986", "14. Mai 1986", "14 mai 86", "14 de mayo de 1986", "14 maggio 1986"],
)  # fmt: skip
def test_a_date_of_birth_is_understood_in_every_usual_order(text: str) -> None:
    assert days(text) == [BORN]


def test_both_dates_are_offered_when_day_and_month_can_be_swapped() -> None:
    assert days("04/05/1986") == [date(1986, 4, 5), date(1986, 5, 4)]
    assert days("4.4.1986") == [date(1986, 4, 4)]


def test_two_digits_of_a_year_may_be_of_either_century_but_not_of_the_future() -> None:
    assert days("14/05/26") == [date(1926, 5, 14), date(2026, 5, 14)]
    assert days("14/05/27") == [date(1927, 5, 14)]
    assert days("24/12/26") == [date(1926, 12, 24)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1986-", "1986-01-01", "1986-12-31"),
        ("1986-0", "1986-01-01", "1986-09-30"),
        ("1986-1", "1986-10-01", "1986-12-31"),
        ("1986-02", "1986-02-01", "1986-02-28"),
        ("1986-05-", "1986-05-01", "1986-05-31"),
        ("1986-05-0", "1986-05-01", "1986-05-09"),
        ("1986-05-1", "1986-05-10", "1986-05-19"),
        ("1984-02-2", "1984-02-20", "1984-02-29"),
        ("1986-05-3", "1986-05-30", "1986-05-31"),
        ("1986-5-1", "1986-05-01", "1986-05-01"),
    ],
)
def test_a_date_is_understood_while_it_is_typed(text: str, first: str, last: str) -> None:
    assert typed(text).days == ((date.fromisoformat(first), date.fromisoformat(last)),)


@pytest.mark.parametrize("text", ["2027-01-01", "30/02/1980", "1849-01-01", "1986-13", "0207-946"])
def test_what_can_be_no_date_of_birth_is_taken_for_digits(text: str) -> None:
    assert typed(text).days == ()
    assert typed(text).digits


def test_a_french_phone_is_no_date() -> None:
    assert typed("01 23 45 67 89") == Typed(digits=("123456789",))


def test_eight_digits_may_be_a_date_or_a_phone() -> None:
    assert typed("14051986").digits == ("14051986",)
    assert typed("14.05.1986").digits == ()


def test_a_name_may_stand_beside_a_date() -> None:
    assert typed("smith 14.5.1986").readings == (("smith",),)
    assert days("14.5.1986 smith") == [BORN]


@pytest.mark.parametrize("text", ["P-12", "p12", "P-000012", " p 12 "])
def test_a_patient_number_is_understood(text: str) -> None:
    assert typed(text) == Typed(number="P-000012")


@pytest.mark.parametrize("text", ["", " ", "%", '"', "-", "*", "'", "12", "\0", "🌸", "()"])
def test_nothing_to_search_for(text: str) -> None:
    assert typed(text) == Typed()


def test_single_letters_stand_for_themselves() -> None:
    assert typed("b. k.") == Typed(readings=(("b", "k"),), whole_words=True)
    assert not typed("b ko").whole_words
    assert not typed("王").whole_words


@given(st.text(max_size=150))
def test_no_text_is_too_strange(text: str) -> None:
    found = typed(text)
    assert all(len(run) >= 3 for run in found.digits)
    assert all(first <= last for first, last in found.days)
