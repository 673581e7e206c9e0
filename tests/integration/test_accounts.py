"""The account of a family: debts and credits apart, and credit that moves only within it."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from clinicdesk.billing.accounts.errors import (
    BeingPaidError,
    CreditAmountError,
    CreditCurrencyError,
    CreditTooLargeError,
    CreditTooSmallError,
    CreditUsedError,
    NotOneFamilyError,
    SameInvoiceError,
    TransferKeyUsedError,
    UnknownTransferError,
)
from clinicdesk.billing.accounts.service import AccountService
from clinicdesk.billing.errors import UnknownInvoiceError
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, ClinicDeskError, RuleError
from clinicdesk.money import Money
from clinicdesk.patients.errors import PatientMissingError
from clinicdesk.payments.models import Payment
from clinicdesk.payments.pending import OpenAttempts
from clinicdesk.payments.records import PaymentMethod, PaymentStatus
from tests.account_desk import STRANGER, AccountDesk
from tests.billing_desk import RECEPTIONIST, SETUP, pounds

ROUNDS = 5


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> AccountDesk:
    return AccountDesk(database, clock).open()


# --- the account ---------------------------------------------------------------------------


def test_debts_and_credits_of_a_family_stand_apart(desk: AccountDesk) -> None:
    leos, mias = desk.bill(desk.leo, 9500), desk.bill(desk.mia, 4500)
    rosas, deposit = desk.bill(desk.rosa, 7500), desk.deposit(desk.rosa, 5000)
    desk.overpay(rosas, 2500)
    desk.pay(deposit, 3000)
    desk.pay(mias, 500)
    account = desk.services.accounts.account(RECEPTIONIST, desk.leo)
    assert account.name == "Leo Álvarez"
    assert [(member.name, member.pays) for member in account.members] == [
        ("Rosa Álvarez", True), ("Leo Álvarez", False), ("Mia Álvarez", False),
    ]  # fmt: skip
    assert desk.balance(desk.rosa) == (9500 + 4000, 2500 + 3000, 2000)
    assert [open_.number for open_ in account.open_invoices] == [
        leos.number, mias.number, deposit.number,
    ]  # fmt: skip
    assert [open_.due.minor for open_ in account.open_invoices] == [9500, 4000, 2000]
    assert [(credit.number, credit.amount.minor) for credit in account.credits] == [
        (rosas.number, 2500), (deposit.number, 3000),
    ]  # fmt: skip
    own = {member.name: member.balances for member in account.members}
    assert [balance.owed.minor for balance in own["Leo Álvarez"]] == [9500]
    assert desk.services.accounts.credit_of_patient(RECEPTIONIST, desk.rosa) == (pounds(5500),)
    assert desk.services.accounts.credit_of_patient(RECEPTIONIST, desk.leo) == ()
    assert account.recent[0].text == "Paid · cash"
    assert account.recent[0].balance.minor == 9500 + 4000 - 5500


def test_currencies_are_never_added(desk: AccountDesk) -> None:
    desk.bill(desk.rosa, 7500)
    desk.bill_yen(desk.rosa, 3000)
    balances = desk.services.accounts.account(RECEPTIONIST, desk.rosa).balances
    assert [str(balance.owed) for balance in balances] == ["£75.00", "¥3,000"]


def test_somebody_without_invoices_has_an_empty_account(desk: AccountDesk) -> None:
    account = desk.services.accounts.account(RECEPTIONIST, desk.patient_id)
    assert (account.balances, account.open_invoices, account.recent) == ((), (), ())
    assert [member.name for member in account.members] == ["Chloé Martin"]
    with pytest.raises(PatientMissingError):
        desk.services.accounts.account(RECEPTIONIST, 999)
    with pytest.raises(AccessDeniedError):
        desk.services.accounts.account(STRANGER, desk.rosa)


def test_the_list_has_a_row_for_each_family_and_currency(desk: AccountDesk) -> None:
    accounts = desk.services.accounts
    desk.bill(desk.leo, 9500)
    desk.overpay(desk.bill(desk.mia, 4500), 1000)
    desk.pay(desk.bill(desk.patient_id, 3000), 3000)
    desk.bill_yen(desk.patient_id, 900)
    deposit = desk.deposit(desk.patient_id, 2000)
    desk.pay(deposit, 2000)
    rows = accounts.accounts(RECEPTIONIST)
    assert [(row.name, row.open_invoices, str(row.balance.owed)) for row in rows] == [
        ("Rosa Álvarez", 1, "£95.00"),
        ("Chloé Martin", 1, "¥900"),
        ("Chloé Martin", 0, "£0.00"),
    ]
    assert [row.balance.credit.minor for row in rows] == [1000, 0, 2000]
    assert rows[0].phone == "020 7946 0147"
    assert rows[2].oldest_due_on is None
    assert [row.name for row in accounts.accounts(RECEPTIONIST, text="leo alv")] == ["Rosa Álvarez"]
    assert accounts.accounts(RECEPTIONIST, text="%") == ()
    assert len(accounts.accounts(RECEPTIONIST, text=rows[0].number)) == 1
    assert len(accounts.accounts(RECEPTIONIST, limit=1)) == 1


# --- moving credit -------------------------------------------------------------------------


def test_what_was_paid_too_much_pays_for_the_child(desk: AccountDesk) -> None:
    rosas, leos = desk.bill(desk.rosa, 7500), desk.bill(desk.leo, 9500)
    desk.overpay(rosas, 2500)
    moved = desk.apply(rosas, leos, 2500)
    assert moved.amount == pounds(2500)
    assert (moved.from_number, moved.to_number) == (rosas.number, leos.number)
    assert desk.dues(rosas, leos) == [0, 7000]
    assert desk.balance(desk.leo) == (7000, 0, 0)
    texts = [line.text for line in desk.services.accounts.account(SETUP, desk.leo).recent[:2]]
    assert texts == [f"Credit from {rosas.number}", f"Credit moved to {leos.number}"]
    newest = desk.services.audit.entries(SETUP, entity="invoice", entity_id=leos.id, limit=1)[0]
    assert newest.action == "move credit"
    assert newest.details["amount_minor"] == 2500


def test_a_deposit_pays_for_the_visit_and_asks_for_nothing_again(desk: AccountDesk) -> None:
    deposit, visit = desk.deposit(desk.leo, 5000), desk.bill(desk.leo, 9500)
    desk.pay(deposit, 5000)
    desk.apply(deposit, visit, 2000)
    assert desk.dues(deposit, visit) == [0, 7500]
    assert desk.balance(desk.leo) == (7500, 3000, 0)
    desk.apply(deposit, visit, 3000)
    assert desk.dues(deposit, visit) == [0, 4500]
    assert desk.balance(desk.leo) == (4500, 0, 0)


def test_the_same_key_moves_once(desk: AccountDesk) -> None:
    rosas, leos = desk.bill(desk.rosa, 7500), desk.bill(desk.leo, 9500)
    desk.overpay(rosas, 2500)
    key = str(uuid.uuid4())
    first = desk.apply(rosas, leos, 1000, key=key)
    assert desk.apply(rosas, leos, 1000, key=key) == first
    assert desk.dues(rosas, leos) == [-1500, 8500]
    with pytest.raises(TransferKeyUsedError):
        desk.apply(rosas, leos, 900, key=key)


def refused(
    desk: AccountDesk, source: InvoiceRecord, target: InvoiceRecord, *, minor: int
) -> ClinicDeskError:
    before = desk.dues(source, target)
    with pytest.raises(ClinicDeskError) as error:
        desk.apply(source, target, minor)
    assert desk.dues(source, target) == before
    return error.value


def test_never_more_than_the_credit_or_the_debt(desk: AccountDesk) -> None:
    rosas, leos = desk.bill(desk.rosa, 7500), desk.bill(desk.leo, 2000)
    none_left = refused(desk, rosas, leos, minor=1)
    assert isinstance(none_left, CreditTooSmallError)
    assert none_left.sentence.startswith("No credit is left")
    desk.overpay(rosas, 2500)
    too_much = refused(desk, rosas, leos, minor=2501)
    assert isinstance(too_much, CreditTooSmallError)
    assert too_much.left == pounds(2500)
    beyond = refused(desk, rosas, leos, minor=2001)
    assert isinstance(beyond, CreditTooLargeError)
    assert "Only £20.00 is due" in beyond.sentence
    desk.apply(rosas, leos, 2000)
    nothing = refused(desk, rosas, leos, minor=1)
    assert isinstance(nothing, CreditTooLargeError)
    assert nothing.sentence.startswith("Nothing is due")


@pytest.mark.parametrize("minor", [0, -1])
def test_only_amounts_above_zero_move(desk: AccountDesk, minor: int) -> None:
    rosas, leos = desk.bill(desk.rosa), desk.bill(desk.leo)
    assert isinstance(refused(desk, rosas, leos, minor=minor), CreditAmountError)
    assert isinstance(refused(desk, rosas, rosas, minor=5), SameInvoiceError)


def test_credit_stays_in_the_family_and_its_currency(desk: AccountDesk) -> None:
    rosas, chloes = desk.bill(desk.rosa, 7500), desk.bill(desk.patient_id, 9500)
    yens = desk.bill_yen(desk.leo, 3000)
    desk.overpay(rosas, 2500)
    assert isinstance(refused(desk, rosas, chloes, minor=100), NotOneFamilyError)
    assert isinstance(refused(desk, rosas, yens, minor=100), CreditCurrencyError)
    with pytest.raises(UnknownInvoiceError):
        desk.services.accounts.apply_credit(
            RECEPTIONIST,
            from_invoice_id=rosas.id,
            to_invoice_id=999,
            amount=Money(1, "GBP"),
            transfer_key="x",
        )
    desk.set_guarantor(desk.patient_id, desk.rosa)
    desk.apply(rosas, chloes, 100)


def test_no_credit_beside_a_payment_that_is_going_on(desk: AccountDesk) -> None:
    rosas, leos = desk.bill(desk.rosa, 7500), desk.bill(desk.leo, 9500)
    desk.overpay(rosas, 2500)
    attempt = Payment(
        attempt_key="k", invoice_id=leos.id, method=PaymentMethod.CARD,
        status=PaymentStatus.UNKNOWN, amount_minor=9500, refund_reserved_minor=0, currency="GBP",
        reader_commands=0, card_brand="", card_last4="", card_receipt={}, failure_code="",
        desk="Desk 1", created_at=desk.clock.now(),
    )  # fmt: skip
    desk.database.write(lambda transaction: transaction.session.add(attempt))
    assert isinstance(refused(desk, rosas, leos, minor=100), BeingPaidError)
    assert not desk.database.read(lambda session: OpenAttempts().is_being_paid(session, rosas.id))
    alone = AccountService(desk.database, clock=desk.clock, audit=desk.audit)
    alone.apply_credit(
        RECEPTIONIST,
        from_invoice_id=rosas.id,
        to_invoice_id=leos.id,
        amount=pounds(100),
        transfer_key="alone",
    )


# --- moving it back ------------------------------------------------------------------------


def test_what_was_moved_moves_back_once(desk: AccountDesk) -> None:
    accounts = desk.services.accounts
    deposit, visit = desk.deposit(desk.leo, 5000), desk.bill(desk.leo, 9500)
    desk.pay(deposit, 5000)
    moved = desk.apply(deposit, visit, 4000)
    assert [each.id for each in accounts.account(SETUP, desk.leo).transfers] == [moved.id]
    back = accounts.undo_credit(RECEPTIONIST, moved.id)
    assert accounts.undo_credit(RECEPTIONIST, moved.id) == back
    assert (back.from_number, back.to_number) == (visit.number, deposit.number)
    assert desk.dues(deposit, visit) == [0, 9500]
    assert desk.balance(desk.leo) == (9500, 5000, 0)
    assert accounts.account(SETUP, desk.leo).transfers == ()
    for unknown in (back.id, 999):
        with pytest.raises(UnknownTransferError):
            accounts.undo_credit(RECEPTIONIST, unknown)


def test_what_left_since_does_not_move_back(desk: AccountDesk) -> None:
    rosas, leos, mias = desk.bill(desk.rosa), desk.bill(desk.leo, 2000), desk.bill(desk.mia)
    desk.overpay(rosas, 2500)
    moved = desk.apply(rosas, leos, 2000)
    desk.credit(leos, 2000)
    desk.apply(leos, mias, 2000)
    with pytest.raises(CreditUsedError):
        desk.services.accounts.undo_credit(RECEPTIONIST, moved.id)
    assert desk.dues(rosas, leos, mias) == [-500, 0, 7500]


# --- two desks at once ---------------------------------------------------------------------


def test_two_desks_never_use_the_same_credit_twice(desk: AccountDesk) -> None:
    """Both want 20 pounds of 25; and in the other direction at once, nobody waits for ever."""
    for _ in range(ROUNDS):
        rosas, leos, mias = (desk.bill(who, 9000) for who in (desk.rosa, desk.leo, desk.mia))
        desk.overpay(rosas, 2500)
        start = threading.Barrier(2)

        def use(target: InvoiceRecord, start: threading.Barrier = start) -> bool:
            start.wait(timeout=20)
            try:
                desk.apply(rosas, target, 2000)  # noqa: B023  # used before the next round
            except CreditTooSmallError as error:
                assert error.left == pounds(500)
                return False
            return True

        with ThreadPoolExecutor(2) as desks:
            won = list(desks.map(use, [leos, mias]))
        assert sorted(won) == [False, True]
        assert desk.dues(rosas) == [-500]
        assert sum(desk.dues(leos, mias)) == 16000


def test_opposite_ways_at_once_do_not_block_each_other(desk: AccountDesk) -> None:
    for _ in range(ROUNDS):
        deposits = desk.deposit(desk.leo, 5000), desk.deposit(desk.mia, 5000)
        for deposit in deposits:
            desk.pay(deposit, 2000)
        start = threading.Barrier(2)

        def swap(way: int, start: threading.Barrier = start) -> None:
            start.wait(timeout=20)
            source, target = deposits[way], deposits[1 - way]  # noqa: B023
            desk.apply(source, target, 1000)

        with ThreadPoolExecutor(2) as desks:
            list(desks.map(swap, [0, 1]))
        assert sorted(desk.dues(*deposits)) == [2000, 2000]


def test_one_key_from_two_desks_moves_once(desk: AccountDesk) -> None:
    rosas, leos = desk.bill(desk.rosa, 9000), desk.bill(desk.leo, 9000)
    desk.overpay(rosas, 2500)
    start, key = threading.Barrier(2), str(uuid.uuid4())

    def use(_number: int) -> int:
        start.wait(timeout=20)
        return desk.apply(rosas, leos, 1000, key=key).id

    with ThreadPoolExecutor(2) as desks:
        assert len(set(desks.map(use, range(2)))) == 1
    assert desk.dues(rosas, leos) == [-1500, 8000]


def test_every_refusal_says_what_to_do() -> None:
    errors: list[RuleError | ClinicDeskError] = [
        CreditTooSmallError(pounds(1)), CreditTooLargeError(pounds(0)), CreditCurrencyError(),
        SameInvoiceError(), NotOneFamilyError(), BeingPaidError(), TransferKeyUsedError(),
        UnknownTransferError(), CreditUsedError(),
    ]  # fmt: skip
    for error in errors:
        assert error.sentence.count(".") >= 2
