"""The first half of the tour: the list is taken in, a patient is found, two visits are booked."""

import uuid
from datetime import timedelta

from PySide6.QtCore import QPoint

from clinicdesk.schedule.holds.records import HOLD_SECONDS
from clinicdesk.schedule.records import BookingRequest
from ui.patients.import_dialog import ImportDialog
from ui.schedule.booking_dialog import BookingDialog
from ui.tour.player import Step
from ui.tour.scene import CALENDAR, PATIENTS, Scene

FOUND_BY_NAME, FOUND_BY_PHONE = "har cla", "900 098"
PATIENT, ANOTHER, SERVICE = "cla har", "nia oka", "ECG"
PATIENT_NAME = "Clara Hart"


def open_window(scene: Scene, step: Step) -> None:
    """The window is there before the data is; then people can sign in."""
    scene.player.wait_for(scene.window.sign_in.button.isEnabled, "the sign-in page")
    scene.player.wait_for(scene.player.window.isActiveWindow, "the keyboard")
    step.facts["desk"] = scene.player.window.windowTitle()


def manager_signs_in(scene: Scene, step: Step) -> None:
    """The manager signs in and sees the day."""
    scene.sign_in("john")
    step.facts["appointments today"] = _appointments_shown(scene)


def dry_run(scene: Scene, step: Step) -> None:
    """The list of the old system is looked at: nothing is written, each bad line is named."""
    before = scene.aside(lambda: scene.services.patients.count(scene.watcher))
    scene.open_page(PATIENTS)
    scene.player.click_button("Import")
    scene.player.click(scene.field("File"))
    scene.player.type(str(scene.patients))
    scene.player.press("Return")
    dialog = _import_dialog(scene)
    scene.player.wait_for(dialog.preview.isVisible, "the preview")
    scene.player.see("Line ")
    after = scene.aside(lambda: scene.services.patients.count(scene.watcher))
    step.facts.update(
        {"new": dialog.preview.figure("new"), "left out": dialog.preview.figure("left out")}
    )
    step.facts["problems"] = "; ".join(dialog.preview.problem_lines)
    step.facts["written by the dry run"] = after - before


def take_in_the_list(scene: Scene, step: Step) -> None:
    """The good lines are taken in, all in one transaction."""
    dialog = _import_dialog(scene)
    scene.player.press("Ctrl+Return")
    scene.player.wait_for(dialog.outcome.isVisible, "the outcome")
    step.facts["outcome"] = dialog.outcome.text()


def receptionist_signs_in(scene: Scene, step: Step) -> None:
    """The manager leaves the desk to the receptionist."""
    scene.player.press("Escape")
    scene.change_person("maria")
    scene.open_page(CALENDAR)
    step.facts["appointments today"] = _appointments_shown(scene)


def find_by_name(scene: Scene, step: Step) -> None:
    """A patient is found by parts of the name, in any order."""
    scene.player.press("Ctrl+K")
    scene.player.type(FOUND_BY_NAME)
    step.facts["found"] = _first_hit(scene)


def find_by_phone(scene: Scene, step: Step) -> None:
    """The same patient is found by the last digits of the phone, and opened."""
    scene.player.press("Escape")
    scene.player.press("Ctrl+K")
    scene.player.type(FOUND_BY_PHONE)
    step.facts["found"] = _first_hit(scene)
    scene.player.press("Return")
    scene.player.wait_for(lambda: scene.visible_page(PATIENTS), "the patient")
    scene.player.see(PATIENT_NAME)
    step.facts["keys for the search"] = len(FOUND_BY_PHONE) + 2


def book_first_free_time(scene: Scene, step: Step) -> None:
    """The first free time of a heart specialist is offered and taken."""
    scene.open_page(CALENDAR)
    dialog = _open_booking(scene, PATIENT)
    first = dialog.slots.offers[0]
    scene.player.click(dialog.confirm_now)
    scene.player.wait_for(lambda: not dialog.confirm_now.isChecked(), "a request only")
    scene.player.click(dialog.slots, at=QPoint(40, 12))
    scene.player.press("Return")
    scene.player.wait_until_gone(dialog, "the booking")
    step.facts["booked"] = f"{first.day} {first.time} {first.doctor}"
    step.facts["statuses"] = _statuses(scene)


