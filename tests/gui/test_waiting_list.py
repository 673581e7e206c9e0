"""The waiting list in the calendar, under real keys: kept, offered what falls free, answered."""

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from clinicdesk.schedule.waiting.records import NewWish, OfferState, Wish
from tests.gui.calendar_acts import chosen
from tests.gui.calendar_desk import SETUP, Clinic, open_clinic
from tests.gui.page_desk import PageDesk, page_desk
from ui.schedule.page import CalendarPage
from ui.schedule.waiting_answers_dialog import AnswersDialog
from ui.schedule.waiting_dialog import WishDialog
from ui.schedule.waiting_offer_dialog import OfferDialog

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


@pytest.fixture
def clinic(file_database: Database, clock: FixedClock, bus: ChangeBus) -> Clinic:
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


def waits(clinic: Clinic, name: str, **asked: object) -> Wish:
    new = NewWish(clinic.patients[name], clinic.check, **asked)  # type: ignore[arg-type]
    made: Wish = clinic.services.waiting.add(SETUP, new)
    return made


def cancelled(
    clinic: Clinic, name: str = "Rosa Álvarez", time: str = "14:00"
) -> AppointmentDetails:
    visit = clinic.book(name, time)
    done: AppointmentDetails = clinic.services.schedule.cancel(
        SETUP, visit.id, version=visit.version, reason="Ill"
    )
    return done


def cards(page: CalendarPage) -> list[tuple[str, str]]:
    return [(card.wish.patient_name, card.words) for card in page.side.waiting.cards]


def focus_card(desk: PageDesk, page: CalendarPage) -> None:
    """Put the keyboard on the first card."""
    card = page.side.waiting.cards[0]
    desk.qtbot.waitUntil(card.isVisible)
    card.setFocus()
    desk.qtbot.waitUntil(card.hasFocus)


def offers(clinic: Clinic) -> dict[str, OfferState]:
    found = clinic.services.waiting.offers(SETUP, clinic_id=clinic.clinic)
    return {each.patient_name: each.state for each in found}


def rows(dialog: OfferDialog) -> list[tuple[str, bool | None, str]]:
    return [(row.title, row.is_ticked, row.remark) for row in dialog.list.rows]


def test_the_panel_says_whom_and_when_people_wait_for(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Rosa Álvarez", doctor_id=clinic.osei, until_minute=720)
    waits(clinic, "Jun Tanaka", doctor_id=clinic.fischer, until_on=date(2026, 11, 26))
    waits(clinic, "Chloé Martin")
    desk.qtbot.waitUntil(lambda: len(cards(page)) == 3)
    assert cards(page) == [
        ("Rosa Álvarez", "Dr Osei · any morning"),
        ("Jun Tanaka", "Dr Fischer · before Fri"),
        ("Chloé Martin", "Anyone · 30 min"),
    ]
    assert "WAITING LIST · 3" in desk.texts()


def test_somebody_is_put_on_the_list_by_keys(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    desk.qtbot.waitUntil(page.side.waiting.add_button.isVisible)
    page.side.waiting.add_button.setFocus()
    desk.press(Qt.Key.Key_Space)
    dialog = desk.dialog(WishDialog)
    desk.press("tanaka")
    desk.qtbot.waitUntil(dialog.patient.list.isVisible)
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: dialog.patient.patient is not None)
    dialog.until_edit.setFocus()
    desk.press("12")
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: cards(page) == [("Jun Tanaka", "Anyone · any morning")])
    assert desk.messages[-1] == "Jun Tanaka is on the waiting list"


def test_a_wish_is_changed_and_taken_off_and_put_back(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Jun Tanaka")
    desk.qtbot.waitUntil(lambda: len(cards(page)) == 1)
    focus_card(desk, page)
    desk.press(ENTER)
    dialog = desk.dialog(WishDialog)
    dialog.urgent.setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: cards(page) == [("Jun Tanaka", "Urgent · Anyone · 30 min")])
    focus_card(desk, page)
    desk.press(Qt.Key.Key_Delete)
    desk.qtbot.waitUntil(lambda: cards(page) == [] and bool(desk.undos))
    desk.undos[-1][1]()
    desk.qtbot.waitUntil(lambda: len(cards(page)) == 1)


