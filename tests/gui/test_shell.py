"""The window: painted before the data is there, signed in to, locked, handed over."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.access import Action, Actor, Role, program_actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.changes import Change, ChangeBus, Topic
from clinicdesk.clinics.records import NewClinic
from clinicdesk.clinics.service import ClinicService
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.errors import StorageError
from clinicdesk.outbox.service import OutboxService
from clinicdesk.payments.gateway import CardGateway
from clinicdesk.payments.journal.service import JournalService
from clinicdesk.payments.keys.provider import CardProvider
from clinicdesk.payments.keys.service import CardKeyService
from clinicdesk.payments.links.service import LinkService
from clinicdesk.payments.obstacles import CardsOffError
from clinicdesk.payments.service import PaymentService, RefundService
from clinicdesk.settings.service import SettingsService
from clinicdesk.staff.passwords import Passwords
from clinicdesk.staff.records import NewUser
from clinicdesk.staff.service import StaffService
from tests.gui.calendar_desk import SETUP, open_clinic
from tests.services import KeptSecrets
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.page import Page, PageEntry
from ui.core.session import Desk, Session
from ui.core.theme import Mode, Theme
from ui.shell.rail import RailButton, initials
from ui.shell.search_box import SearchHit
from ui.shell.searches import desk_search
from ui.shell.status_bar import StatusItem
from ui.shell.window import MainWindow

CTRL = Qt.KeyboardModifier.ControlModifier
PASSWORD = "three plain words"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PEOPLE = {
    "maria": ("Maria Keane", Role.RECEPTIONIST),
    "john": ("John Abara", Role.MANAGER),
    "ada": ("Ada Root", Role.ADMINISTRATOR),
}
ROOT = Path(__file__).parents[2]


class Notes(Page):
    """A page with a field, to see what becomes of drafts and of changes."""

    topics = frozenset({Topic.PATIENT})

    def __init__(self, desk: Desk, title: str = "Notes") -> None:
        super().__init__(desk, title)
        self.refreshed, self.opened = 0, [("", 0)]
        self.edit, self.label = QLineEdit(), QLabel(f"the secret of {title}")
        self.button = KeyButton(desk.theme, "Add", key="Ctrl+N", kind="primary")
        layout = QVBoxLayout(self)
        layout.addWidget(self.label)
        layout.addWidget(self.edit)

    def top_actions(self) -> Sequence[KeyButton]:
        return (self.button,)

    def first_focus(self) -> QWidget:
        return self.edit

    def refresh(self) -> None:
        self.refreshed += 1

    def open_item(self, kind: str, item_id: int) -> None:
        self.opened.append((kind, item_id))


ENTRIES = (
    PageEntry("Calendar", "calendar", Action.SEE_CALENDAR, lambda d: Notes(d, "Calendar")),
    PageEntry(
        "Patients",
        "patients",
        Action.FIND_PATIENT,
        lambda desk: Notes(desk, "Patients"),
        frozenset({"patient"}),
    ),
    PageEntry("Staff", "settings", Action.SET_UP_STAFF, lambda desk: Notes(desk, "Staff")),
    PageEntry("Import", "import", Action.IMPORT_PATIENTS, lambda desk: Notes(desk, "Import")),
)


@pytest.fixture
def services(file_database: Database, clock: FixedClock) -> Any:
    audit = AuditLog(file_database, clock=clock, key=b"k" * 32)
    clinics = ClinicService(file_database, audit=audit)
    clinics.open_clinic(
        program_actor(), NewClinic("Main Street Clinic", "Europe/London", "GBP", "GB")
    )
    staff = StaffService(file_database, clock=clock, audit=audit, passwords=QUICK)
    for login, (name, role) in PEOPLE.items():
        staff.add_user(program_actor(), NewUser(login, name, PASSWORD, frozenset({role})))
    payments = PaymentService(file_database, clock=clock, audit=audit, gateways=no_cards)
    refunds = RefundService(file_database, clock=clock, audit=audit, gateways=no_cards)
    links = LinkService(file_database, clock=clock, audit=audit, gateways=no_cards)
    secrets = KeptSecrets()
    provider = CardProvider(
        SettingsService(file_database), secrets, clock=clock, check=lambda _live: None
    )
    return SimpleNamespace(
        staff=staff,
        card_keys=CardKeyService(file_database, secrets, provider=provider, audit=audit),
        clinics=clinics,
        outbox=OutboxService(file_database, clock=clock, audit=audit),
        payments=payments,
        refunds=refunds,
        journal=JournalService(file_database, payments=payments, refunds=refunds, links=links),
    )


def no_cards() -> CardGateway:
    raise CardsOffError


@pytest.fixture
def window(qtbot: QtBot, clock: FixedClock) -> Iterator[MainWindow]:
    theme = Theme()
    theme.set_mode(Mode.LIGHT)
    window = MainWindow(theme, clock=clock, entries=ENTRIES, desk_name="Front desk 1")
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()


def sign_in(qtbot: QtBot, window: MainWindow, login: str, password: str = PASSWORD) -> None:
    edit = window.sign_in.login_edit
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, login)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert window.sign_in.password_edit.hasFocus()
    qtbot.keyClicks(window.sign_in.password_edit, password)
    qtbot.keyClick(window.sign_in.password_edit, Qt.Key.Key_Return)


@pytest.fixture
def entered(qtbot: QtBot, window: MainWindow, services: Any, bus: ChangeBus) -> MainWindow:
    window.attach(services, bus)
    with qtbot.waitSignal(window.entered):
        sign_in(qtbot, window, "maria")
    return window


def names(window: MainWindow) -> list[str]:
    return [button.text() for button in window.rail.findChildren(RailButton) if button.isVisible()]


def words(window: MainWindow) -> str:
    return " | ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def page(window: MainWindow, number: int) -> Notes:
    found = window.page(number)
    assert isinstance(found, Notes)
    return found


FIRST_PICTURE = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication([])
from clinicdesk.clock import SystemClock
from ui.core.theme import Theme
from ui.shell.status_bar import StatusItem
from ui.shell.window import MainWindow
theme = Theme()
theme.apply()
window = MainWindow(theme, clock=SystemClock(), entries=(), desk_name="")
window.show()
assert not window.grab().isNull()
heavy = {"sqlalchemy", "stripe", "reportlab", "alembic", "requests", "sqlcipher3", "psycopg"}
print(sorted(heavy & set(sys.modules)))
window.close()
"""


