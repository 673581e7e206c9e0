"""The small dialogs of the till: opening it, and cash in or out without an invoice."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.errors import InvalidInputError
from clinicdesk.money import Money, parse_money
from clinicdesk.payments.till.records import Drawer, OpenTill
from ui.billing.till_words import typed_sum
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.session import Desk


class OpenTillDialog(Dialog):
    """Opens the till with what is in the drawer; `opened` carries the OpenTill."""

    opened = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, *, clinic_id: int, usual: Money) -> None:
        super().__init__(host, desk.theme, title="Open the till", width_px=420)
        self._desk, self._clinic_id, self._currency = desk, clinic_id, usual.currency
        self.body.addWidget(plain_label("Count what is in the drawer before the day.", "soft"))
        self.float_edit = QLineEdit(str(usual))
        self.float_edit.setProperty("kind", "large")
        self.float_edit.selectAll()
        self.add_field("In the drawer", self.float_edit, name="float")
        self.button = KeyButton(desk.theme, "Open the till", key="Return", kind="primary")
        self.button.clicked.connect(self._open)
        self.footer.addStretch(1)
        self.add_button(self.button, is_default=True)

    def _open(self) -> None:
        try:
            kept = typed_sum(self.float_edit.text(), self._currency, field="float")
        except InvalidInputError as error:
            self.show_problem(error)
            return
        tills, actor, clinic_id = self._desk.services.tills, self._desk.actor, self._clinic_id
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: tills.open(actor, clinic_id, float_kept=kept),
            done=self._done,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _done(self, till: OpenTill) -> None:
        self.finish()
        self.opened.emit(till)


class DrawerDialog(Dialog):
    """Puts cash in or takes it out without an invoice; `moved` carries the OpenTill."""

    moved = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, *, till: OpenTill) -> None:
        super().__init__(host, desk.theme, title="Cash in or out of the drawer", width_px=460)
        self._desk, self._till = desk, till
        self.amount_edit, self.reason_edit = QLineEdit(), QLineEdit()
        for edit in (self.amount_edit, self.reason_edit):
            edit.setProperty("kind", "large")
            edit.textEdited.connect(lambda _text: self.clear_problem())
        self.add_field("Amount", self.amount_edit, name="amount")
        self.add_field("What for", self.reason_edit, name="reason")
        self.footer.addStretch(1)
        self._way("Put in", "Ctrl+Return", Drawer.PAID_IN)
        out = self._way("Take out", "Return", Drawer.PAID_OUT)
        self.set_default(out)

    def _way(self, text: str, key: str, kind: Drawer) -> KeyButton:
        button = KeyButton(self.theme, text, key=key)
        button.clicked.connect(lambda: self._put(kind))
        return self.add_button(button)

    def _put(self, kind: Drawer) -> None:
        till, tills, actor = self._till, self._desk.services.tills, self._desk.actor
        try:
            amount = parse_money(self.amount_edit.text(), till.float_kept.currency)
        except InvalidInputError as error:
            self.show_problem(error)
            return
        reason = self.reason_edit.text()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: tills.put(actor, till.clinic_id, kind=kind, amount=amount, reason=reason),
            done=self._done,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _done(self, till: OpenTill) -> None:
        self.finish()
        self.moved.emit(till)
