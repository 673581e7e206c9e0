"""The booking dialog: holds, lost races, booking over, whom and when first, and key counts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, Slot
from tests.gui.calendar_desk import SETUP, TODAY, Clinic, open_clinic
from tests.gui.page_desk import RECEPTIONIST, PageDesk, page_desk
from ui.schedule.booking_dialog import BookingDialog
from ui.schedule.booking_start import BookingStart
from ui.schedule.page import CalendarPage

CTRL = Qt.KeyboardModifier.ControlModifier
ANNA = Actor(None, "Anna Berg", frozenset({Role.RECEPTIONIST}), "Front desk 2")
KNOWN_PATIENT_KEYS, NEW_PATIENT_KEYS = 9, 7
ROSA, JUN = "Rosa Álvarez", "Jun Tanaka"


class CountingDesk:
    """A desk whose every key press is counted."""

    def __init__(self, desk: PageDesk) -> None:
        self.desk, self.keys = desk, 0

    def press(self, key: Qt.Key | str, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press one key, or type letters: each letter is a key."""
        self.keys += len(key) if isinstance(key, str) else 1
        self.desk.press(key, modifier or Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def clinic(file_database: Database, clock: FixedClock) -> Clinic:
    return open_clinic(file_database, clock)


@pytest.fixture
def desk(qtbot: QtBot, clinic: Clinic, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, clinic.services, clock, bus) as made:
        made.window.resize(1440, 860)
        yield made


@pytest.fixture
def page(desk: PageDesk) -> CalendarPage:
    page = CalendarPage(desk.desk)
    desk.show(page)
    desk.qtbot.waitUntil(lambda: page.title.startswith("Tuesday 24 November"))
    return page


def opened(desk: PageDesk) -> BookingDialog:
    desk.press(Qt.Key.Key_N, CTRL)
    dialog: BookingDialog = desk.dialog(BookingDialog)
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    return dialog


def with_patient(desk: PageDesk, letters: str = "tana") -> BookingDialog:
    dialog = opened(desk)
    desk.press(letters)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    return dialog


def of(clinic: Clinic, name: str) -> tuple[AppointmentDetails, ...]:
    return clinic.services.calendar.appointments_of_patient(SETUP, clinic.patients[name])


def held(clinic: Clinic) -> list[str]:
    holds = clinic.services.holds.live(
        ANNA, clinic_id=clinic.clinic, from_at=clinic.at("0:00"), until_at=clinic.at("24:00")
    )
    return [f"{hold.user_name} {hold.starts_at:%H:%M}" for hold in holds]


def hold_as_anna(clinic: Clinic, slot: Slot) -> None:
    clinic.services.holds.hold(
        ANNA,
        hold_key="anna",
        clinic_id=slot.clinic_id,
        doctor_id=slot.doctor_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )


def seen_before(clinic: Clinic, clock: FixedClock, name: str, doctor_id: int) -> None:
    """Let a patient have been seen by a doctor six weeks ago."""
    now, at = clock.at, clinic.at("14:00", day=TODAY - timedelta(days=43))
    clock.at = at
    request = BookingRequest(
        "past", clinic.clinic, doctor_id, clinic.patients[name], clinic.check, at, confirm_now=True
    )
    visit = clinic.services.schedule.book(SETUP, request)
    visit = clinic.services.visits.check_in(SETUP, visit.id, version=visit.version)
    clinic.services.visits.complete(SETUP, visit.id, version=visit.version)
    clock.at = now


# --- how many keys it takes ----------------------------------------------------------------


def test_a_known_patient_takes_at_most_nine_keys(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    counted = CountingDesk(desk)
    counted.press(Qt.Key.Key_N, CTRL)
    counted.press("rosa")
    counted.press(Qt.Key.Key_Return)
    dialog: BookingDialog = desk.dialog(BookingDialog)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    counted.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, ROSA)) == 1)
    print(f"a known patient into the first free time: {counted.keys} keys")
    assert counted.keys <= KNOWN_PATIENT_KEYS


