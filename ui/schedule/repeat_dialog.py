"""Books a visit again and again: how often, how long, and each date looked over before."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.schedule.records import AppointmentDetails, BookingRequest, Slot
from clinicdesk.schedule.series.errors import SeriesTakenError
from clinicdesk.schedule.series.records import Frequency, Recurrence, SeriesPreview
from clinicdesk.schedule.typed_days import read_days
from ui.core.buttons import KeyButton
from ui.core.chip import Chip
from ui.core.day_text import WEEKDAYS
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.session import Desk
from ui.schedule.appointment_words import short_day
from ui.schedule.offers import SlotWords
from ui.schedule.series_list import SeriesList
from ui.schedule.slot_list import OfferedTime

UNITS = (Frequency.DAYS, Frequency.WEEKS, Frequency.MONTHS)
USUAL_VISITS = 6


class RepeatDialog(Dialog):
    """Previews a series from its first visit on; `booked` carries the visits."""

    booked = Signal(object)

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        *,
        request: BookingRequest,
        words: SlotWords,
        first: OfferedTime,
    ) -> None:
        super().__init__(host, desk.theme, title="Repeat the appointment", width_px=720)
        self._desk, self._request, self._words = desk, request, words
        theme = desk.theme
        self._first_on = words.wall(first.slot).date()
        self.every_edit = QLineEdit("1")
        self.unit = Segmented(theme, ("days", "weeks", "months"), name="Unit")
        self.unit.set_current(UNITS.index(Frequency.WEEKS))
        self.ends_edit = QLineEdit(str(USUAL_VISITS))
        self.ends_edit.setPlaceholderText("6 visits, or until 24/2")
        self.weekdays = [
            Chip(theme, name, is_on=number == self._first_on.weekday())
            for number, name in enumerate(WEEKDAYS)
        ]
        self.dates = SeriesList(theme, self._in_words)
        self.summary = plain_label("", "faint")
        self.button = KeyButton(theme, "Book", key="Return", kind="primary")
        self._build(first)
        self._connect()
        self._ask()

    def _build(self, first: OfferedTime) -> None:
        px, top, chips, every = self.theme.px, QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self.body.addWidget(
            plain_label(f"From {first.day} {first.time} on, with {first.doctor}", "soft")
        )
        self.every_edit.setFixedWidth(px(56))
        for layout in (top, chips, every):
            layout.setSpacing(px(10))
        unit_row = QWidget()
        unit_row.setLayout(every)
        every.setContentsMargins(0, 0, 0, 0)
        every.addWidget(self.every_edit)
        every.addWidget(self.unit)
        every.addStretch(1)
        unit_row.setFocusProxy(self.every_edit)
        self.every_edit.setAccessibleName("Repeats every")
        top.addWidget(self.field("Repeats every", unit_row, name="every"))
        top.addWidget(self.field("For how long", self.ends_edit, name="count"), 1)
        self.body.addLayout(top)
        self._weekday_row = QWidget()
        self._weekday_row.setLayout(chips)
        chips.setContentsMargins(0, 0, 0, 0)
        for chip in self.weekdays:
            chips.addWidget(chip)
        chips.addStretch(1)
        self.body.addWidget(self._weekday_row)
        below = QVBoxLayout()
        below.setSpacing(px(6))
        below.addWidget(self.summary)
        below.addWidget(self.dates)
        self.body.addLayout(below)
        self.footer.addWidget(
            plain_label("Space ticks a date · → takes the free time near it", "faint")
        )
        self.footer.addStretch(1)
        self.add_button(self.button, is_default=True)

    def _connect(self) -> None:
        for edit in (self.every_edit, self.ends_edit):
            edit.textEdited.connect(lambda _text: self._ask())
        self.unit.chosen.connect(lambda _number: self._ask())
        for chip in self.weekdays:
            chip.toggled.connect(lambda _on: self._ask())
        self.dates.changed.connect(self._say)
        self.dates.picked.connect(self._book)
        self.button.clicked.connect(self._book)

    def _in_words(self, slot: Slot) -> tuple[str, str]:
        start = self._words.wall(slot)
        return short_day(start.date()), f"{start:%H:%M}"

    def _recurrence(self) -> Recurrence:
        """Read what was typed.

        Raises:
            InvalidInputError: a number or day cannot be read; `field` says where.
        """
        frequency = UNITS[self.unit.current]
        is_weekly = frequency is Frequency.WEEKS
        mask = sum(1 << number for number, chip in enumerate(self.weekdays) if chip.isChecked())
        every, ends = self.every_edit.text().strip(), self.ends_edit.text().strip().casefold()
        words = ends.removeprefix("until").removesuffix("visits").removesuffix("visit").split()
        if not every.isdecimal():
            raise InvalidInputError("Please enter a number, such as 2.", field="every")
        rule = Recurrence(frequency, every=int(every), weekdays=mask if is_weekly else 0)
        if len(words) == 1 and words[0].isdecimal():
            return replace(rule, count=int(words[0]))
        found = read_days(words, self._first_on) if words else None
        if found is None or found[0] != len(words) or found[1].until_on is None:
            sentence = "Please enter a number of visits, or the last day, such as 24/2."
            raise InvalidInputError(sentence, field="count")
        return replace(rule, until_on=found[1].until_on)

    def _ask(self) -> None:
        self._weekday_row.setVisible(UNITS[self.unit.current] is Frequency.WEEKS)
        self._mark_problem(None)
        try:
            recurrence = self._recurrence()
        except InvalidInputError as error:
            self._mark_problem(error)
            return
        actor, series, request = self._desk.actor, self._desk.services.series, self._request
        self.button.setEnabled(False)
        self._desk.tasks.run(
            self,
            lambda: series.preview(actor, request, recurrence),
            done=self._show,
            failed=self._mark_problem,
            newest="series",
        )

    def _mark_problem(self, error: ClinicDeskError | None) -> None:
        """Show at its field what cannot be used, and leave the cursor where somebody types."""
        if error is None:
            self.clear_problem()
            return
        typing = self.focusWidget()
        if isinstance(error, InvalidInputError) and error.field == "until_on":
            error = InvalidInputError(error.sentence, field="count")
        self.show_problem(error)
        self.button.setEnabled(False)
        if typing is not None:
            typing.setFocus()

    def _show(self, preview: SeriesPreview) -> None:
        self.dates.show_preview(preview)

    def _say(self) -> None:
        rows, many = self.dates.rows, len(self.dates.chosen)
        free = sum(row.date.is_free for row in rows)
        words = [f"{len(rows)} dates", f"{free} free"]
        if free < len(rows):
            words.append(f"{len(rows) - free} not free")
        self.summary.setText(" · ".join(words))
        self.button.set_text(f"Book {many} visit{'' if many == 1 else 's'}")
        self.button.setEnabled(many > 0 and not self.is_busy)

    def _book(self) -> None:
        chosen = self.dates.chosen
        if self.is_busy or not self.button.isEnabled() or not chosen:
            return
        recurrence = self._recurrence()
        # A date ticked in spite of its warning is meant.
        request = replace(self._request, accept_patient_overlap=self.dates.overlaps)
        actor, series = self._desk.actor, self._desk.services.series
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: series.book(actor, request, recurrence, chosen),
            done=self._done,
            failed=self._refused,
            settled=lambda: self.set_busy(False),
        )

    def _done(self, visits: Sequence[AppointmentDetails]) -> None:
        self.finish()
        self.booked.emit(visits)

    def _refused(self, error: ClinicDeskError) -> None:
        """Say why nothing was booked, and show how each date stands now."""
        if isinstance(error, SeriesTakenError):
            self.dates.show_preview(error.preview)
        self.show_problem(error)
