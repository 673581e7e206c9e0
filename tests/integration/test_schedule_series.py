"""Series through their service: previewed per date, booked whole, changed for a part of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.errors import (
    AppointmentChangedError,
    OtherDoctorsAppointmentError,
    SlotTakenError,
)
from clinicdesk.schedule.records import (
    AppointmentDetails,
    AppointmentStatus,
    BookingRequest,
    CancelledBy,
    ExceptionKind,
    HoursException,
)
from clinicdesk.schedule.series.errors import (
    NoDateChosenError,
    NoSeriesError,
    SeriesHinderedError,
    SeriesTakenError,
)
from clinicdesk.schedule.series.records import Frequency, Recurrence, Scope
from clinicdesk.schedule.series.service import SeriesService
from tests.a_clinic import SETUP, TUESDAY, AClinic, open_a_clinic

WEEKLY = Recurrence(Frequency.WEEKS, count=4)
WEEK = timedelta(days=7)
DAYS = [TUESDAY + number * WEEK for number in range(4)]


class Told:
    """A notifier that keeps what it was told."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def confirmed(self, _transaction: Transaction, _appointment_id: int) -> None:
        self.calls.append("confirmed")

    def moved(self, _transaction: Transaction, _appointment_id: int) -> None:
        self.calls.append("moved")

    def unconfirmed(self, _transaction: Transaction, _appointment_id: int) -> None:
        pass

    def cancelled(self, _transaction: Transaction, _appointment_id: int) -> None:
        self.calls.append("cancelled")


class ASeries:
    """A clinic, and a weekly check-up of Chloé with Dr Sato on Tuesdays at 14:00."""

    def __init__(self, clinic: AClinic, told: Told) -> None:
        self.clinic, self.told = clinic, told
        self.service = SeriesService(
            clinic.database, clock=clinic.clock, audit=clinic.audit, notifier=told
        )
        self.preview = partial(self.service.preview, clinic.maria)

    @property
    def request(self) -> BookingRequest:
        return replace(
            self.clinic.request(self.clinic.at("14:00"), confirm_now=True), request_key="weekly"
        )

    def book(self) -> tuple[AppointmentDetails, ...]:
        chosen = self.preview(self.request, WEEKLY).free
        return self.service.book(self.clinic.maria, self.request, WEEKLY, chosen)

    def starts(self, of: AppointmentDetails) -> list[str]:
        """Give day, time and state of every visit as they stand in the data."""
        visits = self.service.visits(self.clinic.maria, of.id)
        return [f"{each.starts_at:%d.%m %H:%M} {each.status.value}" for each in visits]

    def all_of_chloe(self) -> int:
        found = self.clinic.calendar.appointments_of_patient(SETUP, self.clinic.chloe)
        return len(found)

    def move(
        self, visit: AppointmentDetails, scope: Scope, time: str, day: date, leave: tuple[int, ...]
    ) -> tuple[AppointmentDetails, ...]:
        return self.service.move(
            self.clinic.maria,
            visit.id,
            version=visit.version,
            scope=scope,
            doctor_id=visit.doctor_id,
            starts_at=self.clinic.at(time, day),
            leave=leave,
        )


@pytest.fixture
def series(database: Database, clock: FixedClock) -> ASeries:
    told = Told()
    return ASeries(open_a_clinic(database, clock, notifier=told), told)


# --- previewing and booking ----------------------------------------------------------------


def test_a_preview_says_of_each_date_why_not_and_what_is_near(series: ASeries) -> None:
    clinic = series.clinic
    clinic.booked("14:00", DAYS[1], patient_id=clinic.jun)
    away = HoursException(clinic.sato, None, ExceptionKind.CLOSED, DAYS[2], DAYS[2])
    clinic.hours.add_exception(SETUP, away)
    preview = series.preview(series.request, WEEKLY)
    assert [each.on for each in preview.dates] == DAYS
    assert [each.is_free for each in preview.dates] == [True, False, False, True]
    taken, closed = preview.dates[1:3]
    assert "Dr Yuki Sato" in taken.sentence
    assert taken.nearest is not None
    assert taken.nearest.starts_at in {clinic.at("13:30", DAYS[1]), clinic.at("14:30", DAYS[1])}
    assert closed.sentence
    assert closed.nearest is None
    assert series.all_of_chloe() == 0


