"""A large refund asks for a second person in the dialog, and keeps what was typed."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.app import Services
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.settings.records import RefundSettings
from clinicdesk.staff.passwords import Passwords
from clinicdesk.staff.records import NewUser
from clinicdesk.staff.service import StaffService
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.gui.page_desk import PageDesk, page_desk
from tests.services import services_over
from ui.billing.page import BillingPage
from ui.billing.refund_dialog import RefundDialog

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PASSWORD = "three plain words"


@pytest.fixture
def services(file_database: Database, clock: FixedClock, bus: ChangeBus) -> Services:
    return services_over(file_database, clock, bus=bus)


@pytest.fixture
def at_desk(
    qtbot: QtBot, services: Services, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, services, clock, bus) as desk:
        yield desk


def test_the_second_person_signs_in_the_dialog(
    at_desk: PageDesk, services: Services, file_database: Database, clock: FixedClock
) -> None:
    billing = BillingDesk(file_database, clock).set_up()
    at_desk.session.set_clinic(billing.clinic_id)
    staff = StaffService(file_database, clock=clock, audit=services.audit, passwords=QUICK)
    staff.add_user(SETUP, NewUser("ruth", "Ruth Amos", PASSWORD, frozenset({Role.MANAGER})))
    services.settings.save(SETUP, RefundSettings(second_person_from_minor=5000))
    invoice = billing.invoice(9500)
    billing.payments.take_cash(RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due)
    at_desk.session.set_actor(Actor(None, "John Abara", frozenset({Role.MANAGER})))
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() == invoice.id)
    page.invoices.table.setFocus()
    at_desk.press("r")
    dialog = at_desk.dialog(RefundDialog)
    dialog.reason_edit.setText("Wrong service")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(dialog.second.isVisible)
    assert "needs a second person" in dialog.card.problem.text()
    at_desk.press("ruth")
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press("wrong")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: not dialog.is_busy)
    assert billing.refunds.refunds_of_invoice(MANAGER, invoice.id) == ()
    dialog.password_edit.setText(PASSWORD)
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    (refund,) = billing.refunds.refunds_of_invoice(MANAGER, invoice.id)
    assert refund.amount == pounds(9500)
