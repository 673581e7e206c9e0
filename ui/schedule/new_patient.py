"""The few fields with which a new patient is booked at once; the rest is added at the visit."""

import re
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.patients.birth_dates import typed_date
from clinicdesk.patients.records import PatientDetails
from ui.core.dialogs import Dialog
from ui.core.theme import Theme


class NewPatientFields(QWidget):
    """Date of birth and mobile of somebody whose name stands in the patient field."""

    def __init__(self, dialog: Dialog, theme: Theme) -> None:
        super().__init__()
        self.born_edit, self.phone_edit = QLineEdit(), QLineEdit()
        self.born_edit.setPlaceholderText("14/05/1986")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        row.addWidget(dialog.field("Date of birth", self.born_edit, name="born_on"), 1)
        row.addWidget(dialog.field("Mobile", self.phone_edit, name="phone"), 1)
        self.hide()

    def details(self, name: str, *, today: date) -> PatientDetails:
        """Give what was typed as a patient's details.

        Raises:
            InvalidInputError: the name has no family name, or the date cannot be read.
        """
        given, _, family = _written(name).rpartition(" ")
        if not given:
            raise InvalidInputError(
                "Please enter the given name and the family name.", field="patient"
            )
        return PatientDetails(
            given_name=given,
            family_name=family,
            born_on=_birth_date(self.born_edit.text(), today=today),
            phone=self.phone_edit.text().strip(),
        )


def _written(name: str) -> str:
    """Give a name with single spaces; typed all in small letters, each part gets its capital."""
    parts = name.split()
    if name == name.lower():
        parts = [part[:1].upper() + part[1:] for part in parts]
    return " ".join(parts)


def _birth_date(text: str, *, today: date) -> date | None:
    """Read a date; where day and month could be either way round, the day comes first."""
    if not text.strip():
        return None
    typed = typed_date(text, today=today)
    days = [first for first, last in typed.spans if first == last] if typed else []
    if not days:
        raise InvalidInputError(
            "Please enter a whole date of birth, such as 14/05/1986.", field="born_on"
        )
    first_number = re.match(r"\D*(\d+)", text)
    is_day_first = [d for d in days if first_number and d.day == int(first_number[1])]
    return (is_day_first or days)[0]
