"""The page of billing: its list and figures, one invoice, and refunds, by keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentStatus
from tests.billing_desk import MANAGER, RECEPTIONIST, BillingDesk, pounds
from tests.gui.page_desk import PageDesk, page_desk
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.page import BillingPage
from ui.billing.payment_dialog import PaymentDialog
from ui.billing.refund_dialog import RefundDialog


@pytest.fixture
def billing(file_database: Database, clock: FixedClock) -> BillingDesk:
    return BillingDesk(file_database, clock).set_up()


@pytest.fixture
def at_desk(
    qtbot: QtBot, billing: BillingDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, billing, clock, bus) as desk:
        desk.session.set_clinic(billing.clinic_id)
        yield desk


@pytest.fixture
def page(at_desk: PageDesk) -> BillingPage:
    made = BillingPage(at_desk.desk)
    at_desk.show(made)
    return made


def pay_cash(billing: BillingDesk, invoice: InvoiceRecord, minor: int) -> None:
    billing.payments.take_cash(
        RECEPTIONIST, invoice.id, amount=pounds(minor), tendered=pounds(minor)
    )


def cells(page: BillingPage) -> list[list[str]]:
    model = page.invoices.table.invoices
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def select(at_desk: PageDesk, page: BillingPage, invoice: InvoiceRecord) -> None:
    page.invoices.table.select(invoice.id)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() == invoice.id)
    page.invoices.table.setFocus()


def test_the_list_and_the_figures(at_desk: PageDesk, billing: BillingDesk) -> None:
    first, second = billing.invoice(9500), billing.invoice(4500)
    pay_cash(billing, first, 2000)
    pay_cash(billing, second, 4500)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.qtbot.waitUntil(lambda: len(cells(page)) == 2)
    assert cells(page) == [
        [second.number, "24 Nov", "Chloé Martin", "Dr Tom Barrett", "£45.00", "£0.00", "Paid"],
        [first.number, "24 Nov", "Chloé Martin", "Dr Tom Barrett", "£95.00", "£75.00", "Part paid"],
    ]
    assert page.invoices.cards.taken.text() == "£65.00"
    assert page.invoices.cards.outstanding.text() == "£75.00"
    assert page.invoices.cards.outstanding_note.text() == "1 open invoice"
    assert page.invoices.count.text() == "2 invoices"


def test_an_empty_list_teaches(at_desk: PageDesk, page: BillingPage) -> None:
    at_desk.qtbot.waitUntil(lambda: "No invoices yet" in at_desk.texts())


def test_typing_filters(at_desk: PageDesk, billing: BillingDesk) -> None:
    other = billing.add_patient("<b>Rosa</b>", "Álvarez")
    billing.invoice(9500)
    service = billing.offer(pounds(3000))
    rosa = billing.billing.invoice_visit(RECEPTIONIST, billing.visit(service, patient_id=other))
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    at_desk.press("rosa")
    at_desk.qtbot.waitUntil(lambda: [row[0] for row in cells(page)] == [rosa.number])
    assert cells(page)[0][2] == "<b>Rosa</b> Álvarez"
    at_desk.press(Qt.Key.Key_Return)
    at_desk.press(Qt.Key.Key_Return)
    dialog = at_desk.dialog(InvoiceDialog)
    assert dialog.card.title.text() == "<b>Rosa</b> Álvarez"
    rich = [
        label.text()
        for label in at_desk.window.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText
    ]
    assert rich == []


def test_another_desks_payment_appears_and_the_selection_stays(
    at_desk: PageDesk, billing: BillingDesk
) -> None:
    invoices = [billing.invoice(9500) for _ in range(3)]
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    select(at_desk, page, invoices[0])
    pay_cash(billing, invoices[0], 9500)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_record().due == pounds(0))
    assert page.invoices.table.current_id() == invoices[0].id


def test_an_invoice_opens_with_its_lines_and_payments(
    at_desk: PageDesk, billing: BillingDesk
) -> None:
    invoice = billing.invoice(9500, tax_basis_points=2000)
    pay_cash(billing, invoice, 5000)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    select(at_desk, page, invoice)
    at_desk.press(Qt.Key.Key_Return)
    dialog = at_desk.dialog(InvoiceDialog)
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert {"£79.17", "£15.83", "£95.00", "−£50.00", "£45.00", "Balance due"} <= set(shown)
    at_desk.press("p")
    payment = at_desk.dialog(PaymentDialog)
    assert payment.amount_edit.text() == "£45.00"


def test_the_payment_of_a_visit_begins_with_its_invoice(
    at_desk: PageDesk, billing: BillingDesk, page: BillingPage
) -> None:
    visit = billing.visit(billing.offer(pounds(6000)))
    page.open_item("payment", visit)
    dialog = at_desk.dialog(PaymentDialog)
    assert dialog.amount_edit.text() == "£60.00"
    assert dialog.way.current == 1
    assert len(billing.billing.invoices(MANAGER, clinic_id=billing.clinic_id)) == 1


def test_an_unfinished_visit_is_not_billed(
    at_desk: PageDesk, billing: BillingDesk, page: BillingPage
) -> None:
    service = billing.offer(pounds(6000))
    page.open_item("payment", billing.visit(service, status=AppointmentStatus.CONFIRMED))
    at_desk.qtbot.waitUntil(lambda: any("not finished yet" in text for text in at_desk.texts()))
    assert at_desk.dialogs(PaymentDialog) == []


def test_nothing_due_is_said(at_desk: PageDesk, billing: BillingDesk) -> None:
    invoice = billing.invoice(9500)
    pay_cash(billing, invoice, 9500)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    select(at_desk, page, invoice)
    at_desk.press("p")
    at_desk.qtbot.waitUntil(lambda: any("Nothing is due" in text for text in at_desk.texts()))


def test_a_part_is_refunded_in_three_keys_the_sum_and_the_reason(
    at_desk: PageDesk, billing: BillingDesk
) -> None:
    invoice = billing.invoice(9500)
    pay_cash(billing, invoice, 9500)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    select(at_desk, page, invoice)
    at_desk.press("r")
    dialog = at_desk.dialog(RefundDialog)
    assert dialog.button.accessibleName() == "Refund £95.00"
    at_desk.press("45")
    assert dialog.button.accessibleName() == "Refund £45.00"
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press("left early")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    (refund,) = billing.refunds.refunds_of_invoice(MANAGER, invoice.id)
    assert (refund.amount, refund.reason) == (pounds(4500), "left early")
    assert at_desk.messages == [f"£45.00 of {invoice.number} was given back."]
    at_desk.qtbot.waitUntil(lambda: page.invoices.cards.refunded.text() == "£45.00")


def test_a_refund_needs_a_reason_and_no_more_than_was_paid(
    at_desk: PageDesk, billing: BillingDesk
) -> None:
    invoice = billing.invoice(9500)
    pay_cash(billing, invoice, 5000)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    select(at_desk, page, invoice)
    at_desk.press("r")
    dialog = at_desk.dialog(RefundDialog)
    at_desk.press("80")
    at_desk.press(Qt.Key.Key_Return)
    assert "why the money is given back" in dialog.reason_error
    assert dialog.reason_edit.hasFocus()
    at_desk.press("too much")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert billing.refunds.refunds_of_invoice(MANAGER, invoice.id) == ()
    dialog.amount_edit.setFocus()
    dialog.amount_edit.selectAll()
    at_desk.press("50")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    (refund,) = billing.refunds.refunds_of_invoice(MANAGER, invoice.id)
    assert refund.amount == pounds(5000)


def test_nothing_paid_is_nothing_to_refund(at_desk: PageDesk, billing: BillingDesk) -> None:
    invoice = billing.invoice(9500)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    select(at_desk, page, invoice)
    at_desk.press("r")
    at_desk.qtbot.waitUntil(lambda: any("Nothing was paid" in text for text in at_desk.texts()))


def test_who_may_not_refund_sees_no_refund(at_desk: PageDesk, billing: BillingDesk) -> None:
    billing.invoice(9500)
    at_desk.session.set_actor(RECEPTIONIST)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.qtbot.waitUntil(lambda: len(cells(page)) == 1)
    assert not page.invoices.refund.isVisible()
    assert page.invoices.take.isVisible()
