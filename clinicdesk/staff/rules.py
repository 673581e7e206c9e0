"""How long a sign-in has to wait after misses."""

from datetime import timedelta

FREE_MISSES = 3
LONGEST_WAIT = timedelta(minutes=5)


def wait_after(misses: int) -> timedelta:
    """Give the wait after so many misses in a row: none for three, then 30 s doubling to 5 min."""
    if misses < FREE_MISSES:
        return timedelta(0)
    return min(timedelta(seconds=30 * 2 ** (misses - FREE_MISSES)), LONGEST_WAIT)
