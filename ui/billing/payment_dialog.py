"""The dialog that takes a payment: by card, followed on the reader, or by another way."""

import uuid
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.errors import ClinicDeskError, ConflictError, InvalidInputError, UnknownOutcomeError
from clinicdesk.money import Money
from clinicdesk.payments.records import CardProgress, PaymentMethod, PaymentRecord, ReaderStep
from ui.billing.card_watch import CardWatch
from ui.billing.cart_shower import CartShower
from ui.billing.payment_form import WRITTEN_DOWN, PaymentForm, Wish
from ui.billing.payment_stages import BUTTONS, LIVE_STEPS, NOTICED, STAGES, Stage
from ui.billing.payment_words import FACES, face_of, paid_sentence, sentence_of
from ui.billing.reader_panel import ReaderFace
from ui.billing.ticket import Ticket, ticket_reader
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.session import Desk

__all__ = ["PaymentDialog", "Stage"]

WIDTH_PX = 720
NO_ANSWER = "No answer from the card provider; asking again"


class PaymentDialog(Dialog):
    """Takes a payment for the invoice of a Ticket, and for others of the family with it.

    `paid` carries the PaymentRecord, and `receipt_asked` does; `link_asked` carries the invoice
    that is to be paid by a link, for which the dialog closes.
    """

    paid = Signal(object)
    link_asked = Signal(int)
    receipt_asked = Signal(object)

    def __init__(
        self, host: QWidget, desk: Desk, ticket: Ticket, *, offers_link: bool = False
    ) -> None:
        invoice = ticket.invoice
        title = f"Take payment · {invoice.patient_name}"
        super().__init__(host, desk.theme, title=title, note=invoice.number, width_px=WIDTH_PX)
        self._desk, self._ticket = desk, ticket
        self._attempt_key = str(uuid.uuid4())
        self.stage = Stage.CHOOSING
        self.form = PaymentForm(desk.theme, ticket, field=self.field, offers_link=offers_link)
        self.amount_edit, self.way, self.cash = (
            self.form.amount_edit,
            self.form.way,
            self.form.cash,
        )
        self.panel = self.form.panel
        self.sentence = plain_label("", "faint", wrap=True)
        self.notice = plain_label("", "warning", wrap=True)
        self.leave = KeyButton(desk.theme, "Close", key="Escape")
        self.receipt = KeyButton(desk.theme, "Receipt", key="E")
        self.take = KeyButton(desk.theme, "Take", key="Return", kind="primary")
        self.watch = CardWatch(desk, self)
        self.cart = CartShower(desk, host.window(), invoice_id=ticket.invoice.id)
        self._face = FACES[ReaderStep.PREPARING]
        self._paid: PaymentRecord | None = None
        self._build()
        self._connect()
        self._begin()

    def _build(self) -> None:
        self.body.addWidget(self.form)
        self.body.addWidget(self.notice)
        self.footer.addWidget(self.sentence, 1)
        self.add_button(self.leave)
        self.add_button(self.receipt)
        self.add_button(self.take, is_default=True)

    def _connect(self) -> None:
        self.form.changed.connect(self._show_wish)
        self.form.reader_choice.currentIndexChanged.connect(lambda _row: self._show_ready())
        self.form.reader_choice.currentIndexChanged.connect(lambda _row: self._show_cart())
        self.leave.clicked.connect(self.dismiss)
        self.take.clicked.connect(self._take)
        self.receipt.clicked.connect(self._show_receipt)
        self.watch.progressed.connect(self._show_progress)
        self.watch.failed.connect(self._show_failure)
        self.watch.troubled.connect(self._show_trouble)
        self.watch.ticked.connect(self._tell_time)

    def _begin(self) -> None:
        open_payment = self._ticket.open_payment
        if not self._ticket.readers and open_payment is None:
            self.form.choose(PaymentMethod.CASH)
        self._show_stage(Stage.CHOOSING)
        self.form.show_amount()
        if open_payment is not None:
            self._resume(open_payment)
        self._show_cart()

    @property
    def amount_error(self) -> str:
        """The sentence at the amount; empty for none."""
        return self.form.amount_box.error

    # --- choosing ------------------------------------------------------------------------------

    def _show_wish(self) -> None:
        """Show what the filled-in form comes to; what was wrong before may be right now."""
        self.clear_problem()
        if self.stage is Stage.CHOOSING:
            self._name_button()
            self._show_ready()

    def _show_ready(self) -> None:
        if self.stage is Stage.CHOOSING:
            self.form.show_ready()

    def _show_cart(self) -> None:
        is_card = self.form.method is PaymentMethod.CARD and bool(self._ticket.readers)
        if self.stage is Stage.CHOOSING and is_card and not self.form.more.chosen:
            self.cart.show_on(int(self.form.reader_choice.currentData()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let what is typed at the way to pay go into the field that it asks for."""
        target = self.form.typing_target() if self.stage is Stage.CHOOSING else None
        if target is not None and event.text().isprintable() and event.text().strip():
            target.setFocus()
            QApplication.sendEvent(target, event)
        else:
            super().keyPressEvent(event)

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
            self._take_wish()

    def _take_wish(self) -> None:
        self.clear_problem()
        try:
            wish = self.form.wish()
            given = self.cash.given() if self.form.method is PaymentMethod.CASH else None
        except InvalidInputError as error:
            self.show_problem(error)
            return
        if given is not None:
            self._take_cash(wish, given)
        elif self.form.method in WRITTEN_DOWN:
            self._write_down(wish)
        elif self.form.method is PaymentMethod.LINK:
            self.finish()
            self.link_asked.emit(self._ticket.invoice.id)
        elif self._ticket.readers:
            self._take_card(wish)

    def _take_card(self, wish: Wish) -> None:
        self._show_stage(Stage.RUNNING)
        self._show_face(FACES[ReaderStep.PREPARING])
        reader_id = int(self.form.reader_choice.currentData())
        self.cart.then(
            lambda: self.watch.start(
                self._ticket.invoice.id,
                amount=wish.amount,
                reader_id=reader_id,
                shares=wish.shares,
                keeps_surplus=wish.keeps_surplus,
            )
        )

    def _take_cash(self, wish: Wish, given: Money) -> None:
        payments, actor, key = self._desk.services.payments, self._desk.actor, self._attempt_key
        invoice_id = self._ticket.invoice.id

        def work() -> PaymentRecord:
            return payments.take_cash(
                actor, invoice_id, amount=wish.amount, tendered=given, attempt_key=key,
                shares=wish.shares, keeps_surplus=wish.keeps_surplus,
            )  # fmt: skip

        self._do_at_once(work)

    def _write_down(self, wish: Wish) -> None:
        payments, actor, key = self._desk.services.payments, self._desk.actor, self._attempt_key
        invoice_id, reference = self._ticket.invoice.id, self.form.written.reference_edit.text()
        is_cheque = self.form.method is PaymentMethod.CHEQUE
        record = payments.record_cheque if is_cheque else payments.record_transfer

        def work() -> PaymentRecord:
            return record(
                actor, invoice_id, amount=wish.amount, reference=reference, attempt_key=key,
                shares=wish.shares, keeps_surplus=wish.keeps_surplus,
            )  # fmt: skip

        self._do_at_once(work)

    def _do_at_once(self, work: Callable[[], PaymentRecord]) -> None:
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            work,
            done=self._show_paid,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _resume(self, payment: PaymentRecord) -> None:
        self.form.choose(PaymentMethod.CARD)
        self.form.show_payment(payment)
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

    def _show_receipt(self) -> None:
        payment = self._paid
        self.finish()
        self.receipt_asked.emit(payment)

    def _show_paid(self, payment: PaymentRecord) -> None:
        self._paid = payment
        self._show_stage(Stage.PAID)
        self.sentence.setText(paid_sentence(payment))
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        self.paid.emit(payment)

    # --- stages and leaving --------------------------------------------------------------------

    def _show_stage(self, stage: Stage) -> None:
        self.stage = stage
        is_choosing = stage is Stage.CHOOSING
        self.form.set_choosing(is_choosing)
        leave, take = BUTTONS[stage]
        for button, text in ((self.leave, leave), (self.take, take)):
            button.setVisible(bool(text))
            button.setEnabled(True)
            button.set_text(text)
        self.receipt.setVisible(stage is Stage.PAID)
        self.sentence.setText("")
        self.notice.hide()
        if is_choosing:
            self._name_button()

    def _name_button(self) -> None:
        """Let the button say the sum."""
        if self.form.method is PaymentMethod.LINK:
            self.take.set_text("Make a payment link")
            return
        try:
            self.take.set_text(f"Take {self.form.amount()}")
        except InvalidInputError:
            self.take.set_text("Take")

    def finish(self) -> None:
        """Close, and let the reader show nothing more of it."""
        if self.is_open:
            self.cart.end()
        super().finish()

    def dismiss(self) -> None:
        """Close; while the reader is asking, cancel there and wait for what really happened."""
        if self.stage in {Stage.RUNNING, Stage.STOPPED}:
            self.leave.set_text("Cancelling…")
            self.leave.setEnabled(False)
            self.watch.cancel()
        else:
            super().dismiss()
