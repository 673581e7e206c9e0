"""Overdue invoices: who is late, and reminders of which each level goes out once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from clinicdesk.access import program_actor
from clinicdesk.billing.errors import UnknownInvoiceError
from clinicdesk.billing.ledger import write_movement
from clinicdesk.billing.overdue.errors import (
    DisputedError,
    NoMailError,
    NotOverdueError,
    NotRemindedError,
    PayerDiedError,
    RemindedEnoughError,
    RemindedTodayError,
)
from clinicdesk.billing.overdue.records import Obstacle, OverdueRow, ReminderChannel
from clinicdesk.billing.records import InvoiceRecord, MovementKind
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import AccessDeniedError, ClinicDeskError
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.records import Channel, NotificationStatus, QueuedMessage, Skip
from clinicdesk.patients.records import PatientDetails
from clinicdesk.reminders.overdue import OverdueWriter
from clinicdesk.reminders.rules import in_daytime
from clinicdesk.reminders.templates import Templates
from clinicdesk.reminders.writers import message_writers
from clinicdesk.training.mail_sink import MailSink
from tests.account_desk import STRANGER, AccountDesk
from tests.billing_desk import RECEPTIONIST, SETUP
from tests.mail_desk import SENDER, loopback, text_of

WORKER = program_actor("worker")
MAIL, LETTER = ReminderChannel.MAIL, ReminderChannel.LETTER
TERM_DAYS = 14


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> AccountDesk:
    return AccountDesk(database, clock, writes=True).open()


def wait(desk: AccountDesk, days: int) -> None:
    desk.clock.advance(timedelta(days=days))


def late(desk: AccountDesk, *, days: int = 10, who: int = 0) -> InvoiceRecord:
    """Let an invoice of Leo's, for whom Rosa pays, become so many days late."""
    invoice = desk.bill(who or desk.leo, 9500)
    wait(desk, TERM_DAYS + days)
    return invoice


def overdue(desk: AccountDesk) -> tuple[OverdueRow, ...]:
    return desk.services.overdue.overdue(RECEPTIONIST, desk.clinic_id)


def queued(desk: AccountDesk) -> list[Notification]:
    query = select(Notification).order_by(Notification.id)
    return desk.database.read(lambda session: list(session.scalars(query)))


def remind(
    desk: AccountDesk, invoice: InvoiceRecord, channel: ReminderChannel = MAIL
) -> tuple[int, ReminderChannel]:
    done = desk.services.overdue.remind(RECEPTIONIST, invoice.id, channel)
    return done.level, done.channel


def refusal(desk: AccountDesk, invoice_id: int, channel: ReminderChannel = LETTER) -> type:
    before = len(queued(desk))
    with pytest.raises(ClinicDeskError) as error:
        desk.services.overdue.remind(RECEPTIONIST, invoice_id, channel)
    assert len(queued(desk)) == before
    return type(error.value)


def dispute(desk: AccountDesk, invoice: InvoiceRecord, kind: MovementKind, minor: int) -> None:
    desk.database.write(
        lambda transaction: write_movement(
            transaction, invoice.id, kind=kind, matter="dispute:du_1", means="Visa",
            money_minor=minor, at=desk.clock.now(),
        )
    )  # fmt: skip


def change(desk: AccountDesk, patient_id: int, **changes: object) -> None:
    patients = desk.services.patients
    record = patients.patient(SETUP, patient_id)
    details = PatientDetails(
        record.given_name, record.family_name, email=record.email, phone=record.phone,
        address=record.address,
    )  # fmt: skip
    changed = replace(details, **changes)  # type: ignore[arg-type]
    patients.change(SETUP, patient_id, version=record.version, details=changed)


# --- the list ------------------------------------------------------------------------------


