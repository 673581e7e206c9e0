"""The exceptions to a doctor's weekly hours: the list, the dialog that adds one, and removal."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.health.records import NewException
from clinicdesk.schedule.records import ExceptionKind, HoursException
from clinicdesk.staff.records import DoctorRecord
from ui.core.buttons import KeyButton
from ui.core.closure_dialog import side_by_side
from ui.core.dialogs import Dialog
from ui.core.fitting_columns import FittingColumns
from ui.core.health_flow import CheckedChange, save_checked
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.core.table_card import TableCard
from ui.core.table_model import Column, TableModel
from ui.core.table_view import TableView
from ui.core.typed import optional_date, span_of
from ui.core.typed_fields import DayField, TimeField
from ui.settings.section import Section, Setup
from ui.settings.words import days_text, hours_text

KINDS: tuple[tuple[str, object], ...] = (
    ("Away (sees nobody)", ExceptionKind.CLOSED),
    ("Other hours instead", ExceptionKind.REPLACED),
    ("Hours on top", ExceptionKind.ADDED),
)
KIND_WORDS = {
    ExceptionKind.CLOSED: "Away",
    ExceptionKind.REPLACED: "Other hours",
    ExceptionKind.ADDED: "Extra hours",
}
NOTHING = "No holidays, courses or extra days ahead. Add one, and the calendar follows at once."


@dataclass(frozen=True, slots=True)
class ExceptionStart:
    """Whose exception it is, and the clinics it may be for."""

    doctor: DoctorRecord
    clinics: tuple[tuple[str, int], ...]
    clinic_id: int
    today: date


class ExceptionDialog(Dialog):
    """Adds an exception; `saved` carries a sentence for the foot of the window."""

    saved = Signal(str)

    def __init__(self, host: QWidget, desk: Desk, start: ExceptionStart) -> None:
        super().__init__(host, desk.theme, title=f"Other days for {start.doctor.name}")
        self._desk, self._start = desk, start
        theme = desk.theme
        self.kind_choice = Choice(theme, name="What", entries=KINDS)
        self.clinic_choice = Choice(
            theme, name="Clinic", entries=[*start.clinics, ("Every clinic", 0)]
        )
        self.from_edit = DayField(theme, name="First day", today=start.today)
        self.until_edit = DayField(theme, name="Last day", today=start.today, hint="the same day")
        self.starts_edit, self.ends_edit = (
            TimeField(theme, name="From"),
            TimeField(theme, name="Until"),
        )
        self.reason_edit = QLineEdit()
        self.reason_edit.setPlaceholderText("such as: annual leave")
        self.add_field("What", self.kind_choice)
        days = (
            self.field("First day", self.from_edit, name="from_on"),
            self.field("Last day", self.until_edit, name="until_on"),
        )
        self.body.addWidget(side_by_side(desk, *days))
        times = (
            self.field("From", self.starts_edit, name="starts_minute"),
            self.field("Until", self.ends_edit, name="ends_minute"),
        )
        self.body.addWidget(side_by_side(desk, *times))
        self._hint = plain_label("", "faint", wrap=True)
        self.body.addWidget(self._hint)
        self.add_field("Clinic", self.clinic_choice, name="clinic_id")
        self.add_field("Why", self.reason_edit, name="reason")
        self.kind_choice.currentIndexChanged.connect(lambda _row: self._follow_kind())
        self._follow_kind()
        self._add_buttons()

    def _add_buttons(self) -> None:
        self.footer.addStretch(1)
        cancel = KeyButton(self.theme, "Cancel", key="Escape")
        cancel.clicked.connect(self.dismiss)
        self.save = KeyButton(self.theme, "Add", key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._save)
        self.add_button(cancel)
        self.add_button(self.save, is_default=True)

    def _follow_kind(self) -> None:
        is_away = self.kind_choice.currentData() == ExceptionKind.CLOSED
        hint = "Leave both times empty for whole days." if is_away else "On each of these days."
        self._hint.setText(hint)
        for edit, usual in ((self.starts_edit, "09:00"), (self.ends_edit, "17:00")):
            edit.setPlaceholderText("whole day" if is_away else usual)
        wanted = 0 if is_away else self._start.clinic_id
        self.clinic_choice.setCurrentIndex(max(0, self.clinic_choice.findData(wanted)))

    def exception(self) -> HoursException:
        """Give what was typed.

        Raises:
            InvalidInputError: a day or time cannot be read; at its field.
        """
        from_on = self.from_edit.day(field="from_on")
        until_on = optional_date(
            self.until_edit.text(), today=self.until_edit.today, field="until_on"
        )
        starts, ends = self.starts_edit.text().strip(), self.ends_edit.text().strip()
        kind = ExceptionKind(self.kind_choice.currentData())
        minutes: tuple[int | None, int | None] = (None, None)
        if starts or ends or kind is not ExceptionKind.CLOSED:
            minutes = span_of(starts, ends, fields=("starts_minute", "ends_minute"))
        return HoursException(
            self._start.doctor.id,
            int(self.clinic_choice.currentData()) or None,
            kind,
            from_on,
            until_on or from_on,
            *minutes,
            reason=self.reason_edit.text().strip(),
        )

    def _save(self) -> None:
        self.clear_problem()
        try:
            exception = self.exception()
        except InvalidInputError as error:
            self.show_problem(error)
            return
        hours, actor = self._desk.services.hours, self._desk.actor
        self.set_busy(True)
        change = CheckedChange(
            NewException(exception),
            store=lambda: hours.add_exception(actor, exception),
            verb="Add",
            done_text=f"{KIND_WORDS[exception.kind]} of {self._start.doctor.name} added.",
            saved=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )
        save_checked(self, self._desk, change)

    def _finish(self, sentence: str) -> None:
        self.finish()
        self.saved.emit(sentence)


class ExceptionsCard(QWidget):
    """Lists the exceptions ahead of one doctor, with Add and Remove."""

    def __init__(self, desk: Desk, section: Section) -> None:
        super().__init__()
        self._desk, self._section = desk, section
        self._doctor: DoctorRecord | None = None
        self._setup: Setup | None = None
        theme = desk.theme
        self._model = TableModel[HoursException](
            [
                Column("Days", lambda each: days_text(each.from_on, each.until_on), is_strong=True),
                Column("What", lambda each: KIND_WORDS[each.kind]),
                Column("Times", lambda each: hours_text(each.starts_minute, each.ends_minute)),
                Column("Clinic", self._clinic),
                Column("Why", lambda each: each.reason),
            ]
        )
        self.table = TableView(theme, self._model, name="Exceptions")
        FittingColumns(self.table, theme, widths_px=(230, 110, 130, 120, 180))
        self.add = KeyButton(theme, "Add an exception", key="Ctrl+Shift+E")
        self.add.clicked.connect(self.add_exception)
        self.remove = KeyButton(theme, "Remove")
        self.remove.clicked.connect(self.remove_selected)
        top = QHBoxLayout()
        top.addWidget(plain_label("Exceptions", "strong"), 1)
        top.addWidget(self.remove)
        top.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(TableCard(theme, self.table, empty=NOTHING, fits_rows=True))

    def show_exceptions(
        self, exceptions: tuple[HoursException, ...], doctor: DoctorRecord | None, setup: Setup
    ) -> None:
        """Show the exceptions of a doctor."""
        self._doctor, self._setup = doctor, setup
        self._model.set_records(exceptions)
        self.add.setEnabled(doctor is not None)
        self.remove.setEnabled(bool(exceptions))
        if exceptions:
            self.table.selectRow(0)

    def add_exception(self) -> None:
        """Open the dialog that adds one."""
        if self._doctor is None or self._setup is None:
            return
        here = tuple(
            (each.name, each.id)
            for each in self._setup.clinics
            if each.id in self._doctor.clinic_ids
        )
        start = ExceptionStart(self._doctor, here, self._setup.clinic.id, self._setup.today)
        dialog = ExceptionDialog(self, self._desk, start)
        dialog.saved.connect(self._section.told)
        dialog.saved.connect(lambda _text: self._section.ask())
        self._section.open_kept(dialog, f"exception {self._doctor.id}")

    def remove_selected(self) -> None:
        """Take the selected exception away."""
        chosen = self.table.current_record()
        if isinstance(chosen, HoursException) and chosen.id is not None:
            hours, actor, number = self._desk.services.hours, self._desk.actor, chosen.id
            self._section.change(
                lambda: hours.remove_exception(actor, number), done_text="Exception removed."
            )

    def _clinic(self, each: HoursException) -> str:
        return self._setup.clinic_name(each.clinic_id) if self._setup is not None else ""
