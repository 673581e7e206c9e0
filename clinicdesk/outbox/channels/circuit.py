"""Keeps a channel at rest after trouble that concerns every message, such as a wrong password."""

from datetime import datetime, timedelta

from clinicdesk.clock import Clock
from clinicdesk.outbox.records import SendResult

LONGEST_PAUSE = timedelta(hours=4)
MOST_DOUBLINGS = 4


class Circuit:
    """Open while its channel rests; each failed try after a rest doubles the next one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rests_until_at: datetime | None = None
        self._trips = 0
        self._tried_with: object = None
        self.reason = ""

    def lets_pass(self, would_try_with: object) -> bool:
        """Tell whether a try may be made: the rest is over, or what would be tried is new."""
        if self._rests_until_at is None or would_try_with != self._tried_with:
            return True
        now = self._clock.now()
        # A clock that was put back must not prolong the rest.
        return not self._rests_until_at - LONGEST_PAUSE <= now < self._rests_until_at

    def trip(self, result: SendResult, tried_with: object) -> None:
        """Begin a rest after a try that showed that nothing can go now."""
        self._trips = self._trips + 1 if tried_with == self._tried_with else 1
        pause = result.pause * 2 ** min(self._trips - 1, MOST_DOUBLINGS)
        self._rests_until_at = self._clock.now() + min(pause, LONGEST_PAUSE)
        self._tried_with = tried_with
        self.reason = result.reason

    def reset(self) -> None:
        """Forget all trouble: the channel works."""
        self._rests_until_at, self._trips, self._tried_with, self.reason = None, 0, None, ""
