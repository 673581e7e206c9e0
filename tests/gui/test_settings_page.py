"""The page of settings: closures, holidays, blocks, rooms, services, ways, rules and the check."""

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.app import Services
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.schedule.hours.records import Block, BlockTypeRecord, Closure, TravelTime
from clinicdesk.settings.records import ScheduleSettings, VisitSettings
from tests.a_clinic import SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic
from tests.gui.page_desk import page_desk
from tests.gui.settings_desk import (
    BILLING,
    BLOCKS,
    CLOSURES,
    CONTROL,
    HEALTH,
    HOURS,
    ROOMS,
    RULES,
    SERVICES,
    SHIFT,
    TRAVEL,
    SettingsDesk,
    errors_in,
)
from tests.services import services_over
from ui.core.block_dialog import BlockDialog
from ui.core.closure_dialog import ClosureDialog
from ui.core.health_dialog import HealthDialog
from ui.schedule.block_dialog import may_block, open_block_dialog, open_closure_dialog
from ui.settings.blocks_section import KindDialog
from ui.settings.closures_section import RegionDialog
from ui.settings.holidays_dialog import HolidaysDialog
from ui.settings.rooms_section import ResourceDialog
from ui.settings.services_section import ServiceDialog

RETURN = Qt.Key.Key_Return
ADMINISTRATOR = Actor(None, "Ruth Sellers", frozenset({Role.ADMINISTRATOR}))


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


def test_every_section_is_reached_by_keys_and_says_what_it_is_for(at: SettingsDesk) -> None:
    names = set()
    for number in range(8):
        section = at.enter(number)
        assert section.isVisible()
        assert section.sentence in at.desk.texts()
        names.add(section.name)
    assert len(names) == 8


# --- closures and holidays -------------------------------------------------------------------


def test_an_empty_list_teaches(at: SettingsDesk) -> None:
    at.enter(CLOSURES)
    assert any("Nothing is closed ahead" in text for text in at.desk.texts())


def test_a_closure_is_typed_checked_and_removed(at: SettingsDesk) -> None:
    booked = at.clinic.booked("10:00", WEDNESDAY)
    section = at.enter(CLOSURES)
    at.desk.press(Qt.Key.Key_C, CONTROL | SHIFT)
    dialog = at.desk.dialog(ClosureDialog)
    at.write(dialog.from_edit, "25/11")
    at.write(dialog.starts_edit, "9")
    at.desk.press(RETURN, CONTROL)
    assert errors_in(dialog) == {"Closed until": "Please enter a time such as 09:30."}
    at.write(dialog.ends_edit, "11")
    at.desk.press(RETURN, CONTROL)
    at.desk.qtbot.waitUntil(lambda: "why" in errors_in(dialog).get("Why", ""))
    assert dialog.from_edit.text() == "25 Nov 2026"
    at.write(dialog.reason_edit, "Training")
    at.desk.press(RETURN, CONTROL)
    at.desk.dialog(HealthDialog)
    at.desk.press(RETURN, CONTROL)
    at.told("Closed: Training. 1 visit moved.")
    assert at.appointment(booked.id).starts_at == at.clinic.at("11:00", WEDNESDAY)
    (stored,) = at.services.closures.closures(SETUP, at.clinic.main)
    assert (stored.from_on, stored.starts_minute, stored.ends_minute) == (WEDNESDAY, 540, 660)
    at.desk.qtbot.waitUntil(section.remove.isEnabled)
    at.click(section.remove)
    at.told("Open again: Wed 25 Nov 2026.")
    assert at.services.closures.closures(SETUP, at.clinic.main) == ()


