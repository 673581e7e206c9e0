"""The page of settings: sections in a list at the left, the chosen one at the right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.changes import Topic
from ui.core.cards import EmptyView
from ui.core.inputs import Choice
from ui.core.page import Page
from ui.core.session import Desk
from ui.settings.billing_section import BillingSection
from ui.settings.blocks_section import BlocksSection
from ui.settings.closures_section import ClosuresSection
from ui.settings.health_section import HealthSection
from ui.settings.hours_section import HoursSection
from ui.settings.rooms_section import RoomsSection
from ui.settings.rules_section import RulesSection
from ui.settings.section import Section, Setup, read_setup
from ui.settings.services_section import ServicesSection
from ui.settings.travel_section import TravelSection

PANEL_PX = 212
NO_CLINIC = "No clinic has been opened on this computer yet."


class SettingsPage(Page):
    """Sets the clinic up; the clinic in the top bar is the one that is worked on."""

    topics = frozenset({Topic.CLINIC, Topic.AVAILABILITY, Topic.STAFF})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Settings")
        theme = desk.theme
        self._setup: Setup | None = None
        self.clinic_choice = Choice(theme, name="Clinic")
        self.clinic_choice.setMinimumWidth(theme.px(190))
        self.clinic_choice.currentIndexChanged.connect(lambda _row: self.refresh())
        self.sections: tuple[Section, ...] = (
            HoursSection(desk),
            ClosuresSection(desk),
            BlocksSection(desk),
            RoomsSection(desk),
            ServicesSection(desk),
            TravelSection(desk),
            RulesSection(desk),
            BillingSection(desk),
            HealthSection(desk),
        )
        self.list = QListWidget()
        self.list.setObjectName("sections")
        self.list.setAccessibleName("Sections")
        self.list.addItems([section.name for section in self.sections])
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.currentRowChanged.connect(self._show_section)
        self.list.itemActivated.connect(lambda _item: self._enter_section())
        self._stack, self._all = QStackedWidget(), QStackedWidget()
        self._build()
        self.list.setCurrentRow(0)

    def _build(self) -> None:
        px = self.desk.theme.px
        panel = QWidget()
        panel.setObjectName("leftpanel")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        panel.setFixedWidth(px(PANEL_PX))
        column = QVBoxLayout(panel)
        column.setContentsMargins(px(10), px(14), px(10), px(10))
        column.addWidget(self.list)
        for section in self.sections:
            section.told.connect(self.message_posted)
            self._stack.addWidget(section)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(panel)
        row.addWidget(self._stack, 1)
        self._all.addWidget(both)
        self._all.addWidget(EmptyView("No clinic", NO_CLINIC))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._all)

    def top_controls(self) -> Sequence[QWidget]:
        """Give the choice of the clinic."""
        return (self.clinic_choice,)

    def first_focus(self) -> QWidget:
        """Begin in the list of sections."""
        return self.list

    @property
    def section(self) -> Section:
        """The section shown."""
        return self.sections[max(0, self.list.currentRow())]

    def refresh(self) -> None:
        """Ask the clinics anew, then the section shown."""
        chosen = self.clinic_choice.currentData() or self.desk.session.clinic_id
        desk, clinic_id = self.desk, None if chosen is None else int(chosen)
        desk.tasks.run(
            self, lambda: read_setup(desk, clinic_id), done=self._show_setup, newest="setup"
        )

    def _show_setup(self, setup: Setup | None) -> None:
        self._all.setCurrentIndex(0 if setup is not None else 1)
        if setup is None:
            return
        self._setup = setup
        self._offer_sections()
        clinics: list[tuple[str, object]] = [(each.name, each.id) for each in setup.clinics]
        self.clinic_choice.set_entries(clinics)
        self.clinic_choice.blockSignals(True)
        self.clinic_choice.setCurrentIndex(self.clinic_choice.findData(setup.clinic.id))
        self.clinic_choice.blockSignals(False)
        self.clinic_choice.setVisible(len(setup.clinics) > 1)
        self.section.show_setup(setup)

    def _offer_sections(self) -> None:
        """Show the sections that the person signed in may see."""
        for row, section in enumerate(self.sections):
            self.list.item(row).setHidden(not self.desk.session.may(section.needs))
        if self.list.item(self.list.currentRow()).isHidden():
            self.list.setCurrentRow(0)

    def _show_section(self, row: int) -> None:
        if row < 0:
            return
        self._stack.setCurrentIndex(row)
        if self._setup is not None:
            self.section.show_setup(self._setup)

    def _enter_section(self) -> None:
        self.section.first_focus().setFocus(Qt.FocusReason.TabFocusReason)
