"""The till over the window: what should be in the drawer, counting it, and closing it for good."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.payments.till.records import CardCheck, ClosedTill, Loose, OpenTill, Weight
from clinicdesk.payments.till.rules import weight_of
from ui.billing.till_count import CountGrid
from ui.billing.till_side import TillSide
from ui.billing.till_words import difference_text, typed_sum
from ui.core.buttons import KeyButton
from ui.core.day_text import moment_text
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk
from ui.core.tasks import Lane

WAITING = "The till is closed as soon as the card provider has answered."


@dataclass(frozen=True, slots=True)
class TillState:
    """What the dialog shows: the open till, what is loose, and the clinic's zone."""

    till: OpenTill
    loose: tuple[Loose, ...]
    time_zone: str


class TillDialog(Dialog):
    """Shows the open till and closes it; `closed_till` carries the ClosedTill.

    While somebody counts, the card provider is asked. `drawer_asked` carries the OpenTill,
    `loose_asked` the Loose that is to be shown.
    """

    closed_till = Signal(object)
    drawer_asked = Signal(object)
    loose_asked = Signal(object)

    def __init__(
        self, host: QWidget, desk: Desk, state: TillState, *, counts: Mapping[int, int]
    ) -> None:
        opened = moment_text(state.till.opened_at, state.time_zone)
        super().__init__(host, desk.theme, title="Till", note=f"open since {opened}", width_px=900)
        self._desk, self._state = desk, state
        self._currency = state.till.expected_cash.currency
        self._may_close = desk.session.may(Action.CLOSE_TILL)
        self._check: CardCheck | None = None
        self._waits = False
        self.side = TillSide(desk.theme, compares_cards=self._may_close)
        self.facts = self.side.facts
        self.count = CountGrid(desk.theme, self._currency)
        self.left_edit = QLineEdit(str(state.till.float_kept))
        self.reason_edit, self.loose_edit = QLineEdit(), QLineEdit()
        self.difference = plain_label("", "heading")
        self.count.show_counts(counts)
        self._build()
        self._show_loose(state.loose)
        self.side.show_till(state.till)
        self._follow()
        self.count.counted.connect(lambda _total: self._follow())
        self.side.loose.asked.connect(self._go_to)

    def _build(self) -> None:
        px = self.theme.px
        left, right, both = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        self._loose_box = self.field("Why it stays open", self.loose_edit, name="loose")
        left.addWidget(self.side)
        left.addWidget(self._loose_box)
        left.addStretch(1)
        right.addWidget(section_label("Count the drawer"))
        right.addWidget(self.count)
        right.addWidget(self.difference)
        self._reason_box = self.field("About the difference", self.reason_edit, name="reason")
        right.addWidget(self._reason_box)
        right.addWidget(self.field("Stays in the drawer", self.left_edit, name="left"))
        right.addStretch(1)
        both.addLayout(left, 1)
        both.addSpacing(px(24))
        both.addLayout(right)
        self.body.addLayout(both)
        drawer = KeyButton(self.theme, "Cash in or out", key="F6")
        drawer.clicked.connect(lambda: self.drawer_asked.emit(self._state.till))
        self.hurry = KeyButton(self.theme, "Do not wait", key="F8")
        self.hurry.clicked.connect(self._close_unchecked)
        self.button = KeyButton(self.theme, "Close the till", key="Ctrl+Return", kind="primary")
        self.button.clicked.connect(self._close)
        self._signer = plain_label(f"You sign as {self._desk.actor.name}.", "faint")
        self.add_button(drawer)
        self.footer.addStretch(1)
        self.footer.addWidget(self._signer)
        self.add_button(self.hurry)
        self.add_button(self.button)
        self.hurry.hide()
        for shown in (self._signer, self.button):
            shown.setVisible(self._may_close)

    def open(self) -> None:
        """Show the dialog, ready to be counted into, and ask the card provider meanwhile."""
        super().open()
        self.count.fields[0].setFocus(Qt.FocusReason.TabFocusReason)
        if self._may_close and self._check is None:
            self._ask_provider()

    @property
    def counts(self) -> dict[int, int]:
        """What was counted so far."""
        return self.count.counts

    def show_till(self, till: OpenTill) -> None:
        """Show the till as it stands now; what was counted stays."""
        self._state = replace(self._state, till=till)
        self.side.show_till(till)
        self._follow()

    # --- the card provider and what is open ------------------------------------------------------

    def _ask_provider(self) -> None:
        tills, actor, clinic_id = self._desk.services.tills, self._desk.actor, self._clinic_id
        self.side.cards.show_asking()
        self._desk.tasks.run(
            self,
            lambda: (tills.check_cards(actor, clinic_id), tills.loose_ends(actor, clinic_id)),
            done=self._checked,
            failed=self._not_checked,
            lane=Lane.NETWORK,
            newest="check",
        )

    def _checked(self, found: tuple[CardCheck, tuple[Loose, ...]]) -> None:
        self._check, loose = found
        self.side.cards.show_check(self._check, self._state.time_zone)
        self._show_loose(loose)
        if self._waits:
            self._stop_waiting()
            self._close()

    def _not_checked(self, error: ClinicDeskError) -> None:
        self._stop_waiting()
        self.side.cards.text.setText(error.sentence)
        self.show_problem(error)

    def _show_loose(self, loose: tuple[Loose, ...]) -> None:
        self._state = replace(self._state, loose=loose)
        self.side.loose.show_loose(loose)
        asks = any(weight_of(one) is Weight.ASKS for one in loose)
        self._loose_box.setVisible(self._may_close and asks)

    def _go_to(self, loose: Loose) -> None:
        self.dismiss()
        self.loose_asked.emit(loose)

    # --- counting and closing -------------------------------------------------------------------

    @property
    def _clinic_id(self) -> int:
        return self._state.till.clinic_id

    def _follow(self) -> None:
        """Say how the count stands, and name the sum that the button signs."""
        self.clear_problem()
        total, till = self.count.total, self._state.till
        is_counted = bool(self.count.counts)
        self.difference.setText(difference_text(total, till, is_counted=is_counted))
        self._reason_box.setVisible(is_counted and total != till.expected_cash)
        self.button.set_text(f"Close the till with {total}")

    def _close(self) -> None:
        if self._check is None:
            self._wait()
        else:
            self._sign(self._check)

    def _wait(self) -> None:
        """Hold what was typed until the card provider has answered, or nobody waits for it."""
        self._waits = True
        self.button.setEnabled(False)
        self.hurry.show()
        self._signer.setText(WAITING)

    def _stop_waiting(self) -> None:
        self._waits = False
        self.button.setEnabled(True)
        self.hurry.hide()
        self._signer.setText(f"You sign as {self._desk.actor.name}.")

    def _close_unchecked(self) -> None:
        self._stop_waiting()
        self._sign(None)

    def _sign(self, check: CardCheck | None) -> None:
        """Sign what was counted; without a check the till is closed unchecked."""
        tills, actor, clinic_id = self._desk.services.tills, self._desk.actor, self._clinic_id
        try:
            left = typed_sum(self.left_edit.text(), self._currency, field="left")
        except InvalidInputError as error:
            self.show_problem(error)
            return
        counted, seen = self.count.counts, self._state.loose
        reason, loose_reason = self.reason_edit.text(), self.loose_edit.text()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: tills.close(
                actor,
                clinic_id,
                counted=counted,
                left=left,
                reason=reason,
                loose_reason=loose_reason,
                seen=seen,
                card_check=check,
                asks_provider=False,
            ),
            done=self._done,
            failed=self._refuse,
            settled=lambda: self.set_busy(False),
        )

    def _refuse(self, error: ClinicDeskError) -> None:
        """Say why, beside the till as it stands by now: another desk may have moved it."""
        tills, actor, clinic_id = self._desk.services.tills, self._desk.actor, self._clinic_id

        def work() -> tuple[OpenTill, tuple[Loose, ...]] | None:
            till = tills.till(actor, clinic_id)
            return None if till is None else (till, tills.loose_ends(actor, clinic_id))

        self._desk.tasks.run(
            self,
            work,
            done=lambda found: self._show_refusal(error, found),
            failed=self.show_problem,
            newest="refusal",
        )

    def _show_refusal(
        self, error: ClinicDeskError, found: tuple[OpenTill, tuple[Loose, ...]] | None
    ) -> None:
        if found is not None:
            till, loose = found
            self.show_till(till)
            self._show_loose(loose)
        if isinstance(error, InvalidInputError) and error.field == "reason":
            self._reason_box.show()
        self.show_problem(error)

    def _done(self, closed: ClosedTill) -> None:
        self.finish()
        self.closed_till.emit(closed)
