"""Putting an invoice together, correcting one and deciding fees, by keys in a real window."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.app import Services
from clinicdesk.billing.records import InvoiceKind, InvoiceState
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.settings.records import FeeSettings
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.gui.page_desk import CHLOE, PageDesk, page_desk
from tests.services import services_over
from ui.billing.credit_note_dialog import CreditNoteDialog
from ui.billing.fee_dialog import FeeDialog
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.invoice_editor import InvoiceEditor
from ui.billing.page import BillingPage
from ui.core.reason_dialog import ReasonDialog

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def services(file_database: Database, clock: FixedClock, bus: ChangeBus) -> Services:
    return services_over(file_database, clock, bus=bus)


@pytest.fixture
def billing(file_database: Database, clock: FixedClock, services: Services) -> BillingDesk:
    made = BillingDesk(file_database, clock).set_up()
    made.patient_id = services.patients.add(SETUP, CHLOE).id
    return made


@pytest.fixture
def at_desk(
    qtbot: QtBot, services: Services, billing: BillingDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, services, clock, bus) as desk:
        desk.session.set_clinic(billing.clinic_id)
        yield desk


def opened(at_desk: PageDesk) -> BillingPage:
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    return page


def with_invoice(at_desk: PageDesk, billing: BillingDesk, minor: int = 9500):  # type: ignore[no-untyped-def]
    invoice = billing.invoice(minor, tax_basis_points=2000)
    page = opened(at_desk)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() == invoice.id)
    page.invoices.table.setFocus()
    return invoice


def choose_chloe(at_desk: PageDesk) -> InvoiceEditor:
    at_desk.press("n")
    dialog: InvoiceEditor = at_desk.dialog(InvoiceEditor)
    at_desk.press("chl")
    at_desk.qtbot.waitUntil(dialog.patient.list.isVisible)
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: any(row.what.hasFocus() for row in dialog.lines.rows))
    return dialog


def test_a_free_line_with_a_discount_is_issued(at_desk: PageDesk, billing: BillingDesk) -> None:
    page = opened(at_desk)
    page.invoices.table.setFocus()
    at_desk.qtbot.waitUntil(lambda: "No invoices yet" in at_desk.texts())
    page.setFocus()
    dialog = choose_chloe(at_desk)
    at_desk.press("Certificate")
    for typed in ("2", "15.00", "20"):
        at_desk.press(Qt.Key.Key_Tab)
        at_desk.press(typed)
    assert dialog.button.accessibleName() == "Issue £30.00"
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press("10 %")
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    at_desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert "why something is taken off" in dialog.card.problem.text()
    assert dialog.lines.rows[0].why.hasFocus()
    at_desk.press("Long wait")
    assert dialog.button.accessibleName() == "Issue £27.00"
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    shown = at_desk.dialog(InvoiceDialog)
    assert shown.invoice.total == pounds(2700)
    assert shown.invoice.lines[0].discount == pounds(300)
    assert at_desk.messages == [f"{shown.invoice.number} issued: £27.00"]


def test_a_finished_visit_comes_with_its_service(at_desk: PageDesk, billing: BillingDesk) -> None:
    visit = billing.visit(billing.offer(pounds(9500), name="Skin check", tax_basis_points=2000))
    page = opened(at_desk)
    page.setFocus()
    dialog = choose_chloe(at_desk)
    at_desk.qtbot.waitUntil(lambda: dialog.button.accessibleName() == "Issue £95.00")
    at_desk.press(Qt.Key.Key_L, CONTROL)
    at_desk.press("Dressing")
    row = dialog.lines.rows[1]
    row.price.setFocus()
    at_desk.press("8")
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    shown = at_desk.dialog(InvoiceDialog)
    assert (shown.invoice.appointment_id, shown.invoice.total) == (visit, pounds(10_300))


def test_a_service_typed_by_name_brings_its_price(at_desk: PageDesk, billing: BillingDesk) -> None:
    billing.offer(pounds(4200), name="Vaccination", tax_basis_points=500)
    page = opened(at_desk)
    page.setFocus()
    dialog = choose_chloe(at_desk)
    dialog.lines.rows[0].what.setText("Vaccination")
    assert dialog.lines.rows[0].price.text() == "£42.00"
    assert dialog.lines.rows[0].tax.text() == "5"
    at_desk.session.set_actor(RECEPTIONIST)
    dialog.lines.rows[0].price.setText("10.00")
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    at_desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert "10 %" in dialog.card.problem.text()


def test_nothing_is_issued_without_a_patient_or_with_nonsense(
    at_desk: PageDesk, billing: BillingDesk
) -> None:
    page = opened(at_desk)
    page.setFocus()
    at_desk.press("n")
    dialog = at_desk.dialog(InvoiceEditor)
    dialog.lines.rows[0].what.setText("Check")
    dialog.lines.rows[0].price.setText("ten")
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    assert dialog._fields["patient"].error == "Please choose the patient."
    dialog.patient.edit.setFocus()
    at_desk.press("chl")
    at_desk.qtbot.waitUntil(dialog.patient.list.isVisible)
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: dialog.patient.patient is not None)
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    at_desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert dialog.lines.rows[0].price.hasFocus()
    assert billing.billing.invoices(MANAGER, clinic_id=billing.clinic_id) == ()


def test_a_part_of_an_invoice_is_credited(at_desk: PageDesk, billing: BillingDesk) -> None:
    invoice = with_invoice(at_desk, billing)
    at_desk.press("c")
    dialog = at_desk.dialog(CreditNoteDialog)
    assert dialog.button.accessibleName() == "Credit £95.00"
    at_desk.press(Qt.Key.Key_Return)
    assert "why this is credited" in dialog._fields["reason"].error
    at_desk.press("Not done")
    at_desk.press(Qt.Key.Key_Tab)
    (edit,) = dialog.amount_edits.values()
    edit.selectAll()
    at_desk.press("45")
    assert dialog.button.accessibleName() == "Credit £45.00"
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    assert at_desk.messages == [f"£45.00 of {invoice.number} credited: CN-2026-00001"]
    assert billing.again(invoice).due == pounds(5000)


def test_more_than_is_left_is_not_credited(at_desk: PageDesk, billing: BillingDesk) -> None:
    invoice = with_invoice(at_desk, billing)
    at_desk.press("c")
    dialog = at_desk.dialog(CreditNoteDialog)
    at_desk.press("x")
    (edit,) = dialog.amount_edits.values()
    edit.setText("95.01")
    at_desk.press(Qt.Key.Key_Return)
    assert "Only £95.00" in dialog.card.problem.text()
    edit.setText("95.00")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: billing.again(invoice).state is InvoiceState.CREDITED)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    at_desk.press("c")
    at_desk.qtbot.waitUntil(lambda: any("nothing left" in text for text in at_desk.texts()))


def test_a_fee_is_charged_and_another_let_off(
    at_desk: PageDesk, billing: BillingDesk, services: Services
) -> None:
    services.settings.save(SETUP, FeeSettings(no_show_percent=50))
    for name in ("Check", "Vaccination"):
        service = billing.offer(pounds(6000), name=name)
        billing.visit(service, status=AppointmentStatus.NO_SHOW)
    page = opened(at_desk)
    page.setFocus()
    at_desk.press("f")
    dialog = at_desk.dialog(FeeDialog)
    assert dialog.charge.accessibleName() == "Charge £30.00"
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: dialog.fees.rowCount() == 1)
    (invoice,) = billing.billing.invoices(MANAGER, clinic_id=billing.clinic_id)
    assert (invoice.kind, invoice.total) == (InvoiceKind.FEE, pounds(3000))
    at_desk.press("l")
    at_desk.dialog(ReasonDialog)
    at_desk.press("Was ill")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: dialog.fees.rowCount() == 0)
    assert at_desk.messages[-1] == "Chloé Martin was let off £30.00"


def test_the_more_menu_names_what_can_be_done(at_desk: PageDesk, billing: BillingDesk) -> None:
    with_invoice(at_desk, billing)
    page = at_desk.window.findChild(BillingPage)
    menu = page._menu.open_for(1, page.mapToGlobal(page.rect().center()), is_of_page=True)
    labels = [action.text() for action in menu.actions() if action.text()]
    assert {"New invoice\tN", "Fees\tF", "Credit note\tC"} <= set(labels)
    menu.close()
    at_desk.session.set_actor(RECEPTIONIST)
    menu = page._menu.open_for(1, page.mapToGlobal(page.rect().center()), is_of_page=True)
    assert "Credit note\tC" not in [action.text() for action in menu.actions()]
    menu.close()
