"""A phone is found by any digits of it, with or without the country in front."""

import json
from pathlib import Path

import pytest

from clinicdesk.patients.phone_keys import phone_digits, typed_digits

CASES_FILE = Path(__file__).parents[3] / "shared/data/phones/parse-cases.json"


def finds(typed: str, phone: str, region: str) -> bool:
    stored = phone_digits(phone, region)
    return any(run in stored for run in typed_digits(typed, region))


@pytest.mark.parametrize("stored", ["020 7946 0018", "+44 20 7946 0018", "+44 (0)20 7946-0018"])
@pytest.mark.parametrize(
    "typed",
    ["0018", "018", "7946 0018", "02079460018", "020 79", "+44 20 7946 0018", "+44 (0)20 79",
     "0044 20 7946", "442079460018", "20 7946-0018", "946 00"],
)  # fmt: skip
def test_a_london_number_is_found(stored: str, typed: str) -> None:
    assert finds(typed, stored, "GB")


def test_an_argentine_mobile_is_found_in_both_its_forms() -> None:
    for typed in ("011 15 1234", "+54 9 11 1234 5678", "9111234"):
        assert finds(typed, "+54 9 11 1234 5678", "AR")


def test_an_extension_is_left_out() -> None:
    assert phone_digits("617-253-1000 x123", "US") == "6172531000"


def test_what_is_no_phone_number_keeps_its_digits() -> None:
    assert phone_digits("ask 12", "GB") == "12"
    assert phone_digits("1234567890123456789012", "GB") == "1234567890123456789012"
    assert phone_digits("", "GB") == ""


@pytest.mark.parametrize("typed", ["", "12", "+44", "+", "ab", "٠٧"])
def test_fewer_than_three_digits_are_too_few(typed: str) -> None:
    assert typed_digits(typed, "GB") == ()


def test_digits_of_other_scripts_are_digits() -> None:
    assert finds("٩٠١٢", "0790123456", "JO")


@pytest.mark.skipif(not CASES_FILE.exists(), reason="the shared phone numbers are not here")
def test_every_number_typed_at_a_desk_is_found_by_its_national_and_international_form() -> None:
    cases = json.loads(CASES_FILE.read_text())["parse"]
    tried = 0
    for case in cases:
        if not case["parsed"] or not case["valid"] or case["default_region"] == "ZZ":
            continue
        region, written = case["default_region"], case["input"]
        for typed in (case["national"], case["e164"], case["international"], written):
            if any(c.isalpha() for c in typed):
                continue
            assert finds(typed, written, region), (written, typed)
            assert finds(typed, case["e164"], region), (case["e164"], typed)
        assert finds(case["national_number"][-4:], written, region), written
        tried += 1
    assert tried > 90
