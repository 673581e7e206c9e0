"""Places keep the order of names, for any names, and tell apart what they can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.patients.name_order import (
    LARGEST_ID,
    bits_of,
    end_of_group,
    name_bits,
    place,
    shared_beginning,
)
from clinicdesk.patients.search_keys import name_key

KEYS = st.text(max_size=12).map(name_key)
LETTERS = st.text("abcyz", min_size=1, max_size=14)
LATIN = st.text("abcdefghijklmnopqrstuvwxyz ", max_size=6).map(name_key)


@given(st.tuples(KEYS, KEYS), st.tuples(KEYS, KEYS))
def test_places_never_contradict_the_order_of_names(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = sorted((one, other))
    assert name_bits(*first) <= name_bits(*second)


@given(st.tuples(LATIN, LATIN), st.tuples(LATIN, LATIN))
def test_places_never_contradict_the_order_of_short_names(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = sorted((one, other))
    assert name_bits(*first) <= name_bits(*second)


@given(KEYS, KEYS, st.integers(1, LARGEST_ID))
def test_a_place_fits_a_whole_number_of_the_database_and_keeps_its_id(
    family: str, first: str, patient_id: int
) -> None:
    found = place(family, first, patient_id)
    assert 0 < found < 1 << 63
    assert found & LARGEST_ID == patient_id
    assert found < end_of_group(bits_of(found))


def test_about_eight_letters_and_two_chinese_characters_are_told_apart() -> None:
    assert name_bits("smith", "ann") < name_bits("smith", "any")
    assert name_bits("王", "小") < name_bits("王", "明")
    assert name_bits("de", "zoe") < name_bits("de gaulle", "anna")


@given(st.tuples(LETTERS, LETTERS), st.tuples(LETTERS, LETTERS), st.integers(0, 12))
def test_whoever_shares_the_bits_shares_the_beginning(
    one: tuple[str, str], other: tuple[str, str], agreeing: int
) -> None:
    other = (one[0][:agreeing] + other[0][agreeing:], other[1])
    if name_bits(*one) == name_bits(*other):
        assert other[0].startswith(shared_beginning(one[0]))
        assert one[0].startswith(shared_beginning(other[0]))


@pytest.mark.parametrize("patient_id", [0, -1, LARGEST_ID + 1])
def test_an_id_that_does_not_fit_is_refused(patient_id: int) -> None:
    with pytest.raises(ValueError, match="24 bits"):
        place("smith", "anna", patient_id)
