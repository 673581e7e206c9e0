"""From which amount on, and in which currency, a card reader is asked at all."""

import pytest

from clinicdesk.errors import InvalidInputError
from clinicdesk.money import Money, parse_money
from clinicdesk.payments.errors import AmountRefusedError
from clinicdesk.payments.limits import LEAST_MINOR, LOCAL_CURRENCY, check_card
from clinicdesk.payments.obstacles import BelowCardMinimumError, ReaderCurrencyError


def check(minor: int, currency: str, country: str) -> None:
    check_card(Money(minor, currency), reader_label="Front desk 1", country=country)


@pytest.mark.parametrize(
    ("minor", "currency", "country", "least"),
    [(49, "USD", "US", "$0.50"), (29, "GBP", "GB", "£0.30"), (49, "JPY", "JP", "¥50")],
)
def test_less_than_the_provider_takes_is_refused_with_the_least(
    minor: int, currency: str, country: str, least: str
) -> None:
    with pytest.raises(BelowCardMinimumError) as refused:
        check(minor, currency, country)
    assert refused.value.sentence.startswith(f"Less than {least} cannot be taken by card.")
    check(refused.value.least.minor, currency, country)


def test_another_currency_than_the_readers_country_is_explained() -> None:
    with pytest.raises(ReaderCurrencyError) as refused:
        check(5000, "JPY", "gb")
    assert refused.value.sentence == (
        "The card reader Front desk 1 takes GBP only, the currency of its country; this invoice "
        "is in JPY. Please take it another way."
    )


def test_what_no_table_knows_is_left_to_the_provider() -> None:
    check(1, "KWD", "KW")
    check(1, "KWD", "")


def test_every_local_currency_has_a_least_amount() -> None:
    assert set(LOCAL_CURRENCY.values()) <= set(LEAST_MINOR)


@pytest.mark.parametrize("text", ["0", "-5", "10.005", "1000000.00", "49,999,999.999"])
def test_a_senseless_sum_is_no_amount(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_money(text, "GBP")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("amount_too_small", "as small as this"),
        ("amount_too_large", "as large as this"),
        ("card_present_filtered", "their own country alone"),
        ("", "this amount or currency"),
    ],
)
def test_the_providers_own_refusal_says_why(code: str, words: str) -> None:
    sentence = AmountRefusedError(code).sentence
    assert words in sentence
    assert "Nothing was charged." in sentence
