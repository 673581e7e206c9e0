"""The appointment in the inspector: its note, its past, its steps, and how they are taken back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, CancelledBy
from clinicdesk.schedule.records import AppointmentStatus as Status
from tests.gui.calendar_acts import chosen, series, undo
from tests.gui.calendar_desk import SETUP, Clinic, open_clinic
from tests.gui.page_desk import MANAGER, PageDesk, page_desk
from ui.schedule.cancel_dialog import CancelDialog
from ui.schedule.page import CalendarPage
from ui.schedule.reason_dialog import ReasonDialog
from ui.schedule.series_scope_dialog import SeriesScopeDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def clinic(file_database: Database, clock: FixedClock) -> Clinic:
    return open_clinic(file_database, clock)


@pytest.fixture
def desk(qtbot: QtBot, clinic: Clinic, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, clinic.services, clock, bus) as made:
        made.window.resize(1440, 900)
        yield made


@pytest.fixture
def page(desk: PageDesk) -> CalendarPage:
    page = CalendarPage(desk.desk)
    desk.show(page)
    desk.qtbot.waitUntil(lambda: page.title.startswith("Tuesday 24 November"))
    return page


def test_a_note_is_written_where_it_is_read(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    other = clinic.book("Rosa Álvarez", "12:00")
    chosen(desk, page, booked)
    note = page.inspector.note
    note.text.setFocus()
    desk.press("Needs a chaperone")
    page.view.select(other.id)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).note == "Needs a chaperone")
    chosen(desk, page, other)
    assert note.text.toPlainText() == ""
    undo(desk, "Note saved")
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).note == "")


def test_a_note_that_is_refused_stays_and_is_tried_again(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    note = page.inspector.note
    desk.session.set_actor(Actor(None, "Nobody", frozenset({Role.ADMINISTRATOR})))
    note.text.setFocus()
    desk.press("Needs a chaperone")
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.qtbot.waitUntil(note.problem.isVisible)
    assert "may not" in note.problem.text()
    assert note.text.toPlainText() == "Needs a chaperone"
    desk.session.set_actor(MANAGER)
    note.text.setFocus()
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).note == "Needs a chaperone")
    desk.qtbot.waitUntil(lambda: not note.problem.isVisible())


def test_a_confirmation_can_be_taken_back_and_given_again(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    request = BookingRequest(
        "asked", clinic.clinic, clinic.osei, clinic.patients["Jun Tanaka"], clinic.check,
        clinic.at("10:30"),
    )  # fmt: skip
    asked: AppointmentDetails = clinic.services.schedule.book(MANAGER, request)

    def status() -> Status:
        found: Status = clinic.appointment(asked.id).status
        return found

    chosen(desk, page, asked)
    desk.press("c")
    desk.qtbot.waitUntil(lambda: status() is Status.CONFIRMED)
    undo(desk, "Jun Tanaka confirmed")
    desk.qtbot.waitUntil(lambda: status() is Status.REQUESTED)
    undo(desk, "Jun Tanaka is a request again")
    desk.qtbot.waitUntil(lambda: status() is Status.CONFIRMED)


def test_words_of_a_note_outlive_what_others_change_meanwhile(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    note = page.inspector.note
    note.text.setFocus()
    desk.press("Needs a chap")
    clinic.services.visits.check_in(SETUP, booked.id, version=booked.version)
    desk.qtbot.waitUntil(
        lambda: page.inspector.shown is not None and page.inspector.shown.status == "arrived"
    )
    assert note.text.hasFocus()
    desk.press("erone")
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).note == "Needs a chaperone")
    assert page.view.hasFocus()


def test_what_happened_can_be_read_in_the_appointment(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.services.schedule.move(
        MANAGER, booked.id, version=booked.version, doctor_id=clinic.osei,
        starts_at=clinic.at("11:30"),
    )  # fmt: skip
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    chosen(desk, page, booked)
    said = [text for text in desk.texts() if "09:48" in text]
    assert [text.split(" · ")[1] for text in said] == ["Moved", "Booked"]
    assert "10:30" in said[0]
    assert "11:30" in said[0]


def test_cancelling_says_who_and_that_it_is_late(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    desk.press(Qt.Key.Key_Delete)
    dialog: CancelDialog = desk.dialog(CancelDialog)
    assert dialog.late.isVisible()
    assert "less than 24 hours" in dialog.late.text()
    dialog.who.setFocus()
    desk.press(Qt.Key.Key_Right)
    assert not dialog.late.isVisible()
    assert dialog.reason_edit.text() == "Doctor away"
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).status is Status.CANCELLED)
    after = clinic.appointment(booked.id)
    assert (after.cancelled_by, after.is_late_cancellation) == (CancelledBy.CLINIC, False)


def test_at_midnight_today_is_the_next_day(
    desk: PageDesk, clinic: Clinic, page: CalendarPage, clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=14, minutes=20))
    page.day_desk.follow_clock()
    desk.qtbot.waitUntil(lambda: page.title.startswith("Wednesday 25 November"))


def test_the_clock_brings_new_actions(
    desk: PageDesk, clinic: Clinic, page: CalendarPage, clock: FixedClock
) -> None:
    booked = clinic.book("Jun Tanaka", "10:00")
    chosen(desk, page, booked)
    assert "no_show" not in page.inspector.buttons
    clock.advance(timedelta(minutes=20))
    page.day_desk.follow_clock()
    assert "no_show" in page.inspector.buttons


def test_a_step_back_after_a_while_needs_a_right_and_a_reason(
    desk: PageDesk, clinic: Clinic, page: CalendarPage, clock: FixedClock
) -> None:
    booked = clinic.book("Jun Tanaka", "10:00")
    arrived = clinic.services.visits.check_in(MANAGER, booked.id, version=booked.version)
    clinic.services.visits.complete(MANAGER, booked.id, version=arrived.version)
    clock.advance(timedelta(hours=2))
    chosen(desk, page, booked)
    desk.press("u")
    dialog: ReasonDialog = desk.dialog(ReasonDialog)
    desk.press("Finished the wrong visit")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).status is Status.ARRIVED)
    desk.qtbot.waitUntil(lambda: not dialog.is_open)


def test_following_visits_of_a_series_are_cancelled_and_booked_again(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    visits = series(clinic)

    def states() -> list[Status]:
        return [clinic.appointment(one.id).status for one in visits]

    chosen(desk, page, visits[0])
    desk.press(Qt.Key.Key_Delete)
    desk.dialog(SeriesScopeDialog)
    desk.press("2")
    desk.dialog(CancelDialog)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: states() == [Status.CANCELLED] * 3)
    undo(desk, "Cancelled · 3 visits of Jun Tanaka")
    desk.qtbot.waitUntil(lambda: states() == [Status.CONFIRMED] * 3)
