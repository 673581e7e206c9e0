"""Settings stands at the foot of the rail, for whoever may set the clinic up."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.access import Actor, Role
from ui.core.theme import Mode, Theme
from ui.program import entries
from ui.shell.rail import Rail, RailButton


@pytest.fixture
def rail(qtbot: QtBot) -> Iterator[Rail]:
    theme = Theme()
    theme.set_mode(Mode.LIGHT)
    made = Rail(theme)
    qtbot.addWidget(made)
    made.resize(64, 700)
    yield made
    made.hide()


def shown_for(role: Role) -> list[str]:
    may = Actor(None, "X", frozenset({role})).may
    return [entry.name for entry in entries() if entry.is_for(may)]


def test_only_who_may_set_up_has_settings() -> None:
    assert "Settings" in shown_for(Role.MANAGER)
    assert shown_for(Role.ADMINISTRATOR) == ["Settings"]
    for role in (Role.RECEPTIONIST, Role.DOCTOR):
        assert "Settings" not in shown_for(role)


def test_settings_stands_at_the_foot_and_answers_to_its_key(rail: Rail, qtbot: QtBot) -> None:
    numbered = list(enumerate(entries()))
    rail.show_entries(numbered, "John Abara")
    rail.show()
    rail.activateWindow()
    qtbot.waitUntil(rail.isActiveWindow)
    buttons = {button.text(): button for button in rail.findChildren(RailButton)}
    foot = buttons.pop("Settings")
    assert foot.geometry().top() > max(each.geometry().bottom() for each in buttons.values()) + 50
    with qtbot.waitSignal(rail.chosen) as chosen:
        qtbot.keyClick(rail, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert entries()[chosen.args[0]].name == "Settings"
