"""Keeps card payments in the database: every step is one short transaction, and none asks outside.

A row is reserved before the provider is asked, and its outcome is written by an update that works
only while it is still open: whoever comes second changes nothing.
"""

import uuid
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from clinicdesk.access import Actor
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.booking import Bookkeeper
from clinicdesk.payments.gateway import IntentState
from clinicdesk.payments.limits import check_card
from clinicdesk.payments.models import CardReader, Payment
from clinicdesk.payments.obstacles import PaymentInProgressError, ReaderGoneError
from clinicdesk.payments.queries import Attempt, attempt_of, open_attempts
from clinicdesk.payments.records import OPEN, PaymentMethod, PaymentStatus
from clinicdesk.payments.shares import (
    Wanted,
    add_shares,
    check_no_link,
    check_wanted,
    claim,
    lock_invoices,
    parts_of,
    release,
)


class AttemptBook:
    """The card payments of the clinic."""

    def __init__(self, database: Database, *, clock: Clock, bookkeeper: Bookkeeper) -> None:
        self._database = database
        self._clock = clock
        self._bookkeeper = bookkeeper

    def reserve(self, actor: Actor, wanted: Wanted, *, reader_id: int) -> Attempt:
        """Write an attempt down before anything is asked of the provider.

        Raises:
            ReaderGoneError: the reader is not in use.
            ReaderCurrencyError, BelowCardMinimumError: as in `check_card`.
            PaymentLinkOpenError: a link was made after those that there were had been closed.
            PaymentInProgressError, OtherClinicError, OtherFamilyError, NothingDueError,
            MoreThanDueError, AmountInvalidError: as in `check_wanted`.
        """

        def work(transaction: Transaction) -> Attempt:
            check_wanted(transaction, wanted)
            reader = transaction.session.get(CardReader, reader_id)
            if reader is None or not reader.is_active:
                raise ReaderGoneError
            clinic = transaction.session.get_one(Clinic, reader.clinic_id)
            check_card(wanted.amount, reader_label=reader.label, country=clinic.country)
            check_no_link(transaction.session, wanted)
            payment = new_payment(actor, wanted, method=PaymentMethod.CARD, clock=self._clock)
            payment.reader_id = reader_id
            transaction.session.add(payment)
            transaction.session.flush()
            add_shares(transaction.session, payment, wanted.shares)
            claim(transaction.session, payment)
            self._bookkeeper.note(transaction, actor, "begin card payment", payment)
            return attempt_of(transaction.session, payment.id)

        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise PaymentInProgressError from error

    def load(self, payment_id: int) -> Attempt:
        """Give an attempt as it stands.

        Raises:
            UnknownPaymentError: there is none of that id.
        """
        return self._database.read(lambda session: attempt_of(session, payment_id))

    def open_ones(self) -> tuple[Attempt, ...]:
        """List the attempts that are not settled, oldest first."""
        return self._database.read(open_attempts)

    def attach_intent(self, attempt: Attempt, intent_id: str) -> Attempt:
        """Keep the provider's id for an attempt, and nothing else."""
        return self._change(attempt, intent_id=intent_id)

    def renew_key(self, attempt: Attempt) -> Attempt:
        """Give an attempt another key, unless it has an intent by now."""

        def work(transaction: Transaction) -> Attempt:
            transaction.session.execute(
                update(Payment)
                .where(
                    Payment.id == attempt.payment.id,
                    Payment.status.in_(OPEN),
                    Payment.intent_id.is_(None),
                )
                .values(attempt_key=str(uuid.uuid4()))
            )
            return attempt_of(transaction.session, attempt.payment.id)

        return self._database.write(work)

    def next_command(
        self, attempt: Attempt, *, intent_id: str, reader_id: int | None = None
    ) -> Attempt | None:
        """Count one more command to the reader before it is sent.

        None if another desk or worker has sent one meanwhile, or the attempt is settled.
        """
        values: dict[str, Any] = {
            "intent_id": intent_id,
            "reader_commands": attempt.commands + 1,
            "failure_code": "",
            "status": PaymentStatus.PENDING,
        }
        if reader_id is not None:
            values["reader_id"] = reader_id

        def work(transaction: Transaction) -> Attempt | None:
            changed = _update_open(
                transaction, attempt.payment.id, values, commands=attempt.commands
            )
            return attempt_of(transaction.session, attempt.payment.id) if changed else None

        return self._database.write(work)

    def mark(self, attempt: Attempt, status: PaymentStatus) -> Attempt:
        """Say whether an open attempt's state is known now."""
        return attempt if attempt.payment.status is status else self._change(attempt, status=status)

    def note_decline(self, actor: Actor, attempt: Attempt, code: str) -> Attempt:
        """Keep why a card was refused, once for each refusal; the attempt stays open."""
        if attempt.payment.failure_code == code:
            return attempt

        def work(transaction: Transaction) -> Attempt:
            values = {"failure_code": code}
            if _update_open(transaction, attempt.payment.id, values, commands=attempt.commands):
                payment = transaction.session.get_one(Payment, attempt.payment.id)
                self._bookkeeper.note(transaction, actor, "card declined", payment, code)
            return attempt_of(transaction.session, attempt.payment.id)

        return self._database.write(work)

    def settle_paid(self, actor: Actor, attempt: Attempt, intent: IntentState) -> Attempt:
        """Write down, once, that the provider has taken the money."""
        charge = intent.charge
        values = {
            "status": PaymentStatus.COMPLETED,
            "intent_id": intent.intent_id,
            "card_brand": charge.brand if charge else "",
            "card_last4": charge.last4 if charge else "",
            "card_receipt": [list(pair) for pair in charge.receipt] if charge else [],
            "failure_code": "",
        }

        def work(transaction: Transaction) -> Attempt:
            now = self._clock.now()
            row = transaction.session.get_one(Payment, attempt.payment.id)
            lock_invoices(transaction, parts_of(transaction.session, row))
            if _update_open(transaction, attempt.payment.id, {**values, "settled_at": now}):
                payment = transaction.session.get_one(Payment, attempt.payment.id)
                self._bookkeeper.book(transaction, actor, payment, at=now)
            return attempt_of(transaction.session, attempt.payment.id)

        return self._database.write(work)

    def settle_unpaid(self, actor: Actor, attempt: Attempt, code: str) -> Attempt:
        """Write down, once, that an attempt is over and has certainly taken nothing."""
        values = {"status": PaymentStatus.FAILED, "failure_code": code}

        def work(transaction: Transaction) -> Attempt:
            now = self._clock.now()
            if _update_open(transaction, attempt.payment.id, {**values, "settled_at": now}):
                payment = transaction.session.get_one(Payment, attempt.payment.id)
                self._bookkeeper.note(transaction, actor, "end card payment unpaid", payment, code)
            return attempt_of(transaction.session, attempt.payment.id)

        return self._database.write(work)

    def _change(self, attempt: Attempt, **values: Any) -> Attempt:
        def work(transaction: Transaction) -> Attempt:
            _update_open(transaction, attempt.payment.id, values)
            return attempt_of(transaction.session, attempt.payment.id)

        return self._database.write(work)


