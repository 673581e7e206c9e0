"""What tests of the calendar do again and again, through real widgets."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.schedule.records import AppointmentDetails, BookingRequest
from clinicdesk.schedule.series.records import Frequency, Recurrence
from tests.gui.calendar_desk import SETUP, Clinic
from tests.gui.page_desk import PageDesk
from ui.schedule.page import CalendarPage

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def chosen(desk: PageDesk, page: CalendarPage, booked: AppointmentDetails) -> None:
    """Select an appointment and wait for the inspector."""
    desk.qtbot.waitUntil(lambda: page.view.box_of(booked.id) is not None)
    page.view.setFocus()
    page.view.select(booked.id)
    desk.qtbot.waitUntil(
        lambda: (
            page.inspector.shown is not None and page.inspector.shown.appointment_id == booked.id
        )
    )
    QApplication.processEvents()


def starts(clinic: Clinic, booked: AppointmentDetails) -> str:
    return f"{clinic.appointment(booked.id).starts_at:%d %H:%M}"


def drag(widget: QWidget, path: list[QPoint]) -> None:
    """Press at the first point of the screen, move along, let go at the last."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(path) - 1)]
    for kind, at in [*zip(kinds, path, strict=True), (QEvent.Type.MouseButtonRelease, path[-1])]:
        is_move = kind is QEvent.Type.MouseMove
        event = QMouseEvent(
            kind,
            QPointF(widget.mapFromGlobal(at)),
            QPointF(at),
            NONE if is_move else LEFT,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)


def middle_of(page: CalendarPage, booked: AppointmentDetails) -> QPoint:
    box = page.view.box_of(booked.id)
    assert box is not None
    return page.view.viewport().mapToGlobal(box.center().toPoint())


def undo(desk: PageDesk, words: str) -> None:
    """Take the last step back; its words begin like this."""
    desk.qtbot.waitUntil(lambda: bool(desk.undos) and desk.undos[-1][0].startswith(words))
    desk.undos[-1][1]()


def series(clinic: Clinic) -> tuple[AppointmentDetails, ...]:
    """Book three visits of Jun Tanaka, a week apart, the first today at 10:30."""
    request = BookingRequest(
        "series", clinic.clinic, clinic.osei, clinic.patients["Jun Tanaka"], clinic.check,
        clinic.at("10:30"), confirm_now=True,
    )  # fmt: skip
    weekly = Recurrence(Frequency.WEEKS, count=3)
    preview = clinic.services.series.preview(SETUP, request, weekly)
    made: tuple[AppointmentDetails, ...] = clinic.services.series.book(
        SETUP, request, weekly, preview.free
    )
    return made
