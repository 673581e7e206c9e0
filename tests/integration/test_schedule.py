"""The calendar through its service: a day, free times, booking, moving, cancelling, hours."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import ConflictError
from clinicdesk.schedule.errors import (
    AlreadyBookedError,
    AppointmentChangedError,
    AppointmentMissingError,
    NotBookableError,
    OffStepError,
    OtherDoctorsAppointmentError,
    OutsideHoursError,
    PastTimeError,
    SlotTakenError,
    TooFarAheadError,
    WrongStepError,
)
from clinicdesk.schedule.records import (
    AppointmentStatus,
    ExceptionKind,
    HoursException,
    WeeklyHours,
)
from tests.a_clinic import FROM_ON, SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic

SATURDAY = TUESDAY + timedelta(days=4)


class Told:
    """A notifier that keeps what it was told, inside the transaction."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []

    def confirmed(self, transaction: Transaction, appointment_id: int) -> None:
        assert transaction.session.in_transaction()
        self.calls.append(("confirmed", appointment_id))

    def moved(self, transaction: Transaction, appointment_id: int) -> None:
        self.calls.append(("moved", appointment_id))

    def unconfirmed(self, transaction: Transaction, appointment_id: int) -> None:
        self.calls.append(("unconfirmed", appointment_id))

    def cancelled(self, transaction: Transaction, appointment_id: int) -> None:
        self.calls.append(("cancelled", appointment_id))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def clinic(database: Database, clock: FixedClock, told: Told) -> AClinic:
    return open_a_clinic(database, clock, notifier=told)


# --- looking -------------------------------------------------------------------------------


def test_a_day_shows_columns_hours_and_appointments(clinic: AClinic) -> None:
    made = clinic.booked("10:30")
    day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=TUESDAY)
    assert [column.doctor_name for column in day.columns] == [
        "Dr Yuki Sato",
        "Dr Amara Osei",
        "Dr Noor Haddad",
    ]
    sato, osei, haddad = day.columns
    assert [(span.starts_at, span.ends_at) for span in sato.open_spans] == [
        (clinic.at("9:00"), clinic.at("12:30")),
        (clinic.at("13:15"), clinic.at("17:00")),
    ]
    # From 09:48 on Sato has 10:00, 11:00, 11:30, 12:00 and seven after lunch; the shared room
    # costs Haddad the half hour of Sato's visit.
    assert (sato.free_slots, osei.free_slots, haddad.free_slots) == (11, 12, 15)
    (shown,) = day.appointments
    assert (shown.id, shown.patient_name, shown.service_name) == (
        made.id,
        "Chloé Martin",
        "Check-up",
    )
    assert (day.step_minutes, day.first_minute, day.last_minute) == (15, 480, 1080)


def test_a_day_is_as_long_as_what_lies_on_it(clinic: AClinic) -> None:
    early = WeeklyHours(clinic.osei, clinic.main, 1, 6 * 60 + 30, 20 * 60 + 10, FROM_ON)
    clinic.hours.set_weekly_hours(SETUP, clinic.osei, [early])
    day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=TUESDAY)
    assert (day.first_minute, day.last_minute) == (6 * 60, 21 * 60)


def test_a_day_can_be_of_some_doctors_only(clinic: AClinic) -> None:
    clinic.booked("10:30")
    clinic.booked("10:30", doctor_id=clinic.osei, patient_id=clinic.jun)
    day = clinic.calendar.calendar_day(
        clinic.maria, clinic_id=clinic.main, day=TUESDAY, doctor_ids=[clinic.osei]
    )
    assert [column.doctor_id for column in day.columns] == [clinic.osei]
    assert [shown.doctor_id for shown in day.appointments] == [clinic.osei]