def test_a_form_left_unfinished_is_offered_again(at: SettingsDesk) -> None:
    at.enter(CLOSURES)
    at.desk.press(Qt.Key.Key_C, CONTROL | SHIFT)
    dialog = at.desk.dialog(ClosureDialog)
    at.write(dialog.reason_edit, "Painters")
    at.write(dialog.from_edit, "24/12")
    at.desk.press(Qt.Key.Key_Escape)
    assert not dialog.is_open
    at.desk.press(Qt.Key.Key_C, CONTROL | SHIFT)
    dialog = at.desk.dialog(ClosureDialog)
    assert (dialog.reason_edit.text(), dialog.from_edit.text()) == ("Painters", "24 Dec 2026")
    assert any("typed before and not saved" in text for text in at.desk.texts())
    at.desk.press(RETURN, CONTROL)
    at.told("Closed: Painters.")
    at.desk.press(Qt.Key.Key_C, CONTROL | SHIFT)
    assert at.desk.dialog(ClosureDialog).reason_edit.text() == ""
    at.desk.press(Qt.Key.Key_Escape)


def test_public_holidays_are_ticked_and_added_once(at: SettingsDesk) -> None:
    # The library takes its time to load when it is first asked, on a busy computer seconds.
    at.services.closures.propose_holidays(SETUP, at.clinic.main, year=2027)
    section = at.enter(CLOSURES)
    at.click(section.region)
    region = at.desk.dialog(RegionDialog)
    at.write(region.region_edit, "eng")
    at.desk.press(RETURN)
    at.told("Region saved.")
    assert section.holidays.accessibleName() == "Add public holidays of 2027…"
    at.click(section.holidays)
    dialog = at.desk.dialog(HolidaysDialog)
    assert len(dialog.ticks) == 10
    dialog.ticks[0][1].setFocus()
    at.desk.press(Qt.Key.Key_Space)
    at.desk.press(RETURN, CONTROL)
    at.told("Public holidays of 2027 added: 9.")
    stored = at.services.closures.closures(SETUP, at.clinic.main)
    assert len(stored) == 9
    assert date(2027, 1, 1) not in {each.from_on for each in stored}
    at.desk.qtbot.waitUntil(lambda: "2028" in section.holidays.accessibleName())


def test_an_unknown_region_is_told_in_words(at: SettingsDesk) -> None:
    at.services.clinics.set_holiday_region(SETUP, at.clinic.main, region="XX")
    section = at.enter(CLOSURES)
    at.click(section.holidays)
    at.desk.dialog()
    assert any("No public holidays are known for GB, XX" in text for text in at.desk.texts())
    at.desk.press(Qt.Key.Key_Escape)


# --- blocks ----------------------------------------------------------------------------------


def test_a_block_of_a_new_kind_is_made_in_one_dialog(at: SettingsDesk) -> None:
    booked = at.clinic.booked("12:00")
    at.enter(BLOCKS)
    at.desk.press(Qt.Key.Key_B, CONTROL | SHIFT)
    dialog = at.desk.dialog(BlockDialog)
    at.desk.press(RETURN, CONTROL)
    assert "name" in errors_in(dialog)["Name of the new kind"]
    at.write(dialog.kind_edit, "Meeting")
    at.choose(dialog.whose_choice, "Dr Yuki Sato")
    at.desk.press(RETURN, CONTROL)
    health = at.desk.dialog(HealthDialog)
    assert "The time is blocked: Meeting." in " ".join(at.desk.texts())
    assert len(health.rows) == 1
    at.desk.press(RETURN, CONTROL)
    at.told("Blocked 12:00–13:00. 1 visit moved.")
    (block,) = at.services.blocks.blocks(SETUP)
    assert (block.doctor_id, block.from_on, block.until_on) == (at.clinic.sato, TUESDAY, TUESDAY)
    assert at.appointment(booked.id).starts_at == at.clinic.at("13:15")


def test_a_block_is_changed_and_one_that_was_changed_elsewhere_is_told(at: SettingsDesk) -> None:
    kind = at.services.blocks.add_block_type(SETUP, BlockTypeRecord("Meeting", is_hard=True))
    block = Block(kind, at.clinic.main, TUESDAY, TUESDAY, 780, 840, at.clinic.osei)
    number = at.services.blocks.add_block(SETUP, block)
    section = at.enter(BLOCKS)
    at.click(section.edit)
    dialog = at.desk.dialog(BlockDialog)
    at.write(dialog.ends_edit, "14:30")
    at.write(dialog.weeks_edit, "2")
    at.desk.press(RETURN, CONTROL)
    at.told("Blocked 13:00–14:30.")
    (changed,) = at.services.blocks.blocks(SETUP)
    assert (changed.id, changed.ends_minute, changed.every_weeks) == (number, 870, 2)
    at.click(section.edit)
    dialog = at.desk.dialog(BlockDialog)
    at.services.blocks.change_block(SETUP, changed)
    at.until_idle()
    at.write(dialog.ends_edit, "15:00")
    at.desk.press(RETURN, CONTROL)
    at.desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert "Somebody else changed this block" in dialog.card.problem.text()
    assert dialog.ends_edit.text() == "15:00"
    at.desk.press(Qt.Key.Key_Escape)


