"""A payment in doubt stays in sight, and its outcome is told in words once it is known."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.payments.records import PaymentStatus
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import SETUP
from tests.gui.page_desk import PageDesk, page_desk
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.page import BillingPage
from ui.shell.status_bar import StatusBar
from ui.shell.vitals import Vitals

TIMEOUT_MS = 10_000


@pytest.fixture
def money(file_database: Database, clock: FixedClock) -> Iterator[MoneyDesk]:
    with TrainingStripe(clock=clock) as stripe:
        yield MoneyDesk(file_database, clock, stripe=stripe).open()


@pytest.fixture
def at_desk(
    qtbot: QtBot, money: MoneyDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, money.services, clock, bus) as desk:
        desk.session.set_clinic(money.clinic_id)
        yield desk


def watch(at_desk: PageDesk) -> tuple[Vitals, list[str]]:
    told: list[str] = []
    vitals = Vitals(at_desk.desk, StatusBar(at_desk.theme), "Europe/London")
    vitals.setParent(at_desk.window)
    vitals.outcome_told.connect(told.append)
    return vitals, told


def test_a_payment_left_open_by_a_crash_is_told_of_when_it_is_found_paid(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    money.take(money.invoice(9500))
    vitals, told = watch(at_desk)
    at_desk.qtbot.waitUntil(lambda: bool(vitals._in_doubt), timeout=TIMEOUT_MS)
    money.stripe.present_card(READER)
    money.payments.settle_open_attempts(SETUP)
    vitals.refresh()
    at_desk.qtbot.waitUntil(lambda: bool(told), timeout=TIMEOUT_MS)
    assert told == ["INV-2026-00001, Chloé Martin: £95.00 was charged to Visa •••• 4242."]


def test_one_that_was_not_known_is_told_of_and_a_plain_one_is_not(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    vitals, told = watch(at_desk)
    at_desk.qtbot.waitUntil(lambda: vitals._in_doubt == {}, timeout=TIMEOUT_MS)
    plain, doubtful = money.take(money.invoice(2000)), money.take(money.invoice(9500))
    money.cut_the_line()
    assert money.look(doubtful).payment.status is PaymentStatus.UNKNOWN
    vitals.refresh()
    at_desk.qtbot.waitUntil(lambda: bool(vitals._in_doubt), timeout=TIMEOUT_MS)
    money.heal()
    for begun in (plain, doubtful):
        money.payments.cancel(SETUP, begun.payment.id)
    vitals.refresh()
    at_desk.qtbot.waitUntil(lambda: bool(told), timeout=TIMEOUT_MS)
    assert told == ["INV-2026-00002, Chloé Martin: £95.00 was not charged."]


def test_the_invoice_says_that_a_payment_is_in_doubt(at_desk: PageDesk, money: MoneyDesk) -> None:
    begun = money.take(money.invoice(9500))
    money.cut_the_line()
    money.look(begun)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.qtbot.waitUntil(lambda: page.invoices.table.current_id() is not None)
    page.open_item("invoice", begun.payment.invoice_id)
    at_desk.dialog(InvoiceDialog)
    assert any("not known yet whether £95.00 was charged" in text for text in at_desk.texts())
