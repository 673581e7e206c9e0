"""Patients read what is true when it is sent: the new time, or nothing of a visit that is off."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.records import Channel, NotificationStatus, QueuedMessage
from clinicdesk.outbox.sending import MessageWriter
from clinicdesk.patients.models import Patient
from clinicdesk.reminders.records import Kind
from clinicdesk.reminders.service import Notifier
from clinicdesk.reminders.writers import message_writers
from clinicdesk.schedule.records import AppointmentDetails
from clinicdesk.training.mail_sink import MailSink
from tests.a_clinic import WEDNESDAY, AClinic, open_a_clinic
from tests.mail_desk import SENDER, loopback, text_of

FRIDAY = WEDNESDAY + timedelta(days=2)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    clinic = open_a_clinic(database, clock, notifier=Notifier(clock=clock))
    change(clinic, Patient, clinic.chloe, email="chloe@example.test", allows_email=True)
    change(clinic, Clinic, clinic.main, address="1 Main Street", phone="020 7946 0000")
    return clinic


def change(clinic: AClinic, table: type[Patient | Clinic], row_id: int, **values: object) -> None:
    def work(transaction: Transaction) -> None:
        transaction.session.execute(update(table).where(table.id == row_id).values(**values))

    clinic.database.write(work)


def writers(clinic: AClinic) -> dict[str, MessageWriter]:
    made = message_writers(
        clinic.database,
        clock=clinic.clock,
        organiser=lambda: SENDER,
        invoice_pdf=lambda invoice_id: f"%PDF {invoice_id}".encode(),
    )
    return dict(made)


@pytest.fixture
def delivery(clinic: AClinic, sink: MailSink) -> Delivery:
    channel = SmtpChannel(lambda: loopback(sink.port), password=lambda: None, clock=clinic.clock)
    return Delivery(
        clinic.database,
        clock=clinic.clock,
        writers=writers(clinic),
        channels={Channel.EMAIL: channel},
    )


def queued(clinic: AClinic) -> list[tuple[str, NotificationStatus]]:
    rows = select(Notification.kind, Notification.status).order_by(Notification.id)
    return clinic.database.read(
        lambda session: [(kind, status) for kind, status in session.execute(rows)]
    )


def _move(clinic: AClinic, visit: AppointmentDetails, starts_at: datetime) -> AppointmentDetails:
    return clinic.schedule.move(
        clinic.maria, visit.id, version=visit.version, doctor_id=clinic.sato, starts_at=starts_at
    )


def subjects(sink: MailSink) -> list[str]:
    return [str(mail["Subject"]) for mail in sink.messages()]


def test_a_confirmed_visit_is_confirmed_now_and_reminded_of_the_day_before(
    clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    visit = clinic.booked("10:00", FRIDAY)
    delivery.process_pending_notifications()
    (mail,) = sink.messages()
    assert mail["Subject"] == "Your appointment on Friday, 27 November 2026 at 10:00" or mail[
        "Subject"
    ] == ("Your appointment on Friday 27 November 2026 at 10:00")
    assert str(mail["From"]) == "Main <desk@clinic.test>"
    assert mail["To"] == "chloe@example.test"
    for subtype in ("plain", "html"):
        text = text_of(mail, subtype)
        for fact in ("Chloé Martin", "Main", "Dr Yuki Sato", "10:00", "020 7946 0000"):
            assert fact in text
        assert "Check-up" not in text
    (attached,) = mail.iter_attachments()
    (entry,) = Calendar.from_ical(attached.get_payload(decode=True)).walk("VEVENT")
    assert entry.decoded("dtstart") == visit.starts_at
    assert "Check-up" not in str(entry)
    clinic.clock.at = clinic.at("09:59", FRIDAY - timedelta(days=1))
    delivery.process_pending_notifications()
    assert len(sink.messages()) == 1
    clinic.clock.advance(timedelta(minutes=1))
    delivery.process_pending_notifications()
    assert subjects(sink)[1].startswith("Reminder: your appointment on Friday")


def test_a_visit_tomorrow_morning_needs_no_reminder(clinic: AClinic) -> None:
    clinic.booked("09:00", WEDNESDAY)
    assert [kind for kind, _ in queued(clinic)] == [Kind.CONFIRMATION]


def test_a_moved_visit_is_told_with_its_new_time_and_reminded_of_once(
    clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    visit = clinic.booked("10:00", FRIDAY)
    delivery.process_pending_notifications()
    moved = _move(clinic, visit, clinic.at("11:30", FRIDAY))
    delivery.process_pending_notifications()
    back = _move(clinic, moved, visit.starts_at)
    delivery.process_pending_notifications()
    clinic.clock.at = back.starts_at - timedelta(hours=1)
    delivery.process_pending_notifications()
    told = subjects(sink)
    assert [subject.split()[1] for subject in told] == [
        "appointment", "appointment", "appointment", "your",
    ]  # fmt: skip
    assert [subject[-5:] for subject in told] == ["10:00", "11:30", "10:00", "10:00"]
    sequences = [
        Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]["SEQUENCE"]
        for mail in sink.messages()
        for part in mail.iter_attachments()
    ]
    assert sequences == sorted(set(sequences))


def test_a_cancelled_visit_is_told_as_cancelled_and_not_reminded_of(
    clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    visit = clinic.booked("10:00", FRIDAY)
    clinic.schedule.cancel(clinic.maria, visit.id, version=visit.version, reason="ill")
    clinic.clock.at = clinic.at("11:00", FRIDAY - timedelta(days=1))
    delivery.process_pending_notifications()
    (mail,) = sink.messages()
    assert "is cancelled" in mail["Subject"]
    assert "ill" not in text_of(mail, "plain").split()
    assert [status for _, status in queued(clinic)] == [
        NotificationStatus.SUPPRESSED,
        NotificationStatus.SUPPRESSED,
        NotificationStatus.SENT,
    ]


def test_a_visit_cancelled_in_the_second_of_its_reminder_is_not_reminded_of(
    clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    visit = clinic.booked("10:00", FRIDAY)
    delivery.process_pending_notifications()
    clinic.clock.at = clinic.at("10:00", FRIDAY - timedelta(days=1))
    ours = writers(clinic)

    class CancelledMeanwhile:
        def write(self, message: QueuedMessage):  # type: ignore[no-untyped-def]
            clinic.schedule.cancel(clinic.maria, visit.id, version=visit.version, reason="")
            return ours[Kind.REMINDER].write(message)

    delivery._writers = {**ours, Kind.REMINDER: CancelledMeanwhile()}
    delivery.process_pending_notifications()
    assert [subject for subject in subjects(sink) if subject.startswith("Reminder")] == []
    assert (Kind.REMINDER, NotificationStatus.SUPPRESSED) in queued(clinic)


def test_a_visit_moved_between_claim_and_writing_is_told_with_its_new_time(
    clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    visit = clinic.booked("10:00", FRIDAY)
    ours = writers(clinic)

    class MovedMeanwhile:
        def write(self, message: QueuedMessage):  # type: ignore[no-untyped-def]
            _move(clinic, visit, clinic.at("12:00", FRIDAY))
            return ours[Kind.CONFIRMATION].write(message)

    delivery._writers = {**ours, Kind.CONFIRMATION: MovedMeanwhile()}
    delivery.process_pending_notifications()
    assert {subject[-5:] for subject in subjects(sink)} == {"12:00"}


def test_after_a_weekend_asleep_only_what_is_still_useful_goes_out(
    clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    clinic.booked("10:00", FRIDAY)
    clinic.booked("10:00", FRIDAY + timedelta(days=4))
    delivery.process_pending_notifications()
    clinic.clock.at = clinic.at("08:00", FRIDAY + timedelta(days=4))
    delivery.process_pending_notifications()
    assert [subject[:8] for subject in subjects(sink)].count("Reminder") == 1
    assert [status for _, status in queued(clinic)] == [
        NotificationStatus.SENT,
        NotificationStatus.EXPIRED,
        NotificationStatus.SENT,
        NotificationStatus.SENT,
    ]


@pytest.mark.parametrize(
    "values", [{"allows_email": False}, {"email": ""}, {"died_on": FRIDAY - timedelta(days=3)}]
)
def test_nobody_is_written_to_who_must_not_be(
    values: dict[str, object], clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    clinic.booked("10:00", FRIDAY)
    change(clinic, Patient, clinic.chloe, **values)
    delivery.process_pending_notifications()
    clinic.booked("11:00", FRIDAY)
    delivery.process_pending_notifications()
    assert sink.messages() == []
    assert {status for _, status in queued(clinic)} == {
        NotificationStatus.SUPPRESSED,
        NotificationStatus.QUEUED,
    }
    assert len(queued(clinic)) == 2


def test_a_new_address_gets_what_was_queued_for_the_old_one(
    clinic: AClinic, delivery: Delivery, sink: MailSink
) -> None:
    clinic.booked("10:00", FRIDAY)
    change(clinic, Patient, clinic.chloe, email="new@example.test")
    delivery.process_pending_notifications()
    assert [mail["To"] for mail in sink.messages()] == ["new@example.test"]