def test_the_list_says_who_is_late_and_whom_to_write_to(desk: AccountDesk) -> None:
    older = late(desk, days=5)
    newer = late(desk, days=3, who=desk.patient_id)
    paid = late(desk, days=0, who=desk.mia)
    desk.pay(paid, 9500)
    desk.bill(desk.mia, 1000)
    desk.deposit(desk.rosa)
    wait(desk, 1)
    first, second = overdue(desk)
    assert [row.number for row in (first, second)] == [older.number, newer.number]
    assert (first.patient_name, first.payer_name) == ("Leo Álvarez", "Rosa Álvarez")
    assert (first.email, first.phone) == ("rosa@example.org", "020 7946 0147")
    assert (first.due.minor, first.can_be_mailed, first.level) == (9500, True, 0)
    assert (second.payer_name, second.can_be_mailed) == ("Chloé Martin", False)
    assert second.days_late == 3 + TERM_DAYS + 1
    with pytest.raises(AccessDeniedError):
        desk.services.overdue.overdue(STRANGER, desk.clinic_id)


def test_an_invoice_is_late_from_the_day_after_it_was_due(desk: AccountDesk) -> None:
    late(desk, days=0)
    assert overdue(desk) == ()
    wait(desk, 1)
    (row,) = overdue(desk)
    assert (row.days_late, row.next_level) == (1, None)
    wait(desk, 6)
    assert overdue(desk)[0].next_level == 1


# --- reminding by hand ---------------------------------------------------------------------


def test_reminders_go_up_one_level_at_a_time(desk: AccountDesk) -> None:
    invoice = late(desk)
    assert remind(desk, invoice) == (1, MAIL)
    assert refusal(desk, invoice.id) is RemindedTodayError
    wait(desk, 1)
    assert remind(desk, invoice, LETTER) == (2, LETTER)
    (row,) = overdue(desk)
    assert (row.level, row.channel, row.days_late) == (2, LETTER, 11)
    assert row.reminded_on == desk.clock.now().date()
    wait(desk, 1)
    assert remind(desk, invoice) == (3, MAIL)
    wait(desk, 1)
    assert refusal(desk, invoice.id) is RemindedEnoughError
    mails = queued(desk)
    assert [mail.facts["level"] for mail in mails] == [1, 3]
    assert {mail.recipient for mail in mails} == {"rosa@example.org"}
    newest = desk.services.audit.entries(SETUP, entity="invoice", entity_id=invoice.id, limit=1)[0]
    assert newest.details == {"level": 3, "channel": "mail"}


def test_the_letter_says_what_is_due_and_nothing_clinical(desk: AccountDesk) -> None:
    invoice = late(desk)
    with pytest.raises(NotRemindedError):
        desk.services.overdue.letter(RECEPTIONIST, invoice.id)
    desk.pay(invoice, 2500)
    remind(desk, invoice, LETTER)
    letter = desk.services.overdue.letter(RECEPTIONIST, invoice.id)
    assert (letter.payer_name, letter.payer_address) == ("Rosa Álvarez", "2 Elm Way")
    assert (letter.level, letter.due.minor, letter.total.minor) == (1, 7000, 9500)
    assert letter.number == invoice.number
    assert letter.written_on == desk.clock.now().date()
    assert queued(desk) == []


def test_nothing_late_is_nothing_to_remind_of(desk: AccountDesk) -> None:
    invoice, deposit = desk.bill(desk.leo), desk.deposit(desk.leo)
    assert refusal(desk, invoice.id) is NotOverdueError
    wait(desk, 60)
    desk.pay(invoice, 9500)
    assert refusal(desk, invoice.id) is NotOverdueError
    assert refusal(desk, deposit.id) is NotOverdueError
    assert refusal(desk, 999) is UnknownInvoiceError
    with pytest.raises(UnknownInvoiceError):
        desk.services.overdue.letter(RECEPTIONIST, 999)


def test_nobody_is_reminded_of_what_is_disputed(desk: AccountDesk) -> None:
    invoice = desk.bill(desk.leo)
    desk.pay(invoice, 9500)
    wait(desk, 30)
    dispute(desk, invoice, MovementKind.DISPUTED, -9500)
    assert refusal(desk, invoice.id) is DisputedError
    assert overdue(desk)[0].obstacle is Obstacle.DISPUTED
    desk.set_overdue(is_automatic=True)
    assert desk.services.overdue.remind_due(WORKER) == 0
    dispute(desk, invoice, MovementKind.DISPUTE_WON, 4000)
    assert overdue(desk)[0].obstacle is None
    assert remind(desk, invoice) == (1, MAIL)


