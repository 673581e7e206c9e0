"""Who may take which step back and until when, what requests hold, and what the history tells."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from clinicdesk.access import Actor, Role
from clinicdesk.billing.service import BillingService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import AccessDeniedError, ClinicDeskError
from clinicdesk.schedule.errors import ReasonNeededError, SlotTakenError, WrongStepError
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, CancelledBy
from clinicdesk.schedule.rules import STEPS, Step
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.settings.service import SettingsService
from tests.a_clinic import SETUP, AClinic, open_a_clinic
from tests.billing_desk import Notes

REQUESTED, CONFIRMED, ARRIVED, IN_ROOM, COMPLETED, NO_SHOW, CANCELLED = AppointmentStatus
MANAGER = Actor(None, "Ines Duarte", frozenset({Role.MANAGER}), "Office")
OTHER_DESK = Actor(None, "Tom Hale", frozenset({Role.RECEPTIONIST}), "Desk 2")
LATER = timedelta(minutes=16)
BACK_STEPS = (Step.UNDO, Step.UNCONFIRM, Step.RESTORE)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(database, clock)


@pytest.fixture
def file_clinic(file_database: Database, clock: FixedClock) -> AClinic:
    return open_a_clinic(file_database, clock)


def take(
    clinic: AClinic, actor: Actor, visit: AppointmentDetails, step: Step, *, reason: str = ""
) -> AppointmentDetails:
    """Take a step as the desk does."""
    desk, visits, version = clinic.schedule, clinic.visits, visit.version
    ways: dict[Step, Callable[..., AppointmentDetails]] = {
        Step.CONFIRM: desk.confirm,
        Step.MOVE: partial(
            desk.move, doctor_id=clinic.sato, starts_at=visit.starts_at + timedelta(hours=4)
        ),
        Step.RESIZE: partial(desk.resize, ends_at=visit.ends_at + timedelta(minutes=5)),
        Step.CANCEL: partial(desk.cancel, reason=""),
        Step.CHECK_IN: visits.check_in,
        Step.TAKE_TO_ROOM: visits.take_to_room,
        Step.COMPLETE: visits.complete,
        Step.NO_SHOW: visits.mark_no_show,
        Step.UNDO: partial(visits.undo, reason=reason),
        Step.UNCONFIRM: partial(desk.unconfirm, reason=reason),
        Step.RESTORE: partial(desk.restore, reason=reason),
    }
    return ways[step](actor, visit.id, version=version)


def brought_to(clinic: AClinic, status: AppointmentStatus) -> AppointmentDetails:
    """Bring a visit of 10:00 into a state; it is 10:10 then."""
    ways = {
        REQUESTED: (),
        CONFIRMED: (Step.CONFIRM,),
        ARRIVED: (Step.CONFIRM, Step.CHECK_IN),
        IN_ROOM: (Step.CONFIRM, Step.CHECK_IN, Step.TAKE_TO_ROOM),
        COMPLETED: (Step.CONFIRM, Step.COMPLETE),
        NO_SHOW: (Step.CONFIRM, Step.NO_SHOW),
        CANCELLED: (Step.CONFIRM, Step.CANCEL),
    }
    visit = clinic.schedule.book(clinic.maria, clinic.request(clinic.at("10:00")))
    clinic.clock.at = clinic.at("10:10")
    for step in ways[status]:
        visit = take(clinic, clinic.maria, visit, step)
    assert visit.status is status
    return visit


def refused(clinic: AClinic, actor: Actor, visit: AppointmentDetails, step: Step) -> type | None:
    try:
        take(clinic, actor, visit, step)
    except ClinicDeskError as error:
        return type(error)
    return None


# --- every state, step and role ------------------------------------------------------------


@pytest.mark.parametrize("status", AppointmentStatus)
def test_a_step_that_the_table_does_not_name_changes_nothing(
    file_clinic: AClinic, status: AppointmentStatus
) -> None:
    visit = brought_to(file_clinic, status)
    for step in set(Step) - STEPS[status].keys():
        assert refused(file_clinic, file_clinic.maria, visit, step) is WrongStepError
    assert file_clinic.calendar.appointment(SETUP, visit.id) == visit


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "step"), [(status, step) for status in AppointmentStatus for step in STEPS[status]]
)
def test_a_step_leads_where_the_table_says(
    file_clinic: AClinic, status: AppointmentStatus, step: Step
) -> None:
    visit = brought_to(file_clinic, status)
    came_from = {ARRIVED: CONFIRMED, COMPLETED: CONFIRMED, CANCELLED: CONFIRMED}
    after = take(file_clinic, file_clinic.maria, visit, step)
    assert after.status is (STEPS[status][step] or came_from[status])
    assert after.version == visit.version + 1
    assert after == file_clinic.calendar.appointment(SETUP, visit.id)


@pytest.mark.parametrize(
    "status", [status for status in AppointmentStatus if STEPS[status].keys() & set(BACK_STEPS)]
)
def test_a_step_back_that_is_not_fresh_needs_a_right_and_a_reason(
    file_clinic: AClinic, status: AppointmentStatus
) -> None:
    visit = brought_to(file_clinic, status)
    (step,) = STEPS[status].keys() & set(BACK_STEPS)
    file_clinic.clock.advance(LATER)
    for role in Role:
        somebody = Actor(None, "Somebody", frozenset({role}), "Desk 9", file_clinic.sato)
        expected = ReasonNeededError if role is Role.MANAGER else AccessDeniedError
        assert refused(file_clinic, somebody, visit, step) is expected
    assert file_clinic.calendar.appointment(SETUP, visit.id) == visit
    back = take(file_clinic, MANAGER, visit, step, reason="Pressed the wrong key")
    assert back.status is not status
    entry = file_clinic.audit.entries(SETUP, entity="appointment", entity_id=visit.id)[0]
    assert entry.details["reason"] == "Pressed the wrong key"


def test_who_took_a_step_takes_it_back_while_it_is_fresh(clinic: AClinic) -> None:
    visit = brought_to(clinic, COMPLETED)
    assert refused(clinic, OTHER_DESK, visit, Step.UNDO) is AccessDeniedError
    clinic.clock.advance(timedelta(minutes=15))
    back = take(clinic, clinic.maria, visit, Step.UNDO)
    assert back.status is CONFIRMED
    done = take(clinic, clinic.maria, back, Step.COMPLETE)
    clinic.clock.advance(LATER)
    assert refused(clinic, clinic.maria, done, Step.UNDO) is AccessDeniedError


def test_how_long_a_step_is_fresh_is_the_clinics_choice(clinic: AClinic) -> None:
    clinic.schedule.set_policy(SETUP, ScheduleSettings(free_undo_minutes=60))
    visit = brought_to(clinic, NO_SHOW)
    clinic.clock.advance(timedelta(minutes=59))
    assert take(clinic, clinic.maria, visit, Step.UNDO).status is CONFIRMED


def test_a_visit_ahead_is_booked_again_by_anybody_at_any_time(clinic: AClinic) -> None:
    made = clinic.booked("15:00")
    gone = take(clinic, clinic.maria, made, Step.CANCEL)
    clinic.clock.advance(timedelta(hours=2))
    assert take(clinic, OTHER_DESK, gone, Step.RESTORE).status is CONFIRMED


@pytest.mark.parametrize(
    ("by", "hours", "is_late"),
    [(CancelledBy.PATIENT, 23, True), (CancelledBy.PATIENT, 25, False),
     (CancelledBy.CLINIC, 1, False)],
)  # fmt: skip
def test_a_cancellation_says_by_whom_when_and_whether_late(
    clinic: AClinic, by: CancelledBy, hours: int, is_late: bool
) -> None:
    made = clinic.booked("14:00", (clinic.clock.at + timedelta(days=2)).date())
    clinic.clock.at = made.starts_at - timedelta(hours=hours)
    gone = clinic.schedule.cancel(
        clinic.maria, made.id, version=made.version, reason=" ill ", by=by
    )
    assert (gone.cancelled_by, gone.cancelled_at, gone.is_late_cancellation, gone.ended_reason) == (
        by, clinic.clock.now(), is_late, "ill",
    )  # fmt: skip
    back = clinic.schedule.restore(clinic.maria, made.id, version=gone.version)
    assert (back.cancelled_by, back.cancelled_at, back.is_late_cancellation) == (None, None, False)


# --- what requests hold --------------------------------------------------------------------


def asked(clinic: AClinic, clock_time: str, patient_id: int) -> AppointmentDetails:
    request = clinic.request(clinic.at(clock_time), patient_id=patient_id)
    return clinic.schedule.book(clinic.maria, request)


def test_requests_that_hold_nothing_compete_until_one_is_confirmed(clinic: AClinic) -> None:
    clinic.schedule.set_policy(SETUP, ScheduleSettings(requests_hold_slot=False))
    first, second = asked(clinic, "11:00", clinic.chloe), asked(clinic, "11:00", clinic.jun)
    won = clinic.schedule.confirm(clinic.maria, second.id, version=second.version)
    assert won.status is CONFIRMED
    with pytest.raises(SlotTakenError, match="Jun Tanaka") as lost:
        clinic.schedule.confirm(clinic.maria, first.id, version=first.version)
    assert lost.value.next_free[0].starts_at == clinic.at("11:30")
    with pytest.raises(SlotTakenError, match="Jun Tanaka"):
        clinic.visits.check_in(clinic.maria, first.id, version=first.version)
    with pytest.raises(AccessDeniedError):
        clinic.schedule.confirm(
            clinic.maria, first.id, version=first.version, overbook_reason="In pain"
        )
    over = clinic.schedule.confirm(
        MANAGER, first.id, version=first.version, overbook_reason="In pain"
    )
    assert over.overbooked_reason == "In pain"


def test_who_is_refused_hears_of_the_others_who_asked(clinic: AClinic) -> None:
    clinic.schedule.set_policy(SETUP, ScheduleSettings(requests_hold_slot=False))
    first, other = asked(clinic, "11:00", clinic.chloe), asked(clinic, "11:15", clinic.jun)
    room = clinic.request(clinic.at("11:00"), doctor_id=clinic.haddad, confirm_now=True)
    clinic.schedule.book(clinic.maria, replace(room, accept_patient_overlap=True))
    with pytest.raises(SlotTakenError, match="Also asked for by Jun Tanaka") as lost:
        clinic.schedule.confirm(clinic.maria, first.id, version=first.version)
    assert [rival.id for rival in lost.value.rivals] == [other.id]


def test_the_choice_changes_the_requests_ahead_at_once(clinic: AClinic) -> None:
    first = asked(clinic, "11:00", clinic.chloe)
    assert clinic.schedule.set_policy(SETUP, ScheduleSettings(requests_hold_slot=False)) == ()
    second, third = asked(clinic, "11:00", clinic.jun), asked(clinic, "14:00", clinic.jun)
    left = clinic.schedule.set_policy(SETUP, ScheduleSettings(requests_hold_slot=True))
    assert [one.id for one in left] == [second.id]
    day = clinic.calendar.calendar_day(
        clinic.maria, clinic_id=clinic.main, day=clinic.at("9:00").date()
    )
    held = {one.id: one.holds_slot for one in day.appointments}
    assert held == {first.id: True, second.id: False, third.id: True}
    noted = clinic.schedule.change(clinic.maria, second.id, version=second.version, note="Rings")
    with pytest.raises(SlotTakenError, match="Chloé Martin"):
        clinic.schedule.confirm(clinic.maria, second.id, version=noted.version)
    assert SettingsService(clinic.database).load(ScheduleSettings).requests_hold_slot
    with pytest.raises(AccessDeniedError):
        clinic.schedule.set_policy(clinic.maria, ScheduleSettings())


# --- the history ---------------------------------------------------------------------------


def test_the_history_tells_who_did_what_at_which_desk(clinic: AClinic) -> None:
    visit = clinic.booked("10:30", (clinic.clock.at + timedelta(days=1)).date())
    visit = clinic.schedule.move(
        OTHER_DESK, visit.id, version=visit.version, doctor_id=clinic.osei,
        starts_at=visit.starts_at - timedelta(hours=1),
    )  # fmt: skip
    visit = clinic.schedule.change(
        clinic.maria, visit.id, version=visit.version, note="Is diabetic"
    )
    clinic.schedule.cancel(clinic.maria, visit.id, version=visit.version, reason="Has the flu")
    told = clinic.calendar.history(clinic.doctor(clinic.sato), visit.id)
    assert [(entry.who, entry.what, entry.details) for entry in told] == [
        ("Desk 1", "Cancelled", "by the patient, late"),
        ("Desk 1", "Changed", "note"),
        ("Desk 2", "Moved",
         "from Wed 25 Nov 10:30, Dr Yuki Sato to Wed 25 Nov 09:30, Dr Amara Osei, to 2"),
        ("Desk 1", "Booked", "Wed 25 Nov 10:30, Dr Yuki Sato"),
    ]  # fmt: skip
    assert all(entry.at == clinic.clock.now() for entry in told)
    administrator = replace(MANAGER, roles=frozenset({Role.ADMINISTRATOR}))
    with pytest.raises(AccessDeniedError):
        clinic.calendar.history(administrator, visit.id)
    assert clinic.calendar.history(clinic.maria, 4711) == ()


def test_a_step_back_leaves_the_money_where_it_is(clinic: AClinic) -> None:
    billing = BillingService(
        clinic.database, clock=clinic.clock, audit=clinic.audit, notifier=Notes()
    )
    done = brought_to(clinic, COMPLETED)
    invoice = billing.invoice_visit(clinic.maria, done.id)
    back = take(clinic, clinic.maria, done, Step.UNDO)
    assert (back.status, back.invoice_id) == (CONFIRMED, invoice.id)
    assert billing.invoice_of_visit(clinic.maria, done.id) == invoice
    again = take(clinic, clinic.maria, back, Step.COMPLETE)
    assert billing.invoice_visit(clinic.maria, again.id) == invoice
