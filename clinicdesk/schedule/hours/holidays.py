"""Public holidays of a country and region: the one door to the library that knows them.

The library takes about 0.1 s to load, so that happens when somebody first asks.
"""

from datetime import date
from typing import NamedTuple

from clinicdesk.schedule.hours.errors import HolidaysUnknownError

ENGLISH = ("en_GB", "en_US")


class PublicHoliday(NamedTuple):
    """A day on which a country or region rests, with its name."""

    on: date
    name: str


def public_holidays(country: str, region: str, year: int) -> tuple[PublicHoliday, ...]:
    """Give the public holidays of a year by day, in English where the library has the names so.

    `country` is a code of ISO 3166-1 such as GB, `region` one of its ISO 3166-2 subdivisions such
    as ENG, empty for what the whole country keeps.

    Raises:
        HolidaysUnknownError: the library knows no such country or region.
    """
    import holidays as library  # noqa: PLC0415  # 0.1 s, needed a few times a year

    known = library.list_supported_countries(include_aliases=True)
    if country not in known or (region and region not in known[country]):
        raise HolidaysUnknownError(country, region)
    languages = library.list_localized_countries().get(country, [])
    language = next((each for each in ENGLISH if each in languages), None)
    found = library.country_holidays(country, subdiv=region or None, years=year, language=language)
    return tuple(PublicHoliday(on, name) for on, name in sorted(found.items()))
