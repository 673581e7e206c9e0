"""The one search: an Enter pressed before the hits are there opens the hit that then comes."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.core.errors import ErrorPresenter
from ui.core.tasks import Tasks
from ui.core.theme import Theme
from ui.shell.search_box import SearchBox, SearchHit


class SlowSearch:
    """Answers only when it is let."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()

    def __call__(self, query: str) -> list[SearchHit]:
        self.may_answer.wait(10)
        return [SearchHit(query, "", "patient", len(query))]


@pytest.mark.parametrize("wait_for_first", [False, True])
def test_an_early_enter_is_kept(qtbot: QtBot, wait_for_first: bool) -> None:
    host, field, search = QWidget(), QLineEdit(), SlowSearch()
    QVBoxLayout(host).addWidget(field)
    qtbot.addWidget(host)
    theme = Theme()
    tasks = Tasks(ErrorPresenter(theme, lambda: host), host)
    box = SearchBox(theme, tasks, field, host)
    box.set_search(search)
    host.show()
    host.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    opened: list[int] = []
    box.opened.connect(lambda _kind, item: opened.append(item))
    if wait_for_first:
        search.may_answer.set()
        qtbot.keyClicks(field, "cla")
        qtbot.waitUntil(box.list.isVisible)
        search.may_answer.clear()
    qtbot.keyClicks(field, "ra")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert opened == []
    search.may_answer.set()
    qtbot.waitUntil(lambda: opened != [])
    assert opened == [5 if wait_for_first else 2]
    tasks.close()
