"""Follows one card payment: starts it, asks every second how it stands, and never asks twice."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from clinicdesk.errors import ClinicDeskError
from clinicdesk.money import Money
from clinicdesk.payments.records import CardProgress, ReaderStep
from clinicdesk.payments.rules import CAN_TRY_AGAIN
from ui.core.session import Desk
from ui.core.tasks import Lane

POLL_MS = 1000
SLOW_POLL_MS = 5000
SLOW_AFTER_MS = 60_000
ENDED = frozenset({ReaderStep.PAID, ReaderStep.CANCELLED})
RESTING = ENDED | CAN_TRY_AGAIN
"""The steps after which nothing changes by itself."""


class CardWatch(QObject):
    """Runs one question to the card provider at a time; wishes wait until it is answered.

    `progressed` carries each CardProgress, `failed` an error that ended what was asked, `troubled`
    an error of a question that is asked again.
    """

    progressed = Signal(object)
    failed = Signal(object)
    troubled = Signal(object)
    ticked = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        # Whoever began goes on asking, also while the desk is locked or handed over.
        self._actor = desk.actor
        self._payment_id: int | None = None
        self._step: ReaderStep | None = None
        self._is_asking = False
        self._wish: Callable[[int], CardProgress] | None = None
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        """Tell whether something is asked or still to be followed."""
        return self._is_asking or self._timer.isActive()

    @property
    def elapsed_text(self) -> str:
        """The time since the reader was asked: "0:07"."""
        seconds = self._since.elapsed() // 1000 if self._since.isValid() else 0
        return f"{seconds // 60}:{seconds % 60:02d}"

    def start(
        self,
        invoice_id: int,
        *,
        amount: Money,
        reader_id: int,
        shares: Mapping[int, Money],
        keeps_surplus: bool,
    ) -> None:
        """Ask the reader to take `amount` for an invoice, of it `shares` for other ones."""
        payments, actor = self._desk.services.payments, self._actor
        self._payment_id = None
        self._follow()
        self._ask(
            lambda: payments.create_payment_intent(
                actor,
                invoice_id,
                amount=amount,
                reader_id=reader_id,
                shares=shares,
                keeps_surplus=keeps_surplus,
            )
        )

    def resume(self, payment_id: int) -> None:
        """Follow a payment that was begun before."""
        self._payment_id = payment_id
        self._follow()
        self._poll()

    def ask_now(self) -> None:
        """Ask how the payment stands without waiting for the next second."""
        self._follow()
        self._poll()

    def try_again(self) -> None:
        """Ask the reader for another card for the same payment."""
        payments, actor = self._desk.services.payments, self._actor
        self._follow()
        self._want(lambda payment_id: payments.try_again(actor, payment_id))

    def cancel(self) -> None:
        """Take the payment off the reader; the outcome comes as progress and may still be paid."""
        payments, actor = self._desk.services.payments, self._actor
        self._want(lambda payment_id: payments.cancel(actor, payment_id))

    def _follow(self) -> None:
        self._since.start()
        self._timer.setInterval(POLL_MS)
        self._timer.start()

    def _tick(self) -> None:
        self.ticked.emit()
        if self._since.elapsed() > SLOW_AFTER_MS:
            self._timer.setInterval(SLOW_POLL_MS)
        self._poll()

    def _poll(self) -> None:
        payments, actor, payment_id = (
            self._desk.services.payments,
            self._actor,
            self._payment_id,
        )
        if payment_id is not None and not self._is_asking:
            self._ask(lambda: payments.confirm_payment(actor, payment_id), is_repeated=True)

    def _want(self, wish: Callable[[int], CardProgress]) -> None:
        self._wish = wish
        self._grant()

    def _grant(self) -> None:
        wish, payment_id = self._wish, self._payment_id
        if wish is not None and payment_id is not None and not self._is_asking:
            self._wish = None
            self._ask(lambda: wish(payment_id))

    def _ask(self, question: Callable[[], CardProgress], *, is_repeated: bool = False) -> None:
        self._is_asking = True
        self._desk.tasks.run(
            self,
            question,
            done=self._answered,
            failed=self.troubled.emit if is_repeated else self._refused,
            settled=self._settle,
            lane=Lane.NETWORK,
        )

    def _settle(self) -> None:
        self._is_asking = False
        QTimer.singleShot(0, self, self._grant)

    def _answered(self, progress: CardProgress) -> None:
        self._payment_id = progress.payment.id
        self._step = progress.step
        if progress.step in RESTING:
            self._timer.stop()
        if progress.step in ENDED:
            self._wish = None
        self.progressed.emit(progress)

    def _refused(self, error: ClinicDeskError) -> None:
        if self._payment_id is None:
            self._timer.stop()
            self._wish = None
        self.failed.emit(error)
