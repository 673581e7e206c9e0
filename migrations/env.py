"""Runs the migrations on the connection of the caller, inside its transaction."""

from typing import Any

from alembic import context


def _target() -> Any:
    """Give the model only where new migrations are written: running them needs none of it."""
    return context.config.attributes.get("metadata")


def _run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=_target(),
        transactional_ddl=True,
        render_as_batch=False,
        user_module_prefix="types.",
    )
    context.run_migrations()


_run()
