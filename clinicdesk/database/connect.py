"""Opens the database: the encrypted embedded file, or a PostgreSQL server.

The file is SQLCipher's format, opened with a raw 256-bit key. Its library carries SQLite 3.51.3 or
newer, in which the WAL-reset corruption bug is mended, so WAL is safe with several connections.
"""

from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, FromClause, create_engine
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from clinicdesk.changes import ChangeBus
from clinicdesk.database.errors import DatabaseKeyError, DatabaseMissingError
from clinicdesk.database.session import Database

KEY_BYTES = 32
OLDEST_SAFE_SQLITE = (3, 51, 3)
PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
)


class HintingCompiler(SQLiteCompiler):
    """Writes the hint of a table behind its name: SQLite takes INDEXED BY there."""

    def get_from_hint_text(self, _table: FromClause, text: str | None) -> str | None:
        """Give the hint as it stands in the query."""
        return text


def open_file(path: Path, key: bytes, *, bus: ChangeBus, create: bool = False) -> Database:
    """Open the embedded file with its raw key of 32 bytes; `create` makes a new one.

    Raises:
        DatabaseMissingError: there is no such file, or it is empty, and `create` is not set.
        DatabaseKeyError: the key does not fit, or the file is no database.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the database key has 32 bytes")
    if sqlcipher.sqlite_version_info < OLDEST_SAFE_SQLITE:
        raise RuntimeError("this SQLite may corrupt a WAL database")
    if not create and (not path.is_file() or path.stat().st_size == 0):
        raise DatabaseMissingError
    uri = f"file:{quote(str(path))}?mode={'rwc' if create else 'rw'}"
    unlock = f"PRAGMA key = \"x'{key.hex()}'\""

    def connect() -> sqlcipher.Connection:
        connection = sqlcipher.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(unlock)
            for pragma in PRAGMAS:
                connection.execute(pragma)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher.DatabaseError as error:
            connection.close()
            if "not a database" in str(error) or "hmac" in str(error):
                raise DatabaseKeyError from error
            raise
        return connection

    connect().close()
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=5,
    )
    engine.dialect.statement_compiler = HintingCompiler
    return Database(engine, bus)


def open_server(url: str, *, bus: ChangeBus) -> Database:
    """Open a PostgreSQL database by its URL ("postgresql://user@host/name")."""
    engine: Engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        connect_args={
            "connect_timeout": 5,
            "options": "-c statement_timeout=30000 -c lock_timeout=5000 -c timezone=UTC",
        },
    )
    return Database(engine, bus)
