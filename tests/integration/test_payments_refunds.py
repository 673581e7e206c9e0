"""Refunds over HTTP against the stand-in: never more than was paid, never twice, never lost."""

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Actor, Role
from clinicdesk.billing.records import InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, ClinicDeskError
from clinicdesk.payments.errors import ProviderBusyError, RefundRefusedError
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    NotRefundableError,
    ReasonMissingError,
    RefundTooLargeError,
    SamePersonError,
    SecondPersonNeededError,
    UnknownPaymentError,
)
from clinicdesk.payments.records import RefundRecord, RefundStage
from clinicdesk.payments.service.refunds import YOUNGEST_TO_SEND
from clinicdesk.payments.stripe_gateway import StripeGateway
from clinicdesk.settings.records import RefundSettings
from clinicdesk.settings.service import SettingsService
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe
from tests.billing_desk import (
    MANAGER,
    RECEPTIONIST,
    SETUP,
    pounds,
)
from tests.refund_desk import RefundDesk, refund_desk
from tests.stripe_desk import REFUNDS

pytestmark = pytest.mark.slow

ANY_REFUND = "/v1/refunds*"


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> RefundDesk:
    return refund_desk(file_database, clock, stripe)


def test_a_part_then_the_rest_is_given_back(
    database: Database, clock: FixedClock, stripe: TrainingStripe
) -> None:
    desk = refund_desk(database, clock, stripe)
    payment = desk.paid(9500)
    first = desk.refund(payment, 3000)
    assert (first.status, first.amount) == (RefundStage.COMPLETED, pounds(3000))
    assert desk.whole().due == pounds(0)
    assert desk.whole().state is InvoiceState.PAID
    with pytest.raises(RefundTooLargeError, match=r"Only £65\.00 of this payment") as refusal:
        desk.refund(payment, 6501)
    assert refusal.value.left == pounds(6500)
    desk.refund(payment, 6500)
    with pytest.raises(RefundTooLargeError, match="given back already"):
        desk.refund(payment, 1)
    assert desk.whole().state is InvoiceState.REFUNDED
    assert [entry.text for entry in desk.whole().ledger] == [
        "Paid 24 Nov · Visa •••• 4242",
        "Refunded 24 Nov · Visa •••• 4242",
        "Refunded 24 Nov · Visa •••• 4242",
    ]
    assert len(desk.refunds.refunds_of_invoice(RECEPTIONIST, desk.invoice_id)) == 2
    desk.check(given_back_minor=9500)


