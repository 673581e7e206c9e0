"""What the desk does in the day, with real services, keys and mouse: and how it takes it back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.records import AppointmentStatus as Status
from tests.gui.calendar_acts import chosen, drag, middle_of, series, starts, undo
from tests.gui.calendar_desk import SETUP, TODAY, Clinic, open_clinic
from tests.gui.page_desk import RECEPTIONIST, PageDesk, page_desk
from ui.schedule.page import CalendarPage
from ui.schedule.reason_dialog import ReasonDialog
from ui.schedule.refused_dialog import RefusedDialog
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


def test_an_appointment_is_stretched_with_keys_and_back(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    desk.press(Qt.Key.Key_Down, SHIFT)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).ends_at == clinic.at("11:15"))
    assert page.view.selected_id == booked.id
    undo(desk, "Jun Tanaka now 10:30–11:15")
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).ends_at == clinic.at("11:00"))


def test_quick_stretches_build_on_each_other(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    for _ in range(3):
        desk.press(Qt.Key.Key_Down, SHIFT)
        desk.press(Qt.Key.Key_Shift)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).ends_at == clinic.at("11:45"))
    assert desk.dialogs() == []


def test_a_refused_drop_offers_the_nearest_times(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.book("Rosa Álvarez", "12:00")
    chosen(desk, page, booked)
    page.view.dropped.emit(booked.id, clinic.osei, clinic.at("12:15"))
    dialog: RefusedDialog = desk.dialog(RefusedDialog)
    assert starts(clinic, booked) == "24 10:30"
    assert [button.accessibleName() for button in dialog.time_buttons] == [
        "Tue 24 Nov 12:30",
        "Tue 24 Nov 12:45",
        "Tue 24 Nov 13:00",
    ]
    desk.press("2")
    desk.qtbot.waitUntil(lambda: starts(clinic, booked) == "24 12:45")
    undo(desk, "Jun Tanaka moved to Tue 24 Nov 12:45")
    desk.qtbot.waitUntil(lambda: starts(clinic, booked) == "24 10:30")


def test_who_may_books_over_it_with_a_reason(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.book("Rosa Álvarez", "12:00")
    chosen(desk, page, booked)
    page.view.dropped.emit(booked.id, clinic.osei, clinic.at("12:15"))
    desk.dialog(RefusedDialog)
    desk.press("o")
    reason: ReasonDialog = desk.dialog(ReasonDialog)
    desk.press(Qt.Key.Key_Return)
    assert reason.is_open, "a reason is needed"
    desk.press("sutures out")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: starts(clinic, booked) == "24 12:15")
    after = clinic.appointment(booked.id)
    assert (after.is_overbooked, after.overbooked_reason) == (True, "sutures out")
    chosen(desk, page, booked)
    desk.qtbot.waitUntil(lambda: "Booked over on purpose: sutures out" in desk.texts())


def test_who_may_not_is_offered_no_way_over_it(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    desk.session.set_actor(RECEPTIONIST)
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.book("Rosa Álvarez", "12:00")
    chosen(desk, page, booked)
    page.view.dropped.emit(booked.id, clinic.osei, clinic.at("12:15"))
    dialog: RefusedDialog = desk.dialog(RefusedDialog)
    assert dialog.override_button is None


def test_the_patients_own_overlap_is_warned_of_and_can_be_meant(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    clinic.book("Jun Tanaka", "12:00")
    other = clinic.book("Jun Tanaka", "14:00", doctor=clinic.fischer)
    chosen(desk, page, other)
    page.view.dropped.emit(other.id, clinic.fischer, clinic.at("12:00"))
    dialog: RefusedDialog = desk.dialog(RefusedDialog)
    assert dialog.override_button is not None
    assert dialog.override_button.accessibleName() == "Book it all the same"
    desk.press("o")
    desk.qtbot.waitUntil(lambda: starts(clinic, other) == "24 12:00")


def test_a_colleague_who_was_faster_is_noticed_at_the_drop(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    page.view.dropped.emit(booked.id, clinic.osei, clinic.at("12:15"))
    clinic.services.schedule.change(SETUP, booked.id, version=booked.version, note="Wheelchair")
    dialog: RefusedDialog = desk.dialog(RefusedDialog)
    assert dialog.accessibleName() == "Somebody was faster"
    assert starts(clinic, booked) == "24 10:30"


def test_the_shelf_keeps_a_visit_until_it_is_put_elsewhere(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    desk.press("s")
    shelf = page.side.shelf
    desk.qtbot.waitUntil(lambda: len(shelf.buttons) == 1)
    assert starts(clinic, booked) == "24 10:30"
    desk.qtbot.waitUntil(shelf.buttons[0].isVisible)
    shelf.buttons[0].setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "Free time 11:00" in page.view.accessibleName())
    desk.press(Qt.Key.Key_Right, CTRL)
    desk.qtbot.waitUntil(lambda: page.title.startswith("Wednesday"))
    desk.qtbot.waitUntil(lambda: "Free time 11:00" in page.view.accessibleName())
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: starts(clinic, booked) == "25 11:00")
    desk.qtbot.waitUntil(lambda: not shelf.buttons)


def test_a_visit_is_taken_off_the_shelf_by_undo_and_by_clear(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    shelf = page.side.shelf
    chosen(desk, page, booked)
    desk.press("s")
    desk.qtbot.waitUntil(lambda: len(shelf.buttons) == 1)
    undo(desk, "Jun Tanaka is on the shelf, and keeps Tue 24 Nov 10:30")
    desk.qtbot.waitUntil(lambda: not shelf.buttons)
    clinic.services.shelf.put(SETUP, booked.id)
    desk.qtbot.waitUntil(lambda: len(shelf.buttons) == 1)
    shelf.clear_button.click()
    desk.qtbot.waitUntil(lambda: not shelf.buttons)
    assert starts(clinic, booked) == "24 10:30"


def test_a_card_whose_visit_was_cancelled_meanwhile_says_so(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.services.shelf.put(SETUP, booked.id)
    shelf = page.side.shelf
    desk.qtbot.waitUntil(lambda: len(shelf.buttons) == 1)
    clinic.services.schedule.cancel(SETUP, booked.id, version=booked.version, reason="")
    desk.qtbot.waitUntil(
        lambda: bool(shelf.buttons) and "Cancelled meanwhile" in shelf.buttons[0].accessibleName()
    )
    shelf.buttons[0].click()
    desk.qtbot.waitUntil(lambda: any("by a colleague meanwhile" in m for m in desk.messages))
    assert page.day_desk.carried is None


def test_a_drag_ends_on_the_shelf_or_on_another_day(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    shelf, month = page.side.shelf, page.side.month
    grip = middle_of(page, booked)
    there = shelf.mapToGlobal(shelf.rect().center())
    drag(page.view.viewport(), [grip, grip + QPoint(0, 60), there])
    desk.qtbot.waitUntil(lambda: len(shelf.buttons) == 1)
    assert starts(clinic, booked) == "24 10:30"
    thursday = month.mapToGlobal(QPoint(int(month.width() * 3.5 / 7), int(30 + 5.5 * 22)))
    assert month.day_under(thursday) == TODAY + timedelta(2)
    drag(page.view.viewport(), [grip, grip + QPoint(0, 60), thursday])
    desk.qtbot.waitUntil(lambda: starts(clinic, booked) == "26 10:30")


def test_a_card_is_dragged_from_the_shelf_into_the_day(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    clinic.services.shelf.put(SETUP, booked.id)
    shelf = page.side.shelf
    desk.qtbot.waitUntil(lambda: len(shelf.buttons) == 1)
    button, view = shelf.buttons[0], page.view
    box = view.box_at(clinic.fischer, clinic.at("14:00"))
    assert box is not None
    there = view.viewport().mapToGlobal(box.center().toPoint())
    grip = button.mapToGlobal(button.rect().center())
    for kind, at in (
        (QEvent.Type.MouseButtonPress, grip),
        (QEvent.Type.MouseMove, grip + QPoint(30, 0)),
    ):
        event = QMouseEvent(
            kind, QPointF(button.mapFromGlobal(at)), QPointF(at), LEFT, LEFT,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(button, event)
    desk.qtbot.waitUntil(lambda: page.day_desk.carried is not None)
    button.carried.emit(there)
    assert "Free time 14:00, Dr Lena Fischer" in view.accessibleName()
    button.put_down.emit(there)
    desk.qtbot.waitUntil(lambda: clinic.appointment(booked.id).doctor_id == clinic.fischer)
    assert starts(clinic, booked) == "24 14:00"


def test_a_copied_visit_is_booked_where_the_keyboard_stands(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:30")
    chosen(desk, page, booked)
    desk.press(Qt.Key.Key_C, CTRL)
    page.view.go_to(clinic.fischer, clinic.at("15:00"))
    desk.press(Qt.Key.Key_V, CTRL)

    def copies() -> list[AppointmentDetails]:
        every = clinic.services.calendar.appointments_of_patient(SETUP, booked.patient_id)
        return [one for one in every if one.id != booked.id]

    desk.qtbot.waitUntil(lambda: len(copies()) == 1)
    made = copies()[0]
    assert (made.doctor_id, made.starts_at) == (clinic.fischer, clinic.at("15:00"))
    undo(desk, "Booked · Jun Tanaka, Tue 24 Nov · 15:00–15:30")
    desk.qtbot.waitUntil(lambda: copies()[0].status is Status.CANCELLED)


def test_a_question_mark_says_why_and_leads_to_the_next_time(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    page.view.setFocus()
    page.view.go_to(clinic.osei, clinic.at("17:15"))
    desk.press("?")
    tip = page.day_desk.why.tip
    desk.qtbot.waitUntil(tip.isVisible)
    assert "Dr Amara Osei" in tip.label.text()
    assert page.view.rect().contains(tip.geometry())
    desk.press(Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: page.title.startswith("Wednesday"))
    desk.qtbot.waitUntil(lambda: "Free time 09:00" in page.view.accessibleName())
    assert not tip.isVisible()
    assert page.view.hasFocus()


def test_a_free_time_says_that_it_is(desk: PageDesk, clinic: Clinic, page: CalendarPage) -> None:
    page.view.setFocus()
    page.view.go_to(clinic.osei, clinic.at("13:00"))
    desk.press(Qt.Key.Key_F1)
    tip = page.day_desk.why.tip
    desk.qtbot.waitUntil(tip.isVisible)
    assert tip.label.text().startswith("This time is free")
    desk.press(Qt.Key.Key_Escape)
    assert not tip.isVisible()


def test_a_visit_of_a_series_moves_alone_or_with_the_others(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    visits = series(clinic)
    chosen(desk, page, visits[0])
    assert "One of a series" in desk.texts()
    page.view.dropped.emit(visits[0].id, clinic.osei, clinic.at("11:30"))
    desk.dialog(SeriesScopeDialog)
    desk.press("3")
    desk.qtbot.waitUntil(
        lambda: [starts(clinic, one) for one in visits] == ["24 11:30", "01 11:30", "08 11:30"]
    )
    undo(desk, "3 visits of Jun Tanaka moved")
    desk.qtbot.waitUntil(
        lambda: [starts(clinic, one) for one in visits] == ["24 10:30", "01 10:30", "08 10:30"]
    )
