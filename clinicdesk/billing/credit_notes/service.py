"""Corrects issued invoices by credit notes."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.credit_notes.errors import (
    CreditReasonMissingError,
    DepositPaidError,
    UnknownCreditNoteError,
)
from clinicdesk.billing.credit_notes.queries import credit_note_record
from clinicdesk.billing.credit_notes.records import CreditNoteRecord
from clinicdesk.billing.credit_notes.rules import Creditable, chosen_amounts, taken_off
from clinicdesk.billing.day_lock import booked_at
from clinicdesk.billing.issuing import write_numbered
from clinicdesk.billing.ledger import balance_of, lock_invoice, write_movement
from clinicdesk.billing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from clinicdesk.billing.numbering import take_number
from clinicdesk.billing.records import InvoiceKind, MovementKind, Series
from clinicdesk.billing.rules import invoice_number
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock, clinic_day
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money


class CreditNoteService:
    """The clinic's credit notes: what was issued stays, and a note says by how much less is owed.

    What was paid already then is the patient's credit, to be moved or given back.
    """

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.CORRECT_INVOICE)
    def correct(
        self,
        actor: Actor,
        invoice_id: int,
        *,
        amounts: Mapping[int, Money] | None,
        reason: str,
        note_key: str,
    ) -> CreditNoteRecord:
        """Credit amounts of lines, by the line's id, or with None all that is left.

        The same `note_key` (a UUID of the dialog) gives the same note again.

        Raises:
            UnknownInvoiceError, CreditReasonMissingError, NothingToCreditError,
            CreditTooLargeError, DepositPaidError: as named; nothing was written.
        """
        if not reason.strip():
            raise CreditReasonMissingError

        def work(transaction: Transaction) -> CreditNoteRecord:
            session = transaction.session
            invoice = lock_invoice(transaction, invoice_id)
            made = session.scalar(select(CreditNote.id).where(CreditNote.note_key == note_key))
            if made is None:
                lines = _creditable(session, invoice_id)
                wanted = chosen_amounts(lines, amounts, invoice.currency)
                _check_deposit(session, invoice, sum(wanted.values()))
                parts = {line_id: taken_off(lines[line_id], n) for line_id, n in wanted.items()}
                made = self._write(
                    transaction, actor, invoice, parts, reason=reason.strip(), note_key=note_key
                )
            return credit_note_record(session, made)

        return write_numbered(self._database, work)

    @requires(Action.SEE_BILLING)
    def notes_of_invoice(self, _actor: Actor, invoice_id: int) -> tuple[CreditNoteRecord, ...]:
        """List an invoice's credit notes, oldest first."""

        def work(session: Session) -> tuple[CreditNoteRecord, ...]:
            ids = session.scalars(
                select(CreditNote.id)
                .where(CreditNote.invoice_id == invoice_id)
                .order_by(CreditNote.id)
            ).all()
            return tuple(credit_note_record(session, note_id) for note_id in ids)

        return self._database.read(work)

    @requires(Action.SEE_BILLING)
    def note(self, _actor: Actor, note_id: int) -> CreditNoteRecord:
        """Give a whole credit note.

        Raises:
            UnknownCreditNoteError: there is none of that id.
        """

        def work(session: Session) -> CreditNoteRecord:
            if session.get(CreditNote, note_id) is None:
                raise UnknownCreditNoteError
            return credit_note_record(session, note_id)

        return self._database.read(work)

    def _write(
        self,
        transaction: Transaction,
        actor: Actor,
        invoice: Invoice,
        parts: Mapping[int, tuple[int, int]],
        *,
        reason: str,
        note_key: str,
    ) -> int:
        session = transaction.session
        clinic = session.get_one(Clinic, invoice.clinic_id)
        now = booked_at(session, clinic.id, self._clock.now())
        issued_on = clinic_day(now, clinic.time_zone)
        prefix, number = take_number(transaction, clinic, issued_on.year, series=Series.CREDIT_NOTE)
        net, tax = (sum(part[place] for part in parts.values()) for place in (0, 1))
        note = CreditNote(
            clinic_id=clinic.id,
            series_year=issued_on.year,
            series_number=number,
            number=invoice_number(prefix, issued_on.year, number),
            note_key=note_key,
            invoice_id=invoice.id,
            currency=invoice.currency,
            net_minor=net,
            tax_minor=tax,
            total_minor=net + tax,
            reason=reason,
            issued_on=issued_on,
            issued_at=now,
            issued_by=actor.user_id,
        )
        session.add(note)
        session.flush()
        _add_lines(session, note.id, parts)
        write_movement(
            transaction,
            invoice.id,
            kind=MovementKind.CREDIT_NOTE,
            matter=f"note:{note.id}",
            means=note.number,
            money_minor=0,
            waived_minor=note.total_minor,
            at=now,
        )
        self._audit.record(
            transaction,
            actor,
            "issue credit note",
            entity="invoice",
            entity_id=invoice.id,
            number=note.number,
            total_minor=note.total_minor,
            currency=note.currency,
            reason=reason,
        )
        return note.id


def _creditable(session: Session, invoice_id: int) -> dict[int, Creditable]:
    rows = session.execute(
        select(
            InvoiceLine.id,
            InvoiceLine.net_minor,
            InvoiceLine.total_minor,
            func.coalesce(func.sum(CreditNoteLine.total_minor), 0),
        )
        .outerjoin(CreditNoteLine, CreditNoteLine.invoice_line_id == InvoiceLine.id)
        .where(InvoiceLine.invoice_id == invoice_id)
        .group_by(InvoiceLine.id)
        .order_by(InvoiceLine.position)
    )
    return {
        line_id: Creditable(line_id, net, total, int(credited))
        for line_id, net, total, credited in rows
    }


def _check_deposit(session: Session, invoice: Invoice, amount_minor: int) -> None:
    is_deposit = invoice.kind is InvoiceKind.DEPOSIT
    if is_deposit and amount_minor > max(0, balance_of(session, invoice).due):
        raise DepositPaidError


def _add_lines(session: Session, note_id: int, parts: Mapping[int, tuple[int, int]]) -> None:
    for position, (line_id, (net, tax)) in enumerate(parts.items(), start=1):
        line = session.get_one(InvoiceLine, line_id)
        session.add(
            CreditNoteLine(
                credit_note_id=note_id,
                invoice_line_id=line_id,
                position=position,
                description=line.description,
                quantity=line.quantity if net + tax == line.total_minor else 1,
                tax_basis_points=line.tax_basis_points,
                tax_mode=line.tax_mode,
                net_minor=net,
                tax_minor=tax,
                total_minor=net + tax,
            )
        )
    session.flush()
