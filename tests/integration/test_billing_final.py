"""Issued invoices and moved money are final, even for somebody who writes SQL by hand."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from clinicdesk.billing.records import InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.errors import violated
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.payments.obstacles import (
    MoreThanDueError,
    NothingDueError,
    RefundTooLargeError,
)
from tests.billing_desk import MANAGER, RECEPTIONIST, BillingDesk, pounds

FINAL = [
    "UPDATE invoice SET total_minor = 1, net_minor = 1, tax_minor = 0",
    "UPDATE invoice SET issued_on = '2025-01-01'",
    "UPDATE invoice SET number = 'INV-2026-99999'",
    "DELETE FROM invoice",
    "UPDATE invoice_line SET description = 'x'",
    "DELETE FROM invoice_line",
    "UPDATE invoice_movement SET money_minor = 1",
    "DELETE FROM invoice_movement",
    "UPDATE payment SET amount_minor = 99999",
    "UPDATE payment SET status = 'failed'",
    "DELETE FROM payment",
    "UPDATE refund SET amount_minor = 1",
    "DELETE FROM refund",
]


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> BillingDesk:
    return BillingDesk(database, clock).set_up()


@pytest.fixture
def file_desk(file_database: Database, clock: FixedClock) -> BillingDesk:
    return BillingDesk(file_database, clock).set_up()


def test_the_database_refuses_to_change_what_is_final(desk: BillingDesk) -> None:
    invoice = desk.invoice(9500)
    payment = desk.payments.take_cash(
        RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due
    )
    desk.refunds.process_refund(MANAGER, payment.id, amount=pounds(500), reason="x", refund_key="k")
    for statement in FINAL:
        with (
            pytest.raises(IntegrityError) as refusal,
            desk.database.writer_connection() as connection,
        ):
            connection.execute(text(statement))
        assert "row_is_final" in str(refusal.value), statement
        assert violated(refusal.value), statement
    after = desk.again(invoice)
    assert (after.total, after.paid) == (pounds(9500), pounds(9000))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["cash", "transfer"]), st.integers(1, 12_000)),
        st.tuples(st.sampled_from(["refund", "refund, still owed"]), st.integers(1, 12_000)),
    ),
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(price=st.integers(1, 12_000), steps=STEPS)
def test_any_order_of_payments_and_refunds_adds_up(
    file_desk: BillingDesk, price: int, steps: list[tuple[str, int]]
) -> None:
    """Plays the steps on a sheet of paper too, and compares after each."""
    desk = file_desk
    invoice = desk.invoice(price)
    due, rests = price, {}
    for number, (step, minor) in enumerate(steps):
        amount = Money(minor, "GBP")
        if step in {"cash", "transfer"}:
            if minor > due:
                with pytest.raises(NothingDueError if due <= 0 else MoreThanDueError):
                    desk.payments.record_transfer(RECEPTIONIST, invoice.id, amount=amount)
                continue
            if step == "cash":
                payment = desk.payments.take_cash(
                    RECEPTIONIST, invoice.id, amount=amount, tendered=amount
                )
            else:
                payment = desk.payments.record_transfer(RECEPTIONIST, invoice.id, amount=amount)
            due -= minor
            rests[payment.id] = minor
        elif rests:
            payment_id = sorted(rests)[number % len(rests)]
            is_owed = step == "refund, still owed"

            def give(
                payment_id: int = payment_id,
                amount: Money = amount,
                number: int = number,
                is_owed: bool = is_owed,
            ) -> None:
                desk.refunds.process_refund(
                    MANAGER,
                    payment_id,
                    amount=amount,
                    reason="x",
                    refund_key=f"{invoice.id}:{number}",
                    still_owed=is_owed,
                )

            if minor > rests[payment_id]:
                with pytest.raises(RefundTooLargeError):
                    give()
                continue
            give()
            rests[payment_id] -= minor
            due += minor if is_owed else 0
        whole = desk.again(invoice)
        assert (whole.due.minor, whole.paid.minor) == (due, sum(rests.values()))
        payments = desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)
        assert {each.id: each.refundable.minor for each in payments} == rests
        assert sum(entry.amount.minor for entry in whole.ledger) == whole.paid.minor
        assert (whole.state in {InvoiceState.PAID, InvoiceState.REFUNDED}) == (due <= 0)
