"""The dialog that closes a clinic on some days, from the settings or straight from the calendar."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.health.records import NewClosures
from clinicdesk.schedule.hours.records import Closure
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.health_flow import CheckedChange, save_checked
from ui.core.inputs import Choice, FieldBox
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.core.typed import date_text, optional_date, span_of
from ui.core.typed_fields import DayField, TimeField

WHOLE_DAY = "Leave both times empty to close for the whole day."


def side_by_side(desk: Desk, *boxes: FieldBox) -> QWidget:
    """Put fields beside each other, all as wide."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(desk.theme.px(14))
    for box in boxes:
        row.addWidget(box, 1)
    return holder


@dataclass(frozen=True, slots=True)
class ClosureStart:
    """Where a new closure begins: the clinics to choose from, the one chosen, and the day."""

    clinics: tuple[ClinicRecord, ...]
    clinic_id: int | None
    today: date
    on: date | None = None


class ClosureDialog(Dialog):
    """Closes a clinic, or all; `saved` carries a sentence for the foot of the window."""

    saved = Signal(str)

    def __init__(self, host: QWidget, desk: Desk, start: ClosureStart) -> None:
        super().__init__(host, desk.theme, title="Close the clinic", width_px=560)
        self._desk = desk
        theme = desk.theme
        entries: list[tuple[str, object]] = [(each.name, each.id) for each in start.clinics]
        if len(entries) > 1:
            entries.append(("Every clinic", 0))
        self.clinic_choice = Choice(theme, name="Clinic", entries=entries)
        self.clinic_choice.setCurrentIndex(max(0, self.clinic_choice.findData(start.clinic_id)))
        self.reason_edit = QLineEdit()
        self.reason_edit.setPlaceholderText("such as: Staff training")
        self.from_edit = DayField(theme, name="First day", today=start.today)
        self.until_edit = DayField(theme, name="Last day", today=start.today, hint="the same day")
        self.from_edit.setText(date_text(start.on))
        self.starts_edit = TimeField(theme, name="Closed from")
        self.ends_edit = TimeField(theme, name="Closed until")
        for edit in (self.starts_edit, self.ends_edit):
            edit.setPlaceholderText("whole day")
        self._build()

    def _build(self) -> None:
        self.add_field("Why", self.reason_edit, name="reason")
        days = (
            self.field("First day", self.from_edit, name="from_on"),
            self.field("Last day", self.until_edit, name="until_on"),
        )
        self.body.addWidget(side_by_side(self._desk, *days))
        times = (
            self.field("From", self.starts_edit, name="starts_minute"),
            self.field("Until", self.ends_edit, name="ends_minute"),
        )
        self.body.addWidget(side_by_side(self._desk, *times))
        self.body.addWidget(plain_label(WHOLE_DAY, "faint", wrap=True))
        self.add_field("Clinic", self.clinic_choice, name="clinic_id")
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Leave open", key="Escape")
        close.clicked.connect(self.dismiss)
        self.save = KeyButton(self.theme, "Close the clinic", key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._save)
        self.add_button(close)
        self.add_button(self.save, is_default=True)

    def closure(self) -> Closure:
        """Give the closure typed.

        Raises:
            InvalidInputError: a day or time cannot be read; at its field.
        """
        from_on = self.from_edit.day(field="from_on")
        until_on = optional_date(
            self.until_edit.text(), today=self.until_edit.today, field="until_on"
        )
        starts, ends = self.starts_edit.text().strip(), self.ends_edit.text().strip()
        minutes: tuple[int | None, int | None] = (None, None)
        if starts or ends:
            minutes = span_of(starts, ends, fields=("starts_minute", "ends_minute"))
        return Closure(
            clinic_id=int(self.clinic_choice.currentData()) or None,
            from_on=from_on,
            until_on=until_on or from_on,
            reason=self.reason_edit.text().strip(),
            starts_minute=minutes[0],
            ends_minute=minutes[1],
        )

    def _save(self) -> None:
        self.clear_problem()
        try:
            closure = self.closure()
        except InvalidInputError as error:
            self.show_problem(error)
            return
        closures, actor = self._desk.services.closures, self._desk.actor
        self.set_busy(True)
        change = CheckedChange(
            NewClosures((closure,)),
            store=lambda: closures.add_closure(actor, closure),
            verb="Close the clinic",
            done_text=f"Closed: {closure.reason}.",
            saved=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )
        save_checked(self, self._desk, change)

    def _finish(self, sentence: str) -> None:
        self.finish()
        self.saved.emit(sentence)
