"""The section for closures and public holidays."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.schedule.hours.records import Closure, ClosureKind, HolidayProposal
from ui.core.block_start import open_closure
from ui.core.session import Desk
from ui.core.table_model import Column
from ui.settings.edit_dialog import EditDialog, Store
from ui.settings.holidays_dialog import HolidaysDialog
from ui.settings.list_section import ListBlock
from ui.settings.section import Section, Setup
from ui.settings.words import days_text, hours_text

LAST_MONTH = 10
NOTHING = "Nothing is closed ahead. Add the public holidays of the year, or single days."


@dataclass(frozen=True, slots=True)
class _Closures:
    closures: tuple[Closure, ...]
    setup: Setup


class ClosuresSection(Section):
    """Days on which the clinic chosen, or every one, sees nobody."""

    name = "Closures and holidays"
    sentence = "Days, or parts of days, on which nobody is seen. The calendar shows why."

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        columns: list[Column[Any]] = [
            Column("Days", lambda each: days_text(each.from_on, each.until_on), is_strong=True),
            Column("Why", lambda each: each.reason),
            Column("Times", lambda each: hours_text(each.starts_minute, each.ends_minute)),
            Column("Where", self._where),
            Column("Kind", _kind, tone=_tone),
        ]
        self.list = ListBlock(
            desk.theme, "Ahead", columns=columns, widths_px=(230, 220, 110, 120, 90), empty=NOTHING
        )
        self.remove = self.list.add_row_button("Remove", self.remove_closure)
        self.region = self.list.add_button("Region…", self.set_region)
        self.holidays = self.list.add_button("Add public holidays…", self.add_holidays)
        self.add = self.list.add_button(
            "Close the clinic…", self.add_closure, key="Ctrl+Shift+C", kind="primary"
        )
        self.body.addWidget(self.list)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget:
        """Begin with the list, or where the first entry is made."""
        return self.list.table if self.list.model.records else self.add

    def read(self, setup: Setup) -> _Closures:
        """Read what is closed from today on."""
        closures = self.desk.services.closures.closures(
            self.desk.actor, setup.clinic.id, from_on=setup.today
        )
        return _Closures(closures, setup)

    def show_data(self, data: object) -> None:
        """Show the list, and name the year whose holidays come next."""
        if isinstance(data, _Closures):
            self.list.show_records(data.closures)
            self.holidays.set_text(f"Add public holidays of {self._year(data)}…")

    def _year(self, data: _Closures) -> int:
        """Give the first year whose holidays are wanted: from November on the next one's are."""
        today = data.setup.today
        year = today.year + (today.month > LAST_MONTH)
        stored = {each.from_on.year for each in data.closures if each.kind is ClosureKind.HOLIDAY}
        return year + 1 if year in stored else year

    def add_closure(self) -> None:
        """Open the dialog that closes the clinic."""
        if self.setup is not None:
            open_closure(
                self.desk,
                self,
                clinic_id=self.setup.clinic.id,
                starts_at=None,
                told=self._told,
                drafts=self.drafts,
            )

    def add_holidays(self) -> None:
        """Propose the public holidays of the year, each with a tick."""
        if self.setup is None:
            return
        setup, desk = self.setup, self.desk
        year = int(self.holidays.accessibleName().removesuffix("…").rpartition(" ")[2])

        def work() -> tuple[HolidayProposal, ...]:
            return desk.services.closures.propose_holidays(desk.actor, setup.clinic.id, year=year)

        def show(proposed: tuple[HolidayProposal, ...]) -> None:
            dialog = HolidaysDialog(self, desk, setup.clinic, year=year, proposed=proposed)
            dialog.saved.connect(self._told)
            dialog.open()

        desk.tasks.run(self, work, done=show)

    def remove_closure(self, closure: Closure) -> None:
        """Take a closure away; the audit log keeps it."""
        services, actor, number = self.desk.services, self.desk.actor, closure.id
        if number is not None:
            self.change(
                lambda: services.closures.remove_closure(actor, number),
                done_text=f"Open again: {days_text(closure.from_on, closure.until_on)}.",
            )

    def set_region(self) -> None:
        """Ask for the region whose public holidays count."""
        if self.setup is not None:
            dialog = RegionDialog(self, self.desk, self.setup)
            dialog.saved.connect(self.told)
            dialog.open()

    def _told(self, sentence: str) -> None:
        self.told.emit(sentence)
        self.ask()

    def _where(self, closure: Closure) -> str:
        return self.setup.clinic_name(closure.clinic_id) if self.setup is not None else ""


class RegionDialog(EditDialog):
    """Asks in which region of its country the clinic lies."""

    def __init__(self, host: QWidget, desk: Desk, setup: Setup) -> None:
        super().__init__(host, desk, title=f"Region of {setup.clinic.name}", width_px=460)
        self._clinic = setup.clinic
        self.region_edit = QLineEdit(setup.clinic.holiday_region)
        self.region_edit.setPlaceholderText("such as ENG, SCT or CA")
        self.add_field(
            f"Code of the region in {setup.clinic.country}", self.region_edit, name="region"
        )
        self.add_footer("Save the region")

    def storing(self) -> tuple[Store, str]:
        """Give what saves the region."""
        clinics, actor, region = (
            self.desk.services.clinics,
            self.desk.actor,
            self.region_edit.text(),
        )
        clinic_id = self._clinic.id
        return (
            lambda: clinics.set_holiday_region(actor, clinic_id, region=region),
            "Region saved.",
        )


def _kind(closure: Closure) -> str:
    return "Holiday" if closure.kind is ClosureKind.HOLIDAY else "Closed"


def _tone(closure: Closure) -> str:
    return "confirmed" if closure.kind is ClosureKind.HOLIDAY else "completed"