def test_cancelled_appointments_are_in_the_day_but_take_no_place(clinic: AClinic) -> None:
    made = clinic.booked("10:30")
    clinic.schedule.cancel(clinic.maria, made.id, version=made.version, reason="ill")
    day = clinic.calendar.calendar_day(clinic.maria, clinic_id=clinic.main, day=TUESDAY)
    assert [shown.status for shown in day.appointments] == [AppointmentStatus.CANCELLED]
    assert day.columns[0].free_slots == 12


def test_a_doctors_day_spans_the_clinics(clinic: AClinic) -> None:
    main = clinic.booked("9:00", WEDNESDAY)
    river = clinic.booked("14:00", WEDNESDAY, clinic_id=clinic.river)
    day = clinic.calendar.doctor_day(clinic.maria, doctor_id=clinic.sato, day=WEDNESDAY)
    assert [one.id for one in day.appointments] == [main.id, river.id]
    assert [span.clinic_id for span in day.open_spans] == [clinic.main, clinic.river]


def test_what_is_not_there_says_so(clinic: AClinic) -> None:
    with pytest.raises(AppointmentMissingError):
        clinic.calendar.appointment(clinic.maria, 4711)
    with pytest.raises(NotBookableError):
        clinic.calendar.calendar_day(clinic.maria, clinic_id=4711, day=TUESDAY)
    with pytest.raises(NotBookableError):
        clinic.calendar.doctor_day(clinic.maria, doctor_id=4711, day=TUESDAY)


def test_free_times_come_by_start_and_doctor_who_gives_the_service(clinic: AClinic) -> None:
    clinic.booked("10:15")
    slots = clinic.calendar.free_slots(
        clinic.maria,
        clinic_ids=[clinic.main, clinic.river],
        service_id=clinic.check_up,
        not_before_at=clinic.clock.now(),
        limit=5,
    )
    assert [(slot.doctor_id, slot.starts_at) for slot in slots] == [
        (clinic.osei, clinic.at("10:00")),
        (clinic.osei, clinic.at("10:15")),
        (clinic.osei, clinic.at("10:30")),
        (clinic.sato, clinic.at("10:45")),
        (clinic.osei, clinic.at("10:45")),
    ]
    skin = clinic.calendar.free_slots(
        clinic.maria,
        clinic_ids=[clinic.main],
        service_id=clinic.skin_check,
        not_before_at=clinic.at("16:15"),
        limit=3,
    )
    assert [(slot.doctor_id, slot.starts_at) for slot in skin] == [
        (clinic.haddad, clinic.at("16:15")),
        (clinic.haddad, clinic.at("16:30")),
        (clinic.haddad, clinic.at("16:45")),
    ]


def test_a_doctor_taken_at_one_clinic_is_taken_at_the_other(clinic: AClinic) -> None:
    both = WeeklyHours(clinic.sato, clinic.river, 1, 540, 600, FROM_ON)
    clinic.hours.set_weekly_hours(SETUP, clinic.sato, [both])
    clinic.hours.add_exception(
        SETUP,
        HoursException(clinic.sato, clinic.main, ExceptionKind.ADDED, TUESDAY, TUESDAY, 600, 660),
    )
    clinic.booked("10:15")
    clinic.hours.add_exception(
        SETUP,
        HoursException(clinic.sato, clinic.river, ExceptionKind.ADDED, TUESDAY, TUESDAY, 600, 720),
    )
    slots = clinic.calendar.free_slots(
        clinic.maria,
        clinic_ids=[clinic.river],
        service_id=clinic.check_up,
        not_before_at=clinic.at("9:48"),
        limit=1,
    )
    assert [slot.starts_at for slot in slots] == [clinic.at("10:45")]


# --- booking -------------------------------------------------------------------------------


def test_a_booking_is_a_request_or_confirmed_at_once(clinic: AClinic, told: Told) -> None:
    asked = clinic.schedule.book(clinic.maria, clinic.request(clinic.at("11:00")))
    assert (asked.status, told.calls) == (AppointmentStatus.REQUESTED, [])
    made = clinic.booked("11:30")
    assert made.status is AppointmentStatus.CONFIRMED
    assert told.calls == [("confirmed", made.id)]
    assert (made.room_name, made.clinic_name, made.ends_at) == (
        "Room 1",
        "Main",
        clinic.at("12:00"),
    )


