"""The declarative base and the column types, the same in meaning on SQLite and PostgreSQL.

SQLite tables are STRICT, so every type here compiles to INTEGER, TEXT or BLOB there.
"""

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Text,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_MICROSECOND = timedelta(microseconds=1)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BigInt = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC: microseconds since 1970 on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the stored type."""
        stored = Integer() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(stored)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Store an aware datetime; a naive one is a bug and raises."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - EPOCH) // ONE_MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + timedelta(microseconds=value)
        stored: datetime = value
        return stored.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar date: ISO text on SQLite, date on PostgreSQL."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the stored type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Store a date."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Give back a date."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """Yes or no: 0 or 1 on SQLite, boolean on PostgreSQL."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the stored type."""
        stored = Integer() if dialect.name == "sqlite" else Boolean()
        return dialect.type_descriptor(stored)

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        """Store a flag."""
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """Give back a flag."""
        return None if value is None else bool(value)


E_ = TypeVar("E_", bound=StrEnum)


class Choice(TypeDecorator[E_]):
    """A member of a StrEnum, stored as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, choices: type[E_]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: E_ | None, dialect: Dialect) -> str | None:
        """Store the member's text."""
        return None if value is None else self.choices(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E_ | None:
        """Give back the member."""
        return None if value is None else self.choices(value)


class Json(TypeDecorator[Any]):
    """A JSON value, stored as text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store the value as text."""
        return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Give back the value."""
        return None if value is None else json.loads(value)


STRICT: dict[str, Any] = {"sqlite_strict": True}
"""The last member of every `__table_args__` tuple."""


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInt,
        str: Text(),
        bytes: LargeBinary(),
        bool: Flag(),
        datetime: Instant(),
        date: Day(),
    }
    __table_args__: Any = STRICT
