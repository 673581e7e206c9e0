"""Statements of account: every entry in its period, and a balance that is the ledger's."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.billing.accounts.errors import PeriodReversedError
from clinicdesk.billing.accounts.records import Ageing, CurrencyStatement, Statement
from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.billing.records import InvoiceKind, InvoiceRecord
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import ClinicDeskError
from tests.account_desk import AccountDesk
from tests.billing_desk import RECEPTIONIST

TODAY = date(2026, 11, 24)
LONG_AGO, LATER = date(2020, 1, 1), date(2030, 1, 1)


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> AccountDesk:
    return AccountDesk(database, clock).open()


def statement(
    desk: AccountDesk,
    patient_id: int,
    from_on: date = LONG_AGO,
    to_on: date = LATER,
    *,
    with_family: bool = True,
) -> Statement:
    return desk.services.accounts.statement(
        RECEPTIONIST, patient_id, from_on=from_on, to_on=to_on, with_family=with_family
    )


def ages(part: CurrencyStatement) -> list[int]:
    return [getattr(part.ageing, name).minor for name in Ageing.__slots__]


def test_every_entry_stands_with_the_balance_after_it(desk: AccountDesk) -> None:
    first, deposit = desk.bill(desk.leo, 9500), desk.deposit(desk.leo, 5000)
    desk.clock.advance(timedelta(days=3))
    payment = desk.pay(first, 9500)
    desk.refund(payment, 2000)
    desk.pay(deposit, 5000)
    second = desk.bill(desk.mia, 4500)
    desk.apply(deposit, second, 1500)
    desk.credit(second, 500)
    (note,) = desk.services.credit_notes.notes_of_invoice(RECEPTIONIST, second.id)
    made = statement(desk, desk.leo)
    assert (made.name, made.address, made.is_of_family) == ("Rosa Álvarez", "2 Elm Way", True)
    assert made.clinic_id == desk.clinic_id
    (part,) = made.parts
    told = [(line.text, line.amount.minor, line.balance.minor) for line in part.lines]
    assert told[:2] == [("Invoice", 9500, 9500), ("Deposit asked for: £50.00", 0, 9500)]
    assert [line.on for line in part.lines][:3] == [TODAY, TODAY, TODAY + timedelta(days=3)]
    assert told[2:] == [
        ("Invoice", 4500, 14000),
        ("Paid · cash", -9500, 4500),
        ("Refunded · cash", 2000, 6500),
        ("No longer charged", -2000, 4500),
        ("Paid · cash", -5000, -500),
        (f"Credit moved to {second.number}", 1500, 1000),
        (f"Credit from {deposit.number}", -1500, -500),
        (f"Credit note · {note.number}", -500, -1000),
    ]
    assert part.closing.minor == part.owed.minor - part.credit.minor == 2500 - 3500
    assert part.asked.minor == 0


def test_a_period_begins_with_what_was_before(desk: AccountDesk) -> None:
    invoice = desk.bill(desk.leo, 9500)
    desk.clock.advance(timedelta(days=20))
    desk.pay(invoice, 4000)
    desk.clock.advance(timedelta(days=20))
    desk.bill(desk.leo, 1000)
    (part,) = statement(desk, desk.leo, TODAY + timedelta(1), TODAY + timedelta(39)).parts
    assert (part.opening.minor, part.closing.minor) == (9500, 5500)
    assert [line.text for line in part.lines] == ["Paid · cash"]
    assert ages(part) == [0, 5500, 0, 0, 0]
    (early,) = statement(desk, desk.leo, LONG_AGO, LONG_AGO).parts
    assert (early.opening.minor, early.closing.minor, early.lines) == (0, 0, ())
    (of_one_day,) = statement(desk, desk.leo, TODAY, TODAY).parts
    assert (of_one_day.closing.minor, ages(of_one_day)) == (9500, [9500, 0, 0, 0, 0])


def test_a_statement_of_one_patient_leaves_the_family_out(desk: AccountDesk) -> None:
    desk.bill(desk.leo, 9500)
    desk.bill(desk.mia, 4500)
    made = statement(desk, desk.leo, with_family=False)
    assert (made.name, made.is_of_family) == ("Leo Álvarez", False)
    assert made.parts[0].closing.minor == 9500
    assert statement(desk, desk.patient_id).is_of_family is False


def test_nothing_billed_is_an_empty_statement(desk: AccountDesk) -> None:
    made = statement(desk, desk.patient_id)
    assert (made.parts, made.clinic_id) == ((), None)


def test_each_currency_has_its_own_part(desk: AccountDesk) -> None:
    desk.bill(desk.rosa, 9500)
    desk.bill_yen(desk.rosa, 3000)
    assert [str(part.closing) for part in statement(desk, desk.rosa).parts] == ["£95.00", "¥3,000"]


def test_a_period_that_ends_before_it_begins_is_refused(desk: AccountDesk) -> None:
    with pytest.raises(PeriodReversedError):
        statement(desk, desk.leo, TODAY, TODAY - timedelta(days=1))


# --- whatever happens ----------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["bill", "deposit", "pay", "refund", "credit", "apply", "undo", "wait", "child"]
        ),
        st.integers(1, 9000),
        st.integers(0, 20),
    ),
    min_size=4,
    max_size=14,
)


class Play:
    """Lets a family and its desk do this and that; what is refused changes nothing."""

    def __init__(self, desk: AccountDesk) -> None:
        self.desk = desk
        self.people = [desk.patient("Ann", "Lee"), desk.patient("Bo", "Lee")]
        desk.set_guarantor(self.people[1], self.people[0])
        self.invoices: list[InvoiceRecord] = []
        self.payments: list[int] = []
        self.moves: list[int] = []

    def step(self, what: str, minor: int, pick: int) -> None:
        desk, who = self.desk, self.people[pick % 2]
        if what == "bill":
            self.invoices.append(desk.bill(who, minor))
        elif what == "deposit":
            self.invoices.append(desk.deposit(who, minor))
        elif what == "wait":
            desk.clock.advance(timedelta(days=pick))
        elif self.invoices:
            self._move(what, minor, pick)

    def _move(self, what: str, minor: int, pick: int) -> None:
        desk, chosen = self.desk, self.invoices[pick % len(self.invoices)]
        other = self.invoices[(pick + minor) % len(self.invoices)]
        if what == "pay":
            self.payments.append(desk.pay(chosen, minor))
        elif what == "refund" and self.payments:
            desk.refund(self.payments[pick % len(self.payments)], minor)
        elif what == "credit":
            desk.credit(chosen, minor)
        elif what == "apply":
            self.moves.append(desk.apply(chosen, other, minor).id)
        elif what == "undo" and self.moves:
            desk.services.accounts.undo_credit(RECEPTIONIST, self.moves[pick % len(self.moves)])


def in_the_ledger(desk: AccountDesk, people: list[int]) -> int:
    """Add the family's ledger up anew: what is owed less what is credit, in pence."""

    def work(session: Session) -> int:
        total = 0
        for invoice in session.scalars(select(Invoice).where(Invoice.patient_id.in_(people))):
            moved = session.scalars(
                select(InvoiceMovement).where(InvoiceMovement.invoice_id == invoice.id)
            ).all()
            if invoice.kind is InvoiceKind.DEPOSIT:
                total -= sum(each.money_minor for each in moved)
            else:
                total += invoice.total_minor
                total -= sum(each.money_minor + each.waived_minor for each in moved)
        return total

    return desk.database.read(work)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, cut=st.integers(0, 40))
