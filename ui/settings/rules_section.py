"""The section for the clinic's rules: booking, cancelling, and the limits of the board of today."""

from dataclasses import asdict, dataclass, replace

from PySide6.QtWidgets import QWidget

from clinicdesk.clinics.rules import check_board_limits, check_booking_policy
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.settings.records import ScheduleSettings, VisitSettings
from ui.core.cards import Card
from ui.core.inputs import CheckMark
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk
from ui.settings.number_rows import NumberRows
from ui.settings.section import Section, Setup

BOOKING = {
    "minimum_notice_minutes": ("Times are offered at least", "minutes ahead"),
    "horizon_days": ("Times are offered at most", "days ahead"),
    "late_cancel_hours": ("A cancellation is late within", "hours of the visit"),
    "free_undo_minutes": ("A step can be taken back without a reason for", "minutes"),
}
BOARD = {
    "expected_late_minutes": ("An expected patient is late after", "minutes"),
    "waiting_limit_minutes": ("Waiting is too long after", "minutes"),
    "with_doctor_limit_minutes": ("A visit is long after", "minutes with the doctor"),
}
HOLDS = "A request holds its time until it is confirmed or called off"


@dataclass(frozen=True, slots=True)
class _Rules:
    schedule: ScheduleSettings
    visits: VisitSettings


class RulesSection(Section):
    """The rules that hold at every clinic."""

    name = "Rules"
    sentence = "They hold at every clinic, from the next booking on."

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme = desk.theme
        self.save = self.add_head_button("Save the rules", self._save, key="Ctrl+S", kind="primary")
        self.holds = CheckMark(theme, HOLDS)
        self.booking = NumberRows(theme, BOOKING)
        self.board = NumberRows(theme, BOARD)
        self.problem = plain_label("", "error", wrap=True)
        self.problem.hide()
        self._stored = _Rules(ScheduleSettings(), VisitSettings())
        self._is_edited = False
        for heading, parts in (
            ("Booking", (self.holds, self.booking)),
            ("Board of today", (self.board,)),
        ):
            card = Card(theme)
            card.body.setSpacing(theme.px(10))
            card.body.addWidget(section_label(heading))
            for part in parts:
                card.body.addWidget(part)
            self.body.addWidget(card)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self.holds.clicked.connect(self._note_edit)
        self.booking.edited.connect(self._note_edit)
        self.board.edited.connect(self._note_edit)

    def first_focus(self) -> QWidget:
        """Begin with the first rule."""
        return self.holds

    def read(self, _setup: Setup) -> _Rules:
        """Read the rules."""
        settings = self.desk.services.settings
        return _Rules(settings.load(ScheduleSettings), settings.load(VisitSettings))

    def show_data(self, data: object) -> None:
        """Show the rules; what was typed and not saved stays."""
        if isinstance(data, _Rules):
            self._stored = data
            if not self._is_edited:
                self.holds.setChecked(data.schedule.requests_hold_slot)
                self.booking.fill(asdict(data.schedule))
                self.board.fill(asdict(data.visits))
            self.save.setEnabled(self._is_edited)

    def _note_edit(self) -> None:
        self._is_edited = True
        self.problem.hide()
        self.save.setEnabled(True)

    def _save(self) -> None:
        booking, board = self.booking.values(), self.board.values()
        if booking is None or board is None:
            return
        holds = self.holds.isChecked()
        schedule = replace(self._stored.schedule, **booking, requests_hold_slot=holds)
        visits = replace(self._stored.visits, **board)
        services, actor = self.desk.services, self.desk.actor
        try:
            check_booking_policy(schedule)
            check_board_limits(visits)
        except InvalidInputError as error:
            self._show_failure(error)
            return

        def work() -> int:
            without_place = services.schedule.set_policy(actor, schedule)
            services.policy.set_board_limits(actor, visits)
            return len(without_place)

        self.desk.tasks.run(self, work, done=self._finish, failed=self._show_failure)

    def _finish(self, without_place: int) -> None:
        self._is_edited = False
        told = "Rules saved."
        if without_place:
            asks = "request holds" if without_place == 1 else "requests hold"
            told += f" {without_place} {asks} no time, because others have it."
        self.told.emit(told)
        self.ask()

    def _show_failure(self, error: ClinicDeskError) -> None:
        for rows in (self.booking, self.board):
            if isinstance(error, InvalidInputError) and error.field in rows.edits:
                rows.show_error(error)
                return
        self.problem.setText(error.sentence)
        self.problem.show()
