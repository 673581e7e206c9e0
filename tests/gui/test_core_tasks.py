"""Work beside the window: where it runs, in which order, and what becomes of errors."""

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.errors import ClinicDeskError, RuleError
from ui.core.bug_dialog import BugDialog
from ui.core.buttons import KeyButton
from ui.core.change_bridge import ChangeBridge
from ui.core.errors import ErrorPresenter
from ui.core.tasks import Lane, Tasks
from ui.core.theme import Theme


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(900, 600)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def tasks(qtbot: QtBot, window: QWidget) -> Iterator[Tasks]:
    made = Tasks(ErrorPresenter(Theme(), lambda: window))
    yield made
    made.close()


def test_work_runs_beside_the_window_and_its_result_comes_back_to_it(
    qtbot: QtBot, tasks: Tasks, window: QWidget
) -> None:
    threads: list[object] = []
    tasks.run(
        window,
        lambda: threads.append(threading.get_ident()) or 42,
        done=lambda result: threads.append((result, threading.get_ident())),
    )
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] != threading.get_ident()
    assert threads[1] == (42, threading.get_ident())


def test_the_data_lane_keeps_the_order(qtbot: QtBot, tasks: Tasks, window: QWidget) -> None:
    started, finished, first_may_end = [], [], threading.Event()

    def slow() -> int:
        started.append(1)
        first_may_end.wait(10)
        return 1

    tasks.run(window, slow, done=finished.append)
    tasks.run(window, lambda: started.append(2) or 2, done=finished.append)
    qtbot.waitUntil(lambda: started == [1])
    first_may_end.set()
    qtbot.waitUntil(lambda: len(finished) == 2)
    assert (started, finished) == ([1, 2], [1, 2])


def test_a_slow_provider_does_not_hold_up_the_data(
    qtbot: QtBot, tasks: Tasks, window: QWidget
) -> None:
    answer, finished = threading.Event(), []
    tasks.run(
        window, lambda: answer.wait(10), done=lambda _: finished.append("net"), lane=Lane.NETWORK
    )
    tasks.run(window, lambda: "data", done=finished.append)
    qtbot.waitUntil(lambda: finished == ["data"])
    answer.set()
    qtbot.waitUntil(lambda: finished == ["data", "net"])


def test_nothing_is_called_once_the_owner_is_gone(
    qtbot: QtBot, tasks: Tasks, window: QWidget
) -> None:
    owner, may_end, called = QObject(), threading.Event(), []
    tasks.run(
        owner, lambda: may_end.wait(10), done=called.append, settled=lambda: called.append("s")
    )
    owner.deleteLater()
    qtbot.waitUntil(lambda: _is_gone(owner))
    may_end.set()
    tasks.run(window, lambda: "after", done=called.append)
    qtbot.waitUntil(lambda: bool(called))
    assert called == ["after"]


def _is_gone(owner: QObject) -> bool:
    import shiboken6

    return not shiboken6.isValid(owner)


def test_of_the_same_search_only_the_newest_counts(
    qtbot: QtBot, tasks: Tasks, window: QWidget
) -> None:
    may_go, ran, shown = threading.Event(), [], []

    def search(text: str) -> str:
        ran.append(text)
        may_go.wait(10)
        return text

    tasks.run(window, lambda: search("r"), done=shown.append, newest="search")
    qtbot.waitUntil(lambda: ran == ["r"])
    tasks.run(window, lambda: search("ro"), done=shown.append, newest="search")
    tasks.run(window, lambda: search("ros"), done=shown.append, newest="search")
    may_go.set()
    qtbot.waitUntil(lambda: bool(shown))
    assert (ran, shown) == (["r", "ros"], ["ros"])


