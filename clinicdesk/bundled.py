"""Finds the data that travels with the program: resources and migrations.

In a checkout they lie beside the packages; in a wheel and in the frozen program, inside them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resources_dir() -> Path:
    """Give the folder of icons, fonts, themes and templates."""
    return _find("_resources", "resources")


def migrations_dir() -> Path:
    """Give the folder of the database migrations."""
    return _find("_migrations", "migrations")


def _find(inside: str, beside: str) -> Path:
    packed = _PACKAGE / inside
    return packed if packed.is_dir() else _PACKAGE.parent / beside
