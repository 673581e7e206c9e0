"""The disruption desk: every patient of a doctor who is out, taken care of one key at a time."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.disruption.records import Case, OutRecord
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.progress_line import ProgressLine
from ui.core.theme import Theme
from ui.schedule.disruption_case import CasePanel
from ui.schedule.disruption_words import (
    STATE_ROLES,
    STATE_WORDS,
    case_row_words,
    handled_count,
    span_words,
)
from ui.schedule.offers import short_doctor
from ui.schedule.row_list import Row, RowList

LIST_PX = 380
NOBODY = "No visit lies in that time, so nobody has to be told."
DIGITS = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1, Qt.Key.Key_3: 2}


class DisruptionDialog(Dialog):
    """The patients at the left, the one lit at the right.

    `taken` carries a Case and the Slot accepted, `proposed` a Case and the Slot to write about,
    `marked` a Case and its new state's name; `back_asked` and `finish_asked` tell of the whole.
    """

    taken = Signal(object, object)
    proposed = Signal(object, object)
    marked = Signal(object, str)
    back_asked = Signal()
    finish_asked = Signal()

    def __init__(self, host: QWidget, theme: Theme, out: OutRecord) -> None:
        title = f"{short_doctor(out.doctor_name)} is out"
        super().__init__(host, theme, title=title, width_px=980)
        self._cases: tuple[Case, ...] = ()
        self._undo: Callable[[], None] | None = None
        self.span = plain_label("", "soft", wrap=True)
        self.counted = plain_label("", "strong")
        self.progress = ProgressLine(theme, name="Handled")
        self.list = RowList(theme, name="Patients", most_rows=9)
        self.list.setFixedWidth(theme.px(LIST_PX))
        self.case = CasePanel(theme)
        self.hint = plain_label(NOBODY, "soft", wrap=True)
        self.back = KeyButton(theme, "Doctor is back", key="B")
        self.undo = KeyButton(theme, "Undo", key="Ctrl+Z")
        self.finish_button = KeyButton(theme, "All done: close", key="F", kind="primary")
        self._build()
        self._connect()
        self.show_out(out)

    def _build(self) -> None:
        px, top, middle = self.theme.px, QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.span, 1)
        top.addWidget(self.counted)
        middle.setSpacing(px(18))
        left = QVBoxLayout()
        left.addWidget(self.list)
        left.addStretch(1)
        middle.addLayout(left)
        middle.addWidget(self.case, 1)
        self.body.addLayout(top)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.hint)
        self.body.addLayout(middle)
        leave = KeyButton(self.theme, "Go on later", key="Escape")
        leave.clicked.connect(self.dismiss)
        self.add_button(self.back)
        self.add_button(self.undo)
        self.footer.addStretch(1)
        self.add_button(leave)
        self.add_button(self.finish_button)
        self.undo.setEnabled(False)

    def _connect(self) -> None:
        self.list.moved.connect(self._show_lit)
        self.list.picked.connect(lambda _number: self._take(0))
        self.case.taken.connect(self._take)
        self.case.acted.connect(self._act)
        self.back.clicked.connect(self.back_asked)
        self.finish_button.clicked.connect(self.finish_asked)
        self.undo.clicked.connect(self._take_back)

    # --- what is shown ---------------------------------------------------------------------

    def show_out(self, out: OutRecord) -> None:
        """Show how far the whole is handled."""
        self.span.setText(span_words(out))
        self.counted.setText(handled_count(out))
        self.progress.show_part(out.handled / out.total if out.total else 1.0)
        self.finish_button.setVisible(out.is_settled)
        self.hint.setVisible(not out.total)

    def show_cases(self, cases: Sequence[Case]) -> None:
        """Show the cases; the same one stays lit, or the next that is open once it is handled."""
        lit = self.lit_case
        self._cases = tuple(cases)
        rows = [_row(case) for case in self._cases]
        self.list.setVisible(bool(rows))
        self.case.setVisible(bool(rows))
        self.list.show_rows(rows, lit=self._wanted(lit))
        self._show_lit()

    def _wanted(self, lit: Case | None) -> int:
        """Give the number of the case to light: the one before if open, else the next open one."""
        numbers = range(len(self._cases))
        same = [n for n in numbers if lit and self._cases[n].appointment.id == lit.appointment.id]
        at = same[0] if same else 0
        if lit is not None and lit.is_handled:
            return at  # somebody looks at what was done
        waiting = [n for n in numbers if not self._cases[n].is_handled]
        if at in waiting:
            return at
        return next((n for n in waiting if n > at), next(iter(waiting), at))

    @property
    def lit_case(self) -> Case | None:
        """The case that is lit."""
        return self._cases[self.list.lit] if self._cases else None

    def _show_lit(self) -> None:
        if self.lit_case is not None:
            self.case.show_case(self.lit_case)
            self.case.set_busy(self.is_busy)

    # --- what is done ----------------------------------------------------------------------

    def _take(self, number: int) -> None:
        case = self.lit_case
        if case is None or self.is_busy or case.is_handled or number >= len(case.alternatives):
            return
        self.clear_problem()
        self.taken.emit(case, case.alternatives[number].slot)

    def _act(self, name: str) -> None:
        case = self.lit_case
        if case is None or self.is_busy:
            return
        self.clear_problem()
        if name == "message":
            if case.alternatives:
                self.proposed.emit(case, case.alternatives[0].slot)
        else:
            self.marked.emit(case, name)

    def offer_undo(self, undo: Callable[[], None] | None) -> None:
        """Let the last step be taken back."""
        self._undo = undo
        self.undo.setEnabled(undo is not None)

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self.undo.setEnabled(False)
        if undo is not None:
            undo()

    def set_busy(self, is_busy: bool) -> None:
        """Hold the buttons while something runs."""
        super().set_busy(is_busy)
        self.undo.setEnabled(not is_busy and self._undo is not None)
        self._show_lit()

    def refuse(self, error: ClinicDeskError) -> None:
        """Say why a step was not taken; the case stays as it is."""
        self.show_problem(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the alternative of a digit; the other keys belong to the buttons."""
        number = DIGITS.get(Qt.Key(event.key()))
        if number is not None and not event.modifiers():
            self._take(number)
        else:
            super().keyPressEvent(event)


def _row(case: Case) -> Row:
    return Row(
        case.patient_name,
        case_row_words(case),
        STATE_WORDS[case.state],
        is_faint=case.is_handled,
        role=STATE_ROLES.get(case.state, "ink_faint"),
    )
