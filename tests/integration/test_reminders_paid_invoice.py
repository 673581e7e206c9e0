"""Who pays gets the invoice by mail, once, as a PDF; nobody gets one for money that failed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.records import Channel, NotificationStatus
from clinicdesk.patients.models import Patient
from clinicdesk.reminders.records import Kind
from clinicdesk.reminders.service import Notifier
from clinicdesk.reminders.writers import message_writers
from clinicdesk.training.mail_sink import MailSink
from tests.billing_desk import RECEPTIONIST, BillingDesk, pounds
from tests.mail_desk import SENDER, MailDesk, loopback, text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> BillingDesk:
    desk = BillingDesk(database, clock, notes=Notifier(clock=clock))  # type: ignore[arg-type]
    desk.set_up()

    def give_address(transaction: Transaction) -> None:
        statement = update(Patient).where(Patient.id == desk.patient_id)
        transaction.session.execute(statement.values(email="chloe@example.test"))

    database.write(give_address)
    return desk


@pytest.fixture
def delivery(desk: BillingDesk, sink: MailSink) -> Delivery:
    channel = SmtpChannel(lambda: loopback(sink.port), password=lambda: None, clock=desk.clock)

    def invoice_pdf(invoice_id: int) -> bytes:
        # A write goes through, so no transaction was open around the drawing.
        desk.database.write(lambda transaction: transaction.session.connection())
        return f"%PDF of invoice {invoice_id}".encode()

    writers = message_writers(
        desk.database, clock=desk.clock, organiser=lambda: SENDER, invoice_pdf=invoice_pdf
    )
    return Delivery(
        desk.database, clock=desk.clock, writers=writers, channels={Channel.EMAIL: channel}
    )


def test_a_payment_brings_the_paid_invoice(
    desk: BillingDesk, delivery: Delivery, sink: MailSink
) -> None:
    invoice = desk.invoice(9500)
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=pounds(9500), tendered=pounds(10000))
    delivery.process_pending_notifications()
    delivery.process_pending_notifications()
    (mail,) = sink.messages()
    assert mail["Subject"] == f"Your invoice {invoice.number} is paid"
    assert "95.00" in text_of(mail, "plain")
    (paper,) = mail.iter_attachments()
    assert paper.get_filename() == f"{invoice.number}.pdf"
    assert paper.get_content() == f"%PDF of invoice {invoice.id}".encode()


def test_a_payment_that_is_not_there_brings_nothing(
    desk: BillingDesk, delivery: Delivery, sink: MailSink
) -> None:
    mail_desk = MailDesk(desk.database, desk.clock, sink)
    mail_desk.queue("paid", kind=Kind.PAID_INVOICE, facts=(("payment_id", 99),))
    delivery.process_pending_notifications()
    assert sink.messages() == []
    assert mail_desk.row("paid").status is NotificationStatus.SUPPRESSED


def test_without_consent_a_payment_brings_nothing(
    desk: BillingDesk, delivery: Delivery, sink: MailSink
) -> None:
    desk.database.write(
        lambda transaction: transaction.session.execute(update(Patient).values(allows_email=False))
    )
    invoice = desk.invoice(9500)
    desk.payments.take_cash(RECEPTIONIST, invoice.id, amount=pounds(9500), tendered=pounds(9500))
    delivery.process_pending_notifications()
    assert sink.messages() == []
