"""Public holidays: what the library knows against the list, and storing those that were chosen."""

import csv
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from clinicdesk.app import Services
from clinicdesk.clinics.records import NewClinic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.hours.errors import ClosureInvalidError, HolidaysUnknownError
from clinicdesk.schedule.hours.holidays import PublicHoliday, public_holidays
from clinicdesk.schedule.hours.records import ClosureKind
from tests.a_clinic import SETUP
from tests.services import services_over

LIST = Path(__file__).parents[3] / "shared" / "data" / "holidays" / "public-holidays-2024-2028.csv"
PLACES = [
    ("GB", "ENG"), ("GB", "WLS"), ("GB", "SCT"), ("GB", "NIR"), ("US", ""), ("BR", ""),
    ("BR", "SP"), ("BR", "RJ"), ("BR", "ES"), ("JO", ""),
]  # fmt: skip
NEW_YEAR_2027 = PublicHoliday(date(2027, 1, 1), "New Year's Day")

# What a version of the library knows otherwise than the list, written down when it is taken in:
# by country and region, what stands on one side only.
DIFFERENCES_BY_VERSION: dict[str, dict[tuple[str, str], set[str]]] = {"0.109": {}}


def listed(country: str, region: str) -> set[PublicHoliday]:
    if not LIST.is_file():
        pytest.skip("the shared list of public holidays is not on this computer")
    wanted = (country, region, "public")
    with LIST.open(encoding="utf-8", newline="") as lines:
        return {
            PublicHoliday(date.fromisoformat(row["date"]), row["name"])
            for row in csv.DictReader(lines)
            if (row["country"], row["subdivision"], row["category"]) == wanted
        }


@pytest.mark.parametrize(("country", "region"), PLACES)
def test_the_library_agrees_with_the_list(country: str, region: str) -> None:
    found = listed(country, region)
    known = {each for year in range(2024, 2029) for each in public_holidays(country, region, year)}
    assert len(found) > 40
    differences = {f"only the list: {on} {name}" for on, name in found - known}
    differences |= {f"only the library: {on} {name}" for on, name in known - found}
    expected = DIFFERENCES_BY_VERSION.get(version("holidays"), {}).get((country, region), set())
    assert differences == expected, f"holidays {version('holidays')} for {country} {region}"


@pytest.fixture
def services(database: Database, clock: FixedClock) -> Services:
    return services_over(database, clock)


def opened(services: Services, country: str = "GB", region: str = "ENG") -> int:
    new = NewClinic("Main", "Europe/London", "GBP", country, holiday_region=region)
    return services.clinics.open_clinic(SETUP, new)


def test_holidays_are_proposed_and_single_ones_left_out(services: Services) -> None:
    clinic = opened(services)
    proposed = services.closures.propose_holidays(SETUP, clinic, year=2027)
    assert len(proposed) == 10
    assert (proposed[0].on, proposed[0].name) == NEW_YEAR_2027
    assert not any(each.is_stored for each in proposed)
    assert services.closures.closures(SETUP, clinic) == ()
    chosen = [PublicHoliday(each.on, each.name) for each in proposed[1:]]
    assert len(services.closures.add_holidays(SETUP, clinic, holidays=chosen)) == 9
    stored = services.closures.closures(SETUP, clinic)
    assert [(each.from_on, each.reason) for each in stored] == chosen
    assert {each.kind for each in stored} == {ClosureKind.HOLIDAY}


def test_holidays_taken_over_twice_stand_once(services: Services) -> None:
    clinic = opened(services)
    services.closures.add_holidays(SETUP, clinic, holidays=[NEW_YEAR_2027])
    again = services.closures.propose_holidays(SETUP, clinic, year=2027)
    assert [each.is_stored for each in again] == [True] + [False] * 9
    whole = [PublicHoliday(each.on, each.name) for each in again]
    assert len(services.closures.add_holidays(SETUP, clinic, holidays=whole)) == 9
    assert services.closures.add_holidays(SETUP, clinic, holidays=whole) == ()
    assert len(services.closures.closures(SETUP, clinic)) == 10


def test_regions_differ_and_unknown_ones_are_told(services: Services) -> None:
    clinic = opened(services, region="SCT")
    names = [each.name for each in services.closures.propose_holidays(SETUP, clinic, year=2027)]
    assert "Saint Andrew's Day" in names
    services.clinics.set_holiday_region(SETUP, clinic, region="XX")
    with pytest.raises(HolidaysUnknownError, match="GB, XX"):
        services.closures.propose_holidays(SETUP, clinic, year=2027)
    with pytest.raises(ClosureInvalidError):
        services.closures.propose_holidays(SETUP, clinic, year=20270)


@pytest.mark.slow
def test_the_library_is_loaded_when_somebody_asks() -> None:
    code = (
        "import sys, clinicdesk.opening; assert 'holidays' not in sys.modules;"
        "from clinicdesk.schedule.hours.holidays import public_holidays;"
        "public_holidays('GB', 'ENG', 2027); assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
