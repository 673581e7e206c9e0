"""Invoices: what is billed, under which number, and where each one stands."""

import contextlib
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from clinicdesk.access import Actor, Role
from clinicdesk.billing.errors import (
    CurrencyDiffersError,
    UnknownInvoiceError,
    UnknownVisitError,
    VisitNotFinishedError,
)
from clinicdesk.billing.records import InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.errors import StorageBusyError
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.money import Money
from clinicdesk.schedule.records import AppointmentStatus
from tests.billing_desk import (
    MANAGER,
    RECEPTIONIST,
    SETUP,
    BillingDesk,
    pounds,
)

DOCTOR = Actor(None, "Dr Tom Barrett", frozenset({Role.DOCTOR}))
LISTS, EACH = 4, 6


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> BillingDesk:
    return BillingDesk(database, clock).set_up()


def test_a_finished_visit_becomes_an_invoice(desk: BillingDesk) -> None:
    patient = desk.add_patient("Ana", "Costa", address="14 Cedar Road\nLondon N1 4AA")
    service = desk.offer(pounds(9500), tax_basis_points=2000, name="Skin check, 30 min")
    visit = desk.visit(service, patient_id=patient)
    invoice = desk.billing.invoice_visit(RECEPTIONIST, visit)
    assert invoice.number == "INV-2026-00001"
    assert (invoice.net, invoice.tax, invoice.total) == (pounds(7917), pounds(1583), pounds(9500))
    (line,) = invoice.lines
    assert (line.description, line.quantity, line.tax) == ("Skin check, 30 min", 1, pounds(1583))
    assert (invoice.billed_name, invoice.billed_address) == (
        "Ana Costa",
        "14 Cedar Road\nLondon N1 4AA",
    )
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 11, 24), date(2026, 12, 8))
    assert (invoice.doctor_name, invoice.appointment_id) == ("Dr Tom Barrett", visit)
    assert (invoice.paid, invoice.due, invoice.ledger) == (pounds(0), pounds(9500), ())
    assert invoice.state is InvoiceState.DUE
    assert desk.notes.issued == [invoice.id]
    assert desk.audit.entries(SETUP)[0].action == "issue invoice"
    assert desk.billing.invoice(RECEPTIONIST, invoice.id) == invoice
    assert desk.billing.invoice_of_visit(RECEPTIONIST, visit) == invoice


def test_a_second_call_gives_the_same_invoice(desk: BillingDesk) -> None:
    visit = desk.visit(desk.offer(pounds(4500)))
    first = desk.billing.invoice_visit(RECEPTIONIST, visit)
    assert desk.billing.invoice_visit(DOCTOR, visit) == first
    assert desk.notes.issued == [first.id]


@pytest.mark.parametrize("status", sorted(set(AppointmentStatus) - {AppointmentStatus.COMPLETED}))
def test_only_a_finished_visit_is_billed(desk: BillingDesk, status: AppointmentStatus) -> None:
    visit = desk.visit(desk.offer(pounds(4500)), status=status)
    with pytest.raises(VisitNotFinishedError):
        desk.billing.invoice_visit(RECEPTIONIST, visit)
    assert desk.billing.invoice_of_visit(RECEPTIONIST, visit) is None
    assert desk.invoice().number == "INV-2026-00001"


def test_a_price_in_another_currency_is_refused(desk: BillingDesk) -> None:
    visit = desk.visit(desk.offer(Money(4500, "EUR")))
    with pytest.raises(CurrencyDiffersError):
        desk.billing.invoice_visit(RECEPTIONIST, visit)


def test_what_is_not_there_is_said_so(desk: BillingDesk) -> None:
    with pytest.raises(UnknownVisitError):
        desk.billing.invoice_visit(RECEPTIONIST, 999)
    with pytest.raises(UnknownInvoiceError):
        desk.billing.invoice(RECEPTIONIST, 999)


def test_a_doctor_does_not_see_the_books(desk: BillingDesk) -> None:
    with pytest.raises(AccessDeniedError):
        desk.billing.invoices(DOCTOR, clinic_id=desk.clinic_id)


