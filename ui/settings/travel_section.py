"""The section for the ways between clinics."""

from itertools import combinations

from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.schedule.hours.records import TravelTime
from ui.core.cards import Card
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.settings.number_rows import NumberRows
from ui.settings.section import Section, Setup

ONE_CLINIC = "There is one clinic, so nobody has to travel. With a second one its ways stand here."
STEP_MINUTES = 5


class TravelSection(Section):
    """How long a doctor takes from one clinic to another, in both directions."""

    name = "Travel"
    sentence = (
        "How long a doctor is on the way between two clinics. So much time is kept free between "
        "visits at both."
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.rows: NumberRows | None = None
        self._pairs: dict[str, tuple[int, int]] = {}
        self._stored: dict[str, int] = {}
        self._is_edited = False
        self.save = self.add_head_button("Save the ways", self._save, key="Ctrl+S", kind="primary")
        self.problem = plain_label("", "error", wrap=True)
        self.problem.hide()
        self._card = Card(desk.theme)
        self._empty = plain_label(ONE_CLINIC, "soft", wrap=True)
        self._card.body.addWidget(self._empty)
        self._card.body.addWidget(self.problem)
        self.body.addWidget(self._card)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget:
        """Begin with the first way."""
        edits = list(self.rows.edits.values()) if self.rows is not None else []
        return edits[0] if edits else self.save

    def read(self, _setup: Setup) -> tuple[TravelTime, ...]:
        """Read the ways."""
        return self.desk.services.travel.travel_times(self.desk.actor)

    def show_data(self, data: object) -> None:
        """Show a row for each pair of clinics; what was typed and not saved stays."""
        if not isinstance(data, tuple) or self.setup is None:
            return
        self._make_rows(self.setup)
        known = {(way.clinic_id, way.other_clinic_id): way.minutes for way in data}
        self._stored = {name: known.get(pair, 0) for name, pair in self._pairs.items()}
        if self.rows is not None and not self._is_edited:
            self.rows.fill(self._stored)
        self.save.setEnabled(self._is_edited)

    def _make_rows(self, setup: Setup) -> None:
        ordered = sorted(setup.clinics, key=lambda clinic: clinic.id)
        pairs = {f"{one.id}-{two.id}": (one.id, two.id) for one, two in combinations(ordered, 2)}
        self._empty.setVisible(not pairs)
        if pairs == self._pairs:
            return
        if self.rows is not None:
            self.rows.hide()
            self.rows.deleteLater()
        self._pairs, self._is_edited = pairs, False
        labels = {
            name: (f"{setup.clinic_name(one)} ↔ {setup.clinic_name(two)}", "minutes")
            for name, (one, two) in pairs.items()
        }
        self.rows = NumberRows(self.desk.theme, labels, step=STEP_MINUTES)
        self.rows.edited.connect(self._note_edit)
        self._card.body.insertWidget(0, self.rows)

    def _note_edit(self) -> None:
        self._is_edited = True
        self.save.setEnabled(True)

    def _save(self) -> None:
        self.problem.hide()
        values = self.rows.values() if self.rows is not None else None
        if values is None:
            return
        travel, actor = self.desk.services.travel, self.desk.actor
        changed = [
            TravelTime(*self._pairs[name], minutes)
            for name, minutes in values.items()
            if minutes != self._stored[name]
        ]

        def work() -> None:
            for way in changed:
                travel.set_travel_time(actor, way)

        def finish(_nothing: None) -> None:
            self._is_edited = False
            self.told.emit("Ways between clinics saved.")
            self.ask()

        self.desk.tasks.run(self, work, done=finish, failed=self._show_failure)

    def _show_failure(self, error: ClinicDeskError) -> None:
        self.problem.setText(error.sentence)
        self.problem.show()
        if isinstance(error, InvalidInputError) and self.rows is not None:
            next(iter(self.rows.edits.values())).setFocus()