def test_a_kind_lets_services_in_only_when_it_is_soft(at: SettingsDesk) -> None:
    section = at.enter(BLOCKS)
    at.click(section.add_kind_button)
    dialog = at.desk.dialog(KindDialog)
    at.write(dialog.name_edit, "Emergencies")
    tick = dialog.ticks[at.clinic.check_up]
    assert not tick.isVisible()
    dialog.hard_tick.setFocus()
    at.desk.press(Qt.Key.Key_Space)
    assert tick.isVisible()
    tick.setFocus()
    at.desk.press(Qt.Key.Key_Space)
    at.desk.press(RETURN, CONTROL)
    at.told("“Emergencies” saved.")
    (kind,) = at.services.blocks.block_types(SETUP)
    assert (kind.is_hard, kind.service_ids) == (False, frozenset({at.clinic.check_up}))


def test_the_calendar_opens_the_same_dialogs(at: SettingsDesk) -> None:
    desk = at.desk.desk
    assert may_block(desk)
    clinic = at.clinic
    open_block_dialog(
        desk, at.page, clinic_id=clinic.main, doctor_id=clinic.osei,
        starts_at=clinic.at("14:00"), told=at.desk.messages.append,
    )  # fmt: skip
    dialog = at.desk.dialog(BlockDialog)
    assert (dialog.starts_edit.text(), dialog.ends_edit.text()) == ("14:00", "15:00")
    assert dialog.whose_choice.currentText() == "Dr Amara Osei"
    at.write(dialog.kind_edit, "Lunch")
    at.desk.press(RETURN, CONTROL)
    at.told("Blocked 14:00–15:00.")
    open_closure_dialog(desk, at.page, clinic_id=clinic.main, starts_at=clinic.at("14:00"))
    closing = at.desk.dialog(ClosureDialog)
    assert closing.from_edit.text() == "24 Nov 2026"
    at.desk.press(Qt.Key.Key_Escape)


# --- rooms, services, ways, rules ------------------------------------------------------------


def test_rooms_and_equipment_are_added(at: SettingsDesk) -> None:
    section = at.enter(ROOMS)
    at.desk.press(Qt.Key.Key_R, CONTROL | SHIFT)
    dialog = at.desk.dialog(ResourceDialog)
    at.write(dialog.name_edit, "2")
    at.desk.press(RETURN)
    at.desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert "already used" in dialog.card.problem.text()
    at.write(dialog.name_edit, "Treatment")
    at.desk.press(RETURN)
    at.told("Treatment saved.")
    at.click(section.add_equipment_button)
    dialog = at.desk.dialog(ResourceDialog)
    at.write(dialog.name_edit, "ECG 1")
    at.desk.press(RETURN)
    at.desk.qtbot.waitUntil(lambda: "such as ECG" in str(errors_in(dialog)))
    at.write(dialog.kind_edit, "ECG")
    at.desk.press(RETURN)
    at.told("ECG 1 saved.")
    assert [each.name for each in at.services.resources.equipment(SETUP)] == ["ECG 1"]
    assert at.services.resources.rooms(SETUP, at.clinic.main)[-1].name == "Treatment"


