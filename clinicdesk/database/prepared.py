"""Statements that run thousands of times in a row, compiled once for the database at hand."""

from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Update


class Prepared:
    """One Core statement that changes rows; its values are converted by their columns' types."""

    def __init__(self, statement: Insert | Update | Delete, *, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._order = compiled.positiontup
        self._convert = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind, name in compiled.bind_names.items()
        }
        self._fixed = {
            name: self._converted(name, value) for name, value in compiled.params.items()
        }

    def run(self, cursor: Any, **values: Any) -> int:
        """Run it on a driver's cursor; give the number of rows, -1 where the driver cannot tell."""
        ready = dict(self._fixed)
        for name, value in values.items():
            ready[name] = self._converted(name, value)
        given = ready if self._order is None else [ready[name] for name in self._order]
        cursor.execute(self._text, given)
        count: int = cursor.rowcount
        return count

    def _converted(self, name: str, value: Any) -> Any:
        convert = self._convert[name]
        return value if convert is None else convert(value)
