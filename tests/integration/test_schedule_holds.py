"""Soft holds between two desks: seen, moved, let go, and gone by themselves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clinicdesk.access import Actor, Role
from clinicdesk.audit.models import AuditEntry
from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clock import FixedClock
from clinicdesk.database.base import Base
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError
from clinicdesk.schedule.errors import SlotTakenError
from clinicdesk.schedule.holds.models import SlotHold
from clinicdesk.schedule.holds.records import HOLD_SECONDS, Hold
from clinicdesk.schedule.holds.service import HoldService
from tests.a_clinic import AClinic, open_a_clinic

ANNA = Actor(None, "Anna Berg", frozenset({Role.RECEPTIONIST}), "Front desk 1")
BEN = Actor(None, "Ben Ode", frozenset({Role.RECEPTIONIST}), "Front desk 2")


class TwoDesks:
    """Anna and Ben, each with a booking dialog, over the same clinic."""

    def __init__(self, clinic: AClinic) -> None:
        self.clinic = clinic
        self.holds = HoldService(clinic.database, clock=clinic.clock, audit=clinic.audit)

    def hold(
        self, who: Actor, time: str, *, minutes: int = 30, doctor_id: int | None = None
    ) -> tuple[Hold, ...]:
        starts_at = self.clinic.at(time)
        return self.holds.hold(
            who,
            hold_key=f"dialog of {who.name}",
            clinic_id=self.clinic.main,
            doctor_id=doctor_id or self.clinic.sato,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
        )

    def release(self, who: Actor) -> None:
        self.holds.release(who, f"dialog of {who.name}")

    def seen(self) -> list[tuple[str, str]]:
        live = self.holds.live(
            BEN,
            clinic_id=self.clinic.main,
            from_at=self.clinic.at("0:00"),
            until_at=self.clinic.at("24:00"),
        )
        return [(hold.user_name, f"{hold.starts_at:%H:%M}") for hold in live]


def _rows(desks: TwoDesks, table: type[Base]) -> int:
    query = select(func.count()).select_from(table)
    return desks.clinic.database.read(lambda session: session.scalar(query)) or 0


@pytest.fixture
def desks(database: Database, clock: FixedClock) -> TwoDesks:
    return TwoDesks(open_a_clinic(database, clock))


def test_another_desk_sees_who_is_booking_the_time(desks: TwoDesks) -> None:
    assert desks.hold(ANNA, "10:30") == ()
    assert desks.seen() == [("Anna Berg", "10:30")]
    (rival,) = desks.hold(BEN, "10:45")
    assert (rival.user_name, rival.desk) == ("Anna Berg", "Front desk 1")
    assert rival.expires_at == desks.clinic.clock.now() + timedelta(seconds=HOLD_SECONDS)


def test_times_that_touch_and_other_doctors_are_no_rivals(desks: TwoDesks) -> None:
    desks.hold(ANNA, "10:30")
    for time in ("11:00", "10:00"):
        assert desks.hold(BEN, time) == ()
    assert desks.hold(BEN, "10:30", doctor_id=desks.clinic.osei) == ()


def test_a_dialog_has_one_hold_that_moves_with_what_it_points_at(desks: TwoDesks) -> None:
    desks.hold(ANNA, "10:30")
    desks.hold(ANNA, "14:00")
    assert desks.seen() == [("Anna Berg", "14:00")]
    assert desks.hold(BEN, "10:30") == ()


def test_a_hold_let_go_is_gone_at_once_and_only_the_own_one(desks: TwoDesks) -> None:
    desks.hold(ANNA, "10:30")
    desks.hold(BEN, "10:30")
    desks.release(BEN)
    assert desks.seen() == [("Anna Berg", "10:30")]
    desks.release(ANNA)
    desks.release(ANNA)
    assert desks.seen() == []


def test_of_two_desks_at_one_time_the_first_has_it_and_the_other_waits(desks: TwoDesks) -> None:
    desks.hold(BEN, "9:00")
    desks.hold(ANNA, "10:30")
    assert len(desks.hold(BEN, "10:30")) == 1
    assert desks.seen() == [("Anna Berg", "10:30")], "Ben's former hold is let go as well"
    assert desks.hold(ANNA, "10:30") == ()
    desks.release(ANNA)
    assert desks.hold(BEN, "10:30") == ()
    assert desks.seen() == [("Ben Ode", "10:30")]


def test_eight_desks_at_one_time_never_hold_it_twice(desks: TwoDesks) -> None:
    with ThreadPoolExecutor(8) as pool:
        people = [Actor(None, f"Desk {n}", frozenset({Role.RECEPTIONIST})) for n in range(8)]
        told = list(pool.map(lambda who: desks.hold(who, "10:30"), people))
    assert [len(rivals) for rivals in told].count(0) == 1
    assert len(desks.seen()) == 1


def test_a_desk_that_died_lets_go_after_ninety_seconds(desks: TwoDesks, clock: FixedClock) -> None:
    desks.hold(ANNA, "10:30")
    clock.advance(timedelta(seconds=HOLD_SECONDS - 1))
    assert len(desks.hold(BEN, "10:30")) == 1
    clock.advance(timedelta(seconds=1))
    assert desks.seen() == []
    assert desks.hold(BEN, "10:30") == ()
    assert _rows(desks, SlotHold) == 1, "what has expired is swept away by the next hold"


def test_a_hold_that_is_renewed_goes_on(desks: TwoDesks, clock: FixedClock) -> None:
    for _ in range(5):
        desks.hold(ANNA, "10:30")
        clock.advance(timedelta(seconds=HOLD_SECONDS * 2 / 3))
    assert desks.seen() == [("Anna Berg", "10:30")]


def test_the_held_time_is_not_offered_to_others_and_they_are_told_who_is_at_it(
    desks: TwoDesks, clock: FixedClock
) -> None:
    clinic = desks.clinic

    def offered(hold_key: str = "") -> str:
        (slot,) = clinic.calendar.free_slots(
            BEN,
            clinic_ids=[clinic.main],
            doctor_ids=[clinic.sato],
            service_id=clinic.check_up,
            not_before_at=clinic.at("10:30"),
            limit=1,
            hold_key=hold_key,
        )
        return f"{slot.starts_at:%H:%M}"

    desks.hold(ANNA, "10:30")
    assert offered() == "11:00"
    assert offered("dialog of Anna Berg") == "10:30"
    with pytest.raises(SlotTakenError, match="Anna Berg"):
        clinic.booked("10:30")
    clock.advance(timedelta(seconds=HOLD_SECONDS))
    assert offered() == "10:30"
    assert clinic.booked("10:30").starts_at == clinic.at("10:30")


def test_other_desks_are_told_of_taking_moving_and_letting_go_but_not_of_renewing(
    desks: TwoDesks, bus: ChangeBus
) -> None:
    heard: list[Change] = []
    bus.subscribe(heard.extend)
    for step in (
        lambda: desks.hold(ANNA, "10:30"),
        lambda: desks.hold(ANNA, "11:00"),
        lambda: desks.release(ANNA),
    ):
        heard.clear()
        step()
        assert [change.topic for change in heard] == [Topic.HOLD]
    desks.hold(ANNA, "11:00")
    heard.clear()
    desks.hold(ANNA, "11:00")
    assert heard == []


def test_holds_leave_no_trace_in_the_audit_log(desks: TwoDesks) -> None:
    before = _rows(desks, AuditEntry)
    desks.hold(ANNA, "10:30")
    desks.release(ANNA)
    assert _rows(desks, AuditEntry) == before


def test_who_may_not_book_may_not_hold(desks: TwoDesks) -> None:
    nobody = Actor(None, "Visitor", frozenset())
    with pytest.raises(AccessDeniedError):
        desks.hold(nobody, "10:30")
