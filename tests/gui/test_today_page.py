"""The board of today with the real services behind it, under real keys and the real mouse."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.visits.records import Column
from tests.gui.page_desk import RECEPTIONIST, PageDesk, page_desk
from tests.gui.today_desk import SETUP, Morning, lively_morning
from ui.core.reason_dialog import ReasonDialog
from ui.program import entries
from ui.visits.board_words import ShownCard
from ui.visits.day_end_dialog import DayEndDialog
from ui.visits.page import TodayPage
from ui.visits.room_dialog import RoomDialog

SHIFT, PLAIN = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def morning(file_database: Database, clock: FixedClock) -> Morning:
    return lively_morning(file_database, clock)


@pytest.fixture
def desk(qtbot: QtBot, morning: Morning, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, morning.services, clock, bus) as made:
        made.window.resize(1440, 860)
        made.session.set_clinic(morning.clinic)
        made.session.set_actor(RECEPTIONIST)
        yield made


@pytest.fixture
def page(desk: PageDesk) -> TodayPage:
    page = TodayPage(desk.desk)
    desk.show(page)
    desk.qtbot.waitUntil(lambda: bool(page.board.cards()))
    return page


def names(page: TodayPage, column: Column) -> list[str]:
    return [shown.name for shown in page.board.cards(column)]


def of(page: TodayPage, name: str) -> ShownCard:
    return next(shown for shown in page.board.cards() if shown.card.patient_name == name)


def select(page: TodayPage, name: str) -> None:
    page.board.setFocus()
    page.board.select(of(page, name).card.id)


def stands_in(desk: PageDesk, page: TodayPage, name: str, column: Column) -> None:
    desk.qtbot.waitUntil(lambda: of(page, name).column is column)


def test_every_patient_stands_where_they_are(page: TodayPage) -> None:
    assert names(page, Column.ARRIVED) == ["Grace Mwangi", "Ivan Petrov", "Liam Walsh"]
    assert names(page, Column.WITH_DOCTOR) == ["Ahmed Salah", "Nguyễn Thị Hoa", "Priya Nair"]
    assert names(page, Column.TO_PAY) == ["Jun Tanaka", "Peter O’Brien", "Ana Costa"]
    assert names(page, Column.DONE) == ["Tess Young"]
    assert page.title == "Today · Tuesday 24 November"
    assert page.figures.accessibleName() == ("16 booked · 3 waiting, longest 18 min · 1 no-show")
    lines = {shown.name: shown.line for shown in page.board.cards()}
    assert lines["Ivan Petrov"] == "waiting 4 min"
    assert lines["Grace Mwangi"] == "waiting 18 min · waits too long"
    assert lines["Sam Green"] == "not confirmed"
    assert lines["Peter O’Brien"] == "£75.00"
    assert lines["Jun Tanaka"] == "£75.00 · no invoice yet"
    assert of(page, "Priya Nair").where == "Dr Sato · Room 2"
    assert page.board.columns[Column.EXPECTED].count.text() == "6"


def test_the_minutes_run_without_asking_anew(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    asked = page._loaded
    morning.clock.advance(timedelta(minutes=12))
    page._timer.timeout.emit()
    assert of(page, "Ivan Petrov").line == "waiting 16 min · waits too long"
    assert of(page, "Ivan Petrov").is_late
    assert page._loaded is asked


def test_one_key_checks_the_selected_patient_in_and_one_takes_it_back(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    select(page, "Mo Ali")
    desk.press("a")
    stands_in(desk, page, "Mo Ali", Column.ARRIVED)
    assert page.board.selected == of(page, "Mo Ali").card.id
    words, undo = desk.undos[-1]
    assert words == "Mo Ali checked in"
    undo()
    stands_in(desk, page, "Mo Ali", Column.EXPECTED)


@pytest.mark.parametrize(
    ("first", "held", "rest"),
    [(Qt.Key.Key_Slash, PLAIN, "dan"), (Qt.Key.Key_D, SHIFT, "an")],
)
def test_letters_find_a_patient_to_check_in_with_three_keys_more(
    desk: PageDesk, page: TodayPage, first: Qt.Key, held: Qt.KeyboardModifier, rest: str
) -> None:
    page.board.setFocus()
    desk.press(first, held)
    desk.press(rest)
    desk.press(Qt.Key.Key_Return)
    desk.press("a")
    stands_in(desk, page, "Dan Kim", Column.ARRIVED)
    assert 1 + len(rest) + 2 <= len("dan") + 3


def test_a_capital_letter_is_the_beginning_of_a_name_and_never_a_step(
    desk: PageDesk, page: TodayPage
) -> None:
    select(page, "Grace Mwangi")
    desk.press(Qt.Key.Key_C, SHIFT)
    desk.press("hl")
    assert page.bar.find_edit.text().lower() == "chl"
    assert page.board.shown is not None
    assert page.board.shown.name == "Chloé Martin"
    desk.press(Qt.Key.Key_Escape)
    assert page.board.hasFocus()
    assert of(page, "Grace Mwangi").column is Column.ARRIVED


def test_a_visit_goes_through_the_day_by_one_key_a_step(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    select(page, "Liam Walsh")
    desk.press("i")
    desk.qtbot.waitUntil(lambda: of(page, "Liam Walsh").line.startswith("called 0 min ago"))
    desk.press("r")
    desk.dialog(RoomDialog)
    desk.press("5")
    stands_in(desk, page, "Liam Walsh", Column.WITH_DOCTOR)
    assert of(page, "Liam Walsh").where == "Dr Fischer · Room 5"
    assert desk.messages[-1] == "Liam Walsh taken to Room 5"
    desk.press("c")
    stands_in(desk, page, "Liam Walsh", Column.TO_PAY)
    with desk.qtbot.waitSignal(page.item_asked) as asked:
        desk.press("p")
    assert asked.args == ["payment", of(page, "Liam Walsh").card.id]
    with desk.qtbot.waitSignal(page.patient_asked) as asked:
        desk.press(Qt.Key.Key_Return)
    assert asked.args == [morning.patients["Liam Walsh"]]


def test_a_room_in_use_is_named_and_taken_on_purpose_only(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    select(page, "Grace Mwangi")
    desk.press("r")
    dialog = desk.dialog(RoomDialog)
    assert dialog.buttons[of(page, "Ahmed Salah").card.room_id].accessibleName() == (
        "Room 1 · in use by Ahmed Salah"
    )
    desk.press("1")
    desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert dialog.card.problem.text().startswith("Ahmed Salah has been in Room 1 since 09:54.")
    assert of(page, "Grace Mwangi").column is Column.ARRIVED
    desk.press("1")
    stands_in(desk, page, "Grace Mwangi", Column.WITH_DOCTOR)


def test_who_did_not_come_is_marked_and_the_arrows_reach_every_card(
    desk: PageDesk, page: TodayPage
) -> None:
    page.board.setFocus()
    desk.press(Qt.Key.Key_Down)
    assert page.board.shown is not None
    assert page.board.shown.name == "Ursula Late"
    seen = [page.board.shown.name]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        desk.press(key)
        seen.append(page.board.shown.name)
    assert seen[1:] == ["Chloé Martin", "Ivan Petrov", "Nguyễn Thị Hoa", "Peter O’Brien"]
    select(page, "Ursula Late")
    desk.press("n")
    stands_in(desk, page, "Ursula Late", Column.DONE)
    assert of(page, "Ursula Late").line == "no-show"


def test_dragging_a_card_to_the_next_column_is_the_step(desk: PageDesk, page: TodayPage) -> None:
    shown = of(page, "Chloé Martin")
    source = page.board.columns[Column.EXPECTED].cards
    place = page.board.cards(Column.EXPECTED).index(shown)
    begin = source.rect_of(place).center()
    target = page.board.columns[Column.ARRIVED]
    end = source.viewport().mapFromGlobal(target.mapToGlobal(target.rect().center()))
    _drag(source.viewport(), begin, end)
    stands_in(desk, page, "Chloé Martin", Column.ARRIVED)
    assert desk.undos[-1][0] == "Chloé Martin checked in"


def test_a_drag_that_is_no_step_says_so_and_changes_nothing(
    desk: PageDesk, page: TodayPage
) -> None:
    place = names(page, Column.EXPECTED).index("Dan Kim")
    source = page.board.columns[Column.EXPECTED].cards
    target = page.board.columns[Column.WITH_DOCTOR]
    end = source.viewport().mapFromGlobal(target.mapToGlobal(target.rect().center()))
    _drag(source.viewport(), source.rect_of(place).center(), end)
    assert desk.messages[-1] == "Dan Kim cannot go from Expected to With doctor now"
    assert of(page, "Dan Kim").column is Column.EXPECTED


def _drag(widget: object, begin: QPoint, end: QPoint) -> None:
    held, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(widget, held, none, begin)  # type: ignore[call-overload]
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(widget, begin + (end - begin) * part)  # type: ignore[call-overload]
    QTest.mouseRelease(widget, held, none, end)  # type: ignore[call-overload]


def test_another_desk_s_step_shows_without_a_jump(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    for number in range(14):
        morning.book(f"Guest {number}", "16:00" if number % 2 else "16:30", _doctor(number))
        if number >= 9:
            break
    desk.window.resize(1440, 520)
    desk.qtbot.waitUntil(lambda: len(names(page, Column.EXPECTED)) == 16)
    bar = page.board.columns[Column.EXPECTED].cards.verticalScrollBar()
    select(page, "Dan Kim")
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    assert before > 0
    ivan = of(page, "Ivan Petrov").card
    morning.services.visits.take_to_room(SETUP, ivan.id, version=ivan.version)
    stands_in(desk, page, "Ivan Petrov", Column.WITH_DOCTOR)
    assert (bar.value(), page.board.selected) == (before, of(page, "Dan Kim").card.id)


def _doctor(number: int) -> str:
    return ("Dr Osei", "Dr Sato", "Dr Fischer", "Dr Barrett", "Dr Haddad")[number // 2]


def test_names_are_hidden_from_who_looks_over_the_desk(desk: PageDesk, page: TodayPage) -> None:
    page.board.setFocus()
    desk.press(Qt.Key.Key_F2, SHIFT)
    assert "Grace M." in names(page, Column.ARRIVED)
    select(page, "Grace Mwangi")
    said = [page.board.accessibleName(), page.bar.who.accessibleName()]
    assert not any("Mwangi" in words for words in said)
    desk.press(Qt.Key.Key_F2, SHIFT)
    assert "Grace Mwangi" in names(page, Column.ARRIVED)


def test_dialogs_hide_names_with_the_board(desk: PageDesk, page: TodayPage) -> None:
    page.toggle_names()
    select(page, "Grace Mwangi")
    desk.press("r")
    rooms = desk.dialog(RoomDialog)
    said = [rooms.card.title.text(), *(each.accessibleName() for each in rooms.buttons.values())]
    desk.press(Qt.Key.Key_Escape)
    desk.press("e")
    day_end = desk.dialog(DayEndDialog)
    desk.qtbot.waitUntil(lambda: bool(day_end.list.lines))
    said += [line.title for line in day_end.list.lines]
    assert "Room 1 · in use by Ahmed S." in said
    assert not any("Mwangi" in words or "Salah" in words for words in said)


def test_today_stands_after_the_calendar() -> None:
    assert [entry.name for entry in entries()][:4] == ["Calendar", "Today", "Patients", "Billing"]


def test_in_a_narrow_window_the_title_goes_before_the_figures(
    desk: PageDesk, page: TodayPage
) -> None:
    assert page.figures.isVisible()
    desk.window.resize(700, 600)
    desk.qtbot.waitUntil(lambda: not page.figures.isVisible())


def test_cancelled_visits_are_folded_away(desk: PageDesk, page: TodayPage) -> None:
    assert page.cancelled.accessibleName() == "Show 1 cancelled"
    desk.press("x")
    assert names(page, Column.DONE) == ["Rosa Álvarez", "Tess Young"]
    desk.press("x")
    assert names(page, Column.DONE) == ["Tess Young"]


def test_a_doctor_sees_their_own_patients_and_no_money(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    doctor = Actor(None, "Dr Sato", frozenset({Role.DOCTOR}), "Room 2", morning.doctors["Dr Sato"])
    desk.session.set_actor(doctor)
    desk.qtbot.waitUntil(lambda: names(page, Column.ARRIVED) == ["Ivan Petrov"])
    assert names(page, Column.TO_PAY) == []
    assert names(page, Column.DONE) == ["Ana Costa"]
    assert not any("£" in shown.line for shown in page.board.cards())
    assert page.figures.accessibleName() == "4 booked · 1 waiting, longest 4 min"
    page.only_mine.click()
    assert len(names(page, Column.ARRIVED)) == 3
    select(page, "Grace Mwangi")
    assert [name for name, button in page.bar.buttons.items() if button.isVisible()] == ["patient"]


def test_taking_back_what_somebody_else_did_asks_why(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    manager = Actor(7, "John Abara", frozenset({Role.MANAGER}), "Desk 2")
    desk.session.set_actor(manager)
    desk.qtbot.waitUntil(lambda: bool(page.board.cards()))
    select(page, "Tess Young")
    desk.press("u")
    dialog = desk.dialog(ReasonDialog)
    dialog.reason_edit.setText("She was in the other room")
    desk.press(Qt.Key.Key_Return)
    stands_in(desk, page, "Tess Young", Column.EXPECTED)
