"""Blocks time, or closes the clinic, straight from the calendar."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from ui.core.block_start import BlockPlace, open_closure, open_new_block
from ui.core.session import Desk


def may_block(desk: Desk) -> bool:
    """Tell whether the person signed in may block time and close the clinic."""
    return desk.session.may(Action.SET_UP_CLINIC)


def open_block_dialog(
    desk: Desk,
    parent: QWidget,
    *,
    clinic_id: int,
    doctor_id: int | None,
    starts_at: datetime,
    ends_at: datetime | None = None,
    room_id: int | None = None,
    told: Callable[[str], object] = lambda _sentence: None,
) -> None:
    """Open the dialog for a block that begins at an instant of the calendar.

    Without `ends_at` it takes an hour, without doctor and room it is everybody's at the clinic. The
    visits it touches are shown with other times before it is saved; `told` then takes a sentence
    for the foot of the window. The calendar hears of the change by its topics.
    """
    place = BlockPlace(clinic_id, starts_at, ends_at, doctor_id or None, room_id or None)
    open_new_block(desk, parent, place, told=told)


def open_closure_dialog(
    desk: Desk,
    parent: QWidget,
    *,
    clinic_id: int,
    starts_at: datetime,
    told: Callable[[str], object] = lambda _sentence: None,
) -> None:
    """Open the dialog that closes a clinic on the day of an instant of the calendar."""
    open_closure(desk, parent, clinic_id=clinic_id, starts_at=starts_at, told=told)
