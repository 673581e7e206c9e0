"""Gives the account of a patient or family, and moves credit to what is owed."""

from datetime import date

from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.accounts.entries import Billed, read_billed
from clinicdesk.billing.accounts.errors import PeriodReversedError
from clinicdesk.billing.accounts.listing import account_rows
from clinicdesk.billing.accounts.records import (
    Account,
    AccountMember,
    AccountRow,
    CreditTransferRecord,
    Statement,
)
from clinicdesk.billing.accounts.statements import (
    balances_of,
    credits_of,
    currencies_of,
    open_invoices_of,
    part_of,
    recent_of,
)
from clinicdesk.billing.accounts.transfers import CreditMover, transfers_between
from clinicdesk.billing.notifier import PendingPayments
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock, clinic_day
from clinicdesk.database.session import Database
from clinicdesk.money import Money
from clinicdesk.patients.family import family_members
from clinicdesk.patients.models import Patient
from clinicdesk.patients.records import FamilyMember

RECENT = 12
MOST_ROWS = 200
NO_CLINIC_ZONE = "UTC"


class AccountService:
    """The accounts of patients and their families; `pending` knows payments that are going on."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        audit: AuditLog,
        pending: PendingPayments | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._mover = CreditMover(clock=clock, audit=audit, pending=pending)

    @requires(Action.SEE_BILLING)
    def account(self, _actor: Actor, patient_id: int) -> Account:
        """Give the account of a patient's family: what is owed and what is in credit, by currency.

        Raises:
            PatientMissingError: there is no such patient.
        """

        def work(session: Session) -> Account:
            family = family_members(session, patient_id)
            billed = read_billed(session, [member.id for member in family])
            return Account(
                patient_id=patient_id,
                name=next(member.name for member in family if member.id == patient_id),
                members=_members(family, billed),
                balances=balances_of(billed),
                open_invoices=open_invoices_of(billed, today=self._today(session, billed)),
                credits=credits_of(billed),
                transfers=tuple(transfers_between(session, [each.id for each in billed])),
                recent=recent_of(billed, limit=RECENT),
            )

        return self._database.read(work)

    @requires(Action.SEE_BILLING)
    def credit_of_patient(self, _actor: Actor, patient_id: int) -> tuple[Money, ...]:
        """Give what a patient alone has in credit, in each currency with any."""

        def work(session: Session) -> tuple[Money, ...]:
            balances = balances_of(read_billed(session, [patient_id]))
            return tuple(each.credit for each in balances if each.credit.minor > 0)

        return self._database.read(work)

    @requires(Action.SEE_BILLING)
    def accounts(
        self, _actor: Actor, *, text: str = "", limit: int = MOST_ROWS
    ) -> tuple[AccountRow, ...]:
        """List the accounts with something owed, in credit or asked for, the most owed first.

        `text` narrows it to a patient's number, or to families with names that begin with it.
        """
        return self._database.read(lambda session: account_rows(session, text=text, limit=limit))

    @requires(Action.TAKE_PAYMENT)
    def apply_credit(
        self,
        actor: Actor,
        *,
        from_invoice_id: int,
        to_invoice_id: int,
        amount: Money,
        transfer_key: str,
    ) -> CreditTransferRecord:
        """Pay for one invoice with credit that lies on another one of the family.

        `transfer_key` is a UUID of the dialog's: the same key a second time moves nothing more.

        Raises:
            CreditTooSmallError, CreditTooLargeError: with what is left of it; another desk may
                have used the credit or paid the invoice.
            CreditAmountError, CreditCurrencyError, SameInvoiceError, NotOneFamilyError,
            BeingPaidError, TransferKeyUsedError, UnknownInvoiceError: as named.
        """
        return self._database.write(
            lambda transaction: self._mover.move(
                transaction,
                actor,
                from_invoice_id=from_invoice_id,
                to_invoice_id=to_invoice_id,
                amount=amount,
                transfer_key=transfer_key,
            )
        )

    @requires(Action.TAKE_PAYMENT)
    def undo_credit(self, actor: Actor, transfer_id: int) -> CreditTransferRecord:
        """Move credit back by another transfer, which exists once however often it is asked for.

        Raises:
            CreditUsedError: what was moved was given back or moved on since.
            UnknownTransferError: there is no such transfer.
        """
        return self._database.write(
            lambda transaction: self._mover.move_back(transaction, actor, transfer_id)
        )

    @requires(Action.SEE_BILLING)
    def statement(
        self, _actor: Actor, patient_id: int, *, from_on: date, to_on: date, with_family: bool
    ) -> Statement:
        """Give a statement of account from a day to a day, both included.

        With the family it goes to the one who pays.

        Raises:
            PeriodReversedError: it ends before it begins.
            PatientMissingError: there is no such patient.
        """
        if to_on < from_on:
            raise PeriodReversedError

        def work(session: Session) -> Statement:
            family = family_members(session, patient_id)
            ids = [member.id for member in family] if with_family else [patient_id]
            billed = read_billed(session, ids)
            reader = session.get_one(Patient, ids[0])
            return Statement(
                patient_id=reader.id,
                patient_number=reader.number,
                name=f"{reader.given_name} {reader.family_name}".strip(),
                address=reader.address,
                clinic_id=billed[-1].clinic_id if billed else None,
                from_on=from_on,
                to_on=to_on,
                made_on=self._today(session, billed),
                is_of_family=len(ids) > 1,
                parts=tuple(
                    part_of(billed, currency, from_on=from_on, to_on=to_on)
                    for currency in currencies_of(billed)
                ),
            )

        return self._database.read(work)

    def _today(self, session: Session, billed: tuple[Billed, ...]) -> date:
        """Give the day at the clinic of the newest invoice."""
        zone = session.get_one(Clinic, billed[-1].clinic_id).time_zone if billed else None
        return clinic_day(self._clock.now(), zone or NO_CLINIC_ZONE)


def _members(
    family: tuple[FamilyMember, ...], billed: tuple[Billed, ...]
) -> tuple[AccountMember, ...]:
    return tuple(
        AccountMember(
            patient_id=member.id,
            number=member.number,
            name=member.name,
            pays=number == 0,
            balances=balances_of([each for each in billed if each.patient_id == member.id]),
        )
        for number, member in enumerate(family)
    )
