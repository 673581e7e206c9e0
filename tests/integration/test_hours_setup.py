"""Setting the clinic up: closures, blocks, places, travel, rooms, equipment and services."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinicdesk.app import Services
from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clinics.errors import (
    NameTakenError,
    PolicyInvalidError,
    ResourceGoneError,
    ResourceInvalidError,
    ServiceGoneError,
    ServiceInvalidError,
    ServiceLengthError,
)
from clinicdesk.clinics.records import NewClinic, NewService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, InvalidInputError
from clinicdesk.money import Money
from clinicdesk.schedule.errors import HoursInvalidError
from clinicdesk.schedule.hours.errors import (
    BlockChangedError,
    BlockInvalidError,
    ClosureInvalidError,
    EntryGoneError,
    PlaceInvalidError,
    TravelInvalidError,
    TypeNameTakenError,
)
from clinicdesk.schedule.hours.records import (
    Block,
    BlockTypeRecord,
    Closure,
    DoctorPlace,
    TravelTime,
)
from clinicdesk.schedule.records import ExceptionKind, HoursException, WeeklyHours
from clinicdesk.settings.records import ScheduleSettings, VisitSettings
from tests.a_clinic import FROM_ON, SETUP, TUESDAY, WEDNESDAY, AClinic, open_a_clinic
from tests.services import services_over

CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


@pytest.fixture
def services(clinic: AClinic, database: Database, clock: FixedClock) -> Services:
    return services_over(database, clock)


@pytest.fixture
def told(bus: ChangeBus) -> list[Change]:
    changes: list[Change] = []
    bus.subscribe(changes.extend)
    return changes


def newest(services: Services, entity: str) -> dict[str, object]:
    return services.audit.entries(SETUP, entity=entity, limit=1)[0].details


def test_weekly_hours_are_read_back_as_they_were_set(services: Services, clinic: AClinic) -> None:
    hours = (
        WeeklyHours(clinic.sato, clinic.main, 0, 540, 720, FROM_ON, date(2026, 12, 31), 2),
        WeeklyHours(clinic.sato, clinic.main, 0, 780, 1020, FROM_ON),
        WeeklyHours(clinic.sato, clinic.river, 4, 1320, 1560, FROM_ON),
    )
    before = services.hours.weekly_hours(SETUP, clinic.sato)
    services.hours.set_weekly_hours(SETUP, clinic.sato, hours)
    assert services.hours.weekly_hours(SETUP, clinic.sato) == hours
    assert len(newest(services, "doctor")["before"]) == len(before) == 10  # type: ignore[arg-type]
    with pytest.raises(HoursInvalidError) as refused:
        services.hours.set_weekly_hours(SETUP, clinic.sato, [replace(hours[0], every_weeks=53)])
    assert refused.value.field == "every_weeks"


def test_alternate_weeks_may_be_at_two_clinics(services: Services, clinic: AClinic) -> None:
    monday = date(2026, 1, 5)
    here = WeeklyHours(clinic.sato, clinic.main, 0, 540, 720, monday, None, 2)
    there = replace(here, clinic_id=clinic.river, valid_from_on=monday + timedelta(days=7))
    services.hours.set_weekly_hours(SETUP, clinic.sato, [here, there])
    for clash in (
        replace(there, valid_from_on=monday),
        replace(there, every_weeks=3),
        replace(there, every_weeks=1),
    ):
        with pytest.raises(HoursInvalidError, match="two clinics"):
            services.hours.set_weekly_hours(SETUP, clinic.sato, [here, clash])
    night = replace(here, weekday=6, starts_minute=1320, ends_minute=1500)
    monday_after = replace(there, starts_minute=0, ends_minute=30)
    with pytest.raises(HoursInvalidError, match="two clinics"):
        services.hours.set_weekly_hours(SETUP, clinic.sato, [night, monday_after])
    same_week = replace(monday_after, valid_from_on=monday)
    services.hours.set_weekly_hours(SETUP, clinic.sato, [night, same_week])


def test_an_exception_is_listed_and_removed_with_a_trace(
    services: Services, clinic: AClinic, told: list[Change]
) -> None:
    away = HoursException(
        clinic.sato, None, ExceptionKind.CLOSED, WEDNESDAY, WEDNESDAY, reason=" Course "
    )
    number = services.hours.add_exception(SETUP, away)
    stored = services.hours.exceptions(SETUP, clinic.sato)
    assert stored == (replace(away, reason="Course", id=number),)
    assert services.hours.exceptions(SETUP, clinic.sato, from_on=WEDNESDAY + timedelta(1)) == ()
    told.clear()
    services.hours.remove_exception(SETUP, number)
    assert services.hours.exceptions(SETUP, clinic.sato) == ()
    assert told == [Change(Topic.AVAILABILITY, clinic.sato)]
    removed = newest(services, "doctor")["removed"]
    assert removed["from_on"] == "2026-11-25"  # type: ignore[index]
    assert removed["reason"] == "Course"  # type: ignore[index]
    with pytest.raises(EntryGoneError):
        services.hours.remove_exception(SETUP, number)


def test_a_place_keeps_places_for_the_day(services: Services, clinic: AClinic) -> None:
    place = services.hours.places(SETUP, clinic.sato)[0]
    services.hours.set_place(SETUP, replace(place, same_day_places=3))
    assert services.hours.places(SETUP, clinic.sato)[0] == replace(place, same_day_places=3)
    with pytest.raises(PlaceInvalidError) as refused:
        services.hours.set_place(SETUP, replace(place, same_day_places=101))
    assert refused.value.field == "same_day_places"
    with pytest.raises(PlaceInvalidError):
        services.hours.set_place(SETUP, DoctorPlace(clinic.sato, clinic.river, place.room_id))
    with pytest.raises(EntryGoneError):
        services.hours.set_place(SETUP, replace(place, doctor_id=4711))


def test_a_closure_is_added_listed_and_removed_with_a_trace(
    services: Services, clinic: AClinic, told: list[Change]
) -> None:
    told.clear()
    here = Closure(clinic.main, CHRISTMAS, CHRISTMAS, "Christmas party", starts_minute=780,
                   ends_minute=1080)  # fmt: skip
    everywhere = Closure(None, CHRISTMAS, date(2027, 1, 1), "Closed for the year's end")
    first, second = (services.closures.add_closure(SETUP, each) for each in (here, everywhere))
    assert told == [Change(Topic.AVAILABILITY, clinic.main), Change(Topic.AVAILABILITY, 0)]
    both = (replace(here, id=first), replace(everywhere, id=second))
    assert services.closures.closures(SETUP, clinic.main) == both
    assert services.closures.closures(SETUP, clinic.river) == both[1:]
    assert services.closures.closures(SETUP, from_on=date(2027, 1, 1)) == both[1:]
    assert services.closures.remove_closure(SETUP, first) == both[0]
    assert newest(services, "closure")["removed"]["reason"] == "Christmas party"  # type: ignore[index]
    with pytest.raises(EntryGoneError):
        services.closures.remove_closure(SETUP, first)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until_on": CHRISTMAS - timedelta(1)}, "until_on"),
        ({"until_on": CHRISTMAS + timedelta(800)}, "until_on"),
        ({"reason": "  "}, "reason"),
        ({"starts_minute": 600}, "ends_minute"),
        ({"starts_minute": 600, "ends_minute": 600}, "ends_minute"),
        ({"starts_minute": 1440, "ends_minute": 1500}, "starts_minute"),
        ({"clinic_id": 4711}, "clinic_id"),
    ],
)
def test_closures_that_cannot_be_are_refused(
    services: Services, clinic: AClinic, changed: dict[str, int], field: str
) -> None:
    good = Closure(clinic.main, CHRISTMAS, CHRISTMAS, "Closed")
    with pytest.raises(ClosureInvalidError) as refused:
        services.closures.add_closure(SETUP, replace(good, **changed))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_kinds_of_blocks_say_what_may_be_booked_within(services: Services, clinic: AClinic) -> None:
    soft = BlockTypeRecord("Emergencies only", False, frozenset({clinic.check_up}))
    number = services.blocks.add_block_type(SETUP, soft)
    assert services.blocks.block_types(SETUP) == (replace(soft, id=number),)
    with pytest.raises(TypeNameTakenError):
        services.blocks.add_block_type(SETUP, replace(soft, is_hard=True, service_ids=frozenset()))
    hard = BlockTypeRecord("Meeting", True, id=number)
    services.blocks.change_block_type(SETUP, hard)
    assert services.blocks.block_types(SETUP) == (hard,)
    services.blocks.change_block_type(SETUP, replace(hard, is_active=False))
    assert services.blocks.block_types(SETUP) == ()
    assert len(services.blocks.block_types(SETUP, with_closed=True)) == 1
    for wrong, field in (
        (replace(soft, name=" "), "name"),
        (replace(soft, is_hard=True), "is_hard"),
        (replace(soft, name="X", service_ids=frozenset({4711})), "service_ids"),
    ):
        with pytest.raises(BlockInvalidError) as refused:
            services.blocks.add_block_type(SETUP, wrong)
        assert refused.value.field == field
    with pytest.raises(EntryGoneError):
        services.blocks.change_block_type(SETUP, replace(hard, id=4711))


def test_a_block_is_added_changed_and_removed_with_a_trace(
    services: Services, clinic: AClinic, told: list[Change]
) -> None:
    meeting = services.blocks.add_block_type(SETUP, BlockTypeRecord("Meeting", True))
    told.clear()
    block = Block(meeting, clinic.main, TUESDAY, CHRISTMAS, 780, 840, clinic.sato, weekdays=2)
    number = services.blocks.add_block(SETUP, block)
    assert told == [Change(Topic.AVAILABILITY, clinic.sato)]
    stored = replace(block, id=number)
    assert services.blocks.blocks(SETUP, clinic.main) == (stored,)
    longer = replace(stored, ends_minute=870, every_weeks=2)
    services.blocks.change_block(SETUP, longer)
    assert services.blocks.blocks(SETUP) == (replace(longer, version=2),)
    with pytest.raises(BlockChangedError):
        services.blocks.change_block(SETUP, longer)
    services.blocks.remove_block(SETUP, number)
    assert services.blocks.blocks(SETUP) == ()
    assert newest(services, "block")["removed"]["ends_minute"] == 870  # type: ignore[index]
    with pytest.raises(EntryGoneError):
        services.blocks.remove_block(SETUP, number)


def test_blocks_that_cannot_be_are_refused(services: Services, clinic: AClinic) -> None:
    meeting = services.blocks.add_block_type(SETUP, BlockTypeRecord("Meeting", True))
    good = Block(meeting, clinic.main, TUESDAY, TUESDAY, 780, 840)
    room = services.resources.rooms(SETUP, clinic.main)[0].id
    wrong = {
        "until_on": replace(good, until_on=FROM_ON),
        "starts_minute": replace(good, starts_minute=-1),
        "ends_minute": replace(good, ends_minute=780),
        "weekdays": replace(good, weekdays=0),
        "every_weeks": replace(good, every_weeks=0),
        "block_type_id": replace(good, block_type_id=4711),
        "doctor_id": replace(good, clinic_id=clinic.river, doctor_id=clinic.osei),
        "room_id": replace(good, clinic_id=clinic.river, room_id=room),
    }
    for field, block in wrong.items():
        with pytest.raises(BlockInvalidError) as refused:
            services.blocks.add_block(SETUP, block)
        assert refused.value.field == field
    assert services.blocks.blocks(SETUP) == ()


def test_the_way_between_clinics_counts_both_ways(services: Services, clinic: AClinic) -> None:
    services.travel.set_travel_time(SETUP, TravelTime(clinic.river, clinic.main, 20))
    assert services.travel.travel_times(SETUP) == (TravelTime(clinic.main, clinic.river, 20),)
    services.travel.set_travel_time(SETUP, TravelTime(clinic.main, clinic.river, 25))
    assert services.travel.travel_times(SETUP) == (TravelTime(clinic.main, clinic.river, 25),)
    for wrong in (
        TravelTime(clinic.main, clinic.main, 5),
        TravelTime(clinic.main, 4711, 5),
        TravelTime(clinic.main, clinic.river, 601),
    ):
        with pytest.raises(TravelInvalidError):
            services.travel.set_travel_time(SETUP, wrong)


def test_rooms_and_equipment_are_added_renamed_and_switched_off(
    services: Services, clinic: AClinic
) -> None:
    resources = services.resources
    room = resources.add_room(SETUP, clinic.main, name=" Treatment ")
    with pytest.raises(NameTakenError):
        resources.add_room(SETUP, clinic.main, name="Treatment")
    made = next(each for each in resources.rooms(SETUP, clinic.main) if each.id == room)
    resources.change_room(SETUP, replace(made, name="Theatre", is_active=False))
    assert resources.rooms(SETUP, clinic.main)[-1] == replace(made, name="Theatre", is_active=False)
    resources.add_equipment(SETUP, clinic.main, kind="ECG", name="ECG 1")
    (ecg,) = resources.equipment(SETUP, clinic.main)
    resources.change_equipment(SETUP, replace(ecg, is_active=False))
    assert resources.equipment(SETUP) == (replace(ecg, is_active=False),)
    for name, kind, field in (("", "ECG", "name"), ("ECG 2", " ", "kind")):
        with pytest.raises(ResourceInvalidError) as refused:
            resources.add_equipment(SETUP, clinic.main, kind=kind, name=name)
        assert refused.value.field == field
    with pytest.raises(ResourceGoneError):
        resources.change_room(SETUP, replace(made, id=4711))


def test_a_service_is_changed_as_a_whole(services: Services, clinic: AClinic) -> None:
    new = NewService(
        "Heart check", 60, Money(12000, "GBP"), 2000, "Cardiology", 5, 10,
        minimum_notice_minutes=120, horizon_days=90, equipment_kind="ECG",
    )  # fmt: skip
    services.clinics.change_service(SETUP, clinic.check_up, new=new)
    shown = {each.id: each for each in services.clinics.services(SETUP)}[clinic.check_up]
    assert (shown.name, shown.duration_minutes, shown.price) == (new.name, 60, new.price)
    assert (shown.minimum_notice_minutes, shown.horizon_days, shown.equipment_kind) == (
        120, 90, "ECG",
    )  # fmt: skip
    assert newest(services, "service")["before"]["duration_minutes"] == 30  # type: ignore[index]
    with pytest.raises(NameTakenError):
        services.clinics.change_service(SETUP, clinic.skin_check, new=new)
    with pytest.raises(ServiceGoneError):
        services.clinics.change_service(SETUP, 4711, new=new)
    with pytest.raises(ServiceLengthError):
        services.clinics.change_service(
            SETUP, clinic.check_up, new=replace(new, duration_minutes=4)
        )
    for field, value in (
        ("name", ""), ("buffer_before_minutes", -5), ("buffer_after_minutes", 241),
        ("minimum_notice_minutes", -1), ("horizon_days", 0), ("price", Money(-1, "GBP")),
    ):  # fmt: skip
        with pytest.raises(ServiceInvalidError) as refused:
            services.clinics.change_service(
                SETUP,
                clinic.check_up,
                new=replace(new, **{field: value}),  # type: ignore[arg-type]
            )
        assert refused.value.field == field


def test_reception_sets_nothing_up(services: Services, clinic: AClinic) -> None:
    maria = clinic.maria
    block = Block(1, clinic.main, TUESDAY, TUESDAY, 780, 840)
    closure = Closure(clinic.main, CHRISTMAS, CHRISTMAS, "Closed")
    for change in (
        lambda: services.blocks.add_block(maria, block),
        lambda: services.closures.add_closure(maria, closure),
        lambda: services.closures.propose_holidays(maria, clinic.main, year=2027),
        lambda: services.resources.add_room(maria, clinic.main, name="X"),
        lambda: services.travel.set_travel_time(maria, TravelTime(1, 2, 5)),
    ):
        with pytest.raises(AccessDeniedError):
            change()


def test_a_clinic_keeps_its_region(services: Services, clinic: AClinic) -> None:
    services.clinics.set_holiday_region(SETUP, clinic.main, region=" sct ")
    shown = {each.id: each for each in services.clinics.clinics(SETUP)}
    assert shown[clinic.main].holiday_region == "SCT"
    there = NewClinic("North", "Europe/London", "GBP", "GB", holiday_region="eng")
    services.clinics.open_clinic(SETUP, there)
    assert services.clinics.clinics(SETUP)[-1].holiday_region == "ENG"
    assert issubclass(ClosureInvalidError, InvalidInputError)


def test_limits_of_the_board_are_saved_with_what_they_were(services: Services) -> None:
    limits = services.settings.load(VisitSettings)
    services.policy.set_board_limits(SETUP, limits)
    assert services.audit.entries(SETUP, entity="settings") == ()
    services.policy.set_board_limits(SETUP, replace(limits, waiting_limit_minutes=20))
    assert services.settings.load(VisitSettings).waiting_limit_minutes == 20
    (entry,) = services.audit.entries(SETUP, entity="settings")
    assert entry.details["before"] == {"waiting_limit_minutes": 15}
    for field in ("expected_late_minutes", "waiting_limit_minutes", "with_doctor_limit_minutes"):
        for value in (-1, 1441):
            with pytest.raises(PolicyInvalidError) as refused:
                services.policy.set_board_limits(SETUP, replace(limits, **{field: value}))
            assert refused.value.field == field


def test_rules_of_booking_that_cannot_be_are_refused(services: Services) -> None:
    rules = services.settings.load(ScheduleSettings)
    for field, value in (
        ("minimum_notice_minutes", -1), ("horizon_days", 0), ("horizon_days", 1096),
        ("late_cancel_hours", 721), ("free_undo_minutes", 1441),
    ):  # fmt: skip
        with pytest.raises(PolicyInvalidError) as refused:
            services.schedule.set_policy(SETUP, replace(rules, **{field: value}))  # type: ignore[arg-type]
        assert refused.value.field == field
