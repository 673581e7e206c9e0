"""Asks for the period of a statement of account, and shows it as it looks on paper."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.billing.accounts.records import Account
from clinicdesk.errors import InvalidInputError
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.inputs import CheckMark
from ui.core.session import Desk
from ui.core.typed import date_text
from ui.core.typed_fields import DayField

A_YEAR = timedelta(days=365)


class StatementDialog(Dialog):
    """Takes first and last day, and whether the family is in it; `made` carries the PDF."""

    made = Signal(bytes)

    def __init__(self, host: QWidget, desk: Desk, account: Account, *, today: date) -> None:
        super().__init__(host, desk.theme, title="Statement", note=account.name, width_px=460)
        self._desk, self._account = desk, account
        self.from_edit = DayField(desk.theme, name="From", today=today)
        self.until_edit = DayField(desk.theme, name="Until", today=today)
        # A day without a year means the next such day, so both are shown with theirs.
        self.from_edit.setText(date_text(today - A_YEAR))
        self.until_edit.setText(date_text(today))
        self.family_tick = CheckMark(desk.theme, "With the whole family")
        self.family_tick.setChecked(len(account.members) > 1)
        self.button = KeyButton(desk.theme, "Show", key="Return", kind="primary")
        self.button.clicked.connect(self._make)
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(self.theme.px(14))
        row.addWidget(self.field("From", self.from_edit, name="from_on"), 1)
        row.addWidget(self.field("Until", self.until_edit, name="to_on"), 1)
        self.body.addLayout(row)
        self.body.addWidget(self.family_tick)
        self.family_tick.setVisible(len(self._account.members) > 1)
        close = KeyButton(self.theme, "Cancel", key="Escape")
        close.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.add_button(close)
        self.add_button(self.button, is_default=True)

    def _make(self) -> None:
        self.clear_problem()
        try:
            from_on, to_on = self.from_edit.day(field="from_on"), self.until_edit.day(field="to_on")
        except InvalidInputError as error:
            self.show_problem(error)
            return
        services, actor = self._desk.services, self._desk.actor
        patient_id, with_family = self._account.patient_id, self.family_tick.isChecked()

        def work() -> bytes:
            statement = services.accounts.statement(
                actor, patient_id, from_on=from_on, to_on=to_on, with_family=with_family
            )
            return services.documents.statement_pdf(actor, statement)

        self.set_busy(True)
        self._desk.tasks.run(
            self,
            work,
            done=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, pdf: bytes) -> None:
        self.finish()
        self.made.emit(pdf)
