"""The patient sees on the reader what is to be paid, and the card is asked for after it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.settings.records import PaymentSettings
from clinicdesk.settings.workstation import ReaderChoice
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import SETUP
from tests.gui.page_desk import MANAGER, PageDesk, page_desk
from tests.money_desk import MoneyDesk
from tests.stripe_desk import OTHER_READER, READER
from ui.billing.page import BillingPage
from ui.billing.payment_dialog import PaymentDialog, Stage
from ui.shell.status_bar import StatusBar, StatusItem
from ui.shell.vitals import Vitals


@pytest.fixture
def money(file_database: Database, clock: FixedClock) -> Iterator[MoneyDesk]:
    with TrainingStripe(clock=clock) as stripe:
        made = MoneyDesk(file_database, clock, stripe=stripe).open()
        settings = PaymentSettings(api_base=stripe.api_base, shows_cart=True)
        made.services.settings.save(SETUP, settings)
        yield made


@pytest.fixture
def at_desk(
    qtbot: QtBot, money: MoneyDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, money.services, clock, bus) as desk:
        desk.session.set_clinic(money.clinic_id)
        yield desk


def open_payment(at_desk: PageDesk, money: MoneyDesk) -> PaymentDialog:
    money.invoice(9500)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() is not None)
    page.invoices.table.setFocus()
    at_desk.press("p")
    dialog: PaymentDialog = at_desk.dialog(PaymentDialog)
    return dialog


def shown(money: MoneyDesk, reader: str = READER) -> str:
    action = money.stripe.shown_on(reader)
    return str(action["type"]) if action else ""


def test_the_lines_are_shown_and_the_card_is_asked_for_after(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    dialog = open_payment(at_desk, money)
    at_desk.qtbot.waitUntil(lambda: shown(money) == "set_reader_display")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: shown(money) == "process_payment_intent")
    money.stripe.present_card(READER)
    at_desk.qtbot.waitUntil(lambda: dialog.stage is Stage.PAID, timeout=10_000)


def test_a_hurried_desk_waits_for_the_readers_answer(at_desk: PageDesk, money: MoneyDesk) -> None:
    fault = Fault(FaultKind.HOLD_BEFORE, path="/v1/terminal/readers/*/set_reader_display")
    money.stripe.faults.add(fault)
    open_payment(at_desk, money)
    at_desk.press(Qt.Key.Key_Return)
    assert fault.reached.wait(5)
    assert not any("process_payment" in seen.path for seen in money.stripe.log)
    fault.release()
    at_desk.qtbot.waitUntil(lambda: shown(money) == "process_payment_intent")


def test_a_dialog_that_is_left_clears_the_reader(at_desk: PageDesk, money: MoneyDesk) -> None:
    open_payment(at_desk, money)
    at_desk.qtbot.waitUntil(lambda: shown(money) == "set_reader_display")
    at_desk.press(Qt.Key.Key_Escape)
    at_desk.qtbot.waitUntil(lambda: shown(money) == "")


def test_another_reader_takes_the_lines_over(at_desk: PageDesk, money: MoneyDesk) -> None:
    dialog = open_payment(at_desk, money)
    at_desk.qtbot.waitUntil(lambda: shown(money) == "set_reader_display")
    dialog.form.reader_choice.setCurrentIndex(1)
    at_desk.qtbot.waitUntil(lambda: shown(money, OTHER_READER) == "set_reader_display")
    assert shown(money) == ""


def test_a_desk_takes_its_own_reader_first(at_desk: PageDesk, money: MoneyDesk) -> None:
    other = money.reader_ids["Front desk 2"]
    money.services.workstation.save(MANAGER, ReaderChoice(reader_id=other))
    dialog = open_payment(at_desk, money)
    assert dialog.form.reader_choice.currentData() == other


def test_a_key_that_is_refused_is_told_at_the_foot_of_the_window(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    money.stripe.faults.add(Fault(FaultKind.KEY_REFUSED, method="GET", path="*", times=1))
    bar = StatusBar(at_desk.theme)
    vitals = Vitals(at_desk.desk, bar, "Europe/London")
    vitals.setParent(at_desk.window)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    page.show_view(3)
    at_desk.press("k")

    def told() -> bool:
        vitals.refresh()
        texts = [item.text() for item in bar.findChildren(StatusItem)]
        return "The card provider refuses the key" in texts

    at_desk.qtbot.waitUntil(told)
    assert at_desk.presenter.bugs == []
