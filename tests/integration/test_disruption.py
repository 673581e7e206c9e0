"""The disruption desk over both databases: who is touched, what is offered, and what becomes."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

import pytest
from sqlalchemy import select

from clinicdesk.app import Services
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.outbox.models import Notification
from clinicdesk.patients.records import PatientDetails
from clinicdesk.schedule.disruption.errors import (
    AlreadyOutError,
    CaseHandledError,
    CasesOpenError,
    DisruptionOverError,
    NobodyToWriteError,
    OutInvalidError,
)
from clinicdesk.schedule.disruption.records import AlternativeKind, Case, CaseState, OutRecord
from clinicdesk.schedule.errors import (
    NotBookableError,
    OtherDoctorsAppointmentError,
    OutsideHoursError,
    SlotTakenError,
)
from clinicdesk.schedule.records import AppointmentStatus, ExceptionKind
from tests.a_clinic import SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic
from tests.services import services_over

THURSDAY = date(2026, 11, 26)


@dataclass
class Out:
    """A clinic whose Dr Sato falls ill."""

    clinic: AClinic
    services: Services

    def visit(self, clock_time: str, name: str, *, day: date = TUESDAY, email: str = "") -> int:
        details = PatientDetails(name, "Visits", email=email, phone="020 7946 0001")
        patient = self.services.patients.add(SETUP, details).id
        return self.clinic.booked(clock_time, day, patient_id=patient).id

    def start(self, begins: str = "12:00", ends: str = "18:00", **asked: object) -> OutRecord:
        clinic = self.clinic
        given: dict[str, object] = {
            "doctor_id": clinic.sato,
            "clinic_id": clinic.main,
            "from_at": clinic.at(begins),
            "until_at": clinic.at(ends),
            "reason": "Ill",
            **asked,
        }
        return self.services.disruptions.start(clinic.maria, **given)  # type: ignore[arg-type]

    def cases(self, out: OutRecord) -> tuple[Case, ...]:
        return self.services.disruptions.cases(self.clinic.maria, out.id)

    def case(self, out: OutRecord, name: str) -> Case:
        return next(each for each in self.cases(out) if each.patient_name.startswith(name))


@pytest.fixture
def out(database: Database, clock: FixedClock) -> Out:
    return Out(open_a_clinic(database, clock), services_over(database, clock, writes=True))


def test_every_visit_touched_is_a_case_and_the_hours_are_closed(out: Out) -> None:
    clinic = out.clinic
    out.visit("11:30", "Before")
    out.visit("14:00", "Ann")
    out.visit("16:00", "Bob")
    record = out.start()
    assert (record.doctor_name, record.total, record.handled) == ("Dr Yuki Sato", 2, 0)
    assert [each.patient_name for each in out.cases(record)] == ["Ann Visits", "Bob Visits"]
    (closed,) = clinic.hours.exceptions(clinic.maria, clinic.sato)
    assert (closed.kind, closed.from_on, closed.reason) == (ExceptionKind.CLOSED, TUESDAY, "Ill")
    assert (closed.starts_minute, closed.ends_minute) == (720, 1080)
    with pytest.raises(OutsideHoursError):
        clinic.booked("15:00", patient_id=clinic.jun)
    assert out.services.disruptions.open_ones(clinic.maria) == (record,)


def test_who_has_left_already_is_not_touched(out: Out) -> None:
    out.visit("11:30", "Over")
    out.visit("13:15", "Here")
    out.clinic.clock.at = out.clinic.at("13:30")
    touched = out.services.disruptions.touched(
        out.clinic.maria, doctor_id=out.clinic.sato, clinic_id=out.clinic.main,
        from_at=out.clinic.at("11:00"), until_at=out.clinic.at("18:00"),
    )  # fmt: skip
    record = out.start("11:00", "18:00")
    assert [each.patient_name for each in out.cases(record)] == ["Here Visits"]
    assert touched == record.total == 1


def test_alternatives_are_free_and_stand_at_one_visit_only(out: Out) -> None:
    clinic = out.clinic
    for number, clock_time in enumerate(("13:15", "13:45", "14:15", "14:45", "15:15")):
        out.visit(clock_time, f"No{number}")
    record = out.start("13:00", "17:00")
    cases = out.cases(record)
    assert all(len(each.alternatives) == 3 for each in cases)
    slots = [each.slot for case in cases for each in case.alternatives]
    for one, other in combinations(slots, 2):
        is_apart = one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
        assert one.doctor_id != other.doctor_id or is_apart
    for slot in slots:
        assert not (slot.doctor_id == clinic.sato and slot.starts_at < clinic.at("17:00"))
        reason = clinic.calendar.why_not(
            clinic.maria, clinic_id=slot.clinic_id, doctor_id=slot.doctor_id,
            service_id=clinic.check_up, starts_at=slot.starts_at,
        )  # fmt: skip
        assert reason is None
    kinds = {each.kind for case in cases for each in case.alternatives}
    assert kinds == set(AlternativeKind)


def test_accepting_moves_the_visit_and_counts(out: Out) -> None:
    clinic = out.clinic
    visit_id = out.visit("14:00", "Ann")
    out.visit("16:00", "Bob")
    record = out.start()
    case = out.case(record, "Ann")
    best = case.alternatives[0].slot
    after = out.services.disruptions.accept(clinic.maria, case, best)
    assert (after.handled, after.total) == (1, 2)
    moved = clinic.calendar.appointment(clinic.maria, visit_id)
    assert (moved.starts_at, moved.doctor_id, moved.clinic_id) == (
        best.starts_at, best.doctor_id, best.clinic_id,
    )  # fmt: skip
    assert out.case(record, "Ann").state is CaseState.MOVED
    with pytest.raises(CaseHandledError):
        out.services.disruptions.accept(clinic.maria, case, case.alternatives[1].slot)


def test_another_clinic_takes_the_visit_with_it(out: Out) -> None:
    clinic = out.clinic
    visit_id = out.visit("14:00", "Ann")
    record = out.start()
    case = out.case(record, "Ann")
    slot = next(a.slot for a in case.alternatives if a.kind is AlternativeKind.OTHER_CLINIC)
    out.services.disruptions.accept(clinic.maria, case, slot)
    assert clinic.calendar.appointment(clinic.maria, visit_id).clinic_id == clinic.river


def test_a_time_lost_to_somebody_else_leaves_the_case_open(out: Out) -> None:
    clinic = out.clinic
    out.visit("14:00", "Ann")
    record = out.start()
    case = out.case(record, "Ann")
    lost = next(a.slot for a in case.alternatives if a.kind is AlternativeKind.SAME_DAY)
    clinic.schedule.book(
        clinic.maria,
        clinic.request(lost.starts_at, doctor_id=lost.doctor_id, patient_id=clinic.jun),
    )
    with pytest.raises(SlotTakenError):
        out.services.disruptions.accept(clinic.maria, case, lost)
    fresh = out.case(record, "Ann")
    assert fresh.state is CaseState.OPEN
    assert lost not in [each.slot for each in fresh.alternatives]


def test_calls_keep_and_cancel_are_written_down(out: Out) -> None:
    clinic, desk = out.clinic, out.services.disruptions
    cancelled = out.visit("14:00", "Ann")
    out.visit("15:00", "Bob")
    out.visit("16:00", "Cid")
    record = out.start()
    desk.mark(clinic.maria, out.case(record, "Bob"), CaseState.CALLED, "no answer")
    assert (out.case(record, "Bob").state, out.case(record, "Bob").note) == (
        CaseState.CALLED, "no answer",
    )  # fmt: skip
    desk.mark(clinic.maria, out.case(record, "Cid"), CaseState.KEPT)
    desk.mark(clinic.maria, out.case(record, "Cid"), CaseState.OPEN)
    assert out.case(record, "Cid").state is CaseState.OPEN
    desk.mark(clinic.maria, out.case(record, "Cid"), CaseState.KEPT)
    after = desk.mark(clinic.maria, out.case(record, "Ann"), CaseState.CANCELLED)
    assert (after.handled, after.total) == (2, 3)
    details = clinic.calendar.appointment(clinic.maria, cancelled)
    assert (details.status, details.ended_reason) == (AppointmentStatus.CANCELLED, "Ill")
    assert out.case(record, "Cid").handled_by == "Maria Keane"
    with pytest.raises(CasesOpenError, match="1 patient is"):
        desk.finish(clinic.maria, record.id)
    desk.mark(clinic.maria, out.case(record, "Bob"), CaseState.KEPT)
    assert desk.finish(clinic.maria, record.id).closed_at is not None
    assert desk.open_ones(clinic.maria) == ()
    with pytest.raises(DisruptionOverError):
        desk.finish(clinic.maria, record.id)


def test_a_note_stays_with_the_case_whatever_is_done_next(out: Out) -> None:
    clinic, desk = out.clinic, out.services.disruptions
    out.visit("14:00", "Ann")
    record = out.start()
    desk.note(clinic.maria, out.case(record, "Ann"), " rings back ")
    noted = out.case(record, "Ann")
    assert (noted.state, noted.note, noted.handled_at) == (CaseState.OPEN, "rings back", None)
    desk.mark(clinic.maria, noted, CaseState.KEPT)
    assert out.case(record, "Ann").note == "rings back"
    desk.note(clinic.maria, out.case(record, "Ann"), "")
    assert (out.case(record, "Ann").state, out.case(record, "Ann").note) == (CaseState.KEPT, "")


def test_a_proposed_time_is_written_once_and_kept_for_the_patient(out: Out) -> None:
    clinic, desk = out.clinic, out.services.disruptions
    out.visit("14:00", "Ann", email="ann@mail.test")
    out.visit("15:00", "Bob")
    record = out.start()
    case = out.case(record, "Ann")
    slot = case.alternatives[1].slot
    desk.message(clinic.maria, case, slot)
    desk.message(clinic.maria, case, slot)
    rows = clinic.database.read(
        lambda session: session.scalars(
            select(Notification).where(Notification.kind == "time_proposed")
        ).all()
    )
    assert [row.recipient for row in rows] == ["ann@mail.test"]
    again = out.case(record, "Ann")
    assert (again.state, again.proposed, again.alternatives[0].slot) == (
        CaseState.MESSAGED, slot, slot,
    )  # fmt: skip
    assert not any(each.slot == slot for each in out.case(record, "Bob").alternatives)
    with pytest.raises(NobodyToWriteError):
        desk.message(clinic.maria, out.case(record, "Bob"), slot)


def test_what_a_colleague_does_in_the_calendar_counts_here(out: Out) -> None:
    clinic = out.clinic
    moved_id, _ = out.visit("14:00", "Ann"), out.visit("15:00", "Bob")
    record = out.start()
    moved = clinic.calendar.appointment(clinic.maria, moved_id)
    clinic.schedule.move(
        clinic.maria, moved.id, version=moved.version, doctor_id=clinic.sato,
        starts_at=clinic.at("10:00", THURSDAY),
    )  # fmt: skip
    bob = out.case(record, "Bob").appointment
    clinic.schedule.cancel(clinic.maria, bob.id, version=bob.version, reason="Patient rang")
    assert [each.state for each in out.cases(record)] == [CaseState.MOVED, CaseState.CANCELLED]
    assert out.services.disruptions.open_ones(clinic.maria)[0].is_settled


def test_the_doctor_comes_back_earlier(out: Out) -> None:
    clinic, desk = out.clinic, out.services.disruptions
    out.visit("13:15", "Ann")
    out.visit("16:00", "Bob")
    record = out.start("12:00", "18:00")
    clinic.clock.at = clinic.at("14:00")
    after = desk.back(clinic.maria, record.id)
    assert (after.until_at, after.handled, after.total) == (clinic.at("14:00"), 1, 2)
    assert out.case(record, "Bob").state is CaseState.KEPT
    assert clinic.booked("15:00", patient_id=clinic.jun).starts_at == clinic.at("15:00")
    (closed,) = clinic.hours.exceptions(clinic.maria, clinic.sato)
    assert (closed.starts_minute, closed.ends_minute) == (720, 840)
    assert after.closed_at is None


def test_a_mistake_is_taken_back_whole(out: Out) -> None:
    clinic, desk = out.clinic, out.services.disruptions
    out.visit("14:00", "Ann")
    record = out.start()
    after = desk.back(clinic.maria, record.id, at=record.from_at)
    assert after.closed_at is not None
    assert clinic.hours.exceptions(clinic.maria, clinic.sato) == ()
    assert desk.open_ones(clinic.maria) == ()


def test_days_out_at_every_clinic_close_both(out: Out) -> None:
    clinic = out.clinic
    there = clinic.schedule.book(
        clinic.maria,
        clinic.request(clinic.at("15:00", WEDNESDAY), clinic_id=clinic.river, confirm_now=True),
    )
    record = out.start(clinic_id=None, until_at=clinic.at("18:00", THURSDAY))
    assert [each.appointment.id for each in out.cases(record)] == [there.id]
    closed = clinic.hours.exceptions(clinic.maria, clinic.sato)
    assert {each.clinic_id for each in closed} == {clinic.main, clinic.river}
    assert len(closed) == 6


def test_what_cannot_be_is_refused(out: Out) -> None:
    clinic = out.clinic
    with pytest.raises(OutInvalidError):
        out.start("14:00", "13:00")
    with pytest.raises(OutInvalidError):
        out.start("08:00", "09:00")  # past
    with pytest.raises(NotBookableError):
        out.start(doctor_id=9_999)
    with pytest.raises(NotBookableError):
        out.start(doctor_id=clinic.osei, clinic_id=clinic.river)
    record = out.start()
    with pytest.raises(AlreadyOutError):
        out.start("17:00", "19:00")
    assert out.start("18:00", "19:00").id != record.id
    osei = clinic.doctor(clinic.osei)
    with pytest.raises(OtherDoctorsAppointmentError):
        out.services.disruptions.back(osei, record.id)


def test_everything_is_in_the_audit_log(out: Out) -> None:
    clinic, desk = out.clinic, out.services.disruptions
    out.visit("14:00", "Ann")
    record = out.start()
    desk.mark(clinic.maria, out.case(record, "Ann"), CaseState.KEPT)
    desk.finish(clinic.maria, record.id)
    entries = out.services.audit.entries(SETUP, entity="disruption", entity_id=record.id)
    assert [entry.action for entry in entries] == ["close disruption", "handle case", "doctor out"]
    assert record.until_at - record.from_at == timedelta(hours=6)
