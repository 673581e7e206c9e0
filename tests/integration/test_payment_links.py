"""Payment links against the stand-in: paid once, closed for the desk, found again, never lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinicdesk.billing.records import InvoiceRecord, InvoiceState
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import UnavailableError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.errors import AmountRefusedError
from clinicdesk.payments.links.records import PaymentLinkRecord
from clinicdesk.payments.obstacles import NothingDueError, PaymentInProgressError
from clinicdesk.payments.records import LinkState, PaymentMethod, ReaderStep, RefundStage
from clinicdesk.training.stripe.calls import RefusalError
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import RECEPTIONIST, SETUP, pounds
from tests.contracts import watched_stripe
from tests.money_desk import FOR_LONG, MoneyDesk
from tests.stripe_desk import READER

pytestmark = pytest.mark.slow

LINKS = "/v1/payment_links"


class LinkDesk(MoneyDesk):
    """A desk that makes payment links, and a patient who follows them."""

    def link(self, invoice: InvoiceRecord) -> PaymentLinkRecord:
        return self.services.links.open_link(RECEPTIONIST, invoice.id)

    def now(self, invoice: InvoiceRecord) -> PaymentLinkRecord:
        found = self.services.links.link_of_invoice(RECEPTIONIST, invoice.id)
        assert found is not None
        return found

    def settle(self) -> None:
        self.services.links.settle_open_links(SETUP)

    def follow(self, link: PaymentLinkRecord, *, later: bool = False) -> str:
        """Open the link and pay on its page."""
        page = self.stripe.open_link(link.url)
        self.stripe.pay_page(page, later=later)
        return page

    def is_open(self, link: PaymentLinkRecord) -> bool:
        """Tell whether the provider still opens a page."""
        try:
            self.stripe.open_link(link.url)
        except RefusalError:
            return False
        return True


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with watched_stripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(database: Database, clock: FixedClock, stripe: TrainingStripe) -> LinkDesk:
    made = LinkDesk(database, clock, stripe=stripe)
    made.open()
    return made


def test_a_link_is_paid_and_recorded_once(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.link(invoice)
    assert (link.state, link.amount) == (LinkState.OPEN, pounds(9500))
    assert link.url.startswith("https://")
    assert desk.link(invoice) == link
    desk.follow(link)
    for _ in range(2):
        desk.settle()
    after = desk.again(invoice)
    assert (after.state, desk.now(invoice).state) == (InvoiceState.PAID, LinkState.PAID)
    (payment,) = desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)
    assert (payment.method, payment.card_last4) == (PaymentMethod.LINK, "4242")
    assert [entry.text for entry in after.ledger] == ["Paid 24 Nov · Visa •••• 4242"]
    assert not desk.is_open(link)
    assert desk.give_back(payment, 3000).status is RefundStage.COMPLETED
    desk.check_books(charged=9500)


def test_the_provider_learns_nothing_of_the_patient(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    desk.link(invoice)
    said = str(desk.stripe._book._tables)
    assert "Chlo" not in said
    assert "Martin" not in said


def test_the_desk_closes_the_link_before_it_takes_a_card(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.link(invoice)
    page = desk.stripe.open_link(link.url)
    begun = desk.take(invoice)
    assert desk.now(invoice).state is LinkState.CLOSED
    with pytest.raises(RefusalError):
        desk.stripe.pay_page(page)
    desk.stripe.present_card(READER)
    assert desk.look(begun).step is ReaderStep.PAID
    desk.check_books(charged=9500)


def test_what_was_paid_on_the_link_first_is_not_taken_at_the_desk(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    desk.follow(desk.link(invoice))
    with pytest.raises(NothingDueError):
        desk.take(invoice)
    assert desk.now(invoice).state is LinkState.PAID
    desk.check_books(charged=9500)


def test_a_link_that_cannot_be_closed_lets_no_card_be_taken(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.link(invoice)
    desk.cut_the_line()
    with pytest.raises(UnknownOutcomeError):
        desk.take(invoice)
    assert desk.payments.open_attempts(RECEPTIONIST) == ()
    assert desk.now(invoice).state is LinkState.CLOSING
    desk.heal()
    desk.settle()
    assert desk.now(invoice).state is LinkState.CLOSED
    assert not desk.is_open(link)


def test_cash_closes_the_link_and_a_late_payment_is_shown_and_given_back(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.link(invoice)
    page = desk.stripe.open_link(link.url)
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=invoice.due, tendered=invoice.due)
    desk.stripe.pay_page(page)
    desk.settle()
    assert desk.again(invoice).credit == pounds(9500)
    late = [e for e in desk.audit.entries(SETUP) if e.action == "payment link paid too late"]
    assert len(late) == 1
    payments = desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)
    by_link = next(p for p in payments if p.method is PaymentMethod.LINK)
    desk.check_books(charged=9500, overpaid=9500)
    desk.give_back(by_link, 9500)
    assert desk.again(invoice).due == pounds(0)
    desk.check_books(charged=9500)


def test_a_link_paid_on_two_pages_is_recorded_twice_and_overpaid(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.link(invoice)
    pages = [desk.stripe.open_link(link.url) for _ in range(2)]
    for page in pages:
        desk.stripe.pay_page(page)
    desk.settle()
    assert desk.again(invoice).credit == pounds(9500)
    assert len(desk.payments.payments_of_invoice(RECEPTIONIST, invoice.id)) == 2
    desk.check_books(charged=19_000, overpaid=9500)


def test_a_completed_page_counts_only_when_the_money_is_in(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    page = desk.follow(desk.link(invoice), later=True)
    desk.settle()
    assert desk.again(invoice).due == pounds(9500)
    desk.stripe.settle_page(page)
    desk.settle()
    assert desk.again(invoice).state is InvoiceState.PAID
    desk.check_books(charged=9500)


def test_money_that_never_comes_leaves_the_invoice_due(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    page = desk.follow(desk.link(invoice), later=True)
    desk.stripe.settle_page(page, fails=True)
    desk.settle()
    assert desk.again(invoice).due == pounds(9500)
    desk.services.links.close(RECEPTIONIST, desk.now(invoice).id)
    assert desk.now(invoice).state is LinkState.CLOSED
    desk.check_books(charged=0)


def test_a_part_paid_at_the_desk_makes_another_link(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    first = desk.link(invoice)
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=pounds(2000), tendered=pounds(2000))
    second = desk.link(invoice)
    assert (second.amount, second.id == first.id) == (pounds(7500), False)
    assert not desk.is_open(first)
    desk.follow(second)
    desk.settle()
    assert desk.again(invoice).state is InvoiceState.PAID
    desk.check_books(charged=7500)


def test_an_event_is_the_bell_for_a_paid_link(desk: LinkDesk) -> None:
    desk.paid(2000)
    desk.services.provider_events.catch_up(SETUP)
    invoice = desk.invoice(9500)
    desk.follow(desk.link(invoice))
    desk.services.provider_events.catch_up(SETUP)
    assert desk.again(invoice).state is InvoiceState.PAID


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE])
@pytest.mark.parametrize("hours", [1, 25])
def test_a_link_whose_answer_was_lost_is_found_or_made_once(
    desk: LinkDesk, kind: FaultKind, hours: int
) -> None:
    invoice = desk.invoice(9500)
    desk.spoil(kind, LINKS, times=FOR_LONG)
    lost = desk.link(invoice)
    assert (lost.state, lost.url) == (LinkState.NEW, "")
    desk.heal()
    desk.settle()
    assert desk.now(invoice).state is LinkState.NEW, "it may still be on its way"
    desk.clock.advance(timedelta(hours=hours))
    desk.settle()
    was_made = kind is FaultKind.DROP_AFTER or hours == 1
    assert desk.now(invoice).state is (LinkState.OPEN if was_made else LinkState.CLOSED)
    assert len(desk.stripe._book.table("links")) == int(was_made)


def test_a_lost_link_is_closed_for_the_desk_too(desk: LinkDesk) -> None:
    for kind in (FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE):
        invoice = desk.invoice(9500)
        desk.spoil(kind, LINKS, times=FOR_LONG)
        desk.link(invoice)
        desk.heal()
        begun = desk.take(invoice)
        assert begun.step is ReaderStep.WAITING_FOR_CARD
        assert desk.now(invoice).state is LinkState.CLOSED
    assert not any(link["active"] for link in desk.stripe._book.table("links").values())


def test_what_the_provider_refuses_leaves_no_link(desk: LinkDesk) -> None:
    small = desk.invoice(20)
    with pytest.raises(AmountRefusedError):
        desk.link(small)
    assert desk.now(small).state is LinkState.CLOSED
    invoice = desk.invoice(9500)
    desk.spoil(FaultKind.RATE_LIMIT, LINKS)
    with pytest.raises(UnavailableError):
        desk.link(invoice)
    assert desk.link(invoice).state is LinkState.OPEN


@pytest.mark.parametrize(
    "changes", [{"url": "http://elsewhere"}, {"metadata": {}}, {"livemode": True}]
)
def test_an_answer_that_does_not_fit_is_not_believed(desk: LinkDesk, changes: object) -> None:
    invoice = desk.invoice(9500)
    fault = desk.spoil(FaultKind.ALTERED, LINKS, times=FOR_LONG)
    fault.changes = changes  # type: ignore[assignment]
    if changes == {"livemode": True}:
        with pytest.raises(UnavailableError):
            desk.link(invoice)
    else:
        assert desk.link(invoice).state is LinkState.NEW


def test_a_paid_or_running_invoice_gets_no_link(desk: LinkDesk) -> None:
    running = desk.invoice(9500)
    desk.take(running)
    with pytest.raises(PaymentInProgressError):
        desk.link(running)
    paid = desk.invoice(100)
    desk.payments.take_cash(RECEPTIONIST, paid.id, amount=pounds(100), tendered=pounds(100))
    with pytest.raises(NothingDueError):
        desk.link(paid)
    assert desk.services.links.link_of_invoice(RECEPTIONIST, paid.id) is None


def test_a_page_that_was_closed_in_the_meantime_is_no_error(desk: LinkDesk) -> None:
    invoice = desk.invoice(9500)
    link = desk.link(invoice)
    desk.stripe.open_link(link.url)
    gateway = desk.gateway_links()
    (page,) = gateway.pages(next(iter(desk.stripe._book.table("links"))))
    assert gateway.expire(page.session_id)
    assert not gateway.expire(page.session_id)
    closed = desk.services.links.close(RECEPTIONIST, link.id)
    assert closed == desk.services.links.close(RECEPTIONIST, link.id)
    assert Money(0, "GBP") == desk.again(invoice).paid
