"""Invoices that somebody puts together: prices, discounts, deposits, numbers, and one click."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from clinicdesk.access import Actor, Role
from clinicdesk.app import Services
from clinicdesk.billing.errors import UnknownVisitError, VisitNotFinishedError
from clinicdesk.billing.invoicing.errors import (
    AlreadyInvoicedError,
    DiscountTooLargeError,
    InvoiceEmptyError,
    InvoiceTooLargeError,
    LineInvalidError,
    NotThisPatientsVisitError,
)
from clinicdesk.billing.invoicing.records import DraftLine, InvoiceDraft
from clinicdesk.billing.records import InvoiceKind, InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.money import Money, TaxMode
from clinicdesk.patients.errors import PatientMissingError
from clinicdesk.schedule.records import AppointmentStatus
from tests.billing_desk import MANAGER, RECEPTIONIST, BillingDesk, pounds
from tests.services import services_over

DOCTOR = Actor(None, "Dr Tom Barrett", frozenset({Role.DOCTOR}))
WRITERS = 50


class InvoicingDesk(BillingDesk):
    """A desk that puts invoices together."""

    services: Services

    def draft(self, *lines: DraftLine, **more: object) -> InvoiceDraft:
        return InvoiceDraft(self.clinic_id, self.patient_id, lines, **more)  # type: ignore[arg-type]

    def issue(self, draft: InvoiceDraft, *, actor: Actor = RECEPTIONIST, key: str = ""):  # type: ignore[no-untyped-def]
        return self.services.invoicing.issue(actor, draft, draft_key=key or str(uuid.uuid4()))


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> InvoicingDesk:
    made = InvoicingDesk(database, clock)
    made.services = services_over(database, clock)
    made.set_up()
    return made


def line(minor: int = 9500, **more: object) -> DraftLine:
    return DraftLine("Skin check", 1, pounds(minor), **more)  # type: ignore[arg-type]


def test_lines_of_every_tax_add_up(desk: InvoicingDesk) -> None:
    draft = desk.draft(
        replace(line(9500), tax_basis_points=2000),
        replace(line(1000), quantity=3, tax_basis_points=500, tax_mode=TaxMode.EXCLUSIVE),
        replace(line(2000), tax_mode=TaxMode.EXEMPT),
        note="Second look",
    )
    priced = desk.services.invoicing.price(RECEPTIONIST, draft)
    assert [(g.tax_basis_points, g.is_exempt, g.net.minor, g.tax.minor) for g in priced.taxes] == [
        (2000, False, 7917, 1583),
        (500, False, 3000, 150),
        (0, True, 2000, 0),
    ]
    invoice = desk.issue(draft)
    assert (invoice.net, invoice.tax, invoice.total) == (
        pounds(12917), pounds(1733), pounds(14650),
    )  # fmt: skip
    assert invoice.total == priced.total
    modes = [one.tax_mode for one in invoice.lines]
    assert modes == [TaxMode.INCLUSIVE, TaxMode.EXCLUSIVE, TaxMode.EXEMPT]
    assert (invoice.kind, invoice.note) == (InvoiceKind.INVOICE, "Second look")


@pytest.mark.parametrize(
    ("actor", "percent", "is_allowed"),
    [
        (RECEPTIONIST, 10, True),
        (RECEPTIONIST, 11, False),
        (DOCTOR, 25, True),
        (DOCTOR, 26, False),
        (MANAGER, 100, True),
    ],
)
def test_a_discount_is_limited_by_the_persons_role(
    desk: InvoicingDesk, actor: Actor, percent: int, is_allowed: bool
) -> None:
    draft = desk.draft(line(10_000, discount_percent=percent, discount_reason="Long wait"))
    if is_allowed:
        made = desk.issue(draft, actor=actor)
        assert made.total == pounds(10_000 - percent * 100)
        assert (made.lines[0].discount.minor, made.lines[0].discount_reason) == (
            percent * 100, "Long wait",
        )  # fmt: skip
    else:
        with pytest.raises(DiscountTooLargeError):
            desk.issue(draft, actor=actor)
        assert desk.billing.invoices(MANAGER, clinic_id=desk.clinic_id) == ()


def test_a_lower_price_than_the_list_says_counts_as_a_discount(desk: InvoicingDesk) -> None:
    service = desk.offer(pounds(10_000))
    desk.issue(desk.draft(line(9_000, service_id=service)))
    with pytest.raises(DiscountTooLargeError, match="10 %"):
        desk.services.invoicing.price(RECEPTIONIST, desk.draft(line(8_999, service_id=service)))
    free = desk.draft(line(0, service_id=service))
    assert desk.issue(free, actor=MANAGER).state is InvoiceState.PAID


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (line(9500, discount_percent=5), "discount_reason"),
        (line(9500, discount=pounds(9501), discount_reason="x"), "discount"),
        (line(9500, discount=pounds(-1), discount_reason="x"), "discount"),
        (line(9500, discount_percent=101, discount_reason="x"), "discount"),
        (DraftLine("  ", 1, pounds(100)), "description"),
        (DraftLine("x" * 301, 1, pounds(100)), "description"),
        (DraftLine("Check", 0, pounds(100)), "quantity"),
        (DraftLine("Check", 1000, pounds(100)), "quantity"),
        (line(-1), "unit_price"),
        (DraftLine("Check", 1, Money(100, "EUR")), "unit_price"),
        (line(100, tax_basis_points=10_001), "tax"),
    ],
)
def test_what_cannot_stand_in_a_line_is_said_at_its_field(
    desk: InvoicingDesk, wrong: DraftLine, field: str
) -> None:
    with pytest.raises(LineInvalidError) as refusal:
        desk.issue(desk.draft(line(), wrong), actor=MANAGER)
    assert (refusal.value.field, refusal.value.line) == (field, 1)


def test_an_invoice_is_neither_empty_nor_too_large(desk: InvoicingDesk) -> None:
    with pytest.raises(InvoiceEmptyError):
        desk.issue(desk.draft())
    with pytest.raises(InvoiceTooLargeError):
        desk.issue(desk.draft(line(60_000_000), line(60_000_000)))
    with pytest.raises(InvoiceTooLargeError):
        desk.issue(desk.draft(*[line(1)] * 201))
    with pytest.raises(PatientMissingError):
        desk.issue(replace(desk.draft(line()), patient_id=999))


def to_invoice(desk: InvoicingDesk):  # type: ignore[no-untyped-def]
    return desk.services.invoicing.visits_to_invoice(
        RECEPTIONIST, clinic_id=desk.clinic_id, patient_id=desk.patient_id
    )


def test_a_visit_gets_one_invoice_with_what_was_added(desk: InvoicingDesk) -> None:
    visit = desk.visit(desk.offer(pounds(9500), tax_basis_points=2000, name="Skin check"))
    (waiting,) = to_invoice(desk)
    draft = waiting.draft
    assert (waiting.service_name, draft.appointment_id) == ("Skin check", visit)
    assert [(one.description, one.unit_price) for one in draft.lines] == [
        ("Skin check", pounds(9500))
    ]
    more = replace(draft, lines=(*draft.lines, line(1200)))
    invoice = desk.issue(more)
    assert (invoice.appointment_id, invoice.total) == (visit, pounds(10_700))
    assert desk.billing.invoice_visit(RECEPTIONIST, visit).id == invoice.id
    assert to_invoice(desk) == ()
    with pytest.raises(AlreadyInvoicedError, match=invoice.number):
        desk.issue(more)


def test_only_a_finished_visit_of_the_patient_is_invoiced(desk: InvoicingDesk) -> None:
    service = desk.offer(pounds(9500))
    later = desk.visit(service, status=AppointmentStatus.CONFIRMED)
    with pytest.raises(VisitNotFinishedError):
        desk.issue(desk.draft(line(), appointment_id=later))
    others = desk.visit(service, patient_id=desk.add_patient("Ana", "Costa"))
    with pytest.raises(NotThisPatientsVisitError):
        desk.issue(desk.draft(line(), appointment_id=others))
    with pytest.raises(UnknownVisitError):
        desk.issue(desk.draft(line(), appointment_id=999))
    assert to_invoice(desk) == ()


def test_a_double_click_makes_one_invoice(desk: InvoicingDesk) -> None:
    key, gate = str(uuid.uuid4()), threading.Barrier(4)

    def click(_number: int) -> int:
        gate.wait()
        made: int = desk.issue(desk.draft(line()), key=key).id
        return made

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    assert len(desk.billing.invoices(MANAGER, clinic_id=desk.clinic_id)) == 1


def test_a_deposit_is_credit_once_it_is_paid(desk: InvoicingDesk) -> None:
    def ask(amount: Money):  # type: ignore[no-untyped-def]
        return desk.services.invoicing.ask_deposit(
            RECEPTIONIST,
            clinic_id=desk.clinic_id,
            patient_id=desk.patient_id,
            amount=amount,
            note="For the operation",
            draft_key=str(uuid.uuid4()),
        )

    deposit = ask(pounds(20_000))
    assert (deposit.kind, deposit.due, deposit.credit) == (
        InvoiceKind.DEPOSIT, pounds(20_000), pounds(0),
    )  # fmt: skip
    desk.payments.take_cash(
        RECEPTIONIST, deposit.id, amount=pounds(15_000), tendered=pounds(15_000)
    )
    assert desk.again(deposit).credit == pounds(15_000)
    for wrong in (pounds(0), Money(100, "EUR")):
        with pytest.raises(LineInvalidError):
            ask(wrong)


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 9500), ("BHD", 9500)])
def test_currencies_without_and_with_three_decimals(
    desk: InvoicingDesk, currency: str, minor: int
) -> None:
    clinic = desk.open_clinic("Abroad", prefix="A", currency=currency)
    one = DraftLine("Check", 1, Money(minor, currency), 1000, TaxMode.EXCLUSIVE)
    invoice = desk.issue(InvoiceDraft(clinic, desk.patient_id, (one,)))
    assert invoice.total == Money(10_450, currency)
    assert str(invoice.total) == {"JPY": "¥10,450", "BHD": "BHD\N{NO-BREAK SPACE}10.450"}[currency]


@pytest.mark.slow
def test_fifty_writers_at_once_leave_no_gap_and_no_twin(desk: InvoicingDesk) -> None:
    gate = threading.Barrier(WRITERS)

    def write(number: int) -> str:
        gate.wait()
        if number % 10 == 0:
            with pytest.raises(NotThisPatientsVisitError):
                desk.issue(desk.draft(line(), appointment_id=foreign))
            return ""
        made: str = desk.issue(desk.draft(line())).number
        return made

    foreign = desk.visit(desk.offer(pounds(1)), patient_id=desk.add_patient("Ana", "Costa"))
    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = sorted(filter(None, pool.map(write, range(WRITERS))))
    assert numbers == [f"INV-2026-{n:05d}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) == WRITERS * 9 // 10
