"""The right side of the page: one patient's record."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.patients.records import PatientRecord
from clinicdesk.schedule.records import AppointmentDetails
from ui.core.avatar import Avatar
from ui.core.buttons import KeyButton
from ui.core.day_text import birth_text, day_text, moment_text
from ui.core.fitting_columns import FittingColumns
from ui.core.labels import ElidedLabel, plain_label
from ui.core.table_card import TableCard
from ui.core.table_model import Column, TableModel
from ui.core.table_view import TableView
from ui.core.theme import Theme
from ui.patients.family_card import FamilyCard
from ui.patients.record_cards import GAP_PX, NARROW_PX, RecordCards
from ui.patients.sheet import PatientSheet, status_word

SEXES = {"F": "Female", "M": "Male", "X": "Another sex"}


def facts_line(record: PatientRecord, today: date) -> str:
    """Give the line under the name: birth date, sex, number, language."""
    facts = [birth_text(record.born_on, today)]
    if record.died_on is not None:
        facts.append(f"died {day_text(record.died_on)}")
    facts += [SEXES.get(record.sex, record.sex), record.number, record.language]
    return " · ".join(fact for fact in facts if fact)


VISIT_COLUMNS: tuple[Column[AppointmentDetails], ...] = (
    Column("Visit", lambda visit: moment_text(visit.starts_at, visit.time_zone)),
    Column("Service", lambda visit: visit.service_name),
    Column("Doctor", lambda visit: visit.doctor_name),
    Column(
        "Status", lambda visit: status_word(visit.status), tone=lambda visit: visit.status.value
    ),
    Column("Clinic", lambda visit: visit.clinic_name),
)
VISIT_WIDTHS_PX = (190, 140, 150, 120, 160)


class RecordView(QScrollArea):
    """Shows a patient; the buttons tell what is wanted."""

    edit_asked = Signal()
    book_asked = Signal()
    visit_opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.name, self.facts = ElidedLabel("", "name"), plain_label("", "soft", wrap=True)
        self.avatar = Avatar(theme)
        self.edit = KeyButton(theme, "Edit", key="E")
        self.book = KeyButton(theme, "Book", key="Ctrl+N", kind="primary")
        self.edit.clicked.connect(self.edit_asked)
        self.book.clicked.connect(self.book_asked)
        self.alert = plain_label("", "warning", wrap=True)
        self.cards, self.family = RecordCards(theme), FamilyCard(theme)
        self._visits: TableModel[AppointmentDetails] = TableModel(VISIT_COLUMNS)
        self.visits = TableView(theme, self._visits, name="Visits")
        FittingColumns(self.visits, theme, widths_px=VISIT_WIDTHS_PX, spare=(4, 2))
        self.visits.opened.connect(self.visit_opened)
        self.visits.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()

    def _build(self) -> None:
        px = self._theme.px
        inside = QWidget()
        inside.setObjectName("scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(px(22), px(18), px(22), px(22))
        layout.setSpacing(px(GAP_PX))
        self._head = self._build_head()
        layout.addLayout(self._head)
        layout.addWidget(self.alert)
        layout.addWidget(self.cards)
        layout.addWidget(self.family)
        empty = "No visits yet. Book the first one with Ctrl N."
        layout.addWidget(TableCard(self._theme, self.visits, empty=empty, fits_rows=True))
        layout.addStretch(1)
        self.setWidget(inside)

    def _build_head(self) -> QBoxLayout:
        names = QVBoxLayout()
        names.setSpacing(self._theme.px(2))
        names.addStretch(1)
        names.addWidget(self.name)
        names.addWidget(self.facts)
        names.addStretch(1)
        who, buttons = QHBoxLayout(), QHBoxLayout()
        for row in (who, buttons):
            row.setSpacing(self._theme.px(14))
        who.addWidget(self.avatar)
        who.addLayout(names, 1)
        buttons.addStretch(1)
        buttons.addWidget(self.edit)
        buttons.addWidget(self.book)
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(self._theme.px(14))
        head.addLayout(who, 1)
        head.addLayout(buttons)
        return head

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the buttons under the name where there is little room."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.px(NARROW_PX)
        directions = QBoxLayout.Direction
        self._head.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    @property
    def shown_name(self) -> str:
        """The name of the patient shown."""
        return self.name.accessibleName()

    def show_sheet(self, sheet: PatientSheet) -> None:
        """Show a patient."""
        record = sheet.record
        self.name.setText(record.name)
        self.avatar.show_name(record.name)
        self.facts.setText(facts_line(record, sheet.today))
        self.alert.setText(record.alert)
        self.alert.setVisible(bool(record.alert))
        self.cards.show_record(
            record, sheet.balance, is_billed=sheet.is_billed, in_credit=sheet.in_credit
        )
        self.family.show_family(sheet.family)
        self._visits.set_records(sheet.visits)
