"""The till is opened, counted and closed with few keys."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from tests.billing_desk import MANAGER, RECEPTIONIST, pounds
from tests.gui.page_desk import PageDesk, page_desk
from tests.till_desk import FLOAT, TillDesk
from ui.billing.page import BillingPage
from ui.billing.till_dialog import TillDialog
from ui.billing.till_drawer import DrawerDialog, OpenTillDialog
from ui.core.pdf_view import PdfDialog

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def billing(file_database: Database, clock: FixedClock) -> TillDesk:
    desk = TillDesk(file_database, clock)
    desk.set_up()
    return desk


@pytest.fixture
def at_desk(
    qtbot: QtBot, billing: TillDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, billing, clock, bus) as desk:
        desk.session.set_clinic(billing.clinic_id)
        yield desk


@pytest.fixture
def page(at_desk: PageDesk) -> BillingPage:
    made = BillingPage(at_desk.desk)
    at_desk.show(made)
    return made


def _waits_for_till(at_desk: PageDesk, billing: TillDesk, *, is_open: bool) -> None:
    at_desk.qtbot.waitUntil(
        lambda: (billing.tills.till(RECEPTIONIST, billing.clinic_id) is not None) is is_open
    )


@pytest.mark.usefixtures("page")
def test_it_opens_with_what_was_left_in_it(at_desk: PageDesk, billing: TillDesk) -> None:
    at_desk.press(Qt.Key.Key_T)
    at_desk.dialog(OpenTillDialog)
    at_desk.press("75")
    at_desk.press(Qt.Key.Key_Return)
    _waits_for_till(at_desk, billing, is_open=True)
    assert billing.now().float_kept == pounds(7500)


@pytest.mark.usefixtures("page")
def test_closing_takes_three_keys_and_the_count(at_desk: PageDesk, billing: TillDesk) -> None:
    billing.opened(FLOAT)
    billing.cash(4000)
    billing.clock.advance(timedelta(seconds=1))
    at_desk.press(Qt.Key.Key_T)
    dialog = at_desk.dialog(TillDialog)
    assert ("Should be there", "£90.00") in dialog.facts.facts
    for typed in ("1", "2"):
        at_desk.press(typed)
        at_desk.press(Qt.Key.Key_Return)
    assert dialog.difference.text() == "£90.00 counted · it fits"
    assert dialog.button.text() == "Close the till with £90.00"
    at_desk.press(Qt.Key.Key_Return, CTRL)
    at_desk.dialog(PdfDialog)
    assert billing.tills.closed(MANAGER, billing.clinic_id)[0].counted == {5000: 1, 2000: 2}
    assert "Till closed · £40.00 goes to the bank" in at_desk.messages


@pytest.mark.usefixtures("page")
def test_a_difference_asks_for_its_reason_and_keeps_the_count(
    at_desk: PageDesk, billing: TillDesk
) -> None:
    billing.opened(FLOAT)
    at_desk.press(Qt.Key.Key_T)
    dialog = at_desk.dialog(TillDialog)
    at_desk.press(Qt.Key.Key_Return)
    at_desk.press("2")
    assert dialog.difference.text() == "£40.00 counted · £10.00 too little"
    dialog.left_edit.setText("40")
    at_desk.press(Qt.Key.Key_Return, CTRL)
    at_desk.qtbot.waitUntil(lambda: at_desk.window.focusWidget() is dialog.reason_edit)
    assert dialog.count.counts == {2000: 2}
    at_desk.press("A note is missing")
    at_desk.press(Qt.Key.Key_Return, CTRL)
    _waits_for_till(at_desk, billing, is_open=False)
    assert billing.tills.closed(MANAGER, billing.clinic_id)[0].reason == "A note is missing"


@pytest.mark.usefixtures("page")
def test_cash_goes_out_while_the_count_stays(at_desk: PageDesk, billing: TillDesk) -> None:
    billing.opened(FLOAT)
    at_desk.press(Qt.Key.Key_T)
    till = at_desk.dialog(TillDialog)
    at_desk.press("1")
    at_desk.press(Qt.Key.Key_F6)
    at_desk.dialog(DrawerDialog)
    at_desk.press("12")
    at_desk.press(Qt.Key.Key_Tab)
    at_desk.press("Stamps")
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: ("Stamps", "−£12.00") in till.facts.facts)
    assert till.count.counts == {5000: 1}
    assert "£12.00 too much" in till.difference.text()


def test_who_may_not_close_sees_no_button_for_it(
    at_desk: PageDesk, billing: TillDesk, page: BillingPage
) -> None:
    at_desk.session.set_actor(RECEPTIONIST)
    page.mark_stale()
    billing.opened(FLOAT)
    at_desk.press(Qt.Key.Key_T)
    dialog = at_desk.dialog(TillDialog)
    assert not dialog.button.isVisible()
    at_desk.press(Qt.Key.Key_Return, CTRL)
    assert dialog.is_open
    assert billing.now().float_kept == FLOAT
