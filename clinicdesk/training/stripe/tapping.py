"""A patient for training without a second person: taps a card a while after the reader asks."""

import threading
from collections.abc import Callable

JOIN_S = 5.0


class Tapper:
    """Calls `tap(reader_id, intent_id)` once, `after_s` seconds after a reader began to ask.

    A payment that was taken off the reader meanwhile is no longer tapped; `tap` has to look.
    """

    def __init__(self, after_s: float, tap: Callable[[str, str], None]) -> None:
        self._after_s = after_s
        self._tap = tap
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], threading.Timer] = {}
        self._stopped = False

    def watch(self, asking: dict[str, str]) -> None:
        """Take note of what readers ask for now: the intent's id by the reader's."""
        wanted = set(asking.items())
        with self._lock:
            if self._stopped:
                return
            for gone in self._waiting.keys() - wanted:
                self._waiting.pop(gone).cancel()
            for fresh in wanted - self._waiting.keys():
                timer = threading.Timer(self._after_s, self._tap, fresh)
                timer.daemon = True
                self._waiting[fresh] = timer
                timer.start()

    def stop(self) -> None:
        """Let nobody tap any more, and wait for a tap that is under way."""
        with self._lock:
            self._stopped = True
            timers = list(self._waiting.values())
            self._waiting.clear()
        for timer in timers:
            timer.cancel()
            timer.join(JOIN_S)
