"""What happens at the card provider without the desk is heard, and dealt with once."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clinicdesk.access import Actor, Role
from clinicdesk.audit.models import AuditEntry
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, UnknownOutcomeError
from clinicdesk.payments.events.records import Heard
from clinicdesk.payments.obstacles import ReasonMissingError
from clinicdesk.payments.records import PaymentRecord, PaymentStatus, RefundRecord, RefundStage
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.refund_desk import FOR_LONG, RefundDesk, refund_desk
from tests.stripe_desk import READER

pytestmark = pytest.mark.slow


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> RefundDesk:
    return refund_desk(file_database, clock, stripe)


def _heard_so_far(desk: RefundDesk) -> None:
    """Begin to listen where the provider stands now."""
    desk.events().catch_up(MANAGER)
    assert desk.events().catch_up(MANAGER) == Heard(0)


def _refunded(desk: RefundDesk, minor: int = 3000) -> RefundRecord:
    refund = desk.refund(desk.paid(9500), minor)
    assert refund.status is RefundStage.COMPLETED
    _heard_so_far(desk)
    return refund


def _provider_id(stripe: TrainingStripe, intent: int = 0) -> str:
    return list(stripe._book.table("refunds"))[intent]


def _audited(desk: RefundDesk, action: str) -> int:
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    return desk.database.read(lambda session: session.scalar(query)) or 0


def _bounce(desk: RefundDesk) -> None:
    desk.stripe.settle_refund(_provider_id(desk.stripe), status="failed", reason="declined")


def _only_refund(desk: RefundDesk) -> RefundRecord:
    (refund,) = desk.refunds.refunds_of_invoice(RECEPTIONIST, desk.invoice_id)
    return refund


def _payment(desk: RefundDesk) -> PaymentRecord:
    return desk.payment()


def test_a_refund_that_the_bank_sends_back_days_later_is_owed_again(
    database: Database, clock: FixedClock, stripe: TrainingStripe
) -> None:
    desk = refund_desk(database, clock, stripe)
    refund = _refunded(desk)
    clock.advance(timedelta(days=2))
    _bounce(desk)
    assert desk.events().catch_up(MANAGER).events > 0
    found = _only_refund(desk)
    assert (found.status, found.failure_code) == (RefundStage.FAILED, "declined")
    assert desk.refunds.bounced(RECEPTIONIST) == (found,)
    assert _payment(desk).refundable == pounds(9500)
    desk.check(given_back_minor=0)
    assert refund.id == found.id


def test_a_refund_that_came_back_waits_until_somebody_says_what_was_done(desk: RefundDesk) -> None:
    refund = _refunded(desk)
    _bounce(desk)
    desk.events().catch_up(MANAGER)
    with pytest.raises(ReasonMissingError):
        desk.refunds.see_to(MANAGER, refund.id, note="  ")
    assert len(desk.refunds.bounced(RECEPTIONIST)) == 1
    desk.refunds.see_to(MANAGER, refund.id, note="Paid out in cash")
    assert desk.refunds.bounced(RECEPTIONIST) == ()
    assert _audited(desk, "see to refund that came back") == 1


def test_an_event_heard_twice_changes_nothing_the_second_time(desk: RefundDesk) -> None:
    _refunded(desk)
    _bounce(desk)
    gateway = desk.gateways()
    cursor = desk.events()._book.place()
    assert cursor is not None
    events = gateway.events_after(cursor[0], limit=10)
    for _ in range(2):
        for event in reversed(events):
            desk.events().hear(MANAGER, event)
    assert _audited(desk, "refund came back") == 1
    desk.check(given_back_minor=0)


def test_two_workers_that_hear_the_same_at_once_record_it_once(
    database: Database, clock: FixedClock, stripe: TrainingStripe
) -> None:
    desk = refund_desk(database, clock, stripe)
    _refunded(desk)
    _bounce(desk)
    gate = threading.Barrier(2)
    failures: list[BaseException] = []

    def listen() -> None:
        gate.wait()
        try:
            desk.events().catch_up(MANAGER)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    workers = [threading.Thread(target=listen) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert _audited(desk, "refund came back") == 1
    desk.check(given_back_minor=0)


def test_a_payment_that_ends_while_nobody_looks_is_recorded(desk: RefundDesk) -> None:
    _heard_so_far_from_a_payment(desk)
    invoice = desk.invoice(4000)
    reader = desk.readers.readers(RECEPTIONIST, desk.clinic_id)[0]
    begun = desk.payments.create_payment_intent(
        RECEPTIONIST, invoice.id, amount=invoice.due, reader_id=reader.id
    )
    desk.stripe.present_card(READER)
    desk.events().catch_up(MANAGER)
    (payment,) = desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)
    assert (payment.id, payment.status) == (begun.payment.id, PaymentStatus.COMPLETED)


def _heard_so_far_from_a_payment(desk: RefundDesk) -> None:
    desk.paid()
    _heard_so_far(desk)


def test_the_first_time_only_notes_where_to_begin(desk: RefundDesk) -> None:
    desk.paid()
    assert desk.events().catch_up(MANAGER) == Heard(0)
    assert desk.events().catch_up(MANAGER) == Heard(0)
    place = desk.events()._book.place()
    assert place is not None


def test_where_nothing_had_happened_yet_everything_is_heard(desk: RefundDesk) -> None:
    assert desk.events().catch_up(MANAGER) == Heard(0)
    desk.refund(desk.paid(), 3000)
    _bounce(desk)
    assert desk.events().catch_up(MANAGER).events > 1
    assert _only_refund(desk).status is RefundStage.FAILED
    assert desk.events().catch_up(MANAGER) == Heard(0)


def test_what_is_not_of_this_clinic_is_passed_over(desk: RefundDesk) -> None:
    _heard_so_far_from_a_payment(desk)
    desk.stripe.add_paid("elsewhere", amount=pounds(1000), paid_at=desk.clock.now())
    other = desk.gateways().create_intent("f" * 36, amount=pounds(700))
    desk.gateways().cancel_intent(other.intent_id)
    heard = desk.events().catch_up(MANAGER)
    assert heard.events >= 1
    assert desk.events().catch_up(MANAGER) == Heard(0)


def test_after_thirty_five_days_refunds_are_compared_one_by_one(
    desk: RefundDesk, clock: FixedClock, stripe: TrainingStripe
) -> None:
    _refunded(desk)
    _bounce(desk)
    clock.advance(timedelta(days=35))
    with stripe._book.lock:
        stripe._book.tidy()
    assert desk.events().catch_up(MANAGER) == Heard(0, compared=True)
    assert _only_refund(desk).status is RefundStage.FAILED
    assert len(desk.refunds.bounced(RECEPTIONIST)) == 1


def test_no_answer_leaves_everything_to_be_heard_again(desk: RefundDesk) -> None:
    _refunded(desk)
    _bounce(desk)
    desk.stripe.faults.add(
        Fault(FaultKind.DROP_BEFORE, method="GET", path="/v1/refunds/*", times=FOR_LONG)
    )
    with pytest.raises(UnknownOutcomeError):
        desk.events().catch_up(MANAGER)
    assert _only_refund(desk).status is RefundStage.COMPLETED
    desk.stripe.faults.clear()
    desk.events().catch_up(MANAGER)
    assert _only_refund(desk).status is RefundStage.FAILED


def test_an_event_about_something_odd_does_not_hold_up_the_others(
    desk: RefundDesk, stripe: TrainingStripe
) -> None:
    _refunded(desk)
    _bounce(desk)
    desk.stripe.faults.add(
        Fault(
            FaultKind.ALTERED,
            method="GET",
            path="/v1/refunds/*",
            times=FOR_LONG,
            changes={"amount": "much"},
        )
    )
    assert desk.events().catch_up(MANAGER).events > 0
    assert _only_refund(desk).status is RefundStage.COMPLETED
    desk.stripe.faults.clear()
    assert desk.events().catch_up(MANAGER) == Heard(0)
    desk.refunds.compare(MANAGER, since=desk.clock.now())
    assert _only_refund(desk).status is RefundStage.FAILED


def test_a_clinic_without_cards_hears_nothing(file_database: Database, clock: FixedClock) -> None:
    desk = BillingDesk(file_database, clock).set_up()
    events = RefundDesk.events(desk)  # type: ignore[arg-type]
    assert events.catch_up(SETUP) == Heard(0)


def test_only_those_who_may_refund_hear_and_see_to(desk: RefundDesk) -> None:
    visitor = Actor(None, "Maria Keane", frozenset({Role.RECEPTIONIST}))
    with pytest.raises(AccessDeniedError):
        desk.events().catch_up(visitor)
    with pytest.raises(AccessDeniedError):
        desk.refunds.see_to(visitor, 1, note="x")