def test_one_request_books_once(clinic: AClinic) -> None:
    request = clinic.request(clinic.at("11:00"))
    first = clinic.schedule.book(clinic.maria, request)
    assert clinic.schedule.book(clinic.maria, request) == first
    with pytest.raises(AlreadyBookedError):
        clinic.schedule.book(clinic.maria, replace(request, starts_at=clinic.at("12:00")))
    assert len(clinic.calendar.appointments_of_patient(clinic.maria, clinic.chloe)) == 1


def test_a_taken_time_names_who_is_there_and_what_is_free(clinic: AClinic) -> None:
    clinic.booked("10:30")
    with pytest.raises(SlotTakenError) as refused:
        clinic.booked("10:45", patient_id=clinic.jun)
    for words in ("10:45", "Dr Yuki Sato", "Chloé Martin", "10:30 to 11:00", "11:15"):
        assert words in refused.value.sentence
    assert [slot.starts_at for slot in refused.value.next_free] == [
        clinic.at("11:00"),
        clinic.at("11:15"),
        clinic.at("11:30"),
    ]
    offered = refused.value.next_free[0]
    assert clinic.booked("11:00", patient_id=clinic.jun).starts_at == offered.starts_at


def test_a_room_holds_one_visit(clinic: AClinic) -> None:
    clinic.booked("10:30")
    with pytest.raises(SlotTakenError, match="in the same room"):
        clinic.booked("10:30", doctor_id=clinic.haddad, patient_id=clinic.jun)


def test_buffers_keep_visits_apart(clinic: AClinic) -> None:
    clinic.booked("10:00", service_id=clinic.skin_check)
    with pytest.raises(SlotTakenError):
        clinic.booked("10:45", patient_id=clinic.jun)
    assert clinic.booked("11:00", patient_id=clinic.jun).starts_at == clinic.at("11:00")


