"""Marks a doctor out: who, from when until when, where and why."""

from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import local_instant
from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.disruption.records import OutRecord
from clinicdesk.staff.records import DoctorRecord
from ui.core.buttons import KeyButton
from ui.core.closure_dialog import side_by_side
from ui.core.dialogs import Dialog
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.session import Desk
from ui.core.typed import date_text, optional_date, parse_time
from ui.core.typed_fields import DayField, TimeField
from ui.schedule.appointment_words import wall
from ui.schedule.disruption_words import default_until

WHAT_HAPPENS = (
    "The doctor's hours close for that time. Nothing is done to the visits yet: each patient is"
    " taken care of one by one."
)


@dataclass(frozen=True, slots=True)
class OutStart:
    """The clinic and doctors to choose from, who is meant at first, and today."""

    clinic: ClinicRecord
    doctors: tuple[DoctorRecord, ...]
    doctor_id: int | None
    today: date


class OutDialog(Dialog):
    """Takes who is out and when; `marked` carries the OutRecord."""

    marked = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, start: OutStart) -> None:
        super().__init__(host, desk.theme, title="Doctor out", width_px=560)
        self._desk, self._start = desk, start
        theme, today = desk.theme, start.today
        entries: list[tuple[str, object]] = [(each.name, each.id) for each in start.doctors]
        self.doctor = Choice(theme, name="Doctor", entries=entries)
        self.doctor.setCurrentIndex(max(0, self.doctor.findData(start.doctor_id)))
        self.reason_edit = QLineEdit()
        self.reason_edit.setPlaceholderText("such as: Ill")
        now = wall(desk.clock.now(), start.clinic.time_zone)
        minute = now.hour * 60 + now.minute
        minute -= minute % start.clinic.step_minutes
        until = default_until(now, closes_minute=start.clinic.closes_minute)
        self.from_on = DayField(theme, name="From day", today=today)
        self.from_at = TimeField(theme, name="From time", minute=minute)
        self.until_on = DayField(theme, name="Until day", today=today, hint="the same day")
        self.until_at = TimeField(theme, name="Until time", minute=until)
        self.from_on.setText(date_text(today))
        self.where = Segmented(theme, (start.clinic.name, "Every clinic"), name="Where")
        self._build()

    def _build(self) -> None:
        self.add_field("Doctor", self.doctor, name="doctor_id")
        times = (
            self.field("From", self.from_on, name="from"),
            self.field("At", self.from_at, name="from_at"),
            self.field("Until", self.until_on, name="until_on"),
            self.field("At", self.until_at, name="until"),
        )
        self.body.addWidget(side_by_side(self._desk, *times))
        self.add_field("Why", self.reason_edit, name="reason")
        self.add_field("Where", self.where)
        self.body.addWidget(plain_label(WHAT_HAPPENS, "faint", wrap=True))
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Cancel", key="Escape")
        close.clicked.connect(self.dismiss)
        self.button = KeyButton(self.theme, "Mark as out", key="Ctrl+Return", kind="primary")
        self.button.clicked.connect(self._mark)
        self.add_button(close)
        self.add_button(self.button, is_default=True)

    def _times(self) -> tuple[datetime, datetime]:
        """Give from when until when.

        Raises:
            InvalidInputError: a day or time cannot be read; at its field.
        """
        zone, today = self._start.clinic.time_zone, self._start.today
        first = self.from_on.day(field="from")
        last = optional_date(self.until_on.text(), today=today, field="until_on") or first
        begins = parse_time(self.from_at.text(), field="from_at")
        ends = parse_time(self.until_at.text(), field="until")
        return local_instant(first, begins, zone), local_instant(last, ends, zone)

    def _mark(self) -> None:
        self.clear_problem()
        try:
            from_at, until_at = self._times()
        except InvalidInputError as error:
            self.show_problem(error)
            return
        disruptions, actor = self._desk.services.disruptions, self._desk.actor
        doctor_id, reason = int(self.doctor.currentData() or 0), self.reason_edit.text().strip()
        clinic_id = None if self.where.current else self._start.clinic.id
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: disruptions.start(
                actor,
                doctor_id=doctor_id,
                clinic_id=clinic_id,
                from_at=from_at,
                until_at=until_at,
                reason=reason,
            ),
            done=self._done,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _done(self, out: OutRecord) -> None:
        self.finish()
        self.marked.emit(out)
