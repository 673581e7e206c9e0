"""What a card reader takes: from which amount on, and in which currency where it stands.

The tables say in time what the provider would refuse; where the two differ, its answer counts.
Sources: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts and
https://docs.stripe.com/terminal/overview (a reader charges in the currency of its country alone).
"""

from clinicdesk.money import Money
from clinicdesk.payments.obstacles import BelowCardMinimumError, ReaderCurrencyError

LEAST_MINOR = {
    "AED": 200, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50,
    "GBP": 30, "HKD": 400, "HUF": 17_500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300,
    "NZD": 50, "PLN": 200, "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
}  # fmt: skip
EURO_COUNTRIES = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
LOCAL_CURRENCY = {
    **dict.fromkeys(EURO_COUNTRIES.split(), "EUR"),
    "AU": "AUD", "CA": "CAD", "CH": "CHF", "CZ": "CZK", "DK": "DKK", "GB": "GBP", "HU": "HUF",
    "JP": "JPY", "MY": "MYR", "NO": "NOK", "NZ": "NZD", "PL": "PLN", "RO": "RON", "SE": "SEK",
    "SG": "SGD", "US": "USD",
}  # fmt: skip


def check_card(amount: Money, *, reader_label: str, country: str) -> None:
    """Let pass what a reader in a country (ISO 3166) may be asked for.

    A country or currency that is in no table passes: the provider will say.

    Raises:
        ReaderCurrencyError: the reader's country has another currency.
        BelowCardMinimumError: the provider takes no such small amount.
    """
    local = LOCAL_CURRENCY.get(country.upper(), amount.currency)
    if local != amount.currency:
        raise ReaderCurrencyError(reader_label, local=local, currency=amount.currency)
    least = LEAST_MINOR.get(amount.currency, 1)
    if amount.minor < least:
        raise BelowCardMinimumError(Money(least, amount.currency))
