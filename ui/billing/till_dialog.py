"""The till over the window: what should be in the drawer, counting it, and closing it for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.money import Money, parse_money
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.records import ClosedTill, Drawer, Loose, OpenTill
from ui.billing.till_count import CountGrid
from ui.core.buttons import KeyButton
from ui.core.day_text import moment_text
from ui.core.dialogs import Dialog
from ui.core.fact_rows import FactRows
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk

MEANS = {
    PaymentMethod.CASH: "Cash",
    PaymentMethod.CARD: "Card",
    PaymentMethod.LINK: "Payment link",
    PaymentMethod.TRANSFER: "Bank transfer",
    PaymentMethod.CHEQUE: "Cheque",
}


@dataclass(frozen=True, slots=True)
class TillState:
    """What the dialog shows: the open till, what is loose, and the clinic's zone."""

    till: OpenTill
    loose: tuple[Loose, ...]
    time_zone: str


def loose_text(loose: Sequence[Loose]) -> str:
    """Say what should be dealt with first; "" where nothing is left."""
    if not loose:
        return ""
    return "Before you close: " + ", ".join(f"{one.count} {one.what}" for one in loose) + "."


def typed_sum(text: str, currency: str, *, field: str) -> Money:
    """Read a sum that may be nought; nothing typed is nought.

    Raises:
        InvalidInputError: it is none; it stands at `field`.
    """
    bare = text.strip()
    if not bare.strip("0.,£€$"):
        return Money(0, currency)
    try:
        return parse_money(bare, currency)
    except InvalidInputError as error:
        raise InvalidInputError(error.sentence, field=field) from error


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


class TillDialog(Dialog):
    """Shows the open till and closes it; `closed_till` carries the ClosedTill."""

    closed_till = Signal(object)
    drawer_asked = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, state: TillState) -> None:
        opened = moment_text(state.till.opened_at, state.time_zone)
        super().__init__(host, desk.theme, title="Till", note=f"open since {opened}", width_px=860)
        self._desk, self._state = desk, state
        self._currency = state.till.expected_cash.currency
        self.count = CountGrid(desk.theme, self._currency)
        self.count.counted.connect(lambda _total: self._follow())
        self.left_edit = QLineEdit(str(state.till.float_kept))
        self.reason_edit = QLineEdit()
        self.difference = plain_label("", "heading")
        self.facts = FactRows(desk.theme)
        self._build()
        self._follow()

    def _build(self) -> None:
        px, state = self.theme.px, self._state
        warning = plain_label(loose_text(state.loose), "warning", wrap=True)
        warning.setVisible(bool(state.loose))
        self.body.addWidget(warning)
        left, right, both = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.addWidget(section_label("Since it was opened"))
        left.addWidget(self.facts)
        left.addStretch(1)
        right.addWidget(section_label("Count the drawer"))
        right.addWidget(self.count)
        right.addWidget(self.difference)
        right.addWidget(self.field("Stays in the drawer", self.left_edit, name="left"))
        self._reason_box = self.field("About the difference", self.reason_edit, name="reason")
        right.addWidget(self._reason_box)
        both.addLayout(left, 1)
        both.addSpacing(px(24))
        both.addLayout(right)
        self.body.addLayout(both)
        self._show_facts()
        drawer = KeyButton(self.theme, "Cash in or out", key="F6")
        drawer.clicked.connect(lambda: self.drawer_asked.emit(self._state.till))
        self.button = KeyButton(self.theme, "Close the till", key="Ctrl+Return", kind="primary")
        self.button.clicked.connect(self._close)
        self.add_button(drawer)
        self.footer.addStretch(1)
        self.add_button(self.button)
        self.button.setVisible(self._desk.session.may(Action.CLOSE_TILL))

    def open(self) -> None:
        """Show the dialog, ready to be counted into."""
        super().open()
        self.count.fields[0].setFocus(Qt.FocusReason.TabFocusReason)

    def show_till(self, till: OpenTill) -> None:
        """Show the till as it stands now; what was counted stays."""
        self._state = TillState(till, self._state.loose, self._state.time_zone)
        self._show_facts()
        self._follow()

    def _show_facts(self) -> None:
        till = self._state.till
        facts = [("Float", str(till.float_kept))]
        for tender in till.tenders:
            back = f", {tender.given_back} given back" if tender.given_back.minor else ""
            facts.append((MEANS[tender.method], f"{tender.taken} taken{back}"))
        facts += [
            (entry.reason, str(entry.amount if entry.kind is Drawer.PAID_IN else -entry.amount))
            for entry in till.drawer
        ]
        facts.append(("Should be there", str(till.expected_cash)))
        self.facts.show_facts(facts)

    def _follow(self) -> None:
        """Say how the count stands, and name the sum that the button signs."""
        self.clear_problem()
        total = self.count.total
        off = total - self._state.till.expected_cash
        more = "too much" if off.minor > 0 else "too little"
        amount = off if off.minor > 0 else -off
        self.difference.setText(
            f"{total} counted · it fits" if not off.minor else f"{total} counted · {amount} {more}"
        )
        self._reason_box.setVisible(bool(off.minor))
        self.button.set_text(f"Close the till with {total}")

    def _close(self) -> None:
        tills, actor, till = self._desk.services.tills, self._desk.actor, self._state.till
        try:
            left = typed_sum(self.left_edit.text(), self._currency, field="left")
        except InvalidInputError as error:
            self.show_problem(error)
            return
        counted, reason = self.count.counts, self.reason_edit.text()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: tills.close(actor, till.clinic_id, counted=counted, left=left, reason=reason),
            done=self._done,
            failed=self._refuse,
            settled=lambda: self.set_busy(False),
        )

    def _refuse(self, error: ClinicDeskError) -> None:
        self.show_problem(error)

    def _done(self, closed: ClosedTill) -> None:
        self.finish()
        self.closed_till.emit(closed)
