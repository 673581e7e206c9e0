"""Days, countries and taxes in the words that stand on paper."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "January February March April May June July August September October November December".split()
)
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
VAT = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
GST = frozenset("AU CA IN MY NZ SG".split())


def long_day(day: date) -> str:
    """Give "24 November 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def visit_time(at: datetime, time_zone: str) -> str:
    """Give "Tuesday 24 November 2026, 10:30" in the clinic's time."""
    wall = at.astimezone(ZoneInfo(time_zone))
    return f"{WEEKDAYS[wall.weekday()]} {long_day(wall.date())}, {wall:%H:%M}"


def tax_word(country: str) -> str:
    """Give what the tax on a bill is called in a country (ISO 3166 code)."""
    if country in VAT:
        return "VAT"
    return "GST" if country in GST else "Tax"


def rate_text(basis_points: int) -> str:
    """Give a rate: "20%", "5.5%"."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".") + "%"


def language_of(country: str) -> str:
    """Give the language tag of a document in English for a clinic in a country."""
    return "en-US" if country == "US" else "en-GB"
