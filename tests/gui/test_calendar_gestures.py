"""Holding an appointment over the day: stretched, dragged out, sprung back; and asking why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.clock import FixedClock
from clinicdesk.schedule.holds.records import Hold
from clinicdesk.schedule.records import AppointmentStatus, CalendarColumn, DayBlock, DayClosure
from tests.gui.test_calendar_view import MORNING, a_day, appointment, at
from ui.core.theme import Mode, Theme
from ui.schedule.day_surface import Lifted
from ui.schedule.day_view import DayView

SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


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


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, view: DayView) -> None:
        super().__init__()
        self.count = 0
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def mouse(view: DayView, kind: QEvent.Type, point: QPoint) -> None:
    """Send a mouse event to the surface, also from outside of it."""
    is_move = kind is QEvent.Type.MouseMove
    port = view.viewport()
    event = QMouseEvent(
        kind,
        QPointF(point),
        QPointF(port.mapToGlobal(point)),
        NONE if is_move else LEFT,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(port, event)


def edge_of(view: DayView, appointment_id: int) -> QPoint:
    box = view.box_of(appointment_id)
    assert box is not None
    return QPoint(int(box.center().x()), int(box.bottom()) - 2)


def hour_px(view: DayView) -> float:
    assert view.scene is not None
    return view.scene.grid.hour_px


def test_the_lower_edge_stretches_to_the_clinics_step(qtbot: QtBot, view: DayView) -> None:
    edge = edge_of(view, 2)
    mouse(view, QEvent.Type.MouseButtonPress, edge)
    mouse(view, QEvent.Type.MouseMove, edge + QPoint(0, int(hour_px(view) / 2 + 3)))
    assert view.scene is not None
    held = view.pointer.held(view.scene)
    assert held is not None
    assert held.words == "09:30–10:45 · 75 min"
    with qtbot.waitSignal(view.resized) as told:
        mouse(view, QEvent.Type.MouseButtonRelease, edge)
    assert told.args == [2, at(645)]


def test_a_stretch_never_ends_before_it_begins(qtbot: QtBot, view: DayView) -> None:
    edge = edge_of(view, 2)
    mouse(view, QEvent.Type.MouseButtonPress, edge)
    mouse(view, QEvent.Type.MouseMove, edge - QPoint(0, 300))
    with qtbot.waitSignal(view.resized) as told:
        mouse(view, QEvent.Type.MouseButtonRelease, edge)
    assert told.args == [2, at(585)]


def test_the_edge_shows_by_the_mouse_that_it_can_be_stretched(view: DayView) -> None:
    mouse(view, QEvent.Type.MouseMove, edge_of(view, 2))
    assert view.viewport().cursor().shape() is Qt.CursorShape.SizeVerCursor
    mouse(view, QEvent.Type.MouseMove, edge_of(view, 2) - QPoint(0, 20))
    assert view.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor


def test_shift_and_arrows_stretch_until_shift_is_let_go(qtbot: QtBot, view: DayView) -> None:
    view.select(2)
    qtbot.keyPress(view, Qt.Key.Key_Shift)
    with qtbot.assertNotEmitted(view.resized):
        for _ in range(2):
            qtbot.keyPress(view, Qt.Key.Key_Down, SHIFT)
    with qtbot.waitSignal(view.resized) as told:
        qtbot.keyRelease(view, Qt.Key.Key_Shift)
    assert told.args == [2, at(645)]


def test_escape_leaves_a_stretch_undone(qtbot: QtBot, view: DayView) -> None:
    view.select(2)
    qtbot.keyPress(view, Qt.Key.Key_Up, SHIFT)
    qtbot.keyPress(view, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(view.resized):
        qtbot.keyRelease(view, Qt.Key.Key_Shift)
    assert view.selected_id == 2


def test_what_is_dropped_stays_there_until_it_springs_back(qtbot: QtBot, view: DayView) -> None:
    box = view.box_of(1)
    assert box is not None
    assert view.scene is not None
    grip = box.center().toPoint()
    mouse(view, QEvent.Type.MouseButtonPress, grip)
    mouse(view, QEvent.Type.MouseMove, grip + QPoint(0, 200))
    mouse(view, QEvent.Type.MouseButtonRelease, grip + QPoint(0, 200))
    held = view.pointer.held(view.scene)
    assert held is not None
    assert held.card.start > 600
    view.spring_back()
    qtbot.waitUntil(lambda: view.pointer.held(view.scene) is None)  # type: ignore[arg-type]


def test_what_is_dragged_out_of_the_day_is_told_with_its_place(qtbot: QtBot, view: DayView) -> None:
    box = view.box_of(1)
    assert box is not None
    grip, outside = box.center().toPoint(), QPoint(-120, 60)
    mouse(view, QEvent.Type.MouseButtonPress, grip)
    mouse(view, QEvent.Type.MouseMove, grip + QPoint(0, 40))
    with qtbot.waitSignal(view.carried) as carried:
        mouse(view, QEvent.Type.MouseMove, outside)
    assert carried.args[0].id == 1
    with qtbot.assertNotEmitted(view.dropped), qtbot.waitSignal(view.put_out) as told:
        mouse(view, QEvent.Type.MouseButtonRelease, outside)
    assert told.args == [MORNING.appointments[0], view.viewport().mapToGlobal(outside)]


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_a_key_asks_why_a_time_is_not_free(qtbot: QtBot, view: DayView, key: Any) -> None:
    view.go_to(3, at(500))
    with qtbot.waitSignal(view.why_asked) as told:
        qtbot.keyClick(view, key)
    assert told.args == [3, at(500), True]


def test_resting_on_a_time_asks_why_and_leaving_takes_it_back(qtbot: QtBot, view: DayView) -> None:
    assert view.scene is not None
    point = QPoint(870, int(view.scene.grid.y(1030)))
    with qtbot.waitSignal(view.why_asked) as told:
        mouse(view, QEvent.Type.MouseMove, point)
    assert told.args == [3, at(1020), False]
    with qtbot.waitSignal(view.roamed):
        mouse(view, QEvent.Type.MouseMove, point - QPoint(0, 200))


def test_letters_begin_no_booking_while_something_is_carried(qtbot: QtBot, view: DayView) -> None:
    view.lift(Lifted("Jun Tanaka", 45))
    view.go_to(3, at(600))
    with qtbot.assertNotEmitted(view.booking_started):
        qtbot.keyClicks(view, "s")
    with qtbot.waitSignal(view.booking_started) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [3, at(600), ""]


def test_the_same_day_again_paints_nothing(view: DayView) -> None:
    QApplication.processEvents()
    paints = Paints(view)
    view.show_day(replace(MORNING, appointments=tuple(MORNING.appointments)))
    fuller = [replace(column, free_slots=2) for column in MORNING.columns]
    view.show_day(replace(MORNING, columns=tuple(fuller)))
    QApplication.processEvents()
    assert paints.count == 0
    view.show_day(replace(MORNING, appointments=MORNING.appointments[1:]))
    QApplication.processEvents()
    assert paints.count > 0


def test_a_refresh_during_a_drag_leaves_it_in_the_hand(qtbot: QtBot, view: DayView) -> None:
    box = view.box_of(1)
    assert box is not None
    grip = box.center().toPoint()
    mouse(view, QEvent.Type.MouseButtonPress, grip)
    mouse(view, QEvent.Type.MouseMove, grip + QPoint(0, 150))
    view.show_day(replace(MORNING, appointments=(*MORNING.appointments, appointment(9, 900))))
    with qtbot.waitSignal(view.dropped) as told:
        mouse(view, QEvent.Type.MouseButtonRelease, grip + QPoint(0, 150))
    assert told.args[0] == 1


def lightness(view: DayView, minute: int, column: int, *, from_px: int = 180) -> list[int]:
    """Give the lightness of a piece of a column, row by row."""
    assert view.scene is not None
    left, top, _, _ = view.scene.grid.cell(column, minute, minute + 15)
    picture = view.viewport().grab().toImage()
    return [
        picture.pixelColor(int(left) + from_px + x, int(top) + 4 + y).lightness()
        for x in range(24)
        for y in range(12)
    ]


def test_types_of_blocks_have_patterns_of_their_own(view: DayView) -> None:
    def blocked(name: str, doctor: int) -> DayBlock:
        return DayBlock(doctor, name, "", False, doctor, None, at(840), at(960))

    day = replace(a_day(), blocks=(blocked("Emergencies only", 1), blocked("Team meeting", 2)))
    view.show_day(day)
    first, second, free = (lightness(view, 900, column) for column in (0, 1, 2))
    assert first != second
    assert first != free != second


def test_a_holiday_is_named_over_the_day_and_closes_it(view: DayView) -> None:
    free = lightness(view, 900, 2)
    holiday = DayClosure("St Andrew's Day", True, True, at(0), at(1440))
    view.show_day(replace(a_day(), closures=(holiday,)))
    assert view._frame._banner.text() == "Public holiday: St Andrew's Day"
    assert view._frame._banner.isVisible()
    assert lightness(view, 900, 2) != free
    view.show_day(MORNING)
    assert not view._frame._banner.isVisible()


def test_a_time_about_to_be_booked_counts_down_and_goes(
    qtbot: QtBot, view: DayView, clock: FixedClock
) -> None:
    hold = Hold("k", "Anna", "2", 1, 3, at(900), at(930), clock.now() + timedelta(seconds=72))
    free = lightness(view, 900, 2, from_px=16)
    view.show_day(replace(MORNING, holds=(hold,)))
    assert view.scene is not None
    (ghost,) = view.scene.ghosts
    assert ghost.words(clock.now()) == "Anna is booking · 1:12"
    assert lightness(view, 900, 2, from_px=16) != free
    clock.advance(timedelta(seconds=73))
    paints = Paints(view)
    qtbot.waitUntil(lambda: paints.count > 0)
    assert lightness(view, 900, 2, from_px=16) == free


def test_a_request_that_holds_no_time_looks_it(view: DayView) -> None:
    pictures = []
    for holds in (True, False):
        asked = appointment(1, 900, 60, doctor=3, status=AppointmentStatus.REQUESTED)
        view.show_day(a_day(replace(asked, holds_slot=holds)))
        pictures.append(lightness(view, 930, 2))
    assert pictures[0] != pictures[1]


def test_a_day_by_room_stands_in_its_rooms(qtbot: QtBot, view: DayView) -> None:
    rooms = tuple(
        CalendarColumn(0, f"Room {n}", "Dr 1", n, (), 0, room_id=n, doctor_ids=(n,)) for n in (7, 8)
    )
    there = replace(appointment(1, 600, 60), room_id=8)
    view.show_day(replace(a_day(there), columns=rooms, by_room=True))
    box = view.box_of(1)
    assert box is not None
    assert box.left() > 400
    grip = box.center().toPoint()
    mouse(view, QEvent.Type.MouseButtonPress, grip)
    mouse(view, QEvent.Type.MouseMove, grip - QPoint(400, 0))
    with qtbot.waitSignal(view.room_dropped) as told:
        mouse(view, QEvent.Type.MouseButtonRelease, grip - QPoint(400, 0))
    assert told.args == [1, 7, at(600)]
