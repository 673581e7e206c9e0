"""The dialog that takes over public holidays, each of which can be left out."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.schedule.health.records import NewClosures
from clinicdesk.schedule.hours.closures import holiday_closure
from clinicdesk.schedule.hours.holidays import PublicHoliday
from clinicdesk.schedule.hours.records import HolidayProposal
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.health_flow import CheckedChange, save_checked
from ui.core.inputs import CheckMark
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.settings.words import days_text


class HolidaysDialog(Dialog):
    """Lists the public holidays of a year with a tick each; `saved` carries a sentence."""

    saved = Signal(str)

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        clinic: ClinicRecord,
        *,
        year: int,
        proposed: tuple[HolidayProposal, ...],
    ) -> None:
        super().__init__(host, desk.theme, title=f"Public holidays of {year}", width_px=520)
        self._desk, self._clinic, self._year = desk, clinic, year
        region = f", {clinic.holiday_region}" if clinic.holiday_region else ""
        place = (
            f"{clinic.name} is in {clinic.country}{region}. Leave out the days on which it opens."
        )
        self.body.addWidget(plain_label(place, "soft", wrap=True))
        self.ticks: list[tuple[HolidayProposal, CheckMark]] = []
        for each in proposed:
            text = f"{days_text(each.on, each.on)}   {each.name}"
            tick = CheckMark(desk.theme, f"{text} (stands already)" if each.is_stored else text)
            tick.setChecked(True)
            tick.setEnabled(not each.is_stored)
            tick.clicked.connect(lambda _on: self._show_count())
            self.ticks.append((each, tick))
            self.body.addWidget(tick)
        self.footer.addStretch(1)
        cancel = KeyButton(self.theme, "Cancel", key="Escape")
        cancel.clicked.connect(self.dismiss)
        self.save = KeyButton(self.theme, "Add", key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._save)
        self.add_button(cancel)
        self.add_button(self.save, is_default=True)
        self._show_count()

    def chosen(self) -> tuple[PublicHoliday, ...]:
        """Give the holidays that are ticked and do not stand yet."""
        return tuple(
            PublicHoliday(each.on, each.name)
            for each, tick in self.ticks
            if tick.isChecked() and not each.is_stored
        )

    def _show_count(self) -> None:
        count = len(self.chosen())
        self.save.set_text(f"Add {count} {'day' if count == 1 else 'days'}")
        self.save.setEnabled(count > 0)

    def _save(self) -> None:
        self.clear_problem()
        chosen, clinic_id = self.chosen(), self._clinic.id
        closures, actor = self._desk.services.closures, self._desk.actor
        self.set_busy(True)
        change = CheckedChange(
            NewClosures(tuple(holiday_closure(clinic_id, each) for each in chosen)),
            store=lambda: closures.add_holidays(actor, clinic_id, holidays=chosen),
            verb="Add the holidays",
            done_text=f"Public holidays of {self._year} added: {len(chosen)}.",
            saved=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )
        save_checked(self, self._desk, change)

    def _finish(self, sentence: str) -> None:
        self.finish()
        self.saved.emit(sentence)
