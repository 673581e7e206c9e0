"""One open attempt per invoice, however many invoices it covers: the database itself says so."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.payments.attempts import new_payment
from clinicdesk.payments.errors import AmountRefusedError
from clinicdesk.payments.models import PaymentClaim, PaymentLink
from clinicdesk.payments.obstacles import (
    BelowCardMinimumError,
    OtherFamilyError,
    PaymentInProgressError,
    PaymentLinkOpenError,
    ReaderCurrencyError,
)
from clinicdesk.payments.records import CardProgress, LinkState, PaymentMethod, ReaderStep
from clinicdesk.payments.shares import Wanted, add_shares, claim, paying_desk
from clinicdesk.training.stripe import intents
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(database, clock, stripe=stripe).open()


def begin(desk: MoneyDesk, main: InvoiceRecord, *others: InvoiceRecord) -> CardProgress:
    return desk.payments.create_payment_intent(
        RECEPTIONIST,
        main.id,
        amount=sum((other.due for other in others), main.due),
        reader_id=desk.reader_id,
        shares={other.id: other.due for other in others},
    )


def claims(desk: MoneyDesk) -> int:
    return desk.database.read(
        lambda session: session.scalars(select(func.count()).select_from(PaymentClaim)).one()
    )


def write_without_looking(
    desk: MoneyDesk, main: InvoiceRecord, other: InvoiceRecord, *, claims_them: bool
) -> None:
    """Write an open attempt as a program would that forgot to lock and to look."""
    wanted = Wanted(main.id, main.due + other.due, {other.id: other.due})

    def work(transaction: Transaction) -> None:
        session = transaction.session
        payment = new_payment(
            RECEPTIONIST, wanted, method=PaymentMethod.CARD, clock=desk.clock,
            attempt_key=str(uuid.uuid4()),
        )  # fmt: skip
        session.add(payment)
        session.flush()
        add_shares(session, payment, wanted.shares)
        if claims_them:
            claim(session, payment)

    desk.database.write(work)


@pytest.mark.parametrize("claims_them", [True, False])
def test_two_that_both_found_an_invoice_free_cannot_both_take_it(
    desk: MoneyDesk, *, claims_them: bool
) -> None:
    first, second, common = desk.invoice(1000), desk.invoice(2000), desk.invoice(3000)
    both_looked = threading.Barrier(2)

    def take(main: InvoiceRecord) -> bool:
        free = desk.database.read(lambda session: paying_desk(session, common.id)) is None
        both_looked.wait()
        assert free
        try:
            write_without_looking(desk, main, common, claims_them=claims_them)
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(take, (first, second)))
    # Without the claim, which is the control, both attempts cover the invoice.
    assert sorted(taken) == ([False, True] if claims_them else [True, True])


def test_of_two_main_invoices_and_shares_crosswise_one_attempt_is_made(desk: MoneyDesk) -> None:
    first, second = desk.invoice(1000), desk.invoice(2000)
    gate = threading.Barrier(2)

    def take(pair: tuple[InvoiceRecord, InvoiceRecord]) -> object:
        gate.wait()
        try:
            return begin(desk, *pair)
        except PaymentInProgressError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        came = {type(one) for one in pool.map(take, ((first, second), (second, first)))}
    assert came == {CardProgress, PaymentInProgressError}
    assert claims(desk) == 2


def test_the_claims_go_with_the_outcome(desk: MoneyDesk) -> None:
    first, second = desk.invoice(1000), desk.invoice(2000)
    begun = begin(desk, first, second)
    assert claims(desk) == 2
    desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    assert claims(desk) == 0
    again = begin(desk, first, second)
    desk.stripe.present_card(READER)
    assert desk.look(again).step is ReaderStep.PAID
    assert claims(desk) == 0
    desk.check_books(charged=3000)


def test_what_another_attempt_holds_is_refused_though_no_look_shows_it(desk: MoneyDesk) -> None:
    held, free = desk.invoice(1000), desk.invoice(2000)
    other = desk.paid(500)

    def hold(transaction: Transaction) -> None:
        transaction.session.add(PaymentClaim(invoice_id=held.id, payment_id=other.id))

    desk.database.write(hold)
    asked = len(desk.stripe.log)
    for main, share in ((held, free), (free, held)):
        with pytest.raises(PaymentInProgressError):
            begin(desk, main, share)
    assert len(desk.stripe.log) == asked


def test_a_family_pays_together_and_strangers_do_not(desk: MoneyDesk) -> None:
    own = desk.invoice(1000)
    child = desk.add_patient("Léa", "Martin")
    visit = desk.visit(desk.offer(pounds(2000)), patient_id=child)
    childs = desk.billing.invoice_visit(RECEPTIONIST, visit)
    asked = len(desk.stripe.log)
    with pytest.raises(OtherFamilyError):
        begin(desk, own, childs)
    assert len(desk.stripe.log) == asked
    version = desk.services.families.family(SETUP, child).version
    desk.services.families.set_guarantor(
        SETUP, child, version=version, guarantor_id=desk.patient_id
    )
    assert begin(desk, own, childs).step is ReaderStep.WAITING_FOR_CARD


def test_a_link_that_was_made_in_the_last_moment_holds_the_reader_back(desk: MoneyDesk) -> None:
    """The links are closed before the attempt is written; the lock tells of one made since."""
    invoice = desk.invoice(9500)
    without_closing = desk.payments
    without_closing._links = None

    def work(transaction: Transaction) -> None:
        transaction.session.add(
            PaymentLink(
                link_key="k",
                invoice_id=invoice.id,
                amount_minor=9500,
                currency="GBP",
                state=LinkState.OPEN,
                provider_link_id="plink_1",
                url="",
                desk="",
                created_at=desk.clock.now(),
                created_by=None,
                closed_at=None,
            )
        )

    desk.database.write(work)
    asked = len(desk.stripe.log)
    with pytest.raises(PaymentLinkOpenError, match="closed first"):
        desk.take(invoice)
    assert len(desk.stripe.log) == asked
    assert desk.payments.open_attempts(RECEPTIONIST) == ()


def test_what_the_reader_cannot_take_is_said_before_anybody_is_asked(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    tokyo = desk.open_clinic("Tokyo", prefix="T", currency="JPY")
    visit = desk.visit(desk.offer(Money(5000, "JPY")), clinic_id=tokyo)
    foreign = desk.billing.invoice_visit(RECEPTIONIST, visit)
    asked = len(desk.stripe.log)
    with pytest.raises(BelowCardMinimumError, match=r"£0\.30"):
        desk.take(invoice, 29)
    with pytest.raises(ReaderCurrencyError, match="takes GBP only"):
        desk.take(foreign)
    assert len(desk.stripe.log) == asked
    assert desk.payments.open_attempts(RECEPTIONIST) == ()


def test_the_providers_own_least_amount_wins(
    desk: MoneyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(intents.LEAST_MINOR, "gbp", 40)
    invoice = desk.invoice(9500)
    with pytest.raises(AmountRefusedError, match="as small as this"):
        desk.take(invoice, 35)
    (attempt,) = desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)
    assert attempt.failure_code == "amount_too_small"
    assert claims(desk) == 0
    desk.check_books(charged=0)
