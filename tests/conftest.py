"""What every test may ask for: a fresh clinic database of each kind, and a clock that moves."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.connect import open_file, open_server
from clinicdesk.database.session import Database
from clinicdesk.database.upgrade import upgrade
from tests.postgres import PostgresCluster, PostgresMissingError, start_cluster

TESTS = Path(__file__).parent
SERVER_FIXTURES = {"cluster", "server_template", "server_url", "server_database"}
FILE_KEY = bytes(range(32))
TUESDAY = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep what takes long out of the quick tests.

    They show each promise on the embedded file; the same tests on a server, and whole pages, are
    run with everything else.
    """
    parts = set(item.path.relative_to(TESTS).parts)
    has_window = bool({"gui", "journeys"} & parts)
    is_whole_page = has_window and not item.path.name.startswith("test_core")
    if is_whole_page or SERVER_FIXTURES & set(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.slow)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at Tuesday 24 November 2026, 09:48 in London."""
    return FixedClock(TUESDAY)


@pytest.fixture
def bus() -> ChangeBus:
    return ChangeBus()


@pytest.fixture(scope="session")
def file_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted file at the newest version, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "clinic.db"
    database = open_file(path, FILE_KEY, bus=ChangeBus(), create=True)
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def database_file(file_template: Path, tmp_path: Path) -> Path:
    """A test's own encrypted file; its key is FILE_KEY."""
    return Path(shutil.copy(file_template, tmp_path / "clinic.db"))


@pytest.fixture
def file_database(database_file: Path, bus: ChangeBus) -> Iterator[Database]:
    """The embedded file."""
    database = open_file(database_file, FILE_KEY, bus=bus)
    yield database
    database.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    """A PostgreSQL server of this run's own."""
    try:
        started = start_cluster()
    except PostgresMissingError as error:
        pytest.skip(str(error))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def server_template(cluster: PostgresCluster) -> str:
    """A database at the newest version, copied for each test."""
    url = cluster.url_for_new_database()
    database = open_server(url, bus=ChangeBus())
    upgrade(database)
    database.close()
    return url


@pytest.fixture
def server_url(cluster: PostgresCluster, server_template: str) -> Iterator[str]:
    """A test's own database on the server."""
    url = cluster.url_for_new_database(server_template)
    yield url
    cluster.drop(url)


@pytest.fixture
def server_database(server_url: str, bus: ChangeBus) -> Iterator[Database]:
    """The PostgreSQL server."""
    database = open_server(server_url, bus=bus)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database of each kind: a test that asks for it runs twice."""
    name = "file_database" if request.param == "sqlite" else "server_database"
    found: Database = request.getfixturevalue(name)
    return found
