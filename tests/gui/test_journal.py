"""The payment journal and the card provider's view: what is in question is seen and settled."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.payments.records import ReaderStep
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import SETUP, pounds
from tests.gui.page_desk import RECEPTIONIST, PageDesk, page_desk
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.journal_view import JournalView
from ui.billing.match_dialog import MatchDialog
from ui.billing.page import BillingPage
from ui.billing.provider_acts import AcceptLossDialog
from ui.billing.provider_view import CHARGES, COMPARISONS, DISPUTES, PAYOUTS, ProviderView
from ui.core.reason_dialog import ReasonDialog
from ui.shell.status_bar import StatusBar, StatusItem
from ui.shell.vitals import Vitals

ALT = Qt.KeyboardModifier.AltModifier
HOUR = timedelta(hours=1)


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


def shown(at_desk: PageDesk, key: Qt.Key) -> BillingPage:
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    at_desk.press(key, ALT)
    return page


def journal_of(at_desk: PageDesk) -> JournalView:
    view = shown(at_desk, Qt.Key.Key_3).view
    assert isinstance(view, JournalView)
    at_desk.qtbot.waitUntil(lambda: view.table.rows.rowCount() > 0)
    return view


def provider_of(at_desk: PageDesk) -> ProviderView:
    view = shown(at_desk, Qt.Key.Key_4).view
    assert isinstance(view, ProviderView)
    return view


def cells(table: object) -> list[list[str]]:
    model = table.rows  # type: ignore[attr-defined]
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def in_doubt(money: MoneyDesk) -> None:
    """Lose sight of a payment that the patient pays all the same."""
    begun = money.take(money.invoice(4000))
    money.stripe.present_card(READER)
    money.cut_the_line()
    assert money.look(begun).step is ReaderStep.UNKNOWN
    money.heal()


def test_the_journal_says_of_everything_what_became_of_it(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    paid = money.paid(9500)
    money.clock.advance(HOUR)
    money.give_back(paid, 3000)
    money.clock.advance(HOUR)
    in_doubt(money)
    view = journal_of(at_desk)
    rows = cells(view.table)
    assert [(row[1], row[2], row[5], row[6]) for row in rows] == [
        ("Payment", "INV-2026-00002", "£40.00", "Not known yet"),
        ("Refund", "INV-2026-00001", "£30.00", "Given back"),
        ("Payment", "INV-2026-00001", "£95.00", "Part refunded"),
    ]
    assert rows[1][7] == "£30.00 was given back to Visa •••• 4242."
    assert "Please do not charge again" in view.sentence.text()
    assert view.count.text() == "3 entries"


def test_what_is_in_question_is_found_out_by_a_key(at_desk: PageDesk, money: MoneyDesk) -> None:
    money.paid(9500)
    in_doubt(money)
    view = journal_of(at_desk)
    view.filter.set_current(1)
    at_desk.qtbot.waitUntil(lambda: view.table.rows.rowCount() == 1)
    view.table.setFocus()
    at_desk.press("k")
    at_desk.qtbot.waitUntil(lambda: view.table.rows.rowCount() == 0)
    assert at_desk.messages == ["Of every payment and refund it is known what became of it"]
    assert any("Nothing is in question" in text for text in at_desk.texts())
    assert not view.open_button.isEnabled()


def test_no_answer_leaves_the_question_open(at_desk: PageDesk, money: MoneyDesk) -> None:
    in_doubt(money)
    money.cut_the_line()
    view = journal_of(at_desk)
    view.table.setFocus()
    at_desk.press("k")
    at_desk.qtbot.waitUntil(lambda: bool(at_desk.messages), timeout=20_000)
    assert at_desk.messages == ["1 entry not known yet; it goes on being checked"]


def test_the_journal_is_searched_and_filtered(at_desk: PageDesk, money: MoneyDesk) -> None:
    paid = money.paid(9500)
    money.give_back(paid, 3000)
    money.services.links.open_link(SETUP, money.invoice(2000).id)
    view = journal_of(at_desk)
    found = []
    for number in (2, 3, 4):
        view.filter.set_current(number)
        at_desk.qtbot.waitUntil(lambda: view.table.rows.rowCount() == 1)
        at_desk.qtbot.waitUntil(lambda: cells(view.table)[0][1] not in found)
        found.append(cells(view.table)[0][1])
    assert found == ["Payment", "Refund", "Link"]
    view.filter.set_current(0)
    at_desk.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    at_desk.press("00002")
    at_desk.qtbot.waitUntil(lambda: [row[1] for row in cells(view.table)] == ["Link"])
    at_desk.press("9")
    at_desk.qtbot.waitUntil(lambda: view.table.rows.rowCount() == 0)
    assert "Nothing in the journal fits that." in at_desk.texts()


def test_an_entry_opens_its_invoice(at_desk: PageDesk, money: MoneyDesk) -> None:
    money.paid(9500)
    view = journal_of(at_desk)
    view.table.setFocus()
    at_desk.press(Qt.Key.Key_Return)
    dialog = at_desk.dialog(InvoiceDialog)
    dialog.dismiss()
    view.open_button.click()
    assert at_desk.dialog(InvoiceDialog) is not dialog


# --- the card provider -------------------------------------------------------------------------


def foreign(money: MoneyDesk, *, settled: bool = True) -> str:
    intent_id, _ = money.stripe.add_paid("by hand", amount=pounds(4000), paid_at=money.clock.now())
    money.clock.advance(HOUR)
    if settled:
        money.services.reconciliation.compare_recent(SETUP)
    return intent_id


def test_a_foreign_charge_is_matched_by_keys(at_desk: PageDesk, money: MoneyDesk) -> None:
    foreign(money)
    invoice = money.invoice(3000)
    money.invoice(1000)
    view = provider_of(at_desk)
    at_desk.qtbot.waitUntil(lambda: view.charges.rows.rowCount() == 1)
    assert cells(view.charges)[0][1] == "Visa •••• 4242"
    assert "the books differ" in view.sentence.text()
    view.charges.setFocus()
    at_desk.press(Qt.Key.Key_Return)
    dialog = at_desk.dialog(MatchDialog)
    at_desk.press("00001")
    at_desk.qtbot.waitUntil(lambda: dialog.match.text() == f"Match to {invoice.number}")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: view.charges.rows.rowCount() == 0)
    assert at_desk.messages == [f"£40.00 is now a payment of {invoice.number}"]
    assert money.again(invoice).credit == pounds(1000)


def test_a_charge_that_was_settled_at_another_desk_is_told(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    intent_id = foreign(money)
    invoice = money.invoice(3000)
    view = provider_of(at_desk)
    at_desk.qtbot.waitUntil(lambda: view.charges.rows.rowCount() == 1)
    view.match.click()
    dialog = at_desk.dialog(MatchDialog)
    at_desk.qtbot.waitUntil(dialog.match.isEnabled)
    money.services.reconciliation.match(SETUP, intent_id, invoice.id)
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    assert "settled already" in dialog.card.problem.text()


def test_a_charge_is_set_aside_with_a_note(at_desk: PageDesk, money: MoneyDesk) -> None:
    foreign(money)
    view = provider_of(at_desk)
    at_desk.qtbot.waitUntil(lambda: view.charges.rows.rowCount() == 1)
    view.charges.setFocus()
    at_desk.press("s")
    at_desk.dialog(ReasonDialog)
    at_desk.press("Sold a poster")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: view.charges.rows.rowCount() == 0)
    assert at_desk.messages == ["£40.00 was set aside"]


def test_the_books_are_compared_by_a_key(at_desk: PageDesk, money: MoneyDesk) -> None:
    money.paid(9500)
    money.clock.advance(HOUR)
    view = provider_of(at_desk)
    assert "every few minutes" in view.sentence.text()
    view.filter.set_current(COMPARISONS)
    view.first_focus().setFocus()
    at_desk.press("k")
    at_desk.qtbot.waitUntil(lambda: view.comparisons.rows.rowCount() == 1)
    assert cells(view.comparisons)[0][3:] == ["£95.00", "£95.00", "The same"]
    assert at_desk.messages == ["The books agree"]
    at_desk.qtbot.waitUntil(lambda: "the books agree" in view.sentence.text())


def disputed(money: MoneyDesk) -> str:
    money.paid(9500)
    dispute_id = money.stripe.open_dispute(list(money.stripe.ledger())[-1])
    money.services.disputes.compare(SETUP, since=money.clock.now())
    return dispute_id


def open_disputes(at_desk: PageDesk) -> ProviderView:
    view = provider_of(at_desk)
    view.filter.set_current(DISPUTES)
    at_desk.qtbot.waitUntil(lambda: view.disputes.rows.rowCount() == 1)
    view.disputes.setFocus()
    return view


def test_a_dispute_is_seen_with_its_deadline_and_given_up_after_a_question(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    disputed(money)
    view = open_disputes(at_desk)
    (row,) = cells(view.disputes)
    assert row[1:5] == [
        "INV-2026-00001", "Chloé Martin", "The cardholder does not know of it", "£95.00",
    ]  # fmt: skip
    assert row[5:] == ["03 Dec 09:48", "Answer needed"]
    at_desk.press("g")
    dialog = at_desk.dialog(AcceptLossDialog)
    at_desk.press(Qt.Key.Key_Return)  # leaves it open: the loss is not the default
    at_desk.qtbot.waitUntil(lambda: not dialog.is_open)
    at_desk.press("g")
    dialog = at_desk.dialog(AcceptLossDialog)
    dialog.accept.click()
    at_desk.qtbot.waitUntil(lambda: cells(view.disputes)[0][6] == "Lost")
    assert at_desk.messages == ["The dispute of £95.00 was given up"]
    at_desk.qtbot.waitUntil(view.seen.isVisible)
    view.disputes.setFocus()
    at_desk.press("s")
    at_desk.qtbot.waitUntil(lambda: not view.seen.isVisible())
    assert at_desk.messages[-1] == "Dispute of £95.00 seen to"


def test_giving_up_without_an_answer_is_told_in_the_dialog(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    disputed(money)
    open_disputes(at_desk)
    at_desk.press("g")
    dialog = at_desk.dialog(AcceptLossDialog)
    money.spoil(FaultKind.DROP_AFTER, "/v1/disputes/*/close", times=5)
    dialog.accept.click()
    at_desk.qtbot.waitUntil(dialog.card.problem.isVisible, timeout=20_000)
    assert dialog.is_open


def test_the_invoice_of_a_dispute_is_opened(at_desk: PageDesk, money: MoneyDesk) -> None:
    disputed(money)
    open_disputes(at_desk)
    at_desk.press(Qt.Key.Key_Return)
    assert at_desk.dialog(InvoiceDialog)


def test_payouts_are_asked_for_when_they_are_looked_at(at_desk: PageDesk, money: MoneyDesk) -> None:
    money.stripe.add_payout(Money(500, "GBP"), status="failed", failure_code="account_closed")
    view = provider_of(at_desk)
    view.filter.set_current(PAYOUTS)
    at_desk.qtbot.waitUntil(lambda: view.payouts.rows.rowCount() == 1)
    assert cells(view.payouts)[0][2:] == ["£5.00", "Failed: account closed"]
    money.cut_the_line()
    view.filter.set_current(CHARGES)
    view.filter.set_current(PAYOUTS)
    at_desk.qtbot.waitUntil(lambda: view.payouts.rows.rowCount() == 0, timeout=20_000)


def test_a_receptionist_sees_and_settles_nothing(at_desk: PageDesk, money: MoneyDesk) -> None:
    foreign(money)
    at_desk.session.set_actor(RECEPTIONIST)
    view = provider_of(at_desk)
    at_desk.qtbot.waitUntil(lambda: view.charges.rows.rowCount() == 1)
    assert not any(button.isVisible() for button in view.top_actions())
    view.charges.setFocus()
    at_desk.press(Qt.Key.Key_Return)
    assert at_desk.dialogs(MatchDialog) == []


def test_the_foot_of_the_window_leads_to_the_card_provider(
    at_desk: PageDesk, money: MoneyDesk
) -> None:
    disputed(money)
    foreign(money)
    page = BillingPage(at_desk.desk)
    at_desk.show(page)
    bar = StatusBar(at_desk.theme)
    vitals = Vitals(at_desk.desk, bar, "Europe/London")
    vitals.setParent(at_desk.window)
    vitals.provider_asked.connect(lambda: page.open_item("card provider", 0))

    def told() -> list[StatusItem]:
        words = "1 charge to match · 1 dispute to see to"
        return [item for item in bar.findChildren(StatusItem) if item.text() == words]

    at_desk.qtbot.waitUntil(lambda: bool(told()))
    told()[0].click()
    assert isinstance(page.view, ProviderView)
