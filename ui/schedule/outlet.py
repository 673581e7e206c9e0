"""Where the outcome of what the desk does is told."""

from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[str], None]
OfferUndo = Callable[[str, Callable[[], None]], None]


@dataclass(frozen=True)
class Outlet:
    """Where the outcome of a step is told: `changed` in every case, sentences on success."""

    changed: Callable[[], None]
    say: Say
    offer_undo: OfferUndo
