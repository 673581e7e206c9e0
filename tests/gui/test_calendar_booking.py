"""The booking dialog: few keys, live matches, fresh times, nothing typed thrown away."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentStatus as Status
from tests.gui.calendar_desk import SETUP, TODAY, Clinic, open_clinic
from tests.gui.page_desk import PageDesk, page_desk
from ui.schedule.booking_dialog import BookingDialog
from ui.schedule.page import CalendarPage

CTRL = Qt.KeyboardModifier.ControlModifier
MOST_KEYS = 9


@pytest.fixture
def clinic(file_database: Database, clock: FixedClock) -> Clinic:
    return open_clinic(file_database, clock)


@pytest.fixture
def desk(qtbot: QtBot, clinic: Clinic, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, clinic.services, clock, bus) as made:
        made.window.resize(1440, 860)
        yield made


@pytest.fixture
def page(desk: PageDesk) -> CalendarPage:
    page = CalendarPage(desk.desk)
    desk.show(page)
    desk.qtbot.waitUntil(lambda: page.title.startswith("Tuesday 24 November"))
    return page


def opened(desk: PageDesk) -> BookingDialog:
    """Open the dialog by its key and wait for the free times."""
    desk.press(Qt.Key.Key_N, CTRL)
    dialog: BookingDialog = desk.dialog(BookingDialog)
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    return dialog


def lose_hold(desk: PageDesk, clinic: Clinic, dialog: BookingDialog) -> None:
    """Let the dialog's hold be gone, as it is once nobody renews it."""
    desk.qtbot.waitUntil(lambda: dialog.holds.is_taken)
    clinic.services.holds.release(SETUP, dialog.holds.hold_key)


def of(clinic: Clinic, name: str) -> list[tuple[str, Status]]:
    visits = clinic.services.calendar.appointments_of_patient(SETUP, clinic.patients[name])
    return [(f"{visit.starts_at:%d %H:%M}", visit.status) for visit in visits]