@pytest.mark.parametrize(
    ("clock_time", "day", "error", "words"),
    [
        ("12:15", TUESDAY, OutsideHoursError, "09:00–12:30 and 13:15–17:00"),
        ("11:00", SATURDAY, OutsideHoursError, "sees nobody at Main on Sat 28 Nov"),
        ("9:30", TUESDAY, PastTimeError, "passed"),
        ("10:50", TUESDAY, OffStepError, "every 15 minutes"),
        ("11:00", TUESDAY + timedelta(days=364 * 2), TooFarAheadError, "far ahead"),
    ],
)
def test_a_time_that_is_not_offered_says_why(
    clinic: AClinic, clock_time: str, day: date, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        clinic.booked(clock_time, day)
    assert clinic.calendar.appointments_of_patient(clinic.maria, clinic.chloe) == ()


def test_the_running_step_is_for_the_patient_at_the_counter(clinic: AClinic) -> None:
    assert clinic.booked("9:45").starts_at == clinic.at("9:45")


def test_seconds_stand_on_no_step(clinic: AClinic) -> None:
    with pytest.raises(OffStepError):
        clinic.schedule.book(
            clinic.maria, clinic.request(clinic.at("11:00") + timedelta(seconds=1))
        )


def test_what_does_not_fit_together_cannot_be_booked(clinic: AClinic) -> None:
    at = clinic.at("11:00")
    for wrong, words in (
        (clinic.request(at, doctor_id=clinic.osei, service_id=clinic.skin_check), "service"),
        (clinic.request(at, doctor_id=clinic.osei, clinic_id=clinic.river), "clinic"),
        (clinic.request(at, patient_id=4711), "patient"),
        (clinic.request(at, service_id=4711), "service"),
    ):
        with pytest.raises(NotBookableError, match=words):
            clinic.schedule.book(clinic.maria, wrong)


def test_doctors_book_and_move_for_themselves_alone(clinic: AClinic) -> None:
    sato, osei = clinic.doctor(clinic.sato), clinic.doctor(clinic.osei)
    made = clinic.schedule.book(sato, clinic.request(clinic.at("11:00")))
    with pytest.raises(OtherDoctorsAppointmentError):
        clinic.schedule.book(osei, clinic.request(clinic.at("12:00")))
    with pytest.raises(OtherDoctorsAppointmentError):
        clinic.schedule.confirm(osei, made.id, version=1)
    with pytest.raises(OtherDoctorsAppointmentError):
        clinic.schedule.cancel(osei, made.id, version=1, reason="")
    with pytest.raises(OtherDoctorsAppointmentError):
        clinic.schedule.move(
            sato, made.id, version=1, doctor_id=clinic.haddad, starts_at=clinic.at("12:00")
        )
    assert clinic.calendar.appointment(clinic.maria, made.id) == made


# --- changing ------------------------------------------------------------------------------


def test_a_request_is_confirmed_once(clinic: AClinic, told: Told) -> None:
    asked = clinic.schedule.book(clinic.maria, clinic.request(clinic.at("11:00")))
    made = clinic.schedule.confirm(clinic.maria, asked.id, version=asked.version)
    assert (made.status, made.version) == (AppointmentStatus.CONFIRMED, asked.version + 1)
    assert told.calls == [("confirmed", asked.id)]
    with pytest.raises(WrongStepError, match="confirmed"):
        clinic.schedule.confirm(clinic.maria, asked.id, version=made.version)


def test_a_stale_version_changes_nothing(clinic: AClinic) -> None:
    made = clinic.booked("11:00")
    moved = clinic.schedule.move(
        clinic.maria,
        made.id,
        version=made.version,
        doctor_id=clinic.sato,
        starts_at=clinic.at("11:15"),
    )
    with pytest.raises(AppointmentChangedError) as refused:
        clinic.schedule.cancel(clinic.maria, made.id, version=made.version, reason="")
    assert isinstance(refused.value, ConflictError)
    assert clinic.calendar.appointment(clinic.maria, made.id) == moved


def test_a_cancelled_time_is_free_again_until_it_is_restored(clinic: AClinic, told: Told) -> None:
    made = clinic.booked("10:30")
    gone = clinic.schedule.cancel(clinic.maria, made.id, version=1, reason=" called off ")
    assert gone.status is AppointmentStatus.CANCELLED
    other = clinic.booked("10:30", patient_id=clinic.jun)
    with pytest.raises(SlotTakenError, match="Jun Tanaka"):
        clinic.schedule.restore(clinic.maria, made.id, version=gone.version)
    clinic.schedule.cancel(clinic.maria, other.id, version=1, reason="")
    back = clinic.schedule.restore(clinic.maria, made.id, version=gone.version)
    assert back.status is AppointmentStatus.CONFIRMED
    assert [call for call in told.calls if call[1] == made.id] == [
        ("confirmed", made.id),
        ("cancelled", made.id),
        ("confirmed", made.id),
    ]


def test_a_cancelled_request_comes_back_as_a_request(clinic: AClinic, told: Told) -> None:
    asked = clinic.schedule.book(clinic.maria, clinic.request(clinic.at("11:00")))
    gone = clinic.schedule.cancel(clinic.maria, asked.id, version=1, reason="")
    back = clinic.schedule.restore(clinic.maria, asked.id, version=gone.version)
    assert back.status is AppointmentStatus.REQUESTED
    assert told.calls == [("cancelled", asked.id)]


def test_a_move_keeps_the_length_and_takes_the_other_doctors_room(
    clinic: AClinic, told: Told
) -> None:
    made = clinic.booked("10:30")
    moved = clinic.schedule.move(
        clinic.maria, made.id, version=1, doctor_id=clinic.osei, starts_at=clinic.at("15:30")
    )
    assert (moved.doctor_id, moved.room_name) == (clinic.osei, "2")
    assert (moved.starts_at, moved.ends_at) == (clinic.at("15:30"), clinic.at("16:00"))
    assert told.calls[-1] == ("moved", made.id)
    assert clinic.booked("10:30", patient_id=clinic.jun).id != made.id


def test_a_move_may_overlap_where_the_appointment_stood(clinic: AClinic) -> None:
    made = clinic.booked("10:30")
    moved = clinic.schedule.move(
        clinic.maria, made.id, version=1, doctor_id=clinic.sato, starts_at=clinic.at("10:45")
    )
    assert moved.starts_at == clinic.at("10:45")


def test_a_move_to_the_same_place_is_none(clinic: AClinic, told: Told) -> None:
    made = clinic.booked("10:30")
    same = clinic.schedule.move(
        clinic.maria, made.id, version=1, doctor_id=clinic.sato, starts_at=made.starts_at
    )
    assert same == made
    assert told.calls == [("confirmed", made.id)]


def test_a_refused_move_leaves_the_appointment_where_it_was(clinic: AClinic) -> None:
    made = clinic.booked("10:30")
    clinic.booked("11:30", patient_id=clinic.jun)
    refusals: dict[str, type[Exception]] = {
        "11:15": SlotTakenError,
        "12:45": OutsideHoursError,
        "11:05": OffStepError,
    }
    for clock_time, error in refusals.items():
        with pytest.raises(error):
            clinic.schedule.move(
                clinic.maria,
                made.id,
                version=1,
                doctor_id=clinic.sato,
                starts_at=clinic.at(clock_time),
            )
    with pytest.raises(NotBookableError):
        skin = clinic.booked("15:00", service_id=clinic.skin_check)
        clinic.schedule.move(
            clinic.maria, skin.id, version=1, doctor_id=clinic.osei, starts_at=clinic.at("15:00")
        )
    assert clinic.calendar.appointment(clinic.maria, made.id) == made


def test_a_cancelled_appointment_is_not_moved(clinic: AClinic) -> None:
    made = clinic.booked("10:30")
    gone = clinic.schedule.cancel(clinic.maria, made.id, version=1, reason="")
    with pytest.raises(WrongStepError):
        clinic.schedule.move(
            clinic.maria,
            made.id,
            version=gone.version,
            doctor_id=clinic.sato,
            starts_at=clinic.at("11:00"),
        )


def test_each_change_is_told_after_the_commit_and_stands_in_the_audit_log(
    clinic: AClinic, bus: ChangeBus
) -> None:
    seen: list[Change] = []
    bus.subscribe(seen.extend)
    made = clinic.booked("10:30")
    clinic.schedule.move(
        clinic.maria, made.id, version=1, doctor_id=clinic.sato, starts_at=clinic.at("11:00")
    )
    clinic.schedule.cancel(clinic.maria, made.id, version=2, reason="Chloé is ill")
    assert seen == [Change(Topic.APPOINTMENT, made.id)] * 3
    entries = clinic.audit.entries(SETUP, entity="appointment", entity_id=made.id)
    assert [entry.action for entry in entries] == [
        "cancel appointment",
        "move appointment",
        "book appointment",
    ]
    assert "Chloé" not in str(entries)
    assert clinic.audit.verify(SETUP).is_whole


def test_a_refused_booking_leaves_no_trace(clinic: AClinic, bus: ChangeBus, told: Told) -> None:
    clinic.booked("10:30")
    before = clinic.audit.verify(SETUP).entries
    seen: list[Change] = []
    bus.subscribe(seen.extend)
    with pytest.raises(SlotTakenError):
        clinic.booked("10:30", patient_id=clinic.jun)
    assert (clinic.audit.verify(SETUP).entries, seen, len(told.calls)) == (before, [], 1)