def test_all_dates_are_booked_as_one_series_with_their_messages(series: ASeries) -> None:
    booked = series.book()
    assert series.starts(booked[0]) == [
        "24.11 14:00 confirmed", "01.12 14:00 confirmed", "08.12 14:00 confirmed",
        "15.12 14:00 confirmed",
    ]  # fmt: skip
    assert series.told.calls == ["confirmed"] * 4


def test_the_same_request_again_books_nothing_more(series: ASeries) -> None:
    chosen = series.preview(series.request, WEEKLY).free
    first = series.service.book(series.clinic.maria, series.request, WEEKLY, chosen)
    again = series.service.book(series.clinic.maria, series.request, WEEKLY, chosen)
    assert [each.id for each in again] == [each.id for each in first]
    assert series.all_of_chloe() == 4


def test_chosen_dates_and_near_times_can_be_booked_alone(series: ASeries) -> None:
    clinic = series.clinic
    clinic.booked("14:00", DAYS[1], patient_id=clinic.jun)
    first, second, *_ = series.preview(series.request, WEEKLY).dates
    assert second.nearest is not None
    chosen = (first.slot, second.nearest)
    booked = series.service.book(clinic.maria, series.request, WEEKLY, chosen)
    assert [each.starts_at for each in booked] == [slot.starts_at for slot in chosen]
    assert len(series.starts(booked[0])) == 2


def test_one_time_lost_meanwhile_books_nothing_and_shows_how_it_stands(series: ASeries) -> None:
    clinic = series.clinic
    chosen = series.preview(series.request, WEEKLY).free
    clinic.booked("14:00", DAYS[3], patient_id=clinic.jun)
    with pytest.raises(SeriesTakenError) as told:
        series.service.book(clinic.maria, series.request, WEEKLY, chosen)
    assert series.all_of_chloe() == 0
    assert [each.is_free for each in told.value.preview.dates] == [True, True, True, False]
    assert "One of the 4 times chosen" in told.value.sentence
    assert "Dr Yuki Sato" in told.value.sentence
    again = series.service.book(clinic.maria, series.request, WEEKLY, told.value.preview.free)
    assert len(again) == 3


def test_a_date_on_which_the_patient_is_elsewhere_is_warned_of_and_can_be_accepted(
    series: ASeries,
) -> None:
    clinic = series.clinic
    clinic.booked("14:00", DAYS[2], doctor_id=clinic.osei)
    preview = series.preview(series.request, WEEKLY)
    assert [each.is_free for each in preview.dates] == [True, True, False, True]
    warned = preview.dates[2]
    assert warned.is_warning
    assert "Dr Amara Osei" in warned.sentence
    chosen = [each.slot for each in preview.dates]
    with pytest.raises(SeriesTakenError, match="Dr Amara Osei"):
        series.service.book(clinic.maria, series.request, WEEKLY, chosen)
    accepted = replace(series.request, accept_patient_overlap=True)
    assert len(series.service.book(clinic.maria, accepted, WEEKLY, chosen)) == 4


def test_who_cancels_is_kept_for_every_visit(series: ASeries) -> None:
    booked = series.book()
    cancelled = series.service.cancel(
        series.clinic.maria, booked[0].id, version=1, scope=Scope.ALL, reason="Away",
        by=CancelledBy.CLINIC,
    )  # fmt: skip
    assert {each.cancelled_by for each in cancelled} == {CancelledBy.CLINIC}
    assert len({each.series_id for each in cancelled}) == 1