def test_the_first_picture_waits_for_no_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PICTURE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_before_the_data_is_there_the_window_says_so(window: MainWindow) -> None:
    assert "Opening the clinic's data…" in words(window)
    assert not window.sign_in.button.isEnabled()
    assert names(window) == []


def test_data_that_cannot_be_opened_is_told_in_words(window: MainWindow) -> None:
    window.show_opening_error(StorageError("The clinic's file is not there. Look for the drive."))
    assert "The clinic's file is not there. Look for the drive." in words(window)


def test_somebody_signs_in_and_sees_what_they_may(entered: MainWindow, qtbot: QtBot) -> None:
    assert names(entered) == ["Calendar", "Patients"]
    assert page(entered, 0).isVisible()
    assert page(entered, 0).edit.hasFocus()
    assert entered.sign_in.password_edit.text() == ""
    qtbot.waitUntil(lambda: "Europe/London · Maria Keane (Receptionist)" in words(entered))


def test_a_wrong_password_is_told_and_the_name_stays(
    qtbot: QtBot, window: MainWindow, services: Any, bus: ChangeBus
) -> None:
    window.attach(services, bus)
    sign_in(qtbot, window, "maria", "wrong")
    qtbot.waitUntil(lambda: "That name and password do not fit. Please try again." in words(window))
    assert window.sign_in.login_edit.text() == "maria"
    assert window.sign_in.password_edit.hasFocus()
    assert names(window) == []
    with qtbot.waitSignal(window.entered):
        qtbot.keyClicks(window.sign_in.password_edit, PASSWORD)
        qtbot.keyClick(window.sign_in.password_edit, Qt.Key.Key_Return)


def test_missing_fields_are_told_at_the_field(
    qtbot: QtBot, window: MainWindow, services: Any, bus: ChangeBus
) -> None:
    window.attach(services, bus)
    window.sign_in.button.click()
    assert window.sign_in.login_edit.accessibleDescription() == "Please enter your login name."
    qtbot.keyClicks(window.sign_in.login_edit, "maria")
    assert window.sign_in.login_edit.accessibleDescription() == ""


