"""Closing a day: cards beside the provider's list, what is still open, and the locked books."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from clinicdesk.billing.errors import DayLockedError
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.errors import (
    CardRunningError,
    LooseChangedError,
    LooseUnexplainedError,
    TillClosedError,
)
from clinicdesk.payments.till.records import CardCheck, ClosedTill, Loose, LooseKind, OpenTill
from clinicdesk.training.stripe.faults import Fault, FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import MoneyDesk
from tests.stripe_desk import READER

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    made = MoneyDesk(database, clock, stripe=stripe).open()
    made.services.tills.open(RECEPTIONIST, made.clinic_id, float_kept=pounds(0))
    clock.advance(MINUTE)
    return made


def close(
    desk: MoneyDesk, *, reason: str = "", seen: tuple[Loose, ...] | None = None
) -> ClosedTill:
    desk.clock.advance(MINUTE)
    return desk.services.tills.close(
        MANAGER, desk.clinic_id, counted={}, left=pounds(0), loose_reason=reason, seen=seen
    )


def checked(desk: MoneyDesk) -> CardCheck:
    desk.clock.advance(MINUTE)
    return desk.services.tills.check_cards(MANAGER, desk.clinic_id)


def loose(desk: MoneyDesk) -> dict[LooseKind, int]:
    desk.clock.advance(MINUTE)
    found = desk.services.tills.loose_ends(RECEPTIONIST, desk.clinic_id)
    return {one.kind: one.count for one in found}


def tenders(desk: MoneyDesk) -> dict[PaymentMethod, tuple[int, int]]:
    till: OpenTill | None = desk.services.tills.till(RECEPTIONIST, desk.clinic_id)
    assert till is not None
    return {one.method: (one.taken.minor, one.payments) for one in till.tenders}


# --- cards beside the provider's list ------------------------------------------------------------


def test_books_and_provider_agree_and_the_sheet_keeps_it(desk: MoneyDesk) -> None:
    desk.give_back(desk.paid(9500), 3000)
    check = checked(desk)
    assert check.agrees
    assert (check.ours, check.ours_back) == (pounds(9500), pounds(3000))
    closed = close(desk)
    assert closed.card_check is not None
    assert closed.card_check.agrees
    (kept,) = desk.services.tills.closed(MANAGER, desk.clinic_id)
    assert kept.card_check == closed.card_check
    assert desk.services.documents.till_sheet_pdf(MANAGER, kept).startswith(b"%PDF")


def test_a_charge_made_elsewhere_shows_as_a_difference(desk: MoneyDesk) -> None:
    desk.paid(9500)
    desk.stripe.add_paid("by hand", amount=pounds(4000), paid_at=desk.clock.now())
    check = checked(desk)
    assert not check.agrees
    assert check.difference == pounds(-4000)
    assert loose(desk)[LooseKind.CHARGE] == 1


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda desk: desk.cut_the_line(), "cannot be reached"),
        (
            lambda desk: desk.stripe.faults.add(
                Fault(FaultKind.KEY_REFUSED, method="GET", path="*", times=50)
            ),
            "does not accept this clinic's key",
        ),
    ],
)
def test_a_provider_that_gives_no_answer_stops_no_close(
    desk: MoneyDesk, break_it: Callable[[MoneyDesk], object], words: str
) -> None:
    desk.paid(9500)
    break_it(desk)
    closed = close(desk)
    assert closed.card_check is not None
    assert closed.card_check.difference is None
    assert words in closed.card_check.problem
    assert closed.card_check.ours == pounds(9500)


def test_nobody_has_to_wait_for_the_provider(desk: MoneyDesk) -> None:
    desk.paid(9500)
    asked = len(desk.stripe.log)
    desk.clock.advance(MINUTE)
    closed = desk.services.tills.close(
        MANAGER, desk.clinic_id, counted={}, left=pounds(0), asks_provider=False
    )
    assert closed.card_check is not None
    assert "not waited for" in closed.card_check.problem
    assert len(desk.stripe.log) == asked


# --- what is still open --------------------------------------------------------------------------


def test_a_running_payment_stops_the_close(desk: MoneyDesk) -> None:
    begun = desk.take(desk.invoice(9500))
    assert loose(desk)[LooseKind.RUNNING] == 1
    with pytest.raises(CardRunningError, match="1 card payment is running"):
        close(desk, reason="Going home")
    desk.stripe.present_card(READER)
    desk.look(begun)
    assert close(desk).tenders[0].payments == 1


def test_what_is_open_needs_a_reason_that_the_till_keeps(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.spoil(FaultKind.REFUND_PENDING, "/v1/refunds")
    desk.give_back(payment, 1000)
    desk.heal()
    desk.stripe.open_dispute(list(desk.stripe.ledger())[-1], amount=2000)
    desk.services.disputes.compare(SETUP, since=desk.clock.now())
    begun = desk.take(desk.invoice(500))
    desk.cut_the_line()
    desk.look(begun)
    desk.heal()
    desk.services.links.open_link(SETUP, desk.invoice(700).id)
    found = loose(desk)
    assert found[LooseKind.DOUBTFUL] == 1
    assert found[LooseKind.REFUND] == 1
    assert found[LooseKind.DISPUTE] == 1
    assert found[LooseKind.LINK] == 1
    with pytest.raises(LooseUnexplainedError, match="payment is in doubt") as raised:
        close(desk)
    assert raised.value.field == "loose"
    # Asking the provider settles what it can; the rest is signed with its reason.
    closed = close(desk, reason="The bank decides")
    assert closed.loose_reason == "The bank decides"
    assert LooseKind.REFUND in {one.kind for one in closed.loose}


def test_a_refund_that_came_back_asks_for_somebody(desk: MoneyDesk) -> None:
    desk.give_back(desk.paid(9500), 1000)
    desk.stripe.settle_refund(desk.provider_refund_id(), status="failed")
    desk.refunds.compare(SETUP, since=desk.clock.now())
    assert loose(desk)[LooseKind.BOUNCED] == 1


def test_what_came_up_after_the_person_looked_is_shown_first(desk: MoneyDesk) -> None:
    desk.stripe.add_paid("by hand", amount=pounds(4000), paid_at=desk.clock.now())
    with pytest.raises(LooseChangedError, match="card charge has no payment"):
        close(desk, reason="All known", seen=())
    assert close(desk, reason="Sold a poster", seen=(Loose(LooseKind.CHARGE, 1),))


def test_one_payment_for_several_invoices_counts_once(desk: MoneyDesk) -> None:
    first, second = desk.invoice(5000), desk.invoice(3000)
    desk.payments.record_transfer(
        RECEPTIONIST, first.id, amount=pounds(8000), shares={second.id: pounds(3000)}
    )
    desk.paid(2000)
    desk.clock.advance(MINUTE)
    assert tenders(desk)[PaymentMethod.TRANSFER] == (8000, 1)
    assert tenders(desk)[PaymentMethod.CARD] == (2000, 1)


# --- the locked books ----------------------------------------------------------------------------


def test_nothing_is_booked_before_the_close_and_the_database_refuses_it(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    closed = close(desk)
    desk.clock.advance(-timedelta(hours=2))
    with pytest.raises(DayLockedError, match="set the clock right"):
        desk.payments.record_transfer(RECEPTIONIST, invoice.id, amount=pounds(100))
    with pytest.raises(DayLockedError):
        desk.invoice(1000)
    with pytest.raises(DayLockedError):
        desk.services.credit_notes.correct(
            MANAGER, invoice.id, amounts=None, reason="x", note_key="n"
        )
    with pytest.raises(DBAPIError, match="day_is_locked"):
        _movement(desk, invoice.id, early=True)
    _movement(desk, invoice.id, early=False)
    assert closed.closed_at == desk.services.tills.closed(MANAGER, desk.clinic_id)[0].closed_at


def _movement(desk: MoneyDesk, invoice_id: int, *, early: bool) -> None:
    """Write a line into the ledger past every service, at the close or just before it."""
    (till,) = desk.services.tills.closed(MANAGER, desk.clinic_id)
    at = till.closed_at - timedelta(seconds=1) * early

    def work(transaction: object) -> None:
        session = transaction.session  # type: ignore[attr-defined]
        stored = text(
            "INSERT INTO invoice_movement"
            " (invoice_id, kind, matter, means, money_minor, waived_minor, at)"
            " SELECT :invoice, 'payment', :matter, 'cash', 1, 0, :at"
        )
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        instant = int(at.timestamp() * 1_000_000) if is_sqlite else at
        session.execute(stored, {"invoice": invoice_id, "matter": f"x:{early}", "at": instant})

    desk.database.write(work)


def test_what_is_paid_in_the_moment_of_the_close_belongs_to_the_next_till(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    close(desk)
    desk.clock.advance(-timedelta(minutes=2))  # another desk's clock is a little behind
    desk.payments.record_transfer(RECEPTIONIST, invoice.id, amount=pounds(9500))
    desk.clock.advance(timedelta(minutes=5))
    desk.services.tills.open(RECEPTIONIST, desk.clinic_id, float_kept=pounds(0))
    assert tenders(desk)[PaymentMethod.TRANSFER] == (9500, 1)


def test_another_clinics_day_stays_open(desk: MoneyDesk) -> None:
    close(desk)
    desk.clock.advance(-timedelta(hours=2))
    with pytest.raises(DayLockedError):
        desk.invoice(1000)
    north = desk.open_clinic("Harbour Clinic", prefix="HC")
    home, desk.clinic_id = desk.clinic_id, north
    assert desk.invoice(1000).number.startswith("HC")
    desk.clinic_id = home


def test_a_payment_and_the_close_at_once_lose_nothing(desk: MoneyDesk) -> None:
    invoices = [desk.invoice(100) for _ in range(6)]
    desk.clock.advance(MINUTE)
    gate = threading.Barrier(7)
    errors: list[Exception] = []

    def pay(invoice_id: int) -> None:
        gate.wait()
        try:
            desk.payments.record_transfer(RECEPTIONIST, invoice_id, amount=pounds(100))
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=pay, args=(invoice.id,)) for invoice in invoices]
    for thread in threads:
        thread.start()
    gate.wait()
    closed = desk.services.tills.close(
        MANAGER, desk.clinic_id, counted={}, left=pounds(0), asks_provider=False
    )
    for thread in threads:
        thread.join()
    assert errors == []
    desk.clock.advance(MINUTE)
    desk.services.tills.open(RECEPTIONIST, desk.clinic_id, float_kept=pounds(0))
    in_closed = next(one for one in closed.tenders if one.method is PaymentMethod.TRANSFER)
    later = tenders(desk).get(PaymentMethod.TRANSFER, (0, 0))
    assert in_closed.taken.minor + later[0] == 600
    (kept,) = desk.services.tills.closed(MANAGER, desk.clinic_id)
    assert kept.tenders == closed.tenders


def test_a_till_that_somebody_closed_meanwhile(desk: MoneyDesk) -> None:
    close(desk)
    for act in (
        lambda: close(desk),
        lambda: checked(desk),
        lambda: desk.services.tills.loose_ends(RECEPTIONIST, desk.clinic_id),
    ):
        with pytest.raises(TillClosedError):
            act()
