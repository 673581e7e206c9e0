"""The base of each section of the settings: a heading, what it is for, and a body that scrolls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.clock import clinic_day
from clinicdesk.errors import ClinicDeskError
from clinicdesk.staff.records import DoctorRecord
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.drafts import Drafts
from ui.core.labels import plain_label
from ui.core.session import Desk

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setup:
    """What every section needs: the clinics, the one chosen, who works and what is given."""

    clinics: tuple[ClinicRecord, ...]
    clinic: ClinicRecord
    doctors: tuple[DoctorRecord, ...]
    services: tuple[ServiceRecord, ...]
    today: date

    def clinic_name(self, clinic_id: int | None) -> str:
        """Give a clinic's name; None is every clinic."""
        names = {each.id: each.name for each in self.clinics}
        return names.get(clinic_id or 0, "Every clinic")

    @property
    def doctors_here(self) -> tuple[DoctorRecord, ...]:
        """The doctors who work at the clinic chosen."""
        return tuple(each for each in self.doctors if self.clinic.id in each.clinic_ids)


def read_setup(desk: Desk, clinic_id: int | None) -> Setup | None:
    """Read what sections need, beside the window; None while there is no clinic."""
    services, actor = desk.services, desk.actor
    clinics = services.clinics.clinics(actor)
    if not clinics:
        return None
    clinic = next((each for each in clinics if each.id == clinic_id), clinics[0])
    today = clinic_day(desk.clock.now(), clinic.time_zone)
    return Setup(
        clinics, clinic, services.staff.doctors(actor), services.clinics.services(actor), today
    )


class Section(QScrollArea):
    """One section; put widgets into `body`, buttons into `head`.

    `told` carries a sentence for the foot of the window. `read` runs beside the window and gives
    what `show_data` shows; both are asked anew whenever something changed.
    """

    told = Signal(str)
    name = ""
    sentence = ""
    needs = Action.SEE_SETUP
    """What the person signed in must be allowed to do to see the section."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setup: Setup | None = None
        self.drafts = Drafts()
        theme = desk.theme
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setObjectName("scrolled")
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(theme.px(22), theme.px(18), theme.px(22), theme.px(18))
        self.body.setSpacing(theme.px(12))
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.px(8))
        self.head.addWidget(plain_label(self.name, "heading"), 1)
        self.body.addLayout(self.head)
        self.body.addWidget(plain_label(self.sentence, "soft", wrap=True))
        self.setWidget(content)
        self.setAccessibleName(self.name)

    def show_setup(self, setup: Setup) -> None:
        """Take what the page has read, and ask the section's own data."""
        self.setup = setup
        self.ask()

    def ask(self) -> None:
        """Ask the section's data anew."""
        setup = self.setup
        if setup is not None:
            self.desk.tasks.run(
                self, lambda: self.read(setup), done=self.show_data, newest="section"
            )

    def read(self, setup: Setup) -> object:
        """Read the section's data; runs beside the window."""
        return setup

    def show_data(self, data: object) -> None:
        """Show what was read."""

    def first_focus(self) -> QWidget:
        """Give the widget in which work on this section begins."""
        return self

    def add_head_button(
        self, text: str, act: Callable[[], object], *, key: str = "", kind: str = "secondary"
    ) -> KeyButton:
        """Put a button beside the heading."""
        button = KeyButton(self.desk.theme, text, key=key, kind=kind)
        button.clicked.connect(act)
        self.head.addWidget(button)
        return button

    def open_kept(self, dialog: Dialog, key: str) -> None:
        """Open a dialog with what was typed into it before and not saved."""
        self.drafts.keep(dialog, key)
        dialog.open()

    def change(
        self,
        work: Callable[[], T],
        *,
        done_text: str,
        failed: Callable[[ClinicDeskError], object] | None = None,
    ) -> None:
        """Store something beside the window, tell it, and show how things stand."""

        def tell(_result: T) -> None:
            self.told.emit(done_text)
            self.ask()

        self.desk.tasks.run(self, work, done=tell, failed=failed)
