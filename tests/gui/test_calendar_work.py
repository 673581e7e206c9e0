"""What the desk does in the day, with real services, keys and mouse: and how it takes it back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, CancelledBy
from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.schedule.series.records import Frequency, Recurrence
from tests.gui.calendar_desk import SETUP, TODAY, Clinic, open_clinic
from tests.gui.page_desk import MANAGER, RECEPTIONIST, PageDesk, page_desk
from ui.schedule.cancel_dialog import CancelDialog
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


def chosen(desk: PageDesk, page: CalendarPage, booked: AppointmentDetails) -> None:
    """Select an appointment and wait for the inspector."""
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    page.view.setFocus()
    page.view.select(booked.id)
    desk.qtbot.waitUntil(
        lambda: (
            page.inspector.shown is not None and page.inspector.shown.appointment_id == booked.id
        )
    )
    QApplication.processEvents()


def starts(clinic: Clinic, booked: AppointmentDetails) -> str:
    return f"{clinic.appointment(booked.id).starts_at:%d %H:%M}"


def drag(widget: QWidget, path: list[QPoint]) -> None:
    """Press at the first point of the screen, move along, let go at the last."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(path) - 1)]
    for kind, at in [*zip(kinds, path, strict=True), (QEvent.Type.MouseButtonRelease, path[-1])]:
        is_move = kind is QEvent.Type.MouseMove
        event = QMouseEvent(
            kind,
            QPointF(widget.mapFromGlobal(at)),
            QPointF(at),
            NONE if is_move else LEFT,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)


def middle_of(page: CalendarPage, booked: AppointmentDetails) -> QPoint:
    box = page.view.box_of(booked.id)
    assert box is not None
    return page.view.viewport().mapToGlobal(box.center().toPoint())


def undo(desk: PageDesk, words: str) -> None:
    """Take the last step back; its words begin like this."""
    desk.qtbot.waitUntil(lambda: bool(desk.undos) and desk.undos[-1][0].startswith(words))
    desk.undos[-1][1]()


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


def series(clinic: Clinic) -> tuple[AppointmentDetails, ...]:
    """Book three visits of Jun Tanaka, a week apart, the first today at 10:30."""
    request = BookingRequest(
        "series", clinic.clinic, clinic.osei, clinic.patients["Jun Tanaka"], clinic.check,
        clinic.at("10:30"), confirm_now=True,
    )  # fmt: skip
    weekly = Recurrence(Frequency.WEEKS, count=3)
    preview = clinic.services.series.preview(SETUP, request, weekly)
    made: tuple[AppointmentDetails, ...] = clinic.services.series.book(
        SETUP, request, weekly, preview.free
    )
    return made


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
