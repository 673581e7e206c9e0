"""A refund that the bank sent back is shown on its invoice until somebody has seen to it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST
from tests.gui.page_desk import PageDesk, page_desk
from tests.refund_desk import RefundDesk, refund_desk
from ui.billing.bounced_dialog import BouncedRefundDialog
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.page import BillingPage


@pytest.fixture
def billing(file_database: Database, clock: FixedClock) -> Iterator[RefundDesk]:
    with TrainingStripe(clock=clock) as stripe:
        desk = refund_desk(file_database, clock, stripe)
        refund = desk.refund(desk.paid(9500), 3000)
        desk.events().catch_up(MANAGER)
        stripe.settle_refund(next(iter(stripe._book.table("refunds"))), status="failed")
        desk.events().catch_up(MANAGER)
        assert desk.refunds.bounced(RECEPTIONIST)[0].id == refund.id
        yield desk


@pytest.fixture
def at_desk(
    qtbot: QtBot, billing: RefundDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, billing, clock, bus) as desk:
        desk.session.set_clinic(billing.clinic_id)
        yield desk


def test_the_note_takes_it_off_the_list(at_desk: PageDesk, billing: RefundDesk) -> None:
    at_desk.session.set_actor(MANAGER)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    said: list[str] = []
    page.message_posted.connect(said.append)
    page.invoice_desk.open_invoice(billing.invoice_id)
    at_desk.dialog(InvoiceDialog)
    at_desk.press(Qt.Key.Key_S)
    dialog = at_desk.dialog(BouncedRefundDialog)
    at_desk.press(Qt.Key.Key_Return)
    assert dialog.is_open, "nothing was said about it yet"
    at_desk.press("Paid out in cash")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: bool(said))
    assert said == ["£30.00 of INV-2026-00001 seen to"]
    assert billing.refunds.bounced(RECEPTIONIST) == ()


def test_a_receptionist_reads_of_it_and_leaves_it_to_the_manager(
    at_desk: PageDesk, billing: RefundDesk
) -> None:
    at_desk.session.set_actor(RECEPTIONIST)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    page.invoice_desk.open_invoice(billing.invoice_id)
    invoice = at_desk.dialog(InvoiceDialog)
    assert len(invoice.bounced) == 1
    at_desk.press(Qt.Key.Key_S)
    assert invoice.is_open