def test_busy_shows_only_when_it_takes_long(qtbot: QtBot, tasks: Tasks, window: QWidget) -> None:
    busy: list[object] = []
    may_end = threading.Event()
    tasks.run(window, lambda: None, done=lambda _: busy.append("quick"), busy=busy.append)
    qtbot.waitUntil(lambda: busy == ["quick"])
    tasks.run(window, lambda: may_end.wait(10), done=lambda _: busy.append("d"), busy=busy.append)
    qtbot.waitUntil(lambda: busy == ["quick", True])
    may_end.set()
    qtbot.waitUntil(lambda: busy == ["quick", True, False, "d"])


def test_working_tells_when_the_data_lane_has_something_to_do(
    qtbot: QtBot, tasks: Tasks, window: QWidget
) -> None:
    told: list[bool] = []
    tasks.working.connect(told.append)
    with qtbot.waitSignal(tasks.working, check_params_cb=lambda busy: not busy):
        tasks.run(window, lambda: None, done=lambda _: None)
    assert told == [True, False]


def refuse() -> None:
    raise RuleError("The visit has not been finished yet. Finish it first.")


def fail() -> None:
    raise ValueError("Chloé Martin, born 14 May 1986")


def test_a_known_error_goes_to_whoever_asked(qtbot: QtBot, tasks: Tasks, window: QWidget) -> None:
    heard: list[object] = []
    tasks.run(
        window, refuse, done=heard.append, failed=heard.append, settled=lambda: heard.append("end")
    )
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[0] == "end"
    assert isinstance(heard[1], ClinicDeskError)


def test_a_known_error_that_nobody_takes_is_shown_in_its_words(
    qtbot: QtBot, tasks: Tasks, window: QWidget
) -> None:
    tasks.run(window, refuse, done=lambda _: None)
    qtbot.waitUntil(lambda: "Not possible now" in texts(window))
    assert "The visit has not been finished yet. Finish it first." in texts(window)


def test_a_bug_is_logged_without_its_words_and_shown_with_details_to_copy(
    qtbot: QtBot, tasks: Tasks, window: QWidget, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        tasks.run(window, fail, done=lambda _: None, failed=lambda _: None)
        qtbot.waitUntil(lambda: window.findChild(BugDialog) is not None)
    assert "ValueError" in caplog.text
    assert "test_core_tasks.py" in caplog.text
    assert "Chloé" not in caplog.text
    dialog = window.findChild(BugDialog)
    assert isinstance(dialog, BugDialog)
    buttons = {button.accessibleName(): button for button in dialog.findChildren(KeyButton)}
    assert "Show details" in buttons
    buttons["Copy"].click()
    copied = QGuiApplication.clipboard().text()
    assert "ValueError" in copied
    assert "Chloé" not in copied


def test_closing_finishes_what_is_being_written(qtbot: QtBot, window: QWidget) -> None:
    tasks, written = Tasks(ErrorPresenter(Theme(), lambda: window)), []
    for number in range(20):
        tasks.run(window, lambda number=number: written.append(number), done=lambda _: None)
    tasks.close()
    assert written == list(range(20))
    tasks.run(window, lambda: written.append(99), done=lambda _: written.append(100))
    QGuiApplication.processEvents()
    assert written == list(range(20))


def test_the_changes_of_many_commits_arrive_once_and_on_the_windows_thread(qtbot: QtBot) -> None:
    bus = ChangeBus()
    bridge = ChangeBridge(bus)
    told: list[list[Change]] = []
    threads: list[object] = []
    bridge.changed.connect(told.append)
    bridge.changed.connect(lambda _: threads.append(QThread.currentThread()))
    one, two = Change(Topic.APPOINTMENT, 1), Change(Topic.PATIENT, 2)

    def commit() -> None:
        for _ in range(5):
            bus.publish([one])
        bus.publish([one, two])

    worker = threading.Thread(target=commit)
    with qtbot.waitSignal(bridge.changed):
        worker.start()
        worker.join()
    assert told == [[one, two]]
    assert threads == [bridge.thread()]
    bridge.close()
    bus.publish([two])
    QGuiApplication.processEvents()
    assert len(told) == 1


def texts(window: QWidget) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
