"""The stand-in's books: all objects by kind, kept in one file that is always whole.

The file is written after every change and before its answer leaves, so that a killed program
finds, at its next start, what a provider elsewhere would still know.
"""

import copy
import itertools
import json
import secrets
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from clinicdesk.clock import Clock
from clinicdesk.training.files import write_whole

Obj = dict[str, Any]
KINDS = ("intents", "charges", "refunds", "readers", "locations", "events", "keys", "busy",
         "links", "link_sums", "sessions", "disputes", "payouts")  # fmt: skip
# Stripe lists events for 30 days and keeps idempotency keys for at least 24 hours.
EVENTS_KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(hours=24)
API_VERSION = "2026-10-28.endive"


class Book:
    """All that the stand-in knows; whoever reads or writes holds `lock`."""

    def __init__(self, clock: Clock, path: Path | None) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._path = path
        stored: dict[str, dict[str, Obj]] = {}
        if path and path.is_file():
            stored = json.loads(path.read_text(encoding="utf-8"))
        self._tables = {kind: stored.get(kind, {}) for kind in KINDS}

    def table(self, kind: str) -> dict[str, Obj]:
        """Give the objects of a kind by id, oldest first."""
        return self._tables[kind]

    def now(self) -> int:
        """Give the present moment as Stripe writes it, in seconds since 1970."""
        return int(self.clock.now().timestamp())

    def add(self, kind: str, obj: Obj) -> Obj:
        """Keep a new object."""
        self._tables[kind][obj["id"]] = obj
        return obj

    def note(self, event_type: str, obj: Obj, key: str = "") -> None:
        """Write an event with a snapshot of its object."""
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": copy.deepcopy(obj)},
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": new_id("req"), "idempotency_key": key or None},
            "type": event_type,
        }
        self.add("events", event)

    def tidy(self) -> None:
        """Forget what Stripe would have forgotten by now."""
        self._drop("events", EVENTS_KEPT)
        self._drop("keys", KEYS_KEPT)

    def save(self) -> None:
        """Put everything into the file."""
        if self._path:
            write_whole(self._path, json.dumps(self._tables).encode())

    def _drop(self, kind: str, kept: timedelta) -> None:
        oldest = self.now() - int(kept.total_seconds())
        table = self._tables[kind]
        old = itertools.takewhile(lambda each: table[each]["created"] < oldest, table)
        for each in list(old):
            del table[each]


def new_id(prefix: str) -> str:
    """Make an id that no other object has."""
    return f"{prefix}_{secrets.token_hex(12)}"
