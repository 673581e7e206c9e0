"""What the desk does about doctors who are out: mark them, and take care of every patient."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject

from clinicdesk.access import Action
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.disruption.records import Case, CaseState, OutRecord
from clinicdesk.schedule.records import Slot
from clinicdesk.schedule.rules import is_anyones
from clinicdesk.staff.records import DoctorRecord
from ui.core.page import Page
from ui.schedule.disruption_dialog import DisruptionDialog
from ui.schedule.disruption_panel import OutPanel
from ui.schedule.disruption_start_dialog import OutDialog, OutStart
from ui.schedule.offers import short_doctor

Listed = tuple[tuple[OutRecord, ...], tuple[Case, ...]]


class DisruptionDesk(QObject):
    """Connects who is out in the side panel with its dialogs; `pointed` gives the doctor meant."""

    def __init__(self, page: Page, panel: OutPanel, *, pointed: Callable[[], int | None]) -> None:
        super().__init__(page)
        self._page, self._desk, self._panel = page, page.desk, panel
        self._pointed = pointed
        self._clinic: ClinicRecord | None = None
        self._doctors: tuple[DoctorRecord, ...] = ()
        self._today: date | None = None
        self._open: DisruptionDialog | None = None
        self._open_id: int | None = None
        panel.start_asked.connect(self.begin)
        panel.opened.connect(self.take_up)

    def show(self, clinic: ClinicRecord, doctors: tuple[DoctorRecord, ...], *, today: date) -> None:
        """Show who is out at a clinic, read anew beside the window."""
        self._clinic, self._doctors, self._today = clinic, doctors, today
        self.refresh()

    def refresh(self) -> None:
        """Ask anew who is out, and about the patients that are worked at."""
        disruptions, actor, open_id = (
            self._desk.services.disruptions,
            self._desk.actor,
            self._open_id,
        )

        def work() -> Listed:
            cases = disruptions.cases(actor, open_id) if open_id is not None else ()
            return disruptions.open_ones(actor), cases

        self._desk.tasks.run(
            self, work, done=self._show, settled=self._let_go_on, newest="who is out"
        )

    def _let_go_on(self) -> None:
        if self._open is not None:
            self._open.set_busy(False)

    def _show(self, listed: Listed) -> None:
        outs, cases = listed
        clinic = self._clinic
        here = [out for out in outs if clinic and out.clinic_id in {None, clinic.id}]
        self._panel.show_out(here, may_change=self._desk.session.may(Action.BOOK))
        dialog = self._open
        if dialog is None:
            return
        mine = [out for out in outs if out.id == self._open_id]
        if not mine:
            dialog.finish()
            return
        dialog.show_out(mine[0])
        if cases or not mine[0].total:
            dialog.show_cases(cases)

    # --- a doctor is out -------------------------------------------------------------------

    def begin(self) -> None:
        """Ask who is out and when."""
        clinic, today, actor = self._clinic, self._today, self._desk.actor
        if clinic is None or today is None:
            return
        doctors = self._doctors
        if not is_anyones(actor):
            doctors = tuple(each for each in doctors if each.id == actor.doctor_id)
        dialog = OutDialog(
            self._page, self._desk, OutStart(clinic, doctors, self._pointed(), today)
        )
        dialog.marked.connect(self._marked)
        dialog.open()

    def _marked(self, out: OutRecord) -> None:
        self._page.mark_stale()
        self.take_up(out)

    def take_up(self, out: OutRecord) -> None:
        """Work through the patients of a doctor who is out."""
        dialog = self._open = DisruptionDialog(self._page, self._desk.theme, out)
        self._open_id = out.id
        dialog.taken.connect(self._take)
        dialog.proposed.connect(self._propose)
        dialog.marked.connect(self._mark)
        dialog.back_asked.connect(self._back)
        dialog.finish_asked.connect(self._finish)
        dialog.closed.connect(self._closed)
        dialog.open()
        self.refresh()

    def _closed(self) -> None:
        self._open = self._open_id = None
        self._page.first_focus().setFocus()

    # --- one patient -----------------------------------------------------------------------

    def _take(self, case: Case, slot: Slot) -> None:
        """Move a visit to an alternative; taken back, it stands where it stood."""
        services, actor, former = self._desk.services, self._desk.actor, case.appointment

        def move_back() -> None:
            def work() -> object:
                now = services.calendar.appointment(actor, former.id)
                return services.schedule.move(
                    actor,
                    former.id,
                    version=now.version,
                    doctor_id=former.doctor_id,
                    starts_at=former.starts_at,
                    clinic_id=former.clinic_id,
                )

            self._run(work, f"{case.patient_name} is back at the former time")

        self._run(
            lambda: services.disruptions.accept(actor, case, slot),
            f"{case.patient_name} is moved",
            undo=move_back,
        )

    def _propose(self, case: Case, slot: Slot) -> None:
        disruptions, actor = self._desk.services.disruptions, self._desk.actor
        self._run(
            lambda: disruptions.message(actor, case, slot),
            f"The proposed time goes to {case.patient_name} by e-mail",
            undo=self._reopening(case),
        )

    def _mark(self, case: Case, name: str) -> None:
        services, actor, state = self._desk.services, self._desk.actor, CaseState(name)

        def restore() -> None:
            def work() -> object:
                now = services.calendar.appointment(actor, case.appointment.id)
                return services.schedule.restore(actor, now.id, version=now.version)

            self._run(work, f"{case.patient_name} is booked again")

        words = {
            CaseState.CALLED: f"{case.patient_name} was called",
            CaseState.KEPT: f"{case.patient_name} keeps the visit",
            CaseState.CANCELLED: f"Cancelled · {case.patient_name}",
        }
        self._run(
            lambda: services.disruptions.mark(actor, case, state),
            words[state],
            undo=restore if state is CaseState.CANCELLED else self._reopening(case),
        )

    def _reopening(self, case: Case) -> Callable[[], None]:
        disruptions, actor = self._desk.services.disruptions, self._desk.actor
        words = f"{case.patient_name} is to do again"
        return lambda: self._run(lambda: disruptions.mark(actor, case, CaseState.OPEN), words)

    # --- the whole -------------------------------------------------------------------------

    def _back(self) -> None:
        disruptions, actor, out_id = (
            self._desk.services.disruptions,
            self._desk.actor,
            self._open_id,
        )
        if out_id is not None:
            self._run(lambda: disruptions.back(actor, out_id), "The doctor is back: hours return")

    def _finish(self) -> None:
        disruptions, actor, out_id = (
            self._desk.services.disruptions,
            self._desk.actor,
            self._open_id,
        )
        if out_id is None:
            return

        def say(out: OutRecord) -> None:
            who = short_doctor(out.doctor_name)
            self._page.message_posted.emit(f"{who} out: everybody is taken care of")

        self._desk.tasks.run(
            self._page,
            lambda: disruptions.finish(actor, out_id),
            done=say,
            failed=self._refused,
            settled=self._page.mark_stale,
        )

    def _run(
        self, work: Callable[[], object], words: str, *, undo: Callable[[], None] | None = None
    ) -> None:
        """Do a step beside the window; what comes of it is shown in the dialog."""

        def done(_result: object) -> None:
            self._page.message_posted.emit(words)
            if self._open is not None:
                self._open.offer_undo(undo)

        def settled() -> None:
            self._page.mark_stale()
            self.refresh()

        if self._open is not None:
            self._open.set_busy(True)  # until the cases are read anew
        self._desk.tasks.run(self._page, work, done=done, failed=self._refused, settled=settled)

    def _refused(self, error: ClinicDeskError) -> None:
        if self._open is not None:
            self._open.refuse(error)
        else:
            self._page.message_posted.emit(error.sentence)
