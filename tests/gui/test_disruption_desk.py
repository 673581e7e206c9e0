"""The disruption desk under real keys: a doctor is out, and each patient is one key."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.disruption.records import Case, CaseState, OutRecord
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.schedule.records import AppointmentStatus as Status
from tests.gui.calendar_desk import SETUP, Clinic, open_clinic
from tests.gui.page_desk import PageDesk, page_desk
from ui.schedule.disruption_dialog import DisruptionDialog
from ui.schedule.disruption_start_dialog import OutDialog
from ui.schedule.page import CalendarPage

ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
NAMES = ("Rosa Álvarez", "Rosalie Alvin", "Jun Tanaka")


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


@pytest.fixture
def visits(clinic: Clinic) -> list[AppointmentDetails]:
    return [clinic.book(name, f"{14 + number}:00") for number, name in enumerate(NAMES)]


def out(clinic: Clinic) -> OutRecord:
    made: OutRecord = clinic.services.disruptions.start(
        SETUP, doctor_id=clinic.osei, clinic_id=clinic.clinic, from_at=clinic.at("12:00"),
        until_at=clinic.at("18:00"), reason="Ill",
    )  # fmt: skip
    return made


def cases(clinic: Clinic) -> tuple[Case, ...]:
    found: tuple[Case, ...] = clinic.services.disruptions.cases(SETUP, 1)
    return found


def states(clinic: Clinic) -> list[CaseState]:
    return [case.state for case in cases(clinic)]


def opened(desk: PageDesk, page: CalendarPage) -> DisruptionDialog:
    """Open the desk of the one doctor who is out."""
    desk.qtbot.waitUntil(lambda: len(page.side.out.cards) == 1)
    QTest.mouseClick(page.side.out.cards[0], Qt.MouseButton.LeftButton)
    dialog: DisruptionDialog = desk.dialog(DisruptionDialog)
    desk.qtbot.waitUntil(lambda: bool(dialog.list.rows) and dialog.list.hasFocus())
    return dialog


def lit(dialog: DisruptionDialog) -> str:
    return dialog.lit_case.patient_name if dialog.lit_case else ""


def press(desk: PageDesk, dialog: DisruptionDialog, key: Qt.Key | str, expected: str) -> None:
    """Press a key and wait until the step is done and that patient is lit."""
    desk.press(key)
    desk.qtbot.waitUntil(lambda: not dialog.is_busy and lit(dialog) == expected)


def test_a_doctor_is_marked_out_and_the_patients_come_up(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    desk.qtbot.waitUntil(page.side.out.start_button.isVisible)
    page.side.out.start_button.setFocus()
    desk.press(Qt.Key.Key_Space)
    dialog = desk.dialog(OutDialog)
    assert (dialog.from_at.text(), dialog.until_at.text()) == ("09:45", "18:00")
    dialog.reason_edit.setFocus()
    desk.press("Ill")
    desk.press(ENTER)
    work = desk.dialog(DisruptionDialog)
    desk.qtbot.waitUntil(lambda: len(work.list.rows) == 3)
    assert work.span.text() == "Tue 24 Nov 09:45–18:00 · Ill"
    assert [row.title for row in work.list.rows] == list(NAMES)
    desk.press(Qt.Key.Key_Escape)
    words = "Dr Osei out: 0 of 3 handled"
    desk.qtbot.waitUntil(lambda: [each.accessibleName() for each in page.side.out.cards] == [words])


def test_enter_takes_the_best_time_and_goes_on_to_the_next(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    out(clinic)
    dialog = opened(desk, page)
    best = [case.alternatives[0].slot for case in cases(clinic)]
    assert lit(dialog) == NAMES[0]
    press(desk, dialog, ENTER, NAMES[1])
    second = cases(clinic)[1].alternatives[1].slot
    press(desk, dialog, "2", NAMES[2])
    assert states(clinic) == [CaseState.MOVED, CaseState.MOVED, CaseState.OPEN]
    assert clinic.appointment(visits[0].id).starts_at == best[0].starts_at
    moved = clinic.appointment(visits[1].id)
    assert (moved.starts_at, moved.doctor_id) == (second.starts_at, second.doctor_id)
    assert dialog.progress.part == pytest.approx(2 / 3)
    assert dialog.counted.text() == "2 of 3 handled"


def test_call_keep_and_cancel_are_one_key_each_and_then_it_is_done(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    out(clinic)
    dialog = opened(desk, page)
    press(desk, dialog, "c", NAMES[0])
    desk.qtbot.waitUntil(lambda: states(clinic)[0] is CaseState.CALLED)
    press(desk, dialog, "k", NAMES[1])
    press(desk, dialog, "x", NAMES[2])
    assert clinic.appointment(visits[1].id).status is Status.CANCELLED
    assert not dialog.finish_button.isVisible()
    press(desk, dialog, "k", NAMES[2])
    desk.qtbot.waitUntil(dialog.finish_button.isVisible)
    desk.press("f")
    desk.qtbot.waitUntil(lambda: page.side.out.cards == [])
    assert desk.messages[-1] == "Dr Osei out: everybody is taken care of"
    assert not desk.dialogs(DisruptionDialog)


def test_every_step_can_be_taken_back(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    out(clinic)
    dialog = opened(desk, page)
    for key in (ENTER, "k", "x"):
        press(desk, dialog, key, NAMES[1])
        desk.qtbot.waitUntil(dialog.undo.isEnabled)
        desk.press(Qt.Key.Key_Z, CTRL)
        desk.qtbot.waitUntil(lambda: states(clinic) == [CaseState.OPEN] * 3)
        desk.qtbot.waitUntil(lambda: not dialog.list.rows[0].is_faint and not dialog.is_busy)
        dialog.list.light(0)
    back = clinic.appointment(visits[0].id)
    assert (back.starts_at, back.status) == (visits[0].starts_at, Status.CONFIRMED)


def test_leaving_and_coming_back_keeps_all(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    out(clinic)
    dialog = opened(desk, page)
    press(desk, dialog, "k", NAMES[1])
    desk.press(Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    words = "Dr Osei out: 1 of 3 handled"
    desk.qtbot.waitUntil(lambda: page.side.out.cards[0].accessibleName() == words)
    again = opened(desk, page)
    desk.qtbot.waitUntil(lambda: lit(again) == NAMES[1])
    assert [row.remark for row in again.list.rows] == ["kept", "to do", "to do"]


def test_what_a_colleague_does_shows_while_it_is_open(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    out(clinic)
    dialog = opened(desk, page)
    clinic.services.schedule.cancel(SETUP, visits[0].id, version=visits[0].version, reason="Rang")
    desk.qtbot.waitUntil(lambda: dialog.list.rows[0].remark == "cancelled")
    assert dialog.counted.text() == "1 of 3 handled"


def test_a_time_taken_meanwhile_is_refused_and_others_are_offered(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    out(clinic)
    dialog = opened(desk, page)
    best = cases(clinic)[0].alternatives[0].slot
    desk.bridge.blockSignals(True)  # this desk has not heard of it yet
    doctor = best.doctor_id
    local = f"{best.starts_at:%H:%M}"  # London is on UTC in November
    clinic.book("Chloé Martin", local, doctor=doctor, day=best.starts_at.date())
    desk.press(ENTER)
    desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert states(clinic)[0] is CaseState.OPEN
    desk.qtbot.waitUntil(
        lambda: dialog.lit_case is not None and dialog.lit_case.alternatives[0].slot != best
    )


def test_the_doctor_comes_back(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails],
    clock: FixedClock,
) -> None:  # fmt: skip
    out(clinic)
    clock.at = clinic.at("13:00")
    opened(desk, page)
    desk.press("b")
    desk.qtbot.waitUntil(lambda: page.side.out.cards == [] and not desk.dialogs())
    assert clinic.book("Chloé Martin", "16:30").starts_at == clinic.at("16:30")


def test_who_cannot_be_written_to_is_not_written_to(
    clinic: Clinic, desk: PageDesk, page: CalendarPage, visits: list[AppointmentDetails]
) -> None:
    out(clinic)
    dialog = opened(desk, page)
    assert not dialog.case.acts["message"].isEnabled()
    desk.press("m")
    assert states(clinic) == [CaseState.OPEN] * 3