def test_what_is_still_owed_can_be_paid_another_way(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    desk.refund(payment, 9500, still_owed=True)
    assert desk.whole().due == pounds(9500)
    desk.payments.take_cash(
        RECEPTIONIST, desk.invoice_id, amount=pounds(9500), tendered=pounds(10000)
    )
    assert (desk.whole().due, desk.whole().state) == (pounds(0), InvoiceState.PAID)


def test_equal_twins_are_two_and_a_double_click_is_one(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    desk.refund(payment, 1000)
    desk.refund(payment, 1000)
    twice = str(uuid.uuid4())
    start = threading.Barrier(2)
    seen: list[RefundRecord] = []

    def click() -> None:
        start.wait()
        seen.append(desk.refund(payment, 1500, key=twice))

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({refund.id for refund in seen}) == 1
    desk.check(given_back_minor=3500)


def test_two_managers_never_give_back_more_than_was_paid(
    database: Database, clock: FixedClock, stripe: TrainingStripe
) -> None:
    desk = refund_desk(database, clock, stripe)
    payment = desk.paid(10_000)
    start = threading.Barrier(4)
    outcomes: list[RefundRecord | RefundTooLargeError] = []

    def give() -> None:
        start.wait()
        try:
            outcomes.append(desk.refund(payment, 7000))
        except RefundTooLargeError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=give) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    losers = [each for each in outcomes if isinstance(each, RefundTooLargeError)]
    assert (len(outcomes), len(losers)) == (4, 3)
    assert {loser.left for loser in losers} == {pounds(3000)}
    desk.check(given_back_minor=7000)


def test_the_database_itself_refuses_to_reserve_too_much(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    with (
        pytest.raises(IntegrityError),
        desk.database.writer_connection() as connection,
    ):
        connection.execute(
            text("UPDATE payment SET refund_reserved_minor = 9501 WHERE id = :id"),
            {"id": payment.id},
        )


def test_what_cannot_be_given_back_is_said_so(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    with pytest.raises(AmountInvalidError):
        desk.refund(payment, 0)
    with pytest.raises(UnknownPaymentError):
        desk.refunds.process_refund(
            MANAGER, 999, amount=pounds(1), reason="x", refund_key=str(uuid.uuid4())
        )
    with pytest.raises(ReasonMissingError):
        desk.refunds.process_refund(
            MANAGER, payment.id, amount=pounds(1), reason=" ", refund_key="k"
        )
    with pytest.raises(AccessDeniedError):
        desk.refunds.process_refund(
            RECEPTIONIST, payment.id, amount=pounds(1), reason="x", refund_key="k"
        )
    desk.check(given_back_minor=0)


def test_an_unpaid_attempt_has_nothing_to_give_back(desk: RefundDesk) -> None:
    invoice = desk.invoice(9500)
    (reader, *_) = desk.readers.take_over(SETUP, desk.clinic_id)
    begun = desk.payments.create_payment_intent(
        RECEPTIONIST, invoice.id, amount=invoice.due, reader_id=reader.id
    )
    with pytest.raises(NotRefundableError):
        desk.refund(begun.payment, 100)


def test_cash_is_given_back_at_the_counter(desk: RefundDesk) -> None:
    invoice = desk.invoice(9500)
    payment = desk.payments.take_cash(
        RECEPTIONIST, invoice.id, amount=pounds(9500), tendered=pounds(9500)
    )
    refund = desk.refund(payment, 4500)
    assert refund.status is RefundStage.COMPLETED
    assert desk.again(invoice).paid == pounds(5000)
    assert desk.stripe.ledger() == {}


LOST = [
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.CUT_AFTER,
    FaultKind.HTML_AFTER,
    FaultKind.ERROR_AFTER,
    FaultKind.ALTERED,
]


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_keeps_the_amount_reserved_until_it_is_known(
    desk: RefundDesk, kind: FaultKind
) -> None:
    payment = desk.paid(9500)
    fault = desk.spoil(kind)
    fault.changes = {"amount": 1}
    refund = desk.refund(payment, 6000)
    assert refund.status is RefundStage.UNKNOWN
    assert desk.payment().refundable == pounds(3500)
    with pytest.raises(RefundTooLargeError):
        desk.refund(payment, 6000)
    desk.stripe.faults.clear()
    desk.clock.advance(YOUNGEST_TO_SEND)
    (settled,) = desk.refunds.settle_open_refunds(SETUP)
    assert (settled.id, settled.status) == (refund.id, RefundStage.COMPLETED)
    assert desk.refunds.settle_open_refunds(SETUP) == ()
    desk.check(given_back_minor=6000)


def test_while_the_line_is_down_nothing_is_decided(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    desk.spoil(FaultKind.DROP_BEFORE)
    desk.spoil(FaultKind.DROP_BEFORE, ANY_REFUND, "GET")
    desk.refund(payment, 6000)
    desk.clock.advance(timedelta(days=2))
    (unclear,) = desk.refunds.settle_open_refunds(SETUP)
    assert unclear.status is RefundStage.UNKNOWN
    desk.stripe.faults.clear()
    (settled,) = desk.refunds.settle_open_refunds(SETUP)
    assert settled.status is RefundStage.COMPLETED
    desk.check(given_back_minor=6000)


def test_a_young_refund_is_left_to_the_desk_that_sends_it(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    desk.spoil(FaultKind.DROP_BEFORE)
    desk.refund(payment, 6000)
    desk.stripe.faults.clear()
    asked = len([seen for seen in desk.stripe.log if seen.method == "POST"])
    (young,) = desk.refunds.settle_open_refunds(SETUP)
    assert young.status is RefundStage.UNKNOWN
    assert len([seen for seen in desk.stripe.log if seen.method == "POST"]) == asked


def test_a_refund_that_waits_for_the_account_counts_as_given_back(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    desk.stripe.faults.add(Fault(FaultKind.REFUND_PENDING, path=REFUNDS))
    pending = desk.refund(payment, 6000)
    assert (pending.status, pending.failure_code) == (RefundStage.PENDING, "insufficient_funds")
    (still,) = desk.refunds.settle_open_refunds(SETUP)
    assert still.status is RefundStage.PENDING
    with pytest.raises(RefundTooLargeError):
        desk.refund(payment, 3501)
    asked_last = desk.stripe.log[-1].path
    desk.stripe.settle_refund(asked_last.rpartition("/")[2], status="succeeded")
    (done,) = desk.refunds.settle_open_refunds(SETUP)
    assert done.status is RefundStage.COMPLETED
    desk.check(given_back_minor=6000)


def test_a_refund_that_fails_gives_its_amount_back_to_the_payment(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    desk.stripe.faults.add(Fault(FaultKind.REFUND_FAILED, path=REFUNDS))
    failed = desk.refund(payment, 6000)
    assert failed.status is RefundStage.FAILED
    assert (desk.whole().paid, desk.whole().due) == (pounds(9500), pounds(0))
    desk.check(given_back_minor=0)
    desk.refund(payment, 9500)
    desk.check(given_back_minor=9500)


@pytest.mark.parametrize(("kind", "error"), [(FaultKind.RATE_LIMIT, ProviderBusyError)])
def test_a_provider_that_did_nothing_leaves_nothing_reserved(
    desk: RefundDesk, kind: FaultKind, error: type[ClinicDeskError]
) -> None:
    payment = desk.paid(9500)
    desk.spoil(kind)
    with pytest.raises(error):
        desk.refund(payment, 6000)
    desk.check(given_back_minor=0)


def test_a_refund_made_elsewhere_is_not_made_again(desk: RefundDesk) -> None:
    payment = desk.paid(9500)
    (intent_id,) = desk.stripe.ledger()
    gateway = StripeGateway(TRAINING_KEY, api_base=desk.stripe.api_base)
    gateway.refund("by hand", intent_id=intent_id, amount=pounds(9500))
    with pytest.raises(RefundRefusedError):
        desk.refund(payment, 1000)
    assert desk.payment().refundable == pounds(9500)
    assert desk.given_back() == 9500


def test_a_large_refund_needs_a_second_person(
    database: Database, clock: FixedClock, stripe: TrainingStripe
) -> None:
    desk = refund_desk(database, clock, stripe)
    SettingsService(database).save(SETUP, RefundSettings(second_person_from_minor=5000))
    payment = desk.paid(9500)
    desk.refund(payment, 4500)

    def give_back(approver: Actor | None) -> RefundRecord:
        return desk.refunds.process_refund(
            MANAGER,
            payment.id,
            amount=pounds(5000),
            reason="Wrong service",
            refund_key=str(uuid.uuid4()),
            approver=approver,
        )

    with pytest.raises(SecondPersonNeededError, match=r"£50\.00"):
        give_back(None)
    with pytest.raises(SamePersonError):
        give_back(MANAGER)
    with pytest.raises(AccessDeniedError):
        give_back(RECEPTIONIST)
    colleague = Actor(7, "Ruth Amos", frozenset({Role.MANAGER}))
    assert give_back(colleague).status is RefundStage.COMPLETED
    approved = [e for e in desk.audit.entries(SETUP) if "approved_by" in e.details]
    assert {entry.details["approved_by"] for entry in approved} == {"Ruth Amos"}
    desk.check(given_back_minor=9500)
