"""The fields of a patient: texts as typed, and the details they stand for."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.patients.records import PatientDetails, PatientRecord
from ui.core.day_text import MONTHS, day_text
from ui.core.dialogs import Dialog
from ui.core.inputs import CheckMark, Choice, FieldBox
from ui.core.theme import Theme

Texts = Mapping[str, str]
YES, NO = "yes", ""
SEX_CHOICES = (("Not stated", ""), ("Female", "F"), ("Male", "M"), ("Another", "X"))
LABELS = {
    "given_name": "First name",
    "family_name": "Last name",
    "born_on": "Date of birth",
    "sex": "Sex",
    "phone": "Mobile or phone",
    "email": "E-mail",
    "address": "Address",
    "language": "Language",
    "alert": "Alert shown to everybody",
    "died_on": "Date of death",
    "allows_sms": "May be sent SMS",
    "allows_email": "May be sent e-mail",
}
LINES = ("given_name", "family_name", "born_on", "phone", "email", "language", "died_on")
AREAS = ("address", "alert")
TICKS = ("allows_sms", "allows_email")
ROWS = (
    ("given_name", "family_name"),
    ("born_on", "sex"),
    ("phone", "email"),
    ("address",),
    ("alert",),
    ("language", "died_on"),
)
HINTS = {
    "born_on": "14/05/1986",
    "died_on": "leave empty",
    "phone": "07700 900018",
    "alert": "such as an allergy",
    "language": "such as French",
}


def parse_day(text: str, *, field: str, this_year: int) -> date | None:
    """Read a past day as typed: 14/5/1986, 14.05.86, 14051986, 1986-05-14, 14 May 1986.

    The day stands before the month; a year of two digits is the latest that is not after
    `this_year`.

    Raises:
        InvalidInputError: for anything else, at `field`; None is for an empty text.
    """
    bare = text.strip().lower()
    if not bare:
        return None
    for number, name in enumerate(MONTHS, start=1):
        bare = re.sub(rf"\s*{name.lower()}[a-z]*\s*", f"/{number}/", bare)
    whole = re.fullmatch(r"(\d{2})(\d{2})(\d{4})", bare)
    parts = list(whole.groups()) if whole else re.split(r"[\s./-]+", bare)
    try:
        first, second, third = (int(part) for part in parts)
        year_first = len(parts[0]) == 4
        year, day = (first, third) if year_first else (third, first)
        if not year_first and len(parts[2]) == 2:
            year += this_year // 100 * 100
            year -= 100 if year > this_year else 0
        return date(year, second, day)
    except ValueError as error:
        raise InvalidInputError(
            "Please enter a date such as 14/05/1986 (day, month, year).", field=field
        ) from error


def texts_of(record: PatientRecord) -> dict[str, str]:
    """Give what the fields show for a record."""
    return {
        "given_name": record.given_name,
        "family_name": record.family_name,
        "born_on": day_text(record.born_on) if record.born_on else "",
        "died_on": day_text(record.died_on) if record.died_on else "",
        "sex": record.sex,
        "phone": record.phone,
        "email": record.email,
        "address": record.address,
        "language": record.language,
        "alert": record.alert,
        "allows_email": YES if record.allows_email else NO,
        "allows_sms": YES if record.allows_sms else NO,
    }


def details_of(texts: Texts, *, this_year: int) -> PatientDetails:
    """Turn typed texts into details; `this_year` tells what years of two digits mean.

    Raises:
        InvalidInputError: a date cannot be read; it names the field.
    """
    return PatientDetails(
        given_name=texts["given_name"].strip(),
        family_name=texts["family_name"].strip(),
        born_on=parse_day(texts["born_on"], field="born_on", this_year=this_year),
        died_on=parse_day(texts["died_on"], field="died_on", this_year=this_year),
        sex=texts["sex"],
        phone=texts["phone"].strip(),
        email=texts["email"].strip(),
        address=texts["address"].strip(),
        language=texts["language"].strip(),
        alert=texts["alert"].strip(),
        allows_email=texts["allows_email"] == YES,
        allows_sms=texts["allows_sms"] == YES,
    )


def merged(base: Texts, mine: Texts, theirs: Texts) -> tuple[dict[str, str], dict[str, str]]:
    """Put two people's changes to one record together.

    `base` is what both began with. Gives the fields, each with the newest text, where both changed
    one mine; and of those that both changed, theirs.
    """
    both = {n: theirs[n] for n in mine if mine[n] != base[n] != theirs[n] != mine[n]}
    fields = {n: theirs[n] if mine[n] == base[n] else mine[n] for n in mine}
    return fields, both


class PatientForm:
    """Puts the fields into a dialog, and reads and fills them as texts."""

    def __init__(self, dialog: Dialog, theme: Theme, *, has_death: bool) -> None:
        self._lines = {name: _line(name) for name in LINES}
        self._areas = {name: _area(name, theme) for name in AREAS}
        self._sex = Choice(theme, name=LABELS["sex"], entries=SEX_CHOICES)
        self._ticks = {name: CheckMark(theme, LABELS[name]) for name in TICKS}
        for tick in self._ticks.values():
            tick.setChecked(True)
        self._editors: dict[str, QWidget] = {**self._lines, **self._areas, "sex": self._sex}
        self._boxes: dict[str, FieldBox] = {}
        self._place(dialog, theme, has_death)

    def _place(self, dialog: Dialog, theme: Theme, has_death: bool) -> None:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(12))
        for row, names in enumerate(ROWS):
            for column, name in enumerate(names):
                if name != "died_on" or has_death:
                    box = self._boxes[name] = dialog.field(
                        LABELS[name], self._editors[name], name=name
                    )
                    grid.addWidget(box, row, column, 1, 2 if len(names) == 1 else 1)
        for column, tick in enumerate(self._ticks.values()):
            grid.addWidget(tick, len(ROWS), column)
            grid.setColumnStretch(column, 1)
        dialog.body.addWidget(holder)
        placed = [self._editors[name] for names in ROWS for name in names if name in self._boxes]
        for before, after in pairwise([*placed, *self._ticks.values()]):
            dialog.setTabOrder(before, after)

    def texts(self) -> dict[str, str]:
        """Give what stands in the fields."""
        found = {name: edit.text() for name, edit in self._lines.items()}
        found |= {name: edit.toPlainText() for name, edit in self._areas.items()}
        found["sex"] = str(self._sex.currentData() or "")
        found |= {name: YES if tick.isChecked() else NO for name, tick in self._ticks.items()}
        return found

    def fill(self, texts: Texts) -> None:
        """Put texts into the fields; those that are equal keep their cursor."""
        now = self.texts()
        for name, text in texts.items():
            if text == now[name]:
                continue
            if name in self._lines:
                self._lines[name].setText(text)
            elif name in self._ticks:
                self._ticks[name].setChecked(text == YES)
            elif name == "sex":
                self._choose_sex(text)
            else:
                self._areas[name].setPlainText(text)

    def mark(self, name: str, sentence: str) -> None:
        """Show `sentence` at a field; ticks have no place for one."""
        if name in self._boxes:
            self._boxes[name].set_error(sentence)

    def _choose_sex(self, sex: str) -> None:
        entries: list[tuple[str, object]] = list(SEX_CHOICES)
        if sex not in dict(SEX_CHOICES).values():
            entries.append((sex, sex))
        self._sex.set_entries(entries)
        self._sex.setCurrentIndex(self._sex.findData(sex))


def _line(name: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setPlaceholderText(HINTS.get(name, ""))
    return edit


def _area(name: str, theme: Theme) -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setPlaceholderText(HINTS.get(name, ""))
    edit.setTabChangesFocus(True)
    edit.setFixedHeight(theme.px(56))
    return edit
