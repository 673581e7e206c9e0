"""Brings a database to this program's version, whole or not at all.

The whole way up runs in one transaction begun like any write, so a kill in the middle leaves the
old version, and the next start simply does it again.
"""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from clinicdesk.bundled import migrations_dir
from clinicdesk.database.errors import NewerDatabaseError
from clinicdesk.database.session import Database

ADVISORY_LOCK = 20_261_123


def upgrade(database: Database, target: str = "head") -> None:
    """Run the missing migrations up to `target`; does nothing when there are none.

    Raises:
        NewerDatabaseError: the data is of a version this program does not know.
    """
    with database.writer_connection() as connection:
        _lock(connection)
        script = ScriptDirectory(str(migrations_dir()))
        current = _current(connection)
        if current is not None and current not in {s.revision for s in script.walk_revisions()}:
            raise NewerDatabaseError
        if current == script.get_current_head() and target == "head":
            return
        command.upgrade(_config(connection), target)


def downgrade(database: Database, target: str) -> None:
    """Run migrations down to `target`; used to prove that every step can be taken back."""
    with database.writer_connection() as connection:
        command.downgrade(_config(connection), target)


def version(database: Database) -> str | None:
    """Give the database's migration, None for an empty database."""
    with database.engine.connect() as connection:
        return _current(connection)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
