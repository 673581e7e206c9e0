"""Phone mode and repeats: one line books, parks or waits; a series is looked over before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.series.records import Scope
from tests.gui.calendar_desk import SETUP, TODAY, Clinic, open_clinic
from tests.gui.page_desk import PageDesk, page_desk
from ui.schedule.booking_dialog import BookingDialog
from ui.schedule.page import CalendarPage
from ui.schedule.phone_dialog import PhoneDialog
from ui.schedule.repeat_dialog import RepeatDialog
from ui.schedule.series_scope_dialog import ask_scope

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ROSA, ROSALIE, JUN = "Rosa Álvarez", "Rosalie Alvin", "Jun Tanaka"
WEEK = timedelta(days=7)


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


def of(clinic: Clinic, name: str) -> tuple[AppointmentDetails, ...]:
    return clinic.services.calendar.appointments_of_patient(SETUP, clinic.patients[name])


def on_the_phone(desk: PageDesk, line: str = "") -> PhoneDialog:
    """Open the line by its key, type, and wait for the answers."""
    desk.press(Qt.Key.Key_Slash)
    dialog: PhoneDialog = desk.dialog(PhoneDialog)
    desk.press(line)
    desk.qtbot.waitUntil(lambda: dialog.is_answered)
    return dialog


# --- one line ------------------------------------------------------------------------------


def test_one_line_books_for_who_and_when_it_says(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = on_the_phone(desk, "alv 0100 skin wed pm")
    assert [line.title for line in dialog.patients.lines] == [ROSA]
    assert (dialog.slots.offers[0].day, dialog.slots.offers[0].time) == (
        "Tomorrow, Wed 25 Nov",
        "12:00",
    )
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, ROSA)) == 1)
    (visit,) = of(clinic, ROSA)
    assert visit.service_name == "Skin check"
    assert visit.starts_at == clinic.at("12:00", day=TODAY + timedelta(days=1))


def test_the_answers_follow_every_letter(desk: PageDesk, page: CalendarPage) -> None:
    dialog = on_the_phone(desk, "al")
    assert {line.title for line in dialog.patients.lines} == {ROSA, ROSALIE}
    desk.press("vi")
    desk.qtbot.waitUntil(lambda: [line.title for line in dialog.patients.lines] == [ROSALIE])
    assert dialog.slots.offers[0].day == "Today, Tue 24 Nov"
    desk.press(" fri after 3")
    desk.qtbot.waitUntil(lambda: dialog.slots.offers[0].day == "Fri 27 Nov")
    assert dialog.slots.offers[0].time == "15:00"


def test_a_length_typed_is_the_length_booked(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    on_the_phone(desk, "tana check 60 dr fis")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 1)
    (visit,) = of(clinic, JUN)
    assert visit.ends_at - visit.starts_at == timedelta(hours=1)
    assert visit.doctor_id == clinic.fischer


def test_tab_walks_the_patients_and_alt_digits_and_arrows_the_times(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = on_the_phone(desk, "ros")
    assert dialog.patient is not None
    first = dialog.patient.name
    desk.press(Qt.Key.Key_Tab)
    assert dialog.edit.hasFocus()
    chosen = dialog.patient
    assert chosen is not None
    assert chosen.name != first
    desk.press(Qt.Key.Key_3, ALT)
    third = dialog.slots.offers[2]
    assert dialog.slots.current == third
    desk.press(Qt.Key.Key_Up)
    assert dialog.slots.current == dialog.slots.offers[1]
    desk.press(Qt.Key.Key_Down)
    assert dialog.edit.text() == "ros"
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, chosen.name)) == 1)
    assert of(clinic, chosen.name)[0].starts_at == third.slot.starts_at


def test_what_is_not_understood_is_shown(desk: PageDesk, page: CalendarPage) -> None:
    dialog = on_the_phone(desk, "tana dr zzz tue")
    assert "dr zzz · not understood" in dialog.parts.marks
    assert "Check-up · taken for granted" in dialog.parts.marks


def test_enter_without_anybody_books_nothing_and_says_so(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = on_the_phone(desk, "skin tue")
    desk.press("x")
    desk.qtbot.waitUntil(lambda: dialog.is_answered)
    desk.press(Qt.Key.Key_Return)
    assert not dialog.book_button.isEnabled()
    assert dialog.is_open


def test_escape_parks_who_is_to_be_called_back(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    on_the_phone(desk, "tana skin thu")
    desk.press(Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    (card,) = clinic.services.shelf.cards(SETUP, clinic.clinic)
    assert (card.patient_name, card.service_name) == (JUN, "Skin check")
    assert card.note == "Call back · tana skin thu"
    assert desk.messages[-1] == f"On the shelf · {JUN}: call back"
    assert of(clinic, JUN) == ()


def test_a_line_left_unfinished_is_offered_again(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    on_the_phone(desk, "tana thu")
    desk.press(Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    assert clinic.services.shelf.cards(SETUP, clinic.clinic) == ()
    assert on_the_phone(desk).edit.text() == "tana thu"


def test_a_time_lost_meanwhile_keeps_the_line_and_offers_another(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = on_the_phone(desk, "tana thu")
    first = dialog.slots.offers[0].slot
    desk.qtbot.waitUntil(lambda: dialog.holds.is_taken)
    clinic.services.holds.release(SETUP, dialog.holds.hold_key)
    clinic.book(ROSA, "09:00", doctor=first.doctor_id, day=TODAY + timedelta(days=2))
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert ROSA in dialog.card.problem.text()
    desk.qtbot.waitUntil(lambda: dialog.is_answered)
    assert dialog.slots.offers[0].slot != first
    assert dialog.edit.text() == "tana thu"
    assert dialog.edit.hasFocus()


# --- a series ------------------------------------------------------------------------------


def repeating(desk: PageDesk) -> RepeatDialog:
    desk.press(Qt.Key.Key_N, CTRL)
    dialog: BookingDialog = desk.dialog(BookingDialog)
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    desk.press("tana")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    desk.press(Qt.Key.Key_R, CTRL)
    repeat: RepeatDialog = desk.dialog(RepeatDialog)
    desk.qtbot.waitUntil(lambda: bool(repeat.dates.rows))
    return repeat


def test_a_series_is_looked_over_and_booked_with_the_near_time(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    clinic.book(ROSA, "10:00", doctor=clinic.osei, day=TODAY + WEEK)
    repeat = repeating(desk)
    assert [row.is_chosen for row in repeat.dates.rows] == [True, False, True, True, True, True]
    assert "10:30 is free" in repeat.dates.remark_of(1) or "09:30 is" in repeat.dates.remark_of(1)
    repeat.dates.setFocus()
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Right)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Space)
    assert repeat.button.accessibleName() == "Book 5 visits"
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 5)
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    visits = of(clinic, JUN)
    assert len({visit.series_id for visit in visits}) == 1
    assert visits[1].starts_at.date() == TODAY + WEEK
    assert visits[1].starts_at != clinic.at("10:00", day=TODAY + WEEK)
    assert TODAY + 2 * WEEK not in {visit.starts_at.date() for visit in visits}


def test_a_date_on_which_the_patient_is_elsewhere_is_booked_only_if_ticked(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    clinic.book(JUN, "10:00", doctor=clinic.fischer, day=TODAY + WEEK)
    repeat = repeating(desk)
    assert [row.is_chosen for row in repeat.dates.rows[:3]] == [True, False, True]
    assert "Dr Lena Fischer" in repeat.dates.remark_of(1)
    repeat.dates.setFocus()
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 7)


def test_how_often_and_how_long_can_be_typed(desk: PageDesk, page: CalendarPage) -> None:
    repeat = repeating(desk)
    desk.press("2")
    repeat.ends_edit.setFocus()
    repeat.ends_edit.selectAll()
    desk.press("until 31/12")
    desk.qtbot.waitUntil(lambda: len(repeat.dates.rows) == 3)
    assert [row.date.on for row in repeat.dates.rows] == [TODAY, TODAY + 2 * WEEK, TODAY + 4 * WEEK]
    repeat.unit.set_current(2)
    desk.qtbot.waitUntil(lambda: len(repeat.dates.rows) == 1)


def test_what_cannot_be_read_is_told_at_its_field(desk: PageDesk, page: CalendarPage) -> None:
    repeat = repeating(desk)
    repeat.ends_edit.setFocus()
    repeat.ends_edit.selectAll()
    desk.press("for ever")
    assert "number of visits" in repeat.ends_edit.accessibleDescription()
    assert repeat.ends_edit.hasFocus()
    assert not repeat.button.isEnabled()


def test_a_date_lost_meanwhile_books_nothing_and_shows_how_it_stands(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    repeat = repeating(desk)
    assert len(repeat.dates.chosen) == 6
    clinic.book(ROSA, "10:00", doctor=clinic.osei, day=TODAY + 2 * WEEK)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(repeat.card.problem.isVisible)
    assert of(clinic, JUN) == ()
    assert [row.is_chosen for row in repeat.dates.rows].count(True) == 5
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 5)


@pytest.mark.parametrize(("key", "scope"), list(zip("123", Scope, strict=True)))
def test_the_scope_of_a_change_is_one_key(
    desk: PageDesk, page: CalendarPage, key: str, scope: Scope
) -> None:
    chosen: list[Scope] = []
    ask_scope(page, desk.theme, title="Cancel a visit of a series", chosen=chosen.append)
    desk.press(key)
    assert chosen == [scope]
    assert desk.dialogs() == []
    ask_scope(page, desk.theme, title="Cancel a visit of a series", chosen=chosen.append)
    desk.press(Qt.Key.Key_Escape)
    assert chosen == [scope]
