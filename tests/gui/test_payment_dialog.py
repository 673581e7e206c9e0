"""Taking money by keys: on a card reader that stands in for Stripe's, and in cash."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod, PaymentStatus
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, BillingDesk, pounds
from tests.gui.page_desk import PageDesk, page_desk
from ui.billing.page import BillingPage
from ui.billing.payment_dialog import PaymentDialog, Stage

NO_MONEY = "4000000000009995"
TIMEOUT_MS = 10_000


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as started:
        yield started


@pytest.fixture
def billing(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> BillingDesk:
    def gateway() -> StripeGateway:
        return StripeGateway(TRAINING_KEY, api_base=stripe.api_base)

    desk = BillingDesk(file_database, clock, gateways=gateway).set_up()
    desk.readers.take_over(MANAGER, desk.clinic_id)
    return desk


@pytest.fixture
def invoice(billing: BillingDesk) -> InvoiceRecord:
    return billing.invoice(9500)


@pytest.fixture
def at_desk(
    qtbot: QtBot, billing: BillingDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, billing, clock, bus) as desk:
        desk.session.set_clinic(billing.clinic_id)
        yield desk


@pytest.fixture
def page(at_desk: PageDesk, invoice: InvoiceRecord) -> BillingPage:
    made = BillingPage(at_desk.desk)
    at_desk.show(made)
    at_desk.qtbot.waitUntil(lambda: made.invoices.table.current_id() == invoice.id)
    return made


@pytest.fixture
def reader(billing: BillingDesk, stripe: TrainingStripe) -> str:
    return "tmr_training1"


def wait(at_desk: PageDesk, condition: Any) -> None:
    at_desk.qtbot.waitUntil(condition, timeout=TIMEOUT_MS)


def begin(at_desk: PageDesk) -> Any:
    """Press P, Enter, and wait until the reader asks for the card."""
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.panel.face.title == "Tap, insert or swipe")
    return dialog


def due(billing: BillingDesk) -> Money:
    """Give what is still to be paid of the one invoice."""
    return billing.billing.invoice(RECEPTIONIST, 1).due


def charged(stripe: TrainingStripe) -> list[int]:
    return [line.captured.minor for line in stripe.ledger().values()]


def test_a_card_takes_two_keys_and_the_card(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, stripe: Any, reader: str
) -> None:
    dialog = begin(at_desk)
    assert dialog.leave.accessibleName() == "Cancel on the reader"
    assert not dialog.take.isVisible()
    stripe.present_card(reader)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert dialog.panel.face.detail == "Visa •••• 4242"
    assert "£95.00 paid with Visa •••• 4242" in dialog.sentence.text()
    assert at_desk.messages == ["£95.00 taken from Chloé Martin"]
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: not at_desk.dialogs())
    assert due(billing) == pounds(0)
    assert charged(stripe) == [9500]
    wait(at_desk, lambda: page.invoices.table.current_record().due == pounds(0))


def test_a_declined_card_is_followed_by_another(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, stripe: Any, reader: str
) -> None:
    dialog = begin(at_desk)
    stripe.present_card(reader, NO_MONEY)
    wait(at_desk, lambda: dialog.stage is Stage.STOPPED)
    assert "not enough money" in dialog.notice.text()
    assert dialog.notice.isVisible()
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.panel.face.title == "Tap, insert or swipe")
    stripe.present_card(reader)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert charged(stripe) == [9500]


def test_escape_cancels_on_the_reader(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, stripe: Any
) -> None:
    dialog = begin(at_desk)
    at_desk.press(Qt.Key.Key_Escape)
    wait(at_desk, lambda: dialog.stage is Stage.CHOOSING)
    assert "Nothing was charged" in dialog.notice.text()
    assert dialog.is_open
    assert [line.status for line in stripe.ledger().values()] == ["canceled"]
    assert due(billing) == pounds(9500)
    at_desk.press(Qt.Key.Key_Escape)
    wait(at_desk, lambda: not at_desk.dialogs())


def test_escape_after_the_card_was_held_shows_what_really_happened(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, stripe: Any, reader: str
) -> None:
    dialog = begin(at_desk)
    stripe.present_card(reader)
    at_desk.press(Qt.Key.Key_Escape)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert charged(stripe) == [9500]
    assert due(billing) == pounds(0)


def test_no_answer_says_that_nothing_is_known_and_offers_no_second_charge(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, stripe: Any
) -> None:
    for method in ("GET", "POST"):
        stripe.faults.add(Fault(FaultKind.DROP_BEFORE, method=method, times=10_000))
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.UNKNOWN)
    assert "No second charge is possible" in dialog.notice.text()
    assert dialog.take.accessibleName() == "Ask again now"
    at_desk.press(Qt.Key.Key_Escape)
    wait(at_desk, lambda: not at_desk.dialogs())
    stripe.faults.clear()
    at_desk.press("p")
    again = at_desk.dialog(PaymentDialog)
    wait(at_desk, lambda: again.stage is Stage.STOPPED)
    assert len(billing.payments.payments_of_invoice(RECEPTIONIST, 1)) == 1


def test_never_two_questions_at_once(
    at_desk: PageDesk, page: BillingPage, stripe: Any, reader: str
) -> None:
    dialog = begin(at_desk)
    held = stripe.faults.add(
        Fault(FaultKind.HOLD_BEFORE, method="GET", path="/v1/payment_intents/*")
    )
    wait(at_desk, held.reached.is_set)
    asked = len(stripe.log)
    ticks: list[int] = []
    dialog.watch.ticked.connect(lambda: ticks.append(1))
    wait(at_desk, lambda: len(ticks) >= 3)
    at_desk.press(Qt.Key.Key_Escape)
    assert len(stripe.log) == asked
    held.release()
    wait(at_desk, lambda: dialog.stage is Stage.CHOOSING)
    assert charged(stripe) == [0]


def test_a_reader_that_is_off_can_be_tried_again(
    at_desk: PageDesk, page: BillingPage, stripe: Any, reader: str
) -> None:
    stripe.put_reader(reader, online=False)
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.STOPPED)
    assert "offline" in dialog.notice.text()
    stripe.put_reader(reader, online=True)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.panel.face.title == "Tap, insert or swipe")
    stripe.present_card(reader)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)


def test_what_another_desk_began_is_followed(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, stripe: Any, reader: str
) -> None:
    (first, *_) = billing.readers.readers(RECEPTIONIST, billing.clinic_id)
    billing.payments.create_payment_intent(RECEPTIONIST, 1, amount=pounds(5000), reader_id=first.id)
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    wait(at_desk, lambda: dialog.panel.face.title == "Tap, insert or swipe")
    assert dialog.amount_edit.text() == "£50.00"
    stripe.present_card(reader)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert charged(stripe) == [5000]


def test_cash_takes_four_keys_and_the_sum(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk
) -> None:
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press(Qt.Key.Key_Right)
    at_desk.press("100")
    assert dialog.cash.change.text() == "£5.00"
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert "Give £5.00 change" in dialog.sentence.text()
    (payment,) = billing.payments.payments_of_invoice(RECEPTIONIST, 1)
    assert (payment.amount, payment.change) == (pounds(9500), pounds(500))
    assert payment.status is PaymentStatus.COMPLETED


def test_too_little_cash_is_refused_at_its_field(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk
) -> None:
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press(Qt.Key.Key_Right)
    at_desk.press("50")
    at_desk.press(Qt.Key.Key_Return)
    assert "£45.00 less" in dialog.cash.error
    assert dialog.stage is Stage.CHOOSING
    assert billing.payments.payments_of_invoice(RECEPTIONIST, 1) == ()


def test_a_part_is_taken_and_more_than_is_due_is_not(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk
) -> None:
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    dialog.way.set_current(1)
    dialog.amount_edit.setFocus()
    at_desk.press("200")
    assert dialog.take.accessibleName() == "Take £200.00"
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: "Only £95.00 is due" in dialog.card.problem.text())
    dialog.amount_edit.setFocus()
    dialog.amount_edit.selectAll()
    at_desk.press("30")
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert due(billing) == pounds(6500)


def test_what_is_no_amount_is_refused(at_desk: PageDesk, page: BillingPage, stripe: Any) -> None:
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    at_desk.press("lots")
    assert dialog.take.accessibleName() == "Take"
    at_desk.press(Qt.Key.Key_Return)
    assert "an amount such as 45.00" in dialog.amount_error
    assert stripe.ledger() == {}


def mark_of(dialog: Any, number: str) -> Any:
    (mark,) = (m for m in dialog.form.more.marks if number in m.accessibleName())
    return mark


def test_two_invoices_are_paid_at_once(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, stripe: Any, reader: str
) -> None:
    second = billing.invoice(2000)
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    mark_of(dialog, second.number).setFocus()
    at_desk.press(Qt.Key.Key_Space)
    assert dialog.take.accessibleName() == "Take £115.00"
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.panel.face.title == "Tap, insert or swipe")
    stripe.present_card(reader)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert dialog.sentence.text() == "£115.00 paid with Visa •••• 4242 for 2 invoices."
    assert due(billing) == billing.again(second).due == pounds(0)
    assert charged(stripe) == [11_500]


def test_a_smaller_sum_pays_the_invoice_first_and_a_part_of_the_other(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk
) -> None:
    second = billing.invoice(2000)
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    mark_of(dialog, second.number).setChecked(True)
    dialog.amount_edit.selectAll()
    at_desk.press("100")
    dialog.form.choose(PaymentMethod.CASH)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert due(billing) == pounds(0)
    assert billing.again(second).due == pounds(1500)


def test_a_cheque_is_taken_by_keys_with_its_number(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk
) -> None:
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    at_desk.press(Qt.Key.Key_Tab)
    for _way in range(3):
        at_desk.press(Qt.Key.Key_Right)
    at_desk.press("100234")
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert dialog.sentence.text() == "£95.00 paid by cheque 100234."
    (payment,) = billing.payments.payments_of_invoice(RECEPTIONIST, 1)
    assert (payment.method, payment.reference) == (PaymentMethod.CHEQUE, "100234")


def test_a_transfer_needs_no_reference(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk
) -> None:
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    dialog.form.choose(PaymentMethod.TRANSFER)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert dialog.sentence.text() == "£95.00 paid by bank transfer."


def test_more_than_is_due_is_kept_only_where_that_is_ticked(
    at_desk: PageDesk, page: BillingPage, billing: BillingDesk, invoice: InvoiceRecord
) -> None:
    at_desk.press("p")
    dialog = at_desk.dialog(PaymentDialog)
    assert not dialog.form.surplus.isVisible()
    at_desk.press("100")
    assert dialog.form.surplus.accessibleName() == "Keep £5.00 as credit"
    dialog.form.choose(PaymentMethod.TRANSFER)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: "Only £95.00 is due" in dialog.card.problem.text())
    dialog.form.surplus.setFocus()
    at_desk.press(Qt.Key.Key_Space)
    at_desk.press(Qt.Key.Key_Return)
    wait(at_desk, lambda: dialog.stage is Stage.PAID)
    assert billing.again(invoice).credit == pounds(500)