def test_each_clinic_and_year_has_its_own_numbers(desk: BillingDesk) -> None:
    north = desk.open_clinic("North", prefix="INV")
    service = desk.offer(pounds(4500))

    def number(clinic_id: int) -> str:
        return desk.billing.invoice_visit(
            RECEPTIONIST, desk.visit(service, clinic_id=clinic_id)
        ).number

    assert [number(desk.clinic_id), number(north), number(desk.clinic_id), number(north)] == [
        "INV-2026-00001",
        f"INV{north}-2026-00001",
        "INV-2026-00002",
        f"INV{north}-2026-00002",
    ]
    # Midnight in London decides, not the moment in UTC.
    desk.clock.at = datetime(2027, 1, 1, 0, 5, tzinfo=UTC)
    assert [number(north), number(desk.clinic_id)] == [
        "INV-2027-00001",
        f"INV{desk.clinic_id}-2027-00001",
    ]


def test_many_desks_at_once_number_without_gap_or_twin(desk: BillingDesk) -> None:
    north = desk.open_clinic("North", prefix="INV")
    service = desk.offer(pounds(4500))
    visits = [
        [desk.visit(service, clinic_id=(desk.clinic_id, north)[n % 2]) for n in range(EACH)]
        for _ in range(LISTS)
    ]
    # Each visit is billed by two desks at once, and still only once.
    jobs = [*visits, *visits]
    start = threading.Barrier(len(jobs))
    numbers: list[str] = []
    errors: list[Exception] = []

    def bill(own: list[int]) -> None:
        start.wait()
        try:
            numbers.extend(_billed(desk, visit) for visit in own)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=bill, args=(own,)) for own in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(numbers) == 2 * LISTS * EACH
    per_clinic = LISTS * EACH // 2
    ends = sorted(number.rpartition("-")[2] for number in set(numbers))
    assert ends == sorted(f"{n:05d}" for n in range(1, per_clinic + 1) for _ in range(2))
    assert len({number.partition("-")[0] for number in numbers}) == 2


def _billed(desk: BillingDesk, visit: int) -> str:
    while True:
        # On a busy machine the file may be locked for longer than a save waits; people try again.
        with contextlib.suppress(StorageBusyError):
            return desk.billing.invoice_visit(RECEPTIONIST, visit).number


def test_the_list_is_newest_first_and_found_by_number_or_name(desk: BillingDesk) -> None:
    service = desk.offer(pounds(4500))
    names = (("Chloé", "Martin"), ("Peter", "O'Brien"), ("Ana Maria", "Costa"))
    for given_name, family_name in names:
        patient = desk.add_patient(given_name, family_name)
        desk.billing.invoice_visit(RECEPTIONIST, desk.visit(service, patient_id=patient))

    def found(text: str) -> list[str]:
        rows = desk.billing.invoices(RECEPTIONIST, clinic_id=desk.clinic_id, text=text)
        return [row.patient_name for row in rows]

    assert found("") == ["Ana Maria Costa", "Peter O'Brien", "Chloé Martin"]
    assert found("00002") == found("inv-2026-00002") == ["Peter O'Brien"]
    assert found("chloe") == found("martin ch") == ["Chloé Martin"]
    assert found("obri") == found("O'BRIEN") == ["Peter O'Brien"]
    assert found("maria") == ["Ana Maria Costa"]
    assert found("rtin") == found("%") == found("_") == found("chloe costa") == []
    assert len(desk.billing.invoices(RECEPTIONIST, clinic_id=desk.clinic_id, limit=2)) == 2


def test_the_list_costs_the_same_number_of_queries_for_any_length(desk: BillingDesk) -> None:
    def queries() -> int:
        seen: list[str] = []

        def note(_conn, _cursor, statement, *_more) -> None:  # type: ignore[no-untyped-def]
            seen.append(statement)

        event.listen(desk.database.engine, "before_cursor_execute", note)
        desk.billing.invoices(RECEPTIONIST, clinic_id=desk.clinic_id)
        event.remove(desk.database.engine, "before_cursor_execute", note)
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)

    desk.invoice()
    few = queries()
    for _ in range(5):
        invoice = desk.invoice()
        desk.payments.take_cash(
            RECEPTIONIST, invoice.id, amount=pounds(1000), tendered=pounds(1000)
        )
    assert queries() == few


