"""The painted day: what it shows, where keys and clicks lead, and that no text covers another."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.clock import FixedClock, local_instant
from clinicdesk.schedule.records import (
    AppointmentId,
    AppointmentStatus,
    CalendarAppointment,
    CalendarColumn,
    CalendarDay,
    OpenSpan,
)
from ui.core.theme import Mode, Theme
from ui.schedule.card_text import TextFitter
from ui.schedule.day_view import DayView
from ui.schedule.layout import Card, Lane

DAY, ZONE = date(2026, 11, 24), "Europe/London"
STATUSES = list(AppointmentStatus)


def at(minute: int, day: date = DAY) -> datetime:
    return local_instant(day, minute, ZONE)


def appointment(
    number: int,
    start: int,
    length: int = 30,
    *,
    doctor: int = 1,
    name: str = "",
    status: AppointmentStatus = AppointmentStatus.CONFIRMED,
) -> CalendarAppointment:
    return CalendarAppointment(
        AppointmentId(number), 1, doctor, number, name or f"Patient {number}", "Check-up", status,
        at(start), at(start) + timedelta(minutes=length), False, 1,
    )  # fmt: skip


def a_day(*appointments: CalendarAppointment, doctors: int = 3, day: date = DAY) -> CalendarDay:
    columns = tuple(
        CalendarColumn(
            n, f"Dr {n}", "Cardiology", n, (OpenSpan(n, 1, at(540, day), at(1020, day)),), 3
        )
        for n in range(1, doctors + 1)
    )
    return CalendarDay(1, day, ZONE, 15, 480, 1080, columns, appointments)


MORNING = a_day(
    appointment(1, 540),
    appointment(2, 570, 45, name="Jun Tanaka"),
    appointment(3, 540, doctor=2),
    appointment(4, 555, doctor=2),
)


@pytest.fixture
def view(qtbot: QtBot, clock: FixedClock) -> DayView:
    theme = Theme()
    theme.set_mode(Mode.LIGHT)
    view = DayView(theme, clock)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus()
    view.show_day(MORNING)
    return view


def click(qtbot: QtBot, view: DayView, appointment_id: int) -> None:
    box = view.box_of(appointment_id)
    assert box is not None
    point = QPoint(int(box.center().x()), int(box.center().y()))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_a_click_selects_each_of_two_that_overlap(qtbot: QtBot, view: DayView) -> None:
    for number in (3, 4, 1):
        with qtbot.waitSignal(view.selected) as told:
            click(qtbot, view, number)
        assert (told.args, view.selected_id) == ([number], number)


def test_the_view_is_told_in_words(view: DayView) -> None:
    assert (
        view.accessibleName() == "Calendar of Tuesday 24 November 2026, 3 doctors, 4 appointments."
    )
    view.select(2)
    assert view.accessibleName().endswith("Selected: Jun Tanaka, 09:30, Check-up, Dr 1, Confirmed.")


def test_arrows_walk_from_card_to_card_and_between_columns(qtbot: QtBot, view: DayView) -> None:
    view.select(1)
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right):
        qtbot.keyClick(view, key)
        seen.append(view.selected_id)
    assert seen == [2, None, 2, 1, 3]
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.selected_id == 4
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.selected_id == 3
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.selected_id == 1


def test_walking_ends_at_the_edges_of_the_day(qtbot: QtBot, view: DayView) -> None:
    view.select(1)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    assert "Free time 08:00, Dr 1." in view.accessibleName()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert "Free time 17:59, Dr 1." in view.accessibleName()


def test_typing_on_a_free_time_begins_a_booking_there(qtbot: QtBot, view: DayView) -> None:
    taken = []
    QShortcut(QKeySequence("R"), view, lambda: taken.append("R"))
    view.select(2)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.booking_started) as told:
        qtbot.keyClicks(view, "r")
    assert told.args == [1, at(615), "r"]
    assert taken == []
    view.select(2)
    qtbot.keyClicks(view, "r")
    assert taken == ["R"]


def test_enter_opens_an_appointment_and_books_on_a_free_time(qtbot: QtBot, view: DayView) -> None:
    view.select(2)
    with qtbot.waitSignal(view.opened) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [2]
    qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.booking_started) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [1, at(615), ""]


def test_a_double_click_on_a_free_time_books_there(qtbot: QtBot, view: DayView) -> None:
    box = view.box_of(2)
    assert box is not None
    point = QPoint(int(box.center().x()), int(box.bottom()) + 8)
    with qtbot.waitSignal(view.booking_started) as told:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert told.args == [1, at(615), ""]


def test_a_drag_lands_on_the_clinics_step_and_a_tremble_nowhere(
    qtbot: QtBot, view: DayView
) -> None:
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    box = view.box_of(1)
    assert box is not None
    grip = QPoint(int(box.center().x()), int(box.center().y()))
    column_px, hour_px = 900 // 3 - 20, view._scene.grid.hour_px if view._scene else 0
    with qtbot.assertNotEmitted(view.dropped):
        qtbot.mousePress(port, left, pos=grip)
        qtbot.mouseMove(port, grip + QPoint(1, 2))
        qtbot.mouseRelease(port, left, pos=grip + QPoint(1, 2))
    qtbot.mousePress(port, left, pos=grip)
    qtbot.mouseMove(port, grip + QPoint(column_px, int(hour_px * 2 + 6)))
    assert not view.grab().isNull()
    with qtbot.waitSignal(view.dropped) as told:
        qtbot.mouseRelease(port, left, pos=grip)
    assert told.args == [1, 2, at(660)]
    qtbot.mousePress(port, left, pos=grip)
    qtbot.mouseMove(port, grip + QPoint(0, 200))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(view.dropped):
        qtbot.mouseRelease(port, left, pos=grip)


def test_a_change_from_elsewhere_leaves_selection_and_scroll_alone(
    qtbot: QtBot, view: DayView
) -> None:
    view.resize(900, 300)
    view.select(2)
    view.verticalScrollBar().setValue(60)
    newer = replace(MORNING, appointments=(*MORNING.appointments, appointment(9, 900)))
    with qtbot.assertNotEmitted(view.selected):
        view.show_day(newer)
    assert (view.selected_id, view.verticalScrollBar().value()) == (2, 60)
    with qtbot.waitSignal(view.selected) as told:
        view.show_day(replace(MORNING, appointments=MORNING.appointments[:1]))
    assert told.args == [None]


def test_doctors_can_be_left_out(view: DayView) -> None:
    view.hide_doctors({1})
    assert view.box_of(1) is None
    box = view.box_of(3)
    assert box is not None
    assert box.left() < 20
    view.hide_doctors(())
    assert view.box_of(1) is not None


def test_many_doctors_keep_a_readable_width_and_scroll_sideways(
    qtbot: QtBot, view: DayView
) -> None:
    view.show_day(a_day(appointment(1, 600, doctor=12), doctors=12))
    assert view.horizontalScrollBar().maximum() > 0
    view.select(1)
    box = view.box_of(1)
    assert box is not None
    assert box.width() >= 100
    assert view.viewport().rect().contains(box.toRect())


def test_the_view_follows_now_until_somebody_scrolls(view: DayView, clock: FixedClock) -> None:
    view.resize(900, 260)
    clock.at = at(1000)
    view.show_day(MORNING)
    assert view.verticalScrollBar().value() > 100
    view.verticalScrollBar().setValue(10)
    clock.at = at(1010)
    view.show_day(MORNING)
    assert view.verticalScrollBar().value() == 10


def test_the_line_of_now_is_there_today_only(view: DayView, clock: FixedClock) -> None:
    line = view._frame.now_line
    assert line.isVisible()
    tomorrow = DAY + timedelta(days=1)
    view.show_day(a_day(day=tomorrow))
    assert not line.isVisible()


def test_a_theme_change_repaints(view: DayView) -> None:
    light = view.grab().toImage().pixelColor(400, 300).lightness()
    view._theme.set_mode(Mode.DARK)
    dark = view.grab().toImage().pixelColor(400, 300).lightness()
    view._theme.set_mode(Mode.LIGHT)
    assert dark < light


@pytest.mark.parametrize("status", STATUSES[:6])
def test_each_status_is_painted_unlike_every_other_without_colour(
    view: DayView, status: AppointmentStatus
) -> None:
    """Symbol and pattern alone tell the states apart; confirmed is the plain one."""
    pictures = {}
    for each in STATUSES[:6]:
        view.show_day(a_day(appointment(1, 600, 60, status=each)))
        box = view.box_of(1)
        assert box is not None
        grey = view.viewport().grab(box.toRect()).toImage()
        side = grey.copy(grey.width() - 26, 4, 20, 18)
        pictures[each] = [
            side.pixelColor(x, y).lightness() // 24 for x in range(20) for y in range(18)
        ]
    others = [picture for each, picture in pictures.items() if each is not status]
    assert all(pictures[status] != other for other in others)


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "Zs")), min_size=1, max_size=40)


@example("A", "Check\tup", 116, 31)
@given(NAMES, st.text(min_size=0, max_size=30), st.integers(20, 400), st.integers(10, 80))
def test_the_name_is_never_dropped_and_nothing_runs_over(
    name: str, service: str, width: int, height: int
) -> None:
    if QApplication.instance() is None:
        QApplication([])
    bold, plain = QFont("Inter"), QFont("Inter")
    bold.setPixelSize(12)
    plain.setPixelSize(12)
    made = replace(appointment(1, 600, name=name), service_name=service)
    text = TextFitter(bold, plain, 15.5).fit(Card(made, 0, 600, 630, Lane(0, 1)), width, height)
    name_width = QFontMetricsF(bold).horizontalAdvance(text.name)
    rest_width = QFontMetricsF(plain).horizontalAdvance(text.rest)
    fits = QFontMetricsF(bold).horizontalAdvance(name) <= width
    assert text.name == name or not fits
    assert text.name or width < 30
    if text.rest and not text.is_two_lines:
        assert name_width + rest_width <= width
        assert "10:00" in text.rest
    if text.is_two_lines:
        assert rest_width <= width + 1
        assert height >= 31


def test_every_theme_and_scale_paints(qtbot: QtBot, clock: FixedClock) -> None:
    for scale in (1.0, 1.25, 1.5, 2.0):
        theme = Theme()
        theme.scale = scale
        holder = QWidget()
        qtbot.addWidget(holder)
        view = DayView(theme, clock)
        view.setParent(holder)
        view.resize(700, 500)
        view.show_day(MORNING)
        holder.show()
        box = view.box_of(1)
        assert box is not None
        assert box.height() >= 15 * scale
        assert not view.grab().isNull()
