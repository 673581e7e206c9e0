"""A payment link at the desk: made by a key, shown as a code, followed until it is paid."""

from collections.abc import Iterator

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.documents.qr import dark_runs, qr_modules
from clinicdesk.payments.records import LinkState
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import RECEPTIONIST, pounds
from tests.gui.page_desk import PageDesk, page_desk
from tests.money_desk import MoneyDesk
from ui.billing.link_dialog import LinkDialog
from ui.billing.page import BillingPage
from ui.billing.payment_dialog import PaymentDialog


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as started:
        yield started


@pytest.fixture
def money(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(file_database, clock, stripe=stripe).open()


@pytest.fixture
def at_desk(
    qtbot: QtBot, money: MoneyDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, money.services, clock, bus) as desk:
        desk.session.set_clinic(money.clinic_id)
        yield desk


@pytest.fixture
def invoice(money: MoneyDesk) -> InvoiceRecord:
    return money.invoice(9500)


@pytest.fixture
def dialog(at_desk: PageDesk, invoice: InvoiceRecord) -> LinkDialog:
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() == invoice.id)
    page.invoices.table.setFocus()
    at_desk.press("l")
    shown: LinkDialog = at_desk.dialog(LinkDialog)
    return shown


def test_the_code_and_the_address_are_shown_and_copied(
    at_desk: PageDesk, dialog: LinkDialog
) -> None:
    assert dialog.picture.text == dialog.address.text() == dialog.link.url
    at_desk.press("c")
    assert QApplication.clipboard().text() == dialog.link.url
    shot = dialog.picture.grab().toImage()
    assert shot.pixelColor(2, 2).lightness() == 255


def test_what_is_paid_on_the_page_is_told(
    at_desk: PageDesk, money: MoneyDesk, invoice: InvoiceRecord, dialog: LinkDialog
) -> None:
    money.stripe.pay_page(money.stripe.open_link(dialog.link.url))
    dialog.look()
    at_desk.qtbot.waitUntil(lambda: dialog.link.state is LinkState.PAID)
    assert at_desk.messages == [f"£95.00 of {invoice.number} paid by link"]
    assert money.again(invoice).due == pounds(0)
    assert dialog.leave.accessibleName() == "Close"


def test_a_link_is_closed_by_its_key(
    at_desk: PageDesk, money: MoneyDesk, invoice: InvoiceRecord, dialog: LinkDialog
) -> None:
    at_desk.press("x")
    at_desk.qtbot.waitUntil(lambda: dialog.link.state is LinkState.CLOSED)
    assert "closed" in dialog.sentence.text()
    at_desk.press(Qt.Key.Key_Escape)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    link = money.services.links.link_of_invoice(RECEPTIONIST, invoice.id)
    assert link is not None
    assert link.state is LinkState.CLOSED


def test_the_payment_dialog_leads_to_the_link_of_the_one_invoice(
    at_desk: PageDesk, money: MoneyDesk, invoice: InvoiceRecord
) -> None:
    money.invoice(2000)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() is not None)
    page.invoice_desk.take_payment(invoice.id)
    payment = at_desk.dialog(PaymentDialog)
    payment.form.more.marks[0].setChecked(True)
    assert payment.amount_edit.text() == "£115.00"
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press(Qt.Key.Key_Left)
    assert payment.amount_edit.text() == "£95.00"
    assert not payment.form.more.isVisible()
    at_desk.press(Qt.Key.Key_Left)
    assert (payment.amount_edit.text(), payment.form.more.isVisible()) == ("£115.00", True)
    at_desk.press(Qt.Key.Key_Right)
    assert payment.take.accessibleName() == "Make a payment link"
    at_desk.press(Qt.Key.Key_Return)
    shown = at_desk.dialog(LinkDialog)
    assert (shown.link.amount, at_desk.dialogs(PaymentDialog)) == (pounds(9500), [])


def test_a_code_has_its_light_edge_and_three_corners() -> None:
    modules = qr_modules("https://pay.training.example/abc")
    assert len(modules) == len(modules[0]) >= 29
    assert not any(modules[row][column] for row in range(4) for column in range(len(modules)))
    assert all(modules[4][4:11])
    assert dark_runs((True, True, False, True)) == [(0, 2), (3, 1)]


def test_the_invoice_carries_the_code_while_the_link_is_open(
    money: MoneyDesk, invoice: InvoiceRecord
) -> None:
    def words() -> str:
        pdf = money.services.documents.generate_invoice_pdf(RECEPTIONIST, invoice.id)
        document = pypdfium2.PdfDocument(pdf)
        text = str(document[0].get_textpage().get_text_bounded())
        document.close()
        return text

    assert "Scan to pay" not in words()
    link = money.services.links.open_link(RECEPTIONIST, invoice.id)
    assert "Scan to pay" in words()
    money.services.links.close(RECEPTIONIST, link.id)
    assert "Scan to pay" not in words()