def test_a_known_patient_is_booked_into_the_first_free_time_with_few_keys(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    keys = 1
    for letter in "rosa":
        desk.press(letter)
        keys += 1
    desk.qtbot.waitUntil(dialog.patient_field.list.isVisible)
    for _ in range(2):
        desk.press(Qt.Key.Key_Return)
        keys += 1
    desk.qtbot.waitUntil(lambda: bool(of(clinic, "Rosa Álvarez")))
    assert of(clinic, "Rosa Álvarez") == [("24 10:00", Status.CONFIRMED)]
    assert keys <= MOST_KEYS
    desk.qtbot.waitUntil(lambda: page.view.selected_id is not None)
    assert desk.messages == ["Booked · Rosa Álvarez, Tue 24 Nov · 10:00–10:30 · Check-up"]
    assert desk.dialogs() == []


def test_an_enter_faster_than_the_search_still_takes_the_patient(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    desk.press("tana")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: dialog.patient_field.patient is not None)
    assert dialog.patient_field.patient is not None
    assert dialog.patient_field.patient.name == "Jun Tanaka"
    assert dialog.slots.hasFocus()


def test_matches_show_who_is_who(desk: PageDesk, page: CalendarPage) -> None:
    dialog = opened(desk)
    desk.press("ros")
    desk.qtbot.waitUntil(lambda: len(dialog.patient_field.list.lines) >= 2)
    lines = dialog.patient_field.list.lines
    assert {line.title for line in lines[:2]} == {"Rosa Álvarez", "Rosalie Alvin"}
    assert "14 May 1986 (40) · ••• 01" in lines[0].detail


def test_digits_choose_a_time_and_the_button_says_which(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    desk.press("tana")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    desk.press("2")
    offer = dialog.slots.current
    assert offer is not None
    assert dialog.book_button.accessibleName() == f"Book Tue 24 Nov {offer.time}"
    dialog.confirm_now.setChecked(False)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(of(clinic, "Jun Tanaka")))
    assert of(clinic, "Jun Tanaka") == [(f"24 {offer.time}", Status.REQUESTED)]


def test_a_time_that_somebody_took_meanwhile_keeps_all_and_offers_fresh_times(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    desk.press("tana")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    first = dialog.slots.offers[0]
    lose_hold(desk, clinic, dialog)
    clinic.book("Rosa Álvarez", first.time, doctor=first.slot.doctor_id)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    desk.qtbot.waitUntil(lambda: dialog.slots.offers[0].slot != first.slot)
    assert dialog.patient_field.edit.text() == "Jun Tanaka"
    assert of(clinic, "Jun Tanaka") == []
    assert dialog.slots.hasFocus()
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(of(clinic, "Jun Tanaka")))


def test_booking_without_a_patient_is_told_at_the_field(desk: PageDesk, page: CalendarPage) -> None:
    dialog = opened(desk)
    dialog.book_button.click()
    assert "Please choose a patient" in dialog.patient_field.accessibleDescription()


def test_typing_on_a_free_time_books_there(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    page.view.go_to(clinic.fischer, clinic.at("14:00"))
    desk.press("t")
    dialog: BookingDialog = desk.dialog(BookingDialog)
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    desk.qtbot.waitUntil(lambda: dialog.patient_field.edit.text() == "t")
    desk.press("ana")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(of(clinic, "Jun Tanaka")))
    visit = clinic.services.calendar.appointments_of_patient(SETUP, clinic.patients["Jun Tanaka"])[
        0
    ]
    assert (visit.doctor_id, visit.starts_at) == (clinic.fischer, clinic.at("14:00"))


def test_mornings_and_another_service_narrow_the_times(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    dialog.mornings.setChecked(True)
    assert all(offer.time < "12:00" for offer in dialog.slots.offers)
    dialog.service.setCurrentIndex(1)
    dialog.service.activated.emit(1)
    desk.qtbot.waitUntil(
        lambda: (
            dialog.slots.offers[0].slot.ends_at - dialog.slots.offers[0].slot.starts_at
            == timedelta(minutes=45)
        )
    )


def test_what_was_typed_and_not_booked_is_offered_again(desk: PageDesk, page: CalendarPage) -> None:
    opened(desk)
    desk.press("ros")
    desk.press(Qt.Key.Key_Escape)
    assert desk.dialogs() == []
    dialog = opened(desk)
    desk.qtbot.waitUntil(lambda: dialog.patient_field.edit.text() == "ros")
    assert dialog.patient_field.edit.selectedText() == "ros"


def test_booking_for_a_patient_begins_at_the_times(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    page.open_item("booking", clinic.patients["Chloé Martin"])
    dialog: BookingDialog = desk.dialog(BookingDialog)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(of(clinic, "Chloé Martin")))


def test_an_enter_pressed_twice_books_once(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    desk.press("tana")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    booked = QSignalSpy(dialog.booked)
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: booked.count() > 0)
    assert len(of(clinic, "Jun Tanaka")) == 1
    assert TODAY.isoformat() == "2026-11-24"


def test_a_new_patient_is_added_and_booked_with_few_keys(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    desk.press("zoë müller")
    desk.qtbot.waitUntil(lambda: dialog.patient_field.list.lines[-1:] != ())
    desk.press(Qt.Key.Key_Return, CTRL)
    assert dialog.new_patient.born_edit.hasFocus()
    desk.press("5/6/1990")
    desk.press(Qt.Key.Key_Tab)
    desk.press("07700900123")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(desk.messages))
    (hit,) = clinic.services.patients.search(SETUP, "zoe mul", limit=5)
    assert (hit.name, hit.born_on) == ("Zoë Müller", date(1990, 6, 5))
    assert len(clinic.services.calendar.appointments_of_patient(SETUP, hit.id)) == 1


def test_a_date_of_birth_that_cannot_be_is_told_at_its_field(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    desk.press("zoë müller")
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.press("31/02/1990")
    dialog.book_button.click()
    assert "whole date of birth" in dialog.new_patient.born_edit.accessibleDescription()
    assert clinic.services.patients.search(SETUP, "zoe mul", limit=5) == ()
    desk.press(Qt.Key.Key_Escape)
    assert dialog.is_open
    assert dialog.patient_field.edit.text() == "zoë müller"
    assert not dialog.new_patient.isVisible()


def test_a_new_patient_whose_time_was_taken_is_not_added_twice(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = opened(desk)
    desk.press("zoë müller")
    desk.press(Qt.Key.Key_Return, CTRL)
    first = dialog.slots.offers[0]
    lose_hold(desk, clinic, dialog)
    clinic.book("Rosa Álvarez", first.time, doctor=first.slot.doctor_id)
    dialog.book_button.click()
    desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    desk.qtbot.waitUntil(lambda: dialog.slots.offers[0].slot != first.slot)
    dialog.book_button.click()
    desk.qtbot.waitUntil(lambda: bool(desk.messages))
    assert len(clinic.services.patients.search(SETUP, "zoe mul", limit=5)) == 1
