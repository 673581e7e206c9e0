"""Amounts are whole minor units, however they are typed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.errors import InvalidInputError
from clinicdesk.money import Money, exponent, parse_money, tax_on, tax_within


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("45", "GBP", 4500),
        ("45.00", "GBP", 4500),
        ("£45.5", "GBP", 4550),
        ("45,00", "EUR", 4500),
        ("1,234.50", "GBP", 123450),
        ("1.234,50", "EUR", 123450),
        ("1,234", "GBP", 123400),
        (" 0.01 ", "GBP", 1),
        ("19.99", "GBP", 1999),
        ("500", "JPY", 500),
        ("1,500", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("1.234.567", "JPY", 1234567),
    ],
)
def test_typed_amounts_are_read(typed: str, currency: str, minor: int) -> None:
    assert parse_money(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "typed",
    [
        *"-1 0 0.00 0.001 1e3 NaN Infinity ١٢ １２ 10.005 1.2.3 £ abc 1,23,4 99999999999".split(),
        "",
        "12 3",
    ],
)
def test_nonsense_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_money(typed, "GBP")
    assert refused.value.field == "amount"
    assert refused.value.sentence.endswith(".")


def test_yen_have_no_decimals() -> None:
    with pytest.raises(InvalidInputError):
        parse_money("10.5", "JPY")


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money(184500, "GBP"), "£1,845.00"),
        (Money(-4500, "GBP"), "−£45.00"),
        (Money(5, "USD"), "$0.05"),
        (Money(500, "JPY"), "¥500"),
        (Money(1234, "KWD"), "KWD\N{NO-BREAK SPACE}1.234"),
    ],
)
def test_amounts_are_shown(money: Money, shown: str) -> None:
    assert str(money) == shown


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="two currencies"):
        Money(1, "GBP") + Money(1, "EUR")


@pytest.mark.parametrize(("gross", "tax"), [(9500, 1583), (2500, 417), (1600, 267), (1, 0), (3, 1)])
def test_tax_within_a_price(gross: int, tax: int) -> None:
    assert tax_within(gross, 2000) == tax


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_tax_is_the_nearest_minor_unit(net: int, rate: int) -> None:
    assert abs(Decimal(net) * rate / 10_000 - tax_on(net, rate)) <= Decimal("0.5")


@given(st.integers(1, 99_999_999), st.sampled_from(["GBP", "JPY", "KWD"]))
def test_what_is_shown_can_be_typed(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    places = exponent(currency)
    assert parse_money(str(Decimal(minor).scaleb(-places)), currency) == money
