"""A desk at the page of settings: a small clinic behind it, and a manager in front."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from clinicdesk.app import Services
from clinicdesk.schedule.records import AppointmentDetails
from tests.a_clinic import AClinic
from tests.gui.page_desk import MANAGER, PageDesk
from ui.core.inputs import Choice, FieldBox
from ui.settings.page import SettingsPage

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
HOURS, CLOSURES, BLOCKS, ROOMS, SERVICES, TRAVEL, RULES, BILLING, HEALTH = range(9)


class SettingsDesk:
    """The page with its services; sections are reached as a person reaches them."""

    def __init__(self, desk: PageDesk, services: Services, clinic: AClinic) -> None:
        self.desk, self.services, self.clinic = desk, services, clinic
        self.page = SettingsPage(desk.desk)
        desk.session.set_clinic(clinic.main)
        desk.show(self.page)
        desk.qtbot.waitUntil(lambda: self.page.section.setup is not None)
        self.until_idle()

    def enter(self, section: int) -> Any:
        """Walk to a section with the arrow keys, and into it with Enter."""
        self.page.list.setFocus()
        while self.page.list.currentRow() != section:
            down = self.page.list.currentRow() < section
            self.desk.press(Qt.Key.Key_Down if down else Qt.Key.Key_Up)
        self.until_idle()
        self.desk.press(Qt.Key.Key_Return)
        return self.page.section

    def until_idle(self) -> None:
        """Wait until nothing runs beside the window."""
        self.desk.qtbot.waitUntil(lambda: not self.desk.tasks._data_jobs)

    def write(self, edit: QLineEdit, text: str) -> None:
        """Type a text in place of what stands in a field."""
        edit.setFocus()
        edit.selectAll()
        self.desk.press(text) if text else self.desk.press(Qt.Key.Key_Delete)

    def choose(self, choice: Choice, text: str) -> None:
        """Choose an entry with the arrow keys, as far as it is away."""
        choice.setFocus()
        wanted = choice.findText(text)
        assert wanted >= 0, [choice.itemText(n) for n in range(choice.count())]
        while choice.currentIndex() != wanted:
            before = choice.currentIndex()
            self.desk.press(Qt.Key.Key_Down if before < wanted else Qt.Key.Key_Up)
            assert choice.currentIndex() != before

    def click(self, button: Any) -> None:
        """Click a button."""
        self.desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def told(self, part: str) -> None:
        """Wait until the foot of the window says something."""
        self.desk.qtbot.waitUntil(lambda: any(part in text for text in self.desk.messages))
        self.until_idle()

    def appointment(self, appointment_id: int) -> AppointmentDetails:
        """Read an appointment as it stands in the data."""
        return self.services.calendar.appointment(MANAGER, appointment_id)


def errors_in(dialog: Any) -> dict[str, str]:
    """Give the sentences that stand at fields, by the field's name."""
    boxes = dialog.findChildren(FieldBox)
    return {box.editor.accessibleName(): box.error for box in boxes if box.error}
