"""The day in words, for those who hear the screen."""

from collections.abc import Sequence

from clinicdesk.schedule.records import AppointmentStatus, CalendarColumn
from ui.core.day_text import long_day_text
from ui.schedule.day_scene import DayScene
from ui.schedule.day_walk import Place
from ui.schedule.layout import clock_text

STATUS_NAMES = {
    AppointmentStatus.REQUESTED: "Requested",
    AppointmentStatus.CONFIRMED: "Confirmed",
    AppointmentStatus.ARRIVED: "Arrived",
    AppointmentStatus.IN_ROOM: "In room",
    AppointmentStatus.COMPLETED: "Completed",
    AppointmentStatus.NO_SHOW: "No-show",
    AppointmentStatus.CANCELLED: "Cancelled",
}


def day_summary(scene: DayScene | None, place: Place | None) -> str:
    """Say which day is shown, how full it is, and where the keyboard stands."""
    if scene is None:
        return "Calendar, no day shown yet"
    day, columns = scene.day.day, scene.columns
    what = "day" if scene.day.by_day else "room" if scene.day.by_room else "doctor"
    words = (
        f"Calendar of {long_day_text(day)} {day.year},"
        f" {_count(len(columns), what)}, {_count(len(scene.cards), 'appointment')}."
    )
    return f"{words} {_standing(columns, place)}" if place and columns else words


def _standing(columns: Sequence[CalendarColumn], place: Place) -> str:
    doctor = columns[place.column].doctor_name
    if place.card is None:
        return f"Free time {clock_text(place.minute)}, {doctor}."
    appointment = place.card.appointment
    status = STATUS_NAMES[appointment.status]
    return (
        f"Selected: {appointment.patient_name}, {place.card.time_text},"
        f" {appointment.service_name}, {doctor}, {status}."
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
