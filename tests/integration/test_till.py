"""The till: what the drawer should hold, counting it, and a close that is final."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Actor, Role
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.errors import (
    CountInvalidError,
    DifferenceUnexplainedError,
    DrawerEmptyError,
    DrawerReasonError,
    TillClosedError,
    TillOpenError,
    TooMuchLeftError,
)
from clinicdesk.payments.till.records import Drawer, Loose, LooseKind, OpenTill
from clinicdesk.schedule.records import AppointmentStatus
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, pounds
from tests.till_desk import FLOAT, TillDesk

TWENTY, TEN, FIVE, ONE = 2000, 1000, 500, 100


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> TillDesk:
    desk = TillDesk(database, clock)
    desk.set_up()
    return desk


def test_the_drawer_holds_the_float_and_the_cash_that_moved(desk: TillDesk) -> None:
    desk.opened()
    payment = desk.cash(9500)
    desk.transfer(4000)
    desk.give_back(payment, 1500)
    till = desk.now()
    assert till.expected_cash == pounds(5000 + 9500 - 1500)
    assert desk.kept(till, PaymentMethod.CASH) == pounds(8000)
    assert desk.kept(till, PaymentMethod.TRANSFER) == pounds(4000)
    assert desk.kept(till, PaymentMethod.CARD) == pounds(0)


def test_a_count_that_fits_closes_the_till_for_good(desk: TillDesk) -> None:
    desk.opened()
    desk.cash(4000)
    desk.clock.advance(timedelta(seconds=1))
    closed = desk.tills.close(
        MANAGER, desk.clinic_id, counted={TWENTY: 4, TEN: 1}, left=pounds(5000)
    )
    assert (closed.counted_cash, closed.difference) == (pounds(9000), pounds(0))
    assert closed.to_bank == pounds(4000)
    assert closed.counted == {TWENTY: 4, TEN: 1}
    assert desk.tills.till(RECEPTIONIST, desk.clinic_id) is None
    assert desk.tills.closed(MANAGER, desk.clinic_id) == (closed,)
    (entry, *_) = desk.audit.entries(MANAGER)
    assert (entry.action, entry.seq) == ("close till", closed.audit_seq)
    assert desk.audit.verify(SETUP).is_whole


def test_a_difference_needs_a_reason(desk: TillDesk) -> None:
    desk.opened()
    desk.cash(4000)
    desk.clock.advance(timedelta(seconds=1))
    with pytest.raises(DifferenceUnexplainedError, match=r"£5\.00 too little"):
        desk.tills.close(MANAGER, desk.clinic_id, counted={FIVE: 17}, left=pounds(0))
    with pytest.raises(DifferenceUnexplainedError, match=r"£1\.00 too much"):
        desk.tills.close(MANAGER, desk.clinic_id, counted={ONE: 91}, left=pounds(0))
    closed = desk.tills.close(
        MANAGER, desk.clinic_id, counted={FIVE: 17}, left=pounds(0), reason="A note fell behind"
    )
    assert (closed.difference, closed.reason) == (pounds(-500), "A note fell behind")


@pytest.mark.parametrize("counted", [{TWENTY: -1}, {3: 1}, {TWENTY: 100_001}])
def test_a_count_that_cannot_be_is_refused(desk: TillDesk, counted: dict[int, int]) -> None:
    desk.opened()
    with pytest.raises(CountInvalidError):
        desk.tills.close(MANAGER, desk.clinic_id, counted=counted, left=pounds(0), reason="x")


def test_no_more_stays_in_the_drawer_than_there_is(desk: TillDesk) -> None:
    desk.opened()
    for left in (5001, -1):
        with pytest.raises(TooMuchLeftError):
            desk.tills.close(MANAGER, desk.clinic_id, counted={TEN: 5}, left=pounds(left))


def test_what_is_paid_between_two_tills_belongs_to_the_next(desk: TillDesk) -> None:
    desk.opened()
    desk.clock.advance(timedelta(minutes=1))
    desk.tills.close(MANAGER, desk.clinic_id, counted={TEN: 5}, left=pounds(5000))
    desk.cash(3000)
    desk.clock.advance(timedelta(minutes=1))
    assert desk.tills.usual_float(RECEPTIONIST, desk.clinic_id) == pounds(5000)
    desk.opened()
    assert desk.now().expected_cash == pounds(8000)


def test_a_closed_till_keeps_its_sums_whatever_comes_after(desk: TillDesk) -> None:
    desk.opened()
    payment = desk.cash(4000)
    desk.clock.advance(timedelta(seconds=1))
    before = desk.tills.close(MANAGER, desk.clinic_id, counted={TEN: 9}, left=pounds(5000))
    desk.opened()
    desk.give_back(payment, 1000)
    assert desk.tills.closed(MANAGER, desk.clinic_id) == (before,)
    assert desk.now().expected_cash == pounds(4000)


def test_cash_goes_in_and_out_of_the_drawer_for_a_reason(desk: TillDesk) -> None:
    desk.opened()
    with pytest.raises(DrawerReasonError):
        _put(desk, Drawer.PAID_OUT, 500, " ")
    with pytest.raises(DrawerEmptyError, match=r"£50\.00"):
        _put(desk, Drawer.PAID_OUT, 5001, "Stamps")
    _put(desk, Drawer.PAID_OUT, 1200, "Stamps")
    till = _put(desk, Drawer.PAID_IN, 200, "Found under the desk")
    assert till.expected_cash == pounds(4000)
    assert [entry.reason for entry in till.drawer] == ["Stamps", "Found under the desk"]


def _put(desk: TillDesk, kind: Drawer, minor: int, reason: str) -> OpenTill:
    return desk.tills.put(
        RECEPTIONIST, desk.clinic_id, kind=kind, amount=pounds(minor), reason=reason
    )


def test_one_till_is_open_at_a_time(desk: TillDesk) -> None:
    desk.opened()
    with pytest.raises(TillOpenError):
        desk.opened()
    with pytest.raises(TillClosedError):
        other = desk.open_clinic("Riverside Clinic", prefix="RIV")
        desk.tills.put(
            RECEPTIONIST, other, kind=Drawer.PAID_IN, amount=pounds(100), reason="Change"
        )


def test_another_clinics_money_is_not_in_the_drawer(desk: TillDesk) -> None:
    desk.opened()
    home = desk.clinic_id
    other = desk.open_clinic("Riverside Clinic", prefix="RIV")
    desk.clock.advance(timedelta(minutes=1))
    service = desk.offer(pounds(7000))
    visit = desk.visit(service, clinic_id=other)
    invoice = desk.billing.invoice_visit(RECEPTIONIST, visit)
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=pounds(7000), tendered=pounds(7000))
    desk.clinic_id = home
    assert desk.now().expected_cash == FLOAT


def test_loose_ends_are_listed_until_they_are_dealt_with(desk: TillDesk) -> None:
    desk.clock.advance(timedelta(days=-2))
    desk.opened()
    desk.clock.advance(timedelta(days=2))
    service = desk.offer(pounds(7000))
    finished = desk.visit(service)
    forgotten = desk.visit(service, status=AppointmentStatus.CONFIRMED)
    desk.clock.advance(timedelta(hours=4))
    found = desk.tills.loose_ends(RECEPTIONIST, desk.clinic_id)
    assert found == (
        Loose(LooseKind.NO_OUTCOME, 1, forgotten),
        Loose(LooseKind.NO_INVOICE, 1, finished),
    )
    desk.billing.invoice_visit(RECEPTIONIST, finished)
    assert desk.tills.loose_ends(RECEPTIONIST, desk.clinic_id) == found[:1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE till_session SET counted_minor = 1",
        "UPDATE till_session SET reason = 'nothing'",
        "DELETE FROM till_session",
        "UPDATE till_drawer SET amount_minor = 1",
        "DELETE FROM till_drawer",
    ],
)
def test_the_database_itself_refuses_to_change_a_closed_till(
    desk: TillDesk, statement: str
) -> None:
    desk.opened()
    _put(desk, Drawer.PAID_IN, 1000, "Change")
    desk.tills.close(MANAGER, desk.clinic_id, counted={TEN: 6}, left=pounds(0))
    with pytest.raises(IntegrityError):
        desk.database.write(lambda transaction: transaction.session.execute(text(statement)))


def test_only_a_manager_signs(desk: TillDesk) -> None:
    desk.opened()
    maria = Actor(None, "Maria Keane", frozenset({Role.RECEPTIONIST}))
    with pytest.raises(AccessDeniedError):
        desk.tills.close(maria, desk.clinic_id, counted={TEN: 5}, left=pounds(0))
    assert desk.now().expected_cash == FLOAT
