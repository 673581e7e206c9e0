"""Walk-ins and the end of the day from the board, under real keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.visits.records import Column
from tests.gui.page_desk import MANAGER, RECEPTIONIST, PageDesk, page_desk
from tests.gui.today_desk import SETUP, Morning, open_morning
from ui.visits.day_end_dialog import ALL_DONE, DayEndDialog
from ui.visits.page import TodayPage
from ui.visits.walk_in_dialog import WalkInDialog

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def morning(file_database: Database, clock: FixedClock) -> Morning:
    made = open_morning(file_database, clock)
    made.at("10:12")
    return made


@pytest.fixture
def desk(qtbot: QtBot, morning: Morning, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, morning.services, clock, bus) as made:
        made.session.set_clinic(morning.clinic)
        made.session.set_actor(RECEPTIONIST)
        yield made


@pytest.fixture
def page(desk: PageDesk) -> TodayPage:
    page = TodayPage(desk.desk)
    desk.show(page)
    desk.qtbot.waitUntil(lambda: page.title.startswith("Today · "))
    return page


def waiting(page: TodayPage) -> list[str]:
    return [shown.name for shown in page.board.cards(Column.ARRIVED)]


def walk_in(desk: PageDesk) -> WalkInDialog:
    desk.press("w")
    dialog: WalkInDialog = desk.dialog(WalkInDialog)
    desk.qtbot.waitUntil(lambda: len(dialog.times.lines) > 0)
    return dialog


def test_an_empty_day_teaches(desk: PageDesk, page: TodayPage) -> None:
    assert "Nobody is booked today" in desk.texts()
    assert any("W for a patient who is at the desk" in text for text in desk.texts())


def test_a_walk_in_costs_the_letters_and_three_keys(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    morning.patient("Mo Ali")
    dialog = walk_in(desk)
    assert dialog.times.lines[0].detail == "10:00 · now"
    desk.press("mo a")
    desk.qtbot.waitUntil(lambda: len(dialog.pick.list.lines) > 1)
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: waiting(page) == ["Mo Ali"])
    assert page.board.cards(Column.ARRIVED)[0].line == "walk-in · waiting 0 min"
    assert desk.messages[-1] == "Mo Ali is in the waiting room for Dr Osei"
    assert desk.dialogs() == []


def test_another_doctor_is_chosen_with_the_arrows(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    morning.patient("Mo Ali")
    dialog = walk_in(desk)
    desk.press("mo a")
    desk.qtbot.waitUntil(lambda: len(dialog.pick.list.lines) > 1)
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: waiting(page) == ["Mo Ali"])
    assert page.board.cards(Column.ARRIVED)[0].where == "Dr Sato"


def test_somebody_new_walks_in(desk: PageDesk, morning: Morning, page: TodayPage) -> None:
    dialog = walk_in(desk)
    desk.press("Nia Okafor")
    desk.press(Qt.Key.Key_Return, CTRL)
    assert dialog.born_edit.hasFocus()
    desk.press("31/02/1990")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: dialog.born_edit.accessibleDescription() != "")
    dialog.born_edit.clear()
    desk.press("21/02/1990")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: waiting(page) == ["Nia Okafor"])


def test_in_between_needs_a_reason(desk: PageDesk, morning: Morning, page: TodayPage) -> None:
    desk.session.set_actor(MANAGER)
    for doctor in morning.doctors:
        morning.book(f"Guest {doctor}", "10:00", doctor)
    morning.patient("Mo Ali")
    dialog = walk_in(desk)
    desk.press("mo a")
    desk.qtbot.waitUntil(lambda: len(dialog.pick.list.lines) > 1)
    desk.press(Qt.Key.Key_Return)
    morning.at("16:50")
    desk.press(Qt.Key.Key_O, CTRL)
    desk.press(Qt.Key.Key_Return)
    assert dialog.reason_edit.accessibleDescription() == "Please say why, in a few words."
    desk.press(Qt.Key.Key_Down)
    desk.press("Bleeding")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: waiting(page) == ["Mo Ali"])
    visit = page.board.cards(Column.ARRIVED)[0].card
    made = morning.services.calendar.appointment(SETUP, visit.id)
    assert (made.doctor_name, made.overbooked_reason) == ("Dr Sato", "Bleeding")


def test_the_end_of_the_day_costs_one_key_a_visit(
    desk: PageDesk, morning: Morning, page: TodayPage
) -> None:
    missed = morning.book("Mo Ali", "11:00")
    asked = morning.book("Sam Green", "11:30", is_sure=False)
    left = morning.visit(morning.book("Grace Mwangi", "12:00"), arrived="11:55")
    inside = morning.visit(morning.book("Priya Nair", "12:30"), arrived="12:20", room="12:30")
    billed = morning.visit(morning.book("Ana Costa", "13:00"), arrived="12:50", done="13:20")
    morning.at("17:30")
    desk.press("e")
    dialog: DayEndDialog = desk.dialog(DayEndDialog)
    desk.qtbot.waitUntil(lambda: len(dialog.open_cards) == 5)
    assert dialog.list.lines[0].detail == "Dr Osei · has not come"
    for rest in (4, 3, 2):
        desk.press("n")
        desk.qtbot.waitUntil(lambda rest=rest: len(dialog.open_cards) == rest)  # type: ignore[misc]
    desk.press("c")
    desk.qtbot.waitUntil(lambda: all("no invoice" in line.detail for line in dialog.list.lines))
    desk.press("i")
    desk.qtbot.waitUntil(lambda: len(dialog.open_cards) == 1)
    desk.press("i")
    desk.qtbot.waitUntil(lambda: dialog.words.text() == ALL_DONE)
    assert [morning.status(visit) for visit in (missed, asked, left, inside, billed)] == [
        "no_show", "cancelled", "cancelled", "completed", "completed",
    ]  # fmt: skip
    assert morning.services.billing.invoice_of_visit(SETUP, billed.id) is not None
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.dialogs() == [])
