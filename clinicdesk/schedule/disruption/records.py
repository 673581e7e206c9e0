"""Disruptions and the visits they touch."""

from enum import StrEnum


class CaseState(StrEnum):
    """What has become of a visit that a disruption touches."""

    OPEN = "open"
    CALLED = "called"
    MESSAGED = "messaged"
    MOVED = "moved"
    CANCELLED = "cancelled"
    KEPT = "kept"


HANDLED = frozenset({CaseState.MOVED, CaseState.CANCELLED, CaseState.KEPT})
"""The states in which nothing is left to do for a visit."""