def test_keys_switch_pages_and_the_top_bar_follows(qtbot: QtBot, entered: MainWindow) -> None:
    qtbot.keyClick(entered, Qt.Key.Key_2, CTRL)
    assert page(entered, 1).isVisible()
    assert page(entered, 1).button.isVisible()
    assert not page(entered, 0).button.isVisible()
    assert "Patients" in words(entered)
    with qtbot.waitSignal(page(entered, 1).button.clicked):
        qtbot.keyClick(entered, Qt.Key.Key_N, CTRL)


def test_locking_hides_everything_and_loses_nothing(qtbot: QtBot, entered: MainWindow) -> None:
    draft = page(entered, 0)
    qtbot.keyClicks(draft.edit, "half a note")
    dialog = Dialog(draft, entered.theme, title="Refund")
    typed = QLineEdit("reason")
    dialog.add_field("Reason", typed)
    dialog.open()
    qtbot.keyClick(typed, Qt.Key.Key_F2)
    assert "the secret of Calendar" not in words(entered)
    assert "Maria Keane locked this desk." in words(entered)
    assert names(entered) == []
    assert not dialog.isVisible()
    qtbot.keyClick(entered, Qt.Key.Key_1, CTRL)
    assert not draft.isVisible()
    with qtbot.waitSignal(entered.entered):
        qtbot.keyClicks(entered.sign_in.password_edit, PASSWORD)
        qtbot.keyClick(entered.sign_in.password_edit, Qt.Key.Key_Return)
    assert draft.isVisible()
    assert draft.edit.text() == "half a note"
    assert dialog.isVisible()
    assert typed.text() == "reason"


def test_another_person_takes_the_desk_with_their_own_rights(
    qtbot: QtBot, entered: MainWindow
) -> None:
    draft = page(entered, 0)
    qtbot.keyClicks(draft.edit, "half a note")
    refreshed = draft.refreshed
    dialog = Dialog(draft, entered.theme, title="Maria's dialog")
    dialog.open()
    entered.change_person()
    assert entered.sign_in.login_edit.text() == ""
    with qtbot.waitSignal(entered.entered):
        sign_in(qtbot, entered, "john")
    assert names(entered) == ["Calendar", "Patients", "Import"]
    assert draft.edit.text() == "half a note"
    assert draft.refreshed > refreshed
    assert not dialog.isVisible()
    entered.change_person()
    with qtbot.waitSignal(entered.entered):
        sign_in(qtbot, entered, "ada")
    assert names(entered) == ["Staff"]
    assert not draft.isVisible()
    assert entered.page(0) is None


def test_shown_pages_refresh_at_once_and_hidden_ones_when_shown(
    qtbot: QtBot, entered: MainWindow, bus: ChangeBus
) -> None:
    shown, hidden = page(entered, 0), page(entered, 1)
    entered.show_page(1)
    entered.show_page(0)
    before = (shown.refreshed, hidden.refreshed)
    bus.publish([Change(Topic.PATIENT, 7)])
    qtbot.waitUntil(lambda: shown.refreshed == before[0] + 1)
    assert hidden.refreshed == before[1]
    entered.show_page(1)
    assert hidden.refreshed == before[1] + 1
    bus.publish([Change(Topic.INVOICE, 7)])
    bus.publish([Change(Topic.PATIENT, 8)])
    qtbot.waitUntil(lambda: hidden.refreshed == before[1] + 2)


def test_a_page_opens_things_on_another_page(entered: MainWindow) -> None:
    page(entered, 0).patient_asked.emit(42)
    assert page(entered, 1).isVisible()
    assert page(entered, 1).opened[-1] == ("patient", 42)


def test_what_was_done_can_be_taken_back(qtbot: QtBot, entered: MainWindow) -> None:
    undone: list[str] = []
    page(entered, 0).undo_offered.emit("Moved.", lambda: undone.append("moved back"))
    assert (entered.toast.text, entered.toast.isVisible()) == ("Moved.", True)
    qtbot.keyClick(entered, Qt.Key.Key_Z, CTRL)
    assert undone == ["moved back"]
    assert not entered.toast.isVisible()
    page(entered, 0).message_posted.emit("Booked.")
    assert not entered.toast.button.isVisible()


