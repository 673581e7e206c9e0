"""The rules of billing are set in Settings, and hold from the next invoice on."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.app import Services
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.settings.records import (
    BillingSettings,
    FeeSettings,
    OverdueSettings,
    RefundSettings,
)
from tests.billing_desk import SETUP, BillingDesk
from tests.gui.page_desk import PageDesk, page_desk
from tests.services import services_over
from ui.settings.billing_section import BillingSection
from ui.settings.page import SettingsPage

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def services(file_database: Database, clock: FixedClock, bus: ChangeBus) -> Services:
    BillingDesk(file_database, clock).set_up()
    return services_over(file_database, clock, bus=bus)


@pytest.fixture
def at_desk(
    qtbot: QtBot, services: Services, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, services, clock, bus) as desk:
        yield desk


def section_of(at_desk: PageDesk) -> BillingSection:
    page = SettingsPage(at_desk.desk)
    at_desk.show(page)
    (section,) = (each for each in page.sections if isinstance(each, BillingSection))
    page.list.setCurrentRow(page.sections.index(section))
    at_desk.qtbot.waitUntil(lambda: section.terms.edits["payment_term_days"].text() == "14")
    return section


def test_the_rules_are_stored_together(at_desk: PageDesk, services: Services) -> None:
    section = section_of(at_desk)
    typed = {
        section.terms.edits["payment_term_days"]: "30",
        section.discounts.edits["receptionist_discount_percent"]: "5",
        section.fees.edits["no_show_percent"]: "50",
        section.reminders.edits["first_after_days"]: "10",
        section.limit: "£200.00",
    }
    for edit, text in typed.items():
        edit.setFocus()
        edit.selectAll()
        at_desk.press(text)
    section.charges.click()
    at_desk.press(Qt.Key.Key_S, CONTROL)
    at_desk.qtbot.waitUntil(lambda: at_desk.messages == ["Rules saved."])
    load = services.settings.load
    assert load(BillingSettings) == BillingSettings(30, 5, 25, 100)
    assert load(FeeSettings) == FeeSettings(50, 0, is_automatic=True)
    assert load(OverdueSettings) == OverdueSettings(10, 21, 35)
    assert load(RefundSettings) == RefundSettings(20_000)
    changes = [e for e in services.audit.entries(SETUP) if e.action == "change billing rules"]
    assert len(changes) == 4


@pytest.mark.parametrize(
    ("rows", "field", "typed"),
    [
        ("discounts", "manager_discount_percent", "101"),
        ("fees", "late_cancel_percent", "101"),
        ("reminders", "second_after_days", "3"),
        ("terms", "payment_term_days", "x"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    at_desk: PageDesk, services: Services, rows: str, field: str, typed: str
) -> None:
    section = section_of(at_desk)
    edit = getattr(section, rows).edits[field]
    edit.setFocus()
    edit.selectAll()
    at_desk.press(typed)
    at_desk.press(Qt.Key.Key_S, CONTROL)
    at_desk.qtbot.waitUntil(lambda: bool(getattr(section, rows).error_at(field)))
    assert services.settings.load(BillingSettings) == BillingSettings()


def test_a_limit_that_is_no_amount_is_refused(at_desk: PageDesk, services: Services) -> None:
    section = section_of(at_desk)
    section.limit.setFocus()
    at_desk.press("much")
    at_desk.press(Qt.Key.Key_S, CONTROL)
    assert "amount" in section._limit_box.error
    assert services.settings.load(RefundSettings) == RefundSettings()
