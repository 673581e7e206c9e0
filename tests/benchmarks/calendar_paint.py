"""Job (calendar): 600 appointments in a day: painting them again, and going to another day.

Real widgets on the screen there is. Going to another day is the whole way: ask the service on an
encrypted file, lay out, paint. The week is one doctor's, the month a clinic's.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.access import program_actor
from clinicdesk.clock import FixedClock, local_instant
from clinicdesk.schedule.calendar import CalendarService
from clinicdesk.schedule.models import Appointment, Availability
from clinicdesk.schedule.records import AppointmentStatus
from tests.benchmarks.stored_clinic import (
    LONG_AGO,
    new_database,
    patient,
    store,
    store_patients,
    store_people,
)
from ui.core.theme import Mode, Theme
from ui.schedule.day_view import DayView
from ui.schedule.month_view import MonthView

ZONE = "Europe/Berlin"
FIRST = date(2026, 11, 2)
DAYS, IN_A_DAY = 42, 600
OPENS, MINUTES = 480, 10
ROUNDS = 60
SIZE = (1440, 900)
STATUSES = (
    AppointmentStatus.CONFIRMED,
    AppointmentStatus.REQUESTED,
    AppointmentStatus.ARRIVED,
    AppointmentStatus.COMPLETED,
)
NAMES = ("Rosa Álvarez", "Chloé Martin", "Nguyễn Thị Hoa", "Mo Ali", "Peter O'Brien-Featherstone")


def main() -> None:
    """Print p50 and p95 in milliseconds for 12 and for 40 doctors, for day, week and month."""
    application = QApplication.instance() or QApplication([])
    print(f"   screen: {QApplication.platformName()}, {SIZE[0]} x {SIZE[1]}")
    for doctors in (12, 40):
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder) / "clinic.db", doctors)
    application.processEvents()


def _measure(path: Path, doctors: int) -> None:
    database = new_database(path)
    _fill(database, doctors)
    clock = FixedClock(local_instant(FIRST + timedelta(days=8), 588, ZONE))
    calendar, actor = CalendarService(database, clock=clock), program_actor()
    theme = Theme()
    theme.set_mode(Mode.LIGHT)
    view, month = DayView(theme, clock), MonthView(theme)
    days = [FIRST + timedelta(days=number) for number in range(DAYS) if number % 7 < 5]

    def day(on: date) -> None:
        view.show_day(calendar.calendar_day(actor, clinic_id=1, day=on))

    def week(on: date) -> None:
        view.show_day(calendar.calendar_week(actor, clinic_id=1, doctor_id=1, first_on=on))

    def months(on: date) -> None:
        found = calendar.calendar_month(actor, clinic_id=1, month_on=on)
        month.show_month(found, day=on, today=FIRST)

    print(f"   {IN_A_DAY} appointments a day of {doctors} doctors:")
    for name, widget, show in (("day", view, day), ("week", view, week), ("month", month, months)):
        widget.resize(*SIZE)
        widget.show()
        _go(widget, lambda show=show: show(days[0]))
        again = [_repaint(widget) for _ in range(ROUNDS)]
        other = [_go(widget, lambda on=on, show=show: show(on)) for on in _turn(days)]
        _tell(f"{name}: paint again", again, wanted=16)
        _tell(f"{name}: go to another, read and paint", other, wanted=50)
        widget.hide()
    database.close()


def _turn(days: list[date]) -> Iterator[date]:
    for number in range(ROUNDS):
        yield days[number * 7 % len(days)]


def _repaint(widget: QWidget) -> float:
    surface = widget.viewport() if isinstance(widget, DayView) else widget
    began = time.perf_counter()
    surface.repaint()
    return (time.perf_counter() - began) * 1000


def _go(widget: QWidget, show: Callable[[], None]) -> float:
    began = time.perf_counter()
    show()
    _repaint(widget)
    passed = (time.perf_counter() - began) * 1000
    QApplication.processEvents()
    return passed


def _tell(what: str, times: list[float], *, wanted: int) -> None:
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"      {what:40} p50 {p50:5.1f}  p95 {p95:5.1f} ms   (wanted: {wanted} at most)")


def _fill(database: Any, doctors: int) -> None:
    numbers = range(1, doctors + 1)
    store_people(database, doctors=numbers, minutes=MINUTES, time_zone=ZONE, clinics=1)
    store_patients(
        database,
        (
            patient(number, given=name.split()[0], family=" ".join(name.split()[1:]))
            for number, name in enumerate(NAMES, start=1)
        ),
    )
    store(
        database,
        Availability,
        (
            {
                "doctor_id": doctor,
                "clinic_id": 1,
                "weekday": weekday,
                "starts_minute": OPENS,
                "ends_minute": OPENS + 12 * 60,
                "valid_from_on": FIRST - timedelta(days=700),
                "valid_until_on": None,
                "every_weeks": 1,
            }
            for doctor in numbers
            for weekday in range(5)
        ),
    )
    store(database, Appointment, _appointments(doctors))


def _appointments(doctors: int) -> Iterator[dict[str, Any]]:
    number = 0
    for day in range(DAYS):
        on = FIRST + timedelta(days=day)
        for place in range(IN_A_DAY):
            number += 1
            minute = OPENS + place // doctors * MINUTES
            starts_at = local_instant(on, minute, ZONE)
            ends_at = starts_at + timedelta(minutes=MINUTES)
            yield {
                "id": number,
                "request_key": str(number),
                "clinic_id": 1,
                "doctor_id": place % doctors + 1,
                "room_id": None,
                "patient_id": number % len(NAMES) + 1,
                "service_id": 1,
                "status": STATUSES[number % len(STATUSES)],
                "holds_slot": True,
                "is_overbooked": False,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "busy_from_at": starts_at,
                "busy_until_at": ends_at,
                "note": "",
                "arrived_at": None,
                "in_room_at": None,
                "completed_at": None,
                "ended_reason": "",
                "version": 1,
                "created_at": LONG_AGO,
                "created_by": None,
            }


if __name__ == "__main__":
    main()