@pytest.mark.parametrize("who", ["leo", "rosa"])
def test_nobody_is_reminded_where_somebody_has_died(desk: AccountDesk, who: str) -> None:
    invoice = late(desk)
    change(desk, getattr(desk, who), died_on=date(2026, 11, 20))
    assert refusal(desk, invoice.id) is PayerDiedError
    assert overdue(desk)[0].obstacle is Obstacle.DIED
    assert overdue(desk)[0].next_level is None


@pytest.mark.parametrize("changes", [{"email": ""}, {"allows_email": False}])
def test_who_cannot_be_mailed_gets_a_letter(desk: AccountDesk, changes: dict[str, object]) -> None:
    invoice = late(desk)
    change(desk, desk.rosa, **changes)
    assert refusal(desk, invoice.id, MAIL) is NoMailError
    desk.set_overdue(is_automatic=True)
    assert desk.services.overdue.remind_due(WORKER) == 0
    assert remind(desk, invoice, LETTER) == (1, LETTER)


def test_a_clinic_that_writes_to_nobody_reminds_by_letter_only(
    database: Database, clock: FixedClock
) -> None:
    desk = AccountDesk(database, clock).open()
    invoice = late(desk)
    desk.set_overdue(is_automatic=True)
    assert desk.services.overdue.remind_due(WORKER) == 0
    assert refusal(desk, invoice.id, MAIL) is NoMailError


# --- by itself -----------------------------------------------------------------------------


def test_by_itself_each_level_goes_out_once_at_its_time(desk: AccountDesk) -> None:
    invoice = late(desk, days=0)
    went: dict[int, int] = {}
    for days_late in range(1, 60):
        wait(desk, 1)
        if days_late == 3:
            desk.set_overdue(is_automatic=True)
        for _run in range(2):
            for _ in range(desk.services.overdue.remind_due(WORKER)):
                went[days_late] = len(queued(desk))
    assert went == {7: 1, 21: 2, 35: 3}
    assert [mail.facts["level"] for mail in queued(desk)] == [1, 2, 3]
    desk.pay(invoice, 9500)


def test_by_itself_nothing_goes_unless_the_clinic_wants_it(desk: AccountDesk) -> None:
    late(desk, days=50)
    assert desk.services.overdue.remind_due(WORKER) == 0
    assert queued(desk) == []


def test_what_the_list_said_is_looked_at_again_before_anything_goes(desk: AccountDesk) -> None:
    """Two workers at once, and a third that comes later: one mail."""
    desk.set_overdue(is_automatic=True)
    for _ in range(4):
        late(desk, days=10)
    start = threading.Barrier(2)

    def run(_number: int) -> int:
        start.wait(timeout=20)
        return desk.services.overdue.remind_due(WORKER)

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(run, range(2))) == 4
    assert desk.services.overdue.remind_due(WORKER) == 0
    assert len({mail.unique_key for mail in queued(desk)}) == 4


def test_two_desks_at_once_remind_once(desk: AccountDesk) -> None:
    invoice = late(desk)
    start = threading.Barrier(2)

    def press(_number: int) -> bool:
        start.wait(timeout=20)
        try:
            remind(desk, invoice, LETTER)
        except RemindedTodayError:
            return False
        return True

    with ThreadPoolExecutor(2) as desks:
        assert sorted(desks.map(press, range(2))) == [False, True]


# --- the mail ------------------------------------------------------------------------------


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def delivery(desk: AccountDesk, sink: MailSink) -> Delivery:
    channel = SmtpChannel(lambda: loopback(sink.port), password=lambda: None, clock=desk.clock)
    writers = message_writers(
        desk.database, clock=desk.clock, organiser=lambda: SENDER, invoice_pdf=lambda _id: b""
    )
    return Delivery(
        desk.database, clock=desk.clock, writers=writers, channels={Channel.EMAIL: channel}
    )


