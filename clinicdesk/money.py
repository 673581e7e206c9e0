"""Money as integer minor units with a currency, and the one rounding rule.

Rounding is half away from zero, once per line (`tax_within`, `tax_on`). Exponents follow
ISO 4217; the lists of zero- and three-decimal currencies are those that Stripe documents.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from clinicdesk.errors import InvalidInputError

ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())
SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "BRL": "R$"}
LARGEST_MINOR = 99_999_999
BASIS_POINTS = 10_000


class TaxMode(StrEnum):
    """Whether a price holds its tax, has it added, or bears none by law (printed as exempt)."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"
    EXEMPT = "exempt"


def exponent(currency: str) -> int:
    """Give the number of decimal places of a currency (ISO 4217)."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `minor` units (pence, cents, yen) of `currency` (ISO 4217, upper case)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        """Show the amount for a person: £1,845.00."""
        places = exponent(self.currency)
        amount = Decimal(abs(self.minor)).scaleb(-places)
        symbol = SYMBOLS.get(self.currency, self.currency + "\N{NO-BREAK SPACE}")
        sign = "\N{MINUS SIGN}" if self.minor < 0 else ""
        return f"{sign}{symbol}{amount:,.{places}f}"

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError("two currencies cannot be added")


def parse_money(text: str, currency: str) -> Money:
    """Read a positive amount as typed at the desk: "45", "£45.00", "45,00", "1,234.50", "1.234,50".

    A lone point is always the decimal sign, so "1.234" is refused where there are two decimals.

    Raises:
        InvalidInputError: for anything that is not a positive amount in whole minor units.
    """
    bare = text.strip().removeprefix(SYMBOLS.get(currency, currency)).strip()
    for grouping, decimal_sign in ((",", "."), (".", ",")):
        whole, sign, fraction = bare.partition(decimal_sign)
        if _is_grouped(whole, grouping, at_least=0 if grouping == "," or sign else 2) and (
            _is_fraction(fraction, exponent(currency)) if sign else True
        ):
            return _checked(Decimal(whole.replace(grouping, "") + "." + fraction), currency)
    raise InvalidInputError("Please enter an amount such as 45.00.", field="amount")


def _is_grouped(whole: str, grouping: str, *, at_least: int) -> bool:
    first, *others = whole.split(grouping)
    if others and not (0 < len(first) <= 3 and all(len(group) == 3 for group in others)):
        return False
    return len(others) >= at_least * bool(others) and _are_digits(first, *others)


def _is_fraction(fraction: str, places: int) -> bool:
    return 0 < len(fraction) <= places and _are_digits(fraction)


def _are_digits(*parts: str) -> bool:
    return all(part.isascii() and part.isdigit() for part in parts)


def _checked(amount: Decimal, currency: str) -> Money:
    minor = int(amount.scaleb(exponent(currency)))
    if minor <= 0:
        raise InvalidInputError("The amount must be more than zero.", field="amount")
    if minor > LARGEST_MINOR:
        raise InvalidInputError("That amount is too large to be taken at once.", field="amount")
    return Money(minor, currency)


def rounded(value: Decimal) -> int:
    """Round to a whole minor unit, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def tax_within(gross_minor: int, rate_basis_points: int) -> int:
    """Give the tax contained in a gross amount: gross * rate / (1 + rate), rounded once."""
    return rounded(Decimal(gross_minor) * rate_basis_points / (BASIS_POINTS + rate_basis_points))


def tax_on(net_minor: int, rate_basis_points: int) -> int:
    """Give the tax to add to a net amount, rounded once."""
    return rounded(Decimal(net_minor) * rate_basis_points / BASIS_POINTS)
