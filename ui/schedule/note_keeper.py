"""Saves the notes that are written in the inspector, with a way back."""

from clinicdesk.schedule.records import AppointmentDetails
from ui.core.page import Page
from ui.schedule.note_edit import NoteEdit
from ui.schedule.outlet import Outlet


class NoteKeeper:
    """Saves each note beside the window; one that is refused stays in its field."""

    def __init__(self, page: Page, note: NoteEdit, outlet: Outlet) -> None:
        self._page, self._note, self._outlet = page, note, outlet
        note.written.connect(self.save)

    def save(self, appointment_id: int, text: str) -> None:
        """Save a note, and offer the former one."""
        services, actor = self._page.desk.services, self._page.desk.actor

        def work() -> AppointmentDetails:
            before = services.calendar.appointment(actor, appointment_id)
            services.schedule.change(actor, appointment_id, version=before.version, note=text)
            return before

        def saved(before: AppointmentDetails) -> None:
            self._note.forget(appointment_id, text)
            self._outlet.offer_undo("Note saved", lambda: self.save(appointment_id, before.note))

        self._page.desk.tasks.run(
            self._page,
            work,
            done=saved,
            failed=lambda error: self._note.refuse(appointment_id, error.sentence),
            settled=self._page.mark_stale,
        )