def test_a_time_that_cannot_be_read_stands_at_its_field(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Jun Tanaka")
    desk.qtbot.waitUntil(lambda: len(cards(page)) == 1)
    QTest.mouseClick(page.side.waiting.cards[0], Qt.MouseButton.LeftButton)
    dialog = desk.dialog(WishDialog)
    dialog.until_edit.setFocus()
    desk.press("soon")
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: "Please enter a time such as 09:30." in desk.texts())
    assert dialog.is_open
    assert dialog.until_edit.text() == "soon"


def cancel_by_keys(desk: PageDesk, page: CalendarPage, visit: AppointmentDetails) -> None:
    """Cancel a visit as the desk does, and wait until its time is told to have fallen free."""
    chosen(desk, page, visit)
    desk.press(Qt.Key.Key_Delete)
    desk.dialog()
    desk.press(ENTER)
    desk.qtbot.waitUntil(page.waiting_desk.bar.isVisible)
    QApplication.processEvents()


def test_a_cancelled_time_is_offered_with_two_keys(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Jun Tanaka")
    waits(clinic, "Chloé Martin", until_minute=720)
    clinic.book("Rosalie Alvin", "14:30")
    cancel_by_keys(desk, page, clinic.book("Rosa Álvarez", "14:00"))
    bar = page.waiting_desk.bar
    assert bar.label.accessibleName() == (
        "Tue 24 Nov · 14:00–14:30 · Dr Osei is free · 1 patient waits"
    )
    keys = 0
    desk.press("o")
    keys += 1
    dialog = desk.dialog(OfferDialog)
    assert rows(dialog) == [
        ("Jun Tanaka", True, "14:00 · to call: 020 7946 0102"),
        ("Chloé Martin", None, "only mornings"),
    ]
    assert dialog.summary.text() == "1 to call"
    assert "Tue 24 Nov 14:00 with Dr Osei" in dialog.message.text()
    desk.press(ENTER)
    keys += 1
    desk.qtbot.waitUntil(lambda: offers(clinic) == {"Jun Tanaka": OfferState.OPEN})
    assert keys == 2
    print(f"offer a cancelled time to the waiting list: {keys} keys")
    desk.qtbot.waitUntil(lambda: cards(page)[0][1] == "Offered Tue 14:00 · until 10:48")
    assert not bar.isVisible()


def test_where_nobody_would_take_the_time_nothing_is_said(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Jun Tanaka", until_minute=720)
    chosen(desk, page, clinic.book("Rosa Álvarez", "14:00"))
    desk.press(Qt.Key.Key_Delete)
    desk.dialog()
    with desk.qtbot.waitSignal(page.waiting_desk.freed_looked_at):
        desk.press(ENTER)
    assert not page.waiting_desk.bar.isVisible()


def test_a_cancellation_taken_back_leaves_nothing_to_offer(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Jun Tanaka")
    cancel_by_keys(desk, page, clinic.book("Rosa Álvarez", "14:00"))
    desk.undos[-1][1]()
    desk.qtbot.waitUntil(lambda: not page.waiting_desk.bar.isVisible())


def test_a_moved_visit_leaves_a_time_to_offer(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Jun Tanaka")
    visit = clinic.book("Rosa Álvarez", "14:00")
    moved = clinic.services.schedule.move(
        SETUP, visit.id, version=visit.version, doctor_id=clinic.osei, starts_at=clinic.at("16:00")
    )
    chosen(desk, page, moved)
    desk.press("o")
    dialog = desk.dialog(OfferDialog)
    assert rows(dialog)[0][2].startswith("14:00")


def test_a_visit_that_left_nothing_says_so(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    chosen(desk, page, clinic.book("Rosa Álvarez", "14:00"))
    desk.press("o")
    desk.qtbot.waitUntil(lambda: bool(desk.messages))
    assert desk.messages[-1].startswith("No time fell free here")


def test_who_is_not_ticked_is_not_offered_anything(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    waits(clinic, "Jun Tanaka")
    waits(clinic, "Chloé Martin")
    cancel_by_keys(desk, page, clinic.book("Rosa Álvarez", "14:00"))
    desk.press("o")
    dialog = desk.dialog(OfferDialog)
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Space)
    assert not dialog.button.isEnabled()
    desk.press(Qt.Key.Key_Space)
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: offers(clinic) == {"Chloé Martin": OfferState.OPEN})


def test_whom_a_colleague_took_off_meanwhile_stops_the_offer(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    jun = waits(clinic, "Jun Tanaka")
    waits(clinic, "Chloé Martin")
    cancel_by_keys(desk, page, clinic.book("Rosa Álvarez", "14:00"))
    desk.press("o")
    dialog = desk.dialog(OfferDialog)
    clinic.services.waiting.withdraw(SETUP, jun.id, version=jun.version)
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: len(rows(dialog)) == 1)
    assert offers(clinic) == {}
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: offers(clinic) == {"Chloé Martin": OfferState.OPEN})


def offered(clinic: Clinic, *names: str) -> None:
    wishes = [waits(clinic, name) for name in names]
    freed = clinic.services.waiting.freed_by(SETUP, cancelled(clinic).id)
    assert freed is not None
    clinic.services.waiting.offer(
        SETUP, freed=freed, wish_ids=[each.id for each in wishes], minutes_to_answer=60
    )


def test_the_answers_are_one_key_each(clinic: Clinic, desk: PageDesk, page: CalendarPage) -> None:
    offered(clinic, "Jun Tanaka", "Chloé Martin", "Rosalie Alvin")
    button = page.side.waiting.offers_button
    desk.qtbot.waitUntil(lambda: button.isVisible() and button.accessibleName() == "3 offers open")
    button.setFocus()
    desk.press(Qt.Key.Key_Space)
    dialog = desk.dialog(AnswersDialog)
    first = dialog.list.rows[0].title
    desk.press("n")
    desk.qtbot.waitUntil(lambda: OfferState.DECLINED in offers(clinic).values())
    assert offers(clinic)[first] is OfferState.DECLINED
    desk.qtbot.waitUntil(lambda: sum(not row.is_faint for row in dialog.list.rows) == 2)
    desk.press(Qt.Key.Key_Home)
    dialog.list.light(0)
    second = dialog.list.rows[0].title
    desk.press("y")
    desk.qtbot.waitUntil(lambda: offers(clinic)[second] is OfferState.ACCEPTED)
    assert sorted(offers(clinic).values()) == ["accepted", "declined", "gone"]
    booked = clinic.services.calendar.appointments_of_patient(SETUP, clinic.patients[second])
    assert [each.status for each in booked] == [AppointmentStatus.CONFIRMED]
    desk.qtbot.waitUntil(lambda: desk.messages[-1].startswith(f"Booked · {second}"))
    assert desk.messages[-1].endswith("the other is told")


def test_an_answer_is_taken_on_the_card(clinic: Clinic, desk: PageDesk, page: CalendarPage) -> None:
    offered(clinic, "Jun Tanaka")
    desk.qtbot.waitUntil(lambda: bool(cards(page)) and page.side.waiting.cards[0].offer is not None)
    focus_card(desk, page)
    desk.press("y")
    desk.qtbot.waitUntil(lambda: offers(clinic) == {"Jun Tanaka": OfferState.ACCEPTED})
    desk.qtbot.waitUntil(lambda: cards(page) == [])


def test_a_yes_that_comes_too_late_is_told_plainly(
    clinic: Clinic, desk: PageDesk, page: CalendarPage
) -> None:
    offered(clinic, "Jun Tanaka", "Chloé Martin")
    desk.qtbot.waitUntil(page.side.waiting.offers_button.isVisible)
    page.waiting_desk.show_answers()
    dialog = desk.dialog(AnswersDialog)
    first = clinic.services.waiting.offers(SETUP, clinic_id=clinic.clinic)[0]
    late = next(n for n, row in enumerate(dialog.list.rows) if row.title != first.patient_name)
    dialog.list.light(late)
    desk.bridge.blockSignals(True)  # this desk has not heard of it yet
    clinic.services.waiting.accept(SETUP, first.id)
    desk.press("y")
    gone = "This time has gone to somebody else. The patient stays on the waiting list."
    desk.qtbot.waitUntil(lambda: gone in desk.texts())
