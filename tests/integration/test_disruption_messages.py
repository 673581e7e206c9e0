"""A time proposed by message: what its patient reads, and that nothing goes out once it is old."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinicdesk.app import Services
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.outbox.models import Notification
from clinicdesk.outbox.records import Channel, QueuedMessage, Skip, WrittenMessage
from clinicdesk.patients.records import PatientDetails
from clinicdesk.reminders.records import Kind
from clinicdesk.reminders.writers import message_writers
from clinicdesk.schedule.disruption.records import Case, CaseState, OutRecord
from clinicdesk.schedule.records import Slot
from tests.a_clinic import SETUP, WEDNESDAY, open_a_clinic
from tests.mail_desk import SENDER
from tests.services import services_over

PHONE = "020 7946 0000"
THURSDAY = WEDNESDAY + timedelta(days=1)


class Desk:
    """A clinic whose Dr Sato is out, and one patient to whom another time was proposed."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        clinic = self.clinic = open_a_clinic(database, clock)
        self.services: Services = services_over(database, clock, writes=True)
        details = PatientDetails("Ann", "Visits", email="ann@mail.test")
        patient = self.services.patients.add(SETUP, details).id
        self.visit = clinic.booked("14:00", patient_id=patient)
        self.out: OutRecord = self.services.disruptions.start(
            clinic.maria, doctor_id=clinic.sato, clinic_id=clinic.main,
            from_at=clinic.at("12:00"), until_at=clinic.at("18:00"), reason="Ill",
        )  # fmt: skip
        self.case: Case = self.services.disruptions.cases(clinic.maria, self.out.id)[0]
        self.slot: Slot = self.case.alternatives[0].slot
        self.services.disruptions.message(clinic.maria, self.case, self.slot)

    def set_clinic(self, clinic_id: int, **values: object) -> None:
        """Change how a clinic can be reached, or its zone."""
        self.clinic.database.write(
            lambda transaction: transaction.session.execute(
                update(Clinic).where(Clinic.id == clinic_id).values(**values)
            )
        )

    def written(self) -> WrittenMessage | Skip:
        """Give what the worker would send now of the message queued last."""
        row = self.clinic.database.read(
            lambda session: session.scalars(
                select(Notification)
                .where(Notification.kind == Kind.TIME_PROPOSED)
                .order_by(Notification.id.desc())
            ).first()
        )
        assert row is not None
        writers = message_writers(
            self.clinic.database,
            clock=self.clinic.clock,
            organiser=lambda: SENDER,
            invoice_pdf=lambda _invoice_id: b"",
        )
        message = QueuedMessage(
            row.id, str(row.id), row.kind, Channel.EMAIL, row.recipient, row.patient_id,
            row.appointment_id, None, dict(row.facts), 1,
        )  # fmt: skip
        return writers[Kind.TIME_PROPOSED].write(message)


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(database, clock)


def test_the_patient_reads_who_is_out_and_which_time_is_proposed(desk: Desk) -> None:
    desk.set_clinic(desk.clinic.main, phone=PHONE)
    message = desk.written()
    assert isinstance(message, WrittenMessage)
    assert message.recipient == "ann@mail.test"
    for fact in ("Dr Yuki Sato cannot be at the clinic on", "14:00", "Ann Visits", PHONE):
        assert fact in message.text
    assert f"{desk.slot.starts_at:%H:%M}" in message.text  # London is on UTC in November


def test_the_former_time_is_read_on_the_clock_of_its_own_clinic(desk: Desk) -> None:
    desk.set_clinic(desk.clinic.river, time_zone="Europe/Berlin")
    (case,) = desk.services.disruptions.cases(desk.clinic.maria, desk.out.id)
    river = next(
        each.slot for each in case.alternatives if each.slot.clinic_id == desk.clinic.river
    )
    desk.services.disruptions.message(desk.clinic.maria, case, river)
    message = desk.written()
    assert isinstance(message, WrittenMessage)
    assert "14:00" in message.text.split("the time of your appointment")[0]


def test_nothing_is_sent_once_the_patient_has_moved_by_another_way(desk: Desk) -> None:
    clinic = desk.clinic
    clinic.schedule.move(
        clinic.maria, desk.visit.id, version=desk.visit.version, doctor_id=clinic.sato,
        starts_at=clinic.at("10:00", THURSDAY),
    )  # fmt: skip
    assert isinstance(desk.written(), Skip)


def test_nothing_is_sent_once_the_visit_is_cancelled(desk: Desk) -> None:
    clinic = desk.clinic
    clinic.schedule.cancel(
        clinic.maria, desk.visit.id, version=desk.visit.version, reason="Patient rang"
    )
    assert isinstance(desk.written(), Skip)


def test_nothing_is_sent_once_somebody_else_stands_there(desk: Desk) -> None:
    clinic, slot = desk.clinic, desk.slot
    clinic.schedule.book(
        clinic.maria,
        clinic.request(
            slot.starts_at, doctor_id=slot.doctor_id, clinic_id=slot.clinic_id,
            patient_id=clinic.jun,
        ),
    )  # fmt: skip
    assert isinstance(desk.written(), Skip)


@pytest.mark.parametrize("state", [CaseState.KEPT, CaseState.CANCELLED, CaseState.CALLED])
def test_nothing_is_sent_once_the_desk_has_settled_it_otherwise(
    desk: Desk, state: CaseState
) -> None:
    (case,) = desk.services.disruptions.cases(desk.clinic.maria, desk.out.id)
    desk.services.disruptions.mark(desk.clinic.maria, case, state)
    assert isinstance(desk.written(), Skip)


def test_a_time_that_is_gone_is_not_proposed(desk: Desk) -> None:
    clinic = desk.clinic
    (case,) = desk.services.disruptions.cases(clinic.maria, desk.out.id)
    lost = case.alternatives[1].slot
    clinic.schedule.book(
        clinic.maria,
        clinic.request(
            lost.starts_at, doctor_id=lost.doctor_id, clinic_id=lost.clinic_id,
            patient_id=clinic.jun,
        ),
    )  # fmt: skip
    desk.services.disruptions.message(clinic.maria, case, lost)
    assert isinstance(desk.written(), Skip)