def test_a_new_patient_takes_at_most_seven_keys_beside_the_data(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    counted, data = CountingDesk(desk), ("zoe miller", "5/6/1990", "07700900123")
    counted.press(Qt.Key.Key_N, CTRL)
    dialog: BookingDialog = desk.dialog(BookingDialog)
    counted.press(data[0])
    counted.press(Qt.Key.Key_Return, CTRL)
    counted.press(data[1])
    counted.press(Qt.Key.Key_Tab)
    counted.press(data[2])
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    counted.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    beside = counted.keys - sum(map(len, data))
    print(f"a new patient into the first free time: the data + {beside} keys")
    assert beside <= NEW_PATIENT_KEYS
    (hit,) = clinic.services.patients.search(SETUP, "zoe miller", limit=5)
    assert (hit.name, hit.born_on) == ("Zoe Miller", date(1990, 6, 5))


# --- whom and when first -------------------------------------------------------------------


def test_the_doctor_who_saw_the_patient_last_comes_first(
    desk: PageDesk, clinic: Clinic, clock: FixedClock, page: CalendarPage
) -> None:
    seen_before(clinic, clock, ROSA, clinic.fischer)
    dialog = opened(desk)
    assert dialog.slots.offers[0].doctor == "Dr Amara Osei"
    desk.press("ros")
    desk.qtbot.waitUntil(lambda: len(dialog.patient_field.list.lines) >= 2)
    details = {line.title: line.detail for line in dialog.patient_field.list.lines}
    assert details[ROSA].endswith("last seen 12 Oct, Dr Fischer")
    assert details["Rosalie Alvin"].endswith("never seen")
    desk.press("a álv")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    assert dialog.times.doctor_first.text() == "Dr Fischer first"
    assert dialog.slots.offers[0].doctor == "Dr Lena Fischer"
    dialog.times.doctor_first.click()
    assert dialog.slots.offers[0].doctor == "Dr Amara Osei"


def test_the_times_are_spread_over_days_and_one_day_can_be_looked_into(
    desk: PageDesk, page: CalendarPage
) -> None:
    dialog = with_patient(desk)
    days = {offer.slot.starts_at.date() for offer in dialog.slots.offers}
    assert len(days) >= 3
    desk.press(Qt.Key.Key_Right)
    times = [offer.time for offer in dialog.slots.offers]
    assert {offer.day for offer in dialog.slots.offers} == {"Today, Tue 24 Nov"}
    assert times[:5] == ["10:00", "10:00", "10:15", "10:15", "10:30"]
    desk.press(Qt.Key.Key_Left)
    assert {offer.slot.starts_at.date() for offer in dialog.slots.offers} == days


def test_afternoons_and_a_day_typed_narrow_the_times(desk: PageDesk, page: CalendarPage) -> None:
    dialog = opened(desk)
    dialog.times.mornings.click()
    dialog.times.afternoons.click()
    assert not dialog.times.mornings.isChecked()
    desk.qtbot.waitUntil(lambda: dialog.times.is_known)
    assert all(offer.time >= "12:00" for offer in dialog.slots.offers)
    from_day = dialog.times.from_day
    from_day.chip.click()
    assert from_day.edit.hasFocus()
    desk.press("next thu")
    desk.press(Qt.Key.Key_Return)
    assert from_day.chip.text() == "From Thu 3 Dec"
    desk.qtbot.waitUntil(lambda: dialog.times.is_known)
    assert dialog.slots.offers[0].day == "Thu 3 Dec"
    assert dialog.is_open
    from_day.chip.click()
    desk.qtbot.waitUntil(lambda: dialog.slots.offers[0].day == "Today, Tue 24 Nov")


def test_a_day_that_cannot_be_read_stays_in_its_field(desk: PageDesk, page: CalendarPage) -> None:
    dialog = opened(desk)
    dialog.times.from_day.chip.click()
    desk.press("blursday")
    desk.press(Qt.Key.Key_Return)
    assert dialog.times.from_day.edit.text() == "blursday"
    desk.press(Qt.Key.Key_Escape)
    assert dialog.is_open
    assert dialog.times.from_day.from_on is None


def test_it_says_how_many_times_were_found_and_how_fast(desk: PageDesk, page: CalendarPage) -> None:
    opened(desk)
    (said,) = [text for text in desk.texts() if "free times in" in text]
    assert said.endswith(" ms")


# --- holds ---------------------------------------------------------------------------------


def test_the_time_pointed_at_is_held_moves_and_is_let_go(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = with_patient(desk)
    desk.qtbot.waitUntil(lambda: held(clinic) == ["John Abara 10:00"])
    desk.press("2")
    second = f"John Abara {dialog.slots.offers[1].time}"
    desk.qtbot.waitUntil(lambda: held(clinic) == [second])
    desk.press(Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: held(clinic) == [])


def test_a_booking_ends_the_hold(desk: PageDesk, clinic: Clinic, page: CalendarPage) -> None:
    with_patient(desk)
    desk.qtbot.waitUntil(lambda: held(clinic) == ["John Abara 10:00"])
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 1)
    desk.qtbot.waitUntil(lambda: held(clinic) == [])


def test_a_time_held_elsewhere_is_not_offered(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    hold_as_anna(clinic, Slot(clinic.osei, clinic.clinic, clinic.at("10:00"), clinic.at("10:30")))
    dialog = opened(desk)
    today = [offer for offer in dialog.slots.offers if offer.time == "10:00"][:1]
    assert [(offer.day, offer.doctor) for offer in today] == [
        ("Today, Tue 24 Nov", "Dr Lena Fischer")
    ]


def test_who_else_is_booking_a_time_is_said(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = with_patient(desk)
    other = dialog.slots.offers[1]
    hold_as_anna(clinic, other.slot)
    desk.press("2")
    desk.qtbot.waitUntil(lambda: "Anna Berg is booking this time" in dialog.times.note.text())
    assert dialog.times.note.isVisible()
    desk.press("1")
    desk.qtbot.waitUntil(lambda: not dialog.times.note.isVisible())


# --- refused, and all the same ---------------------------------------------------------------


def lost_race(desk: PageDesk, clinic: Clinic) -> BookingDialog:
    """Let somebody else book the lit time, and press Enter on it."""
    dialog = with_patient(desk)
    first = dialog.slots.offers[0]
    desk.qtbot.waitUntil(lambda: dialog.holds.is_taken)
    clinic.services.holds.release(SETUP, dialog.holds.hold_key)
    clinic.book(ROSA, first.time, doctor=first.slot.doctor_id)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.card.problem.isVisible)
    return dialog


def test_a_lost_race_tells_who_won_and_keeps_the_form(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = lost_race(desk, clinic)
    assert ROSA in dialog.card.problem.text()
    assert dialog.patient_field.edit.text() == JUN
    desk.qtbot.waitUntil(lambda: dialog.times.is_known)
    assert of(clinic, JUN) == ()


def test_who_may_can_book_over_it_with_a_reason(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = lost_race(desk, clinic)
    first = clinic.at("10:00")
    desk.qtbot.waitUntil(dialog.second_thought.isVisible)
    desk.press(Qt.Key.Key_Return, CTRL)
    assert dialog.second_thought.reason_edit.hasFocus()
    assert of(clinic, JUN) == ()
    desk.press("In pain")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 1)
    (visit,) = of(clinic, JUN)
    assert (visit.starts_at, visit.is_overbooked) == (first, True)
    assert visit.overbooked_reason == "In pain"


def test_who_may_not_book_over_it_is_not_asked_to(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    desk.session.set_actor(RECEPTIONIST)
    dialog = lost_race(desk, clinic)
    desk.qtbot.waitUntil(lambda: dialog.times.is_known)
    assert not dialog.second_thought.isVisible()


def test_the_patients_own_other_visit_is_a_warning(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    clinic.book(JUN, "10:00", doctor=clinic.fischer)
    dialog = with_patient(desk)
    assert dialog.slots.offers[0].time == "10:00"
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.second_thought.isVisible)
    assert "Dr Lena Fischer" in dialog.card.problem.text()
    assert dialog.second_thought.button.accessibleName() == "Book all the same"
    assert not dialog.second_thought.reason_edit.isVisible()
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 2)
    assert not any(visit.is_overbooked for visit in of(clinic, JUN))


def begun_at(desk: PageDesk, page: CalendarPage, doctor_id: int, at: datetime) -> BookingDialog:
    page.day_desk.booking.open(BookingStart(doctor_id=doctor_id, starts_at=at))
    dialog: BookingDialog = desk.dialog(BookingDialog)
    desk.qtbot.waitUntil(lambda: bool(dialog.slots.offers))
    return dialog


def test_a_special_time_that_cannot_be_had_is_explained(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = begun_at(desk, page, clinic.osei, clinic.at("17:30"))
    assert dialog.times.note.isVisible()
    assert "Dr Amara Osei" in dialog.times.note.text()
    assert dialog.second_thought.isVisible()
    desk.press("tana")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(dialog.slots.hasFocus)
    dialog.second_thought.reason_edit.setFocus()
    desk.press("Came late")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(of(clinic, JUN)) == 1)
    assert of(clinic, JUN)[0].starts_at == clinic.at("17:30")


def test_a_special_time_that_is_free_is_the_first(
    desk: PageDesk, clinic: Clinic, page: CalendarPage
) -> None:
    dialog = begun_at(desk, page, clinic.osei, clinic.at("15:15"))
    assert dialog.slots.offers[0].slot.starts_at == clinic.at("15:15")
    assert not dialog.times.note.isVisible()
    assert {offer.slot.doctor_id for offer in dialog.slots.offers} == {clinic.osei}
