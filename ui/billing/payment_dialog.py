"""The dialog that takes a payment: by card, followed on the reader, or in cash, with the change."""

import uuid
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.errors import ClinicDeskError, ConflictError, InvalidInputError, UnknownOutcomeError
from clinicdesk.money import Money, parse_money
from clinicdesk.payments.records import CardProgress, PaymentRecord, ReaderStep
from clinicdesk.payments.rules import CAN_TRY_AGAIN, means_text
from ui.billing.card_watch import CardWatch
from ui.billing.cash_panel import CashPanel
from ui.billing.payment_words import (
    FACES,
    face_of,
    invoice_text,
    ready_face,
    sentence_of,
)
from ui.billing.reader_panel import ReaderFace, ReaderPanel
from ui.billing.sum_edit import SumEdit
from ui.billing.ticket import Ticket, ticket_reader
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.inputs import Choice
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.session import Desk

CARD, CASH = 0, 1
NO_READER = ReaderFace("No card reader", "Add one in the settings, or take cash", ("warning",))
NO_ANSWER = "No answer from the card provider; asking again"
NOTICED = CAN_TRY_AGAIN | {ReaderStep.UNKNOWN, ReaderStep.CANCELLED}
LIVE_STEPS = frozenset({ReaderStep.PREPARING, ReaderStep.WAITING_FOR_CARD, ReaderStep.UNKNOWN})


class Stage(Enum):
    """Where the dialog stands; it tells which buttons are there and what Escape does."""

    CHOOSING = "choosing"
    RUNNING = "running"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    PAID = "paid"


BUTTONS = {
    # what Escape does, what Enter does; an empty one is not shown
    Stage.CHOOSING: ("Close", "Take"),
    Stage.RUNNING: ("Cancel on the reader", ""),
    Stage.STOPPED: ("Stop", "Try again"),
    Stage.UNKNOWN: ("Close", "Ask again now"),
    Stage.PAID: ("", "Done"),
}
STAGES = {
    ReaderStep.PREPARING: Stage.RUNNING,
    ReaderStep.WAITING_FOR_CARD: Stage.RUNNING,
    **dict.fromkeys(CAN_TRY_AGAIN, Stage.STOPPED),
    ReaderStep.PAID: Stage.PAID,
    ReaderStep.CANCELLED: Stage.CHOOSING,
    ReaderStep.UNKNOWN: Stage.UNKNOWN,
}