def lose_the_race(scene: Scene, step: Step) -> None:
    """The hold on the lit time runs out, another desk takes it, and the booking here is refused."""
    dialog = _open_booking(scene, ANOTHER)
    wanted = dialog.slots.offers[0]
    scene.player.wait_for(lambda: dialog.holds.is_taken, "the hold")
    scene.put_clock_to(scene.training.clock.now() + timedelta(seconds=HOLD_SECONDS + 1))
    _book_at_another_desk(scene, dialog)
    scene.player.press("Return")
    scene.player.wait_for(dialog.card.problem.isVisible, "the refusal")
    scene.player.wait_for(
        lambda: dialog.slots.offers and dialog.slots.offers[0] != wanted, "fresh times"
    )
    step.facts["wanted"] = f"{wanted.day} {wanted.time} {wanted.doctor}"
    step.facts["explained"] = dialog.card.problem.text()


def take_the_next_time(scene: Scene, step: Step) -> None:
    """Nothing typed was lost: the next free time is booked with one key."""
    dialog = _booking_dialog(scene)
    scene.player.press("Return")
    scene.player.wait_until_gone(dialog, "the second booking")
    step.facts["statuses"] = _statuses(scene)


def _first_hit(scene: Scene) -> str:
    """Wait until the one who is looked for stands first among the hits."""
    hits = scene.window.search.list

    def look() -> str | None:
        is_first = hits.isVisible() and hits.lines and hits.lines[0].title == PATIENT_NAME
        return f"{hits.lines[0].title} · {hits.lines[0].detail}" if is_first else None

    return scene.player.wait_for(look, f"{PATIENT_NAME} among the hits")


def _import_dialog(scene: Scene) -> ImportDialog:
    return scene.player.wait_for(
        lambda: next(
            (d for d in scene.player.window.findChildren(ImportDialog) if d.isVisible()), None
        ),
        "the import",
    )


def _booking_dialog(scene: Scene) -> BookingDialog:
    return scene.player.wait_for(
        lambda: next(
            (d for d in scene.player.window.findChildren(BookingDialog) if d.isVisible()), None
        ),
        "the booking dialog",
    )


def _open_booking(scene: Scene, name: str) -> BookingDialog:
    """Open the dialog, choose the service, type a name, and take the first patient found."""
    scene.player.press("Ctrl+N")
    dialog = _booking_dialog(scene)
    scene.player.wait_for(lambda: dialog.service.count() > 0, "the services")
    scene.player.press("Tab")
    scene.player.type(SERVICE[0])
    scene.player.wait_for(lambda: dialog.service.currentText().startswith(SERVICE), "the service")
    scene.player.press("Shift+Tab")
    scene.player.type(name)
    hits = dialog.patient_field.list
    first, last = name.split()
    scene.player.wait_for(
        lambda: hits.isVisible() and _fits(hits.lines[0].title, first, last), "the patient"
    )
    scene.player.press("Return")
    scene.player.wait_for(lambda: len(dialog.slots.offers) > 0, "free times")
    scene.player.wait_for(dialog.slots.hasFocus, "the list of times")
    return dialog


def _fits(name: str, *parts: str) -> bool:
    words = name.lower().split()
    return all(any(word.startswith(part) for word in words) for part in parts)


def _book_at_another_desk(scene: Scene, dialog: BookingDialog) -> None:
    services, slot = scene.services, dialog.slots.offers[0].slot
    other = scene.watcher

    def book() -> None:
        patient = services.patients.search(other, "quinn", limit=1)[0]
        service = next(s for s in services.clinics.services(other) if s.name == SERVICE)
        request = BookingRequest(
            request_key=str(uuid.uuid4()),
            clinic_id=slot.clinic_id,
            doctor_id=slot.doctor_id,
            patient_id=patient.id,
            service_id=service.id,
            starts_at=slot.starts_at,
        )
        services.schedule.book(other, request)

    scene.aside(book)


def _appointments_shown(scene: Scene) -> int:
    def look() -> int:
        clinic = scene.services.clinics.clinics(scene.watcher)[0]
        now = scene.training.clock.now()
        day = scene.services.calendar.calendar_day(
            scene.watcher, clinic_id=clinic.id, day=now.date()
        )
        return len(day.appointments)

    return scene.aside(look)


def _statuses(scene: Scene) -> str:
    """Say how the appointments of the day after tomorrow stand, as the database has them."""

    def look() -> str:
        clinic = scene.services.clinics.clinics(scene.watcher)[0]
        day = (scene.training.clock.now() + timedelta(days=2)).date()
        shown = scene.services.calendar.calendar_day(scene.watcher, clinic_id=clinic.id, day=day)
        return ", ".join(f"{a.patient_name}: {a.status.value}" for a in shown.appointments)

    return scene.aside(look)
