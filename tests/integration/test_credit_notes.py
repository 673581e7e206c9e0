"""Issued invoices are put right by credit notes: never by more than is left, whoever writes."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.app import Services
from clinicdesk.billing.credit_notes.errors import (
    CreditReasonMissingError,
    CreditTooLargeError,
    DepositPaidError,
    NothingToCreditError,
    UnknownCreditNoteError,
)
from clinicdesk.billing.credit_notes.records import CreditNoteRecord
from clinicdesk.billing.credit_notes.rules import Creditable, taken_off
from clinicdesk.billing.invoicing.records import DraftLine, InvoiceDraft
from clinicdesk.billing.records import InvoiceRecord, InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP, BillingDesk, pounds
from tests.services import services_over


class NoteDesk(BillingDesk):
    """A desk with an invoice of two lines."""

    services: Services

    def two_lines(self) -> InvoiceRecord:
        lines = (
            DraftLine("Skin check", 1, pounds(9500), 2000),
            DraftLine("Dressing", 3, pounds(333), 700),
        )
        draft = InvoiceDraft(self.clinic_id, self.patient_id, lines)
        return self.services.invoicing.issue(RECEPTIONIST, draft, draft_key=str(uuid.uuid4()))

    def credit(
        self, invoice: InvoiceRecord, *minors: int, key: str = "", reason: str = "Wrong service"
    ) -> CreditNoteRecord:
        amounts = {
            line.id: pounds(minor) for line, minor in zip(invoice.lines, minors, strict=False)
        }
        return self.services.credit_notes.correct(
            MANAGER,
            invoice.id,
            amounts=amounts if minors else None,
            reason=reason,
            note_key=key or str(uuid.uuid4()),
        )


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> NoteDesk:
    made = NoteDesk(database, clock)
    made.services = services_over(database, clock)
    made.set_up()
    return made


def test_a_part_and_then_the_rest_add_up_to_the_invoice(desk: NoteDesk) -> None:
    invoice = desk.two_lines()
    first = desk.credit(invoice, 4501, 100)
    assert first.number == "CN-2026-00001"
    assert desk.again(invoice).due == invoice.total - pounds(4601)
    rest = desk.credit(invoice)
    assert rest.number == "CN-2026-00002"
    for part in ("net", "tax", "total"):
        assert getattr(first, part) + getattr(rest, part) == getattr(invoice, part)
    after = desk.again(invoice)
    assert (after.state, after.due, after.credited) == (
        InvoiceState.CREDITED, pounds(0), invoice.total,
    )  # fmt: skip
    assert [line.credited for line in after.lines] == [line.total.minor for line in after.lines]
    assert desk.services.credit_notes.notes_of_invoice(MANAGER, invoice.id) == (first, rest)
    assert desk.services.credit_notes.note(MANAGER, first.id) == first
    with pytest.raises(NothingToCreditError):
        desk.credit(invoice)
    assert [(entry.text, entry.amount) for entry in after.ledger] == [
        ("Credit note 24 Nov · CN-2026-00001", pounds(4601)),
        ("Credit note 24 Nov · CN-2026-00002", invoice.total - pounds(4601)),
    ]
    assert desk.services.audit.verify(SETUP).is_whole


def test_what_was_paid_before_the_note_is_credit(desk: NoteDesk) -> None:
    invoice = desk.two_lines()
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due)
    desk.credit(invoice, 9500)
    after = desk.again(invoice)
    assert (after.credit, after.state) == (pounds(9500), InvoiceState.PAID)


def test_no_more_than_is_left_is_credited(desk: NoteDesk) -> None:
    invoice = desk.two_lines()
    desk.credit(invoice, 9000)
    with pytest.raises(CreditTooLargeError, match=r"£5\.00"):
        desk.credit(invoice, 501)
    with pytest.raises(NothingToCreditError):
        desk.credit(invoice, 0)
    with pytest.raises(CreditReasonMissingError):
        desk.credit(invoice, 1, reason="  ")
    with pytest.raises(CreditTooLargeError):
        desk.services.credit_notes.correct(
            MANAGER, invoice.id, amounts={999: pounds(1)}, reason="x", note_key="k"
        )
    with pytest.raises(UnknownCreditNoteError):
        desk.services.credit_notes.note(MANAGER, 999)
    with pytest.raises(AccessDeniedError):
        desk.services.credit_notes.correct(
            RECEPTIONIST, invoice.id, amounts=None, reason="x", note_key="k"
        )


def test_a_double_click_makes_one_note(desk: NoteDesk) -> None:
    invoice, key = desk.two_lines(), str(uuid.uuid4())
    assert desk.credit(invoice, 100, key=key) == desk.credit(invoice, 100, key=key)
    assert desk.again(invoice).credited == pounds(100)


def test_two_desks_at_once_credit_no_more_than_the_line(desk: NoteDesk) -> None:
    invoice, gate = desk.two_lines(), threading.Barrier(2)

    def credit(_number: int) -> type:
        gate.wait()
        try:
            return type(desk.credit(invoice, 6000))
        except CreditTooLargeError as error:
            return type(error)

    with ThreadPoolExecutor(2) as pool:
        came = set(pool.map(credit, range(2)))
    assert came == {CreditNoteRecord, CreditTooLargeError}
    assert desk.again(invoice).credited == pounds(6000)


def test_a_paid_deposit_is_no_matter_of_a_note(desk: NoteDesk) -> None:
    deposit = desk.services.invoicing.ask_deposit(
        RECEPTIONIST,
        clinic_id=desk.clinic_id,
        patient_id=desk.patient_id,
        amount=pounds(5000),
        note="",
        draft_key="d",
    )
    desk.payments.take_cash(RECEPTIONIST, deposit.id, amount=pounds(2000), tendered=pounds(2000))
    with pytest.raises(DepositPaidError):
        desk.credit(deposit)
    desk.credit(deposit, 3000)
    assert desk.again(deposit).due == pounds(0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    net=st.integers(0, 10**7),
    tax=st.integers(0, 10**6),
    cuts=st.lists(st.integers(1, 10**6), max_size=6),
)
def test_the_notes_of_a_line_add_up_to_the_line(net: int, tax: int, cuts: list[int]) -> None:
    total, credited, nets, taxes = net + tax, 0, 0, 0
    for cut in [*cuts, total]:
        amount = min(cut, total - credited)
        part_net, part_tax = taken_off(Creditable(1, net, total, credited), amount)
        assert 0 <= part_net <= amount
        nets, taxes, credited = nets + part_net, taxes + part_tax, credited + amount
    assert (nets, taxes, credited) == (net, tax, total)