def new_payment(
    actor: Actor,
    wanted: Wanted,
    *,
    method: PaymentMethod,
    clock: Clock,
    attempt_key: str = "",
) -> Payment:
    """Make the row of an attempt that has taken nothing yet."""
    return Payment(
        attempt_key=attempt_key or str(uuid.uuid4()),
        invoice_id=wanted.invoice_id,
        method=method,
        status=PaymentStatus.PENDING,
        amount_minor=wanted.amount.minor,
        refund_reserved_minor=0,
        tendered_minor=None,
        currency=wanted.amount.currency,
        reader_id=None,
        intent_id=None,
        reader_commands=0,
        card_brand="",
        card_last4="",
        card_receipt=[],
        failure_code="",
        desk=actor.desk,
        created_at=clock.now(),
        created_by=actor.user_id,
        settled_at=None,
    )


def _update_open(
    transaction: Transaction,
    payment_id: int,
    values: dict[str, Any],
    *,
    commands: int | None = None,
) -> bool:
    """Change a payment that is still open, and tell whether it was."""
    statement = (
        update(Payment)
        .where(Payment.id == payment_id, Payment.status.in_(OPEN))
        .values(**values)
        .returning(Payment.id)
    )
    if commands is not None:
        statement = statement.where(Payment.reader_commands == commands)
    is_open = transaction.session.execute(statement).one_or_none() is not None
    if is_open and values.get("status", PaymentStatus.PENDING) not in OPEN:
        release(transaction.session, payment_id)
    return is_open