def test_the_search_opens_what_was_found(qtbot: QtBot, entered: MainWindow) -> None:
    entered.search.set_search(
        lambda text: [SearchHit("Rosa Álvarez", text, "patient", 5), SearchHit("R", "", "x", 6)]
    )
    qtbot.keyClick(entered, Qt.Key.Key_K, CTRL)
    field = entered.top_bar.search
    assert field.hasFocus()
    qtbot.keyClicks(field, "rosa")
    qtbot.waitUntil(entered.search.list.isVisible)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page(entered, 1).opened[-1] == ("patient", 5))
    assert field.text() == ""
    assert not entered.search.list.isVisible()


def test_the_foot_tells_how_messages_stand(qtbot: QtBot, entered: MainWindow) -> None:
    def words() -> list[str]:
        return [item.text() for item in entered.status_bar.findChildren(StatusItem)]

    qtbot.waitUntil(lambda: "Messages: none sent from here yet" in words())
    assert not [text for text in words() if "payment" in text]


def test_the_foot_shows_states_and_their_ways_out(qtbot: QtBot, entered: MainWindow) -> None:
    pressed: list[str] = []
    entered.status_bar.set_item(
        "messages", "2 messages failed · Review", tone="warning", action=lambda: pressed.append("m")
    )
    item = next(
        child
        for child in entered.status_bar.findChildren(QWidget)
        if child.accessibleName() == "2 messages failed · Review"
    )
    qtbot.mouseClick(item, Qt.MouseButton.LeftButton)
    assert pressed == ["m"]
    entered.status_bar.set_item("messages", "")
    assert not item.isVisible()


def test_the_menu_of_the_person_locks_and_changes_the_look(
    qtbot: QtBot, entered: MainWindow
) -> None:
    menu = entered.rail.menu()
    actions = {action.text().partition("\t")[0]: action for action in menu.actions()}
    looks = actions["Theme"].menu()
    dark = next(action for action in looks.actions() if action.text() == "Dark")  # type: ignore[attr-defined]
    dark.trigger()
    assert entered.theme.is_dark
    entered.theme.set_mode(Mode.LIGHT)
    with qtbot.waitSignal(entered.locked):
        actions["Lock"].trigger()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_the_window_fits_a_small_screen_at_every_text_size(
    qtbot: QtBot, clock: FixedClock, services: Any, bus: ChangeBus, scale: float
) -> None:
    theme = Theme()
    theme.scale = scale
    theme.set_mode(Mode.LIGHT)
    window = MainWindow(theme, clock=clock, entries=ENTRIES, desk_name="")
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.attach(services, bus)
    with qtbot.waitSignal(window.entered):
        sign_in(qtbot, window, "maria")
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1280, 720)
    window.close()


def test_initials() -> None:
    assert [initials(name) for name in ("Maria Keane", "Dr Amara Osei", "Zoë", "")] == [
        "MK", "DO", "Z", "",
    ]  # fmt: skip
    assert QKeySequence("Ctrl+1").count() == 1


def test_the_search_looks_through_patients_and_invoice_numbers(
    file_database: Database, clock: FixedClock
) -> None:
    clinic = open_clinic(file_database, clock)
    booked = clinic.book("Jun Tanaka", "10:00")
    visits = clinic.services.visits
    arrived = visits.check_in(SETUP, booked.id, version=booked.version)
    visits.complete(SETUP, booked.id, version=arrived.version)
    invoice = clinic.services.billing.invoice_visit(SETUP, booked.id)
    found = desk_search(clinic.services, Session(SETUP, clinic_id=clinic.clinic))
    assert [(hit.kind, hit.item_id) for hit in found("tana")] == [("patient", booked.patient_id)]
    assert ("invoice", invoice.id) in [(hit.kind, hit.item_id) for hit in found(invoice.number)]
    administrator = Actor(None, "Ada", frozenset({Role.ADMINISTRATOR}))
    assert desk_search(clinic.services, Session(administrator, clinic_id=1))("tana 1") == []