def test_of_several_desks_that_book_the_same_dates_one_has_all_of_them(series: ASeries) -> None:
    chosen = series.preview(series.request, WEEKLY).free

    def book(desk: int) -> int:
        request = replace(series.request, request_key=f"desk {desk}")
        try:
            return len(series.service.book(series.clinic.maria, request, WEEKLY, chosen))
        except SeriesTakenError as error:
            assert not error.preview.free
            return 0

    with ThreadPoolExecutor(6) as pool:
        booked = sorted(pool.map(book, range(6)))
    assert booked == [0, 0, 0, 0, 0, 4]
    assert series.all_of_chloe() == 4


def test_a_series_needs_a_date_and_an_end(series: ASeries) -> None:
    with pytest.raises(NoDateChosenError):
        series.service.book(series.clinic.maria, series.request, WEEKLY, ())
    with pytest.raises(InvalidInputError) as told:
        series.preview(series.request, Recurrence(Frequency.WEEKS))
    assert told.value.field == "count"


def test_a_booked_series_is_in_the_audit_log(series: ASeries) -> None:
    booked = series.book()
    (entry,) = series.clinic.audit.entries(SETUP, entity="appointment series")
    assert entry.action == "book series"
    assert entry.details["visits"] == [each.id for each in booked]
    assert len(series.clinic.audit.entries(SETUP, entity="appointment")) == 4


# --- moving --------------------------------------------------------------------------------


def test_this_visit_alone_moves_and_stays_in_its_series(series: ASeries) -> None:
    booked = series.book()
    series.move(booked[1], Scope.THIS, "15:00", DAYS[1], ())
    assert [text[6:11] for text in series.starts(booked[0])] == [
        "14:00", "15:00", "14:00", "14:00",
    ]  # fmt: skip


def test_this_and_the_following_move_by_as_much(series: ASeries) -> None:
    booked = series.book()
    moved = series.move(booked[1], Scope.FOLLOWING, "15:30", DAYS[1] + timedelta(days=2), ())
    assert [each.doctor_id for each in moved] == [series.clinic.sato] * 3
    assert series.starts(booked[0]) == [
        "24.11 14:00 confirmed", "03.12 15:30 confirmed", "10.12 15:30 confirmed",
        "17.12 15:30 confirmed",
    ]  # fmt: skip
    assert series.told.calls.count("moved") == 3


@pytest.mark.parametrize("weeks", [1, -1])
def test_visits_that_make_room_for_each_other_hinder_nobody(series: ASeries, weeks: int) -> None:
    booked = series.book()
    anchor = booked[2]
    series.move(anchor, Scope.FOLLOWING, "14:00", DAYS[2] + timedelta(days=7), ())
    assert [text[:5] for text in series.starts(booked[0])] == ["24.11", "01.12", "15.12", "22.12"]
    if weeks < 0:
        (fresh, *_) = [v for v in series.service.visits(SETUP, anchor.id) if v.id == anchor.id]
        series.move(fresh, Scope.FOLLOWING, "14:00", DAYS[2], ())
        assert [text[:5] for text in series.starts(anchor)] == ["24.11", "01.12", "08.12", "15.12"]


def test_a_move_is_previewed_per_date_and_changes_nothing(series: ASeries) -> None:
    clinic = series.clinic
    booked = series.book()
    clinic.booked("15:00", DAYS[2], patient_id=clinic.jun)
    before = series.starts(booked[0])
    preview = series.service.preview_move(
        clinic.maria,
        booked[1].id,
        version=booked[1].version,
        scope=Scope.FOLLOWING,
        doctor_id=clinic.sato,
        starts_at=clinic.at("15:00", DAYS[1]),
    )
    assert [bool(visit.sentence) for visit in preview.visits] == [False, True, False]
    assert "Dr Yuki Sato" in preview.hindered[0].sentence
    assert series.starts(booked[0]) == before
    assert len(clinic.audit.entries(SETUP, entity="appointment")) == 5


