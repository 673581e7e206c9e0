"""The change bus: says, after a commit and only then, what was changed.

It refreshes screens. What must not be lost is a row in the same transaction, never a change.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What kind of thing was changed."""

    CLINIC = "clinic"
    STAFF = "staff"
    PATIENT = "patient"
    AVAILABILITY = "availability"
    APPOINTMENT = "appointment"
    HOLD = "hold"
    SHELF = "shelf"
    WAITING_LIST = "waiting list"
    DISRUPTION = "disruption"
    INVOICE = "invoice"
    PAYMENT = "payment"
    TILL = "till"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True)
class Change:
    """One changed thing: its topic and its id."""

    topic: Topic
    id: int


Listener = Callable[[Sequence[Change]], None]


class ChangeBus:
    """Hands the changes of each commit to every listener, on the thread that committed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; the returned function takes it off again."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def publish(self, changes: Sequence[Change]) -> None:
        """Tell every listener; an empty sequence tells nobody."""
        if not changes:
            return
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(changes)
