"""The grid of a doctor's weekly hours at one clinic: a row for each span of a weekday."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.schedule.records import WeeklyHours
from ui.core.buttons import KeyButton, icon_button
from ui.core.day_text import LONG_WEEKDAYS
from ui.core.inputs import Choice
from ui.core.labels import plain_label, section_label
from ui.core.theme import Theme
from ui.core.typed import date_text, optional_date, parse_date, parse_whole, span_of, time_text
from ui.core.typed_fields import DayField, NumberField, TimeField

HEADINGS = ("Day", "From", "Until", "Every n weeks", "Valid from", "Valid until", "")
FIELDS = ("starts_minute", "ends_minute", "every_weeks", "valid_from_on", "valid_until_on")
Texts = tuple[int, str, str, str, str, str]
"""A row as typed: the weekday, and the text of each field."""


def texts_of(row: WeeklyHours) -> Texts:
    """Give what the fields show of hours."""
    return (
        row.weekday,
        time_text(row.starts_minute),
        time_text(row.ends_minute),
        str(row.every_weeks),
        date_text(row.valid_from_on),
        date_text(row.valid_until_on),
    )


def hours_of(texts: Texts, *, doctor_id: int, clinic_id: int, today: date) -> WeeklyHours:
    """Turn a row as typed into hours; an end not after its start lies on the next day.

    Raises:
        InvalidInputError: a field cannot be read; it names the field.
    """
    starts, ends = span_of(texts[1], texts[2], fields=("starts_minute", "ends_minute"))
    weeks = parse_whole(texts[3] or "1", field="every_weeks", what="a number of weeks, such as 1")
    return WeeklyHours(
        doctor_id,
        clinic_id,
        texts[0],
        starts,
        ends,
        parse_date(texts[4], today=today, field="valid_from_on") if texts[4].strip() else today,
        optional_date(texts[5], today=today, field="valid_until_on"),
        weeks,
    )


@dataclass
class _Row:
    weekday: Choice
    lines: dict[str, QLineEdit]
    remove: KeyButton

    @property
    def widgets(self) -> list[QWidget]:
        return [self.weekday, *self.lines.values(), self.remove]

    def texts(self) -> Texts:
        weekday = int(self.weekday.currentData())
        start, end, weeks, first, last = (line.text() for line in self.lines.values())
        return weekday, start, end, weeks, first, last


class HoursGrid(QWidget):
    """Shows and edits rows of weekly hours; `edited` tells that something was typed."""

    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._today = date(2000, 1, 1)
        self._rows: list[_Row] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(6))
        for column, heading in enumerate(HEADINGS):
            self._grid.addWidget(section_label(heading), 0, column)
        self._grid.setColumnStretch(0, 2)
        for column in range(1, len(HEADINGS) - 1):
            self._grid.setColumnStretch(column, 1)
        self._error = plain_label("", "error", wrap=True)
        self._error.hide()

    @property
    def error(self) -> str:
        """The sentence shown under the row that is wrong; empty for none."""
        return self._error.text() if self._error.isVisibleTo(self) else ""

    @property
    def lines(self) -> list[dict[str, QLineEdit]]:
        """The fields of each row by name."""
        return [row.lines for row in self._rows]

    def texts(self) -> tuple[Texts, ...]:
        """Give the rows as typed."""
        return tuple(row.texts() for row in self._rows)

    def fill(self, rows: Sequence[Texts], *, today: date) -> None:
        """Show other rows."""
        self._today = today
        while self._rows:
            self._take_row(self._rows[-1])
        for texts in rows:
            self._put_row(texts)
        self.clear_error()

    def add(self, rows: Sequence[Texts]) -> None:
        """Add rows below, with the cursor in the first of them."""
        first = len(self._rows)
        for texts in rows:
            self._put_row(texts)
        self._rows[first].weekday.setFocus()
        self.edited.emit()

    def show_error(self, error: InvalidInputError, row: int) -> None:
        """Show an error under its row, and put the cursor into the field."""
        self.clear_error()
        self._error.setText(error.sentence)
        self._grid.addWidget(self._error, 2 * row + 2, 0, 1, len(HEADINGS))
        self._error.show()
        line = self._rows[row].lines.get(error.field)
        if line is not None:
            _mark(line, is_wrong=True)
            line.setAccessibleDescription(error.sentence)
            line.setFocus()

    def clear_error(self) -> None:
        """Take the error away."""
        self._error.hide()
        for row in self._rows:
            for line in row.lines.values():
                _mark(line, is_wrong=False)

    def hours(self, *, doctor_id: int, clinic_id: int) -> tuple[WeeklyHours, ...] | None:
        """Give the hours typed; None, with the error shown at its field, if they cannot be read."""
        found = []
        for number, row in enumerate(self._rows):
            try:
                found.append(
                    hours_of(
                        row.texts(), doctor_id=doctor_id, clinic_id=clinic_id, today=self._today
                    )
                )
            except InvalidInputError as error:
                self.show_error(error, number)
                return None
        return tuple(found)

    def _put_row(self, texts: Texts) -> None:
        theme = self._theme
        days: list[tuple[str, object]] = [(day, n) for n, day in enumerate(LONG_WEEKDAYS)]
        weekday = Choice(theme, name="Day", entries=days)
        weekday.setCurrentIndex(texts[0])
        lines: dict[str, QLineEdit] = {
            "starts_minute": TimeField(theme, name="From"),
            "ends_minute": TimeField(theme, name="Until"),
            "every_weeks": NumberField(theme, name="Every how many weeks"),
            "valid_from_on": DayField(theme, name="Valid from", today=self._today, hint="today"),
            "valid_until_on": DayField(theme, name="Valid until", today=self._today, hint="open"),
        }
        row = _Row(weekday, lines, icon_button(theme, "cross", "Remove these hours"))
        for line, text in zip(lines.values(), texts[1:], strict=True):
            line.setText(str(text))
            line.textEdited.connect(self.edited)
        weekday.activated.connect(lambda _index: self.edited.emit())
        row.remove.clicked.connect(self._remover(row))
        self._rows.append(row)
        for column, widget in enumerate(row.widgets):
            self._grid.addWidget(widget, 2 * len(self._rows) - 1, column)
            widget.show()  # at once, so that it can take the cursor

    def _remover(self, row: _Row) -> Callable[[], None]:
        def remove() -> None:
            at = self._rows.index(row)
            kept = [each.texts() for each in self._rows if each is not row]
            self.fill(kept, today=self._today)
            if self._rows:
                self._rows[min(at, len(self._rows) - 1)].weekday.setFocus()
            self.edited.emit()

        return remove

    def _take_row(self, row: _Row) -> None:
        self._rows.remove(row)
        for widget in row.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()


def _mark(line: QLineEdit, *, is_wrong: bool) -> None:
    if bool(line.property("wrong")) != is_wrong:
        line.setProperty("wrong", is_wrong)
        line.style().unpolish(line)
        line.style().polish(line)
