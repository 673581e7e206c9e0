"""Accounts at the desk: their list, credit that is used and moved back, statements, reminders."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.payments.records import PaymentMethod
from tests.account_desk import AccountDesk
from tests.billing_desk import RECEPTIONIST
from tests.gui.page_desk import DOCTOR, PageDesk, page_desk
from ui.billing.account_dialog import AccountDialog
from ui.billing.accounts_view import AccountsView
from ui.billing.credit_dialog import ApplyCreditDialog, MoveBackDialog
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.overdue_dialog import RemindDialog
from ui.billing.page import BillingPage
from ui.billing.payment_dialog import PaymentDialog, Stage
from ui.billing.statement_dialog import StatementDialog
from ui.core.pdf_view import PdfDialog

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def accounts(file_database: Database, clock: FixedClock) -> AccountDesk:
    return AccountDesk(file_database, clock, writes=True).open()


@pytest.fixture
def at_desk(
    qtbot: QtBot, accounts: AccountDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, accounts.services, clock, bus) as desk:
        desk.session.set_clinic(accounts.clinic_id)
        yield desk


def open_view(at_desk: PageDesk) -> AccountsView:
    """Show the page, and switch to the accounts by their key."""
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.press(Qt.Key.Key_2, ALT)
    assert isinstance(page.view, AccountsView)
    return page.view


def cells(table: object) -> list[list[str]]:
    model = table.rows  # type: ignore[attr-defined]
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def family(accounts: AccountDesk) -> tuple[InvoiceRecord, InvoiceRecord]:
    """Let Rosa have 25 pounds too much on her invoice, and Leo owe 95."""
    rosas, leos = accounts.bill(accounts.rosa, 7500), accounts.bill(accounts.leo, 9500)
    accounts.overpay(rosas, 2500)
    return rosas, leos


def open_account(at_desk: PageDesk) -> AccountDialog:
    view = open_view(at_desk)
    at_desk.qtbot.waitUntil(lambda: view.accounts.rows.rowCount() > 0)
    at_desk.press(Qt.Key.Key_Return)
    found: AccountDialog = at_desk.dialog(AccountDialog)
    return found


def test_the_list_shows_who_owes_and_who_has_credit(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    family(accounts)
    accounts.bill(accounts.patient_id, 3000)
    view = open_view(at_desk)
    at_desk.qtbot.waitUntil(lambda: view.count.text() == "2 accounts")
    rows = cells(view.accounts)
    assert [row[0] for row in rows] == ["Rosa Álvarez", "Chloé Martin"]
    assert rows[0][3:] == ["1", "08 Dec", "—", "£25.00", "£95.00"]
    at_desk.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    at_desk.press("chlo")
    at_desk.qtbot.waitUntil(lambda: view.count.text() == "1 account")
    at_desk.press("x")
    at_desk.qtbot.waitUntil(lambda: "No account fits that." in at_desk.texts())


def test_the_account_of_an_invoice_opens_by_its_key(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    rosas, leos = family(accounts)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    page.invoices.table.select(leos.id)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() == leos.id)
    at_desk.press(Qt.Key.Key_A)
    dialog = at_desk.dialog(AccountDialog)
    assert dialog.owed.text() == "£95.00 owed"
    assert dialog.aside.text() == "£25.00 in credit"
    names = [name for name, _ in dialog.family.facts]
    assert names == ["Rosa Álvarez", "Leo Álvarez", "Mia Álvarez"]
    assert dialog.family.facts[0][1] == "Nothing is owed · £25.00 in credit · pays for all"
    assert dialog.credits.facts == (("Rosa Álvarez", f"£25.00 · paid too much on {rosas.number}"),)
    assert dialog.recent.facts[-1] == ("24 Nov 2026", f"£75.00 · {rosas.number} · Invoice")
    assert dialog.pay.text() == "Pay all £95.00"


def test_credit_is_used_with_two_keys_and_moved_back(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    rosas, leos = family(accounts)
    account = open_account(at_desk)
    assert not account.back.isVisible()
    at_desk.press(Qt.Key.Key_C)
    apply = at_desk.dialog(ApplyCreditDialog)
    assert apply.button.text() == "Use £25.00 of credit"
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: account.owed.text() == "£70.00 owed")
    assert accounts.dues(rosas, leos) == [0, 7000]
    assert f"£25.00 of {leos.number} paid with credit" in at_desk.messages
    assert not account.apply.isVisible()
    at_desk.press(Qt.Key.Key_B)
    back = at_desk.dialog(MoveBackDialog)
    assert back.choice.currentText() == f"£25.00 · from {rosas.number} to {leos.number}"
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: account.owed.text() == "£95.00 owed")
    assert accounts.dues(rosas, leos) == [-2500, 9500]


def test_a_smaller_amount_and_a_refusal_stay_in_the_dialog(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    rosas, leos = family(accounts)
    mias = accounts.bill(accounts.mia, 1000)
    open_account(at_desk)
    at_desk.press(Qt.Key.Key_C)
    apply = at_desk.dialog(ApplyCreditDialog)
    apply.invoice_choice.setCurrentIndex(apply.invoice_choice.findData(mias.id))
    assert apply.amount_edit.text() == "£10.00"
    apply.amount_edit.selectAll()
    at_desk.press("x")
    assert apply.button.text() == "Apply credit"
    at_desk.press(Qt.Key.Key_Return)
    assert "Please enter an amount such as 45.00." in at_desk.texts()
    accounts.apply(rosas, leos, 2400)
    apply.amount_edit.selectAll()
    at_desk.press("5")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(
        lambda: any(text.startswith("Only £1.00 of credit is left") for text in at_desk.texts())
    )
    assert accounts.dues(mias) == [1000]
    apply.amount_edit.selectAll()
    at_desk.press("1")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: accounts.dues(mias) == [900])


def test_all_open_invoices_are_paid_at_once(at_desk: PageDesk, accounts: AccountDesk) -> None:
    leos, mias = accounts.bill(accounts.leo, 9500), accounts.bill(accounts.mia, 4500)
    elsewhere = accounts.bill_yen(accounts.leo, 900)
    account = open_account(at_desk)
    assert account.owed.text() == "£140.00 and ¥900 owed"
    assert account.pay.text() == "Pay all £140.00"
    at_desk.press(Qt.Key.Key_P)
    payment = at_desk.dialog(PaymentDialog)
    assert payment.amount_edit.text() == "£140.00"
    payment.form.choose(PaymentMethod.CASH)
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: payment.stage is Stage.PAID)
    assert accounts.dues(leos, mias, elsewhere) == [0, 0, 900]


def test_a_statement_is_shown_as_it_is_printed(at_desk: PageDesk, accounts: AccountDesk) -> None:
    family(accounts)
    open_account(at_desk)
    at_desk.press(Qt.Key.Key_S)
    dialog = at_desk.dialog(StatementDialog)
    assert dialog.from_edit.text() == "24 Nov 2025"
    assert dialog.family_tick.isChecked()
    dialog.until_edit.setText("01 Jan 2020")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(
        lambda: any("ends before it begins" in text for text in at_desk.texts())
    )
    dialog.until_edit.setText("never")
    at_desk.press(Qt.Key.Key_Return)
    dialog.until_edit.setText("24 Nov 2026")
    at_desk.press(Qt.Key.Key_Return)
    paper = at_desk.dialog(PdfDialog)
    at_desk.qtbot.waitUntil(lambda: paper.is_rendered)
    assert paper.card.title.text() == "Statement · Rosa Álvarez"


def test_an_open_invoice_opens_from_its_account(at_desk: PageDesk, accounts: AccountDesk) -> None:
    _rosas, leos = family(accounts)
    open_account(at_desk)
    at_desk.press(Qt.Key.Key_Return)
    assert at_desk.dialog(InvoiceDialog).invoice.id == leos.id


def test_who_takes_no_payments_sees_no_buttons_for_it(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    family(accounts)
    account = open_account(at_desk)
    account.finish()
    at_desk.session.set_actor(DOCTOR)
    made = AccountDialog(at_desk.window, at_desk.desk, account.account)
    made.open()
    assert not made.pay.isVisible()
    assert not made.apply.isVisible()
    made.finish()


# --- overdue -------------------------------------------------------------------------------


def late(accounts: AccountDesk) -> InvoiceRecord:
    invoice = accounts.bill(accounts.leo, 9500)
    accounts.clock.advance(timedelta(days=24))
    return invoice


def open_overdue(at_desk: PageDesk) -> AccountsView:
    view = open_view(at_desk)
    view.filter.setFocus()
    at_desk.press(Qt.Key.Key_Right)
    at_desk.qtbot.waitUntil(lambda: view.count.text() == "1 overdue invoice")
    view.overdue.setFocus()
    return view


def test_overdue_invoices_say_what_is_next(at_desk: PageDesk, accounts: AccountDesk) -> None:
    invoice = late(accounts)
    view = open_overdue(at_desk)
    assert cells(view.overdue) == [
        [
            invoice.number, "Rosa Álvarez", "020 7946 0147", "08 Dec", "10 days late", "£95.00",
            "—", "Remind",
        ]
    ]  # fmt: skip
    assert view.take.isVisible()
    assert not view.account.isVisible()
    assert view.invoice_id() == invoice.id


def test_a_reminder_goes_by_mail_with_two_keys(at_desk: PageDesk, accounts: AccountDesk) -> None:
    invoice = late(accounts)
    view = open_overdue(at_desk)
    at_desk.press(Qt.Key.Key_R)
    dialog = at_desk.dialog(RemindDialog)
    assert ("For", "Leo Álvarez") in dialog.facts.facts
    assert ("Last reminder", "none yet") in dialog.facts.facts
    at_desk.press(Qt.Key.Key_Return)
    sentence = f"1st reminder of {invoice.number} to Rosa Álvarez by e-mail"
    at_desk.qtbot.waitUntil(lambda: sentence in at_desk.messages)
    at_desk.qtbot.waitUntil(lambda: cells(view.overdue)[0][6:] == ["1st on 18 Dec", "Waiting"])
    at_desk.press(Qt.Key.Key_R)
    at_desk.dialog(RemindDialog)
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(
        lambda: any("went out today already" in text for text in at_desk.texts())
    )


def test_a_letter_is_shown_and_can_be_shown_again(at_desk: PageDesk, accounts: AccountDesk) -> None:
    late(accounts)
    view = open_overdue(at_desk)
    at_desk.press(Qt.Key.Key_R)
    at_desk.dialog(RemindDialog)
    at_desk.press(Qt.Key.Key_L)
    paper = at_desk.dialog(PdfDialog)
    at_desk.qtbot.waitUntil(lambda: paper.is_rendered)
    paper.finish()
    at_desk.qtbot.waitUntil(lambda: cells(view.overdue)[0][6].startswith("1st"))
    view.overdue.setFocus()
    at_desk.press(Qt.Key.Key_R)
    again = at_desk.dialog(RemindDialog)
    assert again.again.isVisible()
    at_desk.press(Qt.Key.Key_A)
    at_desk.qtbot.waitUntil(lambda: bool(at_desk.dialogs(PdfDialog)))
    rows = accounts.services.overdue.overdue(RECEPTIONIST, accounts.clinic_id)
    assert rows[0].level == 1


def test_without_an_address_only_the_letter_is_offered(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    accounts.set_guarantor(accounts.leo, None)
    late(accounts)
    view = open_overdue(at_desk)
    assert cells(view.overdue)[0][7] == "Write a letter"
    at_desk.press(Qt.Key.Key_R)
    dialog = at_desk.dialog(RemindDialog)
    assert not dialog.mail.isVisible()
    at_desk.press(Qt.Key.Key_Return)
    at_desk.dialog(PdfDialog)