def test_the_statement_is_always_the_ledger(
    desk: AccountDesk, steps: list[tuple[str, int, int]], cut: int
) -> None:
    begun_on = desk.clock.now().date()
    play = Play(desk)
    for step in steps:
        try:
            play.step(*step)
        except ClinicDeskError:
            continue
    expected = in_the_ledger(desk, play.people)
    whole = statement(desk, play.people[1])
    closing = sum(part.closing.minor for part in whole.parts)
    assert closing == expected
    owed, credit, _asked = desk.balance(play.people[0])
    assert owed - credit == expected
    for part in whole.parts:
        check(part)
    cut_on = begun_on + timedelta(days=cut)
    before = statement(desk, play.people[0], LONG_AGO, cut_on)
    after = statement(desk, play.people[0], cut_on + timedelta(days=1), LATER)
    for early, late in zip(before.parts, after.parts, strict=True):
        check(early)
        check(late)
        assert early.closing == late.opening


def check(part: CurrencyStatement) -> None:
    """Opening and entries make up the closing, which is what is owed less what is credit."""
    assert part.opening.minor + sum(line.amount.minor for line in part.lines) == part.closing.minor
    assert part.closing.minor == part.owed.minor - part.credit.minor
    assert sum(ages(part)) == part.owed.minor
    running = part.opening.minor
    for line in part.lines:
        running += line.amount.minor
        assert line.balance.minor == running
