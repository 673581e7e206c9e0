"""What can go wrong on the way to a provider and back, set for the n-th fitting request."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class FaultKind(StrEnum):
    """BEFORE: nothing was done. AFTER: it was done, but the caller does not learn it."""

    DROP_BEFORE = "the line breaks before anything is done"
    DROP_AFTER = "it is done, then the line breaks"
    HOLD_BEFORE = "it waits before anything is done"
    HOLD_AFTER = "it is done, then the answer waits"
    CUT_AFTER = "it is done, then half the answer comes"
    HTML_BEFORE = "a 502 page comes from something in between"
    HTML_AFTER = "it is done, then a 502 page comes"
    ERROR_BEFORE = "500, not to be retried, remembered under the key"
    ERROR_AFTER = "it is done, but 500 is answered and remembered under the key"
    ERROR_PASSING = "500 once, not remembered"
    RATE_LIMIT = "429"
    LOCKED = "409 lock_timeout"
    KEY_REFUSED = "401"
    ALTERED = "it is done, and the answer's fields are changed"
    READER_OFFLINE = "the reader is offline"
    READER_BUSY = "the reader is busy"
    READER_FAULT = "the reader is broken"
    READER_TIMEOUT_LOST = "the reader does not confirm, and never got the command"
    READER_TIMEOUT_RECEIVED = "the reader does not confirm, but got the command"
    REFUND_PENDING = "the refund waits for the account's balance"
    REFUND_FAILED = "the refund fails at once"


@dataclass(eq=False)
class Fault:
    """One fault that waits for its request.

    `method` and `path` choose requests (`*` in `path` stands for anything); it strikes at the
    `nth` fitting one and goes on for `times`. `changes` are the fields that ALTERED sets. A HOLD
    waits for `release`, at most `wait_s` seconds; `reached` is set as soon as a request is held.
    """

    kind: FaultKind
    method: str = "POST"
    path: str = "*"
    nth: int = 1
    times: int = 1
    changes: dict[str, Any] = field(default_factory=dict)
    wait_s: float = 60.0
    reached: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)
    _seen: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Count a request, and say whether the fault strikes it."""
        if method != self.method or not fnmatchcase(path, self.path):
            return False
        self._seen += 1
        return self.nth <= self._seen < self.nth + self.times

    def hold(self) -> None:
        """Keep a request waiting until somebody releases it."""
        self.reached.set()
        self._released.wait(self.wait_s)

    def release(self) -> None:
        """Let the held request go on."""
        self._released.set()


class Faults:
    """The faults that are set now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Set a fault; the same object is given back, to be watched and released."""
        with self._lock:
            self._set.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """Give the fault for this request; of several the one set first."""
        with self._lock:
            struck = [fault for fault in self._set if fault.fits(method, path)]
        return struck[0] if struck else None

    def clear(self) -> None:
        """Forget all faults and let held requests go."""
        with self._lock:
            held, self._set = self._set, []
        for fault in held:
            fault.release()
