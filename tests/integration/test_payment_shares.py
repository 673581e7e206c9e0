"""One payment over several invoices, by every means: its refunds, its races, its surplus."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.billing.records import InvoiceRecord, InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    MoreThanDueError,
    NothingDueError,
    OtherClinicError,
    PaymentInProgressError,
    RefundTooLargeError,
)
from clinicdesk.payments.records import (
    CardProgress,
    PaymentMethod,
    PaymentRecord,
    PaymentStatus,
    ReaderStep,
    RefundStage,
)
from clinicdesk.payments.shares import allotted, shares_between
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER, REFUNDS

pytestmark = pytest.mark.slow


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(database, clock, stripe=stripe).open()


def begin_card(desk: MoneyDesk, first: InvoiceRecord, *others: InvoiceRecord) -> CardProgress:
    whole = sum((other.due for other in others), first.due)
    return desk.payments.create_payment_intent(
        RECEPTIONIST,
        first.id,
        amount=whole,
        reader_id=desk.reader_id,
        shares={other.id: other.due for other in others},
    )


def cash(desk: MoneyDesk, first: InvoiceRecord, amount: Money, **more: object) -> PaymentRecord:
    return desk.payments.take_cash(
        RECEPTIONIST,
        first.id,
        amount=amount,
        tendered=amount,
        **more,  # type: ignore[arg-type]
    )


def test_one_card_pays_three_invoices(desk: MoneyDesk) -> None:
    counted = desk.services.tills.open(MANAGER, desk.clinic_id, float_kept=pounds(0))
    invoices = [desk.invoice(minor) for minor in (9500, 2000, 500)]
    begun = begin_card(desk, *invoices)
    for invoice in invoices:
        with pytest.raises(PaymentInProgressError, match="Front desk 1"):
            desk.take(invoice)
    desk.stripe.present_card(READER)
    done = desk.look(begun)
    assert done.step is ReaderStep.PAID
    assert [(s.invoice_number, s.amount) for s in done.payment.shares] == [
        (invoices[1].number, pounds(2000)),
        (invoices[2].number, pounds(500)),
    ]
    for invoice in invoices:
        assert desk.again(invoice).state is InvoiceState.PAID
        assert [p.id for p in desk.payments.payments_of_invoice(MANAGER, invoice.id)] == [
            begun.payment.id
        ]
    assert counted.tenders[0].taken == pounds(0)
    desk.clock.advance(timedelta(minutes=1))
    till = desk.services.tills.till(MANAGER, desk.clinic_id)
    assert till is not None
    taken = {tender.method: tender.taken for tender in till.tenders}
    assert taken[PaymentMethod.CARD] == pounds(12_000)
    desk.check_books(charged=12_000)


def test_a_cheque_and_a_transfer_keep_their_reference(desk: MoneyDesk) -> None:
    first, second = desk.invoice(9500), desk.invoice(2000)
    cheque = desk.payments.record_cheque(
        RECEPTIONIST,
        first.id,
        amount=pounds(11_500),
        reference=" 100234 ",
        shares={second.id: pounds(2000)},
    )
    assert (cheque.method, cheque.reference) == (PaymentMethod.CHEQUE, "100234")
    assert [entry.text for entry in desk.again(second).ledger] == ["Paid 24 Nov · cheque"]
    third = desk.invoice(700)
    transfer = desk.payments.record_transfer(
        RECEPTIONIST, third.id, amount=pounds(700), reference="RF18"
    )
    assert (transfer.method, transfer.reference) == (PaymentMethod.TRANSFER, "RF18")


def test_what_cannot_be_paid_together_is_refused_before_anything(desk: MoneyDesk) -> None:
    first, second = desk.invoice(9500), desk.invoice(2000)
    north = desk.open_clinic("North", prefix="N")
    visit = desk.visit(desk.offer(pounds(100)), clinic_id=north)
    foreign = desk.billing.invoice_visit(RECEPTIONIST, visit)
    asked = len(desk.stripe.log)
    for shares, error in (
        ({second.id: pounds(2001)}, MoreThanDueError),
        ({second.id: pounds(0)}, AmountInvalidError),
        ({second.id: Money(100, "EUR")}, AmountInvalidError),
        ({first.id: pounds(100)}, AmountInvalidError),
        ({foreign.id: pounds(100)}, OtherClinicError),
        ({second.id: pounds(2000)}, AmountInvalidError),
    ):
        amount = pounds(2000) if error is AmountInvalidError else pounds(4000)
        with pytest.raises(error):
            cash(desk, first, amount, shares=shares)
    cash(desk, second, pounds(2000))
    with pytest.raises(NothingDueError):
        cash(desk, first, pounds(3000), shares={second.id: pounds(100)})
    assert len(desk.stripe.log) == asked
    assert desk.again(first).due == pounds(9500)


def test_of_two_desks_with_one_invoice_in_common_one_takes(desk: MoneyDesk) -> None:
    first, second, common = desk.invoice(1000), desk.invoice(2000), desk.invoice(3000)
    gate = threading.Barrier(2)

    def take(main: InvoiceRecord) -> object:
        gate.wait()
        try:
            return begin_card(desk, main, common)
        except PaymentInProgressError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        came = {type(one) for one in pool.map(take, (first, second))}
    assert came == {CardProgress, PaymentInProgressError}
    assert len(desk.payments.open_attempts(RECEPTIONIST)) == 1


def test_a_refund_comes_off_the_main_invoice_first(desk: MoneyDesk) -> None:
    first, second = desk.invoice(9500), desk.invoice(2000)
    begun = begin_card(desk, first, second)
    desk.stripe.present_card(READER)
    payment = desk.look(begun).payment
    desk.give_back(payment, 10_000)
    assert desk.again(first).paid == pounds(0)
    assert desk.again(second).paid == pounds(1500)
    assert len(desk.refunds.refunds_of_invoice(MANAGER, second.id)) == 1
    with pytest.raises(RefundTooLargeError, match=r"£15\.00"):
        desk.give_back(payment, 1501)
    desk.give_back(payment, 1500)
    assert desk.payments.payments_of_invoice(MANAGER, first.id)[0].is_refunded
    desk.check_books(charged=11_500)


def test_a_refund_that_fails_is_put_back_on_each_invoice(desk: MoneyDesk) -> None:
    first, second = desk.invoice(9500), desk.invoice(2000)
    begun = begin_card(desk, first, second)
    desk.stripe.present_card(READER)
    payment = desk.look(begun).payment
    desk.spoil(FaultKind.REFUND_FAILED, REFUNDS)
    assert desk.give_back(payment, 10_000).status is RefundStage.FAILED
    assert (desk.again(first).paid, desk.again(second).paid) == (pounds(9500), pounds(2000))
    desk.spoil(FaultKind.REFUND_FAILED, REFUNDS)
    assert desk.give_back(payment, 1000).status is RefundStage.FAILED
    assert desk.again(second).paid == pounds(2000)
    desk.check_books(charged=11_500)


def test_a_surplus_is_credit_only_where_that_is_meant(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    with pytest.raises(MoreThanDueError):
        cash(desk, invoice, pounds(10_000))
    cash(desk, invoice, pounds(10_000), keeps_surplus=True)
    after = desk.again(invoice)
    assert (after.credit, after.due) == (pounds(500), pounds(-500))
    with pytest.raises(AmountInvalidError):
        cash(desk, invoice, pounds(-1), keeps_surplus=True)


def test_what_left_as_credit_is_not_given_back_again(desk: MoneyDesk) -> None:
    deposit = desk.services.invoicing.ask_deposit(
        RECEPTIONIST,
        clinic_id=desk.clinic_id,
        patient_id=desk.patient_id,
        amount=pounds(5000),
        note="",
        draft_key="d",
    )
    payment = cash(desk, deposit, pounds(5000))
    visit = desk.invoice(2000)
    desk.services.accounts.apply_credit(
        RECEPTIONIST,
        from_invoice_id=deposit.id,
        to_invoice_id=visit.id,
        amount=pounds(2000),
        transfer_key="t",
    )
    with pytest.raises(RefundTooLargeError, match=r"£30\.00"):
        desk.give_back(payment, 5000)
    desk.give_back(payment, 3000)
    assert desk.again(deposit).credit == pounds(0)
    assert desk.again(visit).state is InvoiceState.PAID


def test_a_cancelled_payment_leaves_every_invoice_free(desk: MoneyDesk) -> None:
    first, second = desk.invoice(9500), desk.invoice(2000)
    begun = begin_card(desk, first, second)
    desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    cash(desk, second, pounds(2000))
    (attempt, _cash) = desk.payments.payments_of_invoice(MANAGER, second.id)
    assert attempt.status is PaymentStatus.FAILED
    assert desk.audit.verify(SETUP).is_whole


AMOUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(left=AMOUNTS, amount=st.integers(1, 60_000))
def test_an_amount_is_shared_out_whole_or_not_at_all(left: list[int], amount: int) -> None:
    places = dict(enumerate(left))
    if amount > sum(left):
        with pytest.raises(RefundTooLargeError):
            allotted(amount, places, "GBP")
        return
    shares = allotted(amount, places, "GBP")
    assert sum(shares.values()) == amount
    assert all(0 < part <= places[key] for key, part in shares.items())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(dues=AMOUNTS, amount=st.integers(1, 60_000))
def test_what_is_paid_goes_to_the_first_debts(dues: list[int], amount: int) -> None:
    shares = shares_between(pounds(amount), [(n, pounds(due)) for n, due in enumerate(dues)])
    assert sum(share.minor for share in shares.values()) == amount
    assert all(share.minor <= dues[n] for n, share in shares.items() if n)
