"""Who pays for whom is seen and set on the page of patients, by keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.changes import ChangeBus
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from tests.account_desk import AccountDesk
from tests.billing_desk import RECEPTIONIST, pounds
from tests.gui.page_desk import DOCTOR, PageDesk, page_desk
from ui.patients.guarantor_dialog import NOBODY_CHOSEN, GuarantorDialog
from ui.patients.page import PatientsPage
from ui.patients.record_cards import balance_texts
from ui.schedule.appointment_words import inspected
from ui.schedule.chosen import read_chosen


@pytest.fixture
def accounts(file_database: Database, clock: FixedClock) -> AccountDesk:
    return AccountDesk(file_database, clock).open()


@pytest.fixture
def at_desk(
    qtbot: QtBot, accounts: AccountDesk, clock: FixedClock, bus: ChangeBus
) -> Iterator[PageDesk]:
    with page_desk(qtbot, accounts.services, clock, bus) as desk:
        desk.session.set_clinic(accounts.clinic_id)
        yield desk


def show(at_desk: PageDesk, patient_id: int, name: str) -> PatientsPage:
    page = PatientsPage(at_desk.desk)
    at_desk.show(page)
    page.show_patient(patient_id)
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == name)
    page.panel.hits.setFocus()
    return page


def choose(at_desk: PageDesk, text: str) -> GuarantorDialog:
    """Press G, type a name and save the first that is found."""
    at_desk.press(Qt.Key.Key_G)
    dialog: GuarantorDialog = at_desk.dialog(GuarantorDialog)
    at_desk.press(text)
    at_desk.qtbot.waitUntil(lambda: bool(dialog.who.list.lines))
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: dialog.who.patient is not None)
    at_desk.press(Qt.Key.Key_Return)
    return dialog


def test_a_family_is_shown_on_both_records(at_desk: PageDesk, accounts: AccountDesk) -> None:
    page = show(at_desk, accounts.leo, "Leo Álvarez")
    assert page.record.family.facts.facts == (("Bills go to", "Rosa Álvarez"),)
    page.show_patient(accounts.rosa)
    expected = (("Bills go to", "the patient"), ("Pays for", "Leo Álvarez, Mia Álvarez"))
    at_desk.qtbot.waitUntil(lambda: page.record.family.facts.facts == expected)


def test_a_guarantor_is_chosen_and_taken_back_by_keys(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    page = show(at_desk, accounts.patient_id, "Chloé Martin")
    choose(at_desk, "rosa")
    rosa = (("Bills go to", "Rosa Álvarez"),)
    at_desk.qtbot.waitUntil(lambda: page.record.family.facts.facts == rosa)
    assert "Chloé Martin: bills go to Rosa Álvarez" in at_desk.messages
    at_desk.press(Qt.Key.Key_G)
    at_desk.dialog(GuarantorDialog)
    at_desk.press(Qt.Key.Key_F4)
    back = (("Bills go to", "the patient"),)
    at_desk.qtbot.waitUntil(lambda: page.record.family.facts.facts == back)
    assert accounts.services.families.family(RECEPTIONIST, accounts.patient_id).guarantor is None


def test_a_refusal_stands_at_the_field_with_the_way_out(
    at_desk: PageDesk, accounts: AccountDesk
) -> None:
    show(at_desk, accounts.patient_id, "Chloé Martin")
    at_desk.press(Qt.Key.Key_G)
    dialog = at_desk.dialog(GuarantorDialog)
    assert not dialog.nobody.isVisible()
    at_desk.press(Qt.Key.Key_Return)
    at_desk.qtbot.waitUntil(lambda: NOBODY_CHOSEN in at_desk.texts())
    at_desk.press(Qt.Key.Key_Escape)
    choose(at_desk, "leo")
    at_desk.qtbot.waitUntil(
        lambda: (
            "The bills of Leo Álvarez go to Rosa Álvarez. Choose Rosa Álvarez instead."
            in at_desk.texts()
        )
    )


def test_credit_stands_beside_what_is_due(at_desk: PageDesk, accounts: AccountDesk) -> None:
    accounts.bill(accounts.rosa, 9500)
    accounts.overpay(accounts.bill(accounts.rosa, 4500), 1500)
    page = show(at_desk, accounts.rosa, "Rosa Álvarez")
    assert page.record.cards.figure.text() == "£95.00 due"
    assert page.record.cards.figure_note.text() == "On open invoices, and £15.00 in credit"
    at_desk.session.set_actor(DOCTOR)
    page.mark_stale()
    page.show_patient(accounts.leo)
    at_desk.qtbot.waitUntil(lambda: page.record.shown_name == "Leo Álvarez")
    assert not page.record.cards.figure.isVisible()


def test_the_calendar_tells_of_credit_beside_the_debt(accounts: AccountDesk) -> None:
    first, second = accounts.bill(accounts.rosa, 4500), accounts.bill(accounts.rosa, 9500)
    accounts.overpay(first, 1500)
    assert second.appointment_id is not None
    chosen = read_chosen(accounts.services, RECEPTIONIST, second.appointment_id)
    told = inspected(chosen, actor=RECEPTIONIST, now=accounts.clock.now()).balance
    assert [(fact.text, fact.sum) for fact in told] == [
        ("Open invoices", "£95.00 due"),
        ("In credit", "£15.00"),
    ]
    unseen = read_chosen(accounts.services, DOCTOR, second.appointment_id)
    assert inspected(unseen, actor=DOCTOR, now=accounts.clock.now()).balance == ()


def test_balances_in_words() -> None:
    yen = Money(900, "JPY")
    assert balance_texts(None) == ("Nothing due", "All invoices are settled")
    assert balance_texts(pounds(0), [pounds(500), yen])[0] == "£5.00 and ¥900 in credit"
    assert balance_texts(pounds(700), [])[1] == "On open invoices"