def test_a_hindered_move_moves_nothing_unless_that_date_is_left(series: ASeries) -> None:
    clinic = series.clinic
    booked = series.book()
    clinic.booked("15:00", DAYS[2], patient_id=clinic.jun)
    before = series.starts(booked[0])
    with pytest.raises(SeriesHinderedError) as told:
        series.move(booked[1], Scope.FOLLOWING, "15:00", DAYS[1], ())
    assert "1 of 3 visits" in told.value.sentence
    assert series.starts(booked[0]) == before
    series.move(booked[1], Scope.FOLLOWING, "15:00", DAYS[1], (booked[2].id,))
    assert [text[6:11] for text in series.starts(booked[0])] == [
        "14:00", "15:00", "14:00", "15:00",
    ]  # fmt: skip


def test_what_is_over_is_left_alone(series: ASeries, clock: FixedClock) -> None:
    booked = series.book()
    clock.at = series.clinic.at("10:00", DAYS[2])
    moved = series.move(booked[3], Scope.ALL, "15:00", DAYS[3], ())
    assert [each.id for each in moved] == [booked[2].id, booked[3].id]
    preview = series.service.preview_move(
        series.clinic.maria,
        booked[3].id,
        version=booked[3].version + 1,
        scope=Scope.ALL,
        doctor_id=series.clinic.sato,
        starts_at=series.clinic.at("16:00", DAYS[3]),
    )
    assert preview.left_alone == 2


# --- cancelling ----------------------------------------------------------------------------


@pytest.mark.parametrize(("scope", "left"), [(Scope.THIS, 3), (Scope.FOLLOWING, 1), (Scope.ALL, 0)])
def test_cancelling_is_for_the_scope_chosen_and_can_be_taken_back(
    series: ASeries, scope: Scope, left: int
) -> None:
    booked = series.book()
    cancelled = series.service.cancel(
        series.clinic.maria, booked[1].id, version=booked[1].version, scope=scope, reason="Moved"
    )
    states = [text.rpartition(" ")[2] for text in series.starts(booked[0])]
    assert states.count("confirmed") == left
    assert series.told.calls.count("cancelled") == 4 - left
    restored = series.service.restore(series.clinic.maria, cancelled)
    assert {each.status for each in restored} == {AppointmentStatus.CONFIRMED}


def test_a_cancellation_is_restored_whole_or_not_at_all(series: ASeries) -> None:
    clinic = series.clinic
    booked = series.book()
    cancelled = series.service.cancel(
        clinic.maria, booked[0].id, version=1, scope=Scope.ALL, reason="Away"
    )
    clinic.booked("14:00", DAYS[2], patient_id=clinic.jun)
    with pytest.raises(SlotTakenError):
        series.service.restore(clinic.maria, cancelled)
    assert {text.rpartition(" ")[2] for text in series.starts(booked[0])} == {"cancelled"}


# --- who may, and what is refused ----------------------------------------------------------


def test_a_series_is_changed_only_as_it_was_seen_and_only_ones_own(series: ASeries) -> None:
    clinic = series.clinic
    booked = series.book()
    with pytest.raises(AppointmentChangedError):
        series.service.cancel(clinic.maria, booked[0].id, version=7, scope=Scope.ALL, reason="")
    with pytest.raises(OtherDoctorsAppointmentError):
        series.service.cancel(
            clinic.doctor(clinic.osei), booked[0].id, version=1, scope=Scope.ALL, reason=""
        )


def test_an_appointment_alone_has_no_following(series: ASeries) -> None:
    alone = series.clinic.booked("10:30")
    with pytest.raises(NoSeriesError):
        series.service.cancel(series.clinic.maria, alone.id, version=1, scope=Scope.ALL, reason="")
    assert [each.id for each in series.service.visits(SETUP, alone.id)] == [alone.id]