def test_the_mail_goes_to_who_pays_in_the_tone_of_its_level(
    desk: AccountDesk, delivery: Delivery, sink: MailSink
) -> None:
    invoice = late(desk)
    for _level in range(3):
        remind(desk, invoice)
        delivery.process_pending_notifications()
        wait(desk, 1)
    mails = sink.messages()
    assert [mail["Subject"] for mail in mails] == [
        f"{tone}: invoice {invoice.number}"
        for tone in ("Reminder", "Second reminder", "Last reminder")
    ]
    assert [mail["To"] for mail in mails] == ["rosa@example.org"] * 3
    for mail in mails:
        for kind in ("plain", "html"):
            text = text_of(mail, kind)
            for told in ("Rosa Álvarez", "£95.00", invoice.number, "GB00 BANK", "8 December 2026"):
                assert told in text
            for private in ("Leo", "Service", "Barrett"):
                assert private not in text
    assert "further steps" in text_of(mails[2], "plain")


def test_what_is_settled_meanwhile_is_not_sent(
    desk: AccountDesk, delivery: Delivery, sink: MailSink
) -> None:
    paid, disputed = desk.bill(desk.leo), desk.bill(desk.mia)
    desk.pay(disputed, 9500)
    wait(desk, 30)
    dispute(desk, disputed, MovementKind.DISPUTED, -9500)
    remind(desk, paid)
    desk.pay(paid, 9500)
    delivery.process_pending_notifications()
    assert sink.messages() == []
    (mail,) = queued(desk)
    assert (mail.status, mail.reason) == (
        NotificationStatus.SUPPRESSED, "The invoice is paid meanwhile.",
    )  # fmt: skip


def test_the_writer_looks_at_everything_again(desk: AccountDesk) -> None:
    templates = Templates()
    writer = OverdueWriter(desk.database, clock=desk.clock, templates=templates)
    invoice = late(desk)

    def write(invoice_id: int | None) -> object:
        message = QueuedMessage(
            1, "k", "payment_overdue", Channel.EMAIL, "old@example.org", None, None, invoice_id,
            {"level": 1}, 1,
        )  # fmt: skip
        return writer.write(message)

    change(desk, desk.rosa, email="new@example.org")
    written = write(invoice.id)
    assert getattr(written, "recipient", "") == "new@example.org"
    assert isinstance(write(None), Skip)
    desk.pay(invoice, 9500)
    dispute(desk, invoice, MovementKind.DISPUTED, -9500)
    skipped = write(invoice.id)
    assert isinstance(skipped, Skip)
    assert "disputed" in skipped.reason
    dispute(desk, invoice, MovementKind.DISPUTE_WON, 0)
    change(desk, desk.rosa, died_on=date(2026, 12, 1))
    assert isinstance(write(invoice.id), Skip)


def test_a_clinic_without_bank_or_phone_still_says_how_to_pay(desk: AccountDesk) -> None:
    def forget(transaction: Transaction) -> None:
        clinic = transaction.session.get_one(Clinic, desk.clinic_id)
        clinic.bank_details = clinic.phone = ""

    desk.database.write(forget)
    invoice = late(desk)
    remind(desk, invoice)
    writer = OverdueWriter(desk.database, clock=desk.clock, templates=Templates())
    message = QueuedMessage(
        1, "k", "payment_overdue", Channel.EMAIL, "", None, None, invoice.id, {"level": 2}, 1
    )
    text = getattr(writer.write(message), "text", "")
    assert "You can pay at our desk. Please quote" in text
    assert "please let us know" in text


def test_nobody_is_written_to_at_night(desk: AccountDesk) -> None:
    invoice = late(desk)
    desk.clock.at = desk.clock.at.replace(hour=3)
    remind(desk, invoice)
    (mail,) = queued(desk)
    assert (mail.due_at.hour, mail.due_at.minute) == (9, 0)
    evening = desk.clock.at.replace(hour=20, minute=0)
    morning = in_daytime(evening, time_zone="Europe/London")
    assert (morning.hour, morning.date()) == (9, evening.date() + timedelta(days=1))
    assert in_daytime(evening - timedelta(minutes=1), time_zone="Europe/London").hour == 19
