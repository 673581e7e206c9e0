"""The clinic's data is encrypted, written whole or not at all, and never silently new."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2 as sqlcipher

from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clinics.models import Specialty
from clinicdesk.database.connect import open_file
from clinicdesk.database.errors import DatabaseKeyError, DatabaseMissingError, StorageBusyError
from clinicdesk.database.session import Database, Transaction
from tests.conftest import FILE_KEY


def _names(database: Database) -> list[str]:
    query = select(Specialty.name).order_by(Specialty.name)
    return database.read(lambda session: list(session.scalars(query)))


def _add(name: str) -> Callable[[Transaction], None]:
    def work(transaction: Transaction) -> None:
        transaction.session.add(Specialty(name=name))

    return work


def test_nothing_of_a_row_can_be_read_in_the_file(
    database_file: Path, file_database: Database
) -> None:
    file_database.write(_add("Canary specialty"))
    file_database.close()
    for path in database_file.parent.iterdir():
        content = path.read_bytes()
        assert b"Canary" not in content
        assert b"CREATE TABLE" not in content


def test_another_key_opens_nothing(database_file: Path) -> None:
    with pytest.raises(DatabaseKeyError, match="restore a backup"):
        open_file(database_file, bytes(32), bus=ChangeBus())


@pytest.mark.parametrize("content", [None, b""])
def test_a_missing_or_empty_file_is_never_replaced_by_a_new_one(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "clinic.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DatabaseMissingError, match="no new, empty data"):
        open_file(path, FILE_KEY, bus=ChangeBus())
    assert path.exists() == (content is not None)


def test_a_failed_write_leaves_nothing_and_tells_nobody(database: Database, bus: ChangeBus) -> None:
    heard: list[Change] = []
    bus.subscribe(heard.extend)

    def half(transaction: Transaction) -> None:
        transaction.session.add(Specialty(name="Half"))
        transaction.session.flush()
        transaction.changed(Topic.CLINIC, 1)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        database.write(half)
    assert _names(database) == []
    assert heard == []


def test_changes_are_told_after_the_commit(database: Database, bus: ChangeBus) -> None:
    seen: list[list[str]] = []
    bus.subscribe(lambda _changes: seen.append(_names(database)))

    def work(transaction: Transaction) -> None:
        transaction.session.add(Specialty(name="Cardiology"))
        transaction.changed(Topic.CLINIC, 1)

    database.write(work)
    assert seen == [["Cardiology"]]


def test_the_file_is_strict_keeps_its_references_and_its_promises(file_database: Database) -> None:
    def pragma(session: Session, name: str) -> object:
        return session.execute(text(f"PRAGMA {name}")).scalar()

    read = file_database.read
    assert read(lambda session: pragma(session, "foreign_keys")) == 1
    assert read(lambda session: pragma(session, "synchronous")) == 2
    assert read(lambda session: pragma(session, "journal_mode")) == "wal"
    strict = (
        "SELECT count(*) FROM pragma_table_list WHERE schema='main' AND type='table' AND strict"
    )
    loose = strict.replace("AND strict", "AND NOT strict AND name NOT LIKE 'sqlite%'")
    assert read(lambda session: session.execute(text(strict)).scalar()) > 20
    others = read(lambda session: session.execute(text(loose.replace("count(*)", "name"))).all())
    assert {name for (name,) in others if "search" not in name} <= {"alembic_version"}


class Race:
    """Several writers who each count the rows and then add the next number."""

    def __init__(self, database: Database, writers: int) -> None:
        self._database = database
        self._barrier = threading.Barrier(writers)
        self.names: list[str] = []

    def run(self, writer: Callable[[], None]) -> list[str]:
        threads = [threading.Thread(target=writer) for _ in range(self._barrier.parties)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.names

    def guarded(self) -> None:
        self._barrier.wait()
        self._database.write(lambda transaction: self._add_next(transaction.session))

    def unguarded(self) -> None:
        with self._database.engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM specialty")).scalar()
            connection.rollback()
            self._barrier.wait()
        self.names.append(f"row {count}")

    def _add_next(self, session: Session) -> None:
        new = Specialty(name=f"row {session.scalar(select(func.count(Specialty.id)))}")
        session.add(new)
        session.flush()
        self.names.append(new.name)


def test_writers_of_the_file_see_each_others_rows(file_database: Database) -> None:
    race = Race(file_database, 8)
    assert sorted(race.run(race.guarded)) == [f"row {number}" for number in range(8)]


def test_without_the_write_lock_they_would_not(file_database: Database) -> None:
    race = Race(file_database, 8)
    assert set(race.run(race.unguarded)) == {"row 0"}


def test_a_long_holder_of_the_file_is_named_in_a_sentence(
    file_database: Database, database_file: Path
) -> None:
    with file_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    holder = sqlcipher.connect(str(database_file), isolation_level=None)
    holder.execute(f"PRAGMA key = \"x'{FILE_KEY.hex()}'\"")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusyError, match="try again in a moment"):
        file_database.write(_add("Waiting"))
    holder.execute("ROLLBACK")
    holder.close()
    file_database.write(_add("Waiting"))
    assert _names(file_database) == ["Waiting"]
