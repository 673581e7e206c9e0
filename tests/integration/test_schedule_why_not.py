"""Search, question and booking agree on what takes a time away, and say it in one sentence."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from clinicdesk.app import Services
from clinicdesk.clinics.records import NewService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import ClinicDeskError
from clinicdesk.money import Money
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.hours.records import (
    Block,
    BlockTypeRecord,
    Closure,
    ClosureKind,
    TravelTime,
)
from clinicdesk.schedule.reasons import NotFree, WhyNot, Wishes
from clinicdesk.schedule.records import BookingRequest, ExceptionKind, HoursException, Slot
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.staff.models import Doctor, DoctorService
from tests.a_clinic import FROM_ON, SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic
from tests.services import services_over

THURSDAY = WEDNESDAY + timedelta(days=1)


@dataclass
class Desk:
    """A clinic with every service of the program over its database."""

    clinic: AClinic
    services: Services

    def free(self, day: datetime, **asked: object) -> list[str]:
        """Give the clock times that are free with Dr Sato at Main from an instant on."""
        return [f"{slot.starts_at:%H:%M}" for slot in self.slots(day, **asked)]

    def slots(self, not_before_at: datetime, **asked: object) -> tuple[Slot, ...]:
        """Search with Dr Sato at Main, if nothing else is said."""
        clinic = self.clinic
        given = {
            "clinic_ids": [clinic.main],
            "doctor_ids": [clinic.sato],
            "service_id": clinic.check_up,
            "limit": None,
            "within": Wishes(until_at=not_before_at + timedelta(hours=8)),
            **asked,
        }
        return self.services.calendar.free_slots(
            clinic.maria,
            not_before_at=not_before_at,
            **given,  # type: ignore[arg-type]
        )

    def why(self, starts_at: datetime, **asked: int) -> WhyNot | None:
        """Ask about a check-up with Dr Sato at Main, if nothing else is said."""
        clinic = self.clinic
        return self.services.calendar.why_not(
            clinic.maria,
            clinic_id=asked.get("clinic_id", clinic.main),
            doctor_id=asked.get("doctor_id", clinic.sato),
            service_id=asked.get("service_id", clinic.check_up),
            starts_at=starts_at,
            leave_out=asked.get("leave_out"),
            duration_minutes=asked.get("duration_minutes"),
        )

    def refused(self, starts_at: datetime, **asked: int) -> WhyNot:
        """Ask why a time cannot be had; the search leaves it out and booking says the same."""
        told = self.why(starts_at, **asked)
        assert told is not None
        clinic = self.clinic
        with pytest.raises(ClinicDeskError) as error:
            self.services.schedule.book(clinic.maria, clinic.request(starts_at, **asked))  # type: ignore[arg-type]
        assert error.value.sentence == told.sentence
        assert getattr(error.value, "next_free", ()) == told.next_free
        slots = self.slots(
            starts_at,
            clinic_ids=[asked.get("clinic_id", clinic.main)],
            doctor_ids=[asked.get("doctor_id", clinic.sato)],
            service_id=asked.get("service_id", clinic.check_up),
            limit=1,
            within=None,
        )
        assert slots == told.next_free[:1]
        assert not slots or slots[0].starts_at > starts_at
        return told


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(open_a_clinic(database, clock), services_over(database, clock))


def test_a_free_time_has_no_reason_and_can_be_booked(desk: Desk) -> None:
    at = desk.clinic.at
    assert desk.free(at("16:00")) == ["16:00", "16:15", "16:30"]
    assert desk.why(at("16:30")) is None
    assert desk.clinic.booked("16:30").starts_at == at("16:30")


def test_a_closed_part_of_a_day_and_a_holiday(desk: Desk) -> None:
    at, main = desk.clinic.at, desk.clinic.main
    lunch = Closure(main, TUESDAY, TUESDAY, "Staff training", starts_minute=795, ends_minute=900)
    desk.services.closures.add_closure(SETUP, lunch)
    told = desk.refused(at("14:00"))
    assert (told.reason, told.can_overbook) == (NotFree.CLOSED, False)
    assert told.sentence == (
        "Main is closed on Tue 24 Nov from 13:15 to 15:00 (Staff training); next here 15:00."
    )
    holiday = Closure(None, WEDNESDAY, WEDNESDAY, "Founders' Day", ClosureKind.HOLIDAY)
    desk.services.closures.add_closure(SETUP, holiday)
    told = desk.refused(at("10:00", WEDNESDAY))
    assert told.reason is NotFree.HOLIDAY
    assert told.sentence == (
        "Wed 25 Nov is Founders' Day, and Main is closed; next here Thu 26 Nov 09:00."
    )


def test_a_soft_block_takes_its_own_services_and_no_others(desk: Desk) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    kind = BlockTypeRecord(
        "Emergencies only", is_hard=False, service_ids=frozenset({clinic.check_up})
    )
    kind_id = desk.services.blocks.add_block_type(SETUP, kind)
    block = Block(kind_id, clinic.main, TUESDAY, TUESDAY, 840, 960, doctor_id=clinic.sato)
    desk.services.blocks.add_block(SETUP, block)
    assert desk.why(at("14:30")) is None
    told = desk.refused(at("14:30"), service_id=clinic.skin_check)
    assert (told.reason, told.can_overbook) == (NotFree.BLOCKED, True)
    assert told.sentence == (
        "Dr Yuki Sato keeps 14:00 to 16:00 for “Emergencies only”, which this service is not part "
        "of; next here 16:00."
    )


def test_a_hard_block_of_the_whole_clinic_takes_nothing(desk: Desk) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    kind_id = desk.services.blocks.add_block_type(SETUP, BlockTypeRecord("Meeting", is_hard=True))
    desk.services.blocks.add_block(SETUP, Block(kind_id, clinic.main, TUESDAY, TUESDAY, 840, 900))
    told = desk.refused(at("14:30"))
    assert told.sentence == "Main has “Meeting” from 14:00 to 15:00; next here 15:00."
    assert desk.refused(at("14:00"), doctor_id=clinic.osei).reason is NotFree.BLOCKED


def test_the_doctor_is_at_the_other_clinic_and_on_the_way_from_there(desk: Desk) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    desk.services.travel.set_travel_time(SETUP, TravelTime(clinic.main, clinic.river, 20))
    change = HoursException(
        clinic.sato, clinic.main, ExceptionKind.ADDED, WEDNESDAY, WEDNESDAY, 1020, 1200
    )
    desk.services.hours.add_exception(SETUP, change)
    told = desk.refused(at("16:00", WEDNESDAY))
    assert told.reason is NotFree.OUTSIDE_HOURS
    assert told.sentence == (
        "Dr Yuki Sato is at River until 17:00, plus 20 min travel; next here 17:30."
    )
    told = desk.refused(at("17:15", WEDNESDAY))
    assert (told.reason, told.can_overbook) == (NotFree.TRAVEL, True)
    assert told.sentence.startswith("Dr Yuki Sato is at River until 17:00, plus 20 min travel;")


def test_a_visit_elsewhere_keeps_the_way_to_it_free(desk: Desk) -> None:
    """Where the hours of both clinics overlap, only the visits themselves count."""
    clinic, at = desk.clinic, desk.clinic.at
    desk.services.travel.set_travel_time(SETUP, TravelTime(clinic.river, clinic.main, 20))
    change = HoursException(
        clinic.sato, clinic.river, ExceptionKind.ADDED, TUESDAY, TUESDAY, 795, 1020
    )
    desk.services.hours.add_exception(SETUP, change)
    assert desk.why(at("15:00")) is None
    clinic.booked("15:30", clinic_id=clinic.river)
    told = desk.refused(at("15:00"))
    assert told.reason is NotFree.TRAVEL
    assert told.sentence == (
        "Dr Yuki Sato is at River from 15:30, and needs 20 min travel before it; next here 16:30."
    )
    told = desk.refused(at("16:15"))
    assert (
        told.sentence
        == "Dr Yuki Sato is at River until 16:00, plus 20 min travel; next here 16:30."
    )
    assert desk.refused(at("15:30")).reason is NotFree.DOCTOR_BUSY


def test_equipment_is_one_for_each_visit(desk: Desk) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    new = NewService("ECG", 30, Money(9000, "GBP"), equipment_kind="ECG")
    ecg = desk.services.clinics.offer(SETUP, new)

    def give(doctor_id: int) -> None:
        row = DoctorService(doctor_id=doctor_id, service_id=ecg)
        clinic.database.write(lambda transaction: transaction.session.add(row))

    give(clinic.sato)
    give(clinic.osei)
    told = desk.refused(at("14:00"), service_id=ecg)
    assert (told.reason, told.next_free) == (NotFree.NO_EQUIPMENT, ())
    assert told.sentence.startswith("This service needs “ECG”, and there is none in use at Main.")
    desk.services.resources.add_equipment(SETUP, clinic.main, kind="ECG", name="ECG 1")
    clinic.booked("14:00", service_id=ecg)
    told = desk.refused(at("14:15"), doctor_id=clinic.osei, service_id=ecg)
    assert told.reason is NotFree.EQUIPMENT_BUSY
    assert told.sentence == (
        "All of “ECG” at Main is in use between 14:15 and 14:45. Next free: 14:30, 14:45, 15:00."
    )
    clinic.booked("14:15", doctor_id=clinic.osei, patient_id=clinic.jun)


def test_another_desk_holds_a_time_until_it_lets_go(desk: Desk, clock: FixedClock) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    desk.services.holds.hold(
        clinic.maria,
        hold_key="theirs",
        clinic_id=clinic.main,
        doctor_id=clinic.sato,
        starts_at=at("14:00"),
        ends_at=at("14:30"),
    )
    told = desk.refused(at("14:15"))
    assert told.reason is NotFree.HELD
    assert told.sentence.startswith(
        "Maria Keane at Desk 1 is just booking 14:00 to 14:30; the time is held until"
    )
    own = desk.slots(at("14:15"), limit=1, hold_key="theirs", within=None)
    assert own[0].starts_at == at("14:15")
    clock.advance(timedelta(seconds=91))
    assert desk.why(at("14:15")) is None


def test_the_last_places_of_a_day_are_kept_for_the_day(desk: Desk, clock: FixedClock) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    (main, _) = desk.services.hours.places(SETUP, clinic.sato)
    desk.services.hours.set_place(SETUP, replace(main, same_day_places=2))
    told = desk.refused(at("16:15", THURSDAY))
    assert (told.reason, told.can_overbook) == (NotFree.KEPT_FOR_THE_DAY, True)
    assert told.sentence.startswith(
        "The last 2 places of Dr Yuki Sato on Thu 26 Nov are kept for those who ask on the day"
    )
    assert desk.free(at("15:00", THURSDAY))[-1] == "15:30"
    assert desk.why(at("16:30", TUESDAY)) is None
    clock.at = at("8:00", THURSDAY)
    assert desk.free(at("15:00", THURSDAY))[-1] == "16:30"


def test_notice_counts_for_messages_and_not_at_the_desk(desk: Desk) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    desk.services.settings.save(SETUP, ScheduleSettings(minimum_notice_minutes=180))
    first = desk.slots(at("9:00"), limit=1)[0].starts_at
    assert desk.clinic.clock.now() <= first < desk.clinic.clock.now() + timedelta(minutes=15)
    offered = desk.slots(at("9:00"), limit=1, for_desk=False)[0].starts_at
    assert offered >= desk.clinic.clock.now() + timedelta(minutes=180)
    assert clinic.booked("11:00").starts_at == at("11:00")


def test_a_services_own_notice_and_horizon_win(desk: Desk) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    new = NewService("Check-up", 30, Money(7500, "GBP"), minimum_notice_minutes=0, horizon_days=2)
    desk.services.settings.save(SETUP, ScheduleSettings(minimum_notice_minutes=600))
    desk.services.clinics.change_service(SETUP, clinic.check_up, new=new)
    assert desk.slots(at("13:15"), limit=1, for_desk=False)[0].starts_at == at("13:15")
    last = desk.slots(at("9:00"), within=None)[-1].starts_at
    assert last < clinic.clock.now() + timedelta(days=2)
    told = desk.refused(at("16:00", THURSDAY))
    assert told.reason is NotFree.TOO_FAR
    assert "it ends on Thu 26 Nov 2026" in told.sentence


def test_wishes_narrow_the_search(desk: Desk) -> None:
    at = desk.clinic.at
    within = Wishes(weekdays=0b1000, from_minute=600, until_minute=660)
    assert desk.free(at("9:00"), within=within, limit=4) == ["10:00", "10:15", "10:30", "10:45"]
    first = desk.slots(at("9:00"), within=within, limit=1)[0]
    assert first.starts_at == at("10:00", THURSDAY)


def test_hours_of_every_second_week_are_searched_so(desk: Desk) -> None:
    clinic, at = desk.clinic, desk.clinic.at
    hours = desk.services.hours.weekly_hours(SETUP, clinic.sato)
    row = replace(hours[0], weekday=1, starts_minute=540, ends_minute=570, every_weeks=2)
    desk.services.hours.set_weekly_hours(
        SETUP, clinic.sato, [replace(row, valid_from_on=FROM_ON, clinic_id=clinic.main)]
    )
    within = Wishes(until_at=at("9:00") + timedelta(days=60))
    days = [slot.starts_at.date() for slot in desk.slots(at("9:00"), within=within)]
    assert len(days) == 4
    assert {(later - one).days for one, later in pairwise(days)} == {14}


def _retire(desk: Desk) -> None:
    def work(transaction: Transaction) -> None:
        row = transaction.session.get(Doctor, desk.clinic.sato)
        assert row is not None
        row.is_active = False

    desk.clinic.database.write(work)


def test_what_does_not_fit_together_is_said_at_once(desk: Desk) -> None:
    with pytest.raises(NotBookableError, match="does not give that service"):
        desk.why(
            desk.clinic.at("14:00"), doctor_id=desk.clinic.osei, service_id=desk.clinic.skin_check
        )
    with pytest.raises(NotBookableError, match="no longer offered"):
        desk.why(desk.clinic.at("14:00"), service_id=999)
    _retire(desk)
    with pytest.raises(NotBookableError, match="does not work at this clinic"):
        desk.why(desk.clinic.at("14:00"))


def test_a_visit_that_is_moved_does_not_stand_in_its_own_way(desk: Desk) -> None:
    at, moved = desk.clinic.at, desk.clinic.booked("14:00").id
    assert desk.why(at("14:15")) is not None
    assert desk.why(at("14:15"), leave_out=moved) is None
    told = desk.why(at("14:15"), leave_out=moved, duration_minutes=180)
    assert told is not None
    assert told.reason is NotFree.OUTSIDE_HOURS


def test_every_cell_of_two_days_is_offered_or_has_a_reason(desk: Desk) -> None:
    """A closed part, a block, a visit elsewhere with the way, a hold and kept places at once."""
    clinic, services, at = desk.clinic, desk.services, desk.clinic.at
    services.closures.add_closure(
        SETUP, Closure(None, WEDNESDAY, WEDNESDAY, "Drill", starts_minute=560, ends_minute=580)
    )
    kind = services.blocks.add_block_type(SETUP, BlockTypeRecord("Meeting", is_hard=True))
    services.blocks.add_block(
        SETUP, Block(kind, clinic.main, TUESDAY, THURSDAY, 640, 655, doctor_id=clinic.sato)
    )
    services.travel.set_travel_time(SETUP, TravelTime(clinic.main, clinic.river, 25))
    added = HoursException(
        clinic.sato, clinic.river, ExceptionKind.ADDED, TUESDAY, TUESDAY, 795, 1020
    )
    services.hours.add_exception(SETUP, added)
    clinic.booked("15:00", clinic_id=clinic.river)
    (main, _) = services.hours.places(SETUP, clinic.sato)
    services.hours.set_place(SETUP, replace(main, same_day_places=1))
    services.holds.hold(
        clinic.maria,
        hold_key="theirs",
        clinic_id=clinic.main,
        doctor_id=clinic.sato,
        starts_at=at("11:30"),
        ends_at=at("12:00"),
    )
    begin = at("10:00")
    offered = {slot.starts_at for slot in desk.slots(begin, within=None, limit=200)}
    cells = [begin + timedelta(minutes=15 * number) for number in range(31 * 4)]
    told = {cell: desk.why(cell) for cell in cells}
    assert {cell for cell, why in told.items() if why is None} == offered & set(cells)
    assert {why.reason for why in told.values() if why is not None} == {
        NotFree.CLOSED,
        NotFree.OUTSIDE_HOURS,
        NotFree.BLOCKED,
        NotFree.DOCTOR_BUSY,
        NotFree.TRAVEL,
        NotFree.HELD,
        NotFree.KEPT_FOR_THE_DAY,
    }


def test_a_request_carries_its_own_hold(desk: Desk) -> None:
    """The dialog that holds a time books it, and nobody else does."""
    clinic, at = desk.clinic, desk.clinic.at
    desk.services.holds.hold(
        clinic.maria,
        hold_key="mine",
        clinic_id=clinic.main,
        doctor_id=clinic.sato,
        starts_at=at("14:00"),
        ends_at=at("14:30"),
    )
    request: BookingRequest = clinic.request(at("14:00"))
    made = desk.services.schedule.book(clinic.maria, replace(request, hold_key="mine"))
    assert made.starts_at == at("14:00")
