"""What patients read of times that fell free, and of times proposed instead of their visits."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from clinicdesk.app import Services
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.delivery import Delivery
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.records import Channel, NotificationStatus
from clinicdesk.patients.models import Patient
from clinicdesk.patients.records import PatientDetails
from clinicdesk.reminders.records import Kind
from clinicdesk.reminders.writers import message_writers
from clinicdesk.schedule.disruption.records import Case, CaseState
from clinicdesk.schedule.waiting.records import FreedTime, NewWish, Offer
from clinicdesk.training.mail_sink import MailSink
from tests.a_clinic import SETUP, AClinic, open_a_clinic
from tests.mail_desk import SENDER, loopback, text_of
from tests.services import services_over

STATUS = NotificationStatus


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    clinic = open_a_clinic(database, clock)
    phone = update(Clinic).where(Clinic.id == clinic.main).values(phone="020 7946 0000")
    clinic.database.write(lambda transaction: transaction.session.execute(phone))
    return clinic


@pytest.fixture
def services(clinic: AClinic) -> Services:
    return services_over(clinic.database, clinic.clock, writes=True)


@pytest.fixture
def delivery(clinic: AClinic, sink: MailSink) -> Delivery:
    writers = message_writers(
        clinic.database,
        clock=clinic.clock,
        organiser=lambda: SENDER,
        invoice_pdf=lambda invoice_id: f"%PDF {invoice_id}".encode(),
    )
    channel = SmtpChannel(lambda: loopback(sink.port), password=lambda: None, clock=clinic.clock)
    return Delivery(
        clinic.database, clock=clinic.clock, writers=writers, channels={Channel.EMAIL: channel}
    )


def offered(clinic: AClinic, services: Services, *names: str) -> tuple[Offer, ...]:
    """Offer Tuesday 14:00 with Dr Sato to people who wait."""
    freed = FreedTime(clinic.main, clinic.sato, clinic.at("14:00"), clinic.at("14:30"))
    wishes = [
        services.waiting.add(clinic.maria, NewWish(patient(services, name), clinic.check_up)).id
        for name in names
    ]
    return services.waiting.offer(clinic.maria, freed=freed, wish_ids=wishes, minutes_to_answer=60)


def patient(services: Services, name: str) -> int:
    details = PatientDetails(name, "Waits", email=f"{name.lower()}@mail.test", phone="020 1")
    return services.patients.add(SETUP, details).id


def statuses(clinic: AClinic) -> list[tuple[str, NotificationStatus]]:
    rows = select(Notification.kind, Notification.status).order_by(Notification.id)
    return clinic.database.read(
        lambda session: [(kind, status) for kind, status in session.execute(rows)]
    )


def subjects(sink: MailSink) -> list[str]:
    return [f"{mail['To']}: {mail['Subject']}" for mail in sink.messages()]


def test_an_offer_says_when_with_whom_and_until_when(
    clinic: AClinic, services: Services, delivery: Delivery, sink: MailSink
) -> None:
    offered(clinic, services, "Ann")
    delivery.process_pending_notifications()
    (mail,) = sink.messages()
    assert str(mail["Subject"]).startswith("A time has become free: Tuesday")
    for subtype in ("plain", "html"):
        text = text_of(mail, subtype)
        for fact in ("Ann Waits", "14:00", "Dr Yuki Sato", "10:48", "020 7946 0000"):
            assert fact in text
        assert "Check-up" not in text


def test_rivals_are_told_once_that_they_stay_on_the_list(
    clinic: AClinic, services: Services, delivery: Delivery, sink: MailSink
) -> None:
    first, *_ = offered(clinic, services, "Ann", "Bob")
    delivery.process_pending_notifications()
    services.waiting.accept(clinic.maria, first.id)
    delivery.process_pending_notifications()
    delivery.process_pending_notifications()
    gone = [line for line in subjects(sink) if "has been taken" in line]
    assert [line.split(":")[0] for line in gone] == ["bob@mail.test"]
    bobs = next(mail for mail in sink.messages() if "has been taken" in str(mail["Subject"]))
    assert "stay on our waiting list" in text_of(bobs, "plain")


@pytest.mark.parametrize("end", ["withdrawn", "declined", "expired", "taken"])
def test_an_offer_that_is_no_longer_open_is_not_sent(
    clinic: AClinic, services: Services, delivery: Delivery, sink: MailSink, end: str
) -> None:
    (offer,) = offered(clinic, services, "Ann")
    expected = STATUS.SUPPRESSED
    if end == "withdrawn":
        (wish,) = services.waiting.wishes(clinic.maria, clinic_id=clinic.main)
        services.waiting.withdraw(clinic.maria, wish.id, version=wish.version)
    elif end == "declined":
        services.waiting.decline(clinic.maria, offer.id)
    elif end == "expired":
        clinic.clock.advance(timedelta(hours=1))
        expected = STATUS.EXPIRED
    else:
        clinic.booked("14:00")
    delivery.process_pending_notifications()
    assert sink.messages() == []
    assert statuses(clinic) == [(Kind.SLOT_OFFERED, expected)]


def test_who_wants_no_mail_any_more_gets_none(
    clinic: AClinic, services: Services, delivery: Delivery, sink: MailSink
) -> None:
    offered(clinic, services, "Ann")
    stop = update(Patient).values(allows_email=False)
    clinic.database.write(lambda transaction: transaction.session.execute(stop))
    delivery.process_pending_notifications()
    assert sink.messages() == []


def out(clinic: AClinic, services: Services) -> Case:
    """Let Dr Sato be out with one visit at 14:00, and give its case."""
    clinic.booked("14:00", patient_id=patient(services, "Ann"))
    record = services.disruptions.start(
        clinic.maria, doctor_id=clinic.sato, clinic_id=clinic.main, from_at=clinic.at("12:00"),
        until_at=clinic.at("18:00"), reason="Ill",
    )  # fmt: skip
    (case,) = services.disruptions.cases(clinic.maria, record.id)
    return case


def test_a_proposal_names_the_former_and_the_new_time(
    clinic: AClinic, services: Services, delivery: Delivery, sink: MailSink
) -> None:
    case = out(clinic, services)
    services.disruptions.message(clinic.maria, case, case.alternatives[0].slot)
    delivery.process_pending_notifications()
    (mail,) = sink.messages()
    text = text_of(mail, "plain")
    for fact in ("Ann Waits", "Dr Yuki Sato", "14:00", "have not moved", "020 7946 0000"):
        assert fact in text
    assert "Ill" not in text
    assert "Check-up" not in text


def test_a_proposal_for_a_visit_that_is_settled_is_not_sent(
    clinic: AClinic, services: Services, delivery: Delivery, sink: MailSink
) -> None:
    case = out(clinic, services)
    services.disruptions.message(clinic.maria, case, case.alternatives[0].slot)
    services.disruptions.mark(clinic.maria, case, CaseState.KEPT)
    delivery.process_pending_notifications()
    assert sink.messages() == []
    assert (Kind.TIME_PROPOSED, STATUS.SUPPRESSED) in statuses(clinic)