def test_the_state_follows_the_ledger_and_the_day(desk: BillingDesk) -> None:
    invoice = desk.invoice(9500)

    def state() -> tuple[InvoiceState, int]:
        (row,) = desk.billing.invoices(RECEPTIONIST, clinic_id=desk.clinic_id)
        whole = desk.again(invoice)
        assert (row.state, row.due, row.paid) == (whole.state, whole.due, whole.paid)
        return row.state, row.due.minor

    assert state() == (InvoiceState.DUE, 9500)
    payment = desk.payments.take_cash(
        RECEPTIONIST, invoice.id, amount=pounds(6000), tendered=pounds(10000)
    )
    assert state() == (InvoiceState.PART_PAID, 3500)
    desk.clock.advance(timedelta(days=14))
    assert state() == (InvoiceState.PART_PAID, 3500)
    desk.clock.advance(timedelta(days=1))
    assert state() == (InvoiceState.OVERDUE, 3500)
    desk.payments.record_transfer(RECEPTIONIST, invoice.id, amount=pounds(3500))
    assert state() == (InvoiceState.PAID, 0)
    for other in desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id):
        desk.refunds.process_refund(
            MANAGER, other.id, amount=other.amount, reason="goodwill", refund_key=f"r{other.id}"
        )
    assert state() == (InvoiceState.REFUNDED, 0)
    assert [entry.text for entry in desk.again(invoice).ledger] == [
        "Paid 24 Nov · cash",
        "Paid 9 Dec · bank transfer",
        "Refunded 9 Dec · cash",
        "Refunded 9 Dec · bank transfer",
    ]
    assert payment.change == pounds(4000)


def test_a_free_visit_needs_no_payment(desk: BillingDesk) -> None:
    assert desk.invoice(0).state is InvoiceState.PAID


def test_the_summary_counts_the_clinics_day_and_month(desk: BillingDesk) -> None:
    first, second = desk.invoice(9500), desk.invoice(6000)
    desk.clock.at = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    late = desk.payments.take_cash(
        RECEPTIONIST, first.id, amount=pounds(5000), tendered=pounds(5000)
    )
    desk.clock.advance(timedelta(minutes=2))
    desk.payments.take_cash(RECEPTIONIST, second.id, amount=pounds(6000), tendered=pounds(6000))
    desk.refunds.process_refund(MANAGER, late.id, amount=pounds(1000), reason="x", refund_key="k")
    summary = desk.billing.summary(RECEPTIONIST, clinic_id=desk.clinic_id)
    assert (summary.taken_today, summary.payments_today) == (pounds(6000), 1)
    assert (summary.outstanding, summary.open_invoices) == (pounds(4500), 1)
    assert summary.refunded_this_month == pounds(1000)
    desk.clock.advance(timedelta(days=31))
    later = desk.billing.summary(RECEPTIONIST, clinic_id=desk.clinic_id)
    assert (later.taken_today, later.refunded_this_month) == (pounds(0), pounds(0))
    other = desk.billing.summary(RECEPTIONIST, clinic_id=desk.open_clinic("North"))
    assert (other.outstanding, other.open_invoices) == (pounds(0), 0)


def test_what_a_patient_owes_is_the_sum_of_the_open_invoices(desk: BillingDesk) -> None:
    stranger = desk.add_patient("Sam", "Green")
    assert desk.billing.balance_of_patient(RECEPTIONIST, stranger) is None
    desk.invoice(9500)
    half = desk.invoice(6000)
    desk.payments.take_cash(RECEPTIONIST, half.id, amount=pounds(2500), tendered=pounds(2500))
    assert desk.billing.balance_of_patient(RECEPTIONIST, desk.patient_id) == pounds(13000)
