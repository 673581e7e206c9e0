"""The check at the end of the day: each visit without an outcome gets one by one key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.access import Action
from clinicdesk.schedule.records import AppointmentStatus as Status
from clinicdesk.schedule.records import CancelledBy
from clinicdesk.visits.records import Board, BoardCard, Unfinished
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.hit_list import HitLine, HitList
from ui.core.labels import plain_label
from ui.core.progress_line import ProgressLine
from ui.core.session import Desk

ALL_DONE = "All visits of today have an outcome"
NOT_CONFIRMED, LEFT = "Was not confirmed and did not come", "Left before being seen"
OPEN_WORDS = {
    Status.REQUESTED: "asked for, not confirmed, has not come",
    Status.CONFIRMED: "has not come",
    Status.ARRIVED: "still in the waiting room",
    Status.IN_ROOM: "still with the doctor",
    Status.COMPLETED: "no invoice yet",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What can be done with an open visit: its name, words and key."""

    name: str
    text: str
    key: str


SEEN = Outcome("seen", "Was seen", "C")
NOT_SEEN = Outcome("not_seen", "Was not seen", "N")
INVOICE = Outcome("invoice", "Make the invoice", "I")
PAY = Outcome("pay", "Take the payment", "P")
OUTCOMES = {
    Status.REQUESTED: (NOT_SEEN,),
    Status.CONFIRMED: (NOT_SEEN, SEEN),
    Status.ARRIVED: (SEEN, NOT_SEEN),
    Status.IN_ROOM: (SEEN,),
    Status.COMPLETED: (INVOICE, PAY),
}


class DayEndDialog(Dialog):
    """Lists the open visits of a day; `payment_asked` carries the visit that is to be paid."""

    payment_asked = Signal(int)

    def __init__(
        self, host: QWidget, desk: Desk, board: Board, *, name_of: Callable[[BoardCard], str]
    ) -> None:
        super().__init__(host, desk.theme, title="End of the day", width_px=640)
        self._desk, self._board, self._name_of = desk, board, name_of
        self.open_cards: list[BoardCard] = []
        self._total = 0
        self.words = plain_label("", "soft", wrap=True)
        self.progress = ProgressLine(desk.theme, name="Visits with an outcome")
        self.list = HitList(desk.theme, name="Open visits")
        self.body.addWidget(self.words)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.list)
        self.buttons: dict[str, KeyButton] = {}
        for outcome in (SEEN, NOT_SEEN, INVOICE, PAY):
            button = KeyButton(desk.theme, outcome.text, key=outcome.key)
            button.clicked.connect(lambda _on=False, name=outcome.name: self.resolve(name))
            button.hide()
            self.buttons[outcome.name] = self.add_button(button)
        self.footer.addStretch(1)
        self.close_button = KeyButton(desk.theme, "Close", key="Escape", kind="primary")
        self.close_button.clicked.connect(self.dismiss)
        self.add_button(self.close_button)
        self._ask()

    def _ask(self) -> None:
        services, actor, board = self._desk.services, self._desk.actor, self._board
        may_see = actor.may(Action.SEE_BILLING)

        def work() -> Sequence[BoardCard]:
            found: Unfinished = services.visits.unfinished(
                actor, clinic_id=board.clinic_id, day=board.day
            )
            if not may_see or not found.completed:
                return found.without_outcome
            owed = services.billing.owed_by_appointments(
                actor, [card.id for card in found.completed]
            )
            unpaid = [
                card for card in found.completed
                if owed[card.id].invoice_id is None and not owed[card.id].is_settled
            ]  # fmt: skip
            return (*found.without_outcome, *unpaid)

        self._desk.tasks.run(
            self, work, done=self._show, settled=lambda: self.set_busy(False), newest="open"
        )

    def _show(self, cards: Sequence[BoardCard]) -> None:
        at = self.list.current
        self.open_cards = list(cards)
        self._total = max(self._total, len(cards))
        done = self._total - len(cards)
        zone = ZoneInfo(self._board.time_zone)
        self.list.show_lines(
            [
                HitLine(
                    f"{card.starts_at.astimezone(zone):%H:%M} {self._name_of(card)}",
                    f"{card.doctor_name} · {OPEN_WORDS[card.status]}",
                )
                for card in cards
            ],
            "",
        )
        self.list.walk(min(at, max(0, len(cards) - 1)))
        self.words.setText(f"{done} of {self._total} done" if cards else ALL_DONE)
        self.progress.show_part(1.0 if not cards else done / self._total)
        self._offer()

    def _lit(self) -> BoardCard | None:
        at = self.list.current
        return self.open_cards[at] if at < len(self.open_cards) else None

    def _offer(self) -> None:
        card, may = self._lit(), self._desk.session.may
        names = {outcome.name for outcome in OUTCOMES[card.status]} if card else set()
        if not may(Action.TAKE_PAYMENT):
            names.discard(PAY.name)
        for name, button in self.buttons.items():
            button.setVisible(name in names)
        if card is None:
            self.set_default(self.close_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the list with the arrows; every other key is a button's."""
        if self.list.take_key(event):
            self._offer()
        else:
            super().keyPressEvent(event)

    def resolve(self, name: str) -> None:
        """Give the lit visit its outcome, with one call."""
        card = self._lit()
        if card is None or self.is_busy:
            return
        if name == PAY.name:
            self.finish()
            self.payment_asked.emit(card.id)
            return
        self.set_busy(True)
        self.clear_problem()
        self._desk.tasks.run(
            self, self._work(name, card), done=lambda _after: self._ask(),
            failed=self.show_problem, settled=lambda: self.set_busy(False),
        )  # fmt: skip

    def _work(self, name: str, card: BoardCard) -> Callable[[], object]:
        services, actor = self._desk.services, self._desk.actor
        if name == INVOICE.name:
            return lambda: services.billing.invoice_visit(actor, card.id)
        if name == SEEN.name:
            return lambda: services.visits.complete(actor, card.id, version=card.version)
        if card.status is Status.CONFIRMED:
            return lambda: services.visits.mark_no_show(actor, card.id, version=card.version)
        is_request = card.status is Status.REQUESTED
        return lambda: services.schedule.cancel(
            actor,
            card.id,
            version=card.version,
            reason=NOT_CONFIRMED if is_request else LEFT,
            by=CancelledBy.CLINIC if is_request else CancelledBy.PATIENT,
        )
