"""Booking over, stretching, changing and moving visits, and the way back from each of these."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinicdesk.access import Actor, Role
from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clinics.records import NewService
from clinicdesk.clinics.resources import ResourceService
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import FixedClock, WallTime, local_instant, wall_time
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.money import Money
from clinicdesk.schedule.errors import (
    NotBookableError,
    OffStepError,
    OutsideHoursError,
    PastTimeError,
    PatientOverlapError,
    SlotTakenError,
    WrongStepError,
)
from clinicdesk.schedule.holds.service import HoldService
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, WeeklyHours
from tests.a_clinic import FROM_ON, SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic

MANAGER = Actor(None, "Ines Duarte", frozenset({Role.MANAGER}), "Office")
MINUTES = timedelta(minutes=1)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


def moved(
    clinic: AClinic, visit: AppointmentDetails, clock_time: str, *, actor: Actor | None = None,
    doctor_id: int | None = None, reason: str = "", clinic_id: int | None = None,
    day: date = TUESDAY, accept: bool = False,
) -> AppointmentDetails:  # fmt: skip
    return clinic.schedule.move(
        actor or clinic.maria,
        visit.id,
        version=visit.version,
        doctor_id=doctor_id or visit.doctor_id,
        starts_at=clinic.at(clock_time, day),
        clinic_id=clinic_id,
        overbook_reason=reason,
        accept_patient_overlap=accept,
    )


def overbooked(clinic: AClinic, clock_time: str, reason: str = "In pain") -> AppointmentDetails:
    request = clinic.request(clinic.at(clock_time), patient_id=clinic.jun, confirm_now=True)
    return clinic.schedule.book(MANAGER, replace(request, overbook_reason=reason))


# --- booking over --------------------------------------------------------------------------


def test_who_may_books_over_with_a_reason_that_is_kept(clinic: AClinic) -> None:
    clinic.booked("10:30")
    request = clinic.request(clinic.at("10:30"), patient_id=clinic.jun)
    with pytest.raises(SlotTakenError) as refused:
        clinic.schedule.book(MANAGER, replace(request, overbook_reason="  "))
    assert refused.value.can_overbook
    with pytest.raises(AccessDeniedError):
        clinic.schedule.book(clinic.maria, replace(request, overbook_reason="In pain"))
    over = clinic.schedule.book(MANAGER, replace(request, overbook_reason=" In pain "))
    assert (over.is_overbooked, over.overbooked_reason) == (True, "In pain")
    (entry,) = clinic.audit.entries(SETUP, entity="appointment", entity_id=over.id)
    assert entry.details["overbooked"] == "In pain"


def test_what_lies_outside_hours_can_be_booked_over_but_not_what_is_past(clinic: AClinic) -> None:
    assert overbooked(clinic, "12:45").is_overbooked
    with pytest.raises(PastTimeError) as refused:
        overbooked(clinic, "9:00")
    assert not refused.value.can_overbook


def test_a_reason_where_the_time_is_free_marks_nothing(clinic: AClinic) -> None:
    assert not overbooked(clinic, "11:00").is_overbooked


def test_the_visit_beside_an_overbooked_one_goes_on_as_ever(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    overbooked(clinic, "10:00")
    arrived = clinic.visits.check_in(clinic.maria, made.id, version=made.version)
    assert arrived.status is AppointmentStatus.ARRIVED
    noted = clinic.schedule.change(clinic.maria, made.id, version=arrived.version, note="Late")
    assert noted.note == "Late"


def test_an_overbooked_visit_in_a_free_place_is_an_ordinary_one(clinic: AClinic) -> None:
    clinic.booked("10:30")
    over = overbooked(clinic, "10:30")
    free = moved(clinic, over, "14:00")
    assert (free.is_overbooked, free.overbooked_reason) == (False, "")
    with pytest.raises(SlotTakenError):
        clinic.booked("14:00", patient_id=clinic.chloe)
    back = moved(clinic, free, "10:30")
    assert (back.is_overbooked, back.overbooked_reason) == (True, "In pain")


def test_the_way_back_to_an_overbooked_place_closes(clinic: AClinic) -> None:
    clinic.booked("10:30")
    free = moved(clinic, overbooked(clinic, "10:30"), "14:00")
    with pytest.raises(SlotTakenError):
        moved(clinic, free, "10:30", actor=replace(clinic.maria, desk="Desk 2"))
    clinic.clock.advance(16 * MINUTES)
    with pytest.raises(SlotTakenError):
        moved(clinic, free, "10:30")


def test_a_shorter_overbooked_visit_stays_one_until_it_is_in_nobodys_way(clinic: AClinic) -> None:
    clinic.booked("11:15")
    request = replace(
        clinic.request(clinic.at("10:45"), patient_id=clinic.jun), duration_minutes=60
    )
    over = clinic.schedule.book(MANAGER, replace(request, overbook_reason="In pain"))
    still = clinic.schedule.resize(
        clinic.maria, over.id, version=over.version, ends_at=clinic.at("11:30")
    )
    assert still.overbooked_reason == "In pain"
    apart = clinic.schedule.resize(
        clinic.maria, over.id, version=still.version, ends_at=clinic.at("11:15")
    )
    assert not apart.is_overbooked


# --- the patient elsewhere -----------------------------------------------------------------


def test_a_patient_is_not_in_two_places_unless_that_is_meant(clinic: AClinic) -> None:
    first = clinic.booked("14:00", WEDNESDAY, clinic_id=clinic.river)
    there = clinic.request(clinic.at("14:15", WEDNESDAY), doctor_id=clinic.osei)
    with pytest.raises(PatientOverlapError, match=r"Dr Yuki Sato at River .* 14:00 to 14:30") as no:
        clinic.schedule.book(clinic.maria, there)
    assert no.value.other == first
    both = clinic.schedule.book(clinic.maria, replace(there, accept_patient_overlap=True))
    assert both.starts_at == there.starts_at
    other = clinic.booked("15:00", WEDNESDAY, doctor_id=clinic.osei)
    with pytest.raises(PatientOverlapError):
        moved(clinic, other, "14:00", doctor_id=clinic.haddad, day=WEDNESDAY)
    assert moved(
        clinic, other, "14:00", doctor_id=clinic.haddad, day=WEDNESDAY, accept=True
    ).doctor_id == clinic.haddad  # fmt: skip


# --- length, service, room, place ----------------------------------------------------------


def test_a_visit_takes_the_time_that_is_asked_for(clinic: AClinic) -> None:
    request = replace(clinic.request(clinic.at("10:00")), duration_minutes=50)
    made = clinic.schedule.book(clinic.maria, request)
    assert made.ends_at == clinic.at("10:50")
    for wrong in (0, -5, 721):
        with pytest.raises(NotBookableError, match="twelve hours"):
            again = clinic.request(clinic.at("14:00"))
            clinic.schedule.book(clinic.maria, replace(again, duration_minutes=wrong))


def test_a_visit_is_stretched_up_to_its_neighbour_even_while_it_runs(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    clinic.booked("11:00", patient_id=clinic.jun)
    clinic.clock.at = clinic.at("10:20")
    arrived = clinic.visits.check_in(clinic.maria, made.id, version=made.version)
    with pytest.raises(SlotTakenError, match="Jun Tanaka"):
        clinic.schedule.resize(
            clinic.maria, made.id, version=arrived.version, ends_at=clinic.at("11:05")
        )
    longer = clinic.schedule.resize(
        clinic.maria, made.id, version=arrived.version, ends_at=clinic.at("11:00")
    )
    assert (longer.starts_at, longer.ends_at) == (clinic.at("10:00"), clinic.at("11:00"))
    with pytest.raises(OffStepError):
        clinic.schedule.resize(
            clinic.maria, made.id, version=longer.version, ends_at=clinic.at("10:00")
        )
    done = clinic.visits.complete(clinic.maria, made.id, version=longer.version)
    with pytest.raises(WrongStepError):
        clinic.schedule.resize(
            clinic.maria, made.id, version=done.version, ends_at=clinic.at("10:30")
        )


def test_another_service_brings_its_length_and_buffers(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    longer = clinic.schedule.change(
        clinic.maria, made.id, version=made.version, service_id=clinic.skin_check
    )
    assert (longer.service_name, longer.ends_at) == ("Skin check", clinic.at("10:45"))
    with pytest.raises(SlotTakenError):
        clinic.booked("10:45", patient_id=clinic.jun)
    back = clinic.schedule.change(
        clinic.maria, made.id, version=longer.version, service_id=clinic.check_up
    )
    assert back.ends_at == clinic.at("10:30")
    clinic.booked("10:30", patient_id=clinic.jun)
    with pytest.raises(SlotTakenError, match="Jun Tanaka"):
        clinic.schedule.change(
            clinic.maria, made.id, version=back.version, service_id=clinic.skin_check
        )
    osei = clinic.booked("14:00", doctor_id=clinic.osei)
    with pytest.raises(NotBookableError, match="does not give that service"):
        clinic.schedule.change(
            clinic.maria, osei.id, version=osei.version, service_id=clinic.skin_check
        )


def test_a_room_can_be_chosen_and_holds_one_visit(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    osei = clinic.booked("10:00", doctor_id=clinic.osei, patient_id=clinic.jun)
    assert osei.room_id is not None
    with pytest.raises(SlotTakenError, match="same room"):
        clinic.schedule.change(clinic.maria, made.id, version=1, room_id=osei.room_id)
    bare = clinic.schedule.change(clinic.maria, made.id, version=made.version, room_id=0)
    assert (bare.room_id, bare.room_name) == (None, "")
    back = clinic.schedule.change(clinic.maria, made.id, version=bare.version, room_id=made.room_id)
    assert back.room_name == "Room 1"
    with pytest.raises(NotBookableError, match="room"):
        clinic.schedule.change(clinic.maria, made.id, version=back.version, room_id=4711)
    chosen = replace(clinic.request(clinic.at("11:00")), room_id=osei.room_id)
    assert clinic.schedule.book(clinic.maria, chosen).room_id == osei.room_id


def test_a_visit_moves_to_another_clinic_and_back(clinic: AClinic) -> None:
    made = clinic.booked("10:00", WEDNESDAY)
    there = moved(clinic, made, "14:00", clinic_id=clinic.river, day=WEDNESDAY)
    assert (there.clinic_name, there.room_id) == ("River", None)
    back = moved(clinic, there, "10:00", clinic_id=clinic.main, day=WEDNESDAY)
    assert (back.clinic_name, back.room_name) == ("Main", "Room 1")


# --- the way back --------------------------------------------------------------------------


def test_a_move_out_of_the_past_can_be_taken_back_for_a_while(clinic: AClinic) -> None:
    made = clinic.booked("10:00")
    clinic.clock.at = clinic.at("10:20")
    later = moved(clinic, made, "11:00")
    back = moved(clinic, later, "10:00")
    assert back.starts_at == made.starts_at
    later = moved(clinic, back, "11:00")
    clinic.clock.advance(16 * MINUTES)
    with pytest.raises(PastTimeError):
        moved(clinic, later, "10:00")


def test_a_place_that_was_given_away_is_not_taken_back(clinic: AClinic) -> None:
    later = moved(clinic, clinic.booked("10:00"), "11:00")
    clinic.booked("10:00", patient_id=clinic.jun)
    with pytest.raises(SlotTakenError, match="Jun Tanaka"):
        moved(clinic, later, "10:00")


def test_every_change_has_its_way_back(clinic: AClinic) -> None:
    asked = clinic.schedule.book(clinic.maria, clinic.request(clinic.at("11:00")))
    maria, desk, visit = clinic.maria, clinic.schedule, asked
    visit = desk.confirm(maria, asked.id, version=visit.version)
    visit = desk.unconfirm(maria, asked.id, version=visit.version)
    visit = desk.resize(maria, asked.id, version=visit.version, ends_at=clinic.at("12:00"))
    visit = desk.resize(maria, asked.id, version=visit.version, ends_at=asked.ends_at)
    visit = moved(clinic, moved(clinic, visit, "14:00"), "11:00")
    visit = desk.cancel(maria, asked.id, version=visit.version, reason="Mistake")
    visit = desk.restore(maria, asked.id, version=visit.version)
    assert replace(visit, version=1) == asked
    assert clinic.audit.verify(SETUP).is_whole


# --- equipment -----------------------------------------------------------------------------


def test_each_visit_uses_a_piece_of_its_own(clinic: AClinic) -> None:
    clinics = ClinicService(clinic.database, audit=clinic.audit)
    resources = ResourceService(clinic.database, audit=clinic.audit)
    ecg = clinics.offer(SETUP, NewService("ECG", 30, Money(5000, "GBP"), equipment_kind="ECG"))
    give(clinic, ecg, clinic.sato, clinic.osei, clinic.haddad)
    only = resources.add_equipment(SETUP, clinic.main, kind="ECG", name="ECG 1")
    first = clinic.booked("10:00", service_id=ecg)
    assert first.equipment_name == "ECG 1"
    with pytest.raises(SlotTakenError, match="ECG"):
        clinic.booked("10:15", service_id=ecg, doctor_id=clinic.osei, patient_id=clinic.jun)
    resources.add_equipment(SETUP, clinic.main, kind="ECG", name="ECG 2")
    second = clinic.booked("10:15", service_id=ecg, doctor_id=clinic.osei, patient_id=clinic.jun)
    assert (only, second.equipment_name) == (only, "ECG 2")
    plain = clinic.schedule.change(
        clinic.maria, first.id, version=first.version, service_id=clinic.check_up
    )
    assert plain.equipment_name == ""
    assert moved(clinic, second, "10:00").equipment_name == "ECG 1"


def test_a_cancelled_visit_comes_back_only_with_a_piece_of_its_own(clinic: AClinic) -> None:
    clinics = ClinicService(clinic.database, audit=clinic.audit)
    resources = ResourceService(clinic.database, audit=clinic.audit)
    ecg = clinics.offer(SETUP, NewService("ECG", 30, Money(5000, "GBP"), equipment_kind="ECG"))
    give(clinic, ecg, clinic.sato, clinic.osei)
    resources.add_equipment(SETUP, clinic.main, kind="ECG", name="ECG 1")
    first = clinic.booked("10:00", service_id=ecg)
    gone = clinic.schedule.cancel(clinic.maria, first.id, version=1, reason="")
    clinic.booked("10:15", service_id=ecg, doctor_id=clinic.osei, patient_id=clinic.jun)
    with pytest.raises(SlotTakenError, match="ECG"):
        clinic.schedule.restore(clinic.maria, first.id, version=gone.version)
    resources.add_equipment(SETUP, clinic.main, kind="ECG", name="ECG 2")
    back = clinic.schedule.restore(clinic.maria, first.id, version=gone.version)
    assert back.equipment_name == "ECG 2"


def test_a_cancelled_visit_does_not_come_back_under_one_booked_over_another(
    clinic: AClinic,
) -> None:
    first = clinic.booked("10:00")
    clinic.booked("10:30")
    gone = clinic.schedule.cancel(clinic.maria, first.id, version=1, reason="")
    over = overbooked(clinic, "10:15")
    assert over.overbooked_reason
    with pytest.raises(SlotTakenError, match="Jun Tanaka"):
        clinic.schedule.restore(clinic.maria, first.id, version=gone.version)


def give(clinic: AClinic, service_id: int, *doctor_ids: int) -> None:
    from clinicdesk.staff.models import DoctorService

    def work(transaction: object) -> None:
        for doctor_id in doctor_ids:
            transaction.session.add(DoctorService(doctor_id=doctor_id, service_id=service_id))  # type: ignore[attr-defined]

    clinic.database.write(work)


# --- holds ---------------------------------------------------------------------------------


def test_the_dialogs_own_hold_lets_it_book_and_ends(clinic: AClinic, bus: ChangeBus) -> None:
    holds = HoldService(clinic.database, clock=clinic.clock, audit=clinic.audit)
    span = (clinic.at("11:00"), clinic.at("11:30"))
    holds.hold(
        clinic.maria, hold_key="mine", clinic_id=clinic.main, doctor_id=clinic.sato,
        starts_at=span[0], ends_at=span[1],
    )  # fmt: skip
    with pytest.raises(SlotTakenError, match="just booking"):
        clinic.booked("11:00", patient_id=clinic.jun)
    seen: list[Change] = []
    bus.subscribe(seen.extend)
    made = clinic.schedule.book(clinic.maria, replace(clinic.request(span[0]), hold_key="mine"))
    assert made.starts_at == span[0]
    assert Topic.HOLD in {change.topic for change in seen}
    assert holds.live(clinic.maria, clinic_id=clinic.main, from_at=span[0], until_at=span[1]) == ()


# --- the nights when the clocks change -----------------------------------------------------


def test_both_runs_of_a_repeated_hour_are_booked_apart(clinic: AClinic) -> None:
    night = date(2027, 10, 31)
    clinic.hours.set_weekly_hours(
        SETUP, clinic.osei, [WeeklyHours(clinic.osei, clinic.main, 6, 0, 300, FROM_ON)]
    )
    assert wall_time(night, 75, "Europe/London") is WallTime.TWICE
    made = []
    for fold, patient_id in ((0, clinic.chloe), (1, clinic.jun)):
        at = local_instant(night, 75, "Europe/London", fold=fold)  # type: ignore[arg-type]
        request = clinic.request(at, doctor_id=clinic.osei, patient_id=patient_id)
        made.append(clinic.schedule.book(clinic.maria, request))
    assert made[1].starts_at - made[0].starts_at == 60 * MINUTES
    long = replace(
        clinic.request(local_instant(night, 45, "Europe/London"), doctor_id=clinic.osei),
        duration_minutes=60,
    )
    with pytest.raises(SlotTakenError):
        clinic.schedule.book(clinic.maria, long)


def test_a_visit_over_a_skipped_hour_lasts_as_long_as_it_says(clinic: AClinic) -> None:
    night = date(2027, 3, 28)
    clinic.hours.set_weekly_hours(
        SETUP, clinic.osei, [WeeklyHours(clinic.osei, clinic.main, 6, 0, 180, FROM_ON)]
    )
    at = local_instant(night, 45, "Europe/London")
    made = clinic.schedule.book(clinic.maria, clinic.request(at, doctor_id=clinic.osei))
    assert made.ends_at - made.starts_at == 30 * MINUTES
    assert made.ends_at == local_instant(night, 2 * 60 + 15, "Europe/London")
    late = clinic.request(local_instant(night, 2 * 60 + 45, "Europe/London"), doctor_id=clinic.osei)
    with pytest.raises(OutsideHoursError):
        clinic.schedule.book(clinic.maria, late)
