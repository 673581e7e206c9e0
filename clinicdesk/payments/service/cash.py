"""Takes cash, bank transfers and cheques: nobody outside is asked, so one transaction does it."""

from sqlalchemy import select

from clinicdesk.access import Action, Actor, requires
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.payments.attempts import new_payment
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.models import Payment
from clinicdesk.payments.obstacles import AmountInvalidError, TenderedTooLittleError
from clinicdesk.payments.queries import payment_record
from clinicdesk.payments.records import PaymentMethod, PaymentRecord, PaymentStatus
from clinicdesk.payments.shares import Wanted, add_shares, check_wanted


class CounterPayments:
    """What is paid at the counter without a card.

    `attempt_key` is a UUID made once per dialog: a second call with it takes nothing. Of `wanted`
    each method raises what `check_wanted` does.
    """

    def __init__(self, database: Database, *, clock: Clock, bookkeeper: Bookkeeper) -> None:
        self._database = database
        self._clock = clock
        self._bookkeeper = bookkeeper

    @requires(Action.TAKE_PAYMENT)
    def take_cash(
        self, actor: Actor, wanted: Wanted, *, tendered: Money, attempt_key: str
    ) -> PaymentRecord:
        """Take what is wanted out of the `tendered` cash; the record says the change to give.

        Raises:
            TenderedTooLittleError, AmountInvalidError: as named.
        """
        if tendered.currency != wanted.amount.currency:
            raise AmountInvalidError(f"Please enter the cash in {wanted.amount.currency}.")
        if tendered.minor < wanted.amount.minor:
            raise TenderedTooLittleError(wanted.amount)
        return self._take(
            actor,
            wanted,
            method=PaymentMethod.CASH,
            tendered=tendered,
            attempt_key=attempt_key,
        )

    @requires(Action.TAKE_PAYMENT)
    def record(
        self,
        actor: Actor,
        wanted: Wanted,
        *,
        method: PaymentMethod,
        reference: str,
        attempt_key: str,
    ) -> PaymentRecord:
        """Write down a transfer that has arrived, or a cheque by its `reference`."""
        return self._take(
            actor, wanted, method=method, reference=reference.strip(), attempt_key=attempt_key
        )

    def _take(
        self,
        actor: Actor,
        wanted: Wanted,
        *,
        method: PaymentMethod,
        tendered: Money | None = None,
        reference: str = "",
        attempt_key: str,
    ) -> PaymentRecord:
        def work(transaction: Transaction) -> PaymentRecord:
            session = transaction.session
            former = session.scalar(select(Payment.id).where(Payment.attempt_key == attempt_key))
            if former is not None:
                return payment_record(session, former)
            check_wanted(transaction, wanted)
            payment = new_payment(
                actor, wanted, method=method, clock=self._clock, attempt_key=attempt_key
            )
            payment.tendered_minor = tendered.minor if tendered else None
            payment.reference = reference
            payment.status = PaymentStatus.COMPLETED
            payment.settled_at = payment.created_at
            session.add(payment)
            session.flush()
            add_shares(session, payment, wanted.shares)
            self._bookkeeper.book(transaction, actor, payment, at=payment.created_at)
            return payment_record(session, payment.id)

        return self._database.write(work)
