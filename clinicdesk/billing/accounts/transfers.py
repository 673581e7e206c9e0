"""Moves credit from one invoice to another and back, under the locks of both."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.accounts.errors import (
    BeingPaidError,
    CreditAmountError,
    CreditCurrencyError,
    CreditTooLargeError,
    CreditTooSmallError,
    CreditUsedError,
    NotOneFamilyError,
    SameInvoiceError,
    TransferKeyUsedError,
    UnknownTransferError,
)
from clinicdesk.billing.accounts.records import CreditTransferRecord
from clinicdesk.billing.accounts.rules import waived_on_leaving
from clinicdesk.billing.ledger import balance_of, lock_invoice, write_movement
from clinicdesk.billing.models import CreditTransfer, Invoice, InvoiceMovement
from clinicdesk.billing.notifier import PendingPayments
from clinicdesk.billing.records import MovementKind
from clinicdesk.clock import Clock
from clinicdesk.database.session import Transaction
from clinicdesk.money import Money
from clinicdesk.patients.family import family_members

UNDO = "undo:"


@dataclass(frozen=True, slots=True)
class _Move:
    """What goes where, and by how much less each end asks for money because of it."""

    source: Invoice
    target: Invoice
    amount: Money
    key: str
    waived_out: int = 0
    waived_in: int = 0


class CreditMover:
    """Writes what moved into both ledgers; `pending` knows payments that are going on."""

    def __init__(self, *, clock: Clock, audit: AuditLog, pending: PendingPayments | None) -> None:
        self._clock = clock
        self._audit = audit
        self._pending = pending

    def move(
        self,
        transaction: Transaction,
        actor: Actor,
        *,
        from_invoice_id: int,
        to_invoice_id: int,
        amount: Money,
        transfer_key: str,
    ) -> CreditTransferRecord:
        """Move credit; the same key a second time gives what was moved the first time."""
        if from_invoice_id == to_invoice_id:
            raise SameInvoiceError
        if amount.minor <= 0:
            raise CreditAmountError
        source, target = _locked(transaction, from_invoice_id, to_invoice_id)
        session = transaction.session
        former = _by_key(session, transfer_key)
        if former is not None:
            wanted = (from_invoice_id, to_invoice_id, amount.minor, amount.currency)
            return _same(session, former, wanted)
        self._check(session, source, target, amount)
        waived = waived_on_leaving(source.kind, balance_of(session, source), amount.minor)
        move = _Move(source, target, amount, transfer_key, waived_out=waived)
        return self._write(transaction, actor, move)

    def move_back(
        self, transaction: Transaction, actor: Actor, transfer_id: int
    ) -> CreditTransferRecord:
        """Move credit back to where it came from; a second time gives the same record."""
        session = transaction.session
        moved = session.get(CreditTransfer, transfer_id)
        if moved is None or moved.transfer_key.startswith(UNDO):
            raise UnknownTransferError
        target, source = _locked(transaction, moved.to_invoice_id, moved.from_invoice_id)
        key = f"{UNDO}{moved.id}"
        former = _by_key(session, key)
        if former is not None:
            return transfer_record(session, former.id)
        if balance_of(session, target).paid < moved.amount_minor:
            raise CreditUsedError
        amount = Money(moved.amount_minor, moved.currency)
        move = _Move(target, source, amount, key, waived_in=-_waived_by(session, moved.id))
        return self._write(transaction, actor, move)

    def _check(self, session: Session, source: Invoice, target: Invoice, amount: Money) -> None:
        if {source.currency, target.currency} != {amount.currency}:
            raise CreditCurrencyError
        family = {member.id for member in family_members(session, source.patient_id)}
        if target.patient_id not in family:
            raise NotOneFamilyError
        credit = balance_of(session, source).credit(source.kind)
        if credit < amount.minor:
            raise CreditTooSmallError(Money(credit, amount.currency))
        due = balance_of(session, target).due
        if due < amount.minor:
            raise CreditTooLargeError(Money(due, amount.currency))
        if self._pending is not None and self._pending.is_being_paid(session, target.id):
            raise BeingPaidError

    def _write(self, transaction: Transaction, actor: Actor, move: _Move) -> CreditTransferRecord:
        transfer = CreditTransfer(
            transfer_key=move.key,
            from_invoice_id=move.source.id,
            to_invoice_id=move.target.id,
            amount_minor=move.amount.minor,
            currency=move.amount.currency,
            moved_at=self._clock.now(),
            moved_by=actor.user_id,
        )
        transaction.session.add(transfer)
        transaction.session.flush()
        _write_ends(transaction, transfer, move)
        self._audit.record(
            transaction,
            actor,
            "move credit back" if move.key.startswith(UNDO) else "move credit",
            entity="invoice",
            entity_id=move.target.id,
            from_invoice=move.source.id,
            transfer=transfer.id,
            amount_minor=move.amount.minor,
            currency=move.amount.currency,
        )
        return transfer_record(transaction.session, transfer.id)


def transfer_record(session: Session, transfer_id: int) -> CreditTransferRecord:
    """Read one transfer."""
    (record,) = _records(session, CreditTransfer.id == transfer_id)
    return record


def transfers_between(session: Session, invoice_ids: list[int]) -> list[CreditTransferRecord]:
    """List what was moved from these invoices, newest first, but not what was moved back."""
    found = _records(session, CreditTransfer.from_invoice_id.in_(invoice_ids))
    return [record for record in found if record.can_be_undone]


def _records(session: Session, condition: object) -> list[CreditTransferRecord]:
    source, target, undo = aliased(Invoice), aliased(Invoice), aliased(CreditTransfer)
    text_id = CreditTransfer.id.cast(CreditTransfer.transfer_key.type)
    rows = session.execute(
        select(CreditTransfer, source.number, target.number, undo.id.is_(None))
        .join(source, source.id == CreditTransfer.from_invoice_id)
        .join(target, target.id == CreditTransfer.to_invoice_id)
        .outerjoin(undo, undo.transfer_key == UNDO + text_id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(CreditTransfer.id.desc())
    )
    return [
        CreditTransferRecord(
            id=moved.id,
            from_invoice_id=moved.from_invoice_id,
            from_number=from_number,
            to_invoice_id=moved.to_invoice_id,
            to_number=to_number,
            amount=Money(moved.amount_minor, moved.currency),
            moved_at=moved.moved_at,
            can_be_undone=stands and not moved.transfer_key.startswith(UNDO),
        )
        for moved, from_number, to_number, stands in rows
    ]


def _locked(transaction: Transaction, one_id: int, other_id: int) -> tuple[Invoice, Invoice]:
    """Lock both in the order of ids, so that two desks never wait for each other."""
    locked = {wanted: lock_invoice(transaction, wanted) for wanted in sorted((one_id, other_id))}
    return locked[one_id], locked[other_id]


def _by_key(session: Session, key: str) -> CreditTransfer | None:
    return session.scalar(select(CreditTransfer).where(CreditTransfer.transfer_key == key))


def _same(
    session: Session, former: CreditTransfer, wanted: tuple[int, int, int, str]
) -> CreditTransferRecord:
    there = (
        former.from_invoice_id, former.to_invoice_id, former.amount_minor, former.currency,
    )  # fmt: skip
    if there != wanted:
        raise TransferKeyUsedError
    return transfer_record(session, former.id)


def _waived_by(session: Session, transfer_id: int) -> int:
    return session.scalars(
        select(InvoiceMovement.waived_minor).where(
            InvoiceMovement.matter == f"credit:{transfer_id}",
            InvoiceMovement.kind == MovementKind.CREDIT_OUT,
        )
    ).one()


def _write_ends(transaction: Transaction, transfer: CreditTransfer, move: _Move) -> None:
    minor = move.amount.minor
    ends = (
        (move.source, MovementKind.CREDIT_OUT, move.target.number, -minor, move.waived_out),
        (move.target, MovementKind.CREDIT_IN, move.source.number, minor, move.waived_in),
    )
    for invoice, kind, means, money, waived in ends:
        write_movement(
            transaction,
            invoice.id,
            kind=kind,
            matter=f"credit:{transfer.id}",
            means=means,
            money_minor=money,
            waived_minor=waived,
            at=transfer.moved_at,
        )
