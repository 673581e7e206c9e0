"""Shows on the card reader what is going to be paid, and sees that the card is asked for after."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from ui.core.session import Desk
from ui.core.tasks import Lane


class CartShower(QObject):
    """The cart of one payment; it outlives its dialog until the reader is clear again.

    A reader shows one thing at a time, so what comes after waits for its answer.
    """

    def __init__(self, desk: Desk, parent: QObject, *, invoice_id: int) -> None:
        super().__init__(parent)
        self._desk, self._invoice_id = desk, invoice_id
        self._is_asking = False
        self._shown_on: int | None = None
        self._next: Callable[[], object] | None = None

    def show_on(self, reader_id: int) -> None:
        """Show the invoice's lines on a reader, where the clinic wants that."""
        if self._is_asking:
            self._next = lambda: self.show_on(reader_id)
            return
        if self._shown_on == reader_id:
            return
        readers, actor, invoice_id = self._desk.services.readers, self._desk.actor, self._invoice_id
        before, self._shown_on = self._shown_on, None
        self._is_asking = True

        def work() -> bool:
            if before is not None:
                readers.clear_cart(actor, before)
            return readers.show_cart(actor, reader_id, invoice_id=invoice_id)

        def done(is_shown: bool) -> None:
            self._is_asking = False
            self._shown_on = reader_id if is_shown else None
            self._go_on()

        self._desk.tasks.run(
            self, work, done=done, failed=lambda _error: done(False), lane=Lane.NETWORK
        )

    def then(self, step: Callable[[], object]) -> None:
        """Take a payment once the reader has answered: it takes the place of the lines."""
        if self._is_asking:
            self._next = lambda: self._run(step)
        else:
            self._run(step)

    def end(self) -> None:
        """Take the lines off the reader, unless a payment has taken their place, and go."""
        if self._is_asking:
            self._next = self.end
        elif self._shown_on is None:
            self.deleteLater()
        else:
            reader_id, readers, actor = (
                self._shown_on,
                self._desk.services.readers,
                self._desk.actor,
            )
            self._desk.tasks.run(
                self,
                lambda: readers.clear_cart(actor, reader_id),
                done=lambda _nothing: self.deleteLater(),
                lane=Lane.NETWORK,
            )

    def _run(self, step: Callable[[], object]) -> None:
        self._shown_on = None
        step()

    def _go_on(self) -> None:
        step, self._next = self._next, None
        if step is not None:
            step()
