"""The page of patients, driven by keys and clicks on real services."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.patients.records import PatientDetails
from tests.gui.page_desk import CHLOE, DOCTOR, MANAGER, RECEPTIONIST, PageDesk, page_desk
from tests.gui.patients_services import patients_services
from ui.patients.page import PatientsPage
from ui.patients.patient_dialog import PatientDialog

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MARTINS = (
    CHLOE,
    PatientDetails("Ana", "Martínez", date(1992, 9, 30), phone="07700 900412"),
    PatientDetails("Martha", "Nowak", date(2001, 11, 11), phone="07700 900118"),
    PatientDetails("Li", "Chen", date(1999, 1, 1)),
)


@pytest.fixture
def services(file_database: Database, clock: FixedClock) -> Any:
    return patients_services(file_database, clock)


@pytest.fixture
def martins(services: Any) -> list[int]:
    return [services.patients.add(MANAGER, details).id for details in MARTINS]


@pytest.fixture
def at_desk(qtbot: QtBot, services: Any, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, services, clock, bus) as desk:
        yield desk


def open_page(at_desk: PageDesk) -> PatientsPage:
    page = PatientsPage(at_desk.desk)
    at_desk.show(page)
    return page


def search(at_desk: PageDesk, page: PatientsPage, text: str, *names: str) -> None:
    page.panel.field.setFocus()
    page.panel.field.selectAll()
    at_desk.press(text)
    at_desk.qtbot.waitUntil(lambda: tuple(hit.name for hit in page.panel.hits.hits) == names)


def show(at_desk: PageDesk, page: PatientsPage, text: str, name: str) -> None:
    page.panel.field.setFocus()
    page.panel.field.selectAll()
    at_desk.press(text)
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == name)


def test_typing_finds_and_shows_the_first(at_desk: PageDesk, martins: list[int]) -> None:
    page = open_page(at_desk)
    search(at_desk, page, "mart", "Chloé Martin", "Ana Martínez", "Martha Nowak")
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == "Chloé Martin")
    assert page.panel.count.text() == "3 of 4 patients"
    texts = at_desk.texts()
    assert "14 May 1986 (40) · Female · P-000001" in " ".join(texts)
    assert {"Penicillin allergy", "020 7946 0018", "14 Cedar Road\nLondon N1 4AA"} <= set(texts)
    assert page.record.avatar.text == "CM"


def test_the_last_thing_typed_wins(at_desk: PageDesk, martins: list[int]) -> None:
    page = open_page(at_desk)
    at_desk.press("mart")
    page.panel.field.clear()
    at_desk.press("chen")
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == "Li Chen")
    assert [hit.name for hit in page.panel.hits.hits] == ["Li Chen"]


def test_nobody_found_says_what_to_type(at_desk: PageDesk, martins: list[int]) -> None:
    page = open_page(at_desk)
    at_desk.press("zzz")
    at_desk.qtbot.waitUntil(page.panel.nobody.isVisible)
    assert "Nobody fits “zzz”" in page.panel.nobody.text()


def test_keys_walk_the_list_and_edit(at_desk: PageDesk, martins: list[int]) -> None:
    page = open_page(at_desk)
    search(at_desk, page, "mart", "Chloé Martin", "Ana Martínez", "Martha Nowak")
    at_desk.press(Qt.Key.Key_Down)
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == "Ana Martínez")
    assert page.panel.field.hasFocus()
    at_desk.press(Qt.Key.Key_Return)
    at_desk.press("e")
    dialog = at_desk.dialog(PatientDialog)
    assert dialog.form.texts()["family_name"] == "Martínez"
    assert page.panel.field.text() == "mart"


def test_book_carries_the_patient(at_desk: PageDesk, martins: list[int]) -> None:
    page = open_page(at_desk)
    show(at_desk, page, "chlo", "Chloé Martin")
    with at_desk.qtbot.waitSignal(page.booking_asked) as asked:
        at_desk.press(Qt.Key.Key_N, CONTROL)
    assert asked.args == [martins[0]]


def test_what_another_desk_saves_appears(
    at_desk: PageDesk, services: Any, martins: list[int]
) -> None:
    page = open_page(at_desk)
    show(at_desk, page, "chlo", "Chloé Martin")
    record = services.patients.patient(MANAGER, martins[0])
    services.patients.change(
        MANAGER, record.id, version=record.version,
        details=PatientDetails("Chloé", "Martin", record.born_on, alert="Moved to Leeds"),
    )  # fmt: skip
    at_desk.qtbot.waitUntil(lambda: "Moved to Leeds" in at_desk.texts())
    assert page.panel.hits.current_id() == martins[0]


def test_markup_in_a_name_is_shown_as_typed(at_desk: PageDesk, services: Any) -> None:
    services.patients.add(
        MANAGER, PatientDetails("<b>Bold</b>", "<img src=x>", alert="<h1>Big</h1>")
    )
    page = open_page(at_desk)
    show(at_desk, page, "bold", "<b>Bold</b> <img src=x>")
    assert "<h1>Big</h1>" in at_desk.texts()
    rich = [
        label.text()
        for label in at_desk.window.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText
    ]
    assert rich == []


def test_an_empty_clinic_teaches(at_desk: PageDesk) -> None:
    open_page(at_desk)
    at_desk.qtbot.waitUntil(lambda: "No patients yet" in at_desk.texts())
    at_desk.press(Qt.Key.Key_N, CONTROL | SHIFT)
    dialog = at_desk.dialog(PatientDialog)
    at_desk.press("Ada")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())
    at_desk.qtbot.waitUntil(lambda: "No patients yet" not in at_desk.texts())
    assert dialog is not None


@pytest.mark.parametrize(
    ("actor", "sees_balance", "may_import"),
    [(MANAGER, True, True), (RECEPTIONIST, True, False), (DOCTOR, False, False)],
)
def test_a_role_sees_what_it_may_use(
    at_desk: PageDesk, martins: list[int], actor: Any, sees_balance: bool, may_import: bool
) -> None:
    at_desk.session.set_actor(actor)
    page = open_page(at_desk)
    show(at_desk, page, "chlo", "Chloé Martin")
    assert page.record.cards.balance.isVisible() is sees_balance
    assert page.import_button.isVisible() is may_import


def test_the_next_person_does_not_see_who_was_looked_at(
    at_desk: PageDesk, martins: list[int]
) -> None:
    page = open_page(at_desk)
    show(at_desk, page, "chlo", "Chloé Martin")
    page.panel.field.setFocus()
    at_desk.press(Qt.Key.Key_Escape)
    at_desk.qtbot.waitUntil(lambda: [h.name for h in page.panel.hits.hits] == ["Chloé Martin"])
    at_desk.session.set_actor(RECEPTIONIST)
    at_desk.qtbot.waitUntil(lambda: page.panel.hits.hits == ())
    assert "Chloé Martin" not in at_desk.texts()
