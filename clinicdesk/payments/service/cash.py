"""Takes cash and bank transfers: nobody outside is asked, so one transaction does it."""

from sqlalchemy import select

from clinicdesk.access import Action, Actor, requires
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.payments.attempts import check_invoice, new_payment
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.models import Payment
from clinicdesk.payments.obstacles import AmountInvalidError, TenderedTooLittleError
from clinicdesk.payments.queries import payment_record
from clinicdesk.payments.records import PaymentMethod, PaymentRecord, PaymentStatus


class CounterPayments:
    """What is paid at the counter without a card."""

    def __init__(self, database: Database, *, clock: Clock, bookkeeper: Bookkeeper) -> None:
        self._database = database
        self._clock = clock
        self._bookkeeper = bookkeeper

    @requires(Action.TAKE_PAYMENT)
    def take_cash(
        self,
        actor: Actor,
        invoice_id: int,
        *,
        amount: Money,
        tendered: Money,
        attempt_key: str = "",
    ) -> PaymentRecord:
        """Take `amount` out of the `tendered` cash; the record says the change to give.

        `attempt_key` is a UUID made once per dialog: a second call with it takes nothing.

        Raises:
            TenderedTooLittleError, AmountInvalidError, NothingDueError, MoreThanDueError,
            PaymentInProgressError: as named.
        """
        if tendered.currency != amount.currency:
            raise AmountInvalidError(f"Please enter the cash in {amount.currency}.")
        if tendered.minor < amount.minor:
            raise TenderedTooLittleError(amount)
        return self._take(
            actor,
            invoice_id,
            method=PaymentMethod.CASH,
            amount=amount,
            tendered=tendered,
            attempt_key=attempt_key,
        )

    @requires(Action.TAKE_PAYMENT)
    def record_transfer(
        self, actor: Actor, invoice_id: int, *, amount: Money, attempt_key: str = ""
    ) -> PaymentRecord:
        """Write down a bank transfer that has arrived.

        Raises:
            AmountInvalidError, NothingDueError, MoreThanDueError, PaymentInProgressError: as named.
        """
        return self._take(
            actor,
            invoice_id,
            method=PaymentMethod.TRANSFER,
            amount=amount,
            attempt_key=attempt_key,
        )

    def _take(
        self,
        actor: Actor,
        invoice_id: int,
        *,
        method: PaymentMethod,
        amount: Money,
        tendered: Money | None = None,
        attempt_key: str,
    ) -> PaymentRecord:
        def work(transaction: Transaction) -> PaymentRecord:
            session = transaction.session
            former = session.scalar(select(Payment.id).where(Payment.attempt_key == attempt_key))
            if former is not None:
                return payment_record(session, former)
            check_invoice(transaction, invoice_id, amount)
            payment = new_payment(
                actor,
                invoice_id,
                method=method,
                amount=amount,
                clock=self._clock,
                attempt_key=attempt_key,
            )
            payment.tendered_minor = tendered.minor if tendered else None
            payment.status = PaymentStatus.COMPLETED
            payment.settled_at = payment.created_at
            session.add(payment)
            session.flush()
            self._bookkeeper.book(transaction, actor, payment, at=payment.created_at)
            return payment_record(session, payment.id)

        return self._database.write(work)