class PaymentDialog(Dialog):
    """Takes a payment for the invoice of a Ticket; `paid` carries the PaymentRecord."""

    paid = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, ticket: Ticket) -> None:
        invoice = ticket.invoice
        title = f"Take payment · {invoice.patient_name}"
        super().__init__(host, desk.theme, title=title, note=invoice.number, width_px=640)
        self._desk, self._ticket = desk, ticket
        self._attempt_key = str(uuid.uuid4())
        self.stage = Stage.CHOOSING
        self.amount_edit = SumEdit(str(invoice.due))
        self.amount_edit.textEdited.connect(lambda _text: self._amount_changed())
        self.way = Segmented(desk.theme, ("Card", "Cash"), name="Way to pay")
        self.way.chosen.connect(self._choose_way)
        self.reader_choice = Choice(
            desk.theme, name="Reader", entries=[(r.label, r.id) for r in ticket.readers]
        )
        self.reader_choice.currentIndexChanged.connect(lambda _row: self._show_ready())
        self.panel = ReaderPanel(desk.theme)
        self.cash = CashPanel(desk.theme)
        self.cash.put_in(self.field("Given", self.cash.given_edit, name="tendered"))
        self.sentence = plain_label("", "faint", wrap=True)
        self.notice = plain_label("", "warning", wrap=True)
        self.leave = KeyButton(desk.theme, "Close", key="Escape")
        self.leave.clicked.connect(self.dismiss)
        self.take = KeyButton(desk.theme, "Take", key="Return", kind="primary")
        self.take.clicked.connect(self._take)
        self.watch = CardWatch(desk, self)
        self.watch.progressed.connect(self._show_progress)
        self.watch.failed.connect(self._show_failure)
        self.watch.troubled.connect(self._show_trouble)
        self._face = FACES[ReaderStep.PREPARING]
        self.watch.ticked.connect(self._tell_time)
        self._build()
        self._begin()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(self.theme.px(10))
        self._amount_box = self.field("Amount", self.amount_edit, name="amount")
        left.addWidget(self._amount_box)
        left.addWidget(plain_label(invoice_text(self._ticket.invoice), "soft", wrap=True))
        left.addWidget(self.way)
        left.addWidget(self.reader_choice)
        left.addStretch(1)
        self._side = QStackedWidget()
        self._side.addWidget(self.panel)
        self._side.addWidget(self.cash)
        row = QHBoxLayout()
        row.setSpacing(self.theme.px(22))
        row.addLayout(left, 1)
        row.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        # Only now that it has a parent: a widget without one would open a window of its own.
        self.reader_choice.setVisible(len(self._ticket.readers) > 1)
        self.body.addWidget(self.notice)
        self.footer.addWidget(self.sentence, 1)
        self.add_button(self.leave)
        self.add_button(self.take, is_default=True)
        self.setTabOrder(self.amount_edit, self.way)
        self.setTabOrder(self.way, self.reader_choice)

    def _begin(self) -> None:
        open_payment = self._ticket.open_payment
        if not self._ticket.readers and open_payment is None:
            self.way.set_current(CASH)
        self._amount_changed()
        self._show_ready()
        self._show_stage(Stage.CHOOSING)
        if open_payment is not None:
            self._resume(open_payment)

    @property
    def amount_error(self) -> str:
        """The sentence at the amount; empty for none."""
        return self._amount_box.error

    # --- choosing ------------------------------------------------------------------------------

    def amount(self) -> Money:
        """Give the amount typed.

        Raises:
            InvalidInputError: it is none.
        """
        return parse_money(self.amount_edit.text(), self._ticket.invoice.total.currency)

    def _amount_changed(self) -> None:
        self.clear_problem()
        try:
            self.cash.set_amount(self.amount())
        except InvalidInputError:
            self.cash.set_amount(None)
        self._name_amount()
        self._show_ready()

    def _choose_way(self, way: int) -> None:
        self._side.setCurrentIndex(way)
        self.clear_problem()
        self._show_stage(self.stage)
        (self.cash.given_edit if way == CASH else self.amount_edit).setFocus(
            Qt.FocusReason.TabFocusReason
        )

    def _show_ready(self) -> None:
        if self.stage is not Stage.CHOOSING:
            return
        self.panel.show_reader(self.reader_choice.currentText())
        try:
            face = ready_face(str(self.amount()))
        except InvalidInputError:
            face = ready_face("the amount")
        self.panel.show_face(face if self._ticket.readers else NO_READER)

    # --- taking --------------------------------------------------------------------------------

    def _take(self) -> None:
        if self.stage is Stage.PAID:
            self.finish()
        elif self.stage is Stage.STOPPED:
            self._show_stage(Stage.RUNNING)
            self.watch.try_again()
        elif self.stage is Stage.UNKNOWN:
            self.watch.ask_now()
        elif self.stage is Stage.CHOOSING:
            self._take_amount()

    def _take_amount(self) -> None:
        self.clear_problem()
        try:
            amount = self.amount()
            given = self.cash.given() if self.way.current == CASH else None
        except InvalidInputError as error:
            self.show_problem(error)
            return
        if given is not None:
            self._take_cash(amount, given)
        elif self._ticket.readers:
            self._show_stage(Stage.RUNNING)
            self._show_face(FACES[ReaderStep.PREPARING])
            reader_id = int(self.reader_choice.currentData())
            self.watch.start(self._ticket.invoice.id, amount=amount, reader_id=reader_id)

    def _take_cash(self, amount: Money, given: Money) -> None:
        payments, actor, key = self._desk.services.payments, self._desk.actor, self._attempt_key
        invoice_id = self._ticket.invoice.id
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: payments.take_cash(
                actor, invoice_id, amount=amount, tendered=given, attempt_key=key
            ),
            done=self._show_paid,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _resume(self, payment: PaymentRecord) -> None:
        self.amount_edit.setText(str(payment.amount))
        self._show_stage(Stage.RUNNING)
        self._show_face(FACES[ReaderStep.PREPARING])
        self.watch.resume(payment.id)

    # --- following -----------------------------------------------------------------------------

    def _show_progress(self, progress: CardProgress) -> None:
        self.clear_problem()
        self._show_face(face_of(progress), is_live=progress.step in LIVE_STEPS)
        if progress.step is ReaderStep.PAID:
            self._show_paid(progress.payment)
            return
        self._show_stage(STAGES[progress.step])
        if progress.step in NOTICED:
            self.notice.setText(sentence_of(progress))
            self.notice.show()
        else:
            self.sentence.setText(sentence_of(progress))

    def _show_face(self, face: ReaderFace, *, is_live: bool = True) -> None:
        self._face = face
        self.panel.show_face(face, elapsed=self.watch.elapsed_text if is_live else "")

    def _tell_time(self) -> None:
        if self.stage in {Stage.RUNNING, Stage.UNKNOWN}:
            self.panel.show_face(self._face, elapsed=self.watch.elapsed_text)

    def _show_trouble(self, _error: ClinicDeskError) -> None:
        self._face = ReaderFace(self._face.title, NO_ANSWER, self._face.icons, self._face.steps)
        self._tell_time()

    def _show_failure(self, error: ClinicDeskError) -> None:
        if self.watch.is_running:
            self._show_stage(self.stage)
        else:
            self._show_stage(Stage.CHOOSING)
            self._show_ready()
        self.show_problem(error)
        if isinstance(error, UnknownOutcomeError | ConflictError) and not self.watch.is_running:
            self._look_for_open_payment()

    def _look_for_open_payment(self) -> None:
        """Follow what was begun although no answer came, or what another desk began."""

        def take_up(ticket: Ticket) -> None:
            self._ticket = ticket
            if ticket.open_payment is not None:
                self._resume(ticket.open_payment)

        work = ticket_reader(self._desk, invoice_id=self._ticket.invoice.id)
        self._desk.tasks.run(self, work, done=take_up)

    def _show_paid(self, payment: PaymentRecord) -> None:
        self._show_stage(Stage.PAID)
        self.sentence.setText(f"{payment.amount} paid with {means_text(payment)}.")
        if payment.change is not None and payment.change.minor:
            self.sentence.setText(f"{self.sentence.text()} Give {payment.change} change.")
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        self.paid.emit(payment)

    # --- stages and leaving --------------------------------------------------------------------

    def _show_stage(self, stage: Stage) -> None:
        self.stage = stage
        is_choosing = stage is Stage.CHOOSING
        for widget in (self.amount_edit, self.way, self.reader_choice, self.cash.given_edit):
            widget.setEnabled(is_choosing)
        leave, take = BUTTONS[stage]
        for button, text in ((self.leave, leave), (self.take, take)):
            button.setVisible(bool(text))
            button.setEnabled(True)
            button.set_text(text)
        self.sentence.setText("")
        self.notice.hide()
        if is_choosing:
            self._name_amount()

    def _name_amount(self) -> None:
        """Let the button say the sum."""
        try:
            self.take.set_text(f"Take {self.amount()}")
        except InvalidInputError:
            self.take.set_text("Take")

    def dismiss(self) -> None:
        """Close; while the reader is asking, cancel there and wait for what really happened."""
        if self.stage in {Stage.RUNNING, Stage.STOPPED}:
            self.leave.set_text("Cancelling…")
            self.leave.setEnabled(False)
            self.watch.cancel()
        else:
            super().dismiss()