def test_a_service_is_changed_with_errors_at_the_field(at: SettingsDesk) -> None:
    section = at.enter(SERVICES)
    at.click(section.edit)
    dialog = at.desk.dialog(ServiceDialog)
    at.write(dialog.numbers["duration_minutes"], "3")
    at.write(dialog.numbers["minimum_notice_minutes"], "120")
    at.write(dialog.equipment_edit, "ECG")
    at.write(dialog.price_edit, "dear")
    at.desk.press(RETURN, CONTROL)
    assert "Price, with tax" in errors_in(dialog)
    at.write(dialog.price_edit, "80")
    at.desk.press(RETURN, CONTROL)
    at.desk.qtbot.waitUntil(lambda: "Length, minutes" in errors_in(dialog))
    at.write(dialog.numbers["duration_minutes"], "40")
    at.desk.press(RETURN, CONTROL)
    at.told("Check-up saved.")
    shown = {each.id: each for each in at.services.clinics.services(SETUP)}[at.clinic.check_up]
    assert (shown.duration_minutes, shown.price) == (40, Money(8000, "GBP"))
    assert (shown.minimum_notice_minutes, shown.equipment_kind) == (120, "ECG")
    assert shown.horizon_days is None


def test_the_way_between_clinics_is_saved(at: SettingsDesk) -> None:
    section = at.enter(TRAVEL)
    (edit,) = section.rows.edits.values()
    at.write(edit, "x")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    assert "whole number" in section.rows.error_at(next(iter(section.rows.edits)))
    at.write(edit, "20")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    at.told("Ways between clinics saved.")
    assert at.services.travel.travel_times(SETUP) == (
        TravelTime(at.clinic.main, at.clinic.river, 20),
    )


def test_rules_are_saved_and_what_is_out_of_reason_is_told(at: SettingsDesk) -> None:
    section = at.enter(RULES)
    section.holds.setFocus()
    at.desk.press(Qt.Key.Key_Space)
    at.write(section.booking.edits["horizon_days"], "0")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    assert section.booking.error_at("horizon_days") == "Please enter from 1 to 1095."
    at.write(section.booking.edits["horizon_days"], "90")
    at.write(section.booking.edits["late_cancel_hours"], "48")
    at.write(section.board.edits["waiting_limit_minutes"], "20")
    at.desk.press(Qt.Key.Key_S, CONTROL)
    at.told("Rules saved.")
    stored = at.services.settings.load(ScheduleSettings)
    assert (stored.requests_hold_slot, stored.horizon_days, stored.late_cancel_hours) == (
        False, 90, 48,
    )  # fmt: skip
    assert at.services.settings.load(VisitSettings).waiting_limit_minutes == 20
    assert len(at.services.audit.entries(SETUP, entity="settings")) == 2


# --- the check -------------------------------------------------------------------------------


def test_the_check_names_what_is_wrong_and_puts_it_in_order(at: SettingsDesk) -> None:
    booked = at.clinic.booked("14:00")
    flood = Closure(at.clinic.main, TUESDAY, TUESDAY, "Flood", starts_minute=780, ends_minute=900)
    at.services.closures.add_closure(SETUP, flood)
    at.until_idle()
    section = at.enter(HEALTH)
    assert [each.appointment_id for each in section.standing.model.records] == [booked.id]
    assert any("Sun 28 Mar 2027 02:00" in text for text in at.desk.texts())
    at.click(section.mend_standing)
    at.desk.dialog(HealthDialog)
    at.desk.press(RETURN, CONTROL)
    at.told("1 visit moved.")
    assert at.appointment(booked.id).starts_at == at.clinic.at("15:00")
    at.desk.qtbot.waitUntil(lambda: not section.standing.model.records)


def test_another_clinic_is_chosen_in_the_top_bar(at: SettingsDesk) -> None:
    section = at.enter(ROOMS)
    assert len(section.rooms.model.records) == 2
    at.choose(at.page.clinic_choice, "River")
    at.desk.qtbot.waitUntil(lambda: not section.rooms.model.records)
    assert any("No rooms yet" in text for text in at.desk.texts())


def test_an_administrator_sets_up_and_is_told_of_no_patient(at: SettingsDesk) -> None:
    at.desk.session.set_actor(ADMINISTRATOR)
    at.page.refresh()
    at.until_idle()
    for section in (HOURS, CLOSURES, BLOCKS, ROOMS, SERVICES, TRAVEL, RULES, BILLING):
        assert at.enter(section).isVisible()
    assert at.page.list.item(HEALTH).isHidden()
