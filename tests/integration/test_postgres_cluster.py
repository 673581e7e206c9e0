"""The tests' own PostgreSQL server: real, private, and gone with the run that started it."""

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import NullPool

from tests.postgres import PostgresCluster, PostgresMissingError, start_cluster

pytestmark = pytest.mark.slow


def engine_for(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def ask(url: str, question: str) -> object:
    with engine_for(url).connect() as connection:
        return connection.scalar(text(question))


def tell(url: str, *statements: str) -> None:
    with engine_for(url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_server_is_a_recent_postgresql_on_loopback_only(cluster: PostgresCluster) -> None:
    url = cluster.url_for_new_database()

    assert int(str(ask(url, "SHOW server_version_num"))) >= 13_00_00
    assert ask(url, "SHOW listen_addresses") == "127.0.0.1"


def test_database_can_refuse_overlaps_by_exclusion(cluster: PostgresCluster) -> None:
    url = cluster.url_for_new_database()
    tell(
        url,
        "CREATE EXTENSION btree_gist",
        "CREATE TABLE visit (doctor int, during tsrange,"
        " EXCLUDE USING gist (doctor WITH =, during WITH &&))",
        "INSERT INTO visit VALUES (1, '[2026-01-01 09:00, 2026-01-01 10:00)')",
        "INSERT INTO visit VALUES (1, '[2026-01-01 10:00, 2026-01-01 11:00)')",
    )

    with pytest.raises(IntegrityError, match="exclusion constraint"):
        tell(url, "INSERT INTO visit VALUES (1, '[2026-01-01 09:30, 2026-01-01 10:30)')")


def test_two_databases_know_nothing_of_each_other(cluster: PostgresCluster) -> None:
    one, other = cluster.url_for_new_database(), cluster.url_for_new_database()

    tell(one, "CREATE TABLE patient (name text)", "INSERT INTO patient VALUES ('Zoë Müller')")

    assert ask(one, "SELECT name FROM patient") == "Zoë Müller"
    assert ask(other, "SELECT to_regclass('patient')") is None


def test_copy_of_a_template_has_its_rows_and_then_goes_its_own_way(
    cluster: PostgresCluster,
) -> None:
    template = cluster.url_for_new_database()
    tell(template, "CREATE TABLE room (name text)", "INSERT INTO room VALUES ('Blue')")

    copy = cluster.url_for_new_database(template)
    tell(copy, "DELETE FROM room")

    assert ask(copy, "SELECT count(*) FROM room") == 0
    assert ask(cluster.url_for_new_database(template), "SELECT count(*) FROM room") == 1


def test_dropped_database_is_gone_though_somebody_was_connected(cluster: PostgresCluster) -> None:
    url = cluster.url_for_new_database()
    with engine_for(url).connect() as connection:
        connection.execute(text("SELECT 1"))
        cluster.drop(url)
        with pytest.raises(OperationalError, match="terminating connection"):
            connection.execute(text("SELECT 1"))

    with pytest.raises(OperationalError, match="does not exist"):
        ask(url, "SELECT 1")


def test_stopped_server_is_gone_and_leaves_no_files() -> None:
    try:
        cluster = start_cluster()
    except PostgresMissingError as reason:
        pytest.skip(str(reason))
    url = cluster.url_for_new_database()
    folder = Path(str(ask(url, "SHOW unix_socket_directories")))
    assert folder.is_dir()

    cluster.stop()
    cluster.stop()

    assert not folder.exists()
    with pytest.raises(OperationalError, match="refused"):
        ask(url, "SELECT 1")


def test_server_ends_when_its_test_run_is_killed(cluster: PostgresCluster) -> None:
    if shutil.which("setpriv") is None:
        pytest.skip("only Linux can end a server together with the program that started it")
    run = subprocess.Popen(
        [sys.executable, "-c", _START_AND_WAIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    with run:
        assert run.stdout
        folder = Path(run.stdout.readline().strip())
        server = os.pidfd_open(int((folder / "data/postmaster.pid").read_text().split()[0]))
        run.kill()

    ended, _, _ = select.select([server], [], [], 20)

    os.close(server)
    shutil.rmtree(folder)
    assert ended


_START_AND_WAIT = """
from tests.postgres import start_cluster
import sys
print(start_cluster()._folder, flush=True)
sys.stdin.read()
"""
