"""The migrations make just what the models say; a step can be taken back, a kill harms not."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from clinicdesk.bundled import migrations_dir
from clinicdesk.changes import ChangeBus
from clinicdesk.database.connect import open_file, open_server
from clinicdesk.database.errors import NewerDatabaseError
from clinicdesk.database.session import Database
from clinicdesk.database.upgrade import downgrade, revisions, upgrade, version
from clinicdesk.tables import metadata
from tests.conftest import FILE_KEY
from tests.postgres import PostgresCluster

STEPS = [step.revision for step in ScriptDirectory(str(migrations_dir())).walk_revisions()][::-1]


def _empty_file(path: Path) -> Database:
    return open_file(path, FILE_KEY, bus=ChangeBus(), create=True)


def _created(database: Database) -> Database:
    with database.writer_connection() as connection:
        metadata().create_all(connection)
    return database


_PRAGMAS = {
    "columns": text("SELECT * FROM pragma_table_xinfo(:name)"),
    "references": text("SELECT * FROM pragma_foreign_key_list(:name)"),
}


def _sqlite_schema(database: Database) -> dict[str, object]:
    """What each object is made of; in which order or place it was written says nothing."""
    query = "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL"
    with database.engine.connect() as connection:
        rows = connection.execute(text(query)).all()
        return {
            name: _sqlite_table(connection, name, sql) if kind == "table" else sql
            for name, kind, sql in rows
            if not name.startswith("alembic")
        }


def _sqlite_table(connection: Connection, name: str, sql: str) -> tuple[object, ...]:
    def rows(pragma: str, *, skip: int = 0) -> list[str]:
        found = connection.execute(_PRAGMAS[pragma], {"name": name})
        return sorted(str(tuple(row)[skip:]) for row in found)

    rules = re.findall(r"CONSTRAINT (\w+) (?:CHECK|UNIQUE|PRIMARY)[^\n]*?(?=,\s*\n|\n|$)", sql)
    checks = sorted(re.findall(r"CHECK \(.*\)", sql))
    is_strict = sql.rstrip().upper().endswith("STRICT")
    virtual = sql if sql.upper().startswith("CREATE VIRTUAL") else ""
    columns = rows("columns", skip=1)
    references = rows("references", skip=2)
    return columns, references, sorted(rules), checks, is_strict, virtual


def _postgres_schema(database: Database) -> set[str]:
    queries = (
        "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT extname FROM pg_extension",
    )
    with database.engine.connect() as connection:
        found = {row[0] for query in queries for row in connection.execute(text(query))}
    return {line for line in found if "alembic" not in line}


def test_migrated_file_equals_the_models(file_database: Database, tmp_path: Path) -> None:
    created = _created(_empty_file(tmp_path / "created.db"))
    migrated = _sqlite_schema(file_database)
    assert len(migrated) > 40
    assert migrated == _sqlite_schema(created)
    created.close()


def test_migrated_server_equals_the_models(
    server_database: Database, cluster: PostgresCluster
) -> None:
    url = cluster.url_for_new_database()
    created = _created(open_server(url, bus=ChangeBus()))
    assert _postgres_schema(server_database) == _postgres_schema(created)
    created.close()
    cluster.drop(url)


def _is_modelled(_object: object, name: str, *_more: object) -> bool:
    """The full-text indexes are made by statements of their own, compared as SQL above."""
    return not name.startswith(("patient_words", "patient_digits", "ix_patient_search_"))


def test_nothing_is_left_to_migrate(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_modelled})
        assert compare_metadata(context, metadata()) == []


@pytest.mark.parametrize("step", STEPS)
def test_each_step_goes_up_down_and_up_on_a_file(step: str, tmp_path: Path) -> None:
    database = _empty_file(tmp_path / "steps.db")
    upgrade(database, step)
    there = _sqlite_schema(database)
    downgrade(database, "-1")
    assert _sqlite_schema(database) != there
    upgrade(database, step)
    assert _sqlite_schema(database) == there
    database.close()


@pytest.mark.parametrize("step", STEPS)
def test_each_step_goes_up_down_and_up_on_a_server(step: str, cluster: PostgresCluster) -> None:
    url = cluster.url_for_new_database()
    database = open_server(url, bus=ChangeBus())
    upgrade(database, step)
    there = _postgres_schema(database)
    downgrade(database, "-1")
    assert _postgres_schema(database) != there
    upgrade(database, step)
    assert _postgres_schema(database) == there
    database.close()
    cluster.drop(url)


def test_going_down_leaves_no_table(file_database: Database) -> None:
    downgrade(file_database, "base")
    assert inspect(file_database.engine).get_table_names() == ["alembic_version"]


def test_files_are_named_like_their_revisions_in_order() -> None:
    assert revisions() == STEPS


def test_no_migration_imports_the_program() -> None:
    for path in (migrations_dir() / "versions").glob("*.py"):
        assert not re.search(
            r"^\s*(from|import)\s+(clinicdesk|ui)\b", path.read_text(), re.MULTILINE
        ), path


def test_data_of_a_newer_program_is_left_alone(file_database: Database) -> None:
    with file_database.writer_connection() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))
    with pytest.raises(NewerDatabaseError, match="update this computer"):
        upgrade(file_database)
    assert version(file_database) == "of_tomorrow"


KILLED_CHILD = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from clinicdesk.changes import ChangeBus
from clinicdesk.database.connect import open_file
from clinicdesk.database.upgrade import upgrade

path, key, fatal = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3])
database = open_file(path, key, bus=ChangeBus())
count = 0

@event.listens_for(database.engine, "before_cursor_execute")
def counted(*args):
    global count
    count += 1
    if count == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

upgrade(database)
print(count)
"""


def _migrate_in_a_child(path: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-c", KILLED_CHILD, str(path), FILE_KEY.hex(), str(fatal)]
    return subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "."},
    )


@pytest.mark.slow
def test_a_kill_at_any_statement_leaves_the_old_version_and_the_next_start_finishes(
    tmp_path: Path, file_database: Database
) -> None:
    finished = _sqlite_schema(file_database)
    whole = tmp_path / "whole.db"
    _empty_file(whole).close()
    statements = int(_migrate_in_a_child(whole, 0).stdout)
    assert statements > 40
    for fatal in sorted({1, 2, 3, statements, *range(4, statements, 9)}):
        path = tmp_path / f"killed-{fatal}.db"
        _empty_file(path).close()
        killed = _migrate_in_a_child(path, fatal)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        database = open_file(path, FILE_KEY, bus=ChangeBus())
        assert version(database) is None
        assert _sqlite_schema(database) == {}
        upgrade(database)
        assert _sqlite_schema(database) == finished
        database.close()
