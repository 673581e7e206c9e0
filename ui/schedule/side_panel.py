"""The panel at the left of the calendar: month, clinic, and which doctors are shown."""

from collections.abc import Collection, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.staff.records import DoctorRecord
from ui.core.inputs import CheckMark, Choice
from ui.core.labels import section_label
from ui.core.theme import Theme
from ui.schedule.disruption_panel import OutPanel
from ui.schedule.mini_month import MiniMonth
from ui.schedule.shelf_panel import ShelfPanel
from ui.schedule.view_keys import ViewList
from ui.schedule.waiting_panel import WaitingPanel

PANEL_PX = 232


class SidePanel(QScrollArea):
    """Chooses what the calendar shows; `doctors_hidden` carries the ids of doctors left out."""

    day_chosen = Signal(date)
    clinic_chosen = Signal(int)
    doctors_hidden = Signal(object)

    def __init__(self, theme: Theme, *, today: date) -> None:
        super().__init__()
        self._theme = theme
        self._boxes: dict[int, CheckMark] = {}
        self._hidden: set[int] = set()
        self.setObjectName("leftpanel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFixedWidth(theme.px(PANEL_PX))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.month = MiniMonth(theme, today=today)
        self.month.chosen.connect(self.day_chosen)
        self.clinic = Choice(theme, name="Clinic")
        self.clinic.activated.connect(lambda _n: self.clinic_chosen.emit(self.clinic.currentData()))
        self._doctors = QVBoxLayout()
        self._doctors.setSpacing(0)
        inner = QWidget()
        inner.setObjectName("scrolled")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(theme.px(12), theme.px(10), theme.px(14), theme.px(12))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.month)
        layout.addSpacing(theme.px(6))
        layout.addWidget(section_label("Clinic"))
        layout.addWidget(self.clinic)
        layout.addSpacing(theme.px(4))
        self.out = OutPanel(theme)
        heading = QHBoxLayout()
        heading.addWidget(section_label("Doctors"), 1)
        heading.addWidget(self.out.start_button)
        layout.addLayout(heading)
        layout.addLayout(self._doctors)
        layout.addWidget(self.out)
        layout.addSpacing(theme.px(4))
        self.waiting = WaitingPanel(theme)
        layout.addWidget(self.waiting)
        layout.addSpacing(theme.px(10))
        self.shelf = ShelfPanel(theme)
        layout.addWidget(self.shelf)
        layout.addSpacing(theme.px(10))
        layout.addWidget(section_label("Views"))
        self.views = ViewList(theme)
        layout.addWidget(self.views)
        layout.addStretch(1)
        self.setWidget(inner)

    def show_clinics(self, clinics: Sequence[ClinicRecord], chosen: int | None) -> None:
        """Offer the clinics."""
        self.clinic.set_entries([(clinic.name, clinic.id) for clinic in clinics])
        at = self.clinic.findData(chosen)
        if at >= 0:
            self.clinic.setCurrentIndex(at)

    def show_doctors(self, doctors: Sequence[DoctorRecord]) -> None:
        """Offer the doctors of a clinic; those left out before stay left out."""
        wanted = {doctor.id: doctor for doctor in doctors}
        if list(wanted) == list(self._boxes):
            return
        for box in self._boxes.values():
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for doctor_id, doctor in wanted.items():
            box = CheckMark(self._theme, doctor.name, accent=doctor.accent)
            box.setChecked(doctor_id not in self._hidden)
            box.toggled.connect(lambda on, doctor_id=doctor_id: self._toggle(doctor_id, on))
            self._boxes[doctor_id] = box
            self._doctors.addWidget(box)

    def set_hidden(self, doctor_ids: Collection[int]) -> None:
        """Leave out other doctors, and tell nobody."""
        self._hidden = set(doctor_ids)
        for doctor_id, box in self._boxes.items():
            box.blockSignals(True)
            box.setChecked(doctor_id not in self._hidden)
            box.blockSignals(False)

    @property
    def hidden(self) -> frozenset[int]:
        """The ids of doctors left out."""
        return frozenset(self._hidden)

    def _toggle(self, doctor_id: int, is_on: bool) -> None:
        if is_on:
            self._hidden.discard(doctor_id)
        else:
            self._hidden.add(doctor_id)
        self.doctors_hidden.emit(self.hidden)
