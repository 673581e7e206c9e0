"""Importing a list: first what would happen, then all of it, or nothing when it is stopped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from tests.gui.page_desk import MANAGER, PageDesk, page_desk
from tests.gui.patients_services import patients_services
from ui.patients.import_dialog import ImportDialog
from ui.patients.page import PatientsPage

LIST = """id,first name,last name,date of birth,mobile
1,Rosa,Álvarez,1979-02-02,07700 900147
2,Olga,Berg,31/02/1975,07700 900148
3,<b>Jun</b>,Tanaka,1990-08-21,07700 900149
4,Mo,Ali,1968-12-01,07700 900150
"""
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def services(file_database: Database, clock: FixedClock) -> Any:
    return patients_services(file_database, clock)


@pytest.fixture
def at_desk(qtbot: QtBot, services: Any, clock: FixedClock, bus: ChangeBus) -> Iterator[PageDesk]:
    with page_desk(qtbot, services, clock, bus) as desk:
        page = PatientsPage(desk.desk)
        desk.show(page)
        desk.qtbot.mouseClick(page.import_button, Qt.MouseButton.LeftButton)
        yield desk


def choose(at_desk: PageDesk, path: Path) -> Any:
    dialog = at_desk.dialog(ImportDialog)
    dialog.path_edit.setFocus()
    dialog.path_edit.selectAll()
    at_desk.press(str(path))
    at_desk.press(Qt.Key.Key_Return)
    return dialog


def test_a_list_is_tried_then_imported(at_desk: PageDesk, tmp_path: Path, services: Any) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    dialog = choose(at_desk, path)
    at_desk.qtbot.waitUntil(dialog.preview.isVisible)
    assert [dialog.preview.figure(n) for n in ("new", "known already", "left out")] == list("301")
    (problem,) = dialog.preview.problem_lines
    assert problem.startswith("Line 3, “date of birth”: ")
    assert "mobile → phone" in {label.accessibleName() for label in dialog.findChildren(QLabel)}
    assert services.patients.count(MANAGER) == 0
    assert dialog.run_button.accessibleName() == "Import 3 patients"
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    at_desk.qtbot.waitUntil(dialog.outcome.isVisible)
    assert dialog.outcome.text() == "3 patients added, 1 row left out."
    assert at_desk.messages == ["3 patients added, 1 row left out."]
    assert services.patients.count(MANAGER) == 3
    at_desk.press(Qt.Key.Key_Escape)
    at_desk.qtbot.waitUntil(lambda: not at_desk.dialogs())


def test_a_second_time_adds_nobody(at_desk: PageDesk, tmp_path: Path, services: Any) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    services.patients.import_file(MANAGER, path, skip_problems=True)
    dialog = choose(at_desk, path)
    at_desk.qtbot.waitUntil(dialog.preview.isVisible)
    assert dialog.preview.figure("known already") == "3"
    assert not dialog.run_button.isVisible()


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02", b"colour,shape\nred,round\n"])
def test_a_file_that_is_no_list_is_refused_at_the_field(
    at_desk: PageDesk, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content)
    dialog = choose(at_desk, path)
    at_desk.qtbot.waitUntil(lambda: bool(dialog.file_error))
    assert not dialog.run_button.isVisible()
    assert not dialog.preview.isVisible()


def test_a_stopped_import_adds_nobody(at_desk: PageDesk, tmp_path: Path, services: Any) -> None:
    path = tmp_path / "long.csv"
    rows = (f"{n},Given{n},Family{n},1980-01-01," for n in range(20_000))
    path.write_text("\n".join([LIST.splitlines()[0], *rows]), encoding="utf-8")
    dialog = choose(at_desk, path)
    at_desk.qtbot.waitUntil(dialog.run_button.isVisible, timeout=20_000)
    at_desk.press(Qt.Key.Key_Return, CONTROL)
    at_desk.qtbot.waitUntil(lambda: dialog.progress.part > 0, timeout=20_000)
    at_desk.press(Qt.Key.Key_Escape)
    at_desk.qtbot.waitUntil(lambda: "stopped" in dialog.card.problem.text(), timeout=20_000)
    assert dialog.is_open
    assert services.patients.count(MANAGER) == 0
    assert not dialog.progress.isVisible()
