"""Adding and changing a patient: errors at their field, and nothing typed is ever lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import InvalidInputError
from clinicdesk.patients.records import PatientRecord
from tests.gui.page_desk import CHLOE, MANAGER, PageDesk, page_desk
from tests.gui.patients_services import patients_services
from ui.core.inputs import FieldBox
from ui.patients.page import PatientsPage
from ui.patients.patient_dialog import PatientDialog
from ui.patients.patient_form import parse_day

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def services(file_database: Database, clock: FixedClock) -> Any:
    return patients_services(file_database, clock)


@pytest.fixture
def chloe(services: Any) -> PatientRecord:
    added: PatientRecord = services.patients.add(MANAGER, CHLOE)
    return added


@pytest.fixture
def at_desk(qtbot: QtBot, services: Any, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, services, clock, bus) as desk:
        yield desk


@pytest.fixture
def page(at_desk: PageDesk, chloe: PatientRecord) -> PatientsPage:
    made = PatientsPage(at_desk.desk)
    at_desk.show(made)
    return made


def begin_new(at_desk: PageDesk) -> Any:
    at_desk.press(Qt.Key.Key_N, CONTROL | SHIFT)
    return at_desk.dialog(PatientDialog)


def begin_edit(at_desk: PageDesk, page: PatientsPage) -> Any:
    page.open_item("patient", 1)
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == "Chloé Martin")
    page.panel.hits.setFocus()
    at_desk.press("e")
    return at_desk.dialog(PatientDialog)


def field(dialog: Any, name: str) -> QWidget:
    named = [w for w in dialog.findChildren(QWidget) if w.accessibleName() == name]
    return next(widget for widget in named if not isinstance(widget, QLabel))


def write(at_desk: PageDesk, dialog: Any, name: str, text: str) -> None:
    edit: Any = field(dialog, name)
    edit.setFocus()
    edit.selectAll()
    at_desk.press(text)


def error_at(dialog: Any, name: str) -> str:
    boxes = [b for b in dialog.findChildren(FieldBox) if b.editor.accessibleName() == name]
    return boxes[0].error if boxes[0].isVisible() else ""


def save(at_desk: PageDesk) -> None:
    at_desk.press(Qt.Key.Key_Return, CONTROL)


def test_a_new_patient_is_typed_and_shown(
    at_desk: PageDesk, page: PatientsPage, services: Any
) -> None:
    begin_new(at_desk)
    for text in ("Joël", "Martineau", "23.2.70"):
        at_desk.press(text)
        at_desk.press(Qt.Key.Key_Tab)
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press("020 7946 0332")
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == "Joël Martineau")
    assert at_desk.messages == ["Joël Martineau added"]
    (hit,) = services.patients.search(MANAGER, "martineau")
    assert (hit.born_on, hit.phone) == (date(1970, 2, 23), "020 7946 0332")


def test_an_error_stands_at_its_field_and_keeps_the_rest(
    at_desk: PageDesk, page: PatientsPage, services: Any
) -> None:
    dialog = begin_new(at_desk)
    write(at_desk, dialog, "First name", "Ada")
    write(at_desk, dialog, "E-mail", "not an address")
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: "one e-mail address" in error_at(dialog, "E-mail"))
    assert field(dialog, "E-mail").hasFocus()
    assert dialog.form.texts()["given_name"] == "Ada"
    write(at_desk, dialog, "E-mail", "ada@example.org")
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    assert len(services.patients.search(MANAGER, "ada")) == 1


def test_a_date_that_is_none_is_refused_in_words(at_desk: PageDesk, page: PatientsPage) -> None:
    dialog = begin_new(at_desk)
    write(at_desk, dialog, "First name", "Ada")
    write(at_desk, dialog, "Date of birth", "31/02/1975")
    save(at_desk)
    assert "14/05/1986" in error_at(dialog, "Date of birth")


def test_what_was_typed_is_offered_again(at_desk: PageDesk, page: PatientsPage) -> None:
    dialog = begin_new(at_desk)
    write(at_desk, dialog, "Last name", "Lovelace")
    at_desk.press(Qt.Key.Key_Escape)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    again = begin_new(at_desk)
    assert again.form.texts()["family_name"] == "Lovelace"
    at_desk.qtbot.mouseClick(field(again, "Start empty"), Qt.MouseButton.LeftButton)
    assert again.form.texts()["family_name"] == ""
    at_desk.press(Qt.Key.Key_Escape)
    assert begin_new(at_desk).form.texts()["family_name"] == ""


def change_elsewhere(services: Any, **changes: str) -> None:
    record = services.patients.patient(MANAGER, 1)
    details = replace(CHLOE, **changes)
    services.patients.change(MANAGER, 1, version=record.version, details=details)


def test_two_desks_change_different_fields(
    at_desk: PageDesk, page: PatientsPage, services: Any
) -> None:
    dialog = begin_edit(at_desk, page)
    write(at_desk, dialog, "Language", "French")
    change_elsewhere(services, phone="07700 900018")
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: "Somebody else" in dialog.card.problem.text())
    assert dialog.form.texts()["phone"] == "07700 900018"
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    record = services.patients.patient(MANAGER, 1)
    assert (record.language, record.phone) == ("French", "07700 900018")


def test_two_desks_change_the_same_field(
    at_desk: PageDesk, page: PatientsPage, services: Any
) -> None:
    dialog = begin_edit(at_desk, page)
    write(at_desk, dialog, "Mobile or phone", "020 1111 1111")
    change_elsewhere(services, phone="020 2222 2222")
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: "020 2222 2222" in error_at(dialog, "Mobile or phone"))
    assert dialog.form.texts()["phone"] == "020 1111 1111"
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    assert services.patients.patient(MANAGER, 1).phone == "020 1111 1111"


def test_an_alert_of_two_lines_survives_an_edit(
    at_desk: PageDesk, page: PatientsPage, services: Any
) -> None:
    change_elsewhere(services, alert="Penicillin\nLatex")
    dialog = begin_edit(at_desk, page)
    write(at_desk, dialog, "Language", "French")
    save(at_desk)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    assert services.patients.patient(MANAGER, 1).alert == "Penicillin\nLatex"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/5/1986", date(1986, 5, 14)),
        ("14.05.86", date(1986, 5, 14)),
        ("14051986", date(1986, 5, 14)),
        ("1986-05-14", date(1986, 5, 14)),
        ("14 May 1986", date(1986, 5, 14)),
        ("3 september 2014", date(2014, 9, 3)),
        ("1/1/26", date(2026, 1, 1)),
        ("1/1/27", date(1927, 1, 1)),
        (" ", None),
    ],
)
def test_days_are_read_as_typed(text: str, day: date | None) -> None:
    assert parse_day(text, field="born_on", this_year=2026) == day


@pytest.mark.parametrize("text", ["31/02/1975", "1986", "14/5", "Monday", "1/2/3/4", "0/0/0"])
def test_other_texts_are_no_days(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_day(text, field="born_on", this_year=2026)
    assert refused.value.field == "born_on"
