"""Buttons, fields, tables and dialogs under real keys and clicks."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.errors import ConflictError, InvalidInputError
from ui.core.buttons import KeyButton, key_sign
from ui.core.dialogs import Dialog
from ui.core.hit_list import HitLine, HitList, matched_spans
from ui.core.inputs import Choice, FieldBox, SearchField
from ui.core.labels import ElidedLabel
from ui.core.segmented import Segmented
from ui.core.table_model import TONE_ROLE, Column, TableModel
from ui.core.table_view import TableView
from ui.core.theme import Mode, Theme

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme()
    theme.set_mode(Mode.LIGHT)
    return theme


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QWidget:
    window = QWidget()
    window.resize(1000, 700)
    QVBoxLayout(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def put(window: QWidget, *widgets: QWidget) -> None:
    layout = window.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)
    QApplication.processEvents()


def test_a_button_is_pressed_by_the_key_it_shows(
    qtbot: QtBot, theme: Theme, window: QWidget
) -> None:
    button = KeyButton(theme, "Book", key="Ctrl+N", kind="primary")
    put(window, button)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(window, Qt.Key.Key_N, CTRL)
    button.set_text("Book Tue 24 Nov 11:15")
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(window, Qt.Key.Key_N, CTRL)
    assert (key_sign("Ctrl+N"), button.accessibleName()) == ("Ctrl N", "Book Tue 24 Nov 11:15")


def test_a_letter_key_does_not_take_what_is_typed(
    qtbot: QtBot, theme: Theme, window: QWidget
) -> None:
    button, edit = KeyButton(theme, "Check in", key="A"), QLineEdit()
    put(window, button, edit)
    edit.setFocus()
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.keyClicks(edit, "a")
    assert edit.text() == "a"


def test_the_search_key_puts_the_cursor_in_the_search(
    qtbot: QtBot, theme: Theme, window: QWidget
) -> None:
    search, other = SearchField(theme, "Find patient…", key="Ctrl+K"), QLineEdit()
    put(window, search, other)
    other.setFocus()
    qtbot.keyClick(other, Qt.Key.Key_K, CTRL)
    assert search.hasFocus()
    assert search.accessibleName() == "Find patient"


def test_segments_are_chosen_by_key_and_mouse(qtbot: QtBot, theme: Theme, window: QWidget) -> None:
    row = Segmented(theme, ["Day", "Week", "Month"], name="View")
    put(window, row)
    with qtbot.waitSignal(row.chosen):
        qtbot.keyClick(row, Qt.Key.Key_Right)
    assert row.accessibleName() == "View: Week"
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(row.width() - 5, 10))
    assert row.current == 2


def test_a_choice_keeps_what_was_chosen_when_the_entries_change(theme: Theme) -> None:
    choice = Choice(theme, name="Clinic", entries=[("Main Street", 1), ("Riverside", 2)])
    choice.setCurrentIndex(1)
    choice.set_entries([("New", 3), ("Riverside", 2)])
    assert choice.currentData() == 2
    choice.set_entries([])
    assert choice.currentData() is None


def test_an_error_stands_at_its_field_and_goes_again(theme: Theme, window: QWidget) -> None:
    box = FieldBox("Login name", QLineEdit())
    put(window, box)
    box.set_error("Please enter your login name.")
    assert box.error == "Please enter your login name."
    assert box.editor.accessibleDescription() == box.error
    box.set_error("")
    assert box.error == ""


def test_a_long_label_is_shortened_and_tells_the_whole_as_its_tip(window: QWidget) -> None:
    label = ElidedLabel("Maximilian Featherstonehaugh-Cholmondeley")
    put(window, label)
    window.resize(140, 100)
    QApplication.processEvents()
    assert label.text().endswith("…")
    assert label.toolTip() == label.accessibleName()
    window.resize(900, 100)
    QApplication.processEvents()
    assert label.text() == "Maximilian Featherstonehaugh-Cholmondeley"


def test_matches_are_found_without_regard_to_accents_and_at_the_start_of_words() -> None:
    spans = matched_spans("Rosa Álvarez", "rosa alv")
    assert ["Rosa Álvarez"[a:b] for a, b in spans] == ["Rosa", "Álv"]
    assert matched_spans("Nguyễn Thị Hoa", "thi") == [(7, 10)]
    assert matched_spans("Martina", "tina") == []


def test_hits_are_lit_with_arrows_and_picked_with_enter(
    qtbot: QtBot, theme: Theme, window: QWidget
) -> None:
    hits, edit = HitList(theme, name="Patients"), KeyEater()
    edit.hits = hits
    put(window, edit, hits)
    hits.show_lines([HitLine("Rosa Álvarez", "02 Feb 1979"), HitLine("Rosalie Alvin")], "rosa")
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert hits.accessibleName().startswith("Patients: Rosalie Alvin")
    with qtbot.waitSignal(hits.picked) as picked:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert picked.args == [1]
    with qtbot.waitSignal(hits.picked) as picked:
        qtbot.mouseClick(hits, Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    assert picked.args == [0]


class KeyEater(QLineEdit):
    hits: HitList

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        if not self.hits.take_key(event):
            super().keyPressEvent(event)


def test_a_table_shows_records_and_opens_the_chosen_one(
    qtbot: QtBot, theme: Theme, window: QWidget
) -> None:
    model = TableModel[tuple[str, str]](
        [
            Column("Invoice", lambda r: r[0], is_strong=True),
            Column("Status", lambda r: r[1], tone=lambda _: "requested"),
            Column("Due", lambda _: "£95.00", is_right=True),
        ],
        [("INV-1", "Due"), ("INV-2", "Paid")],
    )
    table = TableView(theme, model, name="Invoices")
    put(window, table)
    table.selectRow(1)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [("INV-2", "Paid")]
    assert model.headerData(0, Qt.Orientation.Horizontal) == "INVOICE"
    assert model.index(0, 1).data(TONE_ROLE) == "requested"
    assert not table.grab().isNull()
    model.set_records([])
    assert table.current_record() is None


class Asking(Dialog):
    """A dialog with two fields and two buttons."""

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host, theme, title="Book an appointment")
        self.pressed: list[str] = []
        self.name_edit, self.reason_edit = QLineEdit(), QLineEdit()
        self.add_field("Name", self.name_edit, name="name")
        self.add_field("Reason", self.reason_edit, name="reason")
        for text, key, is_default in (("Other", "Ctrl+Return", False), ("Book", "Return", True)):
            button = KeyButton(theme, text, key=key)
            button.clicked.connect(lambda _on=False, text=text: self.pressed.append(text))
            self.add_button(button, is_default=is_default)


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, window: QWidget) -> Asking:
    before = QLineEdit()
    put(window, before)
    before.setFocus()
    dialog = Asking(window, theme)
    dialog.open()
    qtbot.waitUntil(dialog.name_edit.hasFocus)
    return dialog


def test_a_dialog_takes_the_window_and_gives_the_focus_back(qtbot: QtBot, dialog: Asking) -> None:
    window = dialog.window()
    before = window.findChild(QLineEdit, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert dialog.size() == window.size()
    with qtbot.waitSignal(dialog.closed):
        qtbot.keyClick(dialog.name_edit, Qt.Key.Key_Escape)
    assert before is not None
    assert before.hasFocus()


def test_tab_stays_inside_a_dialog(qtbot: QtBot, dialog: Asking) -> None:
    seen = []
    for _ in range(5):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert dialog.card.isAncestorOf(focus)
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert len(set(seen)) == 4
    assert seen[4] is seen[0]


def test_what_lies_beneath_a_dialog_hears_no_key_but_lock(qtbot: QtBot, dialog: Asking) -> None:
    window, heard = dialog.window(), []
    for key in ("Ctrl+N", "F2", "A"):
        QShortcut(QKeySequence(key), window, lambda key=key: heard.append(key))
    qtbot.keyClick(dialog.name_edit, Qt.Key.Key_N, CTRL)
    qtbot.keyClicks(dialog.name_edit, "a")
    qtbot.keyClick(dialog.name_edit, Qt.Key.Key_F2)
    assert (heard, dialog.name_edit.text()) == (["F2"], "a")


def test_enter_presses_the_default_button_and_keys_their_own(qtbot: QtBot, dialog: Asking) -> None:
    qtbot.keyClick(dialog.name_edit, Qt.Key.Key_Return)
    qtbot.keyClick(dialog.name_edit, Qt.Key.Key_Return, CTRL)
    assert dialog.pressed == ["Book", "Other"]


def test_a_dialogs_error_stands_at_its_field_or_above_the_buttons(dialog: Asking) -> None:
    dialog.name_edit.setText("Rosa")
    dialog.show_problem(InvalidInputError("Please say why.", field="reason"))
    assert dialog.reason_edit.hasFocus()
    assert dialog.reason_edit.accessibleDescription() == "Please say why."
    dialog.show_problem(ConflictError("Somebody booked that time meanwhile."))
    assert dialog.card.problem.text() == "Somebody booked that time meanwhile."
    assert dialog.reason_edit.accessibleDescription() == ""
    assert dialog.name_edit.text() == "Rosa"


def test_a_dialog_put_aside_comes_back_as_it_was(qtbot: QtBot, dialog: Asking) -> None:
    dialog.name_edit.setText("Rosa")
    dialog.put_aside()
    assert not dialog.isVisible()
    dialog.take_up()
    assert dialog.isVisible()
    assert dialog.name_edit.text() == "Rosa"


def test_a_tall_dialog_scrolls_in_a_low_window(dialog: Asking) -> None:
    for number in range(30):
        dialog.add_field(f"Field {number}", QLineEdit())
    dialog.window().resize(1280, 720)
    QApplication.processEvents()
    card = dialog.card.geometry()
    assert dialog.rect().contains(card)
    for button in dialog.card.findChildren(KeyButton):
        corner = button.mapTo(dialog, button.rect().bottomRight())
        assert card.contains(corner)
