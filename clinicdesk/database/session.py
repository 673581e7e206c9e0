"""Transactions: reads that see one moment, writes that are whole or nothing.

SQLite writes begin with BEGIN IMMEDIATE, so two of them never race; PostgreSQL repeats a whole use
case when the server asks for it (serialization failure 40001, deadlock 40P01).
"""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.database.errors import (
    DatabaseUnreachableError,
    StorageBusyError,
    StorageFullError,
)

T = TypeVar("T")
RETRYABLE = frozenset({"40001", "40P01"})
LOCK_TIMEOUT = "55P03"
ATTEMPTS = 5


@dataclass
class Transaction:
    """One write in progress: its session, and what it will have changed."""

    session: Session
    changes: list[Change] = field(default_factory=list)

    def changed(self, topic: Topic, row_id: int) -> None:
        """Remember a change to tell after the commit."""
        self.changes.append(Change(topic, row_id))


class _RehearsalOver(Exception):  # noqa: N818  # nothing went wrong
    """Ends a rehearsal, so that nothing of it is kept."""


class Database:
    """The clinic's database: hands out reads and writes, tells the bus after each commit."""

    def __init__(self, engine: Engine, bus: ChangeBus) -> None:
        self.engine = engine
        self._bus = bus
        self._writer = engine.execution_options(clinicdesk_write=True)
        if self.is_sqlite:
            event.listen(engine, "begin", _begin)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is the embedded file."""
        return self.engine.dialect.name == "sqlite"

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a read transaction and give back what it returns.

        Raises:
            StorageError: the data cannot be reached.
        """
        try:
            with Session(self.engine) as session:
                return work(session)
        except DBAPIError as error:
            raise _in_plain_words(error) from error

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one write transaction, commit, then tell the bus what was changed.

        `work` may run more than once on PostgreSQL, so it does nothing but database work. Whatever
        it raises rolls everything back.

        Raises:
            StorageError: nothing was saved.
            IntegrityError: a rule of the database refused the rows; the service explains it.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with Session(self._writer, expire_on_commit=False) as session:
                    transaction = Transaction(session)
                    session.connection()
                    result = work(transaction)
                    session.commit()
                self._bus.publish(transaction.changes)
            except DBAPIError as error:
                if attempt < ATTEMPTS and _state(error) in RETRYABLE:
                    threading.Event().wait(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
                    continue
                raise _in_plain_words(error) from error
            else:
                return result
        raise StorageBusyError

    def rehearse(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one write transaction, take everything back, and give what it returned.

        So a change can be looked at with all its consequences before somebody decides for it.

        Raises:
            StorageError: the data cannot be reached.
        """
        outcome: list[T] = []

        def trial(transaction: Transaction) -> None:
            outcome[:] = [work(transaction.session)]
            raise _RehearsalOver

        with suppress(_RehearsalOver):
            self.write(trial)
        return outcome[0]

    @contextmanager
    def writer_connection(self) -> Iterator[Connection]:
        """Give a connection in one write transaction: committed at the end, or rolled back."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def kept_writer(self) -> Iterator["KeptWriter"]:
        """Give a writer that keeps its connection, for thousands of small writes in a row."""
        with self._writer.connect() as connection:
            yield KeptWriter(connection, self._bus)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class KeptWriter:
    """Write transactions one after the other on one connection, with nothing in between.

    Its work gets the driver's own cursor, for statements of `prepared`: that takes half the time
    of a connection's way.
    """

    def __init__(self, connection: Connection, bus: ChangeBus) -> None:
        self.dialect = connection.dialect
        self._connection = connection
        self._bus = bus

    def write(self, work: Callable[[Any], T], *, changes: Sequence[Change] = ()) -> T:
        """Run `work` in one write transaction, commit, then tell the bus of `changes`.

        Raises:
            StorageError: nothing was saved; the next write takes a new connection if need be.
        """
        driver: Any = self._connection.connection.driver_connection
        driver_error = self.dialect.loaded_dbapi.Error
        try:
            result = self._write(driver, work)
        except BaseException as error:
            with suppress(driver_error):
                driver.rollback()
            if isinstance(error, driver_error):
                raise self._explained(driver, error) from error
            raise
        self._bus.publish(changes)
        return result

    def _write(self, driver: Any, work: Callable[[Any], T]) -> T:
        cursor = driver.cursor()
        if self.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        result = work(cursor)
        driver.commit()
        return result

    def _explained(self, driver: Any, error: Any) -> Exception:
        is_lost = self.dialect.is_disconnect(error, driver, None)
        if is_lost:
            self._connection.invalidate()
        told = DBAPIError(None, None, error, hide_parameters=True, connection_invalidated=is_lost)
        return _in_plain_words(told)


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("clinicdesk_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _in_plain_words(error: DBAPIError) -> Exception:
    """Translate what the storage says; a broken rule of the database stays as it is."""
    if isinstance(error, IntegrityError):
        return error
    text = str(error.orig)
    if "locked" in text or "busy" in text or _state(error) in RETRYABLE | {LOCK_TIMEOUT}:
        return StorageBusyError()
    if "disk is full" in text or "disk I/O" in text or "readonly" in text:
        return StorageFullError()
    if error.connection_invalidated or (
        isinstance(error, OperationalError | InterfaceError)
        and not _state(error)
        and "psycopg" in repr(type(error.orig))
    ):
        return DatabaseUnreachableError()
    return error
