"""Reads and changes the clinic's settings, one typed record per topic."""

from dataclasses import asdict, fields, replace
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, open_to_all, requires
from clinicdesk.database.session import Database, Transaction
from clinicdesk.settings.models import Setting


class Topic(Protocol):
    """A frozen dataclass of settings."""

    topic: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


S = TypeVar("S", bound=Topic)


class SettingsService:
    """The clinic's choices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @open_to_all
    def load(self, kind: type[S]) -> S:
        """Give the settings of a topic, with defaults for what was never chosen.

        Everybody may read them: they hold no secrets, and every service works by them.
        """
        return self._database.read(lambda session: load_settings(session, kind))

    @requires(Action.SET_UP_CLINIC)
    def save(self, _actor: Actor, settings: Topic) -> None:
        """Store every value of a topic."""
        self._database.write(lambda transaction: save_settings(transaction, settings))


def load_settings(session: Session, kind: type[S]) -> S:
    """Read a topic's settings within a running transaction."""
    rows = session.execute(select(Setting.name, Setting.value).where(Setting.topic == kind.topic))
    known = {field.name: field.default for field in fields(kind)}
    chosen: dict[str, Any] = {}
    for name, value in rows:
        if name in known:
            default = known[name]
            chosen[name] = type(default)(value) if isinstance(default, StrEnum) else value
    return replace(kind(), **chosen)


def save_settings(transaction: Transaction, settings: Topic) -> None:
    """Store a topic's settings within a running transaction."""
    for name, value in asdict(settings).items():
        transaction.session.merge(Setting(topic=settings.topic, name=name, value=value))
