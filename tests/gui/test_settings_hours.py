"""Doctors' hours in the settings: the grid, the check before saving, drafts and exceptions."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.app import Services
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import ExceptionKind
from tests.a_clinic import SETUP, WEDNESDAY, AClinic, open_a_clinic
from tests.gui.page_desk import page_desk
from tests.gui.settings_desk import CONTROL, HOURS, ROOMS, SHIFT, SettingsDesk, errors_in
from tests.services import services_over
from ui.core.health_dialog import KEEP, HealthDialog
from ui.settings.exceptions_card import ExceptionDialog
from ui.settings.hours_section import HoursSection


@pytest.fixture
def clinic(file_database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(file_database, clock)


@pytest.fixture
def services(
    file_database: Database, clinic: AClinic, clock: FixedClock, bus: ChangeBus
) -> Services:
    return services_over(file_database, clock, bus=bus)


@pytest.fixture
def at(
    qtbot: QtBot, services: Services, clinic: AClinic, clock: FixedClock, bus: ChangeBus
) -> Iterator[SettingsDesk]:
    with page_desk(qtbot, services, clock, bus) as desk:
        yield SettingsDesk(desk, services, clinic)


@pytest.fixture
def hours(at: SettingsDesk) -> HoursSection:
    section = at.enter(HOURS)
    at.choose(section.doctor_choice, "Dr Yuki Sato")
    at.until_idle()
    assert isinstance(section, HoursSection)
    return section


TUESDAY_AFTERNOON = 3


def end_earlier(at: SettingsDesk, hours: HoursSection, text: str) -> None:
    """Let Tuesday afternoon end earlier, from the keyboard."""
    at.write(hours.grid.lines[TUESDAY_AFTERNOON]["ends_minute"], text)


def test_the_grid_shows_what_is_stored_at_this_clinic(hours: HoursSection) -> None:
    assert len(hours.grid.texts()) == 9
    assert hours.grid.texts()[0] == (0, "09:00", "12:30", "1", "01 Jan 2026", "")
    assert not hours.save.isEnabled()


def test_hours_that_touch_nobody_are_saved_at_once(at: SettingsDesk, hours: HoursSection) -> None:
    end_earlier(at, hours, "16:30")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    at.told("Hours of Dr Yuki Sato saved.")
    stored = at.services.hours.weekly_hours(SETUP, at.clinic.sato)
    assert [row.ends_minute for row in stored if row.weekday == 1] == [750, 990]
    assert sum(row.clinic_id == at.clinic.river for row in stored) == 1
    assert not hours.save.isEnabled()


def test_who_falls_outside_is_shown_and_moved(at: SettingsDesk, hours: HoursSection) -> None:
    booked = at.clinic.booked("16:00")
    end_earlier(at, hours, "16:00")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    dialog = at.desk.dialog(HealthDialog)
    assert "This touches 1 visit" in at.desk.texts()
    assert dialog.rows[0].choice.currentText() == "Move to 10:00 that day"
    assert len(at.services.hours.weekly_hours(SETUP, at.clinic.sato)) == 10
    at.desk.press(Qt.Key.Key_Return, CONTROL)
    at.told("1 visit moved.")
    assert at.appointment(booked.id).starts_at == at.clinic.at("10:00")
    stored = at.services.hours.weekly_hours(SETUP, at.clinic.sato)
    assert max(row.ends_minute for row in stored if row.weekday == 1) == 960


def test_going_back_saves_nothing_and_keeps_what_was_typed(
    at: SettingsDesk, hours: HoursSection
) -> None:
    booked = at.clinic.booked("16:00")
    before = at.services.hours.weekly_hours(SETUP, at.clinic.sato)
    end_earlier(at, hours, "16:00")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    dialog = at.desk.dialog(HealthDialog)
    at.desk.press(Qt.Key.Key_Escape)
    assert not dialog.is_open
    assert at.services.hours.weekly_hours(SETUP, at.clinic.sato) == before
    assert at.appointment(booked.id) == booked
    assert hours.grid.lines[TUESDAY_AFTERNOON]["ends_minute"].text() == "16:00"
    assert hours.save.isEnabled()


def test_a_visit_is_kept_with_a_reason_only(at: SettingsDesk, hours: HoursSection) -> None:
    booked = at.clinic.booked("16:00")
    end_earlier(at, hours, "16:00")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    dialog = at.desk.dialog(HealthDialog)
    at.choose(dialog.rows[0].choice, "Keep as it is")
    assert dialog.rows[0].choice.currentData() == KEEP
    at.desk.press(Qt.Key.Key_Return, CONTROL)
    assert "why" in errors_in(dialog)["Why the others stay as they are"]
    at.write(dialog.reason_edit, "She stays longer that day")
    at.desk.press(Qt.Key.Key_Return)
    at.told("1 visit kept.")
    assert at.appointment(booked.id).starts_at == booked.starts_at
    entry = at.services.audit.entries(SETUP, entity="appointment", entity_id=booked.id)[0]
    assert entry.details["reason"] == "She stays longer that day"


def test_what_cannot_be_read_is_told_under_its_row(at: SettingsDesk, hours: HoursSection) -> None:
    end_earlier(at, hours, "25:99")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    assert hours.grid.error == "Please enter a time such as 09:30."
    line = hours.grid.lines[TUESDAY_AFTERNOON]["ends_minute"]
    assert line.hasFocus()
    assert line.text() == "25:99"
    end_earlier(at, hours, "16:30")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    at.told("saved")
    assert hours.grid.error == ""


def test_two_clinics_at_once_are_refused_in_words(at: SettingsDesk, hours: HoursSection) -> None:
    at.desk.press(Qt.Key.Key_H, CONTROL | SHIFT)
    row = hours.grid.lines[-1]
    assert len(hours.grid.lines) == 10
    at.write(row["starts_minute"], "14")
    at.write(row["ends_minute"], "15")
    row["ends_minute"].setFocus()
    wednesday = hours.grid._rows[-1].weekday
    at.choose(wednesday, "Wednesday")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    at.desk.qtbot.waitUntil(hours.problem.isVisible)
    assert "two clinics at the same time" in hours.problem.text()
    assert len(hours.grid.lines) == 10


def test_what_is_not_saved_waits_while_somebody_looks_elsewhere(
    at: SettingsDesk, hours: HoursSection
) -> None:
    end_earlier(at, hours, "16:30")
    at.choose(hours.doctor_choice, "Dr Amara Osei")
    at.until_idle()
    assert len(hours.grid.texts()) == 5
    assert not hours.save.isEnabled()
    at.enter(ROOMS)
    at.enter(HOURS)
    at.choose(hours.doctor_choice, "Dr Yuki Sato")
    at.until_idle()
    assert hours.grid.lines[TUESDAY_AFTERNOON]["ends_minute"].text() == "16:30"
    assert hours.state.text() == "Not saved yet."
    at.click(hours.undo)
    assert hours.grid.lines[TUESDAY_AFTERNOON]["ends_minute"].text() == "17:00"


def test_a_week_is_added_and_a_row_removed(at: SettingsDesk, hours: HoursSection) -> None:
    at.choose(hours.doctor_choice, "Dr Amara Osei")
    at.until_idle()
    at.click(hours.grid._rows[0].remove)
    assert len(hours.grid.lines) == 4
    at.desk.press(Qt.Key.Key_S, CONTROL)
    at.told("Hours of Dr Amara Osei saved.")
    assert len(at.services.hours.weekly_hours(SETUP, at.clinic.osei)) == 4
    for _ in range(4):
        at.click(hours.grid._rows[0].remove)
    assert hours.empty.isVisible()
    at.click(hours.add_week)
    assert [texts[0] for texts in hours.grid.texts()] == [0, 1, 2, 3, 4]
    at.desk.press(Qt.Key.Key_S, CONTROL)
    at.desk.qtbot.waitUntil(lambda: len(at.desk.messages) == 2)
    stored = at.services.hours.weekly_hours(SETUP, at.clinic.osei)
    assert {(row.starts_minute, row.ends_minute) for row in stored} == {(540, 1020)}


def test_the_arrows_step_times_and_leaving_tidies_them(
    at: SettingsDesk, hours: HoursSection
) -> None:
    line = hours.grid.lines[0]["starts_minute"]
    at.write(line, "830")
    at.desk.press(Qt.Key.Key_Tab)
    assert line.text() == "08:30"
    line.setFocus()
    at.desk.press(Qt.Key.Key_Up)
    assert line.text() == "08:45"
    at.desk.press(Qt.Key.Key_Down)
    assert line.text() == "08:30"


def test_an_exception_is_added_checked_and_removed(at: SettingsDesk, hours: HoursSection) -> None:
    booked = at.clinic.booked("10:00", WEDNESDAY)
    at.desk.press(Qt.Key.Key_E, CONTROL | SHIFT)
    dialog = at.desk.dialog(ExceptionDialog)
    at.write(dialog.from_edit, "31/2/2027")
    at.desk.press(Qt.Key.Key_Return, CONTROL)
    assert "such as 24/12/2026" in errors_in(dialog)["First day"]
    at.write(dialog.from_edit, "25/11")
    at.write(dialog.reason_edit, "Conference")
    at.desk.press(Qt.Key.Key_Return, CONTROL)
    at.desk.dialog(HealthDialog)
    at.desk.press(Qt.Key.Key_Return, CONTROL)
    at.told("Away of Dr Yuki Sato added. 1 visit moved.")
    (stored,) = at.services.hours.exceptions(SETUP, at.clinic.sato)
    assert (stored.kind, stored.from_on, stored.reason) == (
        ExceptionKind.CLOSED, WEDNESDAY, "Conference",
    )  # fmt: skip
    assert at.appointment(booked.id).starts_at > booked.starts_at
    at.desk.qtbot.waitUntil(hours.exceptions.remove.isEnabled)
    at.click(hours.exceptions.remove)
    at.told("Exception removed.")
    assert at.services.hours.exceptions(SETUP, at.clinic.sato) == ()


def test_places_kept_for_the_day_are_saved(at: SettingsDesk, hours: HoursSection) -> None:
    at.write(hours.places_edit, "x")
    at.click(hours.save_place)
    assert "number of places" in hours._places_box.error
    at.write(hours.places_edit, "2")
    at.click(hours.save_place)
    at.told("Place at the clinic saved.")
    assert at.services.hours.places(SETUP, at.clinic.sato)[0].same_day_places == 2
