"""Where the outcome of what the desk does is told."""

from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[str], None]
OfferUndo = Callable[[str, Callable[[], None]], None]


def _nobody(_appointment_id: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Outlet:
    """Where the outcome of a step is told: `changed` in every case, sentences on success.

    `freed` hears of the appointment whose time fell free by the step.
    """

    changed: Callable[[], None]
    say: Say
    offer_undo: OfferUndo
    freed: Callable[[int], None] = _nobody
