"""Brings a database to this program's version, whole or not at all.

The whole way up runs in one transaction begun like any write, so a kill in the middle leaves the
old version, and the next start simply does it again. Alembic is imported only when there is
something to do: a start reads one row.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from clinicdesk.bundled import migrations_dir
from clinicdesk.database.errors import NewerDatabaseError
from clinicdesk.database.session import Database

if TYPE_CHECKING:
    from alembic.config import Config

ADVISORY_LOCK = 20_261_123


def upgrade(database: Database, target: str = "head") -> None:
    """Run the missing migrations up to `target`; does nothing when there are none.

    Raises:
        NewerDatabaseError: the data is of a version this program does not know.
    """
    known = revisions()
    if version(database) == known[-1]:
        return
    with database.writer_connection() as connection:
        _lock(connection)
        current = _current(connection)
        if current is not None and current not in known:
            raise NewerDatabaseError
        from alembic import command  # noqa: PLC0415

        command.upgrade(_config(connection), target)


def downgrade(database: Database, target: str) -> None:
    """Run migrations down to `target`; used to prove that every step can be taken back."""
    from alembic import command  # noqa: PLC0415

    with database.writer_connection() as connection:
        command.downgrade(_config(connection), target)


def version(database: Database) -> str | None:
    """Give the database's migration, None for an empty database."""
    return database.read(lambda session: _current(session.connection()))


def revisions() -> list[str]:
    """Name the migrations from the first to the newest: each file is named like its revision."""
    return sorted(path.stem for path in (migrations_dir() / "versions").glob("[0-9]*.py"))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
