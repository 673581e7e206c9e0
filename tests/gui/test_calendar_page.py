"""The calendar page with the real services behind it, under real keys."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentStatus as Status
from tests.gui.calendar_desk import SETUP, TODAY, Clinic, open_clinic
from tests.gui.page_desk import PageDesk, page_desk
from ui.schedule.cancel_dialog import CancelDialog
from ui.schedule.page import CalendarPage

CTRL = Qt.KeyboardModifier.ControlModifier


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


def chosen(desk: PageDesk, page: CalendarPage, appointment_id: int) -> None:
    """Select an appointment and wait for the inspector."""
    desk.qtbot.waitUntil(lambda: page.view.box_of(appointment_id) is not None)
    page.view.setFocus()
    page.view.select(appointment_id)
    desk.qtbot.waitUntil(lambda: page.inspector.shown is not None)
    QApplication.processEvents()


def actions(page: CalendarPage) -> list[str]:
    return list(page.inspector.buttons)


def status(clinic: Clinic, appointment_id: int) -> Status:
    return clinic.appointment(appointment_id).status


def test_the_day_shows_doctors_and_what_is_booked(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    assert [box.accessibleName() for box in page.side._boxes.values()] == [
        "Dr Amara Osei",
        "Dr Lena Fischer",
    ]
    assert page.side.clinic.currentText() == "Main Street"


def test_the_inspector_says_who_and_what_can_be_done(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Chloé Martin", "10:30")
    clinic.book("Chloé Martin", "11:30", day=TODAY + timedelta(days=2))
    chosen(desk, page, booked.id)
    said = " | ".join(desk.texts())
    for words in ("Chloé Martin", "14 May 1986 (40)", "Tue 24 Nov · 10:30–11:00 · Check-up"):
        assert words in said
    assert "Thu 26 Nov · Check-up · Dr Amara Osei · confirmed" in said
    assert actions(page) == ["check_in", "move", "cancel"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("a", [Status.ARRIVED]),
        ("ar", [Status.ARRIVED, Status.IN_ROOM]),
        ("arf", [Status.ARRIVED, Status.IN_ROOM, Status.COMPLETED]),
        ("au", [Status.ARRIVED, Status.CONFIRMED]),
    ],
)
def test_one_key_takes_a_visit_one_step_on(
    desk: PageDesk, clinic: Clinic, page: CalendarPage, keys: str, expected: list[Status]
) -> None:
    booked = clinic.book("Jun Tanaka", "10:00")
    chosen(desk, page, booked.id)
    for key, state in zip(keys, expected, strict=True):
        desk.press(key)
        desk.qtbot.waitUntil(lambda state=state: status(clinic, booked.id) is state)
        desk.qtbot.waitUntil(
            lambda state=state: (
                page.inspector.shown is not None and page.inspector.shown.status == state.value
            )
        )
        QApplication.processEvents()
    assert page.view.selected_id == booked.id


def test_a_step_can_be_taken_back(desk: PageDesk, clinic: Clinic, page: CalendarPage) -> None:
    booked = clinic.book("Jun Tanaka", "10:00")
    chosen(desk, page, booked.id)
    desk.press("a")
    desk.qtbot.waitUntil(lambda: bool(desk.undos))
    words, undo = desk.undos[0]
    assert words == "Jun Tanaka checked in"
    undo()
    desk.qtbot.waitUntil(lambda: status(clinic, booked.id) is Status.CONFIRMED)


def test_cancelling_asks_why_and_can_be_taken_back(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked.id)
    desk.press(Qt.Key.Key_Delete)
    dialog = desk.dialog(CancelDialog)
    assert status(clinic, booked.id) is Status.CONFIRMED
    dialog.reason_edit.setText("Has a cold")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: status(clinic, booked.id) is Status.CANCELLED)
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is None)
    assert desk.dialogs() == []
    words, undo = desk.undos[0]
    assert words.startswith("Cancelled · Jun Tanaka, Tue 24 Nov")
    undo()
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    assert status(clinic, booked.id) is Status.CONFIRMED


def test_keeping_an_appointment_changes_nothing(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked.id)
    desk.press(Qt.Key.Key_Delete)
    desk.dialog(CancelDialog)
    desk.press(Qt.Key.Key_Escape)
    assert desk.dialogs() == []
    assert status(clinic, booked.id) is Status.CONFIRMED
    assert page.view.hasFocus()


def test_a_refused_step_is_told_and_the_day_asked_anew(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked.id)
    desk.press(Qt.Key.Key_Delete)
    dialog = desk.dialog(CancelDialog)
    clinic.services.visits.check_in(SETUP, booked.id, version=booked.version)
    dialog.reason_edit.setText("Has a cold")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert "Somebody else changed this appointment meanwhile" in dialog.card.problem.text()
    assert dialog.reason_edit.text() == "Has a cold"
    assert status(clinic, booked.id) is Status.ARRIVED


def test_an_appointment_moves_to_the_doctors_next_free_time_with_two_keys(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.book("Rosa Álvarez", "11:00")
    chosen(desk, page, booked.id)
    desk.press("m")
    desk.qtbot.waitUntil(lambda: "Free time 11:30" in page.view.accessibleName())
    assert page.move_bar.isVisible()
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).starts_at == clinic.at("11:30"))
    desk.qtbot.waitUntil(lambda: page.view.selected_id == booked.id)
    assert not page.move_bar.isVisible()
    words, undo = desk.undos[0]
    assert words == "Jun Tanaka moved to Tue 24 Nov 11:30, Dr Amara Osei"
    undo()
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).starts_at == clinic.at("10:30"))


def test_escape_puts_a_lifted_appointment_back(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked.id)
    desk.press("m")
    desk.qtbot.waitUntil(lambda: "Free time 11:00" in page.view.accessibleName())
    desk.press(Qt.Key.Key_Escape)
    assert not page.move_bar.isVisible()
    desk.qtbot.waitUntil(lambda: page.view.selected_id == booked.id)
    assert clinic.appointment(booked.id).starts_at == clinic.at("10:30")


def test_a_drop_on_a_taken_time_is_refused_with_the_reason(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked.id)
    desk.press("m")
    desk.qtbot.waitUntil(lambda: "Free time 11:00" in page.view.accessibleName())
    clinic.book("Rosa Álvarez", "11:15")
    page.view.go_to(clinic.osei, clinic.at("11:00"))
    desk.press(Qt.Key.Key_Return)
    dialog = desk.dialog()
    assert dialog.accessibleName() == "That time is taken"
    assert clinic.appointment(booked.id).starts_at == clinic.at("10:30")
    desk.press(Qt.Key.Key_Return)
    assert desk.dialogs() == []


def test_a_dragged_appointment_moves_or_stays_with_the_reason(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.book("Rosa Álvarez", "12:00")
    chosen(desk, page, booked.id)
    page.view.dropped.emit(booked.id, clinic.fischer, clinic.at("14:00"))
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).doctor_id == clinic.fischer)
    desk.qtbot.waitUntil(lambda: bool(desk.undos))
    page.view.dropped.emit(booked.id, clinic.osei, clinic.at("12:15"))
    assert desk.dialog().accessibleName() == "That time is taken"
    assert clinic.appointment(booked.id).starts_at == clinic.at("14:00")


def test_keys_and_the_small_month_change_the_day(desk: PageDesk, page: CalendarPage) -> None:
    desk.press(Qt.Key.Key_Right, CTRL)
    desk.qtbot.waitUntil(lambda: page.title == "Wednesday 25 November")
    page.side.month.setFocus()
    desk.press(Qt.Key.Key_Down)
    desk.qtbot.waitUntil(lambda: page.title == "Wednesday 2 December")
    page.view.setFocus()
    desk.press("t")
    desk.qtbot.waitUntil(lambda: page.title == "Tuesday 24 November")


def test_what_another_desk_books_appears(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    mine = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, mine.id)
    other = clinic.book("Rosa Álvarez", "15:00", doctor=clinic.fischer)
    desk.qtbot.waitUntil(lambda: page.view.box_of(other.id) is not None)
    assert page.view.selected_id == mine.id


def test_a_doctor_lands_on_their_own_day_and_changes_nobody_elses(
    qtbot: QtBot, clinic: Clinic, clock: FixedClock, bus: ChangeBus
) -> None:
    own = clinic.book("Jun Tanaka", "10:30")
    others = clinic.book("Rosa Álvarez", "10:30", doctor=clinic.fischer)
    doctor = Actor(None, "Dr Osei", frozenset({Role.DOCTOR}), doctor_id=clinic.osei)
    with page_desk(qtbot, clinic.services, clock, bus) as desk:
        desk.session.set_actor(doctor)
        page = CalendarPage(desk.desk)
        desk.show(page)
        qtbot.waitUntil(lambda: page.view.box_of(own.id) is not None)
        assert page.view.box_of(others.id) is None
        desk.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        chosen(desk, page, others.id)
        assert actions(page) == []


def test_taking_payment_and_opening_a_patient_are_asked_of_other_pages(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:00")
    arrived = clinic.services.visits.check_in(SETUP, booked.id, version=booked.version)
    clinic.services.visits.complete(SETUP, booked.id, version=arrived.version)
    chosen(desk, page, booked.id)
    with desk.qtbot.waitSignal(page.item_asked) as asked:
        desk.press("p")
    assert asked.args == ["payment", booked.id]
    with desk.qtbot.waitSignal(page.patient_asked) as asked:
        desk.press(Qt.Key.Key_Return)
    assert asked.args == [booked.patient_id]


def test_an_appointment_asked_for_is_found_on_its_day(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30", day=TODAY + timedelta(days=7))
    page.open_item("appointment", booked.id)
    desk.qtbot.waitUntil(lambda: page.view.selected_id == booked.id)
    assert page.title == "Tuesday 1 December"


def test_in_a_narrow_window_the_day_keeps_the_room(desk: PageDesk, page: CalendarPage) -> None:
    desk.window.resize(900, 700)
    QApplication.processEvents()
    assert not page.side.isVisible()
    desk.window.resize(1440, 860)
    QApplication.processEvents()
    assert page.side.isVisible()
