"""The order of the day, and how a tour begins and ends."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clinicdesk.training.people import exported_list
from ui.shell.window import MainWindow
from ui.tour import morning
from ui.tour.player import Player, Step, TourStoppedError
from ui.tour.scene import Scene
from ui.tour.visit import Visit

if TYPE_CHECKING:
    from clinicdesk.opening import OpenClinic

log = logging.getLogger(__name__)

Act = Callable[[Step], None]


def play_day(
    window: MainWindow, clinic: "OpenClinic", *, folder: Path, patients: Path | None
) -> bool:
    """Play the whole day and write its record into `folder`; tell whether it reached its end.

    `patients` is the list to take in; None for the one that the demo clinic's old system left.
    """
    player = Player(window.window(), folder)
    if clinic.training is None:
        raise ValueError("a tour is played on the demo clinic only")
    if patients is None:
        patients = folder / "patients.csv"
        patients.write_text(exported_list(), encoding="utf-8")
    scene = Scene(player, window, clinic, clinic.training, patients.resolve())
    try:
        for title, act in acts(scene):
            with player.step(title) as step:
                act(step)
    except TourStoppedError as stopped:
        log.error("the tour stopped: %s", stopped)  # noqa: TRY400  # its text says all
        return False
    return True


def acts(scene: Scene) -> Iterator[tuple[str, Act]]:
    """Yield the title and the act of each step, in the order of the day."""
    visit = Visit(scene, morning.PATIENT)
    first_half = (
        ("The window opens", morning.open_window),
        ("The manager signs in", morning.manager_signs_in),
        ("A dry run of the list", morning.dry_run),
        ("The list is taken in", morning.take_in_the_list),
        ("The receptionist signs in", morning.receptionist_signs_in),
        ("Found by parts of the name", morning.find_by_name),
        ("Found by the end of the phone", morning.find_by_phone),
        ("The first free time is booked", morning.book_first_free_time),
        ("Another desk was faster", morning.lose_the_race),
        ("The next time is taken", morning.take_the_next_time),
    )
    for title, act in first_half:
        yield title, lambda step, act=act: act(scene, step)  # type: ignore[misc]
    yield from (
        ("The request is confirmed", visit.confirm),
        ("The confirmation arrives", visit.confirmation_arrives),
        ("The reminder arrives a day before", visit.reminder_arrives),
        ("The patient arrives", visit.patient_arrives),
        ("The patient goes in", visit.goes_in),
        ("The doctor finishes the visit", visit.doctor_finishes),
        ("The reader asks for the card", visit.card_is_asked),
        ("The card is taken", visit.card_is_taken),
        ("The invoice as it prints", visit.invoice_is_shown),
        ("The invoice has been mailed", visit.invoice_is_mailed),
        ("A part is given back", visit.part_is_refunded),
        ("The books agree", visit.books_agree),
    )
