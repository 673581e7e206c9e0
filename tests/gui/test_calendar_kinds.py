"""Day, rooms, week, month and a doctor's own day; views kept on function keys."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.views.records import SavedView, ViewKind
from clinicdesk.staff.records import NewUser
from tests.gui.calendar_acts import drag, undo
from tests.gui.calendar_desk import SETUP, TODAY, Clinic, open_clinic
from tests.gui.page_desk import PageDesk, page_desk
from ui.schedule.calendar_kinds import Stand, stepped, title_of
from ui.schedule.page import CalendarPage
from ui.schedule.view_keys import SaveViewDialog

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.fixture
def clinic(file_database: Database, clock: FixedClock) -> Clinic:
    return open_clinic(file_database, clock)


@pytest.fixture
def maria(clinic: Clinic) -> Actor:
    roles = frozenset({Role.RECEPTIONIST})
    new = NewUser("maria", "Maria Keane", "training desk", roles)
    return Actor(clinic.services.staff.add_user(SETUP, new), "Maria Keane", roles)


@pytest.fixture
def desk(
    qtbot: QtBot, clinic: Clinic, clock: FixedClock, bus: ChangeBus, maria: Actor
) -> Iterator[PageDesk]:
    with page_desk(qtbot, clinic.services, clock, bus) as made:
        made.session.set_actor(maria)
        yield made


@pytest.fixture
def page(desk: PageDesk) -> CalendarPage:
    made = CalendarPage(desk.desk)
    desk.show(made)
    desk.qtbot.waitUntil(lambda: made.view.scene is not None)
    return made


def _turn(desk: PageDesk, page: CalendarPage, number: int) -> None:
    desk.press(getattr(Qt.Key, f"Key_{number}"), ALT)
    kind = page.kinds._kinds[number - 1]
    desk.qtbot.waitUntil(lambda: page._loaded is not None and page._loaded.view.kind is kind)


def _days(page: CalendarPage) -> list[date | None]:
    assert page.view.scene is not None
    return [column.on for column in page.view.scene.columns]


def test_a_week_shows_seven_days_of_the_doctor_stood_on(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    here = clinic.book("Jun Tanaka", "10:00", doctor=clinic.fischer)
    other = clinic.book("Rosa Álvarez", "10:00")
    desk.qtbot.waitUntil(lambda: page.view.box_of(here.id) is not None)
    page.view.select(here.id)
    _turn(desk, page, 3)
    assert _days(page) == [MONDAY + timedelta(days=number) for number in range(7)]
    assert page.title == "Week of 23 November"
    assert page.doctor.currentText() == "Dr Lena Fischer"
    assert page.view.box_of(other.id) is None
    assert page.view.selected_id == here.id
    desk.qtbot.waitUntil(lambda: "Jun Tanaka" in desk.texts())


def test_an_appointment_moves_to_another_day_within_the_week(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:00", doctor=clinic.osei)
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    page.view.select(booked.id)
    _turn(desk, page, 3)
    wednesday = TODAY + timedelta(days=1)
    target = page.view.box_at(clinic.osei, clinic.at("11:00", day=wednesday))
    start = page.view.box_of(booked.id)
    assert target is not None
    assert start is not None
    inside = QPoint(8, 4)
    ends = [start.topLeft().toPoint() + inside, target.topLeft().toPoint() + inside]
    on_screen = [page.view.viewport().mapToGlobal(end) for end in ends]
    between = (on_screen[0] + on_screen[1]) / 2
    drag(page.view.viewport(), [on_screen[0], between, on_screen[1]])
    desk.qtbot.waitUntil(
        lambda: clinic.appointment(booked.id).starts_at == clinic.at("11:00", day=wednesday)
    )
    box = page.view.box_of(booked.id)
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) != box)
    assert page.view.scene is not None
    card = page.view.scene.find(booked.id)
    assert card is not None
    assert _days(page)[card.column] == wednesday


def test_typing_on_a_day_of_the_week_books_on_that_day(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    _turn(desk, page, 3)
    thursday = TODAY + timedelta(days=2)
    starts: list[object] = []
    page.view.booking_started.connect(lambda _doctor, at, _letter: starts.append(at))
    page.view.go_to(clinic.osei, clinic.at("14:00", day=thursday))
    page.view.setFocus()
    desk.press("r")
    desk.qtbot.waitUntil(lambda: bool(starts))
    assert starts == [clinic.at("14:00", day=thursday)]


def test_the_arrows_of_the_top_go_by_what_is_shown(desk: PageDesk, page: CalendarPage) -> None:
    _turn(desk, page, 3)
    desk.press(Qt.Key.Key_Right, CTRL)
    desk.qtbot.waitUntil(lambda: _days(page)[0] == MONDAY + timedelta(days=7))
    desk.press("t")
    desk.qtbot.waitUntil(lambda: _days(page)[0] == MONDAY)


def test_a_month_says_how_full_its_days_are_and_opens_them(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:00")
    _turn(desk, page, 4)
    assert page.title == "November 2026"
    assert "1 booked" in page.month.accessibleName()
    desk.press(Qt.Key.Key_Right)
    desk.qtbot.waitUntil(lambda: "25 November" in page.month.accessibleName())
    desk.press(Qt.Key.Key_Left)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    assert page.title == "Tuesday 24 November"


def test_a_click_on_a_day_of_the_month_opens_it(desk: PageDesk, page: CalendarPage) -> None:
    _turn(desk, page, 4)
    number = [day.on for day in page.month._month.days].index(date(2026, 11, 26))
    desk.qtbot.mouseClick(
        page.month, Qt.MouseButton.LeftButton, pos=page.month._cell(number).center().toPoint()
    )
    desk.qtbot.waitUntil(lambda: page.title == "Thursday 26 November")
    assert page._loaded is not None
    desk.qtbot.waitUntil(lambda: page._loaded.view.kind is ViewKind.DAY)


def test_the_page_keys_turn_the_months(desk: PageDesk, page: CalendarPage) -> None:
    _turn(desk, page, 4)
    desk.press(Qt.Key.Key_PageDown)
    desk.qtbot.waitUntil(lambda: page.title == "December 2026")
    desk.press(Qt.Key.Key_PageUp)
    desk.press(Qt.Key.Key_PageUp)
    desk.qtbot.waitUntil(lambda: page.title == "October 2026")


def test_rooms_are_columns_too(desk: PageDesk, clinic: Clinic, page: CalendarPage) -> None:
    clinic.book("Jun Tanaka", "10:00")
    _turn(desk, page, 2)
    assert page.view.scene is not None
    assert [column.doctor_name for column in page.view.scene.columns] == ["No room"]


def test_a_view_is_kept_on_its_key_and_comes_back(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    page.side._boxes[clinic.fischer].setChecked(False)
    desk.qtbot.waitUntil(lambda: len(_days(page)) == 1)
    desk.press(Qt.Key.Key_F4, CTRL)
    dialog = desk.dialog(SaveViewDialog)
    desk.press("Only Osei")
    dialog.width_edit.setValue(200)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "“Only Osei” is on F4" in desk.messages)
    page.side._boxes[clinic.fischer].setChecked(True)
    _turn(desk, page, 3)
    page.view.setFocus()
    desk.press(Qt.Key.Key_F4)
    desk.qtbot.waitUntil(lambda: page._loaded is not None and page._loaded.view.name == "Only Osei")
    assert len(_days(page)) == 1
    assert page._loaded is not None
    assert page._loaded.view.least_column_px == 200


def test_a_key_is_emptied_and_the_view_comes_back_with_undo(
    desk: PageDesk, page: CalendarPage, clinic: Clinic, maria: Actor
) -> None:
    services = clinic.services.views
    services.save(maria, SavedView(3, "Mornings"))
    page.mark_stale()
    desk.qtbot.waitUntil(lambda: len(page.view_keys.views) == 1)
    desk.press(Qt.Key.Key_F3, CTRL)
    desk.dialog(SaveViewDialog)
    desk.press(Qt.Key.Key_R, CTRL)
    desk.qtbot.waitUntil(lambda: bool(desk.undos))
    assert services.views(maria) == ()
    undo(desk, "F3 is empty")
    desk.qtbot.waitUntil(lambda: [one.name for one in services.views(maria)] == ["Mornings"])


def test_a_key_without_a_view_says_how_to_keep_one(desk: PageDesk, page: CalendarPage) -> None:
    page.view.setFocus()
    desk.press(Qt.Key.Key_F5)
    assert desk.messages == ["Nothing is kept on F5 yet: Ctrl+F5 keeps it."]


def test_the_view_left_last_comes_back_at_the_next_sign_in(
    desk: PageDesk, clinic: Clinic, page: CalendarPage, maria: Actor
) -> None:
    _turn(desk, page, 3)
    desk.qtbot.waitUntil(lambda: bool(clinic.services.views.views(maria)))
    again = CalendarPage(desk.desk)
    desk.qtbot.addWidget(again)
    again.refresh()
    desk.qtbot.waitUntil(
        lambda: again._loaded is not None and again._loaded.view.kind is ViewKind.WEEK
    )


def test_a_refresh_of_a_week_keeps_place_and_selection(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    booked = clinic.book("Jun Tanaka", "10:00")
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    page.view.select(booked.id)
    _turn(desk, page, 3)
    page.view.verticalScrollBar().setValue(40)
    at = page.view.verticalScrollBar().value()
    later = clinic.book("Rosa Álvarez", "15:00")
    desk.qtbot.waitUntil(lambda: page.view.box_of(later.id) is not None)
    assert page.view.selected_id == booked.id
    assert page.view.verticalScrollBar().value() == at


@pytest.mark.parametrize(
    ("stand", "steps", "expected"),
    [
        (Stand(ViewKind.DAY, TODAY), 1, date(2026, 11, 25)),
        (Stand(ViewKind.WEEK, TODAY), -1, date(2026, 11, 17)),
        (Stand(ViewKind.MONTH, date(2027, 1, 31)), 1, date(2027, 2, 28)),
        (Stand(ViewKind.MONTH, date(2027, 1, 31)), -1, date(2026, 12, 31)),
    ],
)
def test_steps_go_by_day_week_and_month(stand: Stand, steps: int, expected: date) -> None:
    assert stepped(stand, steps) == expected


def test_titles_say_the_year_only_where_it_is_another() -> None:
    assert title_of(Stand(ViewKind.DAY, TODAY), today=TODAY) == "Tuesday 24 November"
    assert title_of(Stand(ViewKind.DAY, date(2027, 1, 4)), today=TODAY) == "Monday 4 January 2027"
    assert title_of(Stand(ViewKind.MONTH, TODAY), today=TODAY) == "November 2026"
